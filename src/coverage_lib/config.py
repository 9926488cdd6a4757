"""What cakupan.toml says, read once and passed on; nothing is looked up later."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from coverage_lib.errors import ConfigError, UsageError
from coverage_lib.periods import Month

CONFIG_NAME = "cakupan.toml"
_PARTS = ("regions", "folders", "profiles", "office")
_FOLDERS = ("incoming", "store", "quarantine", "reports", "notebooks", "reference", "key_file")


@dataclass(frozen=True)
class SourceSetting:
    """A source that is files: the table that they fill and where they are.

    `files` is a glob relative to the project, with `{period}` for the reporting month.
    """

    table: str
    files: str
    required: bool

    def pattern(self, period: Month) -> str:
        return self.files.replace("{period}", str(period))


@dataclass(frozen=True)
class Origin:
    """What a file's sidecar says, said in the profile of rows that have no file of ours.

    `as_of` is a day, or one of each period such as `{period}-01`; None where each row has its own.
    """

    producer: str
    simulated: bool
    as_of: str | None = None
    expected_rows: int | None = None

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
    origin: Origin
    required: bool = True
    relation: str | None = None
    query: str | None = None
    query_file: str | None = None
    period_column: str | None = None
    as_of_column: str | None = None
    timeout_seconds: int = 1800

    @property
    def name(self) -> str:
        """The form that leaves this machine: never the address."""
        return f"database:{self.address_env}/{self.relation or self.query_file or 'query'}"


@dataclass(frozen=True)
class AddressSetting:
    """One file that lies elsewhere: `s3://…`, `https://…`, with `{period}` for the month."""

    table: str
    address: str
    origin: Origin
    required: bool = True

    def at(self, period: Month) -> str:
        return self.address.replace("{period}", str(period))


FetchedSetting = DatabaseSetting | AddressSetting


@dataclass(frozen=True)
class DuckDBSetting:
    """The engine within this program. Beyond `memory_limit` it spills to disk, so that a national
    register needs no more memory than a province's; all cores without `threads`.
    """

    memory_limit: str = "2GB"
    threads: int | None = None


@dataclass(frozen=True)
class PostgreSQLSetting:
    """Tables of a schema. `address_env` names the environment variable that holds the address."""

    schema: str
    address_env: str


@dataclass(frozen=True)
class SparkSetting:
    """A standalone cluster; `options` are Spark's own, such as spark.executor.memory."""

    master: str
    options: Mapping[str, str] = field(default_factory=dict)


EngineSetting = DuckDBSetting | PostgreSQLSetting | SparkSetting


@dataclass(frozen=True)
class Profile:
    """A named set of sources. `province` is the region that unknown rows are counted under.

    `engine` is where its measures are computed; the same figures come out of each.
    `corrections` is the file of known errors in its sources, relative to the project.
    """

    name: str
    description: str
    province: str
    sources: tuple[SourceSetting | FetchedSetting, ...]
    engine: EngineSetting = DuckDBSetting()
    corrections: str | None = None

    def provides(self, table: str) -> bool:
        return any(source.table == table for source in self.sources)


@dataclass(frozen=True)
class Settings:
    """The whole configuration; every path is absolute but `key_file`, which may begin with `~`."""

    project: Path
    incoming: Path
    store: Path
    quarantine: Path
    reports: Path
    notebooks: Path
    reference: Path
    key_file: str
    office: Mapping[str, str]
    regions: tuple[Path, ...]
    profiles: Mapping[str, Profile]

    def profile(self, name: str) -> Profile:
        """The profile of a name. Raises UsageError that lists the ones there are."""
        if name not in self.profiles:
            known = ", ".join(sorted(self.profiles))
            raise UsageError(f"profile {name!r} is not in {CONFIG_NAME}: {known} were found there.")
        return self.profiles[name]


def find_project(start: Path) -> Path:
    """The folder of the nearest cakupan.toml, from `start` upwards. Raises ConfigError."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise ConfigError(
        f"{CONFIG_NAME} was not found in this folder or above it; run cakupan inside the project."
    )


def load_settings(project: Path) -> Settings:
    """Read the project's cakupan.toml.

    Raises ConfigError that names the entry where the file is not valid TOML, lacks a
    part, or has an entry that is not known.
    """
    path = project / CONFIG_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{CONFIG_NAME} cannot be read: {error}.") from error
    _refuse_unknown(document, _PARTS, CONFIG_NAME)
    folders = _table(document, "folders")
    _refuse_unknown(folders, _FOLDERS, f"{CONFIG_NAME}, [folders]")
    profiles = _table(document, "profiles")
    office = _table(document, "office")

    def entry(name: str) -> str:
        value = folders.get(name)
        if not isinstance(value, str):
            raise ConfigError(f'{CONFIG_NAME}, [folders]: {name} = "…" is missing.')
        return value

    return Settings(
        project=project,
        incoming=project / entry("incoming"),
        store=project / entry("store"),
        quarantine=project / entry("quarantine"),
        reports=project / entry("reports"),
        notebooks=project / entry("notebooks"),
        reference=project / entry("reference"),
        key_file=entry("key_file"),
        office={str(key): str(value) for key, value in office.items()},
        regions=tuple(project / path for path in _paths(document, "regions")),
        profiles={name: _profile(name, profile) for name, profile in sorted(profiles.items())},
    )


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = document.get(name, {})
    if not isinstance(entry, dict):
        raise ConfigError(f"{CONFIG_NAME}: [{name}] must be a table.")
    return entry


def _paths(document: Mapping[str, Any], name: str) -> list[str]:
    entry = document.get(name, [])
    if not isinstance(entry, list) or not all(isinstance(path, str) for path in entry):
        raise ConfigError(f'{CONFIG_NAME}: {name} = ["…"] was expected, a list of files.')
    return entry


def _refuse_unknown(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ConfigError(f"{where}: {unknown[0]} is not known; {', '.join(known)} are.")


def _profile(name: str, entry: Any) -> Profile:
    where = f"{CONFIG_NAME}, [profiles.{name}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("sources"), list):
        raise ConfigError(f"{where}: [[profiles.{name}.sources]] with table and files is missing.")
    _refuse_unknown(entry, ("description", "province", "sources", "engine", "corrections"), where)
    if re.fullmatch(r"[0-9]{2}", str(entry.get("province", ""))) is None:
        raise ConfigError(f'{where}: province = "…" with a code such as 19 was expected.')
    return Profile(
        name,
        str(entry.get("description", "")),
        str(entry["province"]),
        tuple(_source(source, where) for source in entry["sources"]),
        _engine(entry.get("engine", {}), f"{CONFIG_NAME}, [profiles.{name}.engine]"),
        _corrections(entry.get("corrections"), where),
    )


_ORIGIN = ("producer", "simulated", "as_of", "expected_rows")
_RELATIONS = ("relation", "query", "query_file")
_DATABASE = ("database", *_RELATIONS, "period_column", "as_of_column", "timeout_seconds")
_VARIABLE = "[A-Z][A-Z0-9_]*"


def _source(entry: Any, where: str) -> SourceSetting | FetchedSetting:
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
    known = {"table", "files", "required"} | set(_ORIGIN if away else ())
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
    return SourceSetting(table, files, required)


def _database(entry: Mapping[str, Any], table: str, required: bool, where: str) -> DatabaseSetting:
    _refuse_unknown(entry, ("table", "required", *_DATABASE, *_ORIGIN), where)
    variable = entry["database"]
    if not isinstance(variable, str) or re.fullmatch(_VARIABLE, variable) is None:
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
    origin = _origin(entry, where)
    if "as_of_column" in given and origin.as_of is None:
        raise ConfigError(f'{where}: as_of_column needs as_of, such as "{{period}}-01".')
    return DatabaseSetting(table, variable, origin, required, timeout_seconds=timeout, **given)


def _address(
    entry: Mapping[str, Any], table: str, address: str, required: bool, where: str
) -> AddressSetting:
    if re.search(r"[@?#*\s]", address):
        raise ConfigError(
            f"{where}: one file's address was expected, without *, user, password or other "
            "credentials: those come from the environment, docs/sources.md says how."
        )
    return AddressSetting(table, address, _origin(entry, where), required)


def _origin(entry: Mapping[str, Any], where: str) -> Origin:
    """What the sidecar of a file would say. Raises ConfigError that names the entry."""
    producer, simulated = entry.get("producer"), entry.get("simulated")
    if not isinstance(producer, str) or not isinstance(simulated, bool):
        raise ConfigError(f'{where}: producer = "…" and simulated = true|false were expected.')
    as_of, rows = entry.get("as_of"), entry.get("expected_rows")
    if rows is not None and (type(rows) is not int or rows < 1):
        raise ConfigError(f"{where}: expected_rows must be a whole number above 0.")
    origin = Origin(producer, simulated, None if as_of is None else str(as_of), rows)
    try:
        origin.day(Month(2025, 1))
    except ValueError:
        raise ConfigError(
            f'{where}: as_of must be a day such as "2025-06-01", or "{{period}}-01" for each month.'
        ) from None
    return origin


def _corrections(entry: Any, where: str) -> str | None:
    if entry is not None and (not isinstance(entry, str) or PurePath(entry).is_absolute()):
        raise ConfigError(
            f'{where}: corrections = "…" must be a path relative to the project, such as '
            "data/corrections.yml."
        )
    return entry


_ENGINES = {
    "duckdb": ("memory_limit", "threads"),
    "postgresql": ("schema", "address_env"),
    "spark": ("master", "options"),
}


def _engine(entry: Any, where: str) -> EngineSetting:
    if not isinstance(entry, dict):
        raise ConfigError(f'{where}: a table with kind = "…" was expected.')
    kind = entry.get("kind", "duckdb")
    if kind not in _ENGINES:
        raise ConfigError(f"{where}: kind {kind!r} is not known; {', '.join(_ENGINES)} are.")
    _refuse_unknown(entry, ("kind", *_ENGINES[kind]), f"{where}, kind {kind}")

    def text(name: str, pattern: str, expected: str) -> str:
        value = entry.get(name)
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            # What was written is not repeated: it may be an address with its password.
            raise ConfigError(f"{where}: {name} = {expected} was expected.")
        return value

    if kind == "postgresql":
        return PostgreSQLSetting(
            text(
                "schema",
                r"(?!pg_)[a-z_][a-z0-9_]{0,62}",
                '"…" with the name of a schema, in small letters, digits and _,',
            ),
            text(
                "address_env",
                _VARIABLE,
                '"CAKUPAN_DATABASE_URL", the name of an environment variable and never the '
                "address itself,",
            ),
        )
    if kind == "spark":
        master = text("master", r"spark://[^\s/,]+:\d+(,[^\s/,]+:\d+)*", '"spark://host:7077"')
        return SparkSetting(master, _spark_options(entry.get("options", {}), where))
    threads = entry.get("threads")
    if threads is not None and (type(threads) is not int or threads < 1):
        raise ConfigError(f"{where}: threads must be a whole number from 1.")
    limit = (
        text("memory_limit", r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", '"…" such as "6GB"')
        if "memory_limit" in entry
        else DuckDBSetting.memory_limit
    )
    return DuckDBSetting(limit, threads)


def _spark_options(entry: Any, where: str) -> Mapping[str, str]:
    if not isinstance(entry, dict) or not all(
        name.startswith("spark.") and isinstance(value, str) for name, value in entry.items()
    ):
        raise ConfigError(
            f"{where}: options must be a table of texts whose names begin with spark., in quotes: "
            '"spark.executor.memory" = "8g".'
        )
    return dict(entry)
