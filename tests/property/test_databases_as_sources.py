"""The same rows in a file, in SQLite and in DuckDB: the same rows come in, with the same account."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest
from extracts import (
    REGISTER_HEADER,
    csv_bytes,
    member,
    pull_project,
    register_project,
    write_config,
)
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coverage_lib.errors import SourceError
from coverage_lib.sources.access import Access

MESS = (
    {},
    {},
    {"NIK": "1,97101E+15"},
    {"NIK": ""},
    {"TANGGAL_LAHIR": "31-02-1985"},
    {"SEGMEN": "PBPU"},
    {"NO_KPJ": "rusak"},
    {"KODE_WILAYAH": "19.99'; drop table peserta; --"},
    {"NAMA_LENGKAP": 'A "B"; C\nD'},
    {"NAMA_LENGKAP": "  "},
    {"JKK": "", "TGL_AKHIR_KEPESERTAAN": "2025-05-31"},
)
registers = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(MESS)),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)
SOURCE = """
[[profiles.demo.sources]]
table = "participants"
database = "CONTOH_URL"
relation = "peserta aktif"
producer = "Kantor contoh"
as_of = "{period}-01"
as_of_column = "tanggal_data"
period_column = "tanggal_data"
simulated = true
"""


def rows_of(drawn, repeated):
    rows = [member(number, **mess) for number, mess in drawn]
    # A good row, so that there is something to pull, and whole rows twice.
    return [member(301), *rows, *rows[:repeated]]


def create(
    kind: str,
    path: Path,
    rows: list[dict[str, str]],
    types: Mapping[str, str] = MappingProxyType({}),
) -> None:
    connection = (sqlite3 if kind == "sqlite" else duckdb).connect(str(path))
    names = ", ".join(f'"{name}" {types.get(name, "varchar")}' for name in REGISTER_HEADER)
    connection.execute(f'create table "peserta aktif" ({names}, tanggal_data date)')
    marks = ", ".join("?" for _ in (*REGISTER_HEADER, "tanggal_data"))
    connection.executemany(
        f'insert into "peserta aktif" values ({marks})',
        [
            [*(cell or None for cell in row.values()), day]
            for day, of_day in (("2025-06-01", rows), ("2025-05-01", rows[:1]))
            for row in of_day
        ],
    )
    connection.commit()
    connection.close()


def brought_in(folder: Path, addresses: dict[str, str]):
    _, stored, _ = pull_project(folder, access=Access(addresses))
    (table,), (source,) = stored.account.tables, stored.account.sources
    accepted = duckdb.sql(f"select * from '{stored.folder}/participants/*.parquet' order by all")
    return accepted.fetchall(), table, (source.rows, source.rejected, source.faults, source.filled)


@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(registers, st.integers(0, 3))
def test_a_file_and_two_databases_bring_in_the_same(drawn, repeated):
    rows = rows_of(drawn, repeated)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        register_project(folder / "file", {"a.csv": csv_bytes(rows)})
        expected = brought_in(folder / "file", {})
        for kind in ("sqlite", "duckdb"):
            (folder / kind).mkdir()
            write_config(folder / kind, {})
            with (folder / kind / "cakupan.toml").open("a", encoding="utf-8") as file:
                file.write(SOURCE)
            create(kind, folder / f"rows.{kind}", rows)
            found = brought_in(folder / kind, {"CONTOH_URL": f"{kind}:///{folder}/rows.{kind}"})
            assert found == expected


def with_database(folder: Path, kind: str, row: dict[str, str], types: Mapping[str, str]):
    """A project whose register is one row of a database, and the address."""
    folder.mkdir()
    write_config(folder, {})
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(SOURCE)
    create(kind, folder / "rows", [row], types)
    return folder, {"CONTOH_URL": f"{kind}:///{folder}/rows"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_number_that_may_have_lost_digits_does_not_pass(tmp_path, kind):
    project = with_database(tmp_path / kind, kind, member(1), {"NIK": "double"})
    with pytest.raises(SourceError, match=r"none of the 1 rows.*digits away"):
        brought_in(*project)


def test_a_moment_is_of_the_day_that_it_was_in_western_indonesia(tmp_path):
    row = member(1, TGL_MULAI_KEPESERTAAN="2019-12-31 17:00:00+00")
    project = with_database(tmp_path / "x", "duckdb", row, {"TGL MULAI KEPESERTAAN": "timestamptz"})
    (accepted,), _, _ = brought_in(*project)
    assert date(2020, 1, 1) in accepted
