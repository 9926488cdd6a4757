"""Text as a table of the engine: the dictionary's columns of a file, and which rows are data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from coverage_lib.errors import SourceError
from coverage_lib.sources.headers import Header
from coverage_lib.sources.rows_without_data import BLANK, may_be_without_data, row_kind
from coverage_lib.tables import Table

#: The number of a row in its table, from 0, in the order of the file; no column of the dictionary.
POSITION = "source_position"
#: Excel keeps fifteen digits of a number.
DIGITS_KEPT = 1e15
_CELLS = "all_cells"
_KIND = "row_kind"


def table_name(kind: str, name: str) -> str:
    """One name a file, member or sheet: two files may hold the same."""
    return f"{kind}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def number_text(value: ir.NumericValue, mark: str) -> ir.StringValue:
    """A float above fifteen digits is written so that the checks see that digits may be lost.

    It may have been a number in Excel before, which keeps no more; such an id must not pass.
    """
    exact = value.cast("string").replace(".", mark)
    if value.type().is_decimal():
        whole = value.cast("decimal(38, 0)").cast("string")
        return ibis.ifelse(value == value.round(0), whole, exact)
    leading = (value / DIGITS_KEPT).round(5).cast("string").replace(".", mark)
    return ibis.cases(
        (value.isnan(), ibis.null("string")),
        (value.abs() >= DIGITS_KEPT, leading + "E+15"),
        (value == value.round(0), value.try_cast("int64").cast("string")),
        else_=exact,
    )


def text_columns(
    cells: Sequence[ir.StringValue],
    of_column: Mapping[str, ir.StringValue],
    header: Header | None,
    table: Table,
) -> dict[str, ir.Value]:
    """The dictionary's columns, absent ones null, and all cells of rows that may be no data.

    Those are few: of the others no cell but the dictionary's is kept.
    """
    columns = {
        column.name: of_column.get(column.name, ibis.null("string")) for column in table.columns
    }
    suspect = may_be_without_data(columns, header, table)
    everything = ibis.array(list(cells))
    return columns | {_CELLS: ibis.ifelse(suspect, everything, ibis.null(everything.type()))}


def cells_by_column(
    rows: ir.Table, cells: Sequence[str], header: Header
) -> dict[str, ir.StringValue]:
    return {name: rows[cells[position]] for name, position in header.positions.items()}


def rows_with_data(
    connection: Backend,
    stored: ir.Table,
    name: str,
    header: Header | None,
    width: int,
    table: Table,
) -> tuple[ir.Table | None, dict[str, int]]:
    """The rows of a stored text that are data, with POSITION, and how many are none by kind.

    None in place of the rows where none is data.
    """
    numbered = stored.mutate(stored.rowid().cast("int64").name(POSITION))
    counted = stored.aggregate(rows=stored.count(), suspects=stored[_CELLS].count()).execute()
    rows, suspects_there = (int(counted[name].iloc[0]) for name in ("rows", "suspects"))
    if rows and not suspects_there:
        return numbered, {}  # as in most files: nothing has to be looked at closely
    suspects = numbered.filter(numbered[_CELLS].notnull())
    kind = row_kind(
        [suspects[_CELLS][place] for place in range(width)],
        {column.name: suspects[column.name] for column in table.columns},
        header,
        table,
    )
    kinds = suspects.select(POSITION, kind.name(_KIND))
    without = connection.create_table(
        table_name("without_data", name), kinds.filter(kinds[_KIND].notnull()), temp=True
    )
    found = without.group_by(_KIND).aggregate(n=without.count()).execute()
    counts = {str(row[_KIND]): int(row["n"]) for row in found.to_dict("records")}
    if rows == sum(counts.values()):
        return None, counts
    return numbered.anti_join(without, POSITION) if counts else numbered, counts


def left_out(counts: Mapping[str, int], blank: int) -> tuple[tuple[str, int], ...]:
    """All rows that are no data by kind, with blank ones that were never stored."""
    blanks = {BLANK: counts.get(BLANK, 0) + blank} if blank else {}
    return tuple(sorted((dict(counts) | blanks).items()))


def without_rows(name: str) -> SourceError:
    return SourceError(f"{name} has a header but no rows; ask its producer for the extract again.")
