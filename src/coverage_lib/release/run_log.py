"""The log of one run, a line of JSON an event: <reports>/.runs/<run>/log.jsonl.

It says when, what and how long, and why a briefing failed. No figure, no absolute path, nothing of a
person: a run of briefings never has any of that in its hands.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from coverage_lib.errors import on_one_line
from coverage_lib.release.failures import without_folders
from coverage_lib.release.pack import Event, Planned

#: A year of monthly packs, each with some runs that were stopped or repeated.
KEPT_RUNS = 60


@dataclass(frozen=True)
class RunLog:
    """An open log; whoever holds it closes it."""

    file: IO[str]
    clock: Callable[[], datetime]

    @classmethod
    def start(cls, reports: Path, name: str, clock: Callable[[], datetime]) -> RunLog:
        """Begin the log of a run, and let go of the oldest; names sort in the order of time."""
        runs = reports / ".runs"
        folder = runs / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(path for path in runs.iterdir() if path.is_dir())[:-KEPT_RUNS]:
            shutil.rmtree(old, ignore_errors=True)
        # By lines: what a killed run has noted is there.
        return cls((folder / "log.jsonl").open("a", encoding="utf-8", buffering=1), clock)

    def note(self, event: str, **values: Any) -> None:
        """Add a line at once. Texts become one line each, without the folders of this machine.

        Where it cannot be written nothing is told.
        """
        told = {
            name: without_folders(on_one_line(value)) if isinstance(value, str) else value
            for name, value in values.items()
        }
        line = {"at": self.clock().isoformat(timespec="milliseconds"), "event": event, **told}
        with suppress(OSError):  # the run goes on, and its own error is the one that is told
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def note_event(self, event: Event) -> None:
        """Add the line of a plan or of what came of a briefing."""
        if isinstance(event, Planned):
            self.note(
                "planned", to_make=event.to_make, up_to_date=event.up_to_date, aside=event.aside
            )
        elif event.error is not None:
            self.note("failed", briefing=event.name, error=event.error)
        else:
            seconds = {step: round(taken, 4) for step, taken in event.seconds.items()}
            self.note("made", briefing=event.name, seconds=seconds)

    def close(self) -> None:
        """Nothing is lost without it: every line is in the file as soon as it is noted."""
        with suppress(OSError):
            self.file.close()
