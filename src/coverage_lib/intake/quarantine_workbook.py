"""Rejected rows as an Excel workbook that an office corrects, and that workbook as it comes back.

One sheet a table, named after it: the office's own columns, then where the row came from, then
why it was rejected, in Indonesian. Every cell is text and stays text when it is typed over, so that long
numbers keep their digits and nothing is ever a formula. The workbook holds personal data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineError, load_workbook
from xlsxwriter.worksheet import Worksheet

from coverage_lib.errors import SourceError, UsageError
from coverage_lib.intake.quarantine import Origin, RejectedRow
from coverage_lib.intake.reasons import in_indonesian
from coverage_lib.tables import Table, load_table, table_names

#: Columns that the reader of extracts does not know, and so leaves out when the rows come again.
FROM_FILE, FROM_SHA256, FROM_SHEET, FROM_LINE = ORIGIN = (
    "BERKAS ASAL", "SHA256 ASAL", "LEMBAR ASAL", "BARIS ASAL",
)  # fmt: skip
WHY = "ALASAN DITOLAK"
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
_STAMP = datetime(2020, 1, 1)  # noqa: DTZ001  Excel knows no time zone; this never changes

Cell = object


@dataclass(frozen=True)
class ReturnedRow:
    """A row of a workbook that came back. `row` is its row there; `cells` go by header."""

    table: str
    row: int
    origin: Origin
    sha256: str
    cells: Mapping[str, Cell] = field(repr=False)

    def by_column(self) -> dict[str, Cell]:
        """The cells under the names of the dictionary's columns."""
        return {
            column.name: cell
            for header, cell in self.cells.items()
            for column in load_table(self.table).columns
            if column.accepts_header(header)
        }


def write_rejected(path: Path, rows: Sequence[RejectedRow], sha256_of: Mapping[str, str]) -> None:
    """Write rejected rows, one sheet a table; the file is readable by its owner alone.

    Raises UsageError where the file is there already, or a sheet cannot hold the rows.
    """
    tables = dict.fromkeys(row.table for row in rows)
    sheets = {
        name: _rejected_sheet(
            load_table(name), [row for row in rows if row.table == name], sha256_of
        )
        for name in tables
    }
    write_workbook(path, sheets)


def write_returned(path: Path, rows: Sequence[ReturnedRow]) -> None:
    """Write rows of one table that came back corrected, as an extract of their own."""
    headers = list(dict.fromkeys(header for row in rows for header in row.cells))
    body: list[list[Cell]] = [
        [*(row.cells.get(header) for header in headers), *_origin_cells(row.origin, row.sha256)]
        for row in rows
    ]
    write_workbook(path, {rows[0].table: [[*headers, *ORIGIN], *body]})


def read_returned(path: Path) -> list[ReturnedRow]:
    """All rows of a workbook that was exported and corrected; rows without any cell are passed over.

    Raises SourceError where it cannot be read or has no sheet of rejected rows, UsageError
    where there is no such file, or a row no longer says where it came from.
    """
    if not path.is_file():
        raise UsageError(
            f"--from {path.name}: there is no such file; the workbook that `cakupan quarantine export` "
            "wrote was expected, corrected."
        )
    rows: list[ReturnedRow] = []
    sheets = 0
    try:
        workbook = load_workbook(str(path))
        for name in workbook.sheet_names:
            if name not in table_names():
                continue
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            header = [str(cell) for cell in cells[0]] if cells else []
            if set(ORIGIN) <= set(header):
                sheets += 1
                rows += _returned_rows(name, header, cells[1:])
    except (CalamineError, OSError, IndexError) as error:
        raise SourceError(
            f"{path.name} is not a readable Excel workbook ({type(error).__name__}): one that "
            "`cakupan quarantine export` wrote was expected."
        ) from None
    if not sheets:
        raise SourceError(
            f"{path.name} has no sheet of rejected rows with the columns {', '.join(ORIGIN)}: one "
            "that `cakupan quarantine export` wrote was expected."
        )
    return rows


def returned_text(cell: Cell) -> str:
    """A cell for comparing what came back with what went out: nothing and no text are the same."""
    return "" if cell is None else str(cell).replace("\r\n", "\n").replace("\r", "\n")


def _rejected_sheet(
    table: Table, rows: Sequence[RejectedRow], sha256_of: Mapping[str, str]
) -> list[list[Cell]]:
    """Columns that must be there, and those that any of the rows has a cell of."""
    columns = [
        column
        for column in table.columns
        if column.required
        or column.not_null
        or any(row.cells.get(column.name) is not None for row in rows)
    ]
    head: list[Cell] = [*(column.aliases[0] for column in columns), *ORIGIN, WHY]
    body = [
        [
            *(row.cells.get(column.name) for column in columns),
            *_origin_cells(row.origin, sha256_of.get(row.origin.file, "")),
            in_indonesian(row.reasons),
        ]
        for row in rows
    ]
    return [head, *body]


def _origin_cells(origin: Origin, sha256: str) -> list[Cell]:
    return [origin.file, sha256, origin.sheet, str(origin.line)]


def _returned_rows(
    table: str, header: Sequence[str], body: Sequence[Sequence[Cell]]
) -> Iterable[ReturnedRow]:
    for number, cells in enumerate(body, start=2):
        named = dict(zip(header, cells, strict=False))
        if all(cell in ("", None) for cell in named.values()):
            continue
        line = returned_text(named.get(FROM_LINE)).removesuffix(".0")
        if not line.isdigit():
            raise UsageError(
                f"sheet {table}, row {number}: column {FROM_LINE} has no line; leave the columns "
                "that say where a row came from as they are."
            )
        origin = Origin(
            returned_text(named[FROM_FILE]), returned_text(named[FROM_SHEET]) or None, int(line)
        )
        own = {h: c for h, c in named.items() if h and h not in (*ORIGIN, WHY)}
        yield ReturnedRow(table, number, origin, returned_text(named[FROM_SHA256]), own)


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """Whole or not at all, for the owner alone, and without personal data in a temporary folder."""
    if path.exists():
        raise UsageError(
            f"{path.name} is there already: it may hold corrections; choose another name."
        )
    for name, rows in sheets.items():
        if len(rows) - 1 > MOST_ROWS:
            raise UsageError(
                f"table {name} has {len(rows) - 1:,} rejected rows, an Excel sheet holds "
                f"{MOST_ROWS:,}: ask the producer for the extract again."
            )
    new = path.with_name(f".{path.name}.new")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with xlsxwriter.Workbook(str(new), {"in_memory": True}) as workbook:
            workbook.set_properties({"created": _STAMP})
            as_text = workbook.add_format({"num_format": "@"})
            as_day = workbook.add_format({"num_format": "dd-mm-yyyy"})
            as_heading = workbook.add_format({"num_format": "@", "bold": True, "bottom": 1})
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                sheet.freeze_panes(1, 0)
                sheet.set_column(0, len(rows[0]) - 1, 18, as_text)
                if rows[0][-1] == WHY:
                    sheet.set_column(len(rows[0]) - 1, len(rows[0]) - 1, 60, as_text)
                sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
                sheet.set_landscape()
                sheet.fit_to_pages(1, 0)
                sheet.repeat_rows(0)
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        form = as_text if row else as_heading
                        _write_cell(sheet, row, column, cell, form, as_day)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _write_cell(
    sheet: Worksheet, row: int, column: int, cell: Cell, as_text: object, as_day: object
) -> None:
    """Text as text whatever it begins with; what was typed as a day or a number stays one."""
    write: Callable[..., int]
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        write, form = sheet.write_boolean, None
    elif isinstance(cell, int | float):
        write, form = sheet.write_number, None
    elif isinstance(cell, date):
        write, form = sheet.write_datetime, as_day
    else:
        write, form, cell = sheet.write_string, as_text, str(cell)
        if len(cell) > MOST_CHARACTERS:
            raise UsageError(
                f"a cell of row {row + 1} of sheet {sheet.get_name()} is longer than Excel can hold: "
                "correct this row at its source."
            )
    write(row, column, cell, form)
