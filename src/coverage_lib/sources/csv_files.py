"""CSV files: the engine reads them on all cores; what it cannot read is first written anew as UTF-8."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from coverage_lib.errors import SourceError
from coverage_lib.sources.headers import FIRST_ROWS, Header, find_header, header_hits
from coverage_lib.sources.no_room import pass_no_room
from coverage_lib.sources.reading import LINE, SHEET, FileReading, Part
from coverage_lib.sources.rows_without_data import is_totals_or_note
from coverage_lib.sources.stored_text import (
    POSITION,
    cells_by_column,
    left_out,
    rows_with_data,
    table_name,
    text_columns,
    without_rows,
)
from coverage_lib.sources.text_encoding import (
    UTF_8_WITH_MARK,
    WINDOWS,
    decode_sample,
    encoding_of_sample,
    is_engines_own,
    rewrite_as_utf_8,
)
from coverage_lib.tables import Table

_SAMPLE_BYTES = 65536
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class _Layout:
    """How the text is cut into cells, and what its first rows say."""

    encoding: str
    separator: str
    header: Header


def read_csv_file(
    connection: Backend, path: Path, name: str, table: Table, scratch: Path, member: str | None
) -> Part:
    """One CSV; `name` is what messages call it, `scratch` an empty private folder.

    Raises SourceError where it is no text, a row has not the cells of the header, a quoted
    cell is not closed, or there are no rows.
    """
    layout = _layout(path, name, table)
    rewritten, padded = scratch / "as_utf_8.csv", scratch / "padded.csv"
    if is_engines_own(layout.encoding):
        try:
            return _read(connection, path, name, table, layout, member)
        except _EngineRefusedError:
            encoding = _encoding_of_all(path, rewritten, layout.encoding, name)
            layout = replace(layout, encoding=encoding)
    else:
        rewrite_as_utf_8(path, rewritten, layout.encoding, name)
    try:
        return _read(connection, rewritten, name, table, layout, member)
    except _EngineRefusedError as refused:
        if not _pad_rows_without_data(rewritten, padded, layout):
            raise SourceError(str(refused)) from None
    try:
        return _read(connection, padded, name, table, layout, member)
    except _EngineRefusedError as refused:
        raise SourceError(str(refused)) from None


class _EngineRefusedError(Exception):
    """The engine cannot read the text as it is; the message is for the user if nothing else can."""


def _pad_rows_without_data(path: Path, padded: Path, layout: _Layout) -> bool:
    """Whether notes and totals stand in lines of one cell; they then get the cells of the header.

    A line within a quoted cell is left alone.
    """
    quotes, changed = 0, False
    rest = layout.separator * (layout.header.width - 1)
    with path.open(encoding="utf-8") as source, padded.open("w", encoding="utf-8") as copied:
        for line in source:
            bare = line.strip(" \n")
            alone = quotes % 2 == 0 and line != "\n" and not {layout.separator, '"'} & set(bare)
            if alone and (bare == "" or is_totals_or_note(bare)):
                copied.write(f"{bare}{rest}\n")
                changed = True
            else:
                copied.write(line)
            quotes += line.count('"')
    return changed


def _encoding_of_all(path: Path, rewritten: Path, supposed: str, name: str) -> str:
    """The encoding that holds for the whole file, which is then written as UTF-8."""
    try:
        rewrite_as_utf_8(path, rewritten, supposed, name)
    except SourceError:
        if supposed == UTF_8_WITH_MARK:
            raise
        rewrite_as_utf_8(path, rewritten, WINDOWS, name)
        return WINDOWS
    return supposed


def _layout(path: Path, name: str, table: Table) -> _Layout:
    with path.open("rb") as file:
        sample_bytes = file.read(_SAMPLE_BYTES)
    encoding = encoding_of_sample(sample_bytes)
    sample = decode_sample(sample_bytes, encoding)
    if "\0" in sample:
        raise SourceError(
            f"{name} is no text, or UTF-16 without its mark; save the file as CSV UTF-8."
        )
    if not sample.strip():
        raise SourceError(f"{name} is empty: a header and at least one row were expected.")
    separator, rows = _first_rows(sample, table, name)
    return _Layout(encoding, separator, find_header(rows, table, name))


def _first_rows(sample: str, table: Table, name: str) -> tuple[str, list[list[str]]]:
    """The separator under which most columns of the dictionary are named, and the rows it gives."""
    try:
        readings = {
            mark: list(
                islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), FIRST_ROWS)
            )
            for mark in _SEPARATORS
        }
    except csv.Error:  # a cell longer than any cell is
        raise SourceError(
            f"{name}: a quoted cell among the first rows is not closed; correct it and pull again."
        ) from None
    best = max(
        readings,
        key=lambda mark: (
            header_hits(readings[mark], table),
            sum(len(cells) for cells in readings[mark]),
        ),
    )
    return best, readings[best]


def _read(
    connection: Backend, path: Path, name: str, table: Table, layout: _Layout, member: str | None
) -> Part:
    header = layout.header
    stored = _store_text(connection, path, name, table, layout)
    count = int(stored.count().execute())
    data, counts = rows_with_data(
        connection, stored, f"{name}/{path.name}", header, header.width, table
    )
    if data is None:
        raise without_rows(name)
    starts, blank = (
        ([], 0)
        if _physical_lines(path) == header.end + count
        else _record_starts(path, layout.separator, header.rows[-1])
    )
    if len(starts) == count:
        lines = pa.table({POSITION: pa.array(range(count), pa.int64()), LINE: starts})
        table_of_lines = connection.create_table(
            table_name("lines", name), ibis.memtable(lines), temp=True
        )
        data = data.inner_join(table_of_lines, POSITION)
    else:
        data = data.mutate((data[POSITION] + (header.end + 1)).name(LINE))
    place = ibis.null("string") if member is None else ibis.literal(member)
    reading = FileReading(
        kind="csv",
        encoding=layout.encoding,
        separator=_SEPARATORS[layout.separator],
        number_style=table.number_style,
        header_rows=header.lines,
        members=() if member is None else (member,),
        left_out=left_out(counts, blank),
        unmapped=header.unmapped,
    )
    columns = [column.name for column in table.columns]
    rows = data.select(LINE, place.name(SHEET), *columns)
    return Part(rows, header.ignored, header.absent, reading, member, header.above)


def _store_text(
    connection: Backend, path: Path, name: str, table: Table, layout: _Layout
) -> ir.Table:
    """The columns of the dictionary and KIND as a table of the engine, in the order of the file.

    A table numbers its rows without giving up parallel reading.
    """
    header = layout.header
    cells = [f"cell_{index}" for index in range(header.width)]
    try:
        rows = connection.read_csv(
            str(path),
            delim=layout.separator,
            header=False,
            skip=header.end,
            columns=dict.fromkeys(cells, "VARCHAR"),
            auto_detect=False,
            quote='"',
            escape='"',
            nullstr="",
        )
        return connection.create_table(
            # Its own name for each attempt: overwriting would copy the whole table once more.
            table_name("text", f"{name}/{path.name}"),
            rows.select(
                **text_columns(
                    [rows[cell] for cell in cells],
                    cells_by_column(rows, cells, header),
                    header,
                    table,
                )
            ),
            temp=True,
        )
    except duckdb.Error as error:
        pass_no_room(error)
        # The engine's message quotes the line it failed on: personal data, so only its number is told.
        line = re.search(r"on Line:\s*(\d+)", str(error))
        where = f", line {line[1]}" if line else ""
        raise _EngineRefusedError(
            f"{name}{where}: the row does not have the {header.width} cells of the header, or a "
            "quoted cell is not closed; correct the row and pull again."
        ) from None


def _physical_lines(path: Path) -> int:
    """Lines that end in a line feed, or in a carriage return where the file begins so."""
    lines, end, last = 0, b"", b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            end = end or (b"\n" if b"\n" in block else b"\r")
            lines += block.count(end)
            last = block[-1:]
    return lines + int(last != end)


def _record_starts(path: Path, separator: str, header_row: int) -> tuple[list[int], int]:
    """The line each row begins on, and how many lines are blank.

    For files whose cells run over lines or that have blank lines, which the engine skips.
    """
    starts, blank, before = [], 0, 0
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        try:
            for record, cells in enumerate(reader):
                if record > header_row:
                    if cells:
                        starts.append(before + 1)
                    else:
                        blank += 1
                before = reader.line_num
        except csv.Error:  # a cell longer than this reader takes: rows are then numbered by count
            return [], 0
    return starts, blank
