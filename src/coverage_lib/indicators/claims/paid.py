"""Claims and scholarships as measures: the year to date, the same date a year before, and that full year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.claims.counts import scholarship_counts
from coverage_lib.indicators.claims.spans import TO_THE_DAY, Span, spans_of
from coverage_lib.indicators.participation.participants import PROGRAMMES, SEGMENTS
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month
from coverage_lib.reference import rules
from coverage_lib.reference.benefit_types import UNKNOWN, counted_codes
from coverage_lib.reference.benefits import scholarship_maximum
from coverage_lib.reference.regions import CODE_LENGTHS, LEVELS, Regions

_CLAIMS = {"claims": ("claims_paid", "claims"), "amount_idr": ("claims_amount_idr", "idr")}
_SCHOLARSHIPS = {
    "children": ("scholarship_children", "children"),
    "amount_idr": ("scholarship_amount_idr", "idr"),
}


@dataclass(frozen=True)
class Breakdown:
    """The axes of a dimension with their categories, and the lowest level that it is given for.

    Of two axes a category names both, as in `JKK/2025-01`.
    """

    dimension: str
    axes: Mapping[str, tuple[str, ...]]
    lowest_level: str


TOTAL = Breakdown("total", {}, "desa")


def claim_rows(
    counts: pd.DataFrame, period: Month, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """claims_paid and claims_amount_idr from the rows of `claim_counts`.

    In total for every region, by programme, segment and benefit type from kecamatan and by
    month, from kabupaten upwards; by programme or segment and month for the province, which
    tells what a claim ratio of whole months leaves of the year to date. Below those levels nearly all
    counts would be too small to show, and each breakdown is one more way to work the
    withheld ones out. Regions without a payment have 0: the archive covers the whole
    province. Earlier spans are given only where the archive reaches back to January of the
    year before.
    """
    counts = with_month_names(counts)
    programmes: Mapping[str, tuple[str, ...]] = {"programme": PROGRAMMES}
    segments: Mapping[str, tuple[str, ...]] = {"segment": (*SEGMENTS, UNKNOWN)}
    blocks = []
    for span in spans_of(period, as_of, counts):
        by_month = {"month": tuple(span.months)}
        of_span = counts[counts["stretch"].isin(span.stretches)]
        blocks += [
            rows_along(of_span, breakdown, _CLAIMS, span, regions, province, version)
            for breakdown in (
                TOTAL,
                Breakdown("programme", programmes, "kecamatan"),
                Breakdown("segment", segments, "kecamatan"),
                Breakdown("benefit_type", {"benefit_type": counted_codes()}, "kecamatan"),
                Breakdown("month", by_month, "kabupaten"),
                Breakdown("programme_month", {**programmes, **by_month}, "provinsi"),
                Breakdown("segment_month", {**segments, **by_month}, "provinsi"),
            )
        ]
    return pd.concat(blocks, ignore_index=True)


def scholarship_rows(
    scholarships: ir.Table,
    period: Month,
    as_of: date,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """scholarship_children: in total for every region, by programme and by school level from
    kabupaten upwards; scholarship_amount_idr: for the province only, likewise broken down.

    The amount a child is fixed by law for each school level (PP 82/2019), so that the rupiah
    of a few children tell the level of each: 6 children with Rp31 million are 2 in higher
    education, 2 in SMP and 2 below. Only the province has too many children for that. By
    programme and school level at once it too has cells of a few children, which would
    withhold every amount, so that breakdown is left out.
    """
    counts = with_month_names(scholarship_counts(scholarships, as_of, province).execute())
    blocks = []
    for span in spans_of(period, as_of, counts):
        of_span = counts[counts["stretch"].isin(span.stretches)]
        if span.stretches == (TO_THE_DAY,):
            of_span = of_span.assign(children=of_span["children_to_the_day"])
        levels = tuple(rules.at("scholarship_amount_per_year_idr", span.last).value)
        blocks += [
            rows_along(of_span, breakdown, _SCHOLARSHIPS, span, regions, province, version)
            for breakdown in (
                TOTAL,
                Breakdown("programme", {"programme": ("JKK", "JKM")}, "kabupaten"),
                Breakdown("school_level", {"school_level": levels}, "kabupaten"),
            )
        ]
    rows = pd.concat(blocks, ignore_index=True)
    is_amount = rows["indicator"] == "scholarship_amount_idr"
    return rows[~is_amount | (rows["region_code"] == province)]


def scholarship_maximum_rows(regions: Regions, period: Month, version: str) -> pd.DataFrame:
    """scholarship_maximum_idr: what the law allows for all children of one participant together.

    Children x the sum over school levels of amount a year x years (PP 82/2019), the same
    for every region, so that each briefing can quote it.
    """
    day = period.last_day
    maximum = scholarship_maximum(day)
    reference = rules.at("scholarship_amount_per_year_idr", day).reference
    frame = pd.DataFrame(
        {
            "region_code": list(regions.by_code),
            "value": float(maximum),
            "denominator_source": reference,
        }
    )
    heading = Heading("scholarship_maximum_idr", "idr", str(period), day)
    return measure_rows(heading, frame, version)


def with_month_names(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with region_code for the village, and months as the names they have in measures."""
    months = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
    return counts.rename(columns={"village_code": "region_code"}).assign(month=months)


def rows_along(
    counts: pd.DataFrame,
    breakdown: Breakdown,
    indicators: Mapping[str, tuple[str, str]],
    span: Span,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """Rows of each column of `indicators` (name and unit), zeros included, summed up the ladder."""
    axes, values = list(breakdown.axes), list(indicators)
    depth = LEVELS.index(breakdown.lowest_level)
    shown = Regions(
        {code: one for code, one in regions.by_code.items() if code.count(".") <= depth}
    )
    longest = CODE_LENGTHS[breakdown.lowest_level]
    placed = counts.assign(region_code=counts["region_code"].str.slice(0, longest))
    ladder = up_the_ladder(placed, axes, values)
    filled = with_every_region(ladder, shown, province, breakdown.axes, values)
    if axes:
        names = filled[axes].itertuples(index=False, name=None)
        filled = filled.assign(category=["/".join(name) for name in names])
    heading = Heading("", "", span.period, span.last, breakdown.dimension)
    return pd.concat(
        [
            measure_rows(
                replace(heading, indicator=indicator, unit=unit),
                filled.assign(value=filled[column]),
                version,
            )
            for column, (indicator, unit) in indicators.items()
        ],
        ignore_index=True,
    )
