"""All measures of a month, for every region level at once, from the tables of a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.inputs import Inputs, days_of, without_unused_register
from coverage_lib.indicators.participation.change import published_change_measures
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.published.measures import published_measures
from coverage_lib.indicators.quality.measures import quality_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.indicators.sdg import sdg_measures
from coverage_lib.indicators.trajectory.measures import pace_of_published, trajectory_measures
from coverage_lib.indicators.village import village_measures
from coverage_lib.indicators.zone import zone_measures

SERIES_MONTHS = 18


@dataclass(frozen=True)
class Measures:
    """`rows` in long shape (see `rows.COLUMNS`), not yet safe to publish.

    `observations` are the published figures of the last months, to be set beside the rows
    once these have passed disclosure control.
    """

    rows: pd.DataFrame
    observations: pd.DataFrame | None


def compute_measures(inputs: Inputs) -> Measures:
    """Every measure that the inputs allow; what they do not is left out, never guessed.

    Published figures fill the indicators that nothing else computes in this profile; they
    keep origin `published`. Why published coverage changed is said in every profile, beside
    the changes that were computed. Raises ReferenceDataError where a table of denominators,
    targets or rules has no entry for a date it is asked for, MeasureError where the
    register is not of the period.
    """
    inputs = without_unused_register(inputs)
    version = definitions_version()
    participation = join_rows(participation_measures(inputs, version))
    computed = join_rows(
        [
            participation,
            *trajectory_measures(inputs, participation, version),
            *sdg_measures(inputs, participation, version),
            *claim_measures(inputs, version),
            *contribution_measures(inputs, version),
            *zone_measures(inputs, version),
            *village_measures(inputs, version),
            *quality_measures(inputs, participation, version),
        ]
    )
    observations = inputs.frame("observations")
    if observations is None:
        return Measures(computed, None)
    observations = _up_to(observations, inputs.period.last_day)
    published = published_measures(observations, version)
    published = published[~published["indicator"].isin(set(computed["indicator"]))]
    rows = join_rows(
        [
            computed,
            published,
            *pace_of_published(published, version),
            *published_change_measures(observations, version),
        ]
    )
    oldest = inputs.period.plus(-SERIES_MONTHS).first_day
    recent = observations[observations["date"] >= oldest]
    return Measures(rows, recent)


def _up_to(observations: pd.DataFrame, last_day: date) -> pd.DataFrame:
    frame = observations.assign(date=days_of(observations["date"]))
    return frame[frame["date"] <= last_day]
