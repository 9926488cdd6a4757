"""Rules of law: dated values with their reference, and an error outside the known dates."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from coverage_lib.errors import ReferenceDataError
from coverage_lib.reference import rules


@pytest.mark.parametrize(
    ("rule", "day", "value"),
    [
        ("contribution_due_day", "2020-08-31", 15),
        ("contribution_due_day", "2020-09-01", 30),
        ("contribution_due_day", "2021-02-28", 30),
        ("contribution_due_day", "2021-03-01", 15),
        ("contribution_due_day", "2025-06-01", 15),
        ("bpu_lapse_unpaid_months", "2025-06-01", 3),
        ("coverage_target_due", "2025-06-01", "12-31"),
        ("scholarship_maximum_children", "2025-06-01", 2),
        (
            "scholarship_maximum_years",
            "2025-06-01",
            {"TK": 2, "SD": 6, "SMP": 3, "SMA": 3, "PT": 5},
        ),
    ],
)
def test_what_the_law_says_on_a_day(rule: str, day: str, value: object):
    assert rules.at(rule, date.fromisoformat(day)).value == value


@pytest.mark.parametrize("name", rules.rule_names())
def test_values_do_not_overlap_and_say_where_they_come_from(name: str):
    """Years of which nobody knows the value stay open: asking for them is an error, not a guess."""
    values = rules.load_rule(name).values
    for earlier, later in pairwise(values):
        assert earlier.valid_to is not None
        between = earlier.valid_to + timedelta(days=1)
        assert between <= later.valid_from
        if between < later.valid_from:
            with pytest.raises(ReferenceDataError, match=name):
                rules.at(name, between)
    for value in values:
        assert value.reference
        assert value.status in {"enacted", "assumed"}
        assert value.verification


@pytest.mark.parametrize("name", rules.rule_names())
def test_before_its_first_day_a_rule_is_an_error_that_names_its_file(name: str):
    first = rules.load_rule(name).values[0].valid_from
    with pytest.raises(ReferenceDataError, match=rf"rules/{name}\.yml has no value for"):
        rules.at(name, first - timedelta(days=1))


def test_an_unknown_rule_names_the_ones_there_are():
    with pytest.raises(ReferenceDataError, match="bpu_lapse_unpaid_months"):
        rules.at("bpu_lapse", date(2025, 6, 1))
