"""Corrections of known errors in a source, as data: `corrections.yml`, one entry a correction.

An entry says which rows are meant, by their text as received, and what stands there in truth;
or that they are dropped. It never tells of a person: a column that identifies one is neither
asked for nor set. An entry that no longer matches what it was written for stops the pull.
"""

from __future__ import annotations

import functools
import hashlib
import json
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

import ibis
import ibis.expr.types as ir
import yaml

from coverage_lib.errors import ConfigError, SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.sources.files import LINE, SHEET, RawTable
from coverage_lib.sources.reading import FILE
from coverage_lib.tables import Table, load_table
from coverage_lib.yaml_reading import read_yaml

DROPPED = "dropped by a correction"
DROPPED_BY = "dropped_by_correction"
CORRECTION = "correction"
_NEEDED = {"table", "where", "reason", "who", "date", "status"}
_OPTIONAL = {"file", "period", "set", "drop", "rows"}
_STATUSES = ("confirmed", "provisional")


@dataclass(frozen=True)
class Correction:
    """One entry. `number` is its place in the file, from 1; `rows` how many it must meet, if said.

    `where` and `set_to` are by column; None stands for a cell of blanks. Without `set_to` the
    rows are dropped.
    """

    number: int
    table: str
    file: str
    first: str
    last: str
    where: tuple[tuple[str, str | None], ...]
    set_to: tuple[tuple[str, str | None], ...]
    reason: str
    who: str
    date: date
    status: str
    rows: int | None

    def covers(self, period: Month) -> bool:
        return self.first <= str(period) <= self.last

    def names(self, file: str) -> bool:
        """Whether a file is meant: by its path in the project, or by its name."""
        return fnmatchcase(file, self.file) or fnmatchcase(PurePosixPath(file).name, self.file)


@dataclass(frozen=True)
class CorrectionAccount:
    """A correction that was applied, and to how many rows."""

    number: int
    table: str
    reason: str
    who: str
    date: date
    status: str
    rows: int


@dataclass(frozen=True)
class CorrectedTable:
    """A table's extracts with its corrections applied.

    `raws` have a column DROPPED_BY where rows are dropped; `originals` are the rows that any
    correction met, as received, with the number of the last that did, file by file.
    """

    raws: tuple[RawTable, ...]
    originals: tuple[tuple[RawTable, ir.Table], ...]
    accounts: tuple[CorrectionAccount, ...]


def load_corrections(path: Path | None, period: Month) -> tuple[Correction, ...]:
    """The entries of a file that are for a month; none without a file.

    Raises ConfigError that names the entry by its number where it is not usable.
    """
    if path is None:
        return ()
    try:
        entries = read_yaml(path.read_text(encoding="utf-8")) or []
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(
            f"{path.name} cannot be read ({type(error).__name__}): a list of corrections in YAML was "
            "expected; docs/sources.md shows one."
        ) from None
    if not isinstance(entries, list):
        raise ConfigError(f"{path.name}: a list of corrections was expected.")
    read = [_correction(path.name, number, entry) for number, entry in enumerate(entries, 1)]
    return tuple(entry for entry in read if entry.covers(period))


def fingerprint(corrections: Sequence[Correction]) -> str:
    """What the stored rows depend on, of the corrections that apply; empty where none does."""
    if not corrections:
        return ""
    text = json.dumps([asdict(entry) for entry in corrections], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def correct(
    table: Table, raws: Sequence[RawTable], corrections: Sequence[Correction]
) -> CorrectedTable:
    """The extracts of a table as they are in truth. Of two entries for a cell the later counts.

    Raises SourceError that names the entry where it meets no row, or another number of rows
    than it says, or names a line of a file in which several sheets or members have that line.
    """
    entries = [entry for entry in corrections if entry.table == table.name]
    if not entries:
        return CorrectedTable(tuple(raws), (), ())
    corrected, originals = [], []
    met = dict.fromkeys((entry.number for entry in entries), 0)
    for raw in raws:
        own = [entry for entry in entries if entry.names(raw.extract.name)]
        conditions = {entry.number: _meets(raw, entry) for entry in own}
        rows = _count(raw.rows, conditions)
        for number, count in rows.items():
            met[number] += count
        own = [entry for entry in own if rows[entry.number]]
        if own:
            any_met = functools.reduce(operator.or_, (conditions[entry.number] for entry in own))
            last = ibis.cases(
                *((conditions[entry.number], entry.number) for entry in reversed(own)),
                else_=ibis.null("int64"),
            )
            originals.append((raw, raw.rows.filter(any_met).mutate(**{CORRECTION: last})))
        corrected.append(_applied(raw, own, conditions))
    return CorrectedTable(
        tuple(corrected),
        tuple(originals),
        tuple(_account(entry, met[entry.number]) for entry in entries),
    )


def require_tables(corrections: Sequence[Correction], tables: Sequence[str]) -> None:
    """Raises SourceError where a correction is of a table that no extract of the month fills."""
    for entry in corrections:
        if entry.table not in tables:
            raise SourceError(
                f"correction {entry.number}: the month has no extract of table {entry.table}; end its "
                "period, or take it out."
            )


def _account(entry: Correction, rows: int) -> CorrectionAccount:
    if not rows or (entry.rows is not None and rows != entry.rows):
        expected = "at least one was" if entry.rows is None else f"{entry.rows} were"
        raise SourceError(
            f"correction {entry.number} of table {entry.table}: it meets {rows} rows, {expected} "
            "expected; the source has changed: correct the entry, end its period, or take it out."
        )
    return CorrectionAccount(
        entry.number, entry.table, entry.reason, entry.who, entry.date, entry.status, rows
    )


def _count(rows: ir.Table, conditions: Mapping[int, ir.BooleanValue]) -> dict[int, int]:
    if not conditions:
        return {}
    sums = {f"n{number}": condition.sum() for number, condition in conditions.items()}
    found = rows.aggregate(**sums).to_pyarrow().to_pylist()[0]
    return {number: int(found[f"n{number}"] or 0) for number in conditions}


def _meets(raw: RawTable, entry: Correction) -> ir.BooleanValue:
    """The row as received has these texts, blanks around them apart."""
    named = {name for name, _ in entry.where}
    if LINE in named and SHEET not in named and _has_parts(raw):
        raise SourceError(
            f"correction {entry.number} of table {entry.table}: {raw.extract.name} has several sheets "
            f"or members, each with such a line: say {SHEET} too, as quarantine shows it."
        )
    found: list[ir.BooleanValue] = []
    for name, text in entry.where:
        if name == FILE:
            # Every row has a line: a condition without a column could not be summed.
            found.append(raw.rows[LINE].notnull() & (raw.extract.name == text))
        elif name == LINE:
            found.append(raw.rows[LINE] == int(text or ""))
        else:
            found.append(raw.rows[name].strip().fill_null("") == (text or ""))
    return functools.reduce(operator.and_, found)


def _has_parts(raw: RawTable) -> bool:
    return len(raw.reading.sheets) > 1 or len(raw.reading.members) > 1


def _applied(
    raw: RawTable, entries: Sequence[Correction], conditions: Mapping[int, ir.BooleanValue]
) -> RawTable:
    changed: dict[str, ir.Value] = {}
    dropped = [conditions[entry.number] for entry in entries if not entry.set_to]
    for entry in entries:
        for name, text in entry.set_to:
            before = changed.get(name, raw.rows[name])
            literal = ibis.null("string") if text is None else ibis.literal(text)
            changed[name] = ibis.ifelse(conditions[entry.number], literal, before)
    if dropped:
        changed[DROPPED_BY] = functools.reduce(operator.or_, dropped)
    return replace(raw, rows=raw.rows.mutate(**changed)) if changed else raw


def _correction(file_name: str, number: int, entry: Any) -> Correction:
    where = f"{file_name}, correction {number}"
    if not isinstance(entry, dict) or not _NEEDED <= set(entry) <= _NEEDED | _OPTIONAL:
        raise ConfigError(
            f"{where}: {', '.join(sorted(_NEEDED))} and set or drop were expected, "
            f"{', '.join(sorted(_OPTIONAL - {'set', 'drop'}))} where wanted, nothing else."
        )
    drops = entry.get("drop", False)
    if type(drops) is not bool or drops == ("set" in entry):
        raise ConfigError(f"{where}: either set with the true values, or drop: true was expected.")
    if entry["status"] not in _STATUSES:
        raise ConfigError(f"{where}: status must be one of {', '.join(_STATUSES)}.")
    if type(entry["date"]) is not date:
        raise ConfigError(f"{where}: date must be a day such as 2025-06-03.")
    rows = entry.get("rows")
    if rows is not None and (type(rows) is not int or rows < 1):
        raise ConfigError(f"{where}: rows must be a whole number above 0.")
    table = load_table(str(entry["table"]))
    first, last = _period(entry.get("period", {}), where)
    return Correction(
        number, table.name, str(entry.get("file", "*")), first, last,
        _cells(entry["where"], table, f"{where}, where", (LINE, SHEET, FILE)),
        _cells(entry["set"], table, f"{where}, set", ()) if "set" in entry else (),
        str(entry["reason"]), str(entry["who"]), entry["date"], entry["status"], rows,
    )  # fmt: skip


def _cells(
    entry: Any, table: Table, where: str, more: tuple[str, ...]
) -> tuple[tuple[str, str | None], ...]:
    if not isinstance(entry, dict) or not entry:
        raise ConfigError(f"{where}: columns of table {table.name} with their texts were expected.")
    by_name = {column.name: column for column in table.columns}
    for name in entry:
        if name in by_name and by_name[name].sensitivity == "identifier":
            raise ConfigError(
                f"{where}: {name} identifies a person and does not belong into this file; name the row "
                "by source_file, source_sheet and source_line, or have the source corrected."
            )
        if name not in by_name and name not in more:
            raise ConfigError(f"{where}: {name} is not a column of table {table.name}.")
    for name, value in entry.items():
        if isinstance(value, float | bool | list | dict):
            raise ConfigError(f"{where}: {name} must be the cell's text, in quotes.")
        if name == LINE and re.fullmatch(r"[1-9][0-9]{0,17}", str(value).strip()) is None:
            raise ConfigError(f"{where}: {LINE} must be a whole number above 0.")
    texts = ((name, "" if value is None else str(value).strip()) for name, value in entry.items())
    return tuple((name, text or None) for name, text in texts)


def _period(entry: Any, where: str) -> tuple[str, str]:
    """First and last month; open where not said."""
    if not isinstance(entry, dict) or not set(entry) <= {"from", "to"}:
        raise ConfigError(f"{where}: period must have from, to or both, such as 2025-06.")
    try:
        months = {name: str(Month.parse(str(value))) for name, value in entry.items()}
    except UsageError as error:
        raise ConfigError(f"{where}: {error}") from None
    return months.get("from", "0000-00"), months.get("to", "9999-99")
