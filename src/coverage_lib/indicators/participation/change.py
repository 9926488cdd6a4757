"""Changes of coverage as measures, and the points in time that they run between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations

import pandas as pd

from coverage_lib.indicators.participation.coverage import CONSTRUCTION, WITH_CONSTRUCTION
from coverage_lib.indicators.participation.decomposition import (
    EFFECTS,
    UNKNOWN,
    ChangeDecomposition,
    CoveragePoint,
    complete,
    decompose_change,
    exact,
)
from coverage_lib.indicators.published.measures import (
    NOT_STATED,
    is_of_branch,
    meaning_of,
    scope_of,
)
from coverage_lib.indicators.rows import Heading, measure_rows, records_of
from coverage_lib.periods import month_of

#: Over how many reports back the change of coverage is decomposed.
WINDOWS = (1, 3, 12)
#: Printed percentages carry two decimals: a difference of less says nothing.
_PRINTED_STEP = Fraction(1, 100)


def published_points(observations: pd.DataFrame, region_code: str) -> tuple[CoveragePoint, ...]:
    """Every published coverage of a region, by date and scope, with what else that date tells.

    `observations` has the columns of the table of that name. A coverage's numerator is the
    one of the same date and scope; one that states no scope belongs to the coverage that
    states none. The denominator is the published one of the date, or follows from a
    coverage and numerator of the date in one stated scope and then serves the others too,
    since scopes differ in the numerator alone. A coverage without a stated scope that exceeds
    every segment but construction, as published for the date, must include construction: no
    share of the whole exceeds all of its parts. What a date publishes several times with
    different values is taken as unknown.
    """
    found: dict[str, dict[date, dict[str, set[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for row in records_of(observations[observations["region_code"] == region_code]):
        meaning = meaning_of(row["indicator"])
        if meaning is None:
            continue
        day = pd.Timestamp(row["date"]).date()
        if meaning.dimension == "total":
            found[meaning.indicator][day][scope_of(meaning, row["scope"])].add(row["value"])
        elif meaning.dimension == "segment":
            found[f"{meaning.indicator} by segment"][day][meaning.category].add(row["value"])
    points: list[CoveragePoint] = []
    for day, coverages in sorted(found["coverage"].items()):
        numerators = _undisputed(found["active_participants"][day])
        denominators = set().union(*found["eligible_workers"][day].values())
        denominator = exact(denominators.pop()) if len(denominators) == 1 else None
        points += _sharing_parts(
            [
                _with_inferred_scope(
                    CoveragePoint(day, value, scope, numerators, denominator),
                    _undisputed(found["coverage by segment"][day]),
                )
                for scope, value in sorted(_undisputed(coverages).items())
            ]
        )
    return tuple(points)


def computed_points(rows: pd.DataFrame) -> Mapping[tuple[str, str], CoveragePoint]:
    """Points by region and scope, from the measure rows `coverage` in total of one period.

    Regions whose coverage is not available are left out. A value is what its parts give
    exactly, not its rounded division.
    """
    usable = rows[
        (rows["indicator"] == "coverage")
        & (rows["dimension"] == "total")
        & (rows["status"] == "available")
        & (rows["denominator"] > 0)
    ]
    numerators: dict[str, dict[str, Fraction]] = defaultdict(dict)
    records = records_of(usable)
    for row in records:
        numerators[row["region_code"]][row["scope"]] = exact(row["numerator"])
    return {
        (row["region_code"], row["scope"]): CoveragePoint(
            pd.Timestamp(row["as_of"]).date(),
            100 * exact(row["numerator"]) / exact(row["denominator"]),
            row["scope"],
            dict(numerators[row["region_code"]]),
            exact(row["denominator"]),
        )
        for row in records
    }


def coverage_change_rows(
    before: pd.DataFrame, after: pd.DataFrame, window: str, version: str
) -> pd.DataFrame:
    """coverage_change (percentage_points) of every region and scope of `after`, with its effects.

    Both are measure rows `coverage` of one period each; `window` names the distance
    ("1", "12" reports) and begins the categories: `12:total` is the change, and
    `12:participants`, `12:denominator`, `12:scope` and `12:unknown` add up to it. Not
    available where a region's coverage is missing on one of the dates.
    """
    earlier, later = computed_points(before), computed_points(after)
    wanted = after[(after["indicator"] == "coverage") & (after["dimension"] == "total")]
    records = []
    for row in records_of(wanted):
        place = (row["region_code"], row["scope"])
        change = (
            decompose_change(earlier[place], later[place])
            if place in earlier and place in later
            else None
        )
        records += [
            {**row, "category": f"{window}:{part}", **figure}
            for part, figure in _figures(change).items()
        ]
    frame = pd.DataFrame(
        records, columns=["region_code", "period", "as_of", "scope", "category", *_FIGURE]
    )
    frame = frame.astype({"value": "float64"})
    heading = Heading("coverage_change", "percentage_points", "", date.min, "effect")
    return measure_rows(heading, frame, version)


def published_change_measures(observations: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """The changes between all published coverages of each region, from every earlier to every later.

    The window is the date and scope of the earlier figure (`2024-12-31:excl_jakon:total`),
    the row's as-of date and scope are those of the later one. Of two figures of one date the
    one without construction comes first, so that the change between them is the scope's.
    Whole-country and branch rows are left out, as among the published measures.
    """
    is_of_region = [
        row["region_code"] != "ID" and not is_of_branch(row) for row in records_of(observations)
    ]
    usable = observations[pd.Series(is_of_region, observations.index, dtype=bool)]
    blocks = []
    for region_code in sorted(set(usable["region_code"])):
        points = published_points(usable, region_code)
        for before, after in combinations(points, 2):
            change = decompose_change(before, after)
            window = f"{before.as_of}:{before.scope}"
            period = str(month_of(after.as_of))
            blocks.append(published_change_rows(change, region_code, period, window, version))
    return blocks


def published_change_rows(
    change: ChangeDecomposition, region_code: str, period: str, window: str, version: str
) -> pd.DataFrame:
    """One published change as measure rows, in the scope of the later figure; see coverage_change_rows.

    Origin `published`: both ends are, and the parts are plain arithmetic on what was
    printed with them. The denominator_source of an effect says what was implied, that of
    `unknown` why it is not known.
    """
    frame = pd.DataFrame(
        [
            {"region_code": region_code, "category": f"{window}:{part}", **figure}
            for part, figure in _figures(change).items()
        ]
    ).astype({"value": "float64"})
    heading = Heading(
        "coverage_change", "percentage_points", period, change.after.as_of, "effect",
        change.after.scope, "published",
    )  # fmt: skip
    return measure_rows(heading, frame, version)


_FIGURE = ("value", "denominator_source", "denominator_vintage")


def _figures(change: ChangeDecomposition | None) -> dict[str, dict[str, object]]:
    """Value, source and vintage of the change and of each part, in the order they are shown."""
    parts = ("total", *EFFECTS, UNKNOWN)
    if change is None:
        return {part: dict(zip(_FIGURE, (None, "", ""), strict=True)) for part in parts}
    since = change.before.as_of.isoformat()
    reasons = "; ".join(
        f"{reason.code} {reason.as_of}" if reason.as_of else reason.code
        for reason in change.reasons
    )
    implied = "; ".join(
        f"{part}_implied {point.as_of}"
        for point in (change.before, change.after)
        for part in sorted(point.implied)
    )
    values = {"total": change.change, **change.effects, UNKNOWN: change.unknown}
    return {
        part: {
            "value": None if (value := values[part]) is None else float(value),
            "denominator_source": {"total": "", UNKNOWN: reasons}.get(part, implied),
            "denominator_vintage": since,
        }
        for part in parts
    }


def _undisputed(values: Mapping[str, set[float]]) -> dict[str, Fraction]:
    return {scope: exact(min(found)) for scope, found in values.items() if len(found) == 1}


def _with_inferred_scope(point: CoveragePoint, by_segment: Mapping[str, Fraction]) -> CoveragePoint:
    others = [value for segment, value in by_segment.items() if segment != CONSTRUCTION]
    is_bounded = {"PU", "BPU", CONSTRUCTION} <= set(by_segment)
    if point.scope != NOT_STATED or not is_bounded or point.value <= max(others) + _PRINTED_STEP:
        return point
    return replace(point, scope=WITH_CONSTRUCTION, implied=point.implied | {"scope"})


def _sharing_parts(points: list[CoveragePoint]) -> list[CoveragePoint]:
    """The points of one date, each with the denominator and numerators that the others imply."""
    stated = [complete(point) for point in points if point.scope != NOT_STATED]
    denominator = next((point.denominator for point in stated if point.denominator), None)
    if denominator is None:
        return points
    stated = [
        complete(
            point
            if point.denominator is not None
            else replace(point, denominator=denominator, implied=point.implied | {"denominator"})
        )
        for point in stated
    ]
    together = {scope: persons for point in stated for scope, persons in point.numerators.items()}
    rest = [point for point in points if point.scope == NOT_STATED]
    return [*(replace(point, numerators=together) for point in stated), *rest]
