"""Rules of law as dated data: one quantity a file, one value a date, its reference inside.

    rules.at("bpu_lapse_unpaid_months", day).value

Asking for a day that no value covers raises and names the file; a rule is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from coverage_lib.errors import ReferenceDataError


@dataclass(frozen=True)
class RuleValue:
    """What a rule says from one date to another (inclusive; None is open).

    `status` is `enacted` or `assumed`; `verification` tells how far the value was checked
    (`secondary` a secondary source, `recalled` general knowledge).
    """

    value: Any
    valid_from: date
    valid_to: date | None
    reference: str
    status: str
    verification: str


@dataclass(frozen=True)
class Rule:
    """One quantity of the law over time."""

    name: str
    title: Mapping[str, str]
    unit: str
    values: tuple[RuleValue, ...]

    def at(self, day: date) -> RuleValue:
        """The value on a day. Raises ReferenceDataError outside the known dates."""
        for value in self.values:
            if value.valid_from <= day and (value.valid_to is None or day <= value.valid_to):
                return value
        raise ReferenceDataError(
            f"rules/{self.name}.yml has no value for {day}: it begins on "
            f"{self.values[0].valid_from}; add the value with its reference there."
        )


def at(name: str, day: date) -> RuleValue:
    return load_rule(name).at(day)


def rule_names() -> tuple[str, ...]:
    folder = resources.files("coverage_lib.reference") / "data" / "rules"
    return tuple(
        sorted(
            entry.name.removesuffix(".yml")
            for entry in folder.iterdir()
            if entry.name.endswith(".yml")
        )
    )


@cache
def load_rule(name: str) -> Rule:
    """Read a rule. Raises ReferenceDataError where there is none of the name."""
    path = resources.files("coverage_lib.reference") / "data" / "rules" / f"{name}.yml"
    if not path.is_file():
        raise ReferenceDataError(
            f"there is no rules/{name}.yml: {', '.join(rule_names())} are there."
        )
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rule(
        name=name,
        title=entry["title"],
        unit=entry["unit"],
        values=tuple(
            RuleValue(
                value=value["value"],
                valid_from=value["from"],
                valid_to=value.get("to"),
                reference=value["reference"],
                status=value["status"],
                verification=value["verification"],
            )
            for value in entry["values"]
        ),
    )
