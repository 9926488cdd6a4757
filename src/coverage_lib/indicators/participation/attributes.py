"""What participants are told apart by, beside place and segment: sex, age, group, funder, sector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir

from coverage_lib.tables import load_table
from coverage_lib.yaml_reading import read_yaml

UNKNOWN = "unknown"
#: Dimensions whose categories are the codes of a column of the register.
_CODED = ("sex", "worker_group", "funder", "employer_sector")
DIMENSIONS = ("sex", "age_band", "worker_group", "funder", "employer_sector")


@cache
def age_bands() -> Mapping[str, int]:
    """The first age of each band, youngest first, as age_bands.yml has them."""
    path = resources.files("coverage_lib.indicators.participation") / "age_bands.yml"
    document = read_yaml(path.read_text(encoding="utf-8"))
    return {str(band["name"]): int(band["from"]) for band in document["bands"]}


@cache
def categories(dimension: str) -> tuple[str, ...]:
    """All categories of a dimension in order, `unknown` last: each person is in exactly one."""
    if dimension == "age_band":
        return (*age_bands(), UNKNOWN)
    codes = load_table("participants").column(dimension).codes.values()
    return (*dict.fromkeys(codes), UNKNOWN)


def position(register: ir.Table, dimension: str, as_of: date) -> ir.IntegerValue:
    """The place of each row in `categories(dimension)`; `unknown` where the register says nothing.

    That is so too for a register without the column. An age is the one reached in the year of
    `as_of`, since only the year of birth is kept; a year of birth to come is unknown.
    """
    names = categories(dimension)
    unknown = len(names) - 1
    column = "birth_year" if dimension == "age_band" else dimension
    if column not in register.columns:
        return ibis.literal(unknown, "int64")
    if dimension in _CODED:
        pairs = [(name, place) for place, name in enumerate(names[:-1])]
        return register[column].cases(*pairs, else_=unknown).cast("int64")
    age = as_of.year - register[column]
    oldest_first = reversed(list(enumerate(age_bands().values())))
    branches = [(age >= first, place) for place, first in oldest_first]
    return ibis.cases(*branches, else_=unknown).cast("int64")
