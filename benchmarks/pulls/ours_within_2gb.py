"""The whole pull with the memory that a profile has without other words."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pulls.ours import bring_in as bring_in_within
from benchmarks.pulls.task import Outcome


def bring_in(extract: Path, out: Path) -> Outcome:
    return bring_in_within(extract, out, "2GB")
