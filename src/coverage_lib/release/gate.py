"""The look at a pulled month before its briefings are made: `gate.yml` says for what.

What counts as too little is data there, so that an office can see and change it in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import pandas as pd

from coverage_lib.config import Profile
from coverage_lib.errors import MeasureError
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.yaml_reading import read_yaml

Action = Literal["stop", "tell"]
SHOWN_PAIRS = 5


@dataclass(frozen=True)
class Rule:
    """One look. `limits` are its own: tables, a share, findings."""

    name: str
    action: Action
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a rule found, as one line without values of rows; `action` is what it leads to."""

    rule: str
    action: Action
    text: str


@dataclass(frozen=True)
class PulledMonth:
    """What is looked at: the account of the pull, its profile, and published beside computed figures."""

    account: PullAccount
    profile: Profile
    reconciliation: pd.DataFrame


@cache
def gate_rules() -> tuple[Rule, ...]:
    """The rules in their order. Raises ValueError for one that is not known: a mistake of ours."""
    text = (files("coverage_lib.release") / "gate.yml").read_text(encoding="utf-8")
    rules = []
    for entry in read_yaml(text):
        limits = {name: value for name, value in entry.items() if name not in ("rule", "action")}
        if entry["rule"] not in _LOOKS or entry["action"] not in ("stop", "tell"):
            raise ValueError(f"gate.yml: rule {entry['rule']} with {entry['action']} is not known")
        rules.append(Rule(entry["rule"], cast(Action, entry["action"]), limits))
    return tuple(rules)


def check_month(month: PulledMonth, rules: Sequence[Rule]) -> list[Finding]:
    """All findings, in the order of the rules; a table that stops the month is not told of as well."""
    found: list[Finding] = []
    for rule in rules:
        found += (
            Finding(rule.name, rule.action, text)
            for text in _LOOKS[rule.name](month, rule.limits)
            if not any(text == earlier.text for earlier in found)
        )
    return found


def stop_at(findings: Sequence[Finding]) -> None:
    """Raises MeasureError that names what stops the month, if anything does."""
    stops = [finding.text for finding in findings if finding.action == "stop"]
    if stops:
        raise MeasureError(
            f"the month is not fit for briefings: {'; '.join(stops)}. Correct the extracts and pull "
            "again; cakupan store show and cakupan quarantine list say more."
        )


def _required_tables(month: PulledMonth, limits: Mapping[str, Any]) -> Iterator[str]:
    there = {table.table for table in month.account.tables if table.accepted}
    for table in limits["tables"]:
        if month.profile.provides(table) and table not in there:
            yield f"{table} has no row"


def _account_adds_up(month: PulledMonth, _: Mapping[str, Any]) -> Iterator[str]:
    for table in month.account.tables:
        parts = table.accepted + table.rejected + table.duplicates
        if table.received != parts:
            yield (
                f"{table.table}: {table.received:,} rows were received, but accepted, rejected and "
                f"duplicates are {parts:,}"
            )


def _accepted_share(month: PulledMonth, limits: Mapping[str, Any]) -> Iterator[str]:
    for table in month.account.tables:
        came = table.received - table.duplicates
        if came and table.accepted < limits["at_least"] * came:
            yield f"{table.table}: only {table.accepted:,} of {came:,} rows were accepted"


def _expected_rows(month: PulledMonth, _: Mapping[str, Any]) -> Iterator[str]:
    for source in month.account.sources:
        if source.expected_rows not in (None, source.rows):
            yield f"{source.name}: {source.rows:,} rows came, its sender says {source.expected_rows:,}"


def _drift(month: PulledMonth, _: Mapping[str, Any]) -> Iterator[str]:
    yield from month.account.drift


def _reconciliation(month: PulledMonth, limits: Mapping[str, Any]) -> Iterator[str]:
    pairs = month.reconciliation
    if pairs.empty:
        return
    chosen = pairs[pairs["finding"].isin(limits["findings"])]
    for row in chosen.head(SHOWN_PAIRS).to_dict("records"):
        yield (
            f"{row['published_name']} of {row['region_code']} on {row['as_of']}: published "
            f"{row['published_value']:,.10g}, {_own(row)}"
        )
    if len(chosen) > SHOWN_PAIRS:
        yield f"{len(chosen) - SHOWN_PAIRS} more published figures differ; the quality notebook has all"


def _own(row: Mapping[Any, Any]) -> str:
    """What a published figure was set beside: the computed one, else its own published parts."""
    if not pd.isna(row["computed_value"]):
        return f"computed {row['computed_value']:,.10g}"
    return f"its own parts give {row['value_from_parts']:,.10g}"


_LOOKS: Mapping[str, Callable[[PulledMonth, Mapping[str, Any]], Iterator[str]]] = {
    "required_tables": _required_tables,
    "account_adds_up": _account_adds_up,
    "accepted_share": _accepted_share,
    "expected_rows": _expected_rows,
    "drift": _drift,
    "reconciliation": _reconciliation,
}
