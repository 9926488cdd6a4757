"""What measures are computed from, and which days and months the extracts of a store belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import Regions, is_unknown

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Inputs:
    """What measures are computed from.

    `tables` are the store's tables by name, absent ones left out. `linked_roster` is the
    roster with `is_registered`, made by the linkage. `account` is that of the pull the
    tables came from; None for tables that came from none. `register_days` are the as-of dates
    of the register's extracts where the caller knows them; otherwise the register is asked.
    `roster_progress` is what became of the lists of earlier months: counts by village and position.
    """

    tables: Mapping[str, ir.Table]
    regions: Regions
    province: str
    period: Month
    account: PullAccount | None = None
    register_days: tuple[date, ...] | None = None
    roster_progress: pd.DataFrame | None = None
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _computed: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def frame(self, table: str) -> pd.DataFrame | None:
        """A small table (summaries, denominators, targets) in memory; None where it is absent."""
        if table in self.tables and table not in self._frames:
            self._frames[table] = self.tables[table].execute()
        return self._frames.get(table)

    def once(self, name: str, compute: Callable[[], _Value]) -> _Value:
        """What `compute` returns, computed the first time that this name is asked for."""
        if name not in self._computed:
            self._computed[name] = compute()
        found: _Value = self._computed[name]
        return found

    @cached_property
    def register_labels(self) -> Mapping[date, Month]:
        """Which reporting month each register extract in use belongs to, by as-of date.

        In use are the extracts of the period and of the month before, and older ones only of
        months that no summary tells of.
        """
        if "participants" not in self.tables:
            return {}
        days: Iterable[date] | None = self.register_days
        if days is None:
            register = self.tables["participants"]
            days = days_of(register.select("as_of_date").distinct().execute()["as_of_date"])
        labels = registers_in_use(days, self.frame("participant_summary"), self.period)
        _check_districts(labels, self._villages_of(tuple(labels)))
        return labels

    @property
    def register_villages(self) -> Mapping[date, tuple[str, ...]]:
        """The village codes that each register extract in use has, in order."""
        return self._villages_of(tuple(self.register_labels))

    def _villages_of(self, days: tuple[date, ...]) -> Mapping[date, tuple[str, ...]]:
        """One look at two columns of the extracts."""

        def look() -> Mapping[date, tuple[str, ...]]:
            register = self.tables["participants"]
            of_days = register.filter(
                register.as_of_date.isin([ibis.date(day.isoformat()) for day in days])
            )
            found = of_days.select("as_of_date", "village_code").distinct().execute().dropna()
            found["day"] = days_of(found["as_of_date"])
            return {
                day: tuple(sorted(found.loc[found["day"] == day, "village_code"])) for day in days
            }

        return self.once("register_villages", look)


def register_date(inputs: Inputs) -> date | None:
    """The as-of date of the register that the period's figures come from; None without one."""
    labels = inputs.register_labels
    return max((day for day, month in labels.items() if month == inputs.period), default=None)


def without_unused_register(inputs: Inputs) -> Inputs:
    """The same inputs without the register where none of its extracts is in use."""
    if inputs.register_labels:
        return inputs
    tables = {name: table for name, table in inputs.tables.items() if name != "participants"}
    return replace(inputs, tables=tables)


def recent_date(inputs: Inputs, table: str, *, year_to_date: bool = False) -> date:
    """The as-of date of the latest extract of a table that is not later than the period.

    Raises MeasureError where that is older than the month before the period's, and, for
    figures that count from 1 January, where it is of another year: the whole year before
    would be given as the first days of this one.
    """
    period = inputs.period
    found = inputs.tables[table].select("as_of_date").distinct().execute()
    days = sorted(days_of(found["as_of_date"]))
    usable = [day for day in days if day <= period.last_day]
    if not usable:
        raise MeasureError(
            f"table {table} has no extract as of {period} or before: {', '.join(map(str, days))} were "
            "found."
        )
    as_of = usable[-1]
    if as_of < period.plus(-1).first_day:
        raise MeasureError(
            f"table {table} is as of {as_of}, too old for {period}: put the extract of {period} in "
            "place and pull again."
        )
    if year_to_date and as_of.year != period.year:
        raise MeasureError(
            f"table {table} is as of {as_of}, but what is counted from 1 January to {period} needs an "
            f"extract of {period.year}: put that of {period} in place and pull again."
        )
    return as_of


def days_of(column: pd.Series) -> list[date]:
    return [pd.Timestamp(day).date() for day in column]


def registers_in_use(
    days: Iterable[date], summary: pd.DataFrame | None, period: Month
) -> dict[date, Month]:
    """Which of the register's extracts are read for a period, and the month that each belongs to.

    A monthly summary with the same cut-off date says so; otherwise it is the month of the
    date, and for the latest extract the period itself if that date is at most a month old.
    Extracts older than the month before are left out where the summary tells of their month:
    what was counted then is not counted again. Where no extract is of the period but the
    summary has it, the register is left out as a whole: the month is then the summary's, with
    what a summary can tell. Raises MeasureError where neither has the period, or a month that
    is read has two dates.
    """
    known: dict[date, Month] = {}
    if summary is not None:
        for cut_off, day in zip(
            days_of(summary["cut_off_date"]), days_of(summary["month"]), strict=True
        ):
            known[cut_off] = month_of(day)
    found = sorted(days)
    labels = {day: known.get(day, month_of(day)) for day in found if day <= period.last_day}
    latest = max(labels, default=None)
    if latest is not None and latest not in known and latest >= period.plus(-1).first_day:
        labels[latest] = period
    told = set(known.values())
    if period not in labels.values():
        if period in told:
            return {}
        raise MeasureError(
            f"no register of {period}: the extracts are as of {', '.join(map(str, found))}; put the "
            f"extract of {period} in place and pull again."
        )
    in_use = {
        day: month for day, month in labels.items() if month >= period.plus(-1) or month not in told
    }
    for day, month in in_use.items():
        others = [other for other, label in in_use.items() if label == month and other != day]
        if others:
            raise MeasureError(
                f"the register of {month} is as of {day} and {others[0]}: one date was expected; "
                "leave the older extract out, or ask for extracts of one day."
            )
    return in_use


def _check_districts(
    labels: Mapping[date, Month], villages: Mapping[date, tuple[str, ...]]
) -> None:
    """Each extract has the districts that the others have. Raises MeasureError otherwise.

    A district that came with another date would count as 0.
    """
    by_day = {day: {code[:5] for code in villages[day]} for day in labels}
    known = {code for codes in by_day.values() for code in codes if not is_unknown(code)}
    for day, codes in by_day.items():
        missing = sorted(known - codes)
        if missing:
            raise MeasureError(
                f"the register as of {day} has no rows of {', '.join(missing)}, other months have: put "
                "the missing extract in place, with the same as_of, and pull again."
            )
