"""Months and dates, without a clock: today is never read here."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

from coverage_lib.errors import UsageError

_MONTH_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})")
#: The mean month of the calendar; cut-off dates lie on any day, so distances are counted in it.
MEAN_MONTH_DAYS = 30.4375


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, ordered by time; the reporting period of a briefing.

    `str(Month(2025, 6))` is `"2025-06"`, the only spelling that `Month.parse` accepts.
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`. Raises UsageError for anything else, years before 2014 included.

        BPJS Ketenagakerjaan began its programmes in 2014 (UU 24/2011), so an earlier
        year is a slip of the keyboard.
        """
        match = _MONTH_PATTERN.fullmatch(text)
        if match is None or not 1 <= int(match[2]) <= 12 or not 2014 <= int(match[1]) <= 2099:
            raise UsageError(
                f"period {text!r} is not a month: YYYY-MM between 2014-01 and 2099-12 was "
                "expected, for example 2025-06."
            )
        return cls(int(match[1]), int(match[2]))

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> Month:
        """The month that lies `months` later, or earlier where negative."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def months_until(self, later: Month) -> int:
        return (later.year - self.year) * 12 + later.number - self.number

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def month_ends_between(start: date, end: date) -> int:
    """How many month ends lie after `start` and not after `end`; 0 where `end` is not later.

    From 1 June to 31 December there are seven: the months in which a pace can be kept.
    """
    if end <= start:
        return 0
    months = month_of(start).months_until(month_of(end))
    start_has_passed = start == month_of(start).last_day
    end_has_come = end == month_of(end).last_day
    return months - int(start_has_passed) + int(end_has_come)


def months_between(start: date, end: date) -> float:
    """The distance of two days in mean months of 30.4375 days; negative where `end` is earlier."""
    return (end - start).days / MEAN_MONTH_DAYS


def day_after_months(start: date, months: float) -> date:
    """The first whole day on which so many mean months have passed; `start` itself after none."""
    return start + timedelta(days=math.ceil(round(months * MEAN_MONTH_DAYS, 6)))


def same_day_a_year_earlier(day: date) -> date:
    """The same date one year earlier; 29 February becomes 28 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
