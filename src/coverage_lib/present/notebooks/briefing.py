"""The calls of the briefing notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.briefing.actions import next_month
from coverage_lib.present.parts.briefing.brief import (
    claims_in_brief,
    notes_in_brief,
    regions_in_brief,
    segments_in_brief,
    trend_in_brief,
)
from coverage_lib.present.parts.briefing.changed import what_changed
from coverage_lib.present.parts.briefing.office_holders import office_holders
from coverage_lib.present.parts.opening import cover_of, key_figures
from coverage_lib.present.parts.summary import summary

cover = cover_of("briefing")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "key_figures",
    "summary",
    "what_changed",
    "next_month",
    "trend_in_brief",
    "segments_in_brief",
    "regions_in_brief",
    "office_holders",
    "claims_in_brief",
    "notes_in_brief",
]
