"""As what the people of a group are registered, as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from coverage_lib.linkage.roster_tables import group_of
from coverage_lib.yaml_reading import read_yaml

WAGE_EARNER = "PU"


@dataclass(frozen=True)
class GroupSegment:
    """`segment` is PU or BPU, None where a roster does not tell; `said` is what a list says, in Indonesian.
    `positions` have a segment of their own.
    """

    segment: str | None
    said: str
    reference: str | None = None
    positions: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.said if self.reference is None else f"{self.said} ({self.reference})"


def segment_of(group: str) -> GroupSegment:
    """Raises KeyError for what is no group of the dictionary."""
    return _segments()[group]


def is_wage_earner(position: str) -> bool:
    """Whether who is listed under a position, or a group, is known to be registered as PU."""
    group = segment_of(group_of(position))
    return group.positions.get(position, group.segment) == WAGE_EARNER


@cache
def _segments() -> Mapping[str, GroupSegment]:
    text = (resources.files("coverage_lib.handover") / "group_segments.yml").read_text("utf-8")
    return {group: GroupSegment(**entry) for group, entry in read_yaml(text).items()}
