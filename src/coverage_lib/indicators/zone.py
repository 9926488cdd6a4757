"""Where a province stands among the provinces of its zone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.periods import Month

#: Why a province of the zone is not compared; the first that applies.
REASONS = ("denominator_missing", "other_date", "other_scope")
#: Why the province itself has no rank: one of REASONS, or that no other is left.
NOBODY_ELSE = "nobody_to_compare"


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
    where the province itself, or every other one, is missing at that date and scope; the
    qualifier then says why.

    Dimension `zone` has the rank of the province. `zone_compared` has that of each province
    compared, itself included, category `Sumatera:14`; none without a rank. `zone_excluded`
    has a row `not_comparable` for each province that the zone was ever listed with up to
    `last_day` and that is not compared, its reason (one of REASONS) as qualifier.
    """
    known = zone_summary.assign(day=pd.to_datetime(zone_summary["cut_off_date"]).dt.date)
    own_zones = known.loc[known["region_code"] == province, "zone"].unique()
    known = known[(known["day"] <= last_day) & known["zone"].isin(own_zones)]
    recent = known[known["day"] >= Month.parse(period).plus(-1).first_day]
    blocks = []
    for (zone, scope), rows in recent.groupby(["zone", "scope"], sort=True):
        heading = Heading("rank_in_zone", "rank", period, rows["day"].max(), "zone", str(scope))
        of_zone = known[known["zone"] == zone]
        blocks.append(measure_rows(heading, _compare(of_zone, province, heading), version))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _compare(of_zone: pd.DataFrame, province: str, heading: Heading) -> pd.DataFrame:
    """Rows of one zone, date and scope: the rank, the provinces compared, those left out."""
    zone = of_zone["zone"].iloc[0]
    on_date = of_zone[
        (of_zone["day"] == heading.as_of) & (of_zone["scope"] == heading.scope)
    ].set_index("region_code")
    workers = on_date["eligible_workers"].astype("float64")
    coverage = (100.0 * on_date["active_participants"] / workers.where(workers > 0)).dropna()
    left_out = {
        code: _reason(code, of_zone, on_date, heading.scope)
        for code in sorted(set(of_zone["region_code"]) - set(coverage.index))
    }
    is_ranked = province in coverage.index and len(coverage) > 1
    ranks = coverage.map(lambda own: 1.0 + float((coverage > own).sum())) if is_ranked else None
    compared = float(len(coverage)) if is_ranked else np.nan
    records: list[dict[str, object]] = [
        {
            "dimension": "zone",
            "category": zone,
            "value": np.nan if ranks is None else ranks[province],
            "status": "available" if is_ranked else "not_comparable",
            "qualifier": "exact" if is_ranked else left_out.get(province, NOBODY_ELSE),
        }
    ]
    for code, rank in sorted({} if ranks is None else ranks.items()):
        records.append(
            {
                "dimension": "zone_compared",
                "category": f"{zone}:{code}",
                "value": rank,
                "status": "available",
                "qualifier": "exact",
            }
        )
    for code, reason in left_out.items():
        if code != province:
            records.append(
                {
                    "dimension": "zone_excluded",
                    "category": f"{zone}:{code}",
                    "value": np.nan,
                    "status": "not_comparable",
                    "qualifier": reason,
                }
            )
    frame = pd.DataFrame(records).assign(region_code=province, denominator=compared)
    frame.loc[frame["dimension"] == "zone_excluded", "denominator"] = np.nan
    return frame.assign(numerator=frame["value"])


def _reason(code: str, of_zone: pd.DataFrame, on_date: pd.DataFrame, scope: str) -> str:
    if code in on_date.index:
        return REASONS[0]
    in_scope = of_zone[of_zone["scope"] == scope]
    return REASONS[1] if code in set(in_scope["region_code"]) else REASONS[2]
