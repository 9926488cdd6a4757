"""The look at a month before its briefings: what stops it, what is only told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from extracts import csv_bytes, member, profile_of, pull_project, register_project

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.published.reconciliation import COLUMNS
from coverage_lib.intake.pull_account import PullAccount, TableAccount
from coverage_lib.release.gate import (
    SHOWN_PAIRS,
    Finding,
    PulledMonth,
    Rule,
    check_month,
    gate_rules,
    stop_at,
)

NO_PAIRS = pd.DataFrame(columns=list(COLUMNS))


def account(*tables: tuple[str, int, int, int, int]) -> PullAccount:
    """An account of tables: received, accepted, rejected, duplicates."""
    entries = tuple(TableAccount(*table, ()) for table in tables)
    return PullAccount("demo", "2025-06", "0" * 16, "", entries, ())


def found(pulled: PullAccount, rule: str, pairs: pd.DataFrame = NO_PAIRS) -> list[tuple[str, str]]:
    profile = profile_of(("participants", "a"), ("claims", "b"), ("zone_summary", "c"))
    rules = [one for one in gate_rules() if one.name == rule]
    assert rules
    return [
        (one.action, one.text) for one in check_month(PulledMonth(pulled, profile, pairs), rules)
    ]


def test_a_table_that_the_profile_names_and_nothing_came_of_stops() -> None:
    """Only tables of the list count, and only those that the profile has a source for."""
    told = found(account(("participants", 5, 5, 0, 0), ("claims", 3, 0, 3, 0)), "required_tables")
    assert told == [("stop", "claims has no row")]


@pytest.mark.parametrize(
    ("table", "stops"),
    [
        (("claims", 10, 7, 2, 1), False),
        (("claims", 10, 7, 2, 0), True),
        (("claims", 10, 7, 3, 1), True),
        (("claims", 0, 0, 0, 0), False),
    ],
)
def test_every_row_that_came_has_become_something(table: Any, stops: bool) -> None:
    assert bool(found(account(table), "account_adds_up")) == stops


@pytest.mark.parametrize(
    ("accepted", "rejected", "duplicates", "actions"),
    [
        (95, 5, 0, []),
        (94, 6, 0, ["tell"]),
        (50, 50, 0, ["tell"]),
        (49, 51, 0, ["stop"]),
        (10, 0, 90, []),  # a row that came twice is no fault of its values
    ],
)
def test_the_share_of_rows_that_could_be_used(
    accepted: int, rejected: int, duplicates: int, actions: list[str]
) -> None:
    """What stops the month is not told a second time."""
    table = ("claims", accepted + rejected + duplicates, accepted, rejected, duplicates)
    assert [action for action, _ in found(account(table), "accepted_share")] == actions


def pair(finding: str, **more: object) -> Mapping[str, object]:
    row = dict.fromkeys(COLUMNS, None) | {
        "published_name": "participants_active", "region_code": "19", "as_of": "2025-06-01",
        "published_value": 1000.0, "computed_value": 1100.0, "finding": finding,
    }  # fmt: skip
    return row | more


def test_published_figures_that_differ_are_told_and_never_stop() -> None:
    pairs = pd.DataFrame([pair("agrees"), pair("differs"), pair("scope_differs")])
    assert found(account(), "reconciliation", pairs) == [
        ("tell", "participants_active of 19 on 2025-06-01: published 1,000, computed 1,100")
    ]
    parts = pd.DataFrame([pair("differs", computed_value=None, value_from_parts=990.0)])
    assert found(account(), "reconciliation", parts)[0][1].endswith("its own parts give 990")
    names = [pair("differs", published_name=f"figure {n}") for n in range(SHOWN_PAIRS + 2)]
    many = found(account(), "reconciliation", pd.DataFrame(names))
    assert len(many) == SHOWN_PAIRS + 1
    assert many[-1][1].startswith("2 more")


def test_a_real_pull_passes(tmp_path: Path) -> None:
    register_project(tmp_path, {"a.csv": csv_bytes([member(1), member(2)])})
    settings, stored, _ = pull_project(tmp_path)
    month = PulledMonth(stored.account, settings.profile("demo"), NO_PAIRS)
    assert check_month(month, gate_rules()) == []


def test_what_stops_is_one_line_with_an_exit_code() -> None:
    told = Finding("reconciliation", "tell", "a figure differs")
    stop_at([told])
    stops = [Finding("required_tables", "stop", f"{name} has no row") for name in ("a", "b")]
    with pytest.raises(MeasureError, match=r"a has no row; b has no row\. Correct") as caught:
        stop_at([told, *stops])
    assert caught.value.exit_code == 7
    assert "differs" not in str(caught.value)


def test_every_rule_of_the_file_is_known() -> None:
    assert {"stop", "tell"} == {rule.action for rule in gate_rules()}
    assert all(isinstance(rule, Rule) for rule in gate_rules())
