"""When the target is reached, if the pace of the last months goes on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.rows import Heading, measure_rows

#: Targets are set a year at a time: where a pace would take longer, a date says nothing.
LONGEST_MONTHS = 120.0
#: Why there is no date, in the order in which they are looked at.
REASONS = ("gap_missing", "pace_missing", "pace_not_positive", "later_than_bound")


def target_reached_rows(
    gaps: pd.DataFrame, paces: pd.DataFrame, period: str, as_of: date, version: str
) -> pd.DataFrame:
    """target_reached_on: months from the as-of date until each recent pace closes the gap.

    0 where the target is reached already, whatever the pace. Not available, with one of
    REASONS as qualifier, where the gap or the pace is not known, where the pace is not
    positive (it leads away from the target), and where it takes more than LONGEST_MONTHS.
    `gaps` and `paces` are rows of gap_to_target and recent_monthly_pace; numerator and
    denominator are the two. `periods.day_after_months` turns the months into the day, which the listing prints. The
    gap is that of the target of the period's year, with its eligible workers unchanged.
    """
    joined = paces[["region_code", "category", "value"]].merge(
        gaps[["region_code", "value", "denominator_source", "denominator_vintage"]],
        on="region_code",
        how="left",
        suffixes=("", "_gap"),
    )
    gap = joined["value_gap"].astype("float64")
    pace = joined["value"].astype("float64")
    with_pace = pace.where(pace > 0)
    months = (gap / with_pace).mask(gap == 0, 0.0)
    is_late = months > LONGEST_MONTHS
    reason = np.select(
        [gap.isna(), gap == 0, pace.isna(), pace <= 0, is_late],
        [REASONS[0], "exact", *REASONS[1:]],
        default="exact",
    )
    value = months.mask(is_late)
    frame = joined[["region_code", "category"]].assign(
        numerator=gap.where(value.notna()),
        denominator=pace.where(value.notna()),
        value=value,
        qualifier=reason,
        denominator_source=joined["denominator_source"].fillna(""),
        denominator_vintage=joined["denominator_vintage"].fillna(""),
    )
    heading = Heading("target_reached_on", "months", period, as_of, "window_months", HEADLINE)
    return measure_rows(heading, frame, version)
