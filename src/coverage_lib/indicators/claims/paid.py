"""Claims and scholarships as measures: the year to date, the same date a year before, and that full year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.claims.counts import claims_by_village, scholarships_by_village
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month, month_of, same_day_a_year_earlier
from coverage_lib.reference import rules
from coverage_lib.reference.benefits import scholarship_maximum
from coverage_lib.reference.regions import LEVELS, Regions


@dataclass(frozen=True)
class _Breakdown:
    """The categories of a dimension, and the lowest level that they are given for."""

    dimension: str
    categories: list[str]
    lowest_level: str


_TOTAL = _Breakdown("total", [], "desa")


@dataclass(frozen=True)
class _Span:
    """A year up to a day, under the month that it is reported for."""

    period: str
    last: date

    @property
    def first(self) -> date:
        return date(self.last.year, 1, 1)


def _spans(period: Month, as_of: date, first_paid: date) -> list[_Span]:
    """The period's own span, and the earlier ones that the data reaches back to in full."""
    year_before = date(as_of.year - 1, 12, 31)
    spans = [_Span(str(period), as_of)]
    if first_paid <= date(as_of.year - 1, 1, 31):
        spans.append(_Span(str(period.plus(-12)), same_day_a_year_earlier(as_of)))
        if month_of(year_before) != period.plus(-12):
            spans.append(_Span(str(month_of(year_before)), year_before))
    return spans


def claim_rows(
    claims: ir.Table, period: Month, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """claims_paid and claims_amount_idr: in total for every region, by programme from kecamatan
    and by month from kabupaten upwards.

    Below those levels nearly all counts would be too small to show, and each breakdown is one
    more way to work the withheld ones out. Regions without a payment have 0: the archive
    covers the whole province. Earlier spans are given only where the archive reaches back to
    January of the year before.
    """
    blocks = []
    for span in _spans(period, as_of, _first_paid(claims)):
        counts = claims_by_village(claims, span.first, span.last).execute()
        counts = counts.rename(columns={"village_code": "region_code"})
        counts["month"] = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
        months = [str(Month(span.last.year, number)) for number in range(1, span.last.month + 1)]
        blocks += [
            _rows_along(
                counts, breakdown,
                {"claims": ("claims_paid", "claims"), "amount_idr": ("claims_amount_idr", "idr")},
                span, regions, province, version,
            )
            for breakdown in (
                _TOTAL,
                _Breakdown("programme", ["JHT", "JKM", "JKK", "JP", "JKP"], "kecamatan"),
                _Breakdown("month", months, "kabupaten"),
            )
        ]  # fmt: skip
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
    education, 2 in SMP and 2 below. Only the province has too many children for that.
    """
    blocks = []
    for span in _spans(period, as_of, _first_paid(scholarships)):
        counts = scholarships_by_village(scholarships, span.first, span.last).execute()
        counts = counts.rename(columns={"village_code": "region_code"})
        levels = list(rules.at("scholarship_amount_per_year_idr", span.last).value)
        blocks += [
            _rows_along(
                counts, breakdown,
                {"children": ("scholarship_children", "children"),
                 "amount_idr": ("scholarship_amount_idr", "idr")},
                span, regions, province, version,
            )
            for breakdown in (
                _TOTAL,
                _Breakdown("programme", ["JKK", "JKM"], "kabupaten"),
                _Breakdown("school_level", levels, "kabupaten"),
            )
        ]  # fmt: skip
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


def _rows_along(
    counts: pd.DataFrame,
    breakdown: _Breakdown,
    indicators: dict[str, tuple[str, str]],
    span: _Span,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    dimension = breakdown.dimension
    axes = {dimension: breakdown.categories} if breakdown.categories else {}
    ladder = up_the_ladder(counts, list(axes), list(indicators))
    filled = with_every_region(ladder, regions, province, axes, list(indicators))
    lowest = LEVELS.index(breakdown.lowest_level)
    filled = filled[filled["region_code"].str.count(r"\.") <= lowest]
    filled = filled.rename(columns={dimension: "category"})
    blocks = []
    for column, (indicator, unit) in indicators.items():
        heading = Heading(indicator, unit, span.period, span.last, dimension)
        blocks.append(measure_rows(heading, filled.assign(value=filled[column]), version))
    return pd.concat(blocks, ignore_index=True)


def _first_paid(payments: ir.Table) -> date:
    return pd.Timestamp(payments.paid_date.min().execute()).date()
