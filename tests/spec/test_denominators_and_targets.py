"""Denominators and targets are versioned data: what is not known for a date is named, never guessed,
and figures of different versions or scopes are never compared without saying so.
"""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.participation.change import coverage_change_rows
from coverage_lib.indicators.participation.coverage import Stock, coverage_rows
from coverage_lib.indicators.participation.denominators import eligible_on, targets_of
from coverage_lib.indicators.trajectory.pace import target_and_gap_rows

ELIGIBLE = """
    vintage | valid_from | valid_to   | region_code | segment | eligible_workers | source
    2024    | 2024-02-01 | 2025-02-28 | 19.01       | PU      | 600              | BPS 2024
    2024    | 2024-02-01 | 2025-02-28 | 19.71       | PU      | 400              | BPS 2024
    2025    | 2025-03-01 |            | 19.01       | PU      | 750              | BPS 2025
    2025    | 2025-03-01 |            | 19.71       | PU      | 500              | BPS 2025
    """


def table(text: str) -> pd.DataFrame:
    return to_engine(read_text(text)).execute()


def measured(day: str, persons: int) -> pd.DataFrame:
    """Coverage of 19 with all its participants in 19.71, on the denominators of the day."""
    as_of = date.fromisoformat(day)
    eligible = eligible_on(table(ELIGIBLE), as_of, required=True)
    active = pd.DataFrame(
        {"region_code": ["19", "19.71"], "segment": ["PU", "PU"], "persons": [persons, persons]}
    )
    return coverage_rows(Stock(day[:7], as_of, active, eligible), "1")


@pytest.mark.parametrize(
    ("day", "workers", "vintage", "source"),
    [
        ("2024-02-01", 1000, "2024", "BPS 2024"),
        ("2025-02-28", 1000, "2024", "BPS 2024"),
        ("2025-03-01", 1250, "2025", "BPS 2025"),
        ("2031-01-01", 1250, "2025", "BPS 2025"),
    ],
)
def test_the_denominator_of_a_day_carries_its_source_and_vintage(day, workers, vintage, source):
    found = figure(measured(day, 200), "coverage", scope="excl_jakon")
    assert (found["denominator"], found["denominator_vintage"]) == (workers, vintage)
    assert found["denominator_source"] == source


def test_a_day_without_denominator_is_an_error_that_names_it():
    with pytest.raises(ReferenceDataError, match=r"eligible_workers has no entry for 2024-01-31"):
        eligible_on(table(ELIGIBLE), date(2024, 1, 31), required=True)


def test_a_gap_between_two_vintages_is_an_error():
    text = ELIGIBLE.replace("2025-02-28", "2025-01-31")
    with pytest.raises(ReferenceDataError, match="no entry for 2025-02-15"):
        eligible_on(table(text), date(2025, 2, 15), required=True)


def test_a_new_vintage_shows_as_denominator_effect_and_not_as_loss_of_participants():
    """20 % of 1,000 became 16 % of 1,250, and not one participant left."""
    rows = coverage_change_rows(measured("2025-02-28", 200), measured("2025-03-31", 200), "1", "1")
    assert figures(rows, "coverage_change", scope="excl_jakon") == {
        "1:total": -4, "1:participants": 0, "1:denominator": -4, "1:scope": 0, "1:unknown": 0,
    }  # fmt: skip


TARGETS = """
    year | region_code | target_pct | scope      | authority
    2025 | 19          | 60         | excl_jakon | Governor
    2025 | 19          | 70         | incl_jakon | Ministry
    """


def gap_rows(text: str) -> pd.DataFrame:
    as_of = date(2025, 6, 1)
    return target_and_gap_rows(
        measured("2025-06-01", 200), targets_of(table(text), 2025), "2025-06", as_of, "1"
    )


def test_a_gap_is_to_the_target_of_its_own_scope():
    found = figure(gap_rows(TARGETS), "gap_to_target")
    assert (found["value"], found["scope"]) == (0.6 * 1250 - 200, "excl_jakon")
    assert found["denominator_vintage"] == "2025"


def test_a_target_of_another_scope_is_never_used():
    rows = gap_rows(TARGETS.replace("excl_jakon", "incl_jakon").replace("60", "65"))
    for name in ("coverage_target", "gap_to_target", "required_monthly_pace"):
        found = figure(rows, name, category="2025" if name == "coverage_target" else "total")
        assert found["status"] == "not_available", name


def test_a_target_carries_its_authority():
    found = figure(gap_rows(TARGETS), "coverage_target", category="2025")
    assert found["denominator_source"] == "Governor"


def test_a_year_without_target_is_an_error_that_names_it():
    with pytest.raises(ReferenceDataError, match="coverage_targets has no entry for 2026"):
        targets_of(table(TARGETS), 2026)
