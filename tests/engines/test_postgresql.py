"""A month whose data live in PostgreSQL: loaded whole or not at all, read only if it is the one pulled."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from projects import Project
from random_registers import store_in

from coverage_lib.config import PostgreSQLSetting
from coverage_lib.engines.on_postgresql import load_generation, postgresql_tables
from coverage_lib.errors import ConfigError, StoreError

CONFIGURATION, STORE, USAGE = 3, 5, 2
ENGINE = PostgreSQLSetting("loaded", "CAKUPAN_DATABASE_URL")
CLAIM = {"as_of_date": None, "claim_key": 'a "quoted", one', "amount_idr": 9_007_199_254_740_993}


def claims(*keys: str) -> dict[str, list[dict[str, object]]]:
    return {"claims": [CLAIM | {"claim_key": key} for key in keys]}


@pytest.fixture
def database(postgresql_address: str):
    """A connection to a database without the schemas of these tests."""
    with psycopg.connect(postgresql_address, autocommit=True) as connection:
        connection.execute("drop schema if exists loaded cascade")
        yield connection


def load(folder: Path, register, address: str) -> None:
    load_generation(ENGINE, store_in(folder, register), address, [].append)


def test_what_is_loaded_is_what_the_store_holds(tmp_path, database, postgresql_address):
    odd = {"claim_key": "", "benefit_type": None, "segment": "BPU"}
    load(tmp_path / "g1", {"claims": [CLAIM, CLAIM | odd]}, postgresql_address)
    found = database.execute(
        "select claim_key, benefit_type, segment, amount_idr from loaded.claims order by 1"
    ).fetchall()
    assert found == [
        ("", None, "BPU", 9_007_199_254_740_993),
        ('a "quoted", one', None, None, 9_007_199_254_740_993),
    ]


def test_a_later_pull_takes_the_place_of_the_former(tmp_path, database, postgresql_address):
    load(tmp_path / "g1", claims("one"), postgresql_address)
    load(tmp_path / "g2", claims("two", "three"), postgresql_address)
    assert database.execute("select count(*) from loaded.claims").fetchone() == (2,)
    assert database.execute("select * from loaded.loaded_generation").fetchall() == [("g2",)]


def test_a_load_that_fails_leaves_the_former_pull(tmp_path, database, postgresql_address):
    load(tmp_path / "g1", claims("one"), postgresql_address)
    database.execute("create view loaded.of_others as select * from loaded.claims")
    with pytest.raises(StoreError, match="DependentObjectsStillExist"):
        load(tmp_path / "g2", claims("two", "three"), postgresql_address)
    assert database.execute("select claim_key from loaded.claims").fetchall() == [("one",)]
    assert database.execute("select * from loaded.loaded_generation").fetchall() == [("g1",)]


def test_tables_of_others_are_never_replaced(tmp_path, database, postgresql_address):
    database.execute("create schema loaded")
    database.execute("create table loaded.claims (theirs text)")
    with pytest.raises(StoreError, match="did not make: name a schema of its own"):
        load(tmp_path / "g1", claims("one"), postgresql_address)
    assert database.execute("select * from loaded.claims").fetchall() == []


def test_another_pull_than_the_store_s_is_not_read(tmp_path, database, postgresql_address):
    former = store_in(tmp_path / "g1", claims("one"))
    current = store_in(tmp_path / "g2", claims("one"))
    with (
        pytest.raises(StoreError, match="does not hold its tables"),
        postgresql_tables(ENGINE, former, {}, postgresql_address),
    ):
        pytest.fail("nothing was loaded")
    load_generation(ENGINE, former, postgresql_address, [].append)
    with (
        pytest.raises(StoreError, match="holds generation g1, g2 of 2025-06 was expected"),
        postgresql_tables(ENGINE, current, {}, postgresql_address),
    ):
        pytest.fail("the former pull was read")


def test_nothing_is_replaced_under_a_reader(tmp_path, database, postgresql_address):
    """A load waits for who reads: it would otherwise give the reader tables of two pulls."""
    stored = store_in(tmp_path / "g1", claims("one"))
    load_generation(ENGINE, stored, postgresql_address, [].append)
    with postgresql_tables(ENGINE, stored, {}, postgresql_address) as tables:
        impatient = f"{postgresql_address} options='-c lock_timeout=50'"
        with pytest.raises(StoreError, match="LockNotAvailable"):
            load(tmp_path / "g2", claims("two", "three"), impatient)
        assert tables["claims"].count().execute() == 1


@pytest.mark.parametrize(
    ("address", "what"),
    [
        (None, "CAKUPAN_DATABASE_URL is not set"),
        ("postgresql://ani:s3cret@127.0.0.1:1/none", "cannot be reached"),
        ("postgresql://ani:s3cret@[broken", "cannot be reached"),
    ],
)
def test_no_way_to_the_database(tmp_path, address, what):
    with pytest.raises(ConfigError, match=what) as caught:
        load(tmp_path / "g1", claims("one"), address)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_profile_computes_where_its_data_live(
    small_project: Project, tmp_path, postgresql_address
):
    project = small_project.copy(tmp_path / "project")
    expected = project.do("indicators", "--format", "csv")
    project.add_to_config(
        '[profiles.demo.engine]\nkind = "postgresql"\nschema = "cakupan_demo"\n'
        'address_env = "CAKUPAN_DATABASE_URL"'
    )
    for mart in (project.folder / "data" / "store" / "demo").glob("*/*/mart-*"):
        shutil.rmtree(mart)
    month = ("--period", "2025-06")
    address = {"CAKUPAN_DATABASE_URL": postgresql_address}
    without = project.run("indicators", *month)
    assert (without.returncode, "is not set" in without.stderr) == (CONFIGURATION, True)
    early = project.run("indicators", *month, **address)
    assert (early.returncode, "cakupan load --period 2025-06" in early.stderr) == (STORE, True)
    loaded = project.run("load", *month, **address)
    assert loaded.returncode == 0, loaded.stderr
    assert "schema cakupan_demo" in loaded.stdout
    found = project.run("indicators", *month, "--format", "csv", **address)
    assert (found.returncode, found.stdout) == (0, expected)
    other = project.run("load", *month, "--profile", "published")
    assert (other.returncode, "nothing to load" in other.stderr) == (USAGE, True)
