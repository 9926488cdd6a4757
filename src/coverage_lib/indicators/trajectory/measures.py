"""The way to the target: gap, required and recent pace, when it is reached, and a forecast."""

from __future__ import annotations

import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.participation.denominators import targets_of
from coverage_lib.indicators.rows import records_of
from coverage_lib.indicators.trajectory.arrival import target_reached_rows
from coverage_lib.indicators.trajectory.forecast import forecast_rows
from coverage_lib.indicators.trajectory.pace import (
    recent_pace_rows,
    required_pace_rows,
    target_and_gap_rows,
)


def trajectory_measures(
    inputs: Inputs, participation: pd.DataFrame, version: str
) -> list[pd.DataFrame]:
    """Blocks of measures from the rows of `participation_measures`; none without a stock of the period."""
    of_period = participation[participation["period"] == str(inputs.period)]
    if of_period.empty:
        return []
    period, as_of = str(inputs.period), of_period["as_of"].iloc[0]
    totals = participation[
        (participation["dimension"] == "total") & (participation["scope"] == HEADLINE)
    ]
    stocks = totals[totals["indicator"] == "active_participants"]
    paces = recent_pace_rows(stocks, inputs.period, as_of, version)
    blocks = [paces]
    targets = inputs.frame("coverage_targets")
    if targets is not None:
        found = targets_of(targets, inputs.period.year)
        way = target_and_gap_rows(of_period, found, period, as_of, version)
        gaps = way[way["indicator"] == "gap_to_target"]
        blocks += [way, target_reached_rows(gaps, paces, period, as_of, version)]
    coverage = totals[(totals["indicator"] == "coverage") & (totals["period"] == period)]
    return [*blocks, *forecast_rows(stocks, coverage, period, as_of, version)]


def pace_of_published(published: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """The pace that a published gap asks for: plain division, so origin `computed`."""
    gaps = published[published["indicator"] == "gap_to_target"]
    return [
        required_pace_rows(gaps.loc[[row]], gap["period"], gap["as_of"], gap["scope"], version)
        for row, gap in zip(gaps.index, records_of(gaps), strict=True)
    ]
