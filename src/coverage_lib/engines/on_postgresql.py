"""A schema of PostgreSQL that holds the tables of a pull: reading it, and loading it.

A table `loaded_generation` with one row says which pull the schema holds, so that figures
are never given the provenance of another one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING, LiteralString

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset

from coverage_lib.config import PostgreSQLSetting
from coverage_lib.engines.extracts import of_days
from coverage_lib.errors import ConfigError, SourceError, StoreError
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.sources.access import LostConnectionError
from coverage_lib.sources.postgresql import open_connection

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

GENERATION_TABLE = "loaded_generation"
_BATCH_ROWS = 100_000


@contextmanager
def postgresql_tables(
    engine: PostgreSQLSetting,
    stored: StoredPeriod,
    in_use: Mapping[str, Collection[date]],
    address: str | None,
) -> Iterator[Mapping[str, ir.Table]]:
    """The schema's tables, which are not replaced before the block ends.

    Raises ConfigError where there is no address or no way to the database, StoreError where
    the schema does not hold the store's current generation, or the database fails.
    """
    with _connection(engine, address) as connection:
        import psycopg  # noqa: PLC0415

        try:
            found = _loaded_generation(connection, engine.schema, stored.tables)
            _require_generation(found, engine, stored)
            backend = ibis.postgres.from_connection(connection)
            yield {
                name: of_days(backend.table(name, database=engine.schema), in_use.get(name))
                for name in stored.tables
            }
        except psycopg.Error as error:
            raise StoreError(
                f"the database that {engine.address_env} names failed ({type(error).__name__}): its "
                f"user needs to read the tables of schema {engine.schema} and to make temporary ones."
            ) from error


def load_generation(
    engine: PostgreSQLSetting,
    stored: StoredPeriod,
    address: str | None,
    progress: Callable[[str], None],
) -> Mapping[str, int]:
    """Put the store's tables into the schema, and return their numbers of rows.

    All in one transaction: readers see the former pull until the new one is whole. Tables
    that `load` did not make itself are never replaced. Raises ConfigError where the database
    cannot be reached, StoreError where it refuses.
    """
    with _connection(engine, address) as connection:
        import psycopg  # noqa: PLC0415

        try:
            with connection.transaction():
                return _replace_tables(connection, engine.schema, stored, progress)
        except psycopg.Error as error:
            # The server's own message may quote a value of a row; its class never does.
            raise StoreError(
                f"schema {engine.schema} was not loaded ({type(error).__name__}): the user of "
                f"{engine.address_env} needs the right to create in it, and no view of others may "
                "depend on its tables. It holds what it held before."
            ) from None


def _require_generation(found: str | None, engine: PostgreSQLSetting, stored: StoredPeriod) -> None:
    account = stored.account
    if found == account.generation:
        return
    holds = f"holds generation {found}" if found else "does not hold its tables"
    raise StoreError(
        f"schema {engine.schema} {holds}, {account.generation} of {account.period} was expected: run "
        f"`cakupan load --period {account.period} --profile {account.profile}`."
    )


def _replace_tables(
    connection: psycopg.Connection,
    schema: str,
    stored: StoredPeriod,
    progress: Callable[[str], None],
) -> dict[str, int]:
    from psycopg import sql  # noqa: PLC0415

    target = sql.Identifier(schema)
    connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"cakupan load {schema}"])
    if not _exists(connection, "select 1 from pg_namespace where nspname = %s", schema):
        connection.execute(sql.SQL("create schema {}").format(target))
    _refuse_tables_of_others(connection, schema, stored)
    rows = {}
    for name in stored.tables:
        progress(name)
        rows[name] = _copy_table(connection, schema, name, stored)
    # Only now, at the very end, are readers kept out, for as long as it takes to rename.
    for name in stored.tables:
        connection.execute(sql.SQL("drop table if exists {}.{}").format(target, _named(name)))
        connection.execute(
            sql.SQL("alter table {}.{} rename to {}").format(
                target, _named(f"loading_{name}"), _named(name)
            )
        )
    marker = _named(GENERATION_TABLE)
    connection.execute(
        sql.SQL("create table if not exists {}.{} (generation text)").format(target, marker)
    )
    connection.execute(sql.SQL("delete from {}.{}").format(target, marker))
    connection.execute(
        sql.SQL("insert into {}.{} values (%s)").format(target, marker),
        [stored.account.generation],
    )
    return rows


def _refuse_tables_of_others(
    connection: psycopg.Connection, schema: str, stored: StoredPeriod
) -> None:
    if _is_table(connection, schema, GENERATION_TABLE):
        return
    for name in stored.tables:
        if _is_table(connection, schema, name):
            raise StoreError(
                f"schema {schema} has a table or view {name} that `cakupan load` did not make: name "
                "a schema of its own in cakupan.toml."
            )


def _copy_table(
    connection: psycopg.Connection, schema: str, name: str, stored: StoredPeriod
) -> int:
    """The Parquet of a table, batch by batch, into `loading_<name>`; the number of its rows."""
    from psycopg import sql  # noqa: PLC0415

    source = pyarrow.dataset.dataset(stored.folder / name, format="parquet")
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(_named(field.name), sql.SQL(_type_of(field.type)))
        for field in source.schema
    )
    place = sql.SQL("{}.{}").format(sql.Identifier(schema), _named(f"loading_{name}"))
    connection.execute(sql.SQL("create table {} ({})").format(place, columns))
    rows = 0
    # Quotes tell an empty text from a missing one, to both sides alike.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    statement = sql.SQL("copy {} from stdin (format csv, encoding 'UTF8')").format(place)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in source.to_batches(batch_size=_BATCH_ROWS):
            text = io.BytesIO()
            pyarrow.csv.write_csv(batch, text, options)
            copy.write(text.getbuffer())
            rows += batch.num_rows
    connection.execute(sql.SQL("analyze {}").format(place))
    return rows


def _type_of(kind: pa.DataType) -> str:
    """PostgreSQL's type for a type that the store writes."""
    # Codes and keys are compared byte by byte, as the other engines do, whatever the language.
    known = {
        pa.string(): 'text collate "C"',
        pa.int64(): "bigint",
        pa.float64(): "double precision",
        pa.date32(): "date",
        pa.bool_(): "boolean",
    }
    return known[kind]


def _loaded_generation(
    connection: psycopg.Connection, schema: str, tables: tuple[str, ...]
) -> str | None:
    """The generation that the schema holds, which stays until the connection is closed.

    The tables are locked against being replaced, in the order in which `load` does it. None
    where one of them is missing.
    """
    import psycopg  # noqa: PLC0415
    from psycopg import sql  # noqa: PLC0415

    places = sql.SQL(", ").join(
        sql.SQL("{}.{}").format(sql.Identifier(schema), _named(name))
        for name in (GENERATION_TABLE, *tables)
    )
    try:
        connection.execute(sql.SQL("lock table {} in access share mode").format(places))
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None
    row = connection.execute(
        sql.SQL("select max(generation) from {}.{}").format(
            sql.Identifier(schema), _named(GENERATION_TABLE)
        )
    ).fetchone()
    return None if row is None else row[0]


def _is_table(connection: psycopg.Connection, schema: str, name: str) -> bool:
    return _exists(
        connection,
        "select 1 from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
        "where nspname = %s and relname = %s",
        schema,
        name,
    )


def _exists(connection: psycopg.Connection, query: LiteralString, *values: str) -> bool:
    return connection.execute(query, values).fetchone() is not None


def _named(name: str) -> sql.Identifier:
    from psycopg import sql  # noqa: PLC0415

    return sql.Identifier(name)


@contextmanager
def _connection(engine: PostgreSQLSetting, address: str | None) -> Iterator[psycopg.Connection]:
    """A connection in one transaction, closed at the end. No message repeats the address."""
    without = (
        " Notebooks do not read it: run `cakupan indicators` once, they then find the measures "
        "computed."
    )
    try:
        connection = open_connection(address, engine.address_env, without)
    except (SourceError, LostConnectionError) as error:
        raise ConfigError(str(error)) from None
    with closing(connection):
        yield connection
