"""One table after the other: read, corrected, checked, placed, pseudonymised, written."""

from __future__ import annotations

import functools
import operator
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir

from coverage_lib.errors import SourceError
from coverage_lib.intake.account import (
    DUPLICATE,
    count_faults,
    count_repairs,
    count_rows,
    source_account,
    table_account,
)
from coverage_lib.intake.checks import REASONS, bookkeeping, check_rows
from coverage_lib.intake.corrections import (
    DROPPED,
    DROPPED_BY,
    CorrectedTable,
    Correction,
    CorrectionAccount,
    correct,
)
from coverage_lib.intake.place_lookup import Lookup, look_up, rows_of_several_places
from coverage_lib.intake.places import Places
from coverage_lib.intake.pseudonyms import PseudonymKey, add_key_table, pseudonym
from coverage_lib.intake.pull_account import SourceAccount, TableAccount
from coverage_lib.intake.surroundings import with_surroundings
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.catalogue import Extract
from coverage_lib.sources.databases import read_snapshot
from coverage_lib.sources.files import RawTable, read_extract
from coverage_lib.sources.reading import FILE, LINE, SHEET
from coverage_lib.tables import Table, load_table, pseudonym_domains

_AS_OF = "as_of_date"
_PLACE = (FILE, SHEET, LINE)  # what a row is known by
Progress = Callable[[str], None]


@ibis.udf.scalar.builtin(name="hash")
def _hash(text: str) -> ibis.dtype("uint64"):  # type: ignore[valid-type]
    """The engine's own; of nothing too it is a number."""


class TableWriter:
    """Writes one table after the other through one connection."""

    def __init__(
        self,
        regions: Regions,
        places: Places,
        key: PseudonymKey,
        corrections: Sequence[Correction],
        building: Path,
        quarantine: Path,
        memory_limit: str,
    ) -> None:
        # What does not fit into memory spills to where nobody else reads and the next pull clears.
        self.spill = building / ".spill"
        self.connection = ibis.duckdb.connect(
            temp_directory=str(self.spill), memory_limit=memory_limit
        )
        self.key = add_key_table(self.connection, key, pseudonym_domains())
        self.regions = regions
        self.places = places
        self.corrections = corrections
        self.building = building
        self.quarantine = quarantine

    def write_all(
        self, extracts: Sequence[Extract], progress: Progress
    ) -> tuple[tuple[TableAccount, ...], tuple[SourceAccount, ...], tuple[CorrectionAccount, ...]]:
        tables: list[TableAccount] = []
        sources: list[SourceAccount] = []
        corrected: list[CorrectionAccount] = []
        try:
            for name in dict.fromkeys(extract.table for extract in extracts):
                progress(name)
                account, read, applied = self.write(
                    load_table(name), [extract for extract in extracts if extract.table == name]
                )
                tables.append(account)
                sources.extend(read)
                corrected.extend(applied)
        finally:
            self.connection.disconnect()
        shutil.rmtree(self.spill, ignore_errors=True)
        return tuple(tables), tuple(sources), tuple(corrected)

    def write(
        self, table: Table, extracts: Sequence[Extract]
    ) -> tuple[TableAccount, list[SourceAccount], tuple[CorrectionAccount, ...]]:
        raws = [self._raw(extract, table) for extract in extracts]
        corrected = correct(table, raws, self.corrections)
        # File after file: a single one is checked on all cores, a union of them on one.
        parts = [
            self._checked(raw, table, f"checked_{table.name}_{number}")
            for number, raw in enumerate(corrected.raws)
        ]
        rows = ibis.union(*parts)
        lookup = look_up(rows, table, extracts, self.places)
        placeable = rows_of_several_places(self.connection, rows, table, lookup)
        judged = self._with_duplicates_marked(placeable, table, raws)
        counts = count_rows(judged, table)
        faults = count_faults(judged, counts)
        repairs = count_repairs(judged, counts, lookup)
        account = table_account(table, counts, faults)
        if not account.accepted:
            reasons = "; ".join(reason for reason, _ in account.reasons)
            raise SourceError(
                f"table {table.name}: none of the {account.received} rows can be used ({reasons}); "
                "correct the extract and pull again."
            )
        if account.rejected or account.duplicates:
            self._write_rejected(judged.filter(judged[REASONS] != ""), table, raws)
        self._write_originals(table, corrected)
        self._write_accepted(judged.filter(judged[REASONS] == ""), table, extracts, lookup)
        for number in range(len(parts)):
            self.connection.drop_table(f"checked_{table.name}_{number}")
        sources = [source_account(raw, table, counts, faults, repairs) for raw in raws]
        return account, sources, corrected.accounts

    def _checked(self, raw: RawTable, table: Table, name: str) -> ir.Table:
        """A file's rows as `check_rows` has them, with the file and its date; dropped ones refused.

        They are kept in the engine but for what is the same in all rows of the file.
        """
        extract = raw.extract
        day = ibis.null("date") if extract.as_of is None else ibis.date(extract.as_of.isoformat())
        known = with_surroundings(raw.rows, raw, table, self.places)
        rows = check_rows(known, table, self.regions, extract.as_of, extract.region_codes)
        if DROPPED_BY in rows.columns:
            reasons = ibis.ifelse(rows[DROPPED_BY], f"{DROPPED}; ", rows[REASONS])
            rows = rows.mutate(**{REASONS: reasons}).drop(DROPPED_BY)
        of_file: dict[str, ir.Value] = {FILE: ibis.literal(extract.name), _AS_OF: day}
        if not (raw.reading.sheets or raw.reading.members):
            of_file[SHEET] = ibis.null("string")
            rows = rows.drop(SHEET)
        return self.connection.create_table(name, rows, temp=True).mutate(**of_file)

    def _raw(self, extract: Extract, table: Table) -> RawTable:
        if extract.snapshot is not None:
            return read_snapshot(self.connection, extract, table)
        self.spill.mkdir(mode=0o700, exist_ok=True)
        return read_extract(self.connection, extract, table, self.spill)

    def _with_duplicates_marked(
        self, rows: ir.Table, table: Table, raws: Sequence[RawTable]
    ) -> ir.Table:
        """Rows of a key that an earlier good row has are rejected; without a key any row may recur.

        Earlier is first by file, in the order of the extracts, then by sheet, then by line.

        Only keys whose hash occurs more than once are looked at closely: they are few, and the
        whole register is never sorted, nor its keys held in memory. Two keys of one hash are told
        apart by the window.
        """
        if not table.key:
            return rows
        key = [*table.key, _AS_OF]
        good = rows.filter(rows[REASONS] == "")
        hashes = [_hash(good[name].cast("string")) for name in table.key]
        hashed = functools.reduce(operator.xor, hashes)
        good = good.select(*key, *_PLACE, hashed=hashed)
        several = good.group_by("hashed", _AS_OF).aggregate(n=good.count())
        several = several.filter(several.n > 1)
        same_day = good[_AS_OF].identical_to(several[_AS_OF])
        candidates = good.semi_join(several, [good.hashed == several.hashed, same_day])
        order = [
            _file_number(candidates, raws),
            _sheet_number(candidates, raws),
            candidates[LINE],
        ]
        window = ibis.window(group_by=key, order_by=order)
        numbered = candidates.mutate(occurrence=ibis.row_number().over(window))
        repeated = self.connection.create_table(
            f"repeated_{table.name}",
            numbered.filter(numbered.occurrence > 0).select(*_PLACE),
            temp=True,
        )
        if not int(repeated.count().execute()):
            return rows
        marked = rows.left_join(repeated, _same_place(rows, repeated), rname="repeated_{name}")
        is_repeated = marked[f"repeated_{LINE}"].notnull()
        return marked.mutate(
            **{REASONS: ibis.ifelse(is_repeated, f"{DUPLICATE}; ", marked[REASONS])}
        ).drop(*(f"repeated_{name}" for name in _PLACE))

    def _write_accepted(
        self,
        accepted: ir.Table,
        table: Table,
        extracts: Sequence[Extract],
        lookup: Lookup | None,
    ) -> None:
        stored = self._stored_columns(accepted, table, lookup)
        folder = self.building / table.name
        folder.mkdir()
        for as_of in sorted({extract.as_of for extract in extracts}, key=str):
            part = (
                stored.filter(stored[_AS_OF].isnull())
                if as_of is None
                else stored.filter(stored[_AS_OF] == ibis.date(as_of.isoformat()))
            )
            self.connection.to_parquet(part, folder / f"{as_of or 'undated'}.parquet")

    def _stored_columns(self, accepted: ir.Table, table: Table, lookup: Lookup | None) -> ir.Table:
        """What the store keeps: values, pseudonyms or years, and the resolved village code."""
        placed = accepted if lookup is None else lookup.joined(self.connection, accepted, table)
        keyed = placed.cross_join(self.key)
        columns: dict[str, ir.Value] = {_AS_OF: keyed[_AS_OF]}
        if table.region is not None:
            columns[table.region.column] = keyed[table.region.column]
        for column in table.columns:
            value = keyed[column.name]
            if column.store == "keep":
                columns[column.store_as] = value
            elif column.store == "year":
                columns[column.store_as] = value.year()
            elif column.store == "pseudonym":
                columns[column.store_as] = pseudonym(value, column.store_as, keyed)
        return keyed.select(**columns)

    def _write_rejected(self, rejected: ir.Table, table: Table, raws: Sequence[RawTable]) -> None:
        """Quarantine: the row as received, its file, sheet and line, and all its reasons."""
        names = {f"received_{column.name}": column.name for column in table.columns}
        parts = []
        for raw in raws:
            place = bookkeeping(raw.rows, table)
            of_file = rejected.filter(rejected[FILE] == raw.extract.name).select(
                *place, FILE, REASONS
            )
            received = raw.rows.rename(names)
            same = [of_file[name].identical_to(received[name]) for name in place]
            parts.append(
                of_file.inner_join(received, same, rname="raw_{name}").drop(
                    *(f"raw_{name}" for name in place)
                )
            )
        everything = ibis.union(*parts)
        self.connection.to_parquet(
            everything.order_by(FILE, *place), self.quarantine / f"{table.name}.parquet"
        )

    def _write_originals(self, table: Table, corrected: CorrectedTable) -> None:
        """Beside the rejected rows: those that a correction met, as received."""
        parts = [
            rows.mutate(**{FILE: ibis.literal(raw.extract.name)})
            for raw, rows in corrected.originals
        ]
        if not parts:
            return
        folder = self.quarantine / "corrected"
        folder.mkdir(mode=0o700, exist_ok=True)
        everything = ibis.union(*parts)
        self.connection.to_parquet(everything.order_by(*_PLACE), folder / f"{table.name}.parquet")


def _same_place(rows: ir.Table, others: ir.Table) -> list[ir.BooleanValue]:
    """One file is one sheet where SHEET is null."""
    return [
        rows[FILE] == others[FILE],
        rows[LINE] == others[LINE],
        rows[SHEET].identical_to(others[SHEET]),
    ]


def _file_number(rows: ir.Table, raws: Sequence[RawTable]) -> ir.IntegerValue:
    """The place of a row's file among those of its table: corrected rows come after those as sent."""
    places = ((raw.extract.name, number) for number, raw in enumerate(raws))
    return rows[FILE].cases(*places)


def _sheet_number(rows: ir.Table, raws: Sequence[RawTable]) -> ir.IntegerValue:
    """The place of a row's sheet or member in its file, so that the first row is the first."""
    numbers = {
        (raw.extract.name, sheet): number
        for raw in raws
        for number, sheet in enumerate(raw.reading.sheets or raw.reading.members)
    }
    if not numbers:
        return ibis.literal(0)
    return ibis.cases(
        *(
            ((rows[FILE] == file) & (rows[SHEET] == sheet), number)
            for (file, sheet), number in numbers.items()
        ),
        else_=0,
    )
