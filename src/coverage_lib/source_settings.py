"""The sources of a profile: files, databases, addresses, as cakupan.toml names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from coverage_lib.errors import ConfigError
from coverage_lib.periods import Month

EXPECTED_CHANGE = 0.2
#: Whose region codes: the ministry's (Kemendagri), or the statistics office's.
CODE_SYSTEMS = ("ministry", "bps")


@dataclass(frozen=True)
class SourceSetting:
    """A source that is files: the table that they fill and where they are.

    `files` is a glob relative to the project, with `{period}` for the reporting month.
    `expected_change` is the share by which its rows may go up or down from pull to pull.
    """

    table: str
    files: str
    required: bool
    expected_change: float = EXPECTED_CHANGE

    def pattern(self, period: Month) -> str:
        return self.files.replace("{period}", str(period))


@dataclass(frozen=True)
class Provenance:
    """What a file's sidecar says, said in the profile of rows that have no file of ours.

    `as_of` is a day, or one of each period such as `{period}-01`; None where each row has its own.
    """

    producer: str
    simulated: bool
    as_of: str | None = None
    expected_rows: int | None = None
    region_codes: str = CODE_SYSTEMS[0]

    def day(self, period: Month) -> date | None:
        if self.as_of is None:
            return None
        return date.fromisoformat(self.as_of.replace("{period}", str(period)))


@dataclass(frozen=True)
class DatabaseSetting:
    """A table, view or query of a database. `address_env` names the variable that holds its address.

    One of `relation`, `query` and `query_file` is given. Of it the rows count whose `as_of_column`
    is the as-of day, and whose `period_column` lies in the period's month; all without either.
    """

    table: str
    address_env: str
    provenance: Provenance
    required: bool = True
    relation: str | None = None
    query: str | None = None
    query_file: str | None = None
    period_column: str | None = None
    as_of_column: str | None = None
    timeout_seconds: int = 1800
    expected_change: float = EXPECTED_CHANGE

    @property
    def name(self) -> str:
        """The form that leaves this machine: never the address."""
        return f"database:{self.address_env}/{self.relation or self.query_file or 'query'}"


@dataclass(frozen=True)
class AddressSetting:
    """One file that lies elsewhere: `s3://…`, `https://…`, with `{period}` for the month."""

    table: str
    address: str
    provenance: Provenance
    required: bool = True
    expected_change: float = EXPECTED_CHANGE

    def at(self, period: Month) -> str:
        return self.address.replace("{period}", str(period))


FetchedSetting = DatabaseSetting | AddressSetting


def refuse_unknown(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Raises ConfigError that names an entry which is not known, and those that are."""
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ConfigError(f"{where}: {unknown[0]} is not known; {', '.join(known)} are.")


_PROVENANCE = ("producer", "simulated", "as_of", "expected_rows", "region_codes")
_RELATIONS = ("relation", "query", "query_file")
_DATABASE = ("database", *_RELATIONS, "period_column", "as_of_column", "timeout_seconds")
ENVIRONMENT_VARIABLE = "[A-Z][A-Z0-9_]*"


def source_setting(entry: Any, where: str) -> SourceSetting | FetchedSetting:
    """One entry of `sources`. Raises ConfigError that says where and what was expected."""
    if not isinstance(entry, dict):
        raise ConfigError(f"{where}: a source must be a table with the entries table and files.")
    table = str(entry.get("table"))
    required = entry.get("required", True)
    if not isinstance(required, bool):
        raise ConfigError(f"{where}: required of table {table} must be true or false.")
    if "table" in entry and "database" in entry:
        return _database(entry, table, required, f"{where}, database of table {table}")
    files = entry.get("files")
    away = isinstance(files, str) and "://" in files
    known = {"table", "files", "required", "expected_change"} | set(_PROVENANCE if away else ())
    if set(entry) - known or not {"table", "files"} <= set(entry):
        raise ConfigError(
            f"{where}: a source has the entries {', '.join(sorted(entry))}; table and files were "
            "expected (or table and database), and required = true|false where wanted."
        )
    if isinstance(files, str) and away:
        return _address(entry, table, files, required, f"{where}, files of table {table}")
    if not isinstance(files, str) or not files or PurePath(files).is_absolute():
        raise ConfigError(
            f'{where}: files = "…" of table {table} must be a path relative to the '
            "project, such as data/incoming/{period}/iuran_*.csv."
        )
    return SourceSetting(table, files, required, _expected_change(entry, where))


def _database(entry: Mapping[str, Any], table: str, required: bool, where: str) -> DatabaseSetting:
    refuse_unknown(entry, ("table", "required", "expected_change", *_DATABASE, *_PROVENANCE), where)
    variable = entry["database"]
    if not isinstance(variable, str) or re.fullmatch(ENVIRONMENT_VARIABLE, variable) is None:
        # What was written is not repeated: it may be an address with its password.
        raise ConfigError(
            f'{where}: database = "CAKUPAN_SOURCE_URL", the name of an environment variable and '
            "never the address itself, was expected."
        )
    texts = (*_RELATIONS, "period_column", "as_of_column")
    given = {name: entry[name] for name in texts if name in entry}
    if not all(isinstance(text, str) and text.strip() for text in given.values()):
        raise ConfigError(f"{where}: {', '.join(given)} must be texts.")
    if len(given.keys() & set(_RELATIONS)) != 1:
        raise ConfigError(f"{where}: one of {', '.join(_RELATIONS)} was expected.")
    if PurePath(given.get("query_file", "")).is_absolute():
        raise ConfigError(f"{where}: query_file must be a path relative to the project.")
    timeout = entry.get("timeout_seconds", DatabaseSetting.timeout_seconds)
    if type(timeout) is not int or timeout < 1:
        raise ConfigError(f"{where}: timeout_seconds must be a whole number from 1.")
    provenance = _provenance(entry, where)
    if "as_of_column" in given and provenance.as_of is None:
        raise ConfigError(f'{where}: as_of_column needs as_of, such as "{{period}}-01".')
    return DatabaseSetting(
        table,
        variable,
        provenance,
        required,
        timeout_seconds=timeout,
        expected_change=_expected_change(entry, where),
        **given,
    )


def _address(
    entry: Mapping[str, Any], table: str, address: str, required: bool, where: str
) -> AddressSetting:
    if re.search(r"[@?#*\s]", address):
        raise ConfigError(
            f"{where}: one file's address was expected, without *, user, password or other "
            "credentials: those come from the environment, docs/sources.md says how."
        )
    return AddressSetting(
        table, address, _provenance(entry, where), required, _expected_change(entry, where)
    )


def _provenance(entry: Mapping[str, Any], where: str) -> Provenance:
    """What the sidecar of a file would say. Raises ConfigError that names the entry."""
    producer, simulated = entry.get("producer"), entry.get("simulated")
    if not isinstance(producer, str) or not isinstance(simulated, bool):
        raise ConfigError(f'{where}: producer = "…" and simulated = true|false were expected.')
    as_of, rows = entry.get("as_of"), entry.get("expected_rows")
    if rows is not None and (type(rows) is not int or rows < 1):
        raise ConfigError(f"{where}: expected_rows must be a whole number above 0.")
    codes = entry.get("region_codes", CODE_SYSTEMS[0])
    if codes not in CODE_SYSTEMS:
        raise ConfigError(f"{where}: region_codes must be one of {', '.join(CODE_SYSTEMS)}.")
    day = None if as_of is None else str(as_of)
    provenance = Provenance(producer, simulated, day, rows, codes)
    try:
        provenance.day(Month(2025, 1))
    except ValueError:
        raise ConfigError(
            f'{where}: as_of must be a day such as "2025-06-01", or "{{period}}-01" for each month.'
        ) from None
    return provenance


def _expected_change(source: Mapping[str, Any], where: str) -> float:
    change = source.get("expected_change", EXPECTED_CHANGE)
    if type(change) not in (int, float) or not change >= 0:
        raise ConfigError(
            f"{where}: expected_change of table {source['table']} must be a share such as 0.2."
        )
    return float(change)
