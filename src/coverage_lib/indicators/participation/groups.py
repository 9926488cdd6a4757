"""Coverage of the groups of workers that the regulation names, of the potential of each."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.rows import Heading, measure_rows


def group_coverage_rows(
    active: pd.DataFrame, potential: pd.DataFrame, period: str, as_of: date, version: str
) -> pd.DataFrame:
    """group_coverage in percent: active participants of a group over its potential.

    `active` has region_code, category, persons of every group; `potential` region_code,
    category, potential, denominator_source, denominator_vintage. Only groups with a
    potential have rows, in every region; where the potential is missing or 0 the share is
    not available. It may exceed 100 where more are covered than expected.
    """
    of_groups = active[active["category"].isin(potential["category"])]
    joined = of_groups.merge(potential, on=["region_code", "category"], how="left")
    denominator = joined["potential"].astype("float64")
    denominator = denominator.where(denominator > 0)
    frame = joined.assign(
        numerator=joined["persons"].astype("float64").where(denominator.notna()),
        denominator=denominator,
        value=100.0 * joined["persons"] / denominator,
        denominator_source=joined["denominator_source"].fillna(""),
        denominator_vintage=joined["denominator_vintage"].fillna(""),
    )
    heading = Heading("group_coverage", "percent", period, as_of, "worker_group", HEADLINE)
    return measure_rows(heading, frame, version)
