"""The calls of the briefing notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.claims.paid import claims, scholarships
from coverage_lib.present.parts.coverage.gap import gap_and_pace
from coverage_lib.present.parts.coverage.regional import coverage_by_region
from coverage_lib.present.parts.coverage.trend import coverage_by_segment, coverage_trend
from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.parts.opening import cover_of, key_figures
from coverage_lib.present.parts.quality.reconciliation import reconciliation
from coverage_lib.present.parts.summary import summary
from coverage_lib.present.parts.village.ecosystem import village_ecosystem

cover = cover_of("briefing")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "key_figures",
    "summary",
    "coverage_trend",
    "coverage_by_segment",
    "coverage_by_region",
    "gap_and_pace",
    "claims",
    "scholarships",
    "village_ecosystem",
    "reconciliation",
    "notes_and_sources",
]
