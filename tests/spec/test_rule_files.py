"""Every rule file: in order, never two answers for a day, and founded on something."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from coverage_lib.errors import ReferenceDataError
from coverage_lib.reference import rules

EVERY_RULE = pytest.mark.parametrize("name", rules.rule_names())
ONE_DAY = timedelta(days=1)
# Where nothing is known between two values. Anything else must follow without a break.
GAPS = {
    "jp_pension_minimum_idr": [("2017-03-01", "2023-02-28")],
    "jp_pension_maximum_idr": [("2017-03-01", "2023-02-28")],
}


def gaps_of(name: str) -> list[tuple[str, str]]:
    return [
        ((earlier.valid_to + ONE_DAY).isoformat(), (later.valid_from - ONE_DAY).isoformat())
        for earlier, later in pairwise(rules.load_rule(name).values)
        if earlier.valid_to + ONE_DAY != later.valid_from
    ]


@EVERY_RULE
def test_values_are_sorted_and_do_not_overlap(name: str):
    values = rules.load_rule(name).values
    assert values
    for value in values:
        assert value.valid_to is None or value.valid_from <= value.valid_to
    for earlier, later in pairwise(values):
        assert earlier.valid_to is not None
        assert earlier.valid_to < later.valid_from


@EVERY_RULE
def test_every_value_has_a_reference_a_status_and_how_far_it_was_checked(name: str):
    rule = rules.load_rule(name)
    assert rule.unit in rules.UNITS
    assert rule.title["id"]
    assert rule.title["en"]
    for value in rule.values:
        assert value.reference.strip()
        assert value.status in {"enacted", "assumed"}
        assert value.verification in {"law_text", "secondary", "recalled"}


@EVERY_RULE
def test_what_is_not_known_between_two_values_is_listed_here(name: str):
    assert gaps_of(name) == GAPS.get(name, [])


@EVERY_RULE
def test_outside_its_days_a_rule_is_an_error_that_names_its_file(name: str):
    values = rules.load_rule(name).values
    outside = [values[0].valid_from - ONE_DAY, *map(date.fromisoformat, dict(GAPS.get(name, [])))]
    if values[-1].valid_to is not None:
        outside.append(values[-1].valid_to + ONE_DAY)
    for day in outside:
        with pytest.raises(ReferenceDataError, match=rf"rules/{name}\.yml has no value for {day}"):
            rules.at(name, day)


@EVERY_RULE
def test_on_the_first_and_last_day_of_a_value_it_holds(name: str):
    for value in rules.load_rule(name).values:
        assert rules.at(name, value.valid_from) is value
        if value.valid_to is not None:
            assert rules.at(name, value.valid_to) is value


def test_no_unit_is_known_that_no_rule_has():
    assert {rules.load_rule(name).unit for name in rules.rule_names()} == rules.UNITS


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2015-06-30", "it begins on 2015-07-01"),
        ("2020-01-01", "nothing is known between 2017-02-28 and 2023-03-01"),
        ("2027-03-01", "it ends on 2027-02-28"),
    ],
)
def test_the_error_says_what_is_known(day: str, said: str):
    with pytest.raises(ReferenceDataError, match=said):
        rules.at("jp_pension_minimum_idr", date.fromisoformat(day))


def test_no_caller_can_change_a_rule_for_the_next():
    levels = rules.at("scholarship_amount_per_year_idr", date(2025, 6, 1)).value
    with pytest.raises(TypeError):
        levels["TK"] = 0
    assert isinstance(rules.at("programmes", date(2025, 6, 1)).value, tuple)


GOOD = """
title: {id: Contoh, en: Example}
unit: idr
values:
  - {from: 2020-01-01, to: 2020-12-31, value: 1, reference: PP 1/2020, status: enacted, verification: secondary}
  - {from: 2021-01-01, value: 2, reference: PP 2/2021, status: enacted, verification: secondary}
"""


def test_a_file_in_order_is_read():
    assert rules.read_rule("example", GOOD).at(date(2021, 5, 1)).value == 2


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("to: 2020-12-31, ", "", "must end before the next begins"),
        ("to: 2020-12-31", "to: 2021-01-01", "must end before the next begins"),
        ("to: 2020-12-31", "to: 2019-12-31", "ends before it begins"),
        ("to: 2020-12-31", "to: 2020", "a day such as 2015-07-01 was expected"),
        ("unit: idr", "unit: dollars", "unit 'dollars' is none of"),
        ("PP 1/2020", "''", "has no reference"),
        ("status: enacted", "status: rumoured", "has status 'rumoured'"),
        ("verification: secondary", "verification: hoped", "has verification 'hoped'"),
        ("value: 1", "amount: 1", "a value has amount, "),
        ("en: Example", "fr: Exemple", "title"),
        ("values:", "figures:", "'values' is missing"),
    ],
)
def test_a_mistake_in_a_file_is_named(there: str, instead: str, said: str):
    assert there in GOOD
    with pytest.raises(ReferenceDataError, match=rf"^rules/example\.yml.*{said}"):
        rules.read_rule("example", GOOD.replace(there, instead, 1))
