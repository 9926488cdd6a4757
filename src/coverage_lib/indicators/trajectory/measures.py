"""The way to the target: gap, required pace and recent pace, from the measures of participation."""

from __future__ import annotations

import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.participation.denominators import targets_of
from coverage_lib.indicators.rows import records_of
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
    as_of = of_period["as_of"].iloc[0]
    blocks = []
    targets = inputs.frame("coverage_targets")
    if targets is not None:
        found = targets_of(targets, as_of.year)
        blocks.append(target_and_gap_rows(of_period, found, str(inputs.period), as_of, version))
    totals = participation[
        (participation["indicator"] == "active_participants")
        & (participation["dimension"] == "total")
        & (participation["scope"] == HEADLINE)
    ]
    blocks.append(recent_pace_rows(totals, inputs.period, as_of, version))
    return blocks


def pace_of_published(published: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """The pace that a published gap asks for: plain division, so origin `computed`."""
    gaps = published[published["indicator"] == "gap_to_target"]
    return [
        required_pace_rows(gaps.loc[[row]], gap["period"], gap["as_of"], gap["scope"], version)
        for row, gap in zip(gaps.index, records_of(gaps), strict=True)
    ]
