"""What each indicator means, in both languages; read from definitions.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from coverage_lib.errors import UsageError
from coverage_lib.yaml_reading import read_yaml


@dataclass(frozen=True)
class Definition:
    """One indicator: texts are mappings from language (`id`, `en`) to words.

    `tables` are those of the store that it is computed from; empty where it is about all of them.
    """

    name: str
    title: Mapping[str, str]
    unit: str
    numerator: Mapping[str, str]
    denominator: Mapping[str, str]
    scope: Mapping[str, str]
    source: Mapping[str, str]
    caveat: Mapping[str, str]
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Indicators that belong together, as the documentation lists them."""

    title: Mapping[str, str]
    indicators: tuple[str, ...]


@cache
def _document() -> Mapping[str, object]:
    path = resources.files("coverage_lib.indicators") / "definitions.yaml"
    document: Mapping[str, object] = read_yaml(path.read_text(encoding="utf-8"))
    return document


def definitions_version() -> str:
    return str(_document()["version"])


@cache
def definitions() -> Mapping[str, Definition]:
    """All indicators by name, in the order of the file."""
    entries = _document()["indicators"]
    if not isinstance(entries, dict):
        raise TypeError("definitions.yaml: `indicators` must be a table")
    return {
        name: Definition(name, **{**entry, "tables": tuple(entry.get("tables", ()))})
        for name, entry in entries.items()
    }


@cache
def sections() -> tuple[Section, ...]:
    """All sections in the order of the file."""
    entries = _document()["sections"]
    if not isinstance(entries, list):
        raise TypeError("definitions.yaml: `sections` must be a list")
    return tuple(Section(entry["title"], tuple(entry["indicators"])) for entry in entries)


def definition(name: str) -> Definition:
    """The definition of a name. Raises UsageError that lists the ones there are."""
    if name not in definitions():
        raise UsageError(f"indicator {name!r} is not known: {', '.join(definitions())} are.")
    return definitions()[name]
