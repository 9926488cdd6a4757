"""CSV and Excel files as tables of text: every cell as it stands, every row with its line.

Nothing is interpreted here but the file format itself. Numbers and dates that Excel holds
as such are written out in the one form the checks read: digits, decimal comma, ISO date.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from python_calamine import CalamineError, load_workbook

from coverage_lib.errors import SourceError
from coverage_lib.sources.catalogue import Extract
from coverage_lib.tables import Column, Table, normalise_header

LINE = "source_line"
_HEADER_SEARCH_ROWS = 20
_CSV_SAMPLE_BYTES = 65536


@dataclass(frozen=True)
class RawTable:
    """The rows of one extract: `rows` has the dictionary's column names and LINE, all text.

    `ignored` are headers that the dictionary does not know; `absent` are optional columns
    that the file does not have (they are null in `rows`).
    """

    extract: Extract
    rows: ir.Table
    ignored: tuple[str, ...]
    absent: tuple[str, ...]


def read_extract(connection: Backend, extract: Extract, table: Table) -> RawTable:
    """Read one extract through the engine.

    Raises SourceError where the file cannot be read, has no header with the required
    columns, names one column twice, or has no rows.
    """
    suffix = extract.path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(connection, extract, table)
    if suffix in {".xlsx", ".xls"}:
        return _read_workbook(connection, extract, table)
    raise SourceError(f"{extract.name}: files of the kind .csv, .xlsx and .xls were expected.")


@dataclass(frozen=True)
class _Header:
    """Where the header stands (0-based row) and which position fills which column."""

    row: int
    positions: dict[str, int]
    ignored: tuple[str, ...]
    absent: tuple[str, ...]


def _find_header(rows: Sequence[Sequence[str]], table: Table, file_name: str) -> _Header:
    """The row of the first twenty that names the most columns of the dictionary."""
    hits = _header_hits(rows, table)
    most = max(hits, default=0)
    best_row = hits.index(most) if hits else 0
    headers = list(rows[best_row]) if rows else []
    positions: dict[str, int] = {}
    absent = []
    for column in table.columns:
        found = [index for index, cell in enumerate(headers) if column.accepts_header(cell)]
        if len(found) > 1:
            names = ", ".join(repr(headers[index]) for index in found)
            raise SourceError(
                f"{file_name}, row {best_row + 1}: the headers {names} all mean {column.name}; "
                "keep one of them."
            )
        if found:
            positions[column.name] = found[0]
        elif column.required:
            # A row that names fewer than two columns may be a person's: none of it is told.
            raise _missing_column(file_name, best_row, headers if most > 1 else [], column)
        else:
            absent.append(column.name)
    used = set(positions.values())
    ignored = tuple(
        cell for index, cell in enumerate(headers) if index not in used and cell.strip()
    )
    return _Header(best_row, positions, ignored, tuple(absent))


def _header_hits(rows: Sequence[Sequence[str]], table: Table) -> list[int]:
    """How many cells of each of the first rows are headers of the dictionary."""
    known = {normalise_header(alias) for column in table.columns for alias in column.aliases}
    return [
        sum(normalise_header(cell) in known for cell in cells)
        for cells in rows[:_HEADER_SEARCH_ROWS]
    ]


def _missing_column(
    file_name: str, row: int, headers: Sequence[str], column: Column
) -> SourceError:
    there = {" ".join(cell.split()).upper(): " ".join(cell.split()) for cell in headers}
    near = get_close_matches(
        column.aliases[0].upper(), [name for name in there if name], n=2, cutoff=0.5
    )
    hint = f" (nearest there: {', '.join(there[name] for name in near)})" if near else ""
    return SourceError(
        f"{file_name}, row {row + 1}: column {column.aliases[0]} is missing{hint}; one of "
        f"{', '.join(column.aliases)} was expected. Correct the header and pull again."
    )


def _read_csv(connection: Backend, extract: Extract, table: Table) -> RawTable:
    with extract.path.open("rb") as file:
        sample_bytes = file.read(_CSV_SAMPLE_BYTES)
    try:
        sample = sample_bytes.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        # A character cut by the end of the sample is no fault of the file.
        if error.start < len(sample_bytes) - 4:
            raise SourceError(
                f"{extract.name}: UTF-8 was expected; save the file as CSV UTF-8."
            ) from error
        sample = sample_bytes[: error.start].decode("utf-8-sig")
    if not sample.strip():
        raise SourceError(f"{extract.name} is empty: a header and at least one row were expected.")
    separator, sample_rows = _first_rows(sample, table)
    header = _find_header(sample_rows, table, extract.name)
    width = len(sample_rows[header.row])
    names = [f"cell_{index}" for index in range(width)]
    try:
        rows = connection.read_csv(
            str(extract.path),
            delim=separator,
            header=False,
            skip=header.row + 1,
            columns=dict.fromkeys(names, "VARCHAR"),
            auto_detect=False,
            quote='"',
            escape='"',
            nullstr="",
        )
        columns = {
            column.name: rows[names[header.positions[column.name]]]
            if column.name in header.positions
            else ibis.null("string")
            for column in table.columns
        }
        # A table numbers its rows in the order of the file without giving up parallel reading.
        stored = connection.create_table(
            _table_name("text", extract), rows.select(**columns), temp=True
        )
    except duckdb.Error as error:
        # The engine's message quotes the line it failed on: personal data, so only its number is told.
        line = re.search(r"on Line:\s*(\d+)", str(error))
        where = f", line {line[1]}" if line else ""
        raise SourceError(
            f"{extract.name}{where}: the row does not have the {width} cells of the header, or is "
            "not UTF-8; correct the row and pull again."
        ) from None
    count = int(stored.count().execute())
    if count == 0:
        raise SourceError(
            f"{extract.name} has a header but no rows; ask its producer for the extract again."
        )
    position = stored.rowid().cast("int64")
    numbered = stored.select((position + (header.row + 2)).name(LINE), *columns)
    starts = (
        []
        if _physical_lines(extract.path) == header.row + 1 + count
        else _record_starts(extract.path, separator, header.row)
    )
    if len(starts) == count:
        lines = pa.table({"position": pa.array(range(len(starts)), pa.int64()), LINE: starts})
        table_of_lines = connection.create_table(
            _table_name("lines", extract), ibis.memtable(lines), temp=True
        )
        numbered = stored.mutate(position=position).inner_join(table_of_lines, "position")
        numbered = numbered.select(LINE, *columns)
    return RawTable(extract, numbered, header.ignored, header.absent)


def _table_name(kind: str, extract: Extract) -> str:
    """One name a file: two files may hold the same."""
    return f"{kind}_{hashlib.sha256(extract.name.encode()).hexdigest()[:16]}"


def _first_rows(sample: str, table: Table) -> tuple[str, list[list[str]]]:
    """The separator under which most columns of the dictionary are named, and the rows it gives."""
    readings = {
        mark: list(
            islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), _HEADER_SEARCH_ROWS)
        )
        for mark in ";,\t|"
    }
    best = max(
        readings,
        key=lambda mark: (
            max(_header_hits(readings[mark], table), default=0),
            sum(len(cells) for cells in readings[mark]),
        ),
    )
    return best, readings[best]


def _physical_lines(path: Path) -> int:
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + int(last != b"\n")


def _record_starts(path: Path, separator: str, header_row: int) -> list[int]:
    """The line each row begins on, for files whose cells run over lines or that have blank lines."""
    starts, before = [], 0
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        for record, cells in enumerate(reader):
            if cells and record > header_row:
                starts.append(before + 1)
            before = reader.line_num
    return starts


def _read_workbook(connection: Backend, extract: Extract, table: Table) -> RawTable:
    sheet_rows = _sheet_rows(extract.path, extract.name, table)
    header = _find_header(_first_texts(sheet_rows), table, extract.name)
    body = sheet_rows[header.row + 1 :]
    lines = [
        header.row + 2 + index for index, row in enumerate(body) if any(cell != "" for cell in row)
    ]
    if not lines:
        raise SourceError(
            f"{extract.name} has a header but no rows; ask its producer for the extract again."
        )
    offset = header.row + 2
    mark = "." if table.number_style == "plain" else ","
    arrays: dict[str, pa.Array] = {LINE: pa.array(lines, pa.int64())}
    for column in table.columns:
        position = header.positions.get(column.name)
        arrays[column.name] = (
            pa.nulls(len(lines), pa.string())
            if position is None
            else pa.array(
                [_cell_text(body[line - offset][position], mark) for line in lines], pa.string()
            )
        )
    rows = connection.create_table(
        _table_name("workbook", extract),
        ibis.memtable(pa.table(arrays)),
        temp=True,
        overwrite=True,
    )
    return RawTable(extract, rows, header.ignored, header.absent)


def _sheet_rows(path: Path, name: str, table: Table) -> Sequence[Sequence[object]]:
    """The rows of the sheet that names most columns; of equals the first that has rows."""
    best: Sequence[Sequence[object]] = []
    most = -1
    required = sum(column.required for column in table.columns)
    try:
        workbook = load_workbook(str(path))
        for sheet in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            hits = max(_header_hits(_first_texts(rows), table), default=-1)
            if hits > most:
                best, most = rows, hits
            if hits >= required:
                break
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise SourceError(
            f"{name} is not a readable Excel workbook ({type(error).__name__}); open it in Excel, save "
            "it again as .xlsx, and pull again."
        ) from None
    return best


def _first_texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [[_cell_text(cell) or "" for cell in row] for row in rows[:_HEADER_SEARCH_ROWS]]


def _cell_text(cell: object, decimal_mark: str = ",") -> str | None:
    """A cell as text: integral numbers without a fraction, others with the mark, ISO dates.

    Excel keeps fifteen digits of a number, so a longer one is written as it would show it,
    in scientific notation: the checks then see that its last digits are lost.
    """
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "Y" if cell else None
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}".replace(".", ",")
        return (
            str(int(cell))
            if cell.is_integer()
            else f"{Decimal(repr(cell)):f}".replace(".", decimal_mark)
        )
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
