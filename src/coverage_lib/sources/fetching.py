"""What a profile names beyond the project's files, brought into a folder that only this pull sees."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from coverage_lib.errors import ConfigError
from coverage_lib.periods import Month
from coverage_lib.source_settings import DatabaseSetting, FetchedSetting
from coverage_lib.sources.access import Access
from coverage_lib.sources.addresses import fetch_file
from coverage_lib.sources.catalogue import Extract, Fetch
from coverage_lib.sources.databases import fetch_rows
from coverage_lib.tables import load_table


def fetcher(period: Month, project: Path, folder: Path, access: Access) -> Fetch:
    """Fetches one source after the other, each into a folder of its own below `folder`."""
    numbers = count()

    def fetch(source: FetchedSetting) -> Extract | None:
        require_day(source, period)
        own = folder / str(next(numbers))
        own.mkdir(mode=0o700)
        if isinstance(source, DatabaseSetting):
            return fetch_rows(source, period, project, access, own)
        return fetch_file(source, period, access, own)

    return fetch


def require_day(source: FetchedSetting, period: Month) -> None:
    """Raises ConfigError where the table needs the day that its rows describe, and none is said."""
    if source.provenance.day(period) is None and load_table(source.table).as_of != "per_row":
        raise ConfigError(
            f'table {source.table}: as_of = "{{period}}-01" or a day was expected in its source, the '
            "day that the rows describe."
        )
