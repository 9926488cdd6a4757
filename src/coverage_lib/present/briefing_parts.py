"""The calls of the briefing notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.claims import claims, scholarships
from coverage_lib.present.parts.coverage import coverage_by_segment, coverage_trend
from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.parts.opening import cover, key_figures
from coverage_lib.present.parts.reconciliation import reconciliation
from coverage_lib.present.parts.regional import coverage_by_region
from coverage_lib.present.parts.summary import summary
from coverage_lib.present.parts.trajectory import gap_and_pace
from coverage_lib.present.parts.village import village_ecosystem

__all__ = [
    "claims",
    "cover",
    "coverage_by_region",
    "coverage_by_segment",
    "coverage_trend",
    "gap_and_pace",
    "key_figures",
    "notes_and_sources",
    "reconciliation",
    "scholarships",
    "summary",
    "village_ecosystem",
]
