"""What cakupan.toml says, read once and passed on; nothing is looked up later."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from coverage_lib.errors import ConfigError, UsageError
from coverage_lib.source_settings import (
    ENVIRONMENT_VARIABLE,
    FetchedSetting,
    SourceSetting,
    refuse_unknown,
    source_setting,
)

CONFIG_NAME = "cakupan.toml"
_PARTS = ("regions", "folders", "profiles", "office")
_FOLDERS = (
    "incoming", "store", "quarantine", "roster", "reports", "notebooks", "reference", "key_file",
)  # fmt: skip
_ROSTER = "data/roster"  # where cakupan.toml names no other


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
    roster: Path
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
    refuse_unknown(document, _PARTS, CONFIG_NAME)
    folders = _table(document, "folders")
    refuse_unknown(folders, _FOLDERS, f"{CONFIG_NAME}, [folders]")
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
        roster=project / (entry("roster") if "roster" in folders else _ROSTER),
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


def _profile(name: str, entry: Any) -> Profile:
    where = f"{CONFIG_NAME}, [profiles.{name}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("sources"), list):
        raise ConfigError(f"{where}: [[profiles.{name}.sources]] with table and files is missing.")
    if re.fullmatch(r"[A-Za-z0-9_-]+", name) is None:  # it names folders in store and quarantine
        raise ConfigError(
            f"{CONFIG_NAME}: profile {name!r}: letters, digits, - and _ were expected."
        )
    refuse_unknown(entry, ("description", "province", "sources", "engine", "corrections"), where)
    if re.fullmatch(r"[0-9]{2}", str(entry.get("province", ""))) is None:
        raise ConfigError(f'{where}: province = "…" with a code such as 19 was expected.')
    return Profile(
        name,
        str(entry.get("description", "")),
        str(entry["province"]),
        tuple(source_setting(source, where) for source in entry["sources"]),
        _engine(entry.get("engine", {}), f"{CONFIG_NAME}, [profiles.{name}.engine]"),
        _corrections(entry.get("corrections"), where),
    )


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
    refuse_unknown(entry, ("kind", *_ENGINES[kind]), f"{where}, kind {kind}")

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
                ENVIRONMENT_VARIABLE,
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
