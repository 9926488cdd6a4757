"""A real PostgreSQL as a source: read only, in one snapshot, whole or not at all, and in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest
from extracts import (
    KEY_TEXT,
    PERIOD,
    all_regions,
    bytes_of,
    csv_bytes,
    member,
    pull_project,
    register_project,
    write_config,
)
from psycopg import sql
from servers import WITH_PASSWORD
from text_tables import figure

from coverage_lib import cli
from coverage_lib.config import DuckDBSetting
from coverage_lib.engines.opening import open_tables
from coverage_lib.errors import CakupanError, ConfigError, SourceError
from coverage_lib.indicators.compute import compute_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.sources.access import Access, Patience

VARIABLE = "KANTOR_URL"
UNUSABLE, WRONG_VALUE = 4, 2
REGISTER = {
    "NIK": "text", "no_kpj": "bigint", "nama_lengkap": "varchar(60)", "tanggal_lahir": "date",
    "jenis_kelamin": "char(1)", "kode_wilayah": "text", "segmen": "varchar(9)",
    "tgl_mulai_kepesertaan": "timestamp", "tgl_akhir_kepesertaan": "date",
    "blth_iuran_terakhir": "text", "jkk": "boolean", "jkm": "boolean",
    "tanggal_data": "date", "gaji": "numeric(12,2)",
}  # fmt: skip
ENTRIES = {
    "table": "participants",
    "database": VARIABLE,
    "relation": "kantor.peserta",
    "as_of": "{period}-01",
    "as_of_column": "tanggal_data",
    "producer": "Kantor contoh",
    "simulated": True,
}


def typed(number: int, day: str = "2025-06-01", **changes: str) -> list[object]:
    """A row of the register as a database would hold it; days as text are read as days."""
    cells = list(member(number, **changes).values())
    iso = "-".join
    for place in (3, 7):
        cells[place] = iso(reversed(cells[place].split("-")))
    return [cell or None for cell in cells[:-2]] + [cell == "Y" for cell in cells[-2:]] + [day, 1]


@pytest.fixture
def database(postgresql_address: str) -> Iterator[psycopg.Connection]:
    """A connection of the owner to a database with an empty register in a schema of its own."""
    with psycopg.connect(postgresql_address, autocommit=True) as connection:
        connection.execute("drop schema if exists kantor cascade")
        connection.execute("create schema kantor")
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in REGISTER.items()
        )
        connection.execute(sql.SQL("create table kantor.peserta ({})").format(columns))
        yield connection


def insert(database: psycopg.Connection, *rows: list[object]) -> None:
    marks = ", ".join(["%s"] * len(REGISTER))
    with database.cursor() as cursor:
        cursor.executemany(f"insert into kantor.peserta values ({marks})", rows)


def project(folder: Path, **changes: object) -> Path:
    """A project whose register is in the database; None takes an entry away."""
    folder.mkdir(exist_ok=True)
    write_config(folder, {})
    entries = {name: value for name, value in (ENTRIES | changes).items() if value is not None}
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write("[[profiles.demo.sources]]\n")
        for name, value in entries.items():
            shown = str(value).lower() if isinstance(value, bool | int) else f"'''{value}'''"
            file.write(f"{name} = {shown}\n")
    return folder


def pulled(
    folder: Path, address: str, watch: Callable[[int], None] = lambda _size: None
) -> tuple[StoredPeriod, bool]:
    """A pull in this process that waits for nothing between two attempts."""
    access = Access({VARIABLE: address}, Patience(attempts=2, first_wait_seconds=0), watch)
    _, stored, changed = pull_project(folder, access=access)
    return stored, changed


def stored_rows(stored: StoredPeriod) -> list[tuple[object, ...]]:
    return duckdb.sql(
        f"select * from '{stored.folder}/participants/*.parquet' order by all"
    ).fetchall()


def test_typed_rows_come_in_as_those_of_a_file_do(tmp_path, database, postgresql_address):
    rows = [
        member(1),
        member(2, JKK="", SEGMEN="BPU"),
        member(3, NAMA_LENGKAP='A "B", C\nD', TGL_AKHIR_KEPESERTAAN="2025-05-31"),
        member(4, NIK="1,97101E+15"),
        member(1),
    ]
    register_project(tmp_path / "file", {"a.csv": csv_bytes(rows)})
    from_file, _ = pulled(tmp_path / "file", "")
    insert(
        database,
        typed(1),
        typed(2, JKK="", SEGMEN="BPU"),
        typed(3, NAMA_LENGKAP='A "B", C\nD', TGL_AKHIR_KEPESERTAAN="2025-05-31"),
        typed(4, NIK="1,97101E+15"),
        typed(1),
        typed(5, day="2025-05-01"),
    )
    from_database, _ = pulled(project(tmp_path / "database"), postgresql_address)
    assert stored_rows(from_database) == stored_rows(from_file)
    assert from_database.account.tables == from_file.account.tables
    (source,) = from_database.account.sources
    assert source.name == f"database:{VARIABLE}/kantor.peserta"
    assert source.ignored_columns == ("tanggal_data", "gaji")
    assert not (from_database.folder.parent / ".fetched").exists()


def test_numbers_come_in_with_the_mark_of_their_table(tmp_path, database, postgresql_address):
    folder = project(
        tmp_path / "project",
        table="observations",
        relation=None,
        as_of=None,
        as_of_column=None,
        query="select date '2025-06-30' as date, '19' as region_code, 'coverage_pct' as indicator, "
        "31.90::numeric as value, 'percent' as unit, null::text as scope, 'x' as source_title, "
        "'x' as source_url, date '2025-06-30' as published",
    )
    stored, _ = pulled(folder, postgresql_address)
    (table,) = stored.account.tables
    assert (table.accepted, table.rejected) == (1, 0)
    (value,) = duckdb.sql(f"select value from '{stored.folder}/observations/*.parquet'").fetchall()
    assert value == (31.9,)


def test_the_same_rows_in_another_order_change_nothing(tmp_path, database, postgresql_address):
    folder = project(tmp_path / "project")
    insert(database, typed(1), typed(2), typed(2, SEGMEN="BPU"))
    first, changed = pulled(folder, postgresql_address)
    assert changed
    database.execute("truncate kantor.peserta")
    insert(database, typed(2, SEGMEN="BPU"), typed(2), typed(1))
    again, changed = pulled(folder, postgresql_address)
    assert (again.account.generation, changed) == (first.account.generation, False)
    insert(database, typed(3))
    other, changed = pulled(folder, postgresql_address)
    assert changed
    assert other.account.generation != first.account.generation


@pytest.mark.parametrize(
    ("entries", "accepted"),
    [
        ({}, 2),
        ({"as_of_column": None}, 4),
        ({"as_of_column": None, "period_column": "tanggal_data"}, 3),
        ({"as_of": "2025-05-01"}, 1),
        ({"relation": None, "as_of_column": None,
          "query": "select * from kantor.peserta where tanggal_data between :first_day and :as_of"}, 2),
    ],
)  # fmt: skip
def test_rows_of_the_period(tmp_path, database, postgresql_address, entries, accepted):
    insert(
        database,
        typed(1),
        typed(2),
        typed(3, day="2025-06-30"),
        typed(4, day="2025-05-01"),
    )
    stored, _ = pulled(project(tmp_path / "project", **entries), postgresql_address)
    assert stored.account.tables[0].accepted == accepted


def test_a_summary_from_a_database_counts_as_one_from_a_file(
    tmp_path, database, postgresql_address
):
    """Aggregates are sources of equal right: the month's active participants are the same."""
    database.execute(
        "create table kantor.rekap as select date '2025-06-01' as bulan, date '2025-06-01' as "
        "tanggal_data, '19.71' as kode_wilayah, segmen, peserta_aktif from (values ('PU', 1200), "
        "('BPU', 345)) as rekap (segmen, peserta_aktif)"
    )
    folder = project(
        tmp_path / "database",
        table="participant_summary", relation="kantor.rekap", as_of_column=None,
    )  # fmt: skip
    lines = [
        {"BULAN": "06-2025", "TANGGAL DATA": "01-06-2025", "KODE WILAYAH": "19.71",
         "SEGMEN": segment, "PESERTA AKTIF": number}
        for segment, number in (("PU", "1.200"), ("BPU", "345"))
    ]  # fmt: skip
    register_project(tmp_path / "file", {"rekap.csv": csv_bytes(lines)}, "participant_summary")

    def active(stored: StoredPeriod) -> dict[str, float]:
        with open_tables(DuckDBSetting(), stored, {}) as tables:
            rows = compute_measures(Inputs(tables, all_regions(), "19", PERIOD)).rows
        return {code: figure(rows, "active_participants", of=code, period=str(PERIOD))["value"]
                for code in ("19", "19.71")}  # fmt: skip

    of_database, _ = pulled(folder, postgresql_address)
    of_file, _ = pulled(tmp_path / "file", "")
    assert active(of_database) == active(of_file) == {"19": 1545, "19.71": 1545}


def test_no_rows_of_the_period(tmp_path, database, postgresql_address):
    """An error where the source is required; otherwise the table is not there, and the rest is."""
    insert(database, typed(1, day="2025-05-01"))
    with pytest.raises(SourceError, match=r"has no rows of 2025-06"):
        pulled(project(tmp_path / "project"), postgresql_address)
    folder = project(tmp_path / "other", required=False)
    register_project(tmp_path / "files", {"a.csv": csv_bytes([member(2)])})
    whole = (tmp_path / "files" / "data" / "incoming").rename(folder / "incoming")
    assert whole.is_dir()
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write('[[profiles.demo.sources]]\ntable = "participants"\nfiles = "incoming/*/*"\n')
    stored, _ = pulled(folder, postgresql_address)
    assert [source.name for source in stored.account.sources] == ["incoming/2025-06/a.csv"]


def test_what_tries_to_write_is_refused(tmp_path, database, postgresql_address):
    insert(database, typed(1))
    database.execute(
        "create function kantor.hapus() returns setof kantor.peserta language sql as "
        "'delete from kantor.peserta returning *'"
    )
    sly = {"relation": None, "query": "select * from kantor.hapus()"}
    with pytest.raises(SourceError, match="it tries to write; a source is only read"):
        pulled(project(tmp_path / "project", **sly), postgresql_address)
    assert database.execute("select count(*) from kantor.peserta").fetchone() == (1,)


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ({"relation": 'kantor.peserta"; drop table peserta; --'}, "no such table"),
        ({"relation": "kantor.peserta; drop table peserta"}, "no such table"),
        ({"relation": "a.b.kantor.peserta"}, "does not give it"),
        ({"as_of_column": 'x" = 1; drop table kantor.peserta; --'}, "there is no column"),
        ({"relation": None, "query": "select 1; drop table kantor.peserta"}, "one query was expected"),
        ({"relation": None, "query": "drop table kantor.peserta"}, "one query was expected"),
        ({"relation": None, "query": "select * from kantor.peserta where segmen = :segment"}, ":segment"),
    ],
)  # fmt: skip
def test_no_name_is_a_command(tmp_path, database, postgresql_address, entries, what):
    insert(database, typed(1), typed(2, KODE_WILAYAH="19'; drop table kantor.peserta; --"))
    with pytest.raises(SourceError, match=what):
        pulled(project(tmp_path / "project", **entries), postgresql_address)
    stored, _ = pulled(project(tmp_path / "project"), postgresql_address)
    assert stored.account.tables[0].accepted == 2
    assert database.execute("select count(*) from kantor.peserta").fetchone() == (2,)


def fill(database: psycopg.Connection, rows: int = 20_000) -> None:
    """More than fits between a server that writes and a client that does not read."""
    database.execute(
        "insert into kantor.peserta select '1971011708850000', 20000000000 + n, repeat('ORANG ', 9), "
        "'1985-08-17', 'L', '19.01.01.1001', 'PU', '2020-01-01', null, '05-2025', true, true, "
        "'2025-06-01', n from generate_series(1, %s) n",
        [rows],
    )


def cutter(database: psycopg.Connection, times: int) -> tuple[Callable[[int], None], set[int]]:
    """Ends the session that reads as soon as it has read something, so many times; those it ended."""
    cut: set[int] = set()

    def cut_now(_size: int) -> None:
        found = database.execute(
            "select pid from pg_stat_activity where query like 'copy (%%' and pid <> pg_backend_pid()"
        ).fetchall()
        for (pid,) in found:
            if len(cut) < times and pid not in cut:
                cut.add(pid)
                database.execute("select pg_terminate_backend(%s)", [pid])

    seen = 0

    def watch(size: int) -> None:
        nonlocal seen
        if size < seen or not seen:
            cut_now(size)
        seen = size

    return watch, cut


def test_a_connection_that_is_cut_once_is_read_anew(tmp_path, database, postgresql_address):
    fill(database)
    folder = project(tmp_path / "project")
    watch, cut = cutter(database, times=1)
    stored, _ = pulled(folder, postgresql_address, watch)
    assert len(cut) == 1
    assert stored.account.tables[0].received == 20_000
    undisturbed, changed = pulled(folder, postgresql_address)
    assert (changed, undisturbed.account.generation) == (False, stored.account.generation)


def test_a_connection_that_is_always_cut_leaves_the_store(tmp_path, database, postgresql_address):
    folder = project(tmp_path / "project")
    insert(database, typed(1))
    pulled(folder, postgresql_address)
    before = bytes_of(folder / "data")
    fill(database)
    watch, cut = cutter(database, times=9)
    with pytest.raises(SourceError, match=r"lost while reading .*tried 2 times") as caught:
        pulled(folder, postgresql_address, watch)
    assert len(cut) == 2
    assert caught.value.exit_code == UNUSABLE
    assert bytes_of(folder / "data") == before


def with_user(address: str, password: str) -> str:
    host = re.search(r"host=(\S+)", address)
    assert host is not None
    return f"host={host[1]} user={WITH_PASSWORD} password={password} dbname=postgres"


@pytest.mark.parametrize(
    ("what", "entries", "reached"),
    [
        ("cannot be reached", {}, "s4lah-sekali"),
        ("cannot be reached .*tried 2 times", {}, "127.0.0.1"),
        ("there is no such table", {"relation": "kantor.lain"}, ""),
        ("may not read this", {"relation": "kantor.rahasia"}, ""),
        ("timeout_seconds = 1",
         {"relation": None, "timeout_seconds": 1,
          "query": "select p.* from kantor.peserta p, generate_series(1, 1e12) n"}, ""),
        ("is not understood", {"relation": None, "query": "select from where"}, ""),
        ("DivisionByZero",
         {"relation": None, "query": "select * from kantor.peserta where 1 / (gaji - 1) > 0"}, ""),
    ],
)  # fmt: skip
def test_no_error_tells_password_or_place(
    tmp_path, database, postgresql_address, capfd, monkeypatch, what, entries, reached
):
    insert(database, typed(1))
    database.execute("create table kantor.rahasia as table kantor.peserta")
    database.execute(f"drop role if exists {WITH_PASSWORD}")
    database.execute(f"create role {WITH_PASSWORD} login password 'r4hasia'")
    database.execute(f"grant usage on schema kantor to {WITH_PASSWORD}")
    database.execute(f"grant select on kantor.peserta to {WITH_PASSWORD}")
    folder = project(tmp_path / "project", **entries)
    password = reached if reached.startswith("s4lah") else "r4hasia"
    address = with_user(postgresql_address, password)
    if reached == "127.0.0.1":
        address = re.sub(r"host=\S+", f"host={reached} port=1", address)
    with pytest.raises(CakupanError, match=what) as caught:
        pulled(folder, address)
    assert caught.value.exit_code == UNUSABLE
    assert caught.value.__cause__ is None
    # As a user meets it, where nothing is tried twice.
    monkeypatch.setenv(VARIABLE, address)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    monkeypatch.setattr("sys.argv", ["cakupan", "sources", "test", "--period", str(PERIOD)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == UNUSABLE
    place = re.search(r"host=(\S+)", address)
    assert place is not None
    written = b"".join(content for content, _ in bytes_of(folder / "data").values())
    told = f"{caught.value}{''.join(capfd.readouterr())}{written.decode()}"
    assert f"database:{VARIABLE}" in told or f"that {VARIABLE} names" in told
    for secret in (password, place[1], WITH_PASSWORD):
        assert secret not in told
    database.execute(f"drop owned by {WITH_PASSWORD}")


def test_the_password_may_stay_in_a_file_of_its_own(tmp_path, database, postgresql_address):
    insert(database, typed(1))
    database.execute(f"drop role if exists {WITH_PASSWORD}")
    database.execute(f"create role {WITH_PASSWORD} login password 'r4hasia'")
    database.execute(f"grant usage on schema kantor to {WITH_PASSWORD}")
    database.execute(f"grant select on kantor.peserta to {WITH_PASSWORD}")
    kept = tmp_path / "password"
    kept.write_text("*:*:*:*:r4hasia\n", encoding="utf-8")
    kept.chmod(0o600)
    address = with_user(postgresql_address, "").replace("password= ", f"passfile={kept} ")
    stored, _ = pulled(project(tmp_path / "project"), address)
    assert stored.account.tables[0].accepted == 1
    assert b"r4hasia" not in b"".join(
        content for content, _ in bytes_of(tmp_path / "project").values()
    )
    database.execute(f"drop owned by {WITH_PASSWORD}")


def test_without_an_address(tmp_path):
    with pytest.raises(ConfigError, match=f"environment variable {VARIABLE} is not set"):
        pulled(project(tmp_path / "project"), "")


def test_every_source_is_tried(tmp_path, database, postgresql_address, capsys, monkeypatch):
    """What fits, what lacks a column, what is not there: a line each, and no person's value."""
    insert(database, typed(1), typed(2, day="2025-05-01"))
    database.execute(
        'create view kantor.lain as select "NIK", no_kpj, segmen as segmentasi from kantor.peserta'
    )
    folder = project(tmp_path / "project")
    other = (tmp_path / "other").resolve()
    for changes in (
        {"relation": "kantor.lain", "as_of_column": None},
        {"relation": "kantor.tidak"},
    ):
        text = (project(other, **changes) / "cakupan.toml").read_text(encoding="utf-8")
        with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
            file.write(text[text.index("[[profiles") :])
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write('[[profiles.demo.sources]]\ntable = "claims"\nfiles = "x/*"\nrequired = false\n')
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))

    def lines(*arguments: str) -> tuple[int | str | None, list[str]]:
        monkeypatch.setenv(VARIABLE, postgresql_address)
        monkeypatch.setattr("sys.argv", ["cakupan", "sources", *arguments, "--period", str(PERIOD)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().out.splitlines()

    code, found = lines("test")
    assert code == UNUSABLE
    fits, lacks, not_there, left_out = found
    assert f"usable: database:{VARIABLE}/kantor.peserta · 1 rows · as of 2025-06-01" in fits
    assert "12 of 22 columns · not in the dictionary: tanggal_data, gaji" in fits
    assert "unusable" in lacks
    assert "column SEGMEN is missing (nearest there: segmentasi)" in lacks
    assert "there is no such table or view" in not_there
    assert "left out: x/* · nothing there" in left_out
    assert "ORANG" not in "".join(found)
    assert lines("test", "--source", "claims")[0] == 0
    assert lines("test", "--source", "potensi")[0] == WRONG_VALUE
    code, found = lines("list")
    assert (code, len(found)) == (0, 4)
    assert found[3].split() == ["claims", "x/*", "(may", "be", "left", "out)"]


def test_a_period_is_a_month_or_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CAKUPAN_PROJECT", str(project(tmp_path / "project")))
    monkeypatch.setenv("CAKUPAN_PSEUDONYM_KEY", KEY_TEXT)
    monkeypatch.setattr("sys.argv", ["cakupan", "pull", "--period", "2025-06'; drop table x; --"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == WRONG_VALUE
    assert "is not a month" in capsys.readouterr().err
