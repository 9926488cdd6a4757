"""Excel workbooks: every visible sheet that has the table's header, in batches of rows.

Numbers and dates that Excel holds as such are written out in the one form the checks read:
digits, decimal mark of the dictionary, ISO date. A cell with an error (#N/A) is a missing one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from coverage_lib.errors import SourceError
from coverage_lib.sources.archives import check_old_workbook, check_workbook_members
from coverage_lib.sources.headers import (
    FIRST_ROWS,
    Header,
    find_header,
    header_hits,
    names_all_required,
)
from coverage_lib.sources.no_room import pass_no_room
from coverage_lib.sources.reading import LINE, SHEET, FileReading, Part
from coverage_lib.sources.stored_text import (
    DIGITS_KEPT,
    cells_by_column,
    left_out,
    rows_with_data,
    table_name,
    text_columns,
    without_rows,
)
from coverage_lib.tables import Table

_BATCH_ROWS = 50_000

Cells = Sequence[object]


@dataclass
class _Sheets:
    """What the sheets gave so far; the error of the nearest one is told where none is read."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    without_rows: bool = False
    nearest: list[list[str]] = field(default_factory=list)
    most: int = -1


def read_workbook(
    connection: Backend, path: Path, name: str, table: Table, member: str | None
) -> list[Part]:
    """The sheets whose header names all required columns, in the order of the workbook.

    Raises SourceError where the file is no workbook, has a password or macros, where an .xlsx
    has links or connections to other data, where no sheet has the header, or none has rows
    below it.
    """
    if path.suffix.lower() == ".xlsx":
        check_workbook_members(path, name)
    else:
        check_old_workbook(path, name)
    sheets = _Sheets()
    try:
        with load_workbook(str(path)) as workbook:
            for sheet in workbook.sheets_metadata:
                if (
                    sheet.typ == SheetTypeEnum.WorkSheet
                    and sheet.visible == SheetVisibleEnum.Visible
                ):
                    _read_sheet(connection, workbook, sheet.name, name, table, member, sheets)
                else:
                    sheets.left_out.append(sheet.name)
    except PasswordError:
        raise SourceError(
            f"{name} is protected by a password; remove the password and pull again."
        ) from None
    except (CalamineError, OSError, IndexError, ValueError) as error:
        pass_no_room(error)
        raise SourceError(
            f"{name} is not a readable Excel workbook ({type(error).__name__}); open it in Excel, save "
            "it again as .xlsx, and pull again."
        ) from None
    if not sheets.parts:
        if sheets.without_rows:
            raise without_rows(name)
        find_header(sheets.nearest, table, name)  # says which column is missing
        raise without_rows(name)
    left = tuple(sheets.left_out)
    return [
        replace(part, reading=replace(part.reading, sheets_left_out=left)) for part in sheets.parts
    ]


def _read_sheet(
    connection: Backend,
    workbook: CalamineWorkbook,
    sheet: str,
    name: str,
    table: Table,
    member: str | None,
    sheets: _Sheets,
) -> None:
    rows: Iterator[Cells] = iter(workbook.get_sheet_by_name(sheet).iter_rows())
    first = list(islice(rows, FIRST_ROWS))
    texts = [[cell_text(cell) or "" for cell in row] for row in first]
    if not names_all_required(texts, table):
        sheets.left_out.append(sheet)
        hits = header_hits(texts, table)
        if hits > sheets.most:
            sheets.most, sheets.nearest = hits, texts
        return
    where = f"{name}, sheet {sheet}" if len(workbook.sheet_names) > 1 else name
    header = find_header(texts, table, where)
    body = chain(first[header.end :], rows)
    stored, blank = _store_rows(connection, body, header, f"{name}!{sheet}", table)
    data, counts = (
        (None, {})
        if stored is None
        else rows_with_data(connection, stored, f"{name}!{sheet}", header, header.width, table)
    )
    if data is None:
        sheets.without_rows = True
        return
    place = sheet if member is None else f"{member}!{sheet}"
    reading = FileReading(
        kind=Path(name).suffix.lower().removeprefix("."),
        number_style=table.number_style,
        header_rows=header.lines,
        sheets=(place,),
        members=() if member is None else (member,),
        left_out=left_out(counts, blank),
        unmapped=header.unmapped,
    )
    columns = [column.name for column in table.columns]
    rows_of_sheet = data.select(LINE, ibis.literal(place).name(SHEET), *columns)
    sheets.parts.append(
        Part(rows_of_sheet, header.ignored, header.absent, reading, place, header.above)
    )


def _store_rows(
    connection: Backend, body: Iterator[Cells], header: Header, key: str, table: Table
) -> tuple[ir.Table | None, int]:
    """The rows that are not blank as a table of the engine, batch after batch; None without any.

    Neither all rows of a sheet nor their texts are ever held as Python objects.
    """
    stored: ir.Table | None = None
    blank = 0
    cells = [f"cell_{index}" for index in range(header.width)]
    target = table_name("sheet", key)
    for batch, blank_there in _batches(body, header, cells, table):
        blank += blank_there
        if not len(batch):
            continue
        rows = ibis.memtable(batch)
        chosen = rows.select(
            LINE,
            **text_columns(
                [rows[cell] for cell in cells],
                cells_by_column(rows, cells, header),
                header,
                table,
            ),
        )
        if stored is None:
            stored = connection.create_table(target, chosen, temp=True)
        else:
            connection.insert(target, chosen)
    return stored, blank


def _batches(
    body: Iterator[Cells], header: Header, cells: list[str], table: Table
) -> Iterator[tuple[pa.Table, int]]:
    """Arrow tables of text with LINE, and how many rows of each batch are blank."""
    schema = pa.schema([(LINE, pa.int64()), *((cell, pa.string()) for cell in cells)])
    line = header.end
    while batch := list(islice(body, _BATCH_ROWS)):
        lines = [line + 1 + index for index, row in enumerate(batch) if any(c != "" for c in row)]
        filled = [batch[number - line - 1] for number in lines]
        columns = [
            pa.array([cell_text(row[place], table.decimal_mark) for row in filled], pa.string())
            for place in range(len(cells))
        ]
        yield (
            pa.Table.from_arrays([pa.array(lines, pa.int64()), *columns], schema=schema),
            len(batch) - len(filled),
        )
        line += len(batch)


def cell_text(cell: object, decimal_mark: str = ",") -> str | None:
    """A cell as text: integral numbers without a fraction, others with the mark, ISO dates.

    Excel keeps fifteen digits of a number, so a longer one is written as it would show it,
    in scientific notation: the checks then see that its last digits are lost.
    """
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "Y" if cell else None
    if isinstance(cell, float):
        if abs(cell) >= DIGITS_KEPT:
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
