"""Reading the data dictionary; a mistake in it is found when it is read, not when it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.errors import ConfigError
from coverage_lib.source_settings import CODE_SYSTEMS
from coverage_lib.yaml_reading import read_yaml

TYPES = (
    "text", "code", "integer", "decimal", "money", "date", "month", "flag", "nik", "kpj", "region",
)  # fmt: skip
SENSITIVITIES = ("public", "internal", "personal", "identifier")
AS_OF_POLICIES = ("one", "several", "per_row")
STORES = ("keep", "drop", "pseudonym", "year")
#: How a number is written: `1.234.567,89`, or `1,234,567.89` with or without its thousands marks.
NUMBER_STYLES = ("indonesian", "plain")
#: No law's year: nothing that these tables tell of is taken to be older, birth dates apart.
EARLIEST_YEAR = 1950


@dataclass(frozen=True)
class Column:
    """One column as it comes in and as it is stored.

    `required` asks for the column, `not_null` for a value in every row. `store` says what
    the store keeps: the value, nothing, a pseudonym of it, or its year. `on_invalid` is
    `reject` (the row goes to quarantine) or `keep_without` (the value alone is left out).
    `minimum` and `maximum` are themselves allowed. `number_style` and `code_system` count
    before what the table and its extract say; None where the column says nothing.
    `earliest_year` is a limit of plausibility, by which years of two digits are told apart and
    nothing else; birth dates go by the extract's date instead. `is_measured` is false where
    completeness and drift do not tell of the column, because another may stand in its place.
    `forms` are codes with a `{number}` or `{name}` behind them, and of such a name none of the words
    `not_in_names`. `listed_as` is how a refusal lists many codes in short.
    """

    name: str
    label: Mapping[str, str]
    type: str
    aliases: tuple[str, ...]
    required: bool
    not_null: bool
    sensitivity: str
    store: str
    store_as: str
    codes: Mapping[str, str]
    minimum: float | None
    not_after_as_of: bool
    on_invalid: str
    allow: tuple[str, ...]
    maximum: float | None = None
    number_style: str | None = None
    code_system: str | None = None
    earliest_year: int = EARLIEST_YEAR
    is_measured: bool = True
    forms: Mapping[str, str] = field(default_factory=dict)
    not_in_names: tuple[str, ...] = ()
    listed_as: tuple[str, ...] = ()

    @property
    def is_birth_date(self) -> bool:
        """Whether it is the day a person was born, by the name that the dictionary has for it."""
        return self.name == "birth_date"

    def accepts_header(self, header: str) -> bool:
        return normalise_header(header) in {normalise_header(alias) for alias in self.aliases}


@dataclass(frozen=True)
class RegionColumns:
    """How a table says where a row belongs: a code column, name columns, or both.

    `column` is the name of the resolved code in the store; `names` go from district to village.
    A row whose names are of several places is refused, or where `keeps_uncertain` it is kept below
    the region that is sure.
    """

    column: str
    code: str | None
    names: tuple[str, ...]
    keeps_uncertain: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the dictionary; `key` identifies a row, empty where any row may recur.

    `as_of` says how many dates the extracts of one month may have: `one`, `several` (a
    snapshot each), or `per_row` (the rows carry their own, the sidecar may leave it out).
    For an empty cell of the `surroundings` the sheet, the title or the file's name may speak.
    """

    name: str
    title: Mapping[str, str]
    grain: Mapping[str, str]
    key: tuple[str, ...]
    as_of: str
    number_style: str
    region: RegionColumns | None
    columns: tuple[Column, ...]
    surroundings: tuple[str, ...] = ()

    @property
    def is_stored(self) -> bool:
        """Whether the store keeps any of its columns. Of others a pull leaves the sources alone."""
        return any(column.store != "drop" for column in self.columns)

    @property
    def decimal_mark(self) -> str:
        """What stands before the fraction of a number in its number style."""
        return "." if self.number_style == "plain" else ","

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def normalise_header(header: str) -> str:
    """A header without case, blanks and punctuation: `No. KPJ` and `NO_KPJ` are the same."""
    return re.sub(r"[^A-Z0-9]", "", header.upper())


def table_names() -> tuple[str, ...]:
    folder = resources.files("coverage_lib.tables")
    return tuple(
        sorted(
            entry.name.removesuffix(".yml")
            for entry in folder.iterdir()
            if entry.name.endswith(".yml")
        )
    )


@cache
def load_table(name: str) -> Table:
    """The dictionary's entry of a table. Raises ConfigError where there is none or it is wrong."""
    if name not in table_names():
        raise ConfigError(
            f"table {name!r} is not in the data dictionary: {', '.join(table_names())} are."
        )
    text = (resources.files("coverage_lib.tables") / f"{name}.yml").read_text(encoding="utf-8")
    entry = read_yaml(text)
    columns = tuple(_column(name, key, value) for key, value in entry["columns"].items())
    region = entry.get("region")
    return Table(
        name=name,
        title=entry["title"],
        grain=entry["grain"],
        key=tuple(entry["key"]),
        as_of=_one_of(name, "as_of", entry.get("as_of", "one"), AS_OF_POLICIES),
        number_style=_one_of(name, "number_style", entry["number_style"], NUMBER_STYLES),
        region=None
        if region is None
        else RegionColumns(
            region["column"],
            region.get("code"),
            tuple(region.get("names", ())),
            region.get("keeps_uncertain", False),
        ),
        columns=columns,
        surroundings=tuple(entry.get("surroundings", ())),
    )


@cache
def pseudonym_domains() -> tuple[str, ...]:
    """The names under which the store keeps pseudonyms: one kind of number each, in all tables."""
    columns = (column for name in table_names() for column in load_table(name).columns)
    return tuple(sorted({one.store_as for one in columns if one.store == "pseudonym"}))


def _one_of(table: str, name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(
            f"tables/{table}.yml, {name}: {value!r} is not one of {', '.join(allowed)}."
        )
    return value


def _column(table: str, name: str, entry: Mapping[str, Any]) -> Column:
    column = Column(
        name=name,
        label=entry["label"],
        type=entry["type"],
        aliases=tuple(entry["aliases"]),
        required=entry.get("required", False),
        not_null=entry.get("not_null", False),
        sensitivity=entry["sensitivity"],
        store=entry["store"],
        store_as=entry.get("store_as", name),
        codes={str(key): str(value) for key, value in entry.get("codes", {}).items()},
        minimum=entry.get("minimum"),
        not_after_as_of=entry.get("not_after_as_of", False),
        on_invalid=entry.get("on_invalid", "reject"),
        allow=tuple(entry.get("allow", ())),
        maximum=entry.get("maximum"),
        number_style=entry.get("number_style"),
        code_system=entry.get("code_system"),
        earliest_year=entry.get("earliest_year", EARLIEST_YEAR),
        is_measured=entry.get("is_measured", True),
        forms={str(key): str(value) for key, value in entry.get("forms", {}).items()},
        not_in_names=tuple(entry.get("not_in_names", ())),
        listed_as=tuple(entry.get("listed_as", ())),
    )
    for value, allowed in (
        (column.type, TYPES),
        (column.sensitivity, SENSITIVITIES),
        (column.store, STORES),
        (column.on_invalid, ("reject", "keep_without")),
        (column.number_style, (None, *NUMBER_STYLES)),
        (column.code_system, (None, *CODE_SYSTEMS)),
    ):
        if value not in allowed:
            raise ConfigError(
                f"tables/{table}.yml, {name}: {value!r} is not one of "
                f"{', '.join(one for one in allowed if one is not None)}."
            )
    if column.sensitivity == "identifier" and column.store == "keep":
        raise ConfigError(f"tables/{table}.yml, {name}: an identifier is never stored as it is.")
    return column
