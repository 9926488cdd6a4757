"""How far to the target, at what pace: gap, required pace, recent pace."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.participation.denominators import target_for
from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.periods import MEAN_MONTH_DAYS, Month, month_ends_between
from coverage_lib.reference import rules

WINDOWS = (1, 3, 12)


def target_due(year: int, as_of: date) -> date:
    """The day by which a year's target is to be reached (rule `coverage_target_due`)."""
    month, day = str(rules.at("coverage_target_due", as_of).value).split("-")
    return date(year, int(month), int(day))


def target_and_gap_rows(
    coverage: pd.DataFrame, targets: pd.DataFrame, period: str, as_of: date, version: str
) -> pd.DataFrame:
    """coverage_target, gap_to_target and required_monthly_pace for the headline scope.

    gap = target % x eligible - active, in whole persons rounded half up once, and 0 where
    the target is reached. Numerator and denominator of a gap are the persons that the
    target asks for and the persons active. The pace is the gap over the month ends left to
    the target's day; with none left it is not available. Target and day are those of the
    period's year: a report of January may be as of the last of December.
    """
    total = coverage[
        (coverage["indicator"] == "coverage")
        & (coverage["dimension"] == "total")
        & (coverage["scope"] == HEADLINE)
    ].reset_index(drop=True)
    binding = target_for(targets, total["region_code"], HEADLINE)
    target = total[["region_code"]].assign(
        category=str(Month.parse(period).year),
        value=binding["target_pct"],
        denominator_source=binding["authority"].fillna(""),
    )
    asked = binding["target_pct"] / 100.0 * total["denominator"]
    # A product of binary fractions can fall just short of a half: six decimals are exact enough.
    gap = np.floor(np.round(np.maximum(asked - total["numerator"], 0.0), 6) + 0.5)
    gap_rows = total[["region_code", "denominator_source", "denominator_vintage"]].assign(
        value=gap, numerator=asked, denominator=total["numerator"].where(asked.notna())
    )
    return pd.concat(
        [
            measure_rows(
                Heading("coverage_target", "percent", period, as_of, scope=HEADLINE),
                target,
                version,
            ),
            measure_rows(
                Heading("gap_to_target", "persons", period, as_of, scope=HEADLINE),
                gap_rows,
                version,
            ),
            required_pace_rows(gap_rows, period, as_of, HEADLINE, version),
        ],
        ignore_index=True,
    )


def required_pace_rows(
    gaps: pd.DataFrame, period: str, as_of: date, scope: str, version: str
) -> pd.DataFrame:
    """Persons to add in each month that is left, from rows with region_code and value (the gap)."""
    months = month_ends_between(as_of, target_due(Month.parse(period).year, as_of))
    frame = gaps[["region_code"]].assign(
        numerator=gaps["value"] if months else np.nan,
        denominator=float(months) if months else np.nan,
        value=gaps["value"] / months if months else np.nan,
    )
    frame.loc[frame["value"].isna(), "denominator"] = np.nan
    heading = Heading("required_monthly_pace", "persons_per_month", period, as_of, scope=scope)
    return measure_rows(heading, frame, version)


def recent_pace_rows(
    stocks: pd.DataFrame, period: Month, as_of: date, version: str
) -> pd.DataFrame:
    """recent_monthly_pace over 1, 3 and 12 reports: net change of active persons a month.

    `stocks` are active_participants rows in total and one scope, of all periods. The change
    runs from the stock of the report that many months before; it is divided by the months
    that really lie between the two cut-off dates (days / 30.4375, the mean month), because
    offices cut off on different days. Not available where that report is missing.
    """
    now = stocks[stocks["period"] == str(period)].set_index("region_code")
    blocks = []
    for window in WINDOWS:
        before = stocks[stocks["period"] == str(period.plus(-window))].set_index("region_code")
        joined = now.join(before[["as_of", "value"]].add_suffix("_before"), how="left")
        days = pd.to_datetime(joined["as_of"]) - pd.to_datetime(joined["as_of_before"])
        months = days.dt.days / MEAN_MONTH_DAYS
        change = joined["value"] - joined["value_before"]
        blocks.append(
            pd.DataFrame(
                {
                    "region_code": joined.index,
                    "category": str(window),
                    "numerator": change.to_numpy(),
                    "denominator": months.where(change.notna()).to_numpy(),
                    "value": (change / months).to_numpy(),
                }
            )
        )
    heading = Heading(
        "recent_monthly_pace", "persons_per_month", str(period), as_of, "window_months", HEADLINE
    )
    return measure_rows(heading, pd.concat(blocks, ignore_index=True), version)
