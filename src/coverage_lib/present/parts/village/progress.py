"""Progress to 100 %: of those on the lists of earlier months, who is covered since."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.indicators.trajectory.pace import target_due
from coverage_lib.periods import Month, month_ends_between
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.charts.progress import Progress, ProgressChart, progress_svg
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import decimal_text, month_text
from coverage_lib.present.parts.village.counts import ECOSYSTEM, rest_of
from coverage_lib.present.quantities import (
    as_of_text,
    denominator_size_text,
    figure_text,
    numerator_size_text,
    of_figures,
)
from coverage_lib.present.tables import csv_text

SINCE = "roster_registered_since"
#: So many lists are drawn, the latest.
_MOST_LISTS = 2


@dataclass(frozen=True)
class Followed:
    """The latest list before the month: the figure of the region, and the month of the list."""

    figure: Figure
    month: Month

    @property
    def since(self) -> int:
        return int(self.figure.numerator or 0)

    @property
    def listed(self) -> int:
        return int(self.figure.denominator or 0)

    @property
    def left(self) -> int:
        return max(0, self.listed - self.since)


@dataclass(frozen=True)
class Pace:
    """How many a month have to be covered for all to be by a day."""

    number: int
    due: date


def followed(releasable: Releasable) -> Followed | None:
    """None where no list is followed, or the region had nobody on it."""
    figure = releasable.figure(SINCE)
    months = [one.category for one in releasable.figures(SINCE, "list_month") if one.is_available]
    known = figure.is_available and figure.numerator is not None and figure.denominator
    if not (known and months):
        return None
    return Followed(figure, Month.parse(max(months)))


def pace_to_all(releasable: Releasable, found: Followed) -> Pace | None:
    """From the register's day to the day of the year's target; None with nobody or no time left."""
    as_of = found.figure.as_of
    if as_of is None or not found.left:
        return None
    due = target_due(releasable.period.year, as_of)
    months = month_ends_between(as_of, due)
    return Pace(math.ceil(found.left / months), due) if months else None


def progress_title(context: PartContext, found: Followed) -> str:
    """How many of the list are covered now: none, some or all."""
    values = {
        "since": numerator_size_text(found.figure, context.words),
        "listed": denominator_size_text(found.figure, context.words),
        "share": figure_text(found.figure, context.words),
        "month": month_text(found.month, context.language),
    }
    if found.since == 0:
        return context.words.counted("roster_progress.title.none", found.listed, **values)
    if found.left == 0:
        return context.words.counted("roster_progress.title.all", found.listed, **values)
    return context.words.counted("roster_progress.title.some", found.since, **values)


def progress_figure(context: PartContext) -> Block | None:
    """A bar for each list and one for all posts, on their way to 100 %; None where none is followed."""
    found = followed(context.releasable)
    if found is None:
        return None
    return drawn_progress(context, found, progress_chart(context), progress_note(context, found))


def progress_chart(context: PartContext) -> ProgressChart:
    """The latest lists, oldest first, and all posts where these are known."""
    releasable = context.releasable
    lists = [one for one in releasable.figures(SINCE, "list_month") if one.is_available]
    rows = [
        _row(context, month_text(Month.parse(one.category), context.language), one)
        for one in sorted(lists, key=lambda one: one.category)[-_MOST_LISTS:]
    ]
    rows = [
        Progress(context.say("roster_progress.list", month=row.name), row.percent, row.text)
        for row in rows
    ]
    posts = releasable.figure(ECOSYSTEM)
    if rest_of(posts).count is not None:
        rows.append(_row(context, context.say("roster_progress.posts"), posts))
    return ProgressChart((tuple(rows),), True, context.language)


def progress_note(context: PartContext, found: Followed) -> str:
    """As of when, and who is on a list."""
    return context.say("roster_progress.note", day=as_of_text(found.figure, context.words))


def drawn_progress(context: PartContext, found: Followed, chart: ProgressChart, note: str) -> Block:
    """The chart below its finding, with its values in the alternative text and as CSV."""
    values = "; ".join(
        context.say("by_region.alt_value", name=row.name, value=row.text) for row in chart.rows
    )
    return blocks.figure(
        "roster-progress", progress_title(context, found), progress_svg(chart),
        context.say("roster_progress.alt", values=values), notes=[note],
        csv=csv_text(("name", "percent"), [(row.name, row.percent) for row in chart.rows]),
    )  # fmt: skip


def _row(context: PartContext, name: str, figure: Figure) -> Progress:
    """`3 of 14, 11 to go`."""
    rest = rest_of(figure)
    key = "all" if rest.count == 0 else "left"
    left = of_figures(decimal_text(rest.count or 0, context.language), figure)
    text = context.say(
        f"roster_progress.{key}", since=numerator_size_text(figure, context.words),
        listed=denominator_size_text(figure, context.words), left=left,
    )  # fmt: skip
    return Progress(name, figure.value, text)
