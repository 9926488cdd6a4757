"""What claim archives call a benefit, as one code each, from `data/benefit_types.yml`.

Benefit types are free text in claim archives. A text that the file does not know is `other`
and a blank one `unknown`: both are counted, neither is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from coverage_lib.errors import ReferenceDataError
from coverage_lib.yaml_reading import read_yaml

FILE_NAME: Final = "benefit_types.yml"
OTHER: Final = "other"
UNKNOWN: Final = "unknown"
#: What does not matter in a spelling, once it is in lower case; engines and Python alike.
IGNORED_IN_SPELLINGS: Final = "[^a-z0-9]+"


@dataclass(frozen=True)
class BenefitType:
    """`counted_as` is the code that it is counted under, its own unless the file says otherwise."""

    code: str
    title: Mapping[str, str]
    counted_as: str
    spellings: tuple[str, ...]


def bare_spelling(text: str) -> str:
    """The letters and digits of a text in lower case: `Santunan-Kematian` is `santunankematian`."""
    return re.sub(IGNORED_IN_SPELLINGS, "", text.lower())


def benefit_type_code(text: str | None) -> str:
    """The code of a free text; `unknown` where there is none, `other` where the file has no such text."""
    spelling = bare_spelling(text or "")
    return codes_by_spelling().get(spelling, OTHER) if spelling else UNKNOWN


@cache
def codes_by_spelling() -> Mapping[str, str]:
    """Bare spelling -> code, each spelling once."""
    return {
        spelling: code
        for code, benefit_type in load_benefit_types().items()
        for spelling in benefit_type.spellings
    }


@cache
def counted_codes() -> tuple[str, ...]:
    """The codes that benefits are counted under, in the order of the file, `other` and `unknown` last."""
    counted = dict.fromkeys(entry.counted_as for entry in load_benefit_types().values())
    return (*counted, OTHER, UNKNOWN)


@cache
def load_benefit_types() -> Mapping[str, BenefitType]:
    """All types by code. Raises ReferenceDataError where the file contradicts itself."""
    path = resources.files("coverage_lib.reference") / "data" / FILE_NAME
    return read_benefit_types(path.read_text(encoding="utf-8"))


def read_benefit_types(text: str) -> Mapping[str, BenefitType]:
    """The types of a file's text. Raises ReferenceDataError that says what to correct."""
    types = {
        code: BenefitType(
            code=code,
            title=entry["title"],
            counted_as=entry.get("counted_as", code),
            spellings=tuple(bare_spelling(word) for word in (code, *entry.get("also", ()))),
        )
        for code, entry in read_yaml(text)["types"].items()
    }
    owner: dict[str, str] = {}
    for code, benefit_type in types.items():
        if code in {OTHER, UNKNOWN}:
            raise ReferenceDataError(f"{FILE_NAME}: {code} is what no entry has; rename the entry.")
        if benefit_type.counted_as not in types:
            raise ReferenceDataError(
                f"{FILE_NAME}, {code}: counted_as names {benefit_type.counted_as}, which is not a "
                "type; add it, or name one that is there."
            )
        for spelling in benefit_type.spellings:
            if owner.setdefault(spelling, code) != code:
                raise ReferenceDataError(
                    f"{FILE_NAME}: {code} and {owner[spelling]} both have the spelling {spelling!r}; "
                    "leave it with one."
                )
    return types
