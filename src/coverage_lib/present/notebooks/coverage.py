"""The parts of the coverage notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.coverage.causes import causes_of_change
from coverage_lib.present.parts.coverage.flows import participant_flows
from coverage_lib.present.parts.coverage.glance import beside_regions_above, coverage_at_a_glance
from coverage_lib.present.parts.coverage.groups import worker_groups
from coverage_lib.present.parts.coverage.outlook import forecast, trajectory
from coverage_lib.present.parts.coverage.people import (
    age_and_sex,
    funders_and_sectors,
    participants_by_programme,
)
from coverage_lib.present.parts.coverage.regions_below import regions_two_levels_down
from coverage_lib.present.parts.coverage.regions_over_time import regions_over_time
from coverage_lib.present.parts.coverage.regions_ranked import regions_ranked
from coverage_lib.present.parts.coverage.trend import coverage_by_segment, coverage_trend
from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.parts.opening import cover_of

cover = cover_of("coverage")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "coverage_at_a_glance",
    "coverage_trend",
    "beside_regions_above",
    "coverage_by_segment",
    "participants_by_programme",
    "worker_groups",
    "age_and_sex",
    "funders_and_sectors",
    "regions_ranked",
    "regions_over_time",
    "regions_two_levels_down",
    "participant_flows",
    "causes_of_change",
    "trajectory",
    "forecast",
    "notes_and_sources",
]
