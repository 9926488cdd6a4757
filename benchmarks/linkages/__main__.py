"""One way, in a process of its own: `python -m benchmarks.linkages WAY REGISTER ROSTER OUT`.

OUT gets row_id, nik, is_certain and rule of every row for which somebody was found.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2GB"
THREADS = 2


def main(way: str, register: Path, roster: Path, out: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET threads = {THREADS}")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET temp_directory = ?", [str(out.parent / "spill")])
        for name, path in (("register", register), ("roster", roster)):
            connection.execute(f"CREATE VIEW {name} AS FROM '{path}'")
        found = importlib.import_module(f"benchmarks.linkages.{way}").find(connection)
        connection.execute(f"COPY ({found}) TO '{out}' (FORMAT parquet)")


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
