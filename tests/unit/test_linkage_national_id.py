"""What two national ids have to do with one another."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.linkage.national_id import (
    birth_date_sql,
    relation_sql,
    slip_in_serial_sql,
    written_digits_sql,
)

WHOLE = "1901014102850012"

RELATIONS = [
    (WHOLE, "equal"),
    (None, "unknown"),
    ("1901014102850017", "one_slip"),
    ("1901014102850010", "one_slip"),  # a spreadsheet made the last digit 0
    ("1901041102850012", "one_slip"),  # neighbours exchanged
    ("190101410285012", "one_slip"),  # one left out
    ("19010141028500122", "one_slip"),  # one too many
    ("190101", "begins"),  # 1,90101E+15
    ("190102", "differs"),
    ("1901014102850000", "begins"),  # a serial that is gone
    ("1901013112850012", "two_slips"),
    ("1901014102850045", "differs"),  # two digits of the serial: other people's
    ("1901014302860012", "two_slips"),
    ("1902024302860012", "differs"),
    ("1971052309900001", "differs"),
]
DIGITS = [
    ("1901014102850012", WHOLE),
    ("'1901014102850012", WHOLE),
    (" 1901 0141 0285 0012 ", WHOLE),
    ("NIK: 1901014102850012", WHOLE),
    ("1901014102850012.0", WHOLE),
    ("1,90101E+15", "190101"),
    ("1.90101410285E+15", "190101410285"),
    ("1,9E+15", None),
    ("-", None),
    ("", None),
    (None, None),
]
BIRTHS = [
    ("1901014102850012", "1985-02-01"),
    ("1901010102850012", "1985-02-01"),
    ("1901010102050012", "2005-02-01"),
    ("1901013113850012", None),
    ("190101310285001", None),
    (None, None),
]


def asked(query: str, *values: object) -> object:
    with duckdb.connect() as connection:
        return connection.execute(query, list(values)).fetchall()[0][0]


def relation(written: str | None, whole: str = WHOLE) -> object:
    query = f"SELECT {relation_sql('a', 'b')} FROM (SELECT ?::VARCHAR AS a, ?::VARCHAR AS b)"
    return asked(query, written, whole)


@pytest.mark.parametrize(("written", "expected"), RELATIONS)
def test_what_a_number_as_written_has_to_do_with_a_whole_one(written, expected):
    assert relation(written) == expected


@pytest.mark.parametrize(("text", "expected"), DIGITS)
def test_the_digits_that_are_left(text, expected):
    assert (
        asked(f"SELECT {written_digits_sql('a')} FROM (SELECT ?::VARCHAR AS a)", text) == expected
    )


@pytest.mark.parametrize(("digits", "expected"), BIRTHS)
def test_the_birth_date_within(digits, expected):
    day = asked(f"SELECT {birth_date_sql('a')} FROM (SELECT ?::VARCHAR AS a)", digits)
    assert (day and str(day)) == expected


def test_twins_differ_in_the_serial_alone():
    query = f"SELECT {slip_in_serial_sql('a', 'b')} FROM (SELECT ?::VARCHAR AS a, ?::VARCHAR AS b)"
    assert asked(query, "1901014102850001", "1901014102850002") is True
    assert asked(query, "1901014102850001", "1901014102860001") is False


digits = st.text(alphabet="0123456789", min_size=16, max_size=16)


@settings(max_examples=60, deadline=None)
@given(digits, st.integers(0, 15), st.sampled_from("0123456789"))
def test_one_digit_mistyped_is_never_another_person_for_sure(whole, place, digit):
    written = whole[:place] + digit + whole[place + 1 :]
    assert relation(written, whole) in ("equal", "one_slip")


@settings(max_examples=60, deadline=None)
@given(digits, digits)
def test_both_ways_round_the_relation_is_the_same_for_whole_numbers(one, other):
    serials = {one[12:], other[12:]}
    if "0000" not in serials:
        assert relation(one, other) == relation(other, one)
