"""CSV and Excel files as tables of text: every cell as it stands, every row with its line.

Nothing is interpreted here but the file format itself. Numbers and dates that Excel holds
as such are written out in the one form the checks read: digits, decimal comma, ISO date.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
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
    known = {normalise_header(alias) for column in table.columns for alias in column.aliases}
    candidates = rows[:_HEADER_SEARCH_ROWS]
    hits = [sum(normalise_header(cell) in known for cell in cells) for cells in candidates]
    best_row = hits.index(max(hits)) if hits else 0
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
            raise _missing_column(file_name, best_row, headers, column)
        else:
            absent.append(column.name)
    used = set(positions.values())
    ignored = tuple(
        cell for index, cell in enumerate(headers) if index not in used and cell.strip()
    )
    return _Header(best_row, positions, ignored, tuple(absent))


def _missing_column(
    file_name: str, row: int, headers: Sequence[str], column: Column
) -> SourceError:
    near = get_close_matches(
        column.aliases[0], [cell for cell in headers if cell.strip()], n=2, cutoff=0.5
    )
    hint = f" (nearest there: {', '.join(near)})" if near else ""
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
    first_lines = sample.splitlines()[:_HEADER_SEARCH_ROWS]
    separator = max(";,\t|", key=lambda mark: sum(line.count(mark) for line in first_lines))
    sample_rows = list(csv.reader(first_lines, delimiter=separator))
    header = _find_header(sample_rows, table, extract.name)
    width = len(sample_rows[header.row])
    names = [f"cell_{index}" for index in range(width)]
    # The engine reads a file in parallel only where no value runs over a line's end, and
    # line numbers follow from the order of rows, which it keeps.
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
    try:
        count = int(rows.count().execute())
    except duckdb.Error as error:
        # The engine's message quotes the line it failed on: personal data, so only its number is told.
        line = re.search(r"Line:\s*(\d+)", str(error))
        where = f", line {line[1]}" if line else ""
        raise SourceError(
            f"{extract.name}{where}: the row does not have the {width} cells of the header, or is "
            "not UTF-8; correct the row and pull again."
        ) from None
    if count == 0:
        raise SourceError(
            f"{extract.name} has a header but no rows; ask its producer for the extract again."
        )
    numbered = rows.mutate(ibis.row_number().name("row_index"))
    columns = {
        column.name: numbered[names[header.positions[column.name]]]
        if column.name in header.positions
        else ibis.null("string")
        for column in table.columns
    }
    line = (numbered.row_index + (header.row + 2)).cast("int64").name(LINE)
    return RawTable(
        extract,
        numbered.select(line, **columns),
        header.ignored,
        header.absent,
    )


def _read_workbook(connection: Backend, extract: Extract, table: Table) -> RawTable:
    sheet_rows = _sheet_rows(extract.path, extract.name)
    header = _find_header(
        [[_cell_text(cell) or "" for cell in row] for row in sheet_rows[:_HEADER_SEARCH_ROWS]],
        table,
        extract.name,
    )
    body = sheet_rows[header.row + 1 :]
    lines = [
        header.row + 2 + index for index, row in enumerate(body) if any(cell != "" for cell in row)
    ]
    if not lines:
        raise SourceError(
            f"{extract.name} has a header but no rows; ask its producer for the extract again."
        )
    offset = header.row + 2
    arrays: dict[str, pa.Array] = {LINE: pa.array(lines, pa.int64())}
    for column in table.columns:
        position = header.positions.get(column.name)
        arrays[column.name] = (
            pa.nulls(len(lines), pa.string())
            if position is None
            else pa.array(
                [_cell_text(body[line - offset][position]) for line in lines], pa.string()
            )
        )
    rows = connection.create_table(
        f"workbook_{extract.sha256[:16]}",
        ibis.memtable(pa.table(arrays)),
        temp=True,
        overwrite=True,
    )
    return RawTable(extract, rows, header.ignored, header.absent)


def _sheet_rows(path: Path, name: str) -> Sequence[Sequence[object]]:
    try:
        workbook = load_workbook(str(path))
        rows: Sequence[Sequence[object]] = []
        for sheet in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            if rows:
                break
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise SourceError(
            f"{name} is not a readable Excel workbook ({type(error).__name__}); open it in Excel, save "
            "it again as .xlsx, and pull again."
        ) from None
    return rows


def _cell_text(cell: object) -> str | None:
    """A cell as text: integral numbers without a fraction, others with a decimal comma, ISO dates.

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
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
