"""The last step: a finished month takes the place of the one that readers see, as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from coverage_lib.errors import BriefingError
from coverage_lib.periods import Month


@dataclass(frozen=True)
class Staging:
    """A month's folder while it is built aside: what readers have, with the new laid over it."""

    folder: Path
    target: Path

    def publish(self) -> Path:
        """Put the folder in place by renaming. Nothing is copied into what readers see.

        Between the two renames the month is away for an instant; a run that is killed just
        there is put right by the next one (`staged_month`).
        """
        replaced = _replaced_path(self.target)
        if self.target.exists():
            self.target.rename(replaced)
        self.folder.rename(self.target)
        shutil.rmtree(replaced, ignore_errors=True)
        return self.target


@contextmanager
def staged_month(reports: Path, period: Month) -> Iterator[Staging]:
    """A folder to build a month in; removed when the block ends without `publish`.

    Raises BriefingError where another run holds the month for a minute.
    """
    reports.mkdir(parents=True, exist_ok=True)
    target = reports / str(period)
    try:
        with FileLock(reports / f".{period}.lock", timeout=60):
            _recover(reports, target)
            staging = Staging(reports / f".building-{period}", target)
            if target.exists():
                shutil.copytree(target, staging.folder, copy_function=os.link)
            else:
                staging.folder.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging.folder, ignore_errors=True)
    except Timeout as error:
        raise BriefingError(
            f"another run is making the briefings of {period}; wait for it to end."
        ) from error


def _recover(reports: Path, target: Path) -> None:
    """Put back what a killed run moved aside, and clear what it half built."""
    replaced = _replaced_path(target)
    if replaced.exists():
        if target.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(target)
    shutil.rmtree(reports / f".building-{target.name}", ignore_errors=True)


def _replaced_path(target: Path) -> Path:
    return target.with_name(f".replaced-{target.name}")
