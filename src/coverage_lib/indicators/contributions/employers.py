"""Which employers pay: in full by the as-of date, and in full by the day that the law sets."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month
from coverage_lib.reference import rules
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

EMPLOYER_SEGMENTS = ("PU", "JAKON")  # the self-employed and migrants have no employer who owes
SECTOR_UNKNOWN = "unknown"


def due_date(month: Month) -> date:
    """The last day on which the contribution of a month is on time.

    The day of the following month that the rule `contribution_due_day` sets, or its last day
    where that month is shorter (PP 44/2015). Raises ReferenceDataError where the rule does
    not reach to that month.
    """
    following = month.plus(1)
    day = int(rules.at("contribution_due_day", following.first_day).value)
    return following.first_day.replace(day=min(day, following.last_day.day))


def count_employers(bills: ir.Table, month: Month) -> pd.DataFrame:
    """region_code (village), sector, employers, in_full, on_time for one month.

    An employer is obliged where it was billed more than 0 for wage earners or construction
    workers, and counts once: where the larger of its bills is, and in its sector. In full:
    none of its bills is short. On time: in full, and the last payment of each bill not later
    than the due day; a payment without its date is not known to be on time.
    """
    due = ibis.date(due_date(month).isoformat())
    billed = bills.filter(
        bills.month == ibis.date(month.first_day.isoformat()),
        bills.segment.isin(EMPLOYER_SEGMENTS),
        bills.due > 0,
    )
    is_short = billed.shortfall > 0
    in_time = (billed.paid_date <= due).fill_null(False)
    whole = ibis.window(group_by=billed.employer_key)
    largest = ibis.window(
        group_by=billed.employer_key,
        order_by=[billed.due.desc(), billed.segment.desc(), billed.region_code],
    )
    ranked = billed.select(
        "region_code",
        sector=ibis.coalesce(billed.employer_sector, SECTOR_UNKNOWN),
        short=ibis.ifelse(is_short, 1, 0).max().over(whole),
        late=ibis.ifelse(is_short | ~in_time, 1, 0).max().over(whole),
        place=ibis.row_number().over(largest),
    )
    employers = ranked.filter(ranked.place == 0)
    counts: pd.DataFrame = (
        employers.group_by("region_code", "sector")
        .aggregate(
            employers=employers.count(),
            in_full=employers.count(where=employers.short == 0),
            on_time=employers.count(where=employers.late == 0),
        )
        .execute()
    )
    return counts


def compliance_rows(
    counts: pd.DataFrame, period: str, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """employer_compliance and employer_compliance_on_time in percent of the employers obliged.

    In total for every region, by sector for province and districts. Not available where no
    employer is obliged.
    """
    values = ["employers", "in_full", "on_time"]
    sectors = sorted(set(counts["sector"]))
    blocks = []
    for dimension, categories, longest_code in (
        ("total", ["total"], CODE_LENGTHS["desa"]),
        ("sector", sectors, CODE_LENGTHS["kabupaten"]),
    ):
        told = counts.assign(total="total")
        ladder = up_the_ladder(told, [dimension], values)
        filled = with_every_region(ladder, regions, province, {dimension: categories}, values)
        filled = filled[filled["region_code"].str.len() <= longest_code]
        blocks.append(filled.rename(columns={dimension: "category"}).assign(dimension=dimension))
    frame = pd.concat(blocks, ignore_index=True)
    is_obliged = frame["employers"] > 0
    rows = []
    for indicator, column in (
        ("employer_compliance", "in_full"),
        ("employer_compliance_on_time", "on_time"),
    ):
        share = frame.assign(
            numerator=frame[column].where(is_obliged),
            denominator=frame["employers"].where(is_obliged),
        )
        share["value"] = 100.0 * share["numerator"] / share["denominator"]
        rows.append(measure_rows(Heading(indicator, "percent", period, as_of), share, version))
    return pd.concat(rows, ignore_index=True)
