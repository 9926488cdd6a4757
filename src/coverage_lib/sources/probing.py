"""What each source of a profile would give a pull: tried one by one, nothing of it kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis

from coverage_lib.errors import CakupanError
from coverage_lib.periods import Month
from coverage_lib.source_settings import (
    AddressSetting,
    DatabaseSetting,
    FetchedSetting,
    SourceSetting,
)
from coverage_lib.sources.access import Access, Patience
from coverage_lib.sources.catalogue import Extract, find_files
from coverage_lib.sources.columns import NEAR, likeness
from coverage_lib.sources.databases import Rows, open_database
from coverage_lib.sources.fetching import fetcher, require_day
from coverage_lib.sources.files import read_extract
from coverage_lib.tables import Column, load_table


@dataclass(frozen=True)
class Probe:
    """One extract as a pull would find it; never a value of it.

    `problem` says why a pull would stop; `rows` is None where there is one, and where a source
    that may be left out has nothing. `ignored` are columns there that the dictionary does not
    know, each with the header of a column still wanted that looks like it, if any.
    """

    table: str
    name: str
    problem: str | None = None
    rows: int | None = None
    as_of: date | None = None
    filled: int = 0
    columns: int = 0
    ignored: tuple[tuple[str, str | None], ...] = ()


def probe_source(
    source: SourceSetting | FetchedSetting,
    profile: str,
    period: Month,
    project: Path,
    access: Access,
    folder: Path,
) -> Iterator[Probe]:
    """One for each file of the source, or one. Tried once, without waiting for who does not answer.

    What is fetched, unpacked or does not fit into memory lies meanwhile in `folder`.
    """
    once = replace(access, patience=Patience(1, 0))
    name = source_name(source, period)
    try:
        if isinstance(source, DatabaseSetting):
            yield once.patiently(lambda: _probe_database(source, period, project, once))
            return
        if isinstance(source, AddressSetting):
            fetched = fetcher(period, project, folder, once)(source)
            extracts = [] if fetched is None else [fetched]
        else:
            extracts = find_files(source, profile, period, project)
    except CakupanError as error:
        yield Probe(source.table, name, str(error))
        return
    if not extracts:
        yield Probe(source.table, name)
    for extract in extracts:
        yield _probe_extract(extract, folder)


def source_name(source: SourceSetting | FetchedSetting, period: Month) -> str:
    """What cakupan.toml calls a source in a month."""
    if isinstance(source, DatabaseSetting):
        return source.name
    return source.at(period) if isinstance(source, AddressSetting) else source.pattern(period)


def _probe_database(source: DatabaseSetting, period: Month, project: Path, access: Access) -> Probe:
    require_day(source, period)
    with open_database(source, access) as database:
        rows = Rows(database, source, period, project)
        rows.columns.require_all(source.name)
        number = rows.count()
    columns = rows.columns
    problem = f"no rows of {period}" if not number and source.required else None
    return Probe(
        source.table,
        source.name,
        problem,
        number or None,
        source.provenance.day(period),
        len(columns.found),
        len(columns.found) + len(columns.absent),
        _with_nearest(columns.ignored, columns.absent),
    )


def _probe_extract(extract: Extract, folder: Path) -> Probe:
    table = load_table(extract.table)
    connection = ibis.duckdb.connect(temp_directory=str(folder / "spill"))
    try:
        raw = read_extract(connection, extract, table, folder)
        number = int(raw.rows.count().execute())
    except CakupanError as error:
        return Probe(extract.table, extract.name, str(error))
    finally:
        connection.disconnect()
    absent = tuple(table.column(name) for name in raw.absent)
    return Probe(
        extract.table,
        extract.name,
        None,
        number,
        extract.as_of,
        len(table.columns) - len(absent),
        len(table.columns),
        _with_nearest(raw.ignored, absent),
    )


def _with_nearest(
    ignored: tuple[str, ...], absent: tuple[Column, ...]
) -> tuple[tuple[str, str | None], ...]:
    def meant(name: str) -> str | None:
        aliases = [alias for column in absent for alias in column.aliases]
        likest = max(aliases, key=lambda alias: likeness(name, [alias]), default="")
        return likest if likest and likeness(name, [likest]) >= NEAR else None

    return tuple((name, meant(name)) for name in ignored)
