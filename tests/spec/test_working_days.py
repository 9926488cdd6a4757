"""Working days: Monday to Friday without public holidays, in the years that are known."""

from datetime import date, timedelta

import pytest

from coverage_lib.errors import ReferenceDataError
from coverage_lib.reference.working_days import (
    KINDS,
    WorkingCalendar,
    load_calendar,
    load_free_days,
)


@pytest.mark.parametrize(
    ("submitted", "paid", "taken"),
    [
        ("2025-02-03", "2025-02-03", 0),  # the same Monday
        ("2025-02-03", "2025-02-04", 1),
        ("2025-02-03", "2025-02-10", 5),  # over a weekend
        ("2025-02-07", "2025-02-10", 1),  # Friday to Monday
        ("2025-02-07", "2025-02-08", 0),  # Friday to Saturday
        ("2025-02-08", "2025-02-10", 1),  # what comes on a Saturday waits for Monday
        ("2025-02-10", "2025-02-07", -1),  # two dates that contradict each other
        ("2024-12-31", "2025-01-02", 1),  # New Year's Day between
        (
            "2025-05-28",
            "2025-05-30",
            1,
        ),  # Ascension Day between; the joint leave after it is worked
        ("2025-06-05", "2025-06-09", 1),  # Eid al-Adha on the Friday
        ("2025-03-28", "2025-04-02", 1),  # weekend and two days of Eid al-Fitr
        ("2024-02-13", "2024-02-15", 1),  # the general election
        ("2024-11-26", "2024-11-28", 1),  # the regional elections
        ("2023-12-22", "2023-12-26", 1),  # Christmas on the Monday
        ("2026-05-26", "2026-05-29", 2),  # Eid al-Adha on the Wednesday
    ],
)
def test_working_days_between(submitted: str, paid: str, taken: int):
    calendar = load_calendar()
    days = date.fromisoformat(submitted), date.fromisoformat(paid)
    assert calendar.working_days_between(*days) == taken


@pytest.mark.parametrize(
    ("year", "holidays", "voting_days", "joint_leave"),
    [(2023, 16, 0, 11), (2024, 17, 2, 10), (2025, 17, 0, 11), (2026, 17, 0, 8)],
)
def test_each_year_has_as_many_days_as_its_decree_names(
    year: int, holidays: int, voting_days: int, joint_leave: int
):
    of_year = [free.kind for free in load_free_days() if free.day.year == year]
    wanted = (holidays, voting_days, joint_leave)
    assert tuple(of_year.count(kind) for kind in KINDS) == wanted
    assert len(of_year) == sum(wanted)


def test_every_day_is_there_once_in_order_and_says_where_it_comes_from():
    days = [free.day for free in load_free_days()]
    assert days == sorted(set(days))
    for free in load_free_days():
        assert free.reference
        assert free.status in {"enacted", "assumed"}
        assert free.verification in {"law_text", "secondary", "recalled"}
        assert set(free.title) == {"id", "en"}


def test_days_that_fall_on_the_same_date_every_year():
    free = {entry.day for entry in load_free_days()}
    for year in range(2023, 2027):
        assert {date(year, 1, 1), date(year, 5, 1), date(year, 6, 1), date(year, 8, 17), date(year, 12, 25)} <= free  # fmt: skip


def test_joint_leave_is_worked_and_a_holiday_is_not():
    calendar = load_calendar()
    for free in load_free_days():
        is_worked = free.kind == "joint_leave" and free.day.weekday() < 5
        assert calendar.is_working_day(free.day) is is_worked, free


@pytest.mark.parametrize("day", ["2022-12-31", "2027-01-01"])
def test_outside_the_known_years_is_an_error_that_names_the_file(day: str):
    calendar, unknown = load_calendar(), date.fromisoformat(day)
    said = rf"holidays\.yml does not know the holidays of {day}: it has 2023 to 2026"
    for ask in (
        lambda: calendar.is_working_day(unknown),
        lambda: calendar.require(unknown),
        lambda: calendar.working_days_between(unknown, date(2025, 1, 2)),
        lambda: calendar.working_days_between(date(2025, 1, 2), unknown),
    ):
        with pytest.raises(ReferenceDataError, match=said):
            ask()


def test_days_are_numbered_as_they_are_counted():
    first, last = date(2031, 1, 1), date(2031, 1, 31)
    calendar = WorkingCalendar(first, last, frozenset({date(2031, 1, 1), date(2031, 1, 23)}))
    worked = 0
    for day, number in calendar.numbered_days():
        worked += day.weekday() < 5 and day not in calendar.free
        assert number == worked
        assert calendar.is_working_day(day) is (day.weekday() < 5 and day not in calendar.free)
        assert calendar.working_days_between(first, day) == number
    assert calendar.numbered_days()[-1][0] == last
    assert len(calendar.numbered_days()) == (last - first + timedelta(days=1)).days
