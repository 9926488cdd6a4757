"""Progress to 100 %: of those on the lists of earlier months, who has been registered since."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import decimal_text, month_text
from coverage_lib.present.quantities import as_of_text, figure_text, status_of
from coverage_lib.present.tables import (
    Entry,
    Line,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)

_INDICATOR = "roster_registered_since"


def roster_progress(releasable: Releasable, language: str) -> Blocks:
    """One line for each list and month after it, oldest first; empty where no list is followed."""
    context = open_part(releasable, language)
    lists = [one.category for one in releasable.figures(_INDICATOR, "list_month")]
    figures = [one for name in lists for one in releasable.series(_INDICATOR, "list_month", name)]
    if not figures:
        return context.show([])
    columns = [
        text_column("list_month", context.say("roster_progress.column.list_month"), 1.6),
        text_column("month", context.say("roster_progress.column.month"), 1.6),
        number_column("since", context.say("roster_progress.column.since"), 1),
        number_column("listed", context.say("roster_progress.column.listed"), 1),
        number_column("share", context.say("roster_progress.column.share"), 1.4),
    ]
    shown: list[Block] = [
        blocks.heading(2, "roster-progress", context.say("roster_progress.section"))
    ]
    latest = releasable.figure(_INDICATOR)
    if latest.is_available and latest.numerator is not None and latest.denominator is not None:
        values: dict[str, str] = {
            "since": decimal_text(latest.numerator, context.language),
            "listed": decimal_text(latest.denominator, context.language),
            "share": figure_text(latest, context.words),
            "day": as_of_text(latest, context.words),
        }
        shown.append(blocks.paragraph(marked(context, "roster_progress.sentence", **values)))
    lines = [_line(context, figure) for figure in figures]
    title = context.say("roster_progress.table_title")
    notes = [context.say("roster_progress.note")]
    return context.show([*shown, make_table("roster-progress-table", title, columns, lines, notes=notes)])  # fmt: skip


def _line(context: PartContext, figure: Figure) -> Line:
    return Line(
        (
            label(month_text(Month.parse(figure.category), context.language)),
            label(month_text(Month.parse(figure.period), context.language)),
            _count(context, figure, figure.numerator),
            _count(context, figure, figure.denominator),
            figure_entry(figure, context.words, bar_of=100.0),
        )
    )


def _count(context: PartContext, figure: Figure, value: float | None) -> Entry:
    if value is None:
        status = status_of(figure)
        return Entry(context.say(f"status.{status}"), None, status)
    return Entry(
        decimal_text(value, context.language), int(value), "zero" if value == 0 else "available"
    )
