"""Which generation counted when: one line a switch, added at the end of `history`, never changed.

    2025-07-02 pull 3fa9c0…
    2025-07-05 rollback 77ab12…

The pointer `current` moves first and its line follows. Where a crash came between, the next
pull or rollback adds the line that is missing, so the last line always names `current`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from coverage_lib.intake.durable import append_line

PULL, ROLLBACK = "pull", "rollback"
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2}) (pull|rollback) ([0-9A-Za-z]+)\n")


@dataclass(frozen=True)
class Switch:
    """From `day` on, `generation` counted; `verb` is the command that made it so."""

    day: date
    verb: str
    generation: str


def read_history(path: Path) -> tuple[Switch, ...]:
    """All switches, oldest first; none before the first. A line cut short is passed over."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    found = [_LINE.fullmatch(line) for line in text.splitlines(keepends=True)]
    return tuple(Switch(date.fromisoformat(m[1]), m[2], m[3]) for m in found if m)


def note_switch(path: Path, switch: Switch) -> None:
    """Add a switch; nothing where the last line names the generation already."""
    before = read_history(path)
    if before and before[-1].generation == switch.generation:
        return
    append_line(path, f"{switch.day} {switch.verb} {switch.generation}")


def by_age(history: Sequence[Switch]) -> dict[str, int]:
    """The place of each generation in the order in which they first counted."""
    return {name: place for place, name in enumerate(dict.fromkeys(s.generation for s in history))}


def by_use(history: Sequence[Switch]) -> dict[str, int]:
    """The last line that names each generation: the higher, the later it began to count."""
    return {switch.generation: place for place, switch in enumerate(history)}


def rolled_back(history: Sequence[Switch]) -> set[str]:
    """The generations that a rollback took the place of, but for the one that counts now."""
    left = {before.generation for before, after in pairwise(history) if after.verb == ROLLBACK}
    return left - {switch.generation for switch in history[-1:]}
