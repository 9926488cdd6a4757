"""Where a province stands among the provinces of its zone."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.periods import Month


def zone_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures from the zone summary; none without one."""
    summary = inputs.frame("zone_summary")
    if summary is None:
        return []
    period = inputs.period
    return [rank_rows(summary, inputs.province, str(period), period.last_day, version)]


def rank_rows(
    zone_summary: pd.DataFrame, province: str, period: str, last_day: date, version: str
) -> pd.DataFrame:
    """rank_in_zone: 1 + the provinces with a higher coverage, of those on one date and scope.

    The latest date up to `last_day` counts, if it lies in the period's month or the one
    before; zones that the province is never listed in give no row. The denominator is the
    number of provinces compared; provinces with equal coverage share a rank. Not comparable
    where the province itself, or every other one, is missing at that date and scope.
    """
    days = pd.to_datetime(zone_summary["cut_off_date"]).dt.date
    oldest = Month.parse(period).plus(-1).first_day
    own_zones = zone_summary.loc[zone_summary["region_code"] == province, "zone"].unique()
    usable = zone_summary[
        (days >= oldest) & (days <= last_day) & zone_summary["zone"].isin(own_zones)
    ]
    blocks = []
    for (zone, scope), rows in usable.groupby(["zone", "scope"], sort=True):
        row_days = pd.to_datetime(rows["cut_off_date"]).dt.date
        as_of = max(row_days)
        latest = rows[row_days == as_of]
        coverage = (100.0 * latest["active_participants"] / latest["eligible_workers"]).set_axis(
            latest["region_code"]
        )
        heading = Heading("rank_in_zone", "rank", period, as_of, "zone", str(scope))
        comparable = province in coverage.index and len(coverage) > 1
        rank = 1.0 + float((coverage > coverage[province]).sum()) if comparable else float("nan")
        frame = pd.DataFrame(
            {
                "region_code": [province],
                "category": [str(zone)],
                "numerator": [rank],
                "denominator": [float(len(coverage)) if comparable else float("nan")],
                "value": [rank],
                "status": ["available" if comparable else "not_comparable"],
            }
        )
        blocks.append(measure_rows(heading, frame, version))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
