"""What of a pull's account may be printed: counts by table, file, column and rule.

No value of a row is in it, nor a name of a person: reasons and repairs name columns only. A
correction's reason and office are as corrections.yml says them, which never tells of a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from coverage_lib.intake.corrections import CorrectionAccount
from coverage_lib.intake.pull_account import PullAccount, SourceAccount

_SEPARATOR = "; "


@dataclass(frozen=True)
class TableReceipt:
    """What became of a table's rows: received = accepted + rejected + duplicates."""

    table: str
    received: int
    accepted: int
    rejected: int
    duplicates: int


@dataclass(frozen=True)
class FileReceipt:
    """The same of one file; `declared` is how many rows its sender says it has, None where unsaid.

    `name` is the file's name without its folder; `as_of` is None where each row has its own
    date. `absent_columns` are optional columns of the dictionary that the file lacks.
    """

    table: str
    name: str
    producer: str
    as_of: date | None
    received_on: date | None
    simulated: bool
    rows: int
    rejected: int
    duplicates: int
    declared: int | None
    absent_columns: tuple[str, ...]
    retried: bool

    @property
    def accepted(self) -> int:
        return self.rows - self.rejected - self.duplicates

    @property
    def days_waited(self) -> int | None:
        """Days from the as-of date to the day it came in; None where either is not known."""
        if self.as_of is None or self.received_on is None:
            return None
        return (self.received_on - self.as_of).days


@dataclass(frozen=True)
class FaultCount:
    """One fault of a table's rows: the header of its column, what was expected, in how many rows.

    `column` is empty where the fault is of the whole row. `rejected` rows went to quarantine
    with it, `kept` rows only lost the value. A row with several faults counts in each.
    """

    table: str
    column: str
    expected: str
    rejected: int
    kept: int

    @property
    def rows(self) -> int:
        return self.rejected + self.kept


@dataclass(frozen=True)
class RepairCount:
    """How many cells of a column were read by a rule in another than their standard form."""

    table: str
    column: str
    rule: str
    rows: int


@dataclass(frozen=True)
class DriftNote:
    """One difference from the extract before: its kind, and the words that its sentence needs.

    `kind` is one of DRIFT_KINDS or `other`, whose only word is `text`. Numbers are bare digits.
    """

    table: str
    kind: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class PullReceipt:
    """The account of a pull as it may be printed; tables and files in the account's order."""

    generation: str
    tables: tuple[TableReceipt, ...]
    files: tuple[FileReceipt, ...]
    faults: tuple[FaultCount, ...]
    repairs: tuple[RepairCount, ...]
    corrections: tuple[CorrectionAccount, ...]
    drift: tuple[DriftNote, ...]

    @property
    def total(self) -> TableReceipt:
        """All tables together, under an empty name."""
        return TableReceipt(
            "",
            sum(one.received for one in self.tables),
            sum(one.accepted for one in self.tables),
            sum(one.rejected for one in self.tables),
            sum(one.duplicates for one in self.tables),
        )

    def files_of(self, table: str) -> tuple[FileReceipt, ...]:
        return tuple(file for file in self.files if file.table == table)

    def faults_of(self, table: str) -> tuple[FaultCount, ...]:
        return tuple(fault for fault in self.faults if fault.table == table)


def pull_receipt(account: PullAccount) -> PullReceipt:
    """The printable part of an account. Faults and repairs come the commonest first by table."""
    return PullReceipt(
        generation=account.generation,
        tables=tuple(
            TableReceipt(one.table, one.received, one.accepted, one.rejected, one.duplicates)
            for one in account.tables
        ),
        files=tuple(_file(source) for source in account.sources),
        faults=tuple(fault for one in account.tables for fault in _faults(account, one.table)),
        repairs=tuple(
            RepairCount(one.table, column, rule, rows)
            for one in account.tables
            for column, rule, rows in account.repairs_of(one.table)
        ),
        corrections=account.corrections,
        drift=tuple(_drift(text) for text in account.drift),
    )


def _file(source: SourceAccount) -> FileReceipt:
    name = source.name if source.name.startswith("database:") else PurePosixPath(source.name).name
    return FileReceipt(
        source.table, name, source.producer, source.as_of, source.received, source.simulated, source.rows,
        source.rejected, source.duplicates, source.expected_rows, source.absent_columns, source.retried,
    )  # fmt: skip


def _faults(account: PullAccount, table: str) -> list[FaultCount]:
    """A file's faults tell of all that is wrong, a table's reasons of what cost a row."""
    everything = _counted(
        pair for source in account.sources if source.table == table for pair in source.faults
    )
    rejecting = _counted(
        pair for one in account.tables if one.table == table for pair in one.reasons
    )
    found = [
        FaultCount(
            table, *_parted(text), rejecting[text], max(0, everything[text] - rejecting[text])
        )
        for text in everything | rejecting
    ]
    return sorted(found, key=lambda fault: (-fault.rows, fault.column, fault.expected))


def _counted(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    """Rows by single fault; a list of faults counts in each of them."""
    sums: Counter[str] = Counter()
    for faults, rows in pairs:
        for fault in dict.fromkeys(faults.split(_SEPARATOR)):
            sums[fault] += rows
    return sums


def _parted(fault: str) -> tuple[str, str]:
    """The column's header and what was expected; no header where the row is meant."""
    column, found, expected = fault.partition(": ")
    return (column, expected) if found else ("", fault)


_FILES = r"(?P<{0}_files>\d+) files?"
_ROWS = (
    r"(?P<now>[\d,]+) rows in " + _FILES.format("now") + r", (?P<before>[\d,]+) in "
    + _FILES.format("before") + r" before"
)  # fmt: skip
#: How `intake.drift` and `intake.pull` word each kind; of two that fit the first counts.
DRIFT_KINDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "file_gone": r"file (?P<file>.+) that came in on (?P<day>\S+) is not there any more",
        "renamed": r"column (?P<column>.+) is gone from (?P<file>.+), where (?P<new>.+) is new: .+",
        "gone": r"column (?P<column>.+) is gone from (?P<file>.+)",
        "added": r"column (?P<column>.+) is there, which was missing before",
        "unknown": r"column (?P<column>.+) of (?P<file>.+) is new; it is left out",
        "unusable": r"column (?P<column>.+) of (?P<file>.+): (?P<now>\d+)% of the values can be used, "
        r"(?P<before>\d+)% before; .+",
        "rows": _ROWS + r": .(?P<change>\d+)%, up to (?P<expected>\d+)% was expected",
        "files": _ROWS,
    }.items()
}  # fmt: skip


def _drift(text: str) -> DriftNote:
    table, found, rest = text.partition(": ")
    if not found or not re.fullmatch(r"[a-z_]+", table):
        table, rest = "", text
    for kind, pattern in DRIFT_KINDS.items():
        if match := pattern.fullmatch(rest):
            values = {
                name: value.replace(",", "") if re.fullmatch(r"[\d,]+", value) else value
                for name, value in match.groupdict().items()
            }
            if "file" in values:
                values["file"] = PurePosixPath(values["file"]).name
            return DriftNote(table, kind, values)
    return DriftNote(table, "other", {"text": rest})
