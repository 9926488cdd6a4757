"""Working days of Indonesia: Monday to Friday without public holidays, from dated data.

    load_calendar().working_days_between(submitted, paid)

The holidays are `data/holidays.yml`, each year with the decree that set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from importlib import resources
from typing import Any

from coverage_lib.errors import ReferenceDataError
from coverage_lib.yaml_reading import read_yaml

FILE_NAME = "holidays.yml"
KINDS = ("national_holiday", "voting_day", "joint_leave")
_SATURDAY = 5


@dataclass(frozen=True)
class FreeDay:
    """A day that a decree declares free; `kind` is one of KINDS, `title` by language."""

    day: date
    kind: str
    title: Mapping[str, str]
    reference: str
    status: str
    verification: str


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked from `first` to `last`, both included.

    Weekends and `free` days are not. Every question about a day outside raises
    ReferenceDataError that names the file to complete.
    """

    first: date
    last: date
    free: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return self._number_of(day) > self._number_before(day)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; negative where `end` is earlier.

        0 on the same day, and where nothing but free days lies between: what is submitted
        on a Friday and paid on the Monday after took one working day.
        """
        return self._number_of(end) - self._number_of(start)

    def numbered_days(self) -> list[tuple[date, int]]:
        """Every day with the number of working days from `first` up to and including it.

        The difference of two such numbers is what `working_days_between` gives; engines
        join this list instead of counting.
        """
        return list(self._numbers.items())

    def require(self, day: date) -> None:
        """Raise ReferenceDataError unless the calendar knows the day."""
        self._number_of(day)

    @cached_property
    def _numbers(self) -> dict[date, int]:
        numbers, number, day = {}, 0, self.first
        while day <= self.last:
            number += int(day.weekday() < _SATURDAY and day not in self.free)
            numbers[day] = number
            day += timedelta(days=1)
        return numbers

    def _number_of(self, day: date) -> int:
        try:
            return self._numbers[day]
        except KeyError:
            raise ReferenceDataError(
                f"{FILE_NAME} does not know the holidays of {day}: it has {self.first.year} to "
                f"{self.last.year}; add the days of {day.year} with their decree there, or correct "
                "the date in the source."
            ) from None

    def _number_before(self, day: date) -> int:
        return 0 if day == self.first else self._number_of(day - timedelta(days=1))


@cache
def load_free_days() -> tuple[FreeDay, ...]:
    """All days of the file, in its order."""
    return tuple(
        FreeDay(
            day=entry["date"],
            kind=entry["kind"],
            title=entry["title"],
            reference=entry.get("reference", year["reference"]),
            status=entry.get("status", year["status"]),
            verification=entry.get("verification", year["verification"]),
        )
        for year in _document()["years"]
        for entry in year["days"]
    )


@cache
def load_calendar() -> WorkingCalendar:
    """The calendar of all years in the file.

    Whether joint leave (cuti bersama) is worked stands in the file: it is part of the annual
    leave, not a public holiday. Raises ReferenceDataError where a year between is missing.
    """
    document = _document()
    worked = bool(document["joint_leave"]["counts_as_working_day"])
    years = sorted(entry["year"] for entry in document["years"])
    if years != list(range(years[0], years[-1] + 1)):
        raise ReferenceDataError(
            f"{FILE_NAME} leaves out a year between {years[0]} and {years[-1]}; add its days there."
        )
    free = (entry for entry in load_free_days() if not (worked and entry.kind == "joint_leave"))
    return WorkingCalendar(
        date(years[0], 1, 1), date(years[-1], 12, 31), frozenset(entry.day for entry in free)
    )


@cache
def _document() -> Mapping[str, Any]:
    path = resources.files("coverage_lib.reference") / "data" / FILE_NAME
    document: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return document
