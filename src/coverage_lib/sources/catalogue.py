"""Which files a profile's sources name for a month, and what stands beside each of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from coverage_lib.config import Profile
from coverage_lib.errors import SourceError
from coverage_lib.periods import Month

SIDECAR_SUFFIX = ".source.yml"


@dataclass(frozen=True)
class Extract:
    """One file of an office with what its sidecar says of it.

    `as_of` is the day that the file's rows describe; None where each row carries its own.
    `name` is the path relative to the project, the only form that leaves this machine.
    """

    path: Path
    name: str
    table: str
    producer: str
    as_of: date | None
    received: date | None
    simulated: bool
    sha256: str


def find_extracts(profile: Profile, period: Month, project: Path) -> tuple[Extract, ...]:
    """All extracts of a profile for a month, in the profile's order, then by name.

    Raises SourceError where a required source has no file, a file has no usable sidecar, or
    a sidecar has no file: a list of several files must not come in with one of them missing.
    """
    extracts: list[Extract] = []
    for source in profile.sources:
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
            raise SourceError(
                f"no file {pattern} for table {source.table} of profile {profile.name}: put the "
                f"extract of {period} there, or make simulated ones with "
                f"`cakupan demo --period {period}`."
            )
        extracts.extend(_read_extract(path, source.table, project) for path in found)
    return tuple(extracts)


def _read_extract(path: Path, table: str, project: Path) -> Extract:
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    name = path.relative_to(project).as_posix()
    if not sidecar.is_file():
        raise SourceError(
            f"{name} has no {sidecar.name} beside it: a small file with table, producer, as_of and "
            "received was expected; docs/sources.md shows one."
        )
    try:
        entry = yaml.safe_load(sidecar.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # also an impossible date, or not UTF-8
        raise SourceError(
            f"{sidecar.name} is not valid YAML; docs/sources.md shows one."
        ) from error
    if not isinstance(entry, dict) or not {"table", "producer", "as_of"} <= set(entry):
        raise SourceError(
            f"{sidecar.name}: table, producer and as_of were expected; docs/sources.md shows one."
        )
    if entry["table"] != table:
        raise SourceError(
            f"{sidecar.name}: table is {entry['table']!r}, but the profile reads {name} as {table!r}."
        )
    return Extract(
        path=path,
        name=name,
        table=table,
        producer=str(entry["producer"]),
        as_of=_day(entry, "as_of", sidecar.name),
        received=_day(entry, "received", sidecar.name),
        simulated=bool(entry.get("simulated", False)),
        sha256=file_sha256(path),
    )


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
