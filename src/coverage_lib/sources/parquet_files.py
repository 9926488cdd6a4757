"""Parquet files: their columns by name, each value as the text that the checks read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from coverage_lib.errors import SourceError
from coverage_lib.sources.headers import find_header
from coverage_lib.sources.no_room import pass_no_room
from coverage_lib.sources.reading import LINE, SHEET, FileReading, Part
from coverage_lib.sources.stored_text import (
    POSITION,
    left_out,
    number_text,
    rows_with_data,
    table_name,
    text_columns,
    without_rows,
)
from coverage_lib.tables import Table

#: Moments are of the day that it then was in western Indonesia (WIB), without summer time.
ZONE = "Asia/Jakarta"
_SECONDS_AHEAD = 7 * 3600
_SECONDS_OF_A_DAY = 24 * 3600


def read_parquet_file(
    connection: Backend, path: Path, name: str, table: Table, member: str | None
) -> Part:
    """One Parquet file; LINE is the row's number from 1, as there is no header line.

    Raises SourceError where it is damaged or cut off, a column's values are neither text,
    numbers, days nor yes and no, or there are no rows.
    """
    try:
        schema = pq.ParquetFile(path).schema_arrow
    except (pa.ArrowInvalid, OSError):
        raise _damaged(name) from None
    headers = schema.names
    header = find_header([headers], table, name)
    try:
        source = connection.read_parquet(str(path))
        bare = {
            column.name: _text(source[headers[position]], headers[position], name, table)
            for column in table.columns
            if (position := header.positions.get(column.name)) is not None
            and not pa.types.is_null(schema.field(position).type)
        }
        stored = connection.create_table(
            table_name("parquet", name),
            source.select(**text_columns(list(bare.values()), bare, None, table)),
            temp=True,
        )
    except duckdb.Error as error:
        pass_no_room(error)
        raise _damaged(name) from None
    data, counts = rows_with_data(connection, stored, name, None, len(bare), table)
    if data is None:
        raise without_rows(name)
    line = (data[POSITION] + 1).name(LINE)
    place = ibis.null("string") if member is None else ibis.literal(member)
    reading = FileReading(
        kind="parquet",
        number_style=table.number_style,
        members=() if member is None else (member,),
        left_out=left_out(counts, 0),
        unmapped=header.unmapped,
    )
    rows = data.select(line, place.name(SHEET), *(column.name for column in table.columns))
    return Part(rows, header.ignored, header.absent, reading, member)


def _text(value: ir.Value, header: str, name: str, table: Table) -> ir.StringValue:
    """As a cell of a workbook becomes text: a whole number without a fraction, days as ISO."""
    kind = value.type()
    if kind.is_string():
        return value.nullif("")
    if kind.is_boolean():
        return ibis.ifelse(value, "Y", ibis.null("string"))
    if kind.is_integer():
        return value.cast("string")
    if kind.is_timestamp() and kind.timezone is not None:
        return _day_in_indonesia(value).strftime("%Y-%m-%d")
    if kind.is_date() or kind.is_timestamp():
        return value.cast("date").strftime("%Y-%m-%d")
    if kind.is_floating() or kind.is_decimal():
        return number_text(value, table.decimal_mark)
    raise SourceError(
        f"{name}, column {' '.join(header.split())}: text, numbers, days or yes and no were expected, not {kind}; "
        "write it as one of these."
    )


def _day_in_indonesia(moment: ir.TimestampValue) -> ir.DateValue:
    """The day that it was in western Indonesia, whatever the zone of this machine."""
    days = (moment.epoch_seconds() + _SECONDS_AHEAD) // _SECONDS_OF_A_DAY
    return (ibis.date("1970-01-01") + days.as_interval("D")).cast("date")


def _damaged(name: str) -> SourceError:
    return SourceError(
        f"{name} is cut off or is no Parquet file; ask its producer for the extract again."
    )
