"""What cakupan.toml says, read once and passed on; nothing is looked up later."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage_lib.errors import ConfigError, UsageError
from coverage_lib.periods import Month

CONFIG_NAME = "cakupan.toml"


@dataclass(frozen=True)
class SourceSetting:
    """One entry of a profile: the table that it fills and the files that hold it.

    `files` is a glob relative to the project, with `{period}` for the reporting month.
    """

    table: str
    files: str
    required: bool

    def pattern(self, period: Month) -> str:
        return self.files.replace("{period}", str(period))


@dataclass(frozen=True)
class Profile:
    """A named set of sources. `province` is the region that unknown rows are counted under."""

    name: str
    description: str
    province: str
    sources: tuple[SourceSetting, ...]

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
    folders = _table(document, "folders")
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
        regions=tuple(project / str(entry) for entry in document.get("regions", [])),
        profiles={name: _profile(name, profile) for name, profile in sorted(profiles.items())},
    )


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = document.get(name, {})
    if not isinstance(entry, dict):
        raise ConfigError(f"{CONFIG_NAME}: [{name}] must be a table.")
    return entry


def _profile(name: str, entry: Any) -> Profile:
    where = f"{CONFIG_NAME}, [profiles.{name}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("sources"), list):
        raise ConfigError(f"{where}: [[profiles.{name}.sources]] with table and files is missing.")
    sources = []
    for source in entry["sources"]:
        unknown = set(source) - {"table", "files", "required"}
        if unknown or not {"table", "files"} <= set(source):
            raise ConfigError(
                f"{where}: a source has the entries {', '.join(sorted(source))}; table and files "
                "were expected, and required = true|false where wanted."
            )
        sources.append(
            SourceSetting(
                str(source["table"]), str(source["files"]), bool(source.get("required", True))
            )
        )
    return Profile(
        name, str(entry.get("description", "")), str(entry.get("province", "")), tuple(sources)
    )
