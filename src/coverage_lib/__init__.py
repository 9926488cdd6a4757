"""Cakupan: coverage of employment social security, from registers to briefings.

The names below are what a notebook uses; everything else is reached through its module:
`read_measures` for the figures, for each notebook the module of its parts, and `review_roster` for
the queue of uncertain pairs.
They are imported when first asked for, so that a command that draws nothing starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coverage_lib.cli.roster_review import review_roster
    from coverage_lib.marts import read_measures
    from coverage_lib.present.notebooks import briefing as briefing_parts
    from coverage_lib.present.notebooks import claims as claims_parts
    from coverage_lib.present.notebooks import coverage as coverage_parts
    from coverage_lib.present.notebooks import methods as methods_parts
    from coverage_lib.present.notebooks import quality as quality_parts
    from coverage_lib.present.notebooks import roster as roster_parts
    from coverage_lib.present.notebooks import village as village_parts

__all__ = [
    "briefing_parts",
    "claims_parts",
    "coverage_parts",
    "methods_parts",
    "quality_parts",
    "read_measures",
    "review_roster",
    "roster_parts",
    "village_parts",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "review_roster":
        return import_module(f"{__name__}.cli.roster_review").review_roster
    if name == "read_measures":
        return import_module(f"{__name__}.marts").read_measures
    return import_module(f"{__name__}.present.notebooks.{name.removesuffix('_parts')}")
