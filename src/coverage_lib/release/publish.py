"""The last step: a finished month takes the place of the one that readers see, as a whole.

    <reports>/2025-06 -> .packs/2025-06/3    what readers open: a link
    <reports>/.packs/2025-06/2 and 3         whole packs: this one, and the one before it
    <reports>/.aside/2025-06/                briefings made and not yet published
    <reports>/.failed/2025-06/               notebooks that failed, each beside its error

A link is replaced in one step on every file system; two folders cannot change places in one. The pack
before stays until the next is published, so that nobody's folder goes while it is being read.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from coverage_lib.errors import BriefingError
from coverage_lib.intake.durable import sync_folder, sync_tree
from coverage_lib.periods import Month

WAIT_SECONDS = 60.0
#: The number of a month that an earlier version left as a folder in the link's place.
_FOUND = 0


@dataclass(frozen=True)
class ReportedMonth:
    """Where all that belongs to a month of briefings lies. Only one run at a time holds it."""

    reports: Path
    period: Month

    @property
    def published(self) -> Path:
        """What readers open; it need not be there yet."""
        return self.reports / str(self.period)

    @property
    def aside(self) -> Path:
        """What is made and not yet published; it need not be there."""
        return self.reports / ".aside" / str(self.period)

    @property
    def failed(self) -> Path:
        """Notebooks that failed, each beside its error; it need not be there."""
        return self.reports / ".failed" / str(self.period)

    @property
    def _packs(self) -> Path:
        return self.reports / ".packs" / str(self.period)

    @property
    def _building(self) -> Path:
        return self._packs / ".building"

    @property
    def _new_link(self) -> Path:
        return self.reports / f".{self.period}.new"

    def start_pack(self) -> Path:
        """A folder to build a pack in, of the same disk: what readers have, as hard links."""
        self._packs.mkdir(parents=True, exist_ok=True)
        if self.published.exists():
            shutil.copytree(self.published, self._building, copy_function=os.link)
        else:
            self._building.mkdir()
        return self._building

    def publish(self) -> Path:
        """Let readers see the pack that was started. Nothing is copied into what they see."""
        sync_tree(self._building)
        final = self._packs / str(max([_FOUND, *self._numbers()]) + 1)
        self._building.rename(final)
        sync_folder(self._packs)
        if self.published.is_dir() and not self.published.is_symlink():
            # Of an earlier version: away for an instant, once; `recover` knows it by its number.
            self.published.rename(self._packs / str(_FOUND))
        self._point_to(final)
        self._let_go_of_others()
        return self.published

    def recover(self) -> None:
        """Clear what a killed run half built, and put back what it had just moved."""
        shutil.rmtree(self._building, ignore_errors=True)
        self._new_link.unlink(missing_ok=True)
        found = self._packs / str(_FOUND)
        if found.is_dir() and not os.path.lexists(self.published):
            self._point_to(found)
        self._let_go_of_others()

    def remove_if_empty(self) -> None:
        """Take away the folders of what lies aside and of what failed, where nothing is in them."""
        for folder in (self.aside, self.failed):
            for root, _, _ in os.walk(folder, topdown=False):
                with suppress(OSError):
                    Path(root).rmdir()
            with suppress(OSError):
                folder.parent.rmdir()

    def _point_to(self, pack: Path) -> None:
        self._new_link.symlink_to(pack.relative_to(self.reports), target_is_directory=True)
        self._new_link.replace(self.published)
        sync_folder(self.reports)

    def _let_go_of_others(self) -> None:
        """Keep the pack that readers see and the one before it."""
        if not self.published.is_symlink():
            return
        name = self.published.readlink().name
        if not name.isdecimal():  # somebody has pointed it elsewhere
            return
        current = int(name)
        before = [number for number in self._numbers() if number < current]
        for number in self._numbers():
            if number not in (current, *before[-1:]):
                # What cannot go yet, as on a network disk that somebody reads, goes the next time.
                shutil.rmtree(self._packs / str(number), ignore_errors=True)

    def _numbers(self) -> list[int]:
        return sorted(
            int(path.name) for path in self._packs.glob("[0-9]*") if path.name.isdecimal()
        )


@contextmanager
def held_month(
    reports: Path, period: Month, wait_seconds: float = WAIT_SECONDS
) -> Iterator[ReportedMonth]:
    """A month of briefings for one run alone. What is not published stays aside when the block ends.

    Raises BriefingError where another run holds the month that long.
    """
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / f".{period}.lock", timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise BriefingError(
            f"another run is making the briefings of {period}; wait for it to end."
        ) from error
    month = ReportedMonth(reports, period)
    try:
        month.recover()
        yield month
    finally:
        month.remove_if_empty()
        lock.release()
