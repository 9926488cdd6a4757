"""Invented persons: a number becomes a NIK, a birth date, a sex and a name.

The same person number always gives the same person. Distinct numbers give distinct NIK: the
number is permuted over (sub-district code, birth date, sex) and the serial is always 0000,
which is never issued. Everything is a DuckDB macro, so persons never pass through Python.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import duckdb
import numpy as np

from coverage_lib.demo.calibration import Calibration
from coverage_lib.errors import UsageError
from coverage_lib.reference.regions import Regions
from coverage_lib.yaml_reading import read_yaml

_DRAW_STEPS = 1_000_003
# Children live on codes of another province, so that no child shares a NIK with an adult.
_CHILDREN_DISTRICT = "16.71"
_SUBDISTRICT_NUMBERS = 99


@dataclass(frozen=True)
class PersonSpace:
    """All identities there are: prefixes × birth dates × two sexes, permuted."""

    prefixes: tuple[str, ...]
    first_birth: date
    days: int
    multiplier: int

    @property
    def size(self) -> int:
        return len(self.prefixes) * self.days * 2


def plan_person_space(
    calibration: Calibration, regions: Regions, first_register: date, persons: int
) -> PersonSpace:
    """Identities for `persons` adults; codes of all of Sumatra where the province's own are too few.

    Raises UsageError where even those do not suffice.
    """
    rules = calibration.section("registers")
    first_birth = date(first_register.year - rules["oldest_age"], 1, 1)
    last_birth = date(first_register.year - rules["youngest_age"] - 1, 12, 31)
    days = (last_birth - first_birth).days + 1
    own = tuple(
        region.code.replace(".", "")
        for region in regions.at_level("kecamatan", calibration.province)
    )
    prefixes = own
    if persons > len(own) * days * 2 // 2:
        prefixes = tuple(
            f"{region.code.replace('.', '')}{number:02d}"
            for region in regions.by_code.values()
            if region.level == "kabupaten" and region.code != _CHILDREN_DISTRICT
            for number in range(1, _SUBDISTRICT_NUMBERS + 1)
        )
    size = len(prefixes) * days * 2
    if persons > size:
        raise UsageError(
            f"--scale {calibration.scale}: {persons} persons were asked for and only {size} invented "
            "NIK exist; choose a smaller scale."
        )
    multiplier = int(size * 0.6180339887) | 1
    while math.gcd(multiplier, size) != 1:
        multiplier += 2
    return PersonSpace(prefixes, first_birth, days, multiplier)


def define_person_macros(
    connection: duckdb.DuckDBPyConnection, space: PersonSpace, seed: int
) -> None:
    """Create the macros `draw(id, tag)`, `chance(id, tag)`, `identity_nik(id)` and their kin."""
    words = load_words()
    offset = int(np.random.default_rng([seed, 2]).integers(space.size))
    connection.execute(
        f"CREATE MACRO draw(id, tag) AS (hash(id, tag, {int(seed)}) % {_DRAW_STEPS})::BIGINT"
    )
    connection.execute(f"CREATE MACRO chance(id, tag) AS draw(id, tag) / {_DRAW_STEPS}.0")
    connection.execute(
        f"CREATE MACRO person_slot(id) AS (id * {space.multiplier} + {offset}) % {space.size}"
    )
    count = len(space.prefixes)
    connection.execute(
        f"CREATE MACRO person_prefix(id) AS {_sql_list(space.prefixes)}[1 + person_slot(id) % {count}]"
    )
    connection.execute(
        f"CREATE MACRO person_birth(id) AS DATE '{space.first_birth}' + "
        f"((person_slot(id) // {count}) % {space.days})::INTEGER"
    )
    connection.execute(
        f"CREATE MACRO person_is_woman(id) AS (person_slot(id) // {count * space.days}) = 1"
    )
    connection.execute(
        "CREATE MACRO nik_of(prefix, birth, woman) AS prefix || "
        "lpad((day(birth) + if(woman, 40, 0))::VARCHAR, 2, '0') || strftime(birth, '%m%y') || '0000'"
    )
    connection.execute(
        "CREATE MACRO identity_nik(id) AS nik_of(person_prefix(id), person_birth(id), person_is_woman(id))"
    )
    given = f"if(woman, {_compound(words['given_female'], 'given')}, {_compound(words['given_male'], 'given')})"
    family = _compound(words["family"], "family")
    connection.execute(
        f"CREATE MACRO invented_name(id, woman) AS upper({given} || ' ' || {family})"
    )
    companies = words["companies"]
    connection.execute(
        "CREATE MACRO company_name(id) AS "
        + " || ' ' || ".join(
            _pick(companies[part], f"company {part}") for part in ("forms", "starts", "ends")
        )
    )


def children_prefixes() -> tuple[str, ...]:
    """The NIK prefixes that invented children carry; no invented adult has them."""
    digits = _CHILDREN_DISTRICT.replace(".", "")
    return tuple(f"{digits}{number:02d}" for number in range(1, _SUBDISTRICT_NUMBERS + 1))


def load_words() -> dict[str, Any]:
    """The syllable lists that come with the library."""
    text = (resources.files("coverage_lib.demo") / "words.yml").read_text(encoding="utf-8")
    words: dict[str, Any] = read_yaml(text)
    return words


def weighted_choice(draw: str, shares: dict[str, float]) -> str:
    """An SQL expression: a name by its percent, '' for what is left of a hundred.

    `draw` is an SQL expression between 0 and 1.
    """
    cases = []
    reached = 0.0
    for name, percent in shares.items():
        reached += percent
        cases.append(f"WHEN {draw} < {reached / 100} THEN '{name}'")
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"


def _compound(parts: dict[str, list[str]], tag: str) -> str:
    return f"({_pick(parts['starts'], tag + ' start')} || {_pick(parts['ends'], tag + ' end')})"


def _pick(words: list[str], tag: str) -> str:
    return f"{_sql_list(words)}[1 + draw(id, '{tag}') % {len(words)}]"


def _sql_list(words: list[str] | tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"
