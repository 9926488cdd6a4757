"""Rows of coverage in depth, made by hand: flows, causes, forecasts, groups, ages, by story.

`make_depth(level, story)` adds them to `make_releasable`. All stories of that module, and
`no_flows`, `unexplained`, `good_forecast`, `hidden_flow` in the course of `full`.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from builders import CODES, COLUMNS, make_releasable, make_row

from coverage_lib.disclosure import Releasable

#: Persons before and what came and went, by story; the stock now is that of the builder.
FLOWS = {
    "full": {"new": 400, "reactivated": 15, "moved_in": 0, "lapsed": 2_000, "ended": 415, "moved_out": 0},
    "rising": {"new": 2_500, "reactivated": 1, "moved_in": 0, "lapsed": 500, "ended": 1, "moved_out": 0},
    "flat": {"new": 0, "reactivated": 0, "moved_in": 0, "lapsed": 0, "ended": 0, "moved_out": 0},
}  # fmt: skip
#: Effects in percentage points of each window.
EFFECTS = {
    "full": {"1": (-2.0, 0.0, 0.0, 0.0), "12": (-5.0, 1.0, 0.0, 0.0)},
    "rising": {"1": (2.0, 0.0, 0.0, 0.0), "12": (0.0, 6.0, 0.0, 0.0)},
    "flat": {"1": (0.0, 0.0, 0.0, 0.0)},
}
SINCE = {"1": "2031-04-28", "12": "2030-06-30"}
_PARTS = ("participants", "denominator", "scope", "unknown")
_SIGNS = {"new": 1, "reactivated": 1, "moved_in": 1, "lapsed": -1, "ended": -1, "moved_out": -1}


def make_depth(level: str = "provinsi", story: str = "full") -> Releasable:
    told = story if story in ("full", "rising", "flat", "reached", "all_missing") else "full"
    releasable = make_releasable(level, told)
    if story == "all_missing":
        return releasable
    rows = [*_groups(CODES[level]), *_people(CODES[level])]
    if level != "desa" and story != "no_flows":
        rows += _flows(CODES[level], told, hidden=story == "hidden_flow")
    rows += _causes(CODES[level], told, unexplained=story == "unexplained")
    if level in ("provinsi", "kabupaten"):
        rows += _forecast(CODES[level], good=story == "good_forecast")
    rows += _arrivals(CODES[level], told)
    added = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def _flows(code: str, story: str, *, hidden: bool) -> list[dict[str, object]]:
    flows = FLOWS.get(story, FLOWS["rising"])
    net = sum(_SIGNS[name] * value for name, value in flows.items())
    now = {"full": 30_000, "rising": 30_000, "flat": 30_000, "reached": 60_000}[story]
    rows = [
        make_row(
            "participant_flow", code, value, "persons", dimension="flow", category=name,
            numerator=value, denominator=now - net,
        )
        for name, value in flows.items()
    ]  # fmt: skip
    rows.append(make_row("net_growth", code, net, "persons", numerator=net, denominator=now - net))
    if hidden:
        for row in (rows[0], rows[-1]):
            row |= {"status": "suppressed", "value": None, "numerator": None, "denominator": None}
    if code.count(".") < 2:
        for segment, share, stock in (("PU", 0.2, 0.8), ("BPU", 0.8, 0.2)):
            own = {name: round(value * share) for name, value in flows.items()}
            own_net = sum(_SIGNS[name] * value for name, value in own.items())
            before = round(now * stock) - own_net
            rows += [
                make_row(
                    "participant_flow", code, value, "persons", dimension="segment_flow",
                    category=f"{segment}:{name}", numerator=value, denominator=before,
                )
                for name, value in own.items()
            ]  # fmt: skip
            rows.append(
                make_row(
                    "net_growth", code, own_net, "persons", dimension="segment", category=segment,
                    numerator=own_net, denominator=before,
                )
            )  # fmt: skip
    return rows


def _causes(code: str, story: str, *, unexplained: bool) -> list[dict[str, object]]:
    windows: dict[str, tuple[float | None, ...]] = dict(EFFECTS.get(story, EFFECTS["rising"]))
    source = ""
    if unexplained:
        windows["1"] = (None, 0.5, None, -2.5)
        source = "scope_not_stated 2031-04-28; numerator_missing 2031-04-28"
    rows = []
    for window, effects in windows.items():
        base = {"dimension": "effect", "denominator_vintage": SINCE[window]}
        total = sum(one or 0.0 for one in effects)
        named = zip(("total", *_PARTS), (total, *effects), strict=True)
        rows += [
            make_row(
                "coverage_change", code, value, "percentage_points", category=f"{window}:{part}",
                denominator_source=source if part == "unknown" else "", **base,
            )
            for part, value in named
        ]  # fmt: skip
    return rows


def _forecast(code: str, *, good: bool) -> list[dict[str, object]]:
    rows = []
    for number in range(12):
        year, month = divmod(5 + number, 12)
        name = f"{2031 + year}-{month + 1:02d}"
        for part, value in (
            ("expected", 30.0 - 0.5 * number), ("lower_80", 29.0 - 1.5 * number), ("upper_80", 31.0 + 0.5 * number),
        ):  # fmt: skip
            place = {"dimension": "month_end", "category": f"{name}:{part}"}
            rows.append(make_row("coverage_forecast", code, value, "percent", **place))
    errors = {"drift": 2.0 if good else 4.0, "last_value": 3.0}
    for method, error in errors.items():
        for distance in ("1", "6", "all"):
            place = {"dimension": "method_months", "category": f"{method}:{distance}"}
            rows.append(make_row("forecast_error", code, error, "percent", **place))
    hits = 81.0 if good else 60.0
    for distance in ("1", "6", "all"):
        place = {"dimension": "level_months", "category": f"80:{distance}"}
        rows.append(make_row("forecast_interval_hits", code, hits, "percent", **place))
    return rows


def _arrivals(code: str, story: str) -> list[dict[str, object]]:
    known = {"rising": 12.0, "reached": 0.0}.get(story)
    return [
        make_row(
            "target_reached_on", code, known, "months", dimension="window_months", category=window,
            qualifier="exact" if known is not None else "pace_not_positive",
        )
        for window in ("1", "3", "12")
    ]  # fmt: skip


GROUPS = {"farmer": (500, 8_000), "fisher": (900, 3_000), "non_asn": (2_000, 2_500)}


def _groups(code: str) -> list[dict[str, object]]:
    rows = [
        make_row(
            "group_coverage", code, active / potential * 100, "percent", dimension="worker_group",
            category=name, numerator=active, denominator=potential,
            denominator_source="Potensi kelompok contoh", denominator_vintage="2031",
        )
        for name, (active, potential) in GROUPS.items()
    ]  # fmt: skip
    counts = {"village_official": 700, "unknown": 25_900}
    return rows + [
        make_row("active_participants", code, value, "persons", dimension="worker_group", category=name)
        for name, value in counts.items()
    ]  # fmt: skip


#: Persons by attribute; each adds up to the 30,000 of the builder.
PEOPLE = {
    "sex": {"female": 14_000, "male": 16_000, "unknown": 0},
    "age_band": {"under_15": 0, "15-24": 3_000, "25-34": 8_000, "35-44": 9_000, "45-54": 6_000, "55-64": 4_000, "65_and_over": 0, "unknown": 0},
    "funder": {"employer": 24_000, "self": 3_000, "village_budget": 2_000, "csr": 1_000, "unknown": 0},
    "employer_sector": {"agriculture": 10_000, "manufacturing": 14_000, "unknown": 6_000},
    "programme": {"JKK": 30_000, "JKM": 30_000, "JHT": 22_000, "JP": 15_000, "JKP": 12_000},
}  # fmt: skip


def _people(code: str) -> list[dict[str, object]]:
    return [
        make_row("active_participants", code, value, "persons", dimension=dimension, category=name)
        for dimension, counts in PEOPLE.items()
        for name, value in counts.items()
    ]
