"""Small releasable figures made by hand, for tests of what is shown.

`make_releasable(level, story)` builds the measures of one region with a handful of children
in invented round numbers. Stories: full, all_missing, rising, flat, reached, shrinking_full,
suppressed, published.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from coverage_lib.disclosure import Releasable, SourceNote
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region, load_regions

PERIOD = Month(2031, 6)
AS_OF = date(2031, 6, 1)
CLAIMS_AS_OF = date(2031, 6, 17)
COLUMNS = (
    "indicator", "region_code", "period", "as_of", "dimension", "category", "numerator",
    "denominator", "value", "unit", "scope", "denominator_source", "denominator_vintage",
    "status", "qualifier", "origin", "definition_version",
)  # fmt: skip
RECONCILIATION_COLUMNS = (
    "indicator", "dimension", "category", "scope", "as_of", "unit", "published_value",
    "published_numerator", "published_denominator", "value_from_parts", "computed_value",
    "computed_scope", "computed_as_of", "difference", "finding", "source_title", "source_url", "note",
)  # fmt: skip
CODES = {"provinsi": "19", "kabupaten": "19.71", "kecamatan": "19.01.01", "desa": "19.01.01.1001"}
#: Coverage of the region in percent over the months before and now, by story.
COURSES = {
    "full": (34.0, 33.0, 32.0, 30.0),
    "rising": (24.0, 26.0, 28.0, 30.0),
    "flat": (30.0, 30.0, 30.0, 30.0),
    "reached": (54.0, 56.0, 58.0, 60.0),
}
TARGET = 50.0
ELIGIBLE = 100_000


def make_row(
    indicator: str, region: str, value: float | None, unit: str, **more: object
) -> dict[str, object]:
    """One measure with everything that is not said left at its plainest."""
    row: dict[str, object] = {
        "indicator": indicator, "region_code": region, "period": str(PERIOD), "as_of": AS_OF,
        "dimension": "total", "category": "total", "numerator": None, "denominator": None,
        "value": value, "unit": unit, "scope": "excl_jakon", "denominator_source": "",
        "denominator_vintage": "", "status": "available" if value is not None else "not_available",
        "qualifier": "exact", "origin": "computed", "definition_version": "1",
    }  # fmt: skip
    assert set(more) <= set(row)
    return row | more


def make_releasable(
    level: str = "provinsi",
    story: str = "full",
    *,
    simulated: bool = True,
    child_name: str | None = None,
) -> Releasable:
    """Figures of one region at a level, told as a story (see the module's first lines)."""
    regions = load_regions()
    region = regions.get(CODES[level])
    children = list(regions.children(region.code))
    if child_name is not None:
        children[0] = replace(children[0], name=child_name)
    if children:
        unknown = f"{region.code}.{'0000' if level == 'kecamatan' else '00'}"
        children.append(Region(unknown, "", "unknown"))
    rows = [] if story == "all_missing" else _rows(region, children, story)
    if story == "suppressed":
        rows = [
            _suppress(row) if row["indicator"].startswith(("claims", "scholarship")) else row
            for row in rows
        ]
    return Releasable(
        rows=pd.DataFrame(rows, columns=list(COLUMNS)).astype({"as_of": object}),
        reconciliation=pd.DataFrame(
            [] if story == "all_missing" else _reconciliation(),
            columns=list(RECONCILIATION_COLUMNS),
        ),
        region=region,
        children=tuple(children),
        ancestors=tuple(regions.get(code) for code in regions.ancestors(region.code)[:-1]),
        period=PERIOD,
        profile="demo" if simulated else "published",
        simulated=simulated,
        sources=(
            SourceNote(
                "participants",
                "Register kepesertaan",
                "Kantor contoh",
                AS_OF,
                date(2031, 6, 5),
                simulated,
            ),
            SourceNote(
                "claims", "Arsip klaim", "Kantor contoh", CLAIMS_AS_OF, date(2031, 6, 20), simulated
            ),
        ),
    )


def _suppress(row: dict[str, object]) -> dict[str, object]:
    return row | {"status": "suppressed", "value": None, "numerator": None, "denominator": None}


def _rows(region: Region, children: list[Region], story: str) -> list[dict[str, object]]:
    course = COURSES.get(story, COURSES["full"])
    rows = [
        *_enrolment(region.code, course),
        *_segments(region.code, course),
        *_target(region.code, course),
    ]
    if region.level == "provinsi":
        rows.append(
            make_row(
                "rank_in_zone",
                region.code,
                4,
                "rank",
                dimension="zone",
                category="Sumatera",
                denominator=10,
            )
        )
    rows += _village(region.code) + _claims(region.code) + _scholarships(region.code)
    rows += _children_rows(children, course)
    return rows


def _months(course: tuple[float, ...]) -> list[tuple[str, date, float]]:
    """Irregular cut-offs, the last on the first of the period."""
    days = (date(2030, 6, 30), date(2030, 12, 31), date(2031, 4, 28), AS_OF)
    periods = ("2030-07", "2031-01", "2031-05", str(PERIOD))
    return list(zip(periods, days, course, strict=True))


def _enrolment(
    code: str, course: tuple[float, ...], eligible: int = ELIGIBLE
) -> list[dict[str, object]]:
    rows = []
    for period, day, percent in _months(course):
        vintage = "2030" if day < date(2031, 1, 1) else "2031"
        base = {"period": period, "as_of": day}
        source = {"denominator_source": "Potensi pekerja contoh", "denominator_vintage": vintage}
        for scope, extra in (("excl_jakon", 0.0), ("incl_jakon", 5.0)):
            active = round((percent + extra) * eligible / 100)
            rows.append(
                make_row("active_participants", code, active, "persons", scope=scope, **base)
            )
            rows.append(
                make_row(
                    "coverage", code, active / eligible * 100, "percent", scope=scope, numerator=active,
                    denominator=eligible, **base, **source,
                )
            )  # fmt: skip
        rows.append(make_row("eligible_workers", code, eligible, "persons", scope="all", **base))
    return rows


def _segments(code: str, course: tuple[float, ...]) -> list[dict[str, object]]:
    rows = []
    for period, day, percent in _months(course):
        base = {"period": period, "as_of": day, "dimension": "segment"}
        for name, share, potential in (
            ("PU", 0.8, 55_000),
            ("BPU", 0.2, 35_000),
            ("JAKON", None, 10_000),
        ):
            active = round(percent * 1000 * share) if share is not None else 5_000
            rows.append(
                make_row("active_participants", code, active, "persons", category=name, **base)
            )
            rows.append(
                make_row("eligible_workers", code, potential, "persons", category=name, **base)
            )
            rows.append(
                make_row(
                    "coverage", code, active / potential * 100, "percent", category=name, numerator=active,
                    denominator=potential, denominator_source="Potensi pekerja contoh",
                    denominator_vintage="2031", **base,
                )
            )  # fmt: skip
    return rows


def _target(code: str, course: tuple[float, ...]) -> list[dict[str, object]]:
    active = round(course[-1] * 1000)
    gap = max(0, round(TARGET * 1000) - active)
    rows = [
        make_row("coverage_target", code, TARGET, "percent", category=str(AS_OF.year)),
        make_row(
            "gap_to_target", code, gap, "persons", numerator=TARGET * 1000, denominator=active
        ),
        make_row(
            "required_monthly_pace",
            code,
            gap / 7,
            "persons_per_month",
            numerator=gap,
            denominator=7,
        ),
    ]
    for months, net in (
        (1, course[-1] - course[-2]),
        (3, course[-1] - course[-2]),
        (12, course[-1] - course[0]),
    ):
        rows.append(
            make_row(
                "recent_monthly_pace", code, net * 1000 / months, "persons_per_month", dimension="window_months",
                category=str(months), numerator=net * 1000, denominator=months,
            )
        )  # fmt: skip
    return rows


def _village(code: str) -> list[dict[str, object]]:
    counts = {
        "position": {
            "village_head": (30, 31), "village_official": (300, 310), "village_council": (70, 90),
            "neighbourhood_head": (400, 800), "village_institution": (210, 400),
        },
        "position_group": {"heads_officials": (330, 341), "rt_rw_lkd": (610, 1200), "village_council": (70, 90)},
        "total": {"total": (1010, 1631)},
    }  # fmt: skip
    return [
        make_row(
            "village_ecosystem_coverage", code, registered / roster * 100, "percent", dimension=dimension,
            category=category, numerator=registered, denominator=roster, scope="all", as_of=CLAIMS_AS_OF,
            denominator_source="Daftar perangkat desa contoh",
        )
        for dimension, group in counts.items()
        for category, (registered, roster) in group.items()
    ]  # fmt: skip


#: Claims and rupiah by programme: now, and to the same day of the year before.
CLAIMS = {
    "JHT": (500, 5_000_000_000),
    "JKK": (80, 600_000_000),
    "JKM": (40, 1_680_000_000),
    "JP": (300, 320_000_000),
    "JKP": (70, 90_000_000),
}
CLAIMS_BEFORE = {
    "JHT": (450, 4_400_000_000),
    "JKK": (90, 650_000_000),
    "JKM": (30, 1_260_000_000),
    "JP": (280, 300_000_000),
    "JKP": (60, 75_000_000),
}


def _claims(code: str) -> list[dict[str, object]]:
    rows = []
    spans = (
        (str(PERIOD), CLAIMS_AS_OF, CLAIMS),
        ("2030-06", date(2030, 6, 17), CLAIMS_BEFORE),
        (
            "2030-12",
            date(2030, 12, 31),
            {key: (n * 2, v * 2) for key, (n, v) in CLAIMS_BEFORE.items()},
        ),
    )
    for period, day, programmes in spans:
        base = {"period": period, "as_of": day, "scope": "all"}
        counts = [("total", "total", *map(sum, zip(*programmes.values(), strict=True)))]
        counts += [("programme", name, *pair) for name, pair in programmes.items()]
        for dimension, category, number, amount in counts:
            place = {"dimension": dimension, "category": category}
            rows.append(make_row("claims_paid", code, number, "claims", **place, **base))
            rows.append(make_row("claims_amount_idr", code, amount, "idr", **place, **base))
    for month, amount in enumerate((1_400, 1_300, 1_500, 1_450, 1_310, 730), start=1):
        rows.append(
            make_row(
                "claims_amount_idr", code, amount * 1_000_000, "idr", dimension="month",
                category=f"2031-{month:02d}", as_of=CLAIMS_AS_OF, scope="all",
            )
        )  # fmt: skip
    return rows


def _scholarships(code: str) -> list[dict[str, object]]:
    rows = [
        make_row(
            "scholarship_maximum_idr", code, 180_000_000, "idr", scope="all", as_of=CLAIMS_AS_OF
        )
    ]
    levels = {
        "TK": (4, 6_000_000),
        "SD": (30, 45_000_000),
        "SMP": (12, 24_000_000),
        "SMA": (10, 30_000_000),
        "PT": (5, 60_000_000),
    }
    for period, day, times in ((str(PERIOD), CLAIMS_AS_OF, 2), ("2030-06", date(2030, 6, 17), 1)):
        base = {"period": period, "as_of": day, "scope": "all"}
        counts = [("total", "total", *map(sum, zip(*levels.values(), strict=True)))]
        counts += [("school_level", name, *pair) for name, pair in levels.items()]
        for dimension, category, children, amount in counts:
            place = {"dimension": dimension, "category": category}
            rows.append(
                make_row("scholarship_children", code, children * times, "persons", **place, **base)
            )
            rows.append(
                make_row("scholarship_amount_idr", code, amount * times, "idr", **place, **base)
            )
    return rows


def _children_rows(children: list[Region], course: tuple[float, ...]) -> list[dict[str, object]]:
    """Children with a hundred unknown participants; the rest shared so that all sum up."""
    known = [child for child in children if not child.is_unknown]
    rows: list[dict[str, object]] = []
    if not known:
        return rows
    active, left = round(course[-1] * 1000) - 100, round(course[-1] * 1000) - 100
    for number, child in enumerate(known):
        eligible = ELIGIBLE // len(known)
        weight = 1 + (number - (len(known) - 1) / 2) * 0.08
        mine = left if child is known[-1] else round(active / len(known) * weight)
        left -= mine
        source = {"denominator_source": "Potensi pekerja contoh", "denominator_vintage": "2031"}
        rows.append(make_row("active_participants", child.code, mine, "persons"))
        rows.append(make_row("eligible_workers", child.code, eligible, "persons", scope="all"))
        rows.append(
            make_row(
                "coverage",
                child.code,
                mine / eligible * 100,
                "percent",
                numerator=mine,
                denominator=eligible,
                **source,
            )
        )
        earlier = {"period": "2031-05", "as_of": date(2031, 4, 28)}
        rows.append(
            make_row(
                "coverage",
                child.code,
                course[-2],
                "percent",
                denominator=eligible,
                **earlier,
                **source,
            )
        )
    rows.append(make_row("active_participants", children[-1].code, 100, "persons"))
    return rows


def _reconciliation() -> list[dict[str, object]]:
    base = {
        "dimension": "total", "category": "total", "scope": "excl_jakon", "as_of": AS_OF, "unit": "persons",
        "source_title": "Berita contoh", "source_url": "https://example.org/berita", "note": "",
    }  # fmt: skip
    return [
        base | {"indicator": "active_participants", "published_value": 30_000.0, "computed_value": 30_000.0, "difference": 0.0, "finding": "agrees"},
        base | {"indicator": "coverage", "unit": "percent", "published_value": 29.99, "value_from_parts": 30.0, "computed_value": 30.0, "difference": 0.01, "finding": "truncated_not_rounded"},
        base | {"indicator": "claims_amount_idr", "scope": "all", "unit": "idr", "published_value": 7_700_000_000.0, "computed_value": 7_690_000_000.0, "difference": -10_000_000.0, "finding": "agrees_as_rounded"},
        base | {"indicator": "coverage", "scope": "incl_jakon", "unit": "percent", "published_value": 36.5, "finding": "not_computable", "note": "lingkup tidak disebutkan"},
    ]  # fmt: skip
