"""Files of the messiest month: lines of text cells in whatever file an office chose."""

from __future__ import annotations

import codecs
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import xlsxwriter

from coverage_lib.demo.write import STAMP

_FETCH = 20_000
_BLOCK_CHARACTERS = 1 << 20
_LONGEST_SHEET_NAME = 31
_MARKS = {"utf-16": codecs.BOM_UTF16_LE, "utf-8-sig": codecs.BOM_UTF8}
_CODECS = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}
_HELP = ("Petunjuk Pengisian", "Isi lembar per kecamatan. Jangan mengubah nama berkas.")


@dataclass(frozen=True)
class Form:
    """How a list becomes text."""

    encoding: str = "utf-8"
    separator: str = ";"


@dataclass(frozen=True)
class Grid:
    """The lines of one sheet, member or file: `query` gives text cells, top to bottom.

    `spans` are (row, first column, last column) that are one cell; `numbers` the columns whose
    digits a workbook holds as numbers.
    """

    name: str
    query: str
    spans: tuple[tuple[int, int, int], ...] = ()
    numbers: frozenset[int] = frozenset()


def write_grids(
    connection: duckdb.DuckDBPyConnection, grids: Sequence[Grid], path: Path, form: Form
) -> None:
    """One workbook of several sheets, an archive of several members, or one text file."""
    if path.suffix == ".xlsx":
        _write_sheets(connection, grids, path)
        return
    if path.suffix != ".zip":
        (grid,) = grids
        _write_text(connection, grid, path, form)
        return
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryDirectory(dir=path.parent.parent) as folder,
    ):
        for grid in grids:
            member = Path(folder) / "member.csv"
            _write_text(connection, grid, member, form)
            info = zipfile.ZipInfo(
                f"{path.stem.removesuffix('.csv')} {grid.name}.csv", STAMP.timetuple()[:6]
            )
            with member.open("rb") as source, archive.open(info, "w") as target:
                while block := source.read(_BLOCK_CHARACTERS):
                    target.write(block)


def write_typed(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """A query as Parquet, as another system exports it."""
    connection.execute(f"COPY ({query}) TO '{_within_quotes(path)}' (FORMAT parquet)")


def _write_text(connection: duckdb.DuckDBPyConnection, grid: Grid, path: Path, form: Form) -> None:
    """Rows never pass through Python; only a file of another encoding is copied, block by block."""
    plain = form.encoding == "utf-8"
    with tempfile.TemporaryDirectory(dir=path.parent.parent) as folder:
        made = path if plain else Path(folder) / "lines.csv"
        separator = form.separator.replace("\t", "\\t")
        connection.execute(
            f"COPY ({grid.query}) TO '{_within_quotes(made)}' (FORMAT csv, HEADER false, "
            f"DELIMITER '{separator}', NEW_LINE '\\r\\n')"
        )
        if plain:
            return
        with made.open(encoding="utf-8", newline="") as source, path.open("wb") as target:
            target.write(_MARKS.get(form.encoding, b""))
            while block := source.read(_BLOCK_CHARACTERS):
                target.write(block.encode(_CODECS.get(form.encoding, form.encoding)))


def _write_sheets(connection: duckdb.DuckDBPyConnection, grids: Sequence[Grid], path: Path) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"title": "DATA SIMULASI", "created": STAMP})
        spanning = workbook.add_format({"align": "center"})
        workbook.add_worksheet(_HELP[0]).write_string(0, 0, _HELP[1])
        for grid in grids:
            sheet = workbook.add_worksheet(grid.name[:_LONGEST_SHEET_NAME])
            spans = {(row, first): last for row, first, last in grid.spans}
            for line, row in enumerate(_fetched(connection, grid.query)):
                for column, cell in enumerate(row):
                    if (line, column) in spans:
                        last = spans[line, column]
                        sheet.merge_range(line, column, line, last, cell, spanning)
                    elif cell is not None and column in grid.numbers and cell.isdigit():
                        sheet.write_number(line, column, int(cell))
                    elif cell is not None:
                        sheet.write_string(line, column, cell)


def _fetched(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str | None, ...]]:
    result = connection.execute(query)
    while rows := result.fetchmany(_FETCH):
        yield from rows


def _within_quotes(path: Path) -> str:
    return str(path).replace("'", "''")
