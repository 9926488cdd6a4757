"""How the rows were linked: by which rule, and how likely those are that a human should see."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.linkage.decisions import NEEDS_A_LOOK
from coverage_lib.linkage.explain import rule_in_words
from coverage_lib.linkage.measures import NO_WEIGHT, NOBODY, ROWS, WEIGHT_STEP
from coverage_lib.present import blocks
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, ColumnChart, column_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.parts.roster.coverage import count_entry
from coverage_lib.present.parts.roster.outcome import share_of
from coverage_lib.present.quantities import figure_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)


def rules(releasable: Releasable, language: str) -> Blocks:
    """A table of rows by rule, the commonest first; for the province, else empty."""
    context = open_part(releasable, language)
    found = sorted(
        releasable.figures(ROWS, "rule"),
        key=lambda one: (one.category == NOBODY, -(one.value or 0.0), one.category),
    )
    if not found:
        return context.show([])
    total = releasable.figure(ROWS)
    columns = [
        text_column("rule", context.say("roster.column.rule"), 4),
        number_column("rows", context.say("roster.column.rows"), 0.9),
        number_column("share", context.say("roster.column.share"), 0.9),
        number_column(NEEDS_A_LOOK, context.say(f"roster.column.{NEEDS_A_LOOK}"), 1),
    ]
    lines = [_rule_line(context, one, total) for one in found]
    title = context.say("roster.rules.table")
    heading = blocks.heading(2, "rules", context.say("roster.heading.rules"))
    notes = [context.say("roster.rules.note")]
    return context.show([heading, make_table("rules-table", title, columns, lines, notes=notes)])


def match_weights(releasable: Releasable, language: str) -> Blocks:
    """Columns of the rows that wait for a human, by match weight; for the province, else empty."""
    context = open_part(releasable, language)
    found = [one for one in releasable.figures(ROWS, "match_weight") if one.category != NO_WEIGHT]
    if not found:
        return context.show([])
    ordered = sorted(found, key=lambda one: int(one.category))
    columns = [
        Bar(_range_text(context, one), one.value, figure_text(one, context.words))
        for one in ordered
    ]
    chart = ColumnChart(tuple(columns), context.say("roster.weights.unit"), context.language, False)
    values = "; ".join(
        context.say("by_region.alt_value", name=column.name, value=column.text)
        for column in columns
    )
    drawn = blocks.figure(
        "weights-chart", context.say("roster.weights.title"), column_svg(chart),
        context.say("roster.weights.alt", values=values), notes=[context.say("roster.weights.note")],
        csv=csv_text(("bits", "rows"), [(column.name, column.value) for column in columns]),
    )  # fmt: skip
    heading = blocks.heading(2, "weights", context.say("roster.heading.weights"))
    return context.show([heading, drawn])


def _rule_line(context: PartContext, figure: Figure, total: Figure) -> Line:
    rule = figure.category
    name = (
        context.say("roster.rules.nobody")
        if rule == NOBODY
        else rule_in_words(rule, context.language)
    )
    uncertain = context.releasable.figure(ROWS, "rule_outcome", f"{rule}/{NEEDS_A_LOOK}")
    share = share_of(figure, total, context.language)
    shown_share = (
        Entry(context.say("status.suppressed"), None, "suppressed")
        if share is None
        else words_entry(share)
    )
    return Line(
        (
            label(f"{name[0].upper()}{name[1:]}"),
            figure_entry(figure, context.words),
            shown_share,
            count_entry(context, None if uncertain.status == "not_available" else uncertain),
        )
    )


def _range_text(context: PartContext, figure: Figure) -> str:
    low = int(figure.category)
    return context.say("roster.weights.range", low=str(low), high=str(low + WEIGHT_STEP))
