"""What personal data is older than it may be kept, and its removal.

An extract's age is counted from the day on which it came in, as the ledger says; that of an
extract that never came in, and of any other file, from the day on which it was last written.
The store itself holds pseudonyms and stays; so do reports.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from coverage_lib.config import Settings
from coverage_lib.errors import StoreError, UsageError
from coverage_lib.intake.arrivals import read_ledger
from coverage_lib.intake.quarantine import QuarantineFolder
from coverage_lib.intake.store import PeriodStore
from coverage_lib.periods import Month, month_of
from coverage_lib.sources.catalogue import ROWS_SUFFIX, SIDECAR_SUFFIX

_AGE = re.compile(r"([1-9][0-9]{0,4})([dm])")


def day_of_age(text: str, today: date) -> date:
    """The day before which a file is too old: `400d` are days, `13m` are months of the calendar.

    Where the month has no such day, its last one counts. Raises UsageError for other spellings.
    """
    match = _AGE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--older-than {text!r}: days or months were expected, such as 400d or 13m."
        )
    number = int(match[1])
    if match[2] == "d":
        return today - timedelta(days=number)
    month = month_of(today).plus(-number)
    return (
        month.last_day if today.day > month.last_day.day else month.first_day.replace(day=today.day)
    )


def old_files(settings: Settings, before: date, *, incoming: bool) -> list[Path]:
    """The files in quarantine and of rosters, and among the extracts where asked, from before a day.

    What describes an extract is as old as the extract.
    """
    arrived = _days_of_arrival(settings) if incoming else {}
    roots = [settings.quarantine, settings.roster, *([settings.incoming] if incoming else [])]
    return [
        path
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and _day_of(path, arrived) < before
    ]


def remove_files(files: Iterable[Path], settings: Settings) -> None:
    """Remove files, and the folders that they leave empty; nothing else."""
    for path in files:
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder in (
                settings.quarantine,
                settings.roster,
                settings.incoming,
                settings.project,
            ):
                break
            if not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


def clear_left_behind(settings: Settings, before: date) -> list[str]:
    """Remove what killed pulls left half built; the months that a pull holds right now are told.

    What a reader spilled to disk goes once it was last written before a day: until then
    it may be in use.
    """
    busy = []
    for profile, period in _months_in_store(settings.store):
        store = PeriodStore(settings.store, profile, period)
        try:
            with store.locked(seconds=0):
                store.clear_left_behind()
                for spill in store.folder.glob(".spill-*"):
                    if _written(spill) < before:
                        shutil.rmtree(spill, ignore_errors=True)
                QuarantineFolder(settings.quarantine, profile, period).keep_only(store.folder)
        except StoreError:
            busy.append(f"{profile} {period}")
    return busy


def _months_in_store(root: Path) -> Iterator[tuple[str, Month]]:
    for folder in sorted(root.glob("*/????-??")):
        if folder.is_dir():
            yield folder.parent.name, Month.parse(folder.name)


def _days_of_arrival(settings: Settings) -> dict[Path, date]:
    """When each extract came in first, for whichever profile."""
    days: dict[Path, date] = {}
    for profile, period in _months_in_store(settings.store):
        ledger = read_ledger(PeriodStore(settings.store, profile, period).folder)
        for arrival in ledger.values():
            path = settings.project / arrival.name
            days[path] = min(arrival.arrived, days.get(path, arrival.arrived))
    return days


def _day_of(path: Path, arrived: Mapping[Path, date]) -> date:
    for suffix in (SIDECAR_SUFFIX, ROWS_SUFFIX):
        described = path.with_name(path.name.removesuffix(suffix))
        if described != path and described.is_file():
            path = described
    return arrived.get(path) or _written(path)


def _written(path: Path) -> date:
    return date.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ012  the day on the user's calendar
