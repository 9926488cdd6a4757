"""A full disk or memory while something is read: it is told as such, not as a fault of the extract."""

from __future__ import annotations

import errno
import gzip
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extracts import (
    AS_OF,
    PERIOD,
    REGISTER_HEADER,
    csv_bytes,
    member,
    pull_project,
    register_project,
    write_config,
)

from coverage_lib.errors import StoreError
from coverage_lib.sources.access import Access
from coverage_lib.sources.catalogue import Extract
from coverage_lib.sources.files import read_extract
from coverage_lib.sources.no_room import why_no_room
from coverage_lib.tables import load_table

ROWS = [member(n) for n in range(300)]
NO_SPACE = "No space left on device"


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow beyond: the system then refuses as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, NO_SPACE), NO_SPACE),
        (OSError(errno.ENOENT, "No such file"), None),
        (duckdb.IOException(f'Could not write file "/x/NIK": {NO_SPACE}'), NO_SPACE),
        (duckdb.IOException("Could not read"), None),
        (duckdb.OutOfMemoryException("failed to offload"), "OutOfMemoryException"),
        (duckdb.InvalidInputException(f"a cell that says {NO_SPACE}"), None),
        (ValueError(NO_SPACE), None),
    ],
)
def test_which_faults_are_of_this_machine(error, why):
    assert why_no_room(error) == why


def packed(folder: Path) -> Access:
    register_project(folder, {"a.csv.gz": gzip.compress(csv_bytes(ROWS))})
    return Access()


def in_a_database(folder: Path) -> Access:
    write_config(folder, {})
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[profiles.demo.sources]]\ntable = "participants"\ndatabase = "CONTOH_URL"\n'
            'relation = "peserta"\nproducer = "Kantor contoh"\nas_of = "{period}-01"\n'
            "simulated = true\n"
        )
    connection = sqlite3.connect(folder / "rows.sqlite")
    names = ", ".join(f'"{name}" text' for name in REGISTER_HEADER)
    connection.execute(f"create table peserta ({names})")
    marks = ", ".join("?" for _ in REGISTER_HEADER)
    connection.executemany(
        f"insert into peserta values ({marks})", [list(row.values()) for row in ROWS]
    )
    connection.commit()
    connection.close()
    return Access({"CONTOH_URL": f"sqlite:///{folder}/rows.sqlite"})


@pytest.mark.parametrize("prepare", [packed, in_a_database])
def test_no_room_for_what_is_unpacked_or_fetched(tmp_path, prepare):
    access = prepare(tmp_path)
    told = rf"cannot be written \({os.strerror(errno.EFBIG)}\): make room"
    with files_of_at_most(4000), pytest.raises(StoreError, match=told) as refused:
        pull_project(tmp_path, access=access)
    assert refused.value.exit_code == 5
    month = tmp_path / "data" / "store" / "demo" / str(PERIOD)
    assert {path.name for path in month.iterdir()} <= {".lock"}
    _, stored, _ = pull_project(tmp_path, access=access)
    assert stored.account.tables[0].accepted == len(ROWS)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_engine_without_memory_does_not_blame_the_file(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    rows = [member(n % 300, NAMA_LENGKAP=f"{n:0400d}") for n in range(40_000)]
    if kind == "csv":
        path.write_bytes(csv_bytes(rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    connection = ibis.duckdb.connect(
        memory_limit="12MB", temp_directory=str(tmp_path / "spill"), max_temp_directory_size="0KB"
    )
    extract = Extract(path, path.name, "participants", "Kantor", AS_OF, None, True, "")
    with pytest.raises(duckdb.OutOfMemoryException):
        read_extract(connection, extract, load_table("participants"), tmp_path)
