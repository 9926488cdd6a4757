"""Files of the simulated extracts and their sidecars, in the formats that offices send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import xlsxwriter
import yaml

from coverage_lib.sources.catalogue import SIDECAR_SUFFIX

MOST_ROWS = 1_048_576
Cell = str | int | None
_HEADER_ROWS = 4
_FETCH = 20_000
STAMP = datetime(2020, 1, 1)  # noqa: DTZ001  Excel knows no time zone; this never changes
PRODUCER = "Cakupan, data simulasi"


@dataclass(frozen=True)
class Extract:
    """A finished file and what its sidecar says; `region_codes` only where they are not the ministry's."""

    path: Path
    table: str
    as_of: date
    received: date
    region_codes: str | None = None


def copy_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    """Write a query as semicolon CSV with CRLF; rows never pass through Python."""
    # DuckDB quotes empty text and leaves missing values bare, as offices' lists have them.
    bare = f"SELECT nullif(COLUMNS('(.*)')::VARCHAR, '') AS \"\\1\" FROM ({query})"
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY ({bare}) TO '{target}' (FORMAT csv, HEADER true, DELIMITER ';', NEW_LINE '\\r\\n')"
    )
    return path


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """The same format for small tables; numbers must come as text where they have decimals."""
    frame = pd.DataFrame(list(rows), columns=list(header), dtype=object)
    frame.to_csv(path, sep=";", index=False, lineterminator="\r\n", encoding="utf-8")
    return path


def write_workbook_or_csv(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    csv_query: str,
    path: Path,
    title: str,
    information: str,
    number_columns: Sequence[str] = (),
) -> Path:
    """A query as one Excel sheet, or where it has more rows than a sheet holds, as CSV.

    Text in `number_columns` that is all digits becomes a number cell.
    """
    counted = connection.execute(f"SELECT count(*) FROM ({query})").fetchone()
    if counted is not None and counted[0] + _HEADER_ROWS > MOST_ROWS:
        return copy_csv(connection, csv_query, path.with_suffix(".csv"))
    result = connection.execute(query)
    header = [column[0] for column in result.description or ()]
    numbers = frozenset(header.index(name) for name in number_columns)
    write_workbook(path, title, information, header, _fetched(result, numbers))
    return path


def write_workbook(
    path: Path, title: str, information: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Title in row 1, information in row 2, row 3 blank, header in row 4, then the rows.

    None and "" leave a cell empty; int becomes a number, everything else stays text. The
    same rows give the same bytes.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"title": "DATA SIMULASI", "created": STAMP})
        sheet = workbook.add_worksheet("Data")
        sheet.write_string(0, 0, title)
        sheet.write_string(1, 0, information)
        for column, name in enumerate(header):
            sheet.write_string(3, column, name)
        for line, row in enumerate(rows, start=_HEADER_ROWS):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, column, cell)
                elif cell:
                    sheet.write_string(line, column, cell)


def write_sidecar(extract: Extract, seed: int) -> Path:
    """The `.source.yml` beside a file: what it is, as of when, and that it is simulated."""
    path = extract.path.with_name(extract.path.name + SIDECAR_SUFFIX)
    content = {
        "table": extract.table,
        "producer": PRODUCER,
        "as_of": extract.as_of,
        "received": extract.received,
        "simulated": True,
        "seed": seed,
    }
    if extract.region_codes is not None:
        content["region_codes"] = extract.region_codes
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def day_text(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def decimal_text(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _fetched(
    result: duckdb.DuckDBPyConnection, numbers: frozenset[int]
) -> Iterator[Sequence[Cell]]:
    while rows := result.fetchmany(_FETCH):
        if not numbers:
            yield from rows
            continue
        for row in rows:
            yield [
                int(cell) if place in numbers and isinstance(cell, str) and cell.isdigit() else cell
                for place, cell in enumerate(row)
            ]
