"""Months and dates: what is a month, what lies between two days, where a year earlier is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.errors import UsageError
from coverage_lib.periods import (
    Month,
    day_after_months,
    month_ends_between,
    month_of,
    months_between,
    same_day_a_year_earlier,
)

months = st.builds(Month, st.integers(2014, 2099), st.integers(1, 12))
days = st.dates(date(2014, 1, 1), date(2099, 12, 31))


@given(months)
def test_a_month_is_read_back_as_it_is_written(month):
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    ["2025-6", "2025-13", "2025-00", "2013-12", "2100-01", "06-2025", "2025/06", "2025-06-01",
     "202506", " 2025-06", "2025-06\n", "juni 2025", "", "٢٠٢٥-٠٦"],
)  # fmt: skip
def test_anything_else_is_an_error_that_shows_the_form(text):
    with pytest.raises(UsageError, match="YYYY-MM") as error:
        Month.parse(text)
    assert "\n" not in str(error.value)


@given(months, st.integers(-500, 500))
def test_going_and_coming_back(month, distance):
    later = month.plus(distance)
    assert later.plus(-distance) == month
    assert month.months_until(later) == distance
    assert (month < later) == (distance > 0)


@given(months)
def test_a_month_ends_the_day_before_the_next_begins(month):
    assert month.last_day + timedelta(days=1) == month.plus(1).first_day
    assert month_of(month.first_day) == month_of(month.last_day) == month


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2025, 6, 1), date(2025, 12, 31), 7),
        (date(2025, 6, 1), date(2025, 12, 30), 6),
        (date(2025, 6, 30), date(2025, 12, 31), 6),  # the end of June itself has passed
        (date(2025, 6, 29), date(2025, 6, 30), 1),
        (date(2025, 12, 31), date(2025, 12, 31), 0),
        (date(2026, 1, 1), date(2025, 12, 31), 0),
        (date(2024, 2, 28), date(2024, 2, 29), 1),
        (date(2023, 12, 31), date(2024, 12, 31), 12),
    ],
)
def test_month_ends_that_lie_ahead(start, end, count):
    assert month_ends_between(start, end) == count


@given(days, st.integers(0, 1200))
def test_month_ends_are_the_days_before_a_first(start, length):
    end = start + timedelta(days=length)
    ahead = (start + timedelta(days=step) for step in range(1, length + 1))
    assert month_ends_between(start, end) == sum(
        (day + timedelta(days=1)).day == 1 for day in ahead
    )


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2025, 6, 17), date(2024, 6, 17)),
    ],
)
def test_the_same_day_a_year_earlier(day, earlier):
    assert same_day_a_year_earlier(day) == earlier


@given(days, st.integers(0, 4000))
def test_the_months_between_two_days_lead_from_the_one_to_the_other(day, distance):
    later = day + timedelta(days=distance)
    assert day_after_months(day, months_between(day, later)) == later
    assert months_between(later, day) == -months_between(day, later)


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (0, date(2025, 6, 1)),
        (0.001, date(2025, 6, 2)),  # part of a day counts as the day on which it is over
        (1, date(2025, 7, 2)),  # 30.4375 days
        (48, date(2029, 6, 1)),  # 1,461 days: four years with their leap day
    ],
)
def test_the_day_on_which_so_many_mean_months_have_passed(months, day):
    assert day_after_months(date(2025, 6, 1), months) == day
