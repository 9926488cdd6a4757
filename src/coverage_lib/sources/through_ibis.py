"""Every other database that Ibis knows, by the scheme of its address; SQLite and DuckDB as files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.backends.sql import SQLBackend

from coverage_lib.errors import ConfigError, SourceError
from coverage_lib.source_settings import DatabaseSetting
from coverage_lib.sources.no_room import pass_no_room

_BATCH_ROWS = 100_000


def batches_of(engine: Backend, rows: ir.Table) -> pa.RecordBatchReader:
    """The rows in their order, batch by batch: Ibis 12 asks DuckDB 2 for what it no longer has."""
    return engine.con.sql(engine.compile(rows)).to_arrow_reader(_BATCH_ROWS)


@contextmanager
def database_through_ibis(
    setting: DatabaseSetting, address: str, watch: Callable[[int], None]
) -> Iterator[DatabaseThroughIbis]:
    """A database as Ibis opens it; SQLite and DuckDB so that they cannot be written.

    Elsewhere the account's rights are what keeps it read only. Raises ConfigError where the
    kind is not known or not installed, SourceError, without the driver's own words, otherwise.
    """
    scheme = address.partition("://")[0]
    place = f"the database that {setting.address_env} names"
    try:
        backend = _open(scheme, address)
    except (ImportError, AttributeError, ValueError):
        raise ConfigError(
            f"{place}: its kind is not known here, or its package is not installed: docs/sources.md "
            "lists kinds and packages."
        ) from None
    except Exception as error:  # noqa: BLE001 - each driver has a tree of errors of its own
        raise SourceError(
            f"{place} cannot be opened ({type(error).__name__}): check the address, the user and the "
            "password."
        ) from None
    try:
        yield DatabaseThroughIbis(backend, watch)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - as above, and their words may quote rows
        pass_no_room(error)
        raise SourceError(
            f"{setting.name}: the database does not give it ({type(error).__name__}): check its name "
            "and the user's rights, and try it in the database first."
        ) from None
    finally:
        with suppress(Exception):
            backend.disconnect()


def _open(scheme: str, address: str) -> SQLBackend:
    path = address.partition("://")[2].removeprefix("/")
    if scheme == "sqlite":
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        return ibis.sqlite.from_connection(connection)
    if scheme == "duckdb":
        return ibis.duckdb.connect(path, read_only=True)
    backend = ibis.connect(address)
    if not isinstance(backend, SQLBackend):
        raise ValueError(scheme)
    return backend


class DatabaseThroughIbis:
    """Columns, number and rows of a query."""

    def __init__(self, backend: SQLBackend, watch: Callable[[int], None]) -> None:
        self._backend = backend
        self._watch = watch
        self.dialect: str = backend.dialect.__name__.lower()

    def columns(self, rows: sge.Query) -> Mapping[str, dt.DataType]:
        return dict(self._rows(rows).schema().items())

    def count(self, rows: sge.Query) -> int:
        return int(self._rows(rows).count().execute())

    def stage(
        self, rows: sge.Query, kinds: Mapping[str, dt.DataType], folder: Path, engine: Backend
    ) -> ir.Table:
        """The rows as text in `engine`, by way of a file in `folder`, batch by batch."""
        found = self._rows(rows)
        if self._backend.name == "sqlite":
            # Its cells may be of any type, whatever the column's: as text they come in batches.
            found = found.cast(dict.fromkeys(kinds, "string"))
            batches = SQLBackend.to_pyarrow_batches(self._backend, found, chunk_size=_BATCH_ROWS)
        elif self._backend.name == "duckdb":
            batches = batches_of(self._backend, found)
        else:
            batches = self._backend.to_pyarrow_batches(found, chunk_size=_BATCH_ROWS)
        path = folder / "rows.parquet"
        size = 0
        try:
            with pyarrow.parquet.ParquetWriter(path, batches.schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    size += batch.nbytes
                    self._watch(size)
        finally:
            del batches  # its cursor ends here: later the database is closed
        return engine.read_parquet(path).cast(dict.fromkeys(kinds, "string"))

    def _rows(self, rows: sge.Query) -> ir.Table:
        text = rows.sql(self.dialect)
        if self._backend.name != "duckdb":
            return self._backend.sql(text)
        # As in batches_of.
        known = self._backend.con.sql(text).limit(0).to_arrow_table().schema
        return self._backend.sql(text, schema=ibis.Schema.from_pyarrow(known))
