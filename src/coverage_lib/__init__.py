"""Cakupan: coverage of employment social security, from registers to briefings.

The names below are what a notebook uses; everything else is reached through its module.
They are imported when first asked for, so that a command that draws nothing starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coverage_lib.marts import read_measures
    from coverage_lib.present.briefing_parts import (
        claims,
        cover,
        coverage_by_region,
        coverage_by_segment,
        coverage_trend,
        gap_and_pace,
        key_figures,
        notes_and_sources,
        reconciliation,
        scholarships,
        summary,
        village_ecosystem,
    )

__all__ = [
    "claims",
    "cover",
    "coverage_by_region",
    "coverage_by_segment",
    "coverage_trend",
    "gap_and_pace",
    "key_figures",
    "notes_and_sources",
    "read_measures",
    "reconciliation",
    "scholarships",
    "summary",
    "village_ecosystem",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "marts" if name == "read_measures" else "present.briefing_parts"
    return getattr(import_module(f"{__name__}.{home}"), name)
