"""Rules of law as dated data: one quantity a file, one value a date, its reference inside.

    rules.at("bpu_lapse_unpaid_months", day).value

Asking for a day that no value covers raises and names the file, whether the day lies before
the first value, after the last, or in a gap between two; a rule is never guessed.

A file holds `title` (id, en), `unit` (one of UNITS) and `values`, oldest first. Each value
holds `from`, `to` (left out where open), `value`, `reference`, `status`, `verification` and,
where there is more to say, `note`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from coverage_lib.errors import ReferenceDataError
from coverage_lib.yaml_reading import read_yaml

UNITS = frozenset(
    "children day_of_month hours idr idr_per_month month_and_day months percent percent_of_balance "
    "percent_of_base_income percent_of_contract_value percent_of_wage percent_per_day programmes "
    "working_days years years_of_age yes_or_no".split()
)
STATUSES = frozenset({"enacted", "assumed"})
VERIFICATIONS = frozenset({"law_text", "secondary", "recalled"})
_REQUIRED = frozenset({"from", "value", "reference", "status", "verification"})
_OPTIONAL = frozenset({"to", "note"})


@dataclass(frozen=True)
class RuleValue:
    """What a rule says from one date to another (inclusive; None is open).

    `value` cannot be changed: mappings are read-only, lists are tuples. `status` is `enacted`
    or `assumed`; `verification` tells how far the value was checked (`law_text` the law
    itself, `secondary` a secondary source, `recalled` general knowledge).
    """

    value: Any
    valid_from: date
    valid_to: date | None
    reference: str
    status: str
    verification: str
    note: str = ""

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Rule:
    """One quantity of the law over time; its values are in order and never overlap."""

    name: str
    title: Mapping[str, str]
    unit: str
    values: tuple[RuleValue, ...]

    def at(self, day: date) -> RuleValue:
        """The value on a day. Raises ReferenceDataError before, between and after the known dates."""
        for value in self.values:
            if value.covers(day):
                return value
        raise ReferenceDataError(
            f"rules/{self.name}.yml has no value for {day}: {self._what_is_known_around(day)}; "
            "add the value with its reference there."
        )

    def _what_is_known_around(self, day: date) -> str:
        first, last = self.values[0], self.values[-1]
        if day < first.valid_from:
            return f"it begins on {first.valid_from}"
        if last.valid_to is not None and last.valid_to < day:
            return f"it ends on {last.valid_to}"
        before = max(
            value.valid_to for value in self.values if value.valid_to and value.valid_from < day
        )
        after = min(value.valid_from for value in self.values if value.valid_from > day)
        return f"nothing is known between {before} and {after}"


def at(name: str, day: date) -> RuleValue:
    """What a rule says on a day. Raises ReferenceDataError where it says nothing."""
    return load_rule(name).at(day)


@cache
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
    """Read a rule. Raises ReferenceDataError where there is none of the name, or it is not valid."""
    path = resources.files("coverage_lib.reference") / "data" / "rules" / f"{name}.yml"
    if not path.is_file():
        raise ReferenceDataError(
            f"there is no rules/{name}.yml: {', '.join(rule_names())} are there."
        )
    return read_rule(name, path.read_text(encoding="utf-8"))


def read_rule(name: str, text: str) -> Rule:
    """A rule from the text of its file. Raises ReferenceDataError that says what to correct."""
    entry = read_yaml(text)
    try:
        rule = Rule(
            name=name,
            title=MappingProxyType(
                {language: entry["title"][language] for language in ("id", "en")}
            ),
            unit=entry["unit"],
            values=tuple(_read_value(name, value) for value in entry["values"]),
        )
    except (KeyError, TypeError) as error:
        raise ReferenceDataError(
            f"rules/{name}.yml: title (id, en), unit and values were expected; {error} is missing "
            "or has another shape."
        ) from error
    _check(rule)
    return rule


def _read_value(name: str, entry: Mapping[str, Any]) -> RuleValue:
    keys = frozenset(entry)
    if not _REQUIRED <= keys <= _REQUIRED | _OPTIONAL:
        raise ReferenceDataError(
            f"rules/{name}.yml: a value has {', '.join(sorted(keys))}; needed are "
            f"{', '.join(sorted(_REQUIRED))}, and {', '.join(sorted(_OPTIONAL))} may be added."
        )
    for key in ("from", "to"):
        if not isinstance(entry.get(key, date.min), date):
            raise ReferenceDataError(
                f"rules/{name}.yml: `{key}` is {entry[key]!r}; a day such as 2015-07-01 was expected, "
                "or no `to` where the value is open."
            )
    return RuleValue(
        value=_frozen(entry["value"]),
        valid_from=entry["from"],
        valid_to=entry.get("to"),
        reference=entry["reference"],
        status=entry["status"],
        verification=entry["verification"],
        note=entry.get("note", ""),
    )


def _check(rule: Rule) -> None:
    """Raises ReferenceDataError for what would make an answer ambiguous or unfounded."""
    problems = (
        [] if rule.unit in UNITS else [f"unit {rule.unit!r} is none of {', '.join(sorted(UNITS))}"]
    )
    problems += [] if rule.values else ["there is no value"]
    for value in rule.values:
        start = value.valid_from
        if value.valid_to is not None and value.valid_to < start:
            problems.append(f"the value from {start} ends before it begins, on {value.valid_to}")
        if not value.reference:
            problems.append(f"the value from {start} has no reference")
        if value.status not in STATUSES:
            problems.append(
                f"the value from {start} has status {value.status!r}, neither enacted nor assumed"
            )
        if value.verification not in VERIFICATIONS:
            problems.append(
                f"the value from {start} has verification {value.verification!r}, none of {', '.join(sorted(VERIFICATIONS))}"
            )
    for earlier, later in pairwise(rule.values):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            problems.append(
                f"the value from {earlier.valid_from} must end before the next begins, on "
                f"{later.valid_from}"
            )
    if problems:
        raise ReferenceDataError(f"rules/{rule.name}.yml: {'; '.join(problems)}.")


def _frozen(value: Any) -> Any:
    """The same value, so that no caller changes it for the next: dicts read-only, lists tuples."""
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(part) for key, part in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    return value
