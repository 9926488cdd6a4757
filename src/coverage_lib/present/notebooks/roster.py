"""The parts of the roster notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.opening import cover_of
from coverage_lib.present.parts.roster.coverage import by_position, by_region
from coverage_lib.present.parts.roster.linkage import match_weights, rules
from coverage_lib.present.parts.roster.outcome import how_to_read, outcomes

cover = cover_of("roster")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "outcomes",
    "by_position",
    "by_region",
    "rules",
    "match_weights",
    "how_to_read",
]
