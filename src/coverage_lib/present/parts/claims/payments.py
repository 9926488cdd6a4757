"""Columns of payments: this year to date, the same period before, and the full year before.

Counts and amounts of one span stand side by side; a span or a column without any figure is
left out, so that a table never consists of empty columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coverage_lib.disclosure import Figure
from coverage_lib.periods import Month
from coverage_lib.present.block_kinds import Column, Table
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import day_text
from coverage_lib.present.quantities import Change, known_value
from coverage_lib.present.tables import (
    Entry,
    Line,
    amount_exponent,
    figure_entry,
    label,
    make_table,
    not_applicable,
    number_column,
    scaled_entry,
    text_column,
)


@dataclass(frozen=True)
class Span:
    """A stretch of payments: the period whose rows hold it, its year, and its dates in words.

    `head` is the year as columns name it: a full year beside part of another says so there.
    """

    key: str
    period: Month
    year: str
    note: str
    is_full: bool
    head: str


def spans(context: PartContext, indicator: str) -> tuple[Span, ...]:
    """The year to date, and beside it the same period a year before, else that whole year.

    Years and dates are those of the figures: a month may be told by figures to the end of
    the year before. Spans without any figure are left out.
    """
    now = context.releasable.period
    before = now.plus(-12)
    wanted = [("now", now), ("before", before)]
    december = Month(before.year, 12)
    if december not in (now, before):
        wanted.append(("year", december))
    found: list[Span] = []
    for key, period in wanted:
        as_of = latest_day(context, (indicator,), period)
        if as_of is None or (key == "year" and len(found) > 1):
            continue
        is_full = (as_of.month, as_of.day) == (12, 31)
        if is_full:
            held = context.say("span.full_year")
        else:
            held = context.say("span.year_to_date", day=day_text(as_of, context.language))
        year = str(as_of.year)
        if year not in {span.year for span in found}:
            note = context.say("span.note", year=year, span=held)
            found.append(Span(key, period, year, note, is_full, year))
    if all(span.is_full for span in found):
        return tuple(found)
    return tuple(_named_as_full(context, span) if span.is_full else span for span in found)


def _named_as_full(context: PartContext, span: Span) -> Span:
    return replace(span, head=context.say("claims_notebook.column.full_year", year=span.year))


def latest_day(context: PartContext, indicators: tuple[str, ...], period: Month) -> date | None:
    """The as-of date of what a period holds of any of the indicators; None where that is nothing."""
    days = (
        one.as_of
        for one in context.releasable.held(indicators)
        if one.period == str(period) and one.is_available
    )
    return max((day for day in days if day is not None), default=None)


def payment_table(
    context: PartContext,
    identifier: str,
    caption: str,
    first_column: str,
    dimension: str,
    categories: Sequence[str],
    indicators: tuple[str, str],
    *,
    name_of: Callable[[str], str],
    count_title: str,
    notes: Sequence[str] = (),
    more: Sequence[tuple[str, str]] = (),
    with_bars: bool = False,
) -> Table:
    """A table of counts and amounts by category and span, with the total as last row.

    `more` are figures of this year to stand at the right, as pairs of indicator and the key of
    their title, for amounts without its exponent; those that no row has are left out.
    `with_bars` draws this year's amounts in their cells.
    """
    rows = [(dimension, category) for category in categories] + [("total", "total")]
    shown = spans(context, indicators[0])
    parts = [
        *_span_columns(context, rows, indicators, shown, count_title, with_bars=with_bars),
        *_more_columns(context, rows, more),
    ]
    names = [*(name_of(category) for category in categories), context.say("total.all")]
    first = text_column(dimension, context.say(f"column.{first_column}"), 2.0)
    lines = [
        Line(
            (label(name), *(entries[place] for _, entries in parts)),
            "total" if place == len(categories) else "body",
        )
        for place, name in enumerate(names)
    ]
    return make_table(
        identifier, caption, [first, *(column for column, _ in parts)], lines,
        notes=[*notes, *(span.note for span in shown)],
    )  # fmt: skip


def _span_columns(
    context: PartContext,
    rows: Sequence[tuple[str, str]],
    indicators: tuple[str, str],
    shown: Sequence[Span],
    count_title: str,
    *,
    with_bars: bool,
) -> list[tuple[Column, list[Entry]]]:
    """Count and amount of each span, without the columns that have nothing to say."""
    cells = {
        (span, indicator): [
            context.releasable.figure(indicator, kind, category, period=span.period)
            for kind, category in rows
        ]
        for span in shown
        for indicator in indicators
    }
    # One unit for the amounts of all years: they are there to be compared.
    scale = amount_exponent([one for span in shown for one in cells[span, indicators[1]]])
    found: list[tuple[Column, list[Entry]]] = []
    for (span, indicator), figures in cells.items():
        counted, is_now = indicator == indicators[0], span.key == "now"
        if not is_now and not any(figure.is_available for figure in figures):
            continue
        # Amounts of scholarships are given for the province only: elsewhere no empty column.
        if not counted and all(figure.status == "not_available" for figure in figures):
            continue
        key = f"column.{count_title}" if counted else f"column.amount_{scale}"
        entries = [
            figure_entry(figure, context.words)
            if counted
            else scaled_entry(figure, context.words, scale)
            for figure in figures
        ]
        is_drawn = with_bars and is_now and not counted
        title, width = context.say(key, year=span.head), 1.8 if is_drawn else 1.2
        column = number_column(f"{indicator}_{span.key}", title, width)
        found.append((column, _with_bars(entries, figures) if is_drawn else entries))
    return found


def _more_columns(
    context: PartContext, rows: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]
) -> list[tuple[Column, list[Entry]]]:
    """Figures of this year beside the payments; what no source could supply is not applicable.

    So it is with the mean of no claims, and the ratio to no contributions.
    """
    found = []
    for indicator, title_key in more:
        figures = [context.releasable.figure(indicator, *row) for row in rows]
        # A column that only the last row could fill says nothing about the categories.
        if all(figure.status == "not_available" for figure in figures[:-1]):
            continue
        is_amount = any(figure.unit == "idr" for figure in figures)
        scale = amount_exponent(figures) if is_amount else 0
        title = context.say(f"{title_key}_{scale}" if is_amount else title_key)
        entries = [
            not_applicable(context.words)
            if figure.status == "not_available"
            else scaled_entry(figure, context.words, scale)
            if is_amount
            else figure_entry(figure, context.words)
            for figure in figures
        ]
        found.append((number_column(indicator, title, 1.1), entries))
    return found


def _with_bars(entries: Sequence[Entry], figures: Sequence[Figure]) -> list[Entry]:
    """The entries with a bar each, but the total; the largest fills its cell."""
    known = [known_value(figure) for figure in figures[:-1] if figure.is_available]
    full = max(known, default=0.0)
    return [
        replace(entry, bar=known_value(figure) / full)
        if full and figure.is_available and figure.dimension != "total"
        else entry
        for entry, figure in zip(entries, figures, strict=True)
    ]


def known_categories(
    context: PartContext, indicators: tuple[str, str], dimension: str, order: Sequence[str]
) -> tuple[str, ...]:
    """The categories in their given order that hold a figure in any span, others after them."""
    periods = {str(span.period) for span in spans(context, indicators[0])}
    present = {
        one.category
        for one in context.releasable.held(indicators)
        if one.dimension == dimension and one.status != "not_available" and one.period in periods
    }
    return (*[one for one in order if one in present], *sorted(present - set(order)))


def change_on_year(
    context: PartContext, indicator: str, dimension: str = "total", category: str = "total"
) -> Change | None:
    """The change from the same period a year before; None where either is missing.

    Only figures to the same day are compared: a full year is never set against part of one.
    """
    releasable = context.releasable
    now = releasable.figure(indicator, dimension, category)
    before = releasable.figure(
        indicator, dimension, category, period=releasable.period.plus(-12), scope=now.scope
    )
    if not (now.is_available and before.is_available) or now.as_of is None or before.as_of is None:
        return None
    same_day = (now.as_of.month, now.as_of.day) == (before.as_of.month, before.as_of.day)
    return Change(before, now) if same_day and known_value(before) > 0 else None
