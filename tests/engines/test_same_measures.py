"""The whole set of measures of random registers is the same on every engine, and in plain Python.

DuckDB is compared with the plain references (`tests/plain_*.py`: dictionaries and loops),
PostgreSQL and Spark with both. The summary of the run names the engines and their versions.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from random_registers import (
    OTHER_VILLAGES,
    PERIOD,
    PROVINCE,
    VILLAGES,
    Register,
    registers,
    store_in,
)
from some_regions import regions_around

from coverage_lib.config import DuckDBSetting, EngineSetting, PostgreSQLSetting
from coverage_lib.engines.on_postgresql import load_generation
from coverage_lib.engines.opening import open_tables
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.marts import measures_of

REGIONS = regions_around((*VILLAGES, *OTHER_VILLAGES))
PLAIN = sorted(path.stem for path in Path(__file__).parents[1].glob("plain_*.py"))
#: What no plain reference counts again, and what watches over it instead. An entry for which
#: there is one, or an indicator with neither, fails.
WITHOUT_PLAIN_REFERENCE: Mapping[str, str] = {}
# A whole set of measures takes seconds: what fails is not tried with less and less. A register that
# is too large for Hypothesis fails: of 28 rows and more it throws away hundreds for one that it keeps.
FEW = [HealthCheck.too_slow, HealthCheck.large_base_example]
STRAIGHT = (Phase.explicit, Phase.generate)

# What Spark's Python side says of itself, and the sockets that it leaves to the interpreter.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Compute = Callable[[Register], tuple[StoredPeriod, pd.DataFrame]]


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Callable[[Register], Any]]:
    """Writes a register into a store of its own, which is gone after the example."""
    numbers = count()

    @contextmanager
    def write(register: Register) -> Iterator[StoredPeriod]:
        folder = tmp_path / f"{next(numbers):03}"
        yield store_in(folder, register)
        shutil.rmtree(folder)

    return write


def test_duckdb_counts_as_plain_python_does(stored, record_property):
    figures = []

    # Every register of the other two tests is compared on DuckDB too.
    @settings(max_examples=5, suppress_health_check=FEW, phases=STRAIGHT)
    @given(registers())
    def compare(register: Register) -> None:
        with stored(register) as period:
            rows = computed(period, DuckDBSetting())
        figures.append(len(rows))
        assert_as_plain(rows, register)

    compare()
    record_property("engine", summary("DuckDB", version("duckdb"), figures))


def test_postgresql_counts_as_duckdb_does(stored, postgresql_address, record_property):
    figures = []
    engine = PostgreSQLSetting("random_registers", "CAKUPAN_DATABASE_URL")

    @settings(max_examples=3, suppress_health_check=FEW, phases=STRAIGHT)
    @given(registers(20, complete=True))
    def compare(register: Register) -> None:
        with stored(register) as period:
            load_generation(engine, period, postgresql_address, [].append)
            rows = computed(period, engine, postgresql_address)
            assert_same(rows, computed(period, DuckDBSetting()))
        figures.append(len(rows))
        assert_as_plain(rows, register)

    compare()
    record_property(
        "engine", summary("PostgreSQL", postgresql_version(postgresql_address), figures)
    )


def test_spark_counts_as_duckdb_does(stored, spark_engine, record_property):
    figures = []

    @settings(max_examples=3, suppress_health_check=FEW, phases=STRAIGHT)
    @given(registers(20, complete=True))
    def compare(register: Register) -> None:
        with stored(register) as period:
            rows = computed(period, spark_engine)
            assert_same(rows, computed(period, DuckDBSetting()))
        figures.append(len(rows))
        assert_as_plain(rows, register)

    compare()
    name = "Spark, standalone master and worker,"
    record_property("engine", summary(name, version("pyspark"), figures))


def computed(
    stored: StoredPeriod, engine: EngineSetting, address: str | None = None
) -> pd.DataFrame:
    with open_tables(engine, stored, {}, address) as tables:
        return measures_of(Inputs(tables, REGIONS, PROVINCE, PERIOD)).rows


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Every column of every row; whole numbers (counts, rupiah) exactly, others to 12 digits."""
    is_whole = expected["value"].isna() | (expected["value"] % 1 == 0)
    pd.testing.assert_frame_equal(found, expected, check_exact=False, rtol=1e-12, atol=0)
    pd.testing.assert_frame_equal(found[is_whole], expected[is_whole], check_exact=True)


def assert_as_plain(rows: pd.DataFrame, register: Register) -> None:
    """The available figures that were computed are those of the plain references, no more, no less."""
    plain: dict[tuple[Any, ...], float] = {}
    for name in PLAIN:
        plain |= import_module(name).measures(register, PERIOD, PROVINCE, REGIONS.by_code)
    both = {key[0] for key in plain} & set(WITHOUT_PLAIN_REFERENCE)
    assert not both, f"take out of WITHOUT_PLAIN_REFERENCE: {', '.join(sorted(both))}"
    shown = rows[
        (rows["status"] == "available")
        & (rows["origin"] == "computed")
        & ~rows["indicator"].isin(list(WITHOUT_PLAIN_REFERENCE))
    ]
    names = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    engine = {
        (indicator, region, pd.Timestamp(day).date(), *rest): value
        for indicator, region, day, *rest, value in shown[[*names, "value"]].itertuples(
            index=False, name=None
        )
    }
    assert len(engine) == len(shown), "two figures have one key"
    differing = [
        f"{key}: {engine.get(key, 'no figure')}, in plain Python {plain.get(key, 'no figure')}"
        for key in sorted(engine.keys() | plain.keys(), key=str)
        if not math.isclose(engine.get(key, math.nan), plain.get(key, math.nan), rel_tol=1e-12)
    ]
    assert not differing, "\n".join(differing[:20])


def summary(engine: str, release: str, figures: list[int]) -> str:
    return f"{engine} {release}: {sum(figures):,} figures of random registers ({len(figures)}), all the same"


def postgresql_version(address: str) -> str:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(address) as connection:
        return str(connection.execute("show server_version").fetchone()[0])
