"""What came in and what became of it, from the account of a pull: no row is read again.

Every share is of the rows received, the ones in quarantine included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.intake.checks import blamed_columns
from coverage_lib.intake.pull_account import PullAccount, SourceAccount
from coverage_lib.periods import Month
from coverage_lib.tables import Table, load_table

#: Which kind of fault a column's type can have.
KINDS: Mapping[str, str] = {
    "nik": "nik",
    "kpj": "kpj",
    "date": "dates",
    "month": "dates",
    "code": "codes",
    "flag": "codes",
    "region": "codes",
    "money": "amounts",
    "integer": "amounts",
    "decimal": "amounts",
    "text": "other",
}
_Record = dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """All files of one table and as-of date. `as_of` is None where each row has its own date."""

    table: Table
    as_of: date | None
    files: tuple[SourceAccount, ...]

    @property
    def received(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def rejected(self) -> int:
        """The rows in quarantine for a fault of their own."""
        return sum(file.rejected for file in self.files)

    @property
    def duplicates(self) -> int:
        return sum(file.duplicates for file in self.files)

    @property
    def declared(self) -> int | None:
        """The rows that the producers say they sent; None where one of them does not say."""
        said = [file.expected_rows for file in self.files if file.expected_rows is not None]
        return sum(said) if len(said) == len(self.files) else None

    @property
    def columns(self) -> Mapping[str, int]:
        """The columns that any file has, with the rows in which they have a usable value."""
        filled: dict[str, int] = {}
        for file in self.files:
            for name, rows in file.filled:
                filled[name] = filled.get(name, 0) + rows
        return filled

    def faulty(self, kinds: Set[str]) -> int:
        """The rows with at least one fault of these kinds, whether it cost the row or a value."""
        return sum(
            rows
            for file in self.files
            for faults, rows in file.faults
            if kinds & {KINDS[column.type] for column in blamed_columns(faults, self.table)}
        )


def receipts_of(account: PullAccount) -> list[Receipt]:
    """One receipt a table and as-of date, the dates of a table in order.

    Rejected rows that came again corrected are left out: they were received once.
    """
    sent = [source for source in account.sources if not source.retried]
    keys = {(source.table, source.as_of) for source in sent}
    return [
        Receipt(
            load_table(table),
            as_of,
            tuple(source for source in sent if (source.table, source.as_of) == (table, as_of)),
        )
        for table, as_of in sorted(keys, key=lambda key: (key[0], str(key[1])))
    ]


def receipt_rows(
    account: PullAccount, province: str, period: Month, version: str
) -> list[pd.DataFrame]:
    """All quality measures that the account alone tells, for the province that sends it.

    Dimension `table` has the table as category, `table_kind` and `table_column` have
    `participants:nik`. The as-of date is the extract's, the period's last day for a table
    whose rows carry their own.
    """
    receipts = receipts_of(account)
    usual: _Record = {
        "region_code": province, "dimension": "table", "unit": "percent", "numerator": None,
        "denominator": None, "denominator_source": "", "denominator_vintage": "",
    }  # fmt: skip
    records: list[_Record] = []
    for place, receipt in enumerate(receipts):
        before = receipts[place - 1] if place else None
        earlier = before if before is not None and before.table == receipt.table else None
        records += [
            usual | {"as_of": receipt.as_of or period.last_day} | record
            for record in _records(receipt, earlier)
        ]
    if not records:
        return []
    heading = Heading("", "", str(period), period.last_day)
    return [measure_rows(heading, pd.DataFrame(records), version)]


def _records(receipt: Receipt, earlier: Receipt | None) -> Iterator[_Record]:
    name = receipt.table.name
    has_key = bool(receipt.table.key)
    accepted_once = receipt.received - receipt.duplicates if has_key else None
    yield {"indicator": "completeness_rows", "category": name} | _rows_expected(receipt, earlier)
    yield from _columns(receipt)
    yield {
        "indicator": "timeliness_days",
        "category": name,
        "unit": "days",
        "value": _days_waited(receipt),
    }
    yield {"indicator": "uniqueness", "category": name} | share(accepted_once, receipt.received)
    yield {"indicator": "share_quarantined", "category": name} | share(
        receipt.rejected + receipt.duplicates, receipt.received
    )
    yield from _validity(receipt)


def _rows_expected(receipt: Receipt, earlier: Receipt | None) -> _Record:
    """Declared by the producers, else the rows of the extract before; not known otherwise."""
    if receipt.declared is not None:
        return share(receipt.received, receipt.declared) | {"denominator_source": "declared"}
    if earlier is None:
        return share(None, None)
    return share(receipt.received, earlier.received) | {
        "denominator_source": "extract before",
        "denominator_vintage": str(earlier.as_of),
    }


def _columns(receipt: Receipt) -> Iterator[_Record]:
    """Columns that every file has, of those of the dictionary; then cells filled, column by column.

    A flag that is not set and a flag that is missing look alike, so flags are left out.
    """
    absent = {name for file in receipt.files for name in file.absent_columns}
    known = [column for column in receipt.table.columns if column.is_measured]
    absent &= {column.name for column in known}
    yield {"indicator": "completeness_columns", "category": receipt.table.name} | share(
        len(known) - len(absent), len(known)
    )
    for column in known:
        if column.name in receipt.columns and column.type != "flag":
            yield {
                "indicator": "completeness_columns",
                "dimension": "table_column",
                "category": f"{receipt.table.name}:{column.name}",
            } | share(receipt.columns[column.name], receipt.received)


def _validity(receipt: Receipt) -> Iterator[_Record]:
    received = receipt.received
    present = {KINDS[receipt.table.column(name).type] for name in receipt.columns}
    yield {"indicator": "validity", "category": receipt.table.name} | share(
        received - receipt.faulty(present), received
    )
    for kind in sorted(present):
        yield {
            "indicator": "validity",
            "dimension": "table_kind",
            "category": f"{receipt.table.name}:{kind}",
        } | share(received - receipt.faulty({kind}), received)


def _days_waited(receipt: Receipt) -> float | None:
    """Of several files the last to come in counts; None where a date is not known."""
    if receipt.as_of is None:
        return None
    days = [(file.received - receipt.as_of).days for file in receipt.files if file.received]
    return float(max(days)) if len(days) == len(receipt.files) else None


def share(part: int | None, whole: int | None) -> _Record:
    """Numerator, denominator and percentage; all missing where a part is, or the whole is 0."""
    if part is None or not whole:
        return {"numerator": None, "denominator": None, "value": None}
    return {
        "numerator": float(part),
        "denominator": float(whole),
        "value": 100.0 * part / whole,
    }
