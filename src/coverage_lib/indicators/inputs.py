"""What measures are computed from, and which days and months the extracts of a store belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.intake.store import PullAccount
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import Regions, is_unknown


@dataclass(frozen=True)
class Inputs:
    """What measures are computed from.

    `tables` are the store's tables by name, absent ones left out. `linked_roster` is the
    roster with `is_registered`, made by the linkage. `account` is that of the pull the
    tables came from; None for tables that came from none.
    """

    tables: Mapping[str, ir.Table]
    regions: Regions
    province: str
    period: Month
    account: PullAccount | None = None
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def frame(self, table: str) -> pd.DataFrame | None:
        """A small table (summaries, denominators, targets) in memory; None where it is absent."""
        if table in self.tables and table not in self._frames:
            self._frames[table] = self.tables[table].execute()
        return self._frames.get(table)

    def once(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A small frame that several sections need, computed by the first that asks for it.

        `name` must not be that of a table.
        """
        if name not in self._frames:
            self._frames[name] = compute()
        return self._frames[name]

    @cached_property
    def register_labels(self) -> Mapping[date, Month]:
        """Which reporting month each register extract belongs to, by as-of date."""
        return _register_labels(self)


def register_date(inputs: Inputs) -> date | None:
    """The as-of date of the register that the period's figures come from; None without one."""
    labels = inputs.register_labels
    return max((day for day, month in labels.items() if month == inputs.period), default=None)


def latest_date(table: ir.Table, period: Month) -> date:
    """The as-of date of the latest extract that is not later than the period."""
    days = days_of(table.select("as_of_date").distinct().execute()["as_of_date"])
    usable = [day for day in days if day <= period.last_day]
    if not usable:
        raise MeasureError(
            f"no extract as of {period} or before: {', '.join(map(str, sorted(days)))} were found."
        )
    return max(usable)


def days_of(column: pd.Series) -> list[date]:
    return [pd.Timestamp(day).date() for day in column]


def _register_labels(inputs: Inputs) -> dict[date, Month]:
    """Which reporting month each register extract belongs to.

    A monthly summary with the same cut-off date says so; otherwise it is the month of the
    date, and for the latest extract the period itself if that date is at most a month old.
    """
    if "participants" not in inputs.tables:
        return {}
    register = inputs.tables["participants"]
    days = sorted(days_of(register.select("as_of_date").distinct().execute()["as_of_date"]))
    summary = inputs.frame("participant_summary")
    known = {}
    if summary is not None:
        for cut_off, month in zip(
            days_of(summary["cut_off_date"]), days_of(summary["month"]), strict=True
        ):
            known[cut_off] = month_of(month)
    labels = {day: known.get(day, month_of(day)) for day in days if day <= inputs.period.last_day}
    latest = max(labels, default=None)
    if latest is None or (latest not in known and latest < inputs.period.plus(-1).first_day):
        found = ", ".join(str(day) for day in days)
        raise MeasureError(
            f"no register of {inputs.period}: the extracts are as of {found}; put the extract of "
            f"{inputs.period} in place and pull again."
        )
    if latest not in known:
        labels[latest] = inputs.period
    _check_snapshots(inputs, labels)
    return labels


def _check_snapshots(inputs: Inputs, labels: Mapping[date, Month]) -> None:
    """A month has one register date, and each date has the districts that the others have.

    Raises MeasureError otherwise: a district that came with another date would count as 0.
    """
    for day, month in labels.items():
        others = [other for other, label in labels.items() if label == month and other != day]
        if others:
            raise MeasureError(
                f"the register of {month} is as of {day} and {others[0]}: one date was expected; "
                "leave the older extract out, or ask for extracts of one day."
            )
    register = inputs.tables["participants"]
    found = (
        register.select("as_of_date", district=register.village_code.substr(0, 5))
        .distinct()
        .execute()
    )
    by_day = {
        day: set(found.loc[[other == day for other in days_of(found["as_of_date"])], "district"])
        for day in labels
    }
    known = {code for codes in by_day.values() for code in codes if not is_unknown(code)}
    for day, codes in by_day.items():
        missing = sorted(known - codes)
        if missing:
            raise MeasureError(
                f"the register as of {day} has no rows of {', '.join(missing)}, other months have: put "
                "the missing extract in place, with the same as_of, and pull again."
            )
