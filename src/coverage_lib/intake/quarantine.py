"""Rejected rows as they came, with file, sheet, line and reasons: personal data, the owner's alone.

    <quarantine>/<profile>/<month>/<generation>/<table>.parquet
    <quarantine>/<profile>/<month>/exported/            workbooks for correction

The rows of a generation live and go with it.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from coverage_lib.errors import StoreError
from coverage_lib.intake.checks import REASONS
from coverage_lib.intake.durable import OWNER_ONLY, private_folder, sync_folder
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.periods import Month
from coverage_lib.sources.reading import FILE, LINE, SHEET
from coverage_lib.tables import load_table

EXPORTED = "exported"
_RECEIVED = "received_"
_OF_PULLS = re.compile(r"[0-9a-f]{16}|\.building-.*")


@dataclass(frozen=True)
class Origin:
    """Where a row stood: its file, the sheet of a workbook or None, its line from 1."""

    file: str
    sheet: str | None
    line: int


@dataclass(frozen=True)
class RejectedRow:
    """A row as received. `cells` by column of the dictionary, as text; never shown unasked."""

    table: str
    origin: Origin
    reasons: str
    cells: Mapping[str, str | None] = field(repr=False)


class QuarantineFolder:
    """The place of one profile and month in the quarantine."""

    def __init__(self, root: Path, profile: str, period: Month) -> None:
        self.root = root
        self.folder = root / profile / str(period)

    def keep_only(self, store: Path) -> None:
        """Remove the rows of generations that the store does not have, and what was half written.

        Whatever else lies there, a user put there.
        """
        for path in self.folder.glob("*"):
            if _OF_PULLS.fullmatch(path.name) and not (store / path.name).is_dir():
                shutil.rmtree(path)

    def start(self, generation: str) -> Path:
        """An empty folder to write the rejected rows of a generation into."""
        building = self.folder / f".building-{generation}"
        private_folder(building, self.root)
        return building

    def finish(self, building: Path, generation: str) -> None:
        """Give the written rows their name."""
        for path in (building, *building.rglob("*")):
            path.chmod(OWNER_ONLY if path.is_dir() else 0o600)
        building.rename(self.folder / generation)
        sync_folder(self.folder)

    def exported(self) -> Path:
        """The folder of workbooks for correction."""
        private_folder(self.folder / EXPORTED, self.root)
        return self.folder / EXPORTED

    def rows(
        self, stored: StoredPeriod, table: str | None = None, file: str | None = None
    ) -> list[RejectedRow]:
        """The rejected rows of a generation, of one table or file where one is named.

        A file is named as in the account, or by its last part. Raises StoreError where rows
        were rejected but are no longer there: `cakupan purge` took them away.
        """
        found: list[RejectedRow] = []
        for account in stored.account.tables:
            if table not in (None, account.table):
                continue
            path = self.folder / stored.account.generation / f"{account.table}.parquet"
            if path.is_file():
                found += _read(path, account.table)
            elif account.rejected:
                raise StoreError(
                    f"the {account.rejected} rejected rows of table {account.table} are no longer in "
                    "quarantine: their time was over and `cakupan purge` removed them."
                )
        return [
            row
            for row in found
            if file is None or file in (row.origin.file, row.origin.file.rpartition("/")[2])
        ]


def count_reasons(rows: Sequence[RejectedRow]) -> list[tuple[str, str, str, int]]:
    """Table, file, reasons and number of rows: no value of any row."""
    counts = Counter((row.table, row.origin.file, row.reasons) for row in rows)
    return [(*where, number) for where, number in sorted(counts.items())]


def still_open(rows: Sequence[RejectedRow], came_again: Collection[Origin]) -> list[RejectedRow]:
    """The rows that have not come again, corrected."""
    return [row for row in rows if row.origin not in came_again]


def _read(path: Path, table: str) -> list[RejectedRow]:
    columns = [column.name for column in load_table(table).columns]
    return [
        RejectedRow(
            table,
            Origin(record[FILE], record.get(SHEET), int(record[LINE])),
            str(record[REASONS]).rstrip("; "),
            {name: record.get(_RECEIVED + name) for name in columns},
        )
        for record in pq.read_table(path).to_pylist()
    ]
