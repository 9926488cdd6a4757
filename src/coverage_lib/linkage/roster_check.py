"""Rosters as they come: what is wrong with each row, and a copy with all that has only one right form.

The copies hold persons and lie in the roster area; what is told of a row is its place and its faults,
never a value.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from coverage_lib.config import Profile, Settings
from coverage_lib.errors import SourceError
from coverage_lib.intake.checks import LEFT_OUT, REASONS, REPAIRS, listed_repairs
from coverage_lib.intake.durable import private_folder
from coverage_lib.intake.identified import AS_WRITTEN, IdentifiedReader
from coverage_lib.intake.place_candidates import what_place_lacks
from coverage_lib.intake.places import SEVERAL_PLACES, Places, load_places
from coverage_lib.intake.pull import memory_limit
from coverage_lib.intake.quarantine_workbook import WHY, write_workbook
from coverage_lib.intake.reasons import in_indonesian
from coverage_lib.intake.surroundings import NO_REGION
from coverage_lib.linkage.roster_area import CHECKED
from coverage_lib.linkage.roster_tables import (
    ECOSYSTEM_ROSTER,
    GROUP_ROSTER,
    ROSTERS,
    group_words,
)
from coverage_lib.reference.regions import Regions, is_unknown
from coverage_lib.sources.catalogue import (
    SIDECAR_SUFFIX,
    Extract,
    described_table,
    file_sha256,
    read_described,
)
from coverage_lib.sources.reading import LINE, SHEET
from coverage_lib.tables import Column, Table, load_table

REPAIRED, REMARK = "PERBAIKAN", "CATATAN"
_SHEET_COLUMN, _LINE_COLUMN = "LEMBAR ASAL", "BARIS ASAL"
_MISSING = {"nik": "NIK: missing", "birth_date": "TGL LAHIR: missing"}
_SAME_NIK = "NIK: another row has the same"
_VILLAGE_UNKNOWN = "KODE DESA: no village is known by it"
_AROUND, _BY_NAMES = "taken from what stands around the table", "found by names"


@dataclass(frozen=True)
class CheckedRoster:
    """What was found in a roster of the table `table`. `refused` rows cannot be used, `incomplete` ones can be linked with less
    certainty. `counts` tells of faults and repairs with their rows, `findings` of each row by its place.
    """

    file: str
    table: str
    rows: int
    refused: int
    incomplete: int
    repaired: int
    counts: tuple[tuple[str, int], ...]
    findings: tuple[str, ...]
    copy: Path


def check_rosters(
    settings: Settings, profile: Profile, files: Sequence[Path], regions: Regions, day: date
) -> list[CheckedRoster]:
    """Check each file and write its copy into the roster area, in the place of an earlier one.

    A file needs nothing beside it: without a sidecar its rows are taken to be of `day`, by which
    birth dates with two digits of the year are read, and the roster to be of a group of workers where a
    column, the title, the sheet or the file's name says which. Raises SourceError where a file cannot be read
    or a sidecar calls it something else than a roster.
    """
    places = load_places(regions, profile.province)
    folder = settings.roster / CHECKED
    private_folder(folder, settings.roster)
    read = _Reading(settings, profile, places, folder, day)
    try:
        return [_check(file, *read.roster(file), places, folder) for file in files]
    except SourceError as error:  # readers of files are a pull's too, and tell what to do then
        raise SourceError(str(error).replace("pull again", "check it again")) from error


@dataclass(frozen=True)
class _Reading:
    """Reads a roster anew each time that it is asked, into a connection that ends with the reading."""

    settings: Settings
    profile: Profile
    places: Places
    scratch: Path
    day: date

    def roster(self, file: Path) -> tuple[Table, list[dict[str, Any]]]:
        """Its table and rows: of a group where a column says so, or what stands around the rows and
        no row has a post of the village ecosystem; else of that. Refuses where both may be.
        """
        if file.is_dir():
            raise SourceError(
                f"{file.name} is a folder: a file with a roster was expected; name the files in it."
            )
        if not file.is_file():
            raise SourceError(f"{file.name} is not there: a file with a roster was expected.")
        if file.with_name(file.name + SIDECAR_SUFFIX).is_file():
            name = described_table(file, otherwise=ECOSYSTEM_ROSTER)
            if name not in ROSTERS:
                raise SourceError(
                    f"{file.name} is no roster: {file.name}{SIDECAR_SUFFIX} says table: {name}; "
                    f"{' or '.join(ROSTERS)} was expected."
                )
            described = read_described(file.resolve(), name, self.settings.project)
            return load_table(name), self._rows(described, load_table(name))
        plain = Extract(
            file.resolve(), file.name, "", "", self.day, None, simulated=False,
            sha256=file_sha256(file),
        )  # fmt: skip
        ecosystem, groups = load_table(ECOSYSTEM_ROSTER), load_table(GROUP_ROSTER)
        try:
            of_group = self._rows(plain, groups)
        except SourceError as error:
            if NO_REGION in str(error):  # its header is that of a roster
                raise
            return ecosystem, self._rows(plain, ecosystem)
        if any(row["worker_group"] for row in of_group):
            posts = self._posts(plain, of_group, ecosystem)
            return (groups, of_group) if posts is None else (ecosystem, posts)
        try:
            return ecosystem, self._rows(plain, ecosystem)
        except SourceError as error:
            raise SourceError(
                f"{file.name}: nothing says whose roster it is. Of a group of workers: put one of "
                f"{', '.join(group_words())} into its name, its title or a column KELOMPOK PEKERJA. "
                f"Of the village ecosystem: {error}"
            ) from error

    def _posts(
        self, plain: Extract, of_group: Sequence[Mapping[str, Any]], ecosystem: Table
    ) -> list[dict[str, Any]] | None:
        """The rows as posts of the village ecosystem, where all that fill JABATAN name one; None where none does.
        What a column says of the group counts more: a word of a title may be a place's name.
        """
        if any(_written(row, "worker_group") for row in of_group):
            return None
        try:
            rows = self._rows(plain, ecosystem)
        except SourceError:  # no column of a roster's: JABATAN is lacking
            return None
        filled = sum(_written(row, "position") is not None for row in rows)
        posts = sum(row["position"] is not None for row in rows)
        if 0 < posts < filled:
            raise SourceError(
                f"{plain.name}: its title, sheet or name has the word of a group of workers, and {posts:,} of {filled:,} rows "
                "have a JABATAN of the village ecosystem: give people of a group a file of their own, or say "
                f"whose roster it is with table: {ecosystem.name} or {GROUP_ROSTER} in {plain.name}{SIDECAR_SUFFIX} "
                "or with a column KELOMPOK PEKERJA."
            )
        return rows if posts else None

    def _rows(self, extract: Extract, table: Table) -> list[dict[str, Any]]:
        names = [column.name for column in table.columns]
        connection = ibis.duckdb.connect(memory_limit=memory_limit(self.profile))
        try:
            reader = IdentifiedReader(connection, self.places, self.scratch)
            rows = reader.read([extract], table, as_written=names)
            found: list[dict[str, Any]] = rows.order_by(SHEET, LINE).to_pyarrow().to_pylist()
        finally:
            connection.disconnect()
        return found


def _check(
    file: Path, table: Table, rows: Sequence[Mapping[str, Any]], places: Places, folder: Path
) -> CheckedRoster:
    numbers = Counter(row["nik"] for row in rows if row["nik"])
    faults = [_faults(row, numbers, table, places) for row in rows]
    repairs = [_repairs(row, table) for row in rows]
    counts = Counter(one for listed in faults for one in listed)
    counts += Counter(f"{one} (repaired)" for listed in repairs for one in listed)
    refused = sum(row[REASONS] != "" for row in rows)
    digest = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]
    copy = folder / f"{file.name}.{digest}.checked.xlsx"
    copy.unlink(missing_ok=True)
    write_workbook(copy, {"Data": _copy(table, rows, faults, repairs)})
    return CheckedRoster(
        file=file.name,
        table=table.name,
        rows=len(rows),
        refused=refused,
        incomplete=sum(bool(listed) for listed in faults) - refused,
        repaired=sum(bool(listed) for listed in repairs),
        counts=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        findings=tuple(
            f"{_place(row)}: {'; '.join(listed)}"
            for row, listed in zip(rows, faults, strict=True)
            if listed
        ),
        copy=copy,
    )


def _faults(
    row: Mapping[str, Any], numbers: Mapping[str, int], table: Table, places: Places
) -> list[str]:
    """All that is wrong with a row, each with its column; a value that is missing too."""
    listed = [
        one
        for one in f"{row[REASONS]}{row[LEFT_OUT]}".split("; ")
        if one and not one.endswith(SEVERAL_PLACES)  # told below, with the places
    ]
    told = {one.partition(":")[0] for one in listed}
    listed += [
        words
        for column, words in _MISSING.items()
        if row[column] is None and words.partition(":")[0] not in told
    ]
    if numbers.get(row["nik"], 0) > 1:
        listed.append(_SAME_NIK)
    lacks = _place_lacks(row, table, places)
    return listed if lacks is None else [*listed, lacks]


def _place_lacks(row: Mapping[str, Any], table: Table, places: Places) -> str | None:
    assert table.region is not None
    names = [row[name] for name in table.region.names]
    if row["village_code_text"] and not any(names):
        return _VILLAGE_UNKNOWN if is_unknown(row["village_code"]) else None
    labels = [table.column(name).aliases[0] for name in table.region.names]
    return what_place_lacks(row["village_code"], names, labels, places)


def _repairs(row: Mapping[str, Any], table: Table) -> list[str]:
    """The rules by which cells were read, what was taken from around the table, and a code that names gave."""
    found = [
        f"{table.column(column).aliases[0]}: {rule}"
        for column, rule in listed_repairs(row[REPAIRS])
    ]
    found += [
        f"{table.column(name).aliases[0]}: {_AROUND}"
        for name in table.surroundings
        if row[name] is not None and _written(row, name) is None
    ]
    if _code_by_names(row):
        found.append(f"{table.column('village_code_text').aliases[0]}: {_BY_NAMES}")
    return found


def _code_by_names(row: Mapping[str, Any]) -> bool:
    return _written(row, "village_code_text") is None and not is_unknown(row["village_code"])


def _written(row: Mapping[str, Any], name: str) -> str | None:
    """The text of a cell as it came; None where it was empty."""
    return (row[AS_WRITTEN.format(name)] or "").strip() or None


def _place(row: Mapping[str, Any]) -> str:
    sheet = f"sheet {row[SHEET]}, " if row[SHEET] else ""
    return f"{sheet}line {row[LINE]}"


def _copy(
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    faults: Sequence[list[str]],
    repairs: Sequence[list[str]],
) -> list[list[object]]:
    """The columns of the dictionary, then repairs, place, why a row is refused and what else is to be said of it."""
    columns = table.columns
    head = [column.aliases[0] for column in columns]
    body = []
    for row, wrong, repaired in zip(rows, faults, repairs, strict=True):
        cells = [_cell(row, column) for column in columns]
        reasons = row[REASONS].split("; ")
        told = [
            [one for one in wrong if one in reasons],
            [one for one in wrong if one not in reasons],
        ]
        body.append(
            [*cells, _told(repaired), row[SHEET], str(row[LINE]), *(_told(one) for one in told)]
        )
    return [[*head, REPAIRED, _SHEET_COLUMN, _LINE_COLUMN, WHY, REMARK], *body]


def _told(listed: Sequence[str]) -> str:
    return in_indonesian("; ".join(listed))


def _cell(row: Mapping[str, Any], column: Column) -> object:
    """In its standard form where it has one; as it was written where it cannot be read."""
    value, written = row[column.name], row[AS_WRITTEN.format(column.name)]
    if column.name == "village_code_text" and _code_by_names(row):
        return row["village_code"]
    if column.type == "code" and value is not None and _written(row, column.name) is None:
        return next(word for word, code in column.codes.items() if code == value)
    if column.type == "code" or value is None:
        return written
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value
