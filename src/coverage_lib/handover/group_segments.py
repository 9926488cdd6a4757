"""As what the people of a group are registered, as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from coverage_lib.yaml_reading import read_yaml

WAGE_EARNER = "PU"


@dataclass(frozen=True)
class GroupSegment:
    """`segment` is PU or BPU, None where a roster does not tell; `said` is what a list says, in Indonesian."""

    segment: str | None
    said: str
    reference: str | None = None

    @property
    def text(self) -> str:
        return self.said if self.reference is None else f"{self.said} ({self.reference})"


def segment_of(group: str) -> GroupSegment:
    """Raises KeyError for what is no group of the dictionary."""
    return _segments()[group]


@cache
def _segments() -> Mapping[str, GroupSegment]:
    text = (resources.files("coverage_lib.handover") / "group_segments.yml").read_text("utf-8")
    return {group: GroupSegment(**entry) for group, entry in read_yaml(text).items()}
