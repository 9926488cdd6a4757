"""Open the tables of a pull on the engine that a profile names."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.config import DuckDBSetting, EngineSetting, PostgreSQLSetting, SparkSetting
from coverage_lib.intake.store import StoredPeriod

Tables = Mapping[str, ir.Table]


def open_tables(
    engine: EngineSetting,
    stored: StoredPeriod,
    in_use: Mapping[str, Collection[date]],
    address: str | None = None,
) -> AbstractContextManager[Tables]:
    """The tables of a pull by name, in the columns of the store, until the block ends.

    Of the tables in `in_use` only the extracts of the days named there are read. `address` is the database's, for PostgreSQL alone; it appears in no message. Raises
    ConfigError where the engine is not installed or cannot be reached, StoreError where the
    database holds another pull than the store.
    """
    # An engine that is not used need not be installed.
    match engine:
        case DuckDBSetting():
            return _duckdb_tables(engine, stored, in_use)
        case PostgreSQLSetting():
            from coverage_lib.engines.on_postgresql import postgresql_tables  # noqa: PLC0415

            return postgresql_tables(engine, stored, in_use, address)
        case SparkSetting():
            from coverage_lib.engines.on_spark import spark_tables  # noqa: PLC0415

            return spark_tables(engine, stored, in_use)


@contextmanager
def _duckdb_tables(
    engine: DuckDBSetting, stored: StoredPeriod, in_use: Mapping[str, Collection[date]]
) -> Iterator[Tables]:
    limits = {"memory_limit": engine.memory_limit, "threads": engine.threads}
    # What does not fit into memory spills beside the data: as private as they are, and as roomy.
    with tempfile.TemporaryDirectory(prefix=".spill-", dir=stored.folder.parent) as spill:
        connection = ibis.duckdb.connect(
            temp_directory=spill,
            **{name: value for name, value in limits.items() if value is not None},
        )
        try:
            yield {
                name: connection.read_parquet(stored.files(name, in_use.get(name)), table_name=name)
                for name in stored.tables
            }
        finally:
            connection.disconnect()
