"""A table, view or query of a database as an extract: what is asked of it, and its rows as text.

The rows are written once, in an order of their own, into a file that only this pull sees. Its
sha256 names them as a file's does: the same rows give the same, whatever order they came in.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from sqlglot.errors import SqlglotError

from coverage_lib.errors import SourceError
from coverage_lib.periods import Month
from coverage_lib.source_settings import DatabaseSetting
from coverage_lib.sources.access import Access
from coverage_lib.sources.catalogue import Extract, Snapshot
from coverage_lib.sources.columns import Columns, match_columns, nearest
from coverage_lib.sources.parquet_files import ZONE
from coverage_lib.sources.postgresql import read_only_postgresql
from coverage_lib.sources.reading import LINE, SHEET, RawTable
from coverage_lib.sources.stored_text import number_text
from coverage_lib.sources.through_ibis import batches_of, database_through_ibis
from coverage_lib.tables import Table, load_table


class Database(Protocol):
    """A database opened for reading; `dialect` is the name of its SQL."""

    dialect: str

    def columns(self, rows: sge.Query) -> Mapping[str, dt.DataType]:
        """The columns that a query gives, in their order."""

    def count(self, rows: sge.Query) -> int:
        """How many rows a query gives."""

    def stage(
        self, rows: sge.Query, kinds: Mapping[str, dt.DataType], folder: Path, engine: Backend
    ) -> ir.Table:
        """All rows as a table of text, in the form in which the database writes each kind."""


def open_database(setting: DatabaseSetting, access: Access) -> AbstractContextManager[Database]:
    """The database of a source: PostgreSQL, or by the scheme of its address any that Ibis knows."""
    address = access.addresses.get(setting.address_env)
    scheme = (address or "").partition("://")[0]
    if address is None or "://" not in address or scheme in {"postgresql", "postgres"}:
        return read_only_postgresql(setting, address, access.watch)
    return database_through_ibis(setting, address, access.watch)


class Rows:
    """The rows of a source in an open database: those of the period, under the dictionary's names."""

    def __init__(
        self, database: Database, setting: DatabaseSetting, period: Month, project: Path
    ) -> None:
        self._database = database
        self._setting = setting
        self._period = period
        source = _relation(setting, period, project, database.dialect)
        self._everything = sge.select("*").from_(source)
        self._kinds = database.columns(self._everything)
        self.columns: Columns = match_columns(
            list(self._kinds), load_table(setting.table), setting.name
        )

    def count(self) -> int:
        return self._database.count(self._query())

    def stage(self, folder: Path, engine: Backend) -> ir.Table:
        """All as the checks read text: ISO dates, digits, the table's decimal mark, Y or nothing."""
        self.columns.require_all(self._setting.name)
        kinds = {name: self._kinds[there] for name, there in self.columns.found.items()}
        staged = self._database.stage(self._query(), kinds, folder, engine)
        table = load_table(self._setting.table)
        return staged.select(
            **{
                name: staged[name].left(len("2025-06"))
                if table.column(name).type == "month" and kind.is_temporal()
                else _as_text(staged[name], kind, table.decimal_mark)
                for name, kind in kinds.items()
            }
        )

    def _query(self) -> sge.Query:
        """Only the columns of the dictionary, only the rows of the period."""
        chosen = [
            sge.alias_(_quoted(there), name, quoted=True)
            for name, there in self.columns.found.items()
        ]
        query = self._everything.select(*chosen, append=False)
        for condition in self._conditions():
            query = query.where(condition)
        return query

    def _conditions(self) -> Iterator[sge.Expression]:
        day = self._setting.provenance.day(self._period)
        if self._setting.as_of_column is not None and day is not None:
            name, kind = self._setting.as_of_column, self._kind(self._setting.as_of_column)
            if kind.is_string():
                yield _quoted(name).eq(sge.convert(day.isoformat()))
            else:
                yield _quoted(name) >= sge.convert(day)
                yield _quoted(name) < sge.convert(day + timedelta(days=1))
        if self._setting.period_column is not None:
            name, kind = self._setting.period_column, self._kind(self._setting.period_column)
            month = self._period
            if kind.is_string():
                yield _quoted(name).eq(sge.convert(str(month)))
            elif kind.is_numeric():
                yield _quoted(name).eq(sge.convert(month.year * 100 + month.number))
            else:
                yield _quoted(name) >= sge.convert(month.first_day)
                yield _quoted(name) < sge.convert(month.plus(1).first_day)

    def _kind(self, column: str) -> dt.DataType:
        if column not in self._kinds:
            near = nearest([column], self._kinds)
            hint = f" (nearest there: {', '.join(near)})" if near else ""
            raise SourceError(
                f"{self._setting.name}: there is no column {column} to choose the period by{hint}; "
                "correct it in cakupan.toml."
            )
        return self._kinds[column]


def _quoted(column: str) -> sge.Column:
    return sge.column(column, quoted=True)


def _relation(
    setting: DatabaseSetting, period: Month, project: Path, dialect: str
) -> sge.Table | sge.Subquery:
    """What stands behind FROM. Names are quoted, so that nothing in them can be a command."""
    if setting.relation is not None:
        catalog, schema, name = [None, None, *setting.relation.split(".")][-3:]
        return sge.table_(name or "", db=schema, catalog=catalog, quoted=True)
    where = setting.name
    text = setting.query
    if setting.query_file is not None:
        try:
            text = (project / setting.query_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise SourceError(
                f"{where}: query_file is not there, or is not UTF-8; put the query there."
            ) from None
    try:
        statements = [one for one in sg.parse(text or "", read=dialect) if one is not None]
    except SqlglotError:
        raise SourceError(f"{where}: the query is not understood; try it there first.") from None
    query = statements[0] if len(statements) == 1 else None
    if not isinstance(query, sge.Query):
        raise SourceError(f"{where}: one query was expected, a select and nothing else.")
    values = {
        "period": str(period),
        "first_day": period.first_day,
        "last_day": period.last_day,
        "as_of": setting.provenance.day(period),
    }

    def bound(node: sge.Expr) -> sge.Expr:
        if not isinstance(node, sge.Placeholder):
            return node
        if values.get(node.name) is None:
            raise SourceError(
                f"{where}: the query names :{node.name}; :{', :'.join(values)} are known, as_of "
                "where the source says it."
            )
        return sge.convert(values[node.name])

    whole = query.transform(bound)
    assert isinstance(whole, sge.Query)
    return whole.subquery("rows_of_query")


def _as_text(text: ir.StringValue, kind: dt.DataType, mark: str) -> ir.StringValue:
    if kind.is_boolean():
        return ibis.ifelse(text.lower().isin(["t", "true", "1"]), "Y", ibis.null("string"))
    if kind.is_timestamp():
        return text.left(10)
    if kind.is_floating():
        # A cell that is no number, as SQLite allows, stays what it is.
        return ibis.coalesce(number_text(text.try_cast("float64"), mark), text)
    if kind.is_numeric():
        bare = text.re_replace(r"(\.\d*?)0+$", r"\1").re_replace(r"\.$", "")
        return bare.replace(".", mark)
    return text


def fetch_rows(
    setting: DatabaseSetting, period: Month, project: Path, access: Access, folder: Path
) -> Extract | None:
    """The rows of the period in a file of `folder`, begun anew where the connection is lost.

    None where there are none and the source may be left out. Raises SourceError and ConfigError.
    """

    def read() -> Extract | None:
        engine = ibis.duckdb.connect(temp_directory=str(folder / "spill"))
        # A moment is of the same day on every machine.
        engine.raw_sql(f"SET TimeZone = '{ZONE}'")
        try:
            with open_database(setting, access) as database:
                rows = Rows(database, setting, period, project)
                staged = rows.stage(folder, engine)
            sha256, number = _write_snapshot(staged, setting, folder / "snapshot.parquet", engine)
        finally:
            engine.disconnect()
        if not number and not setting.required:
            return None
        if not number:
            raise SourceError(
                f"{setting.name} has no rows of {period}; ask its producer, or correct as_of_column "
                "and period_column."
            )
        return Extract(
            path=folder / "snapshot.parquet",
            name=setting.name,
            table=setting.table,
            producer=setting.provenance.producer,
            as_of=setting.provenance.day(period),
            received=None,
            simulated=setting.provenance.simulated,
            sha256=sha256,
            expected_rows=setting.provenance.expected_rows,
            region_codes=setting.provenance.region_codes,
            snapshot=Snapshot(
                rows.columns.ignored, tuple(column.name for column in rows.columns.absent)
            ),
        )

    return access.patiently(read)


def _write_snapshot(
    staged: ir.Table, setting: DatabaseSetting, path: Path, engine: Backend
) -> tuple[str, int]:
    """Sorted by key and all else, so that of two rows of one key the same one is always first."""
    table = load_table(setting.table)
    names = staged.columns
    order = [*(name for name in table.key if name in names),
             *(name for name in names if name not in table.key)]  # fmt: skip
    batches = batches_of(engine, staged.order_by(order))
    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in names)])
    digest = hashlib.sha256(",".join(names).encode())
    quoted = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    number = 0
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for batch in batches:
            text = io.BytesIO()
            pyarrow.csv.write_csv(batch, text, quoted)
            digest.update(text.getbuffer())
            lines = pa.array(range(number + 1, number + 1 + batch.num_rows), pa.int64())
            writer.write_batch(pa.record_batch([lines, *batch.columns], schema=schema))
            number += batch.num_rows
    return digest.hexdigest(), number


def read_snapshot(connection: Backend, extract: Extract, table: Table) -> RawTable:
    """The rows that `fetch_rows` wrote, as `read_extract` gives those of a file."""
    assert extract.snapshot is not None
    rows = connection.read_parquet(extract.path)
    columns = {
        column.name: rows[column.name] if column.name in rows.columns else ibis.null("string")
        for column in table.columns
    }
    return RawTable(
        extract,
        rows.select(LINE, **{SHEET: ibis.null("string")}, **columns),
        extract.snapshot.ignored,
        extract.snapshot.absent,
    )
