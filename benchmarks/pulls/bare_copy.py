"""The same file as Parquet and nothing else: what reading and writing cost at the least."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.pulls.task import MEMORY_LIMIT, Outcome


def bring_in(extract: Path, out: Path) -> Outcome:
    out.mkdir()
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET enable_progress_bar = false")
    match extract.suffix:
        case ".csv":
            source = f"read_csv('{extract}', all_varchar = true, delim = ';', header = true)"
        case ".parquet":
            source = f"'{extract}'"
        case _:
            source = "sheet"
            connection.register(source, _sheet(extract))
    connection.execute(f"COPY (SELECT * FROM {source}) TO '{out / 'copy.parquet'}'")
    counted = connection.execute(f"SELECT count(*) FROM '{out / 'copy.parquet'}'").fetchone()
    rows = counted[0] if counted else 0
    return Outcome(rows, rows)


def _sheet(extract: Path) -> object:
    """The first sheet as text. The engine itself reads no Excel without an extension from elsewhere."""
    import pyarrow as pa
    from python_calamine import load_workbook

    header, *body = load_workbook(str(extract)).get_sheet_by_index(0).to_python()
    columns = zip(*body, strict=True)
    return pa.table(
        {
            str(name): pa.array([str(cell) for cell in column], pa.string())
            for name, column in zip(header, columns, strict=True)
        }
    )
