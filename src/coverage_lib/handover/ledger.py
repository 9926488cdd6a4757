"""Who got which lists: a line a workbook, without personal data, kept with the month in the store.

    <store>/<profile>/<month>/handed_over.jsonl

The lists themselves go when their time is over (`cakupan purge`); that they were handed over stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from coverage_lib.intake.durable import append_line

LEDGER = "handed_over.jsonl"


@dataclass(frozen=True)
class HandedOver:
    """One workbook. `folder` and `passwords` are paths, relative where within the project; `rows` is
    how many people it names, `to` the office or village that it is for.
    """

    at: str
    by: str
    to: str
    region: str
    folder: str
    file: str
    sha256: str
    rows: int
    passwords: str


def write_ledger(month_folder: Path, entries: Iterator[HandedOver] | list[HandedOver]) -> None:
    """Add lines; each is on the disk before this returns."""
    for entry in entries:
        line = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
        append_line(month_folder / LEDGER, line)


def read_ledger(month_folder: Path) -> list[HandedOver]:
    """All lines, oldest first; one that a crash cut short counts for nothing."""
    path = month_folder / LEDGER
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(HandedOver(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def handed_over_files(store: Path, project: Path) -> list[Path]:
    """Lists and password files of all months, wherever they were written, there or not any more."""
    found: set[Path] = set()
    for ledger in store.glob(f"*/????-??/{LEDGER}"):
        for entry in read_ledger(ledger.parent):
            found |= {project / entry.folder / entry.file, project / entry.passwords}
    return sorted(found)
