"""The village code of each distinct combination of code and names that a table's rows have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from coverage_lib.intake.checks import LEFT_OUT, REASONS
from coverage_lib.intake.places import Place, Places
from coverage_lib.sources.catalogue import Extract
from coverage_lib.sources.reading import FILE
from coverage_lib.tables import Table


@dataclass(frozen=True)
class Lookup:
    """What the combinations of a table mean.

    `names` are the columns that make a combination: code and names, and the file where files
    have codes of different systems. `rules` counts rows by file and rule.
    """

    column: str
    names: tuple[str, ...]
    places: Mapping[tuple[str | None, ...], Place]
    rules: Mapping[tuple[str, str], int]

    def joined(self, connection: Backend, rows: ir.Table, table: Table) -> ir.Table:
        """The rows with their village code under the name that the table gives it."""
        villages = [place.village for place in self.places.values()]
        places = self.table_of(connection, f"places_{table.name}", self.places, villages)
        same = [rows[name].identical_to(places[name]) for name in self.names]
        return rows.inner_join(places, same, rname="place_{name}")

    def table_of(
        self,
        connection: Backend,
        name: str,
        combinations: Iterable[tuple[str | None, ...]],
        texts: Sequence[str],
    ) -> ir.Table:
        """Combinations with a text each, under the name of the region column, in the engine."""
        combinations = list(combinations)
        columns = {
            column: pa.array([combination[at] for combination in combinations], pa.string())
            for at, column in enumerate(self.names)
        }
        columns[self.column] = pa.array(texts, pa.string())
        return connection.create_table(name, ibis.memtable(pa.table(columns)), temp=True)


def look_up(
    rows: ir.Table, table: Table, extracts: Sequence[Extract], places: Places
) -> Lookup | None:
    """Resolve what the rows say of their place; None for a table without region columns."""
    region = table.region
    if region is None:
        return None
    declared = table.column(region.code).code_system if region.code else None
    systems = {extract.name: declared or extract.region_codes for extract in extracts}
    given = [name for name in (region.code, *region.names) if name is not None]
    by_file = rows.group_by(FILE, *given).aggregate(rows=rows.count()).to_pyarrow().to_pylist()
    names = tuple(given) if len(set(systems.values())) == 1 else (FILE, *given)
    found: dict[tuple[str | None, ...], Place] = {}
    rules: Counter[tuple[str, str]] = Counter()
    for row in sorted(by_file, key=lambda row: str([row[name] for name in (FILE, *given)])):
        combination = tuple(row[name] for name in names)
        if combination not in found:
            found[combination] = places.place_of(
                row[region.code] if region.code else None,
                [row[name] for name in region.names],
                systems[row[FILE]],
            )
        for rule in found[combination].rules:
            rules[row[FILE], rule] += row["rows"]
    return Lookup(region.column, names, found, rules)


def rows_of_several_places(
    connection: Backend, rows: ir.Table, table: Table, lookup: Lookup | None
) -> ir.Table:
    """The rows, those whose names are of several places with that among their reasons, or what they lost
    where the table keeps them.
    """
    faults = (
        {}
        if lookup is None
        else {key: place for key, place in lookup.places.items() if place.fault is not None}
    )
    if lookup is None or table.region is None or not faults:
        return rows
    blamed = table.column(table.region.names[-1]).aliases[0]
    words = [f"{blamed}: {place.fault}; " for place in faults.values()]
    several = lookup.table_of(connection, f"several_{table.name}", faults, words)
    same = [rows[name].identical_to(several[name]) for name in lookup.names]
    marked = rows.left_join(several, same, rname="several_{name}")
    told = LEFT_OUT if table.region.keeps_uncertain else REASONS
    listed = marked[told] + marked[lookup.column].fill_null("")
    return marked.mutate(**{told: listed}).select(*rows.columns)
