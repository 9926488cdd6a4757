"""The spans that payments are reported for: the year to date, the same a year before, and that year.

A year's payments are read once, in stretches that the spans are put together from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.periods import Month, month_of, same_day_a_year_earlier

#: Of the year before: up to the same day, and what came after it.
THIS_YEAR, TO_THE_DAY, AFTER_THE_DAY, EARLIER = (
    "this_year",
    "to_the_day",
    "after_the_day",
    "earlier",
)


@dataclass(frozen=True)
class Span:
    """A year up to a day, under the month that it is reported for, and its stretches."""

    period: str
    last: date
    stretches: tuple[str, ...]

    @property
    def months(self) -> list[str]:
        return [str(Month(self.last.year, number)) for number in range(1, self.last.month + 1)]


def stretch_of(paid_date: ir.DateValue, as_of: date) -> ir.StringValue:
    """Which stretch a day belongs to; a day after `as_of` must have been left out before."""
    same_day = same_day_a_year_earlier(as_of)
    return ibis.cases(
        (paid_date >= ibis.date(f"{as_of.year}-01-01"), THIS_YEAR),
        (paid_date > ibis.date(same_day.isoformat()), AFTER_THE_DAY),
        (paid_date >= ibis.date(f"{same_day.year}-01-01"), TO_THE_DAY),
        else_=EARLIER,
    )


def spans_of(period: Month, as_of: date, counts: pd.DataFrame) -> list[Span]:
    """The period's own span, and those of the year before where the archive has all of it.

    `as_of` is of the period's year. In December the year in full has the period of the same
    day a year before, and is left out: no period and no day has two spans.

    `counts` have the stretch and month of payments; the archive reaches back far enough
    where it has a payment of that year's January, or an earlier one.
    """
    spans = [Span(str(period), as_of, (THIS_YEAR,))]
    january = str(Month(as_of.year - 1, 1))
    reaches_back = (counts["stretch"] == EARLIER) | (counts["month"] == january)
    if not reaches_back.any():
        return spans
    year_before = date(as_of.year - 1, 12, 31)
    spans.append(Span(str(period.plus(-12)), same_day_a_year_earlier(as_of), (TO_THE_DAY,)))
    if month_of(year_before) != period.plus(-12):
        spans.append(Span(str(month_of(year_before)), year_before, (TO_THE_DAY, AFTER_THE_DAY)))
    return spans
