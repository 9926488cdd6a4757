"""PostgreSQL, read only: one snapshot of a transaction that cannot write, copied out as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend

from coverage_lib.errors import ConfigError, SourceError
from coverage_lib.source_settings import DatabaseSetting
from coverage_lib.sources.access import LostConnectionError

if TYPE_CHECKING:
    import psycopg

_CONNECT_SECONDS = 15
#: What the types of PostgreSQL mean to the checks; every other one is text to them.
_KINDS: Mapping[str, dt.DataType] = {
    "bool": dt.boolean,
    "date": dt.date,
    "timestamp": dt.timestamp,
    "timestamptz": dt.timestamp,
    "int2": dt.int64,
    "int4": dt.int64,
    "int8": dt.int64,
    "numeric": dt.decimal,
    "float4": dt.float64,
    "float8": dt.float64,
}


def open_connection(address: str | None, variable: str, without: str = "") -> psycopg.Connection:
    """A connection to the database whose address the environment variable `variable` holds.

    Raises ConfigError where psycopg is not installed or there is no address (`without` says
    more of that), LostConnectionError where the server does not answer, SourceError where it refuses.
    No message repeats the address.
    """
    try:
        import psycopg  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            f"{variable} names a database of the kind postgresql, which is not installed: run "
            "pip install '.[postgresql]'."
        ) from None
    if not address:
        raise ConfigError(
            f"environment variable {variable} is not set: it names the database, such as "
            f"postgresql://user@host/name (the password may stay in ~/.pgpass).{without}"
        )
    try:
        if "connect_timeout" in address:
            return psycopg.connect(address)
        return psycopg.connect(address, connect_timeout=_CONNECT_SECONDS)
    except psycopg.Error as error:
        # A server that answers says FATAL; to try a wrong password again could lock the account.
        answered = "FATAL" in str(error) or not isinstance(error, psycopg.OperationalError)
        raise (SourceError if answered else LostConnectionError)(
            f"the database that {variable} names cannot be reached ({type(error).__name__}): check "
            "the address, the server and the password."
        ) from None


@contextmanager
def read_only_postgresql(
    setting: DatabaseSetting, address: str | None, watch: Callable[[int], None]
) -> Iterator[ReadOnlyPostgreSQL]:
    """A database in one read-only transaction of one snapshot, which ends with the block.

    Raises what `open_connection` does, LostConnectionError where another attempt may succeed,
    SourceError otherwise. No message repeats what the server says: it may quote a value.
    """
    connection = open_connection(address, setting.address_env)
    import psycopg  # noqa: PLC0415

    with closing(connection):
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            milliseconds = setting.timeout_seconds * 1000
            connection.execute(
                "select set_config('statement_timeout', %s, true)", [f"{milliseconds}"]
            )
            connection.execute("set local datestyle to iso")
            yield ReadOnlyPostgreSQL(connection, watch)
        except psycopg.Error as error:
            raise _explained(error, setting, lost=connection.closed) from None


def _explained(
    error: psycopg.Error, setting: DatabaseSetting, *, lost: bool
) -> SourceError | LostConnectionError:
    from psycopg import errors  # noqa: PLC0415

    name = type(error).__name__
    if lost:
        return LostConnectionError(
            f"{setting.name}: the connection was lost while reading ({name})."
        )
    known: list[tuple[type[psycopg.Error], str]] = [
        (errors.InsufficientPrivilege, "its user may not read this: grant select on it"),
        (
            errors.QueryCanceled,
            f"it took longer than timeout_seconds = {setting.timeout_seconds}: allow more, or read less",
        ),
        (errors.ReadOnlySqlTransaction, "it tries to write; a source is only read"),
        (errors.UndefinedTable, "there is no such table or view: correct its name, or grant usage"),
        (errors.InvalidSchemaName, "there is no such schema: correct its name"),
        (errors.SyntaxError, "the query is not understood: try it in the database first"),
    ]
    what = next(
        (words for kind, words in known if isinstance(error, kind)),
        "the database does not give it: try it in the database first",
    )
    return SourceError(f"{setting.name}: {what} ({name}).")


class ReadOnlyPostgreSQL:
    """Columns, number and rows of a query."""

    dialect = "postgres"

    def __init__(self, connection: psycopg.Connection, watch: Callable[[int], None]) -> None:
        self._connection = connection
        self._watch = watch

    def columns(self, rows: sge.Query) -> Mapping[str, dt.DataType]:
        cursor = self._connection.execute(self._text(rows.limit(0)))
        types = self._connection.adapters.types
        kinds = ((one.name, types.get(one.type_code)) for one in cursor.description or ())
        return {
            name: dt.string if known is None else _KINDS.get(known.name, dt.string)
            for name, known in kinds
        }

    def count(self, rows: sge.Query) -> int:
        number = sge.select("count(*)").from_(rows.subquery("counted"))
        (found,) = self._connection.execute(self._text(number)).fetchone() or (0,)
        return int(found)

    def stage(
        self, rows: sge.Query, kinds: Mapping[str, dt.DataType], folder: Path, engine: Backend
    ) -> ir.Table:
        """The rows as text in `engine`, by way of a file in `folder`; memory stays small."""
        path = folder / "rows.csv"
        statement = b"copy (%s) to stdout (format csv, encoding 'UTF8')" % self._text(rows)
        size = 0
        with (
            path.open("wb") as file,
            self._connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for block in copy:
                size += file.write(block)
                self._watch(size)
        if not size:
            return engine.create_table("rows", schema=dict.fromkeys(kinds, "string"), temp=True)
        return engine.read_csv(
            str(path),
            delim=",",
            header=False,
            columns=dict.fromkeys(kinds, "VARCHAR"),
            auto_detect=False,
            quote='"',
            escape='"',
            nullstr="",
        )

    def _text(self, rows: sge.Query) -> bytes:
        return rows.sql(self.dialect).encode()
