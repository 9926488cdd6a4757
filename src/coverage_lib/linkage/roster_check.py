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
from coverage_lib.intake.places import load_places
from coverage_lib.intake.pull import memory_limit
from coverage_lib.intake.quarantine_workbook import WHY, write_workbook
from coverage_lib.intake.reasons import in_indonesian
from coverage_lib.linkage.roster_area import CHECKED
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.catalogue import SIDECAR_SUFFIX, Extract, file_sha256, read_described
from coverage_lib.sources.reading import LINE, SHEET
from coverage_lib.tables import Column, load_table

ROSTER = "village_roster"
REPAIRED = "PERBAIKAN"
_SHEET_COLUMN, _LINE_COLUMN = "LEMBAR ASAL", "BARIS ASAL"
_MISSING = {"nik": "NIK: missing", "birth_date": "TGL LAHIR: missing"}
_SAME_NIK = "NIK: another row has the same"
_VILLAGE_UNKNOWN = "KODE DESA: no village is known by it"


@dataclass(frozen=True)
class CheckedRoster:
    """What was found in a roster. `refused` rows cannot be used, `incomplete` ones can be linked with less
    certainty. `counts` tells of faults and repairs with their rows, `findings` of each row by its place.
    """

    file: str
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
    birth dates with two digits of the year are read. Raises SourceError where a file cannot be read.
    """
    places = load_places(regions, profile.province)
    folder = settings.roster / CHECKED
    private_folder(folder, settings.roster)
    checked = []
    for file in files:
        extract = _extract(file, settings, day)
        connection = ibis.duckdb.connect(memory_limit=memory_limit(profile))
        try:
            reader = IdentifiedReader(connection, places, folder)
            names = [column.name for column in load_table(ROSTER).columns]
            rows = reader.read([extract], load_table(ROSTER), as_written=names)
            found = rows.order_by(SHEET, LINE).to_pyarrow().to_pylist()
        finally:
            connection.disconnect()
        checked.append(_check(file, found, folder))
    return checked


def _extract(file: Path, settings: Settings, day: date) -> Extract:
    if not file.is_file():
        raise SourceError(f"{file.name} is not there: a file with a roster was expected.")
    if file.with_name(file.name + SIDECAR_SUFFIX).is_file():
        return read_described(file.resolve(), ROSTER, settings.project)
    return Extract(
        file.resolve(), file.name, ROSTER, "", day, None, simulated=False, sha256=file_sha256(file)
    )


def _check(file: Path, rows: Sequence[Mapping[str, Any]], folder: Path) -> CheckedRoster:
    numbers = Counter(row["nik"] for row in rows if row["nik"])
    faults = [_faults(row, numbers) for row in rows]
    repairs = [_repairs(row) for row in rows]
    counts = Counter(one for listed in faults for one in listed)
    counts += Counter(f"{one} (repaired)" for listed in repairs for one in listed)
    refused = sum(row[REASONS] != "" for row in rows)
    digest = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]
    copy = folder / f"{file.name}.{digest}.checked.xlsx"
    copy.unlink(missing_ok=True)
    write_workbook(copy, {"Data": _copy(rows, faults, repairs)})
    return CheckedRoster(
        file=file.name,
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


def _faults(row: Mapping[str, Any], numbers: Mapping[str, int]) -> list[str]:
    """All that is wrong with a row, each with its column; a value that is missing too."""
    listed = [one for one in f"{row[REASONS]}{row[LEFT_OUT]}".split("; ") if one]
    told = {one.partition(":")[0] for one in listed}
    listed += [
        words
        for column, words in _MISSING.items()
        if row[column] is None and words.partition(":")[0] not in told
    ]
    if numbers.get(row["nik"], 0) > 1:
        listed.append(_SAME_NIK)
    if row["village_code"].endswith(".0000"):
        listed.append(_VILLAGE_UNKNOWN)
    return listed


def _repairs(row: Mapping[str, Any]) -> list[str]:
    table = load_table(ROSTER)
    return [
        f"{table.column(column).aliases[0]}: {rule}"
        for column, rule in listed_repairs(row[REPAIRS])
    ]


def _place(row: Mapping[str, Any]) -> str:
    sheet = f"sheet {row[SHEET]}, " if row[SHEET] else ""
    return f"{sheet}line {row[LINE]}"


def _copy(
    rows: Sequence[Mapping[str, Any]], faults: Sequence[list[str]], repairs: Sequence[list[str]]
) -> list[list[object]]:
    """The columns of the dictionary, then repairs, place and faults of each row."""
    columns = load_table(ROSTER).columns
    head = [column.aliases[0] for column in columns]
    body = []
    for row, wrong, repaired in zip(rows, faults, repairs, strict=True):
        cells = [_cell(row, column) for column in columns]
        told = ["; ".join(repaired), row[SHEET], str(row[LINE]), in_indonesian("; ".join(wrong))]
        body.append([*cells, *told])
    return [[*head, REPAIRED, _SHEET_COLUMN, _LINE_COLUMN, WHY], *body]


def _cell(row: Mapping[str, Any], column: Column) -> object:
    """In its standard form where it has one; as it was written where it cannot be read."""
    value, written = row[column.name], row[AS_WRITTEN.format(column.name)]
    if column.type == "code" or value is None:
        return written
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value
