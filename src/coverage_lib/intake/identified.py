"""Rows of extracts as a pull reads them, but with names and numbers: for linking, and never stored.

The store has pseudonyms only, so persons of two lists are brought together from the extracts
themselves. The rows live in the connection that they were asked for, and end with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from coverage_lib.intake.checks import LEFT_OUT, REASONS, REPAIRS, check_rows
from coverage_lib.intake.corrections import DROPPED, DROPPED_BY, Correction, correct
from coverage_lib.intake.place_lookup import look_up, rows_of_several_places
from coverage_lib.intake.places import Places
from coverage_lib.intake.surroundings import with_surroundings
from coverage_lib.sources.catalogue import Extract
from coverage_lib.sources.databases import read_snapshot
from coverage_lib.sources.files import RawTable, read_extract
from coverage_lib.sources.reading import FILE, LINE, SHEET
from coverage_lib.tables import Table

#: The text of a column before it was read, for the columns that a caller asks for.
AS_WRITTEN = "{}_as_written"


@dataclass(frozen=True)
class IdentifiedReader:
    """Reads extracts into one connection. `scratch` is a private folder for what is unpacked."""

    connection: Backend
    places: Places
    scratch: Path
    corrections: Sequence[Correction] = ()

    def read(
        self,
        extracts: Sequence[Extract],
        table: Table,
        day: date | None = None,
        as_written: Sequence[str] = (),
    ) -> ir.Table:
        """The rows of a table's extracts, refused ones too: columns of the dictionary, the region's
        code, FILE, SHEET, LINE, REASONS, LEFT_OUT, REPAIRS and the texts of `as_written`.

        Only extracts of `day` where it is given; corrections are applied before that. Raises
        SourceError where a file cannot be read.
        """
        corrected = any(entry.table == table.name for entry in self.corrections)
        wanted = [one for one in extracts if day is None or one.as_of == day]
        raws = [self._raw(one, table) for one in (extracts if corrected else wanted)]
        named = {one.name for one in wanted}
        parts = [
            self._checked(raw, table, as_written, f"identified_{table.name}_{number}")
            for number, raw in enumerate(correct(table, raws, self.corrections).raws)
            if raw.extract.name in named
        ]
        rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
        lookup = look_up(rows, table, wanted, self.places)
        placeable = rows_of_several_places(self.connection, rows, table, lookup)
        if lookup is None or table.region is None:
            return placeable
        placed = lookup.joined(self.connection, placeable, table)
        return placed.select(*rows.columns, table.region.column)

    def _raw(self, extract: Extract, table: Table) -> RawTable:
        if extract.snapshot is not None:
            return read_snapshot(self.connection, extract, table)
        return read_extract(self.connection, extract, table, self.scratch)

    def _checked(
        self, raw: RawTable, table: Table, as_written: Sequence[str], name: str
    ) -> ir.Table:
        extract = raw.extract
        texts = {AS_WRITTEN.format(column): raw.rows[column] for column in as_written}
        rows = check_rows(
            with_surroundings(raw.rows.mutate(**texts), raw, table, self.places),
            table,
            self.places.regions,
            extract.as_of,
            extract.region_codes,
        )
        if DROPPED_BY in rows.columns:
            reasons = ibis.ifelse(rows[DROPPED_BY], f"{DROPPED}; ", rows[REASONS])
            rows = rows.mutate(**{REASONS: reasons}).drop(DROPPED_BY)
        columns = [column.name for column in table.columns]
        chosen = rows.mutate(**{FILE: ibis.literal(extract.name)}).select(
            FILE, SHEET, LINE, *columns, *texts, REASONS, LEFT_OUT, REPAIRS
        )
        return self.connection.create_table(name, chosen, temp=True)
