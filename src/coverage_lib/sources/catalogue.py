"""Which extracts a profile's sources name for a month, and what is said of each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from coverage_lib.config import Profile
from coverage_lib.errors import SourceError
from coverage_lib.periods import Month
from coverage_lib.source_settings import AddressSetting, FetchedSetting, SourceSetting
from coverage_lib.tables import CODE_SYSTEMS, load_table
from coverage_lib.yaml_reading import read_yaml

SIDECAR_SUFFIX = ".source.yml"
#: A folder of rejected rows that came again, corrected, and what says which rows a workbook there has.
CORRECTED_SUFFIX = ".corrected"
ROWS_SUFFIX = ".rows.json"
_NEEDED = {"table", "producer", "as_of", "simulated"}
_OPTIONAL = {"received", "seed", "expected_rows", "region_codes"}


@dataclass(frozen=True)
class Snapshot:
    """That an extract's file holds rows as they came from a database, read and named already.

    `ignored` are columns there that the dictionary does not know, `absent` columns of the
    dictionary that are not there.
    """

    ignored: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class Stamp:
    """What the file system says of a file; nothing can be written into it without a change here."""

    file_number: int
    size: int
    modified_ns: int
    changed_ns: int


def stamp_of(path: Path) -> Stamp:
    """Raises FileNotFoundError."""
    found = path.stat()
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@dataclass(frozen=True)
class Extract:
    """One file of an office, or the rows of a database, with what is said of it.

    `as_of` is the day that the rows describe; None where each row carries its own.
    `name` is the path relative to the project, or what cakupan.toml calls the source: the only
    form that leaves this machine.
    `expected_rows` is how many rows its producer says it holds; None where that is not said.
    `region_codes` is the number system of its region codes without dots, one of CODE_SYSTEMS.
    `stamp` is of before the sha256 was taken.
    """

    path: Path
    name: str
    table: str
    producer: str
    as_of: date | None
    received: date | None
    simulated: bool
    sha256: str
    expected_rows: int | None = None
    snapshot: Snapshot | None = None
    region_codes: str = "ministry"
    stamp: Stamp | None = None


Fetch = Callable[[FetchedSetting], Extract | None]


def _nothing_to_fetch(source: FetchedSetting) -> Extract | None:
    raise SourceError(f"table {source.table}: its source is no file of this machine.")


def find_extracts(
    profile: Profile, period: Month, project: Path, fetch: Fetch = _nothing_to_fetch
) -> tuple[Extract, ...]:
    """All extracts of a profile for a month, in the profile's order, then by name.

    `fetch` brings what lies in a database or at an address; None from it is no extract. Raises
    SourceError where a required source has no file, a file has no usable sidecar, a sidecar has
    no file (a list of several files must not come in with one of them missing), or two sources
    name the same extract.
    """
    extracts: list[Extract] = []
    named_by: dict[str, str] = {}
    for source in profile.sources:
        if isinstance(source, SourceSetting):
            found, entry = find_files(source, profile.name, period, project), source.files
        else:
            fetched = fetch(source)
            found = [] if fetched is None else [fetched]
            entry = source.address if isinstance(source, AddressSetting) else source.name
        for extract in found:
            if extract.name in named_by:
                raise SourceError(
                    f"{extract.name} is named twice in profile {profile.name}, by "
                    f"{named_by[extract.name]} and by {entry}; its rows would count twice. Let one "
                    "source name it; parts of a database need queries of their own (query_file)."
                )
            named_by[extract.name] = entry
        extracts.extend(found)
    _check_dates(extracts)
    return tuple(extracts)


def find_files(source: SourceSetting, profile: str, period: Month, project: Path) -> list[Extract]:
    """The files of one source by name. Raises SourceError as `find_extracts` does, and ConfigError
    where the dictionary has no such table.
    """
    load_table(source.table)  # a slip in its name must not read as a table that may be left out
    pattern = source.pattern(period)
    present = sorted(
        path
        for path in project.glob(pattern)
        if path.is_file() and not path.name.startswith(("~", "."))
    )
    found = [path for path in present if not path.name.endswith(SIDECAR_SUFFIX)]
    for sidecar in present:
        described = sidecar.with_name(sidecar.name.removesuffix(SIDECAR_SUFFIX))
        if sidecar not in found and not described.is_file():
            raise SourceError(
                f"{sidecar.relative_to(project).as_posix()} describes {described.name}, which "
                "is not there: put the file back, or remove what describes it."
            )
    if not found and source.required:
        simulate = f", or make simulated ones with `cakupan demo --period {period}`"
        raise SourceError(
            f"no file {pattern} for table {source.table} of profile {profile}: put the "
            f"extract of {period} there{simulate if profile == 'demo' else ''}."
        )
    return [read_described(path, source.table, project) for path in found]


def _check_dates(extracts: list[Extract]) -> None:
    """Parts of one table must describe one day, or figures would be counted twice or lost."""
    for name in dict.fromkeys(extract.table for extract in extracts):
        parts = [extract for extract in extracts if extract.table == name]
        days = sorted({str(extract.as_of) for extract in parts})
        if load_table(name).as_of == "one" and len(days) > 1:
            raise SourceError(
                f"table {name}: its files are as of {' and '.join(days)}, one day was expected; leave "
                "the older file out, or ask for extracts of one day."
            )


def read_described(path: Path, table: str, project: Path) -> Extract:
    """A file as its sidecar describes it. Raises SourceError where it has none that is usable."""
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    name = path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name
    if not sidecar.is_file():
        raise SourceError(
            f"{name} has no {sidecar.name} beside it: a small file with table, producer, as_of and "
            "simulated was expected; docs/sources.md shows one."
        )
    try:
        entry = read_yaml(sidecar.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # also an impossible date, or not UTF-8
        raise SourceError(
            f"{sidecar.name} is not valid YAML; docs/sources.md shows one."
        ) from error
    if not isinstance(entry, dict) or not _NEEDED <= set(entry) <= _NEEDED | _OPTIONAL:
        raise SourceError(
            f"{sidecar.name}: the entries table, producer, as_of and simulated were expected, and "
            "received, expected_rows and region_codes where known, no others; docs/sources.md shows one."
        )
    if not isinstance(entry["simulated"], bool):
        raise SourceError(f"{sidecar.name}: simulated must be true or false.")
    if entry["table"] != table:
        raise SourceError(
            f"{sidecar.name}: table is {entry['table']!r}, but the profile reads {name} as {table!r}."
        )
    as_of = _day(entry, "as_of", sidecar.name)
    if as_of is None and load_table(table).as_of != "per_row":
        raise SourceError(
            f"{sidecar.name}: as_of is empty, a date was expected: the day that the rows describe."
        )
    return Extract(
        path=path,
        name=name,
        table=table,
        producer=str(entry["producer"]),
        as_of=as_of,
        received=_day(entry, "received", sidecar.name),
        simulated=entry["simulated"],
        stamp=stamp_of(path),
        sha256=file_sha256(path),
        expected_rows=_whole_number(entry, "expected_rows", sidecar.name),
        region_codes=_code_system(entry, sidecar.name),
    )


def described_table(path: Path, otherwise: str) -> str:
    """The table that a sidecar says its file fills; `otherwise` where it says none, so that
    `read_described` tells what is wrong with it.
    """
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    try:
        entry = read_yaml(sidecar.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError):
        return otherwise
    said = entry.get("table") if isinstance(entry, dict) else None
    return said if isinstance(said, str) else otherwise


def _code_system(entry: dict[str, Any], file_name: str) -> str:
    value = entry.get("region_codes", CODE_SYSTEMS[0])
    if value not in CODE_SYSTEMS:
        raise SourceError(f"{file_name}: region_codes must be one of {', '.join(CODE_SYSTEMS)}.")
    return str(value)


def _whole_number(entry: dict[str, Any], key: str, file_name: str) -> int | None:
    value = entry.get(key)
    if value is None or (type(value) is int and value > 0):
        return value
    raise SourceError(f"{file_name}: {key} must be a whole number above 0, such as 1200.")


def _day(entry: dict[str, Any], key: str, file_name: str) -> date | None:
    value = entry.get(key)
    if value is None:
        return None
    if type(value) is not date:
        raise SourceError(f"{file_name}: {key} must be a date such as 2025-06-01.")
    return value


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
