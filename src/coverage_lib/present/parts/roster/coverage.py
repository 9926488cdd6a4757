"""Who of the rosters is covered: by position, and by region below this one."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.linkage.measures import COVERAGE, ROWS
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.parts.roster.outcome import OUTCOMES
from coverage_lib.present.parts.sentences import known_children, level_word, place_of
from coverage_lib.present.places import row_name, short_name
from coverage_lib.present.quantities import figure_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    number_entry,
    text_column,
)

_FEWEST_BARS = 2


def by_position(releasable: Releasable, language: str) -> Blocks:
    """A table of outcomes by position; for the province, else empty."""
    context = open_part(releasable, language)
    positions = [one.category for one in releasable.figures(ROWS, "position")]
    if not positions:
        return context.show([])
    lines = [
        _line(
            context,
            context.say(key) if (key := f"position.{position}") in context.words else position,
            releasable.figure(ROWS, "position", position),
            [
                _or_zero(releasable, "position_outcome", f"{position}/{outcome}")
                for outcome in OUTCOMES
            ],
            releasable.figure(COVERAGE, "position", position),
        )
        for position in positions
    ]
    lines.append(_of_region(context, context.say("total.all"), releasable.region.code, "total"))
    return _shown(context, "position", lines)


def by_region(releasable: Releasable, language: str) -> Blocks:
    """Bars and a table of the regions below; empty where none of them has figures."""
    context = open_part(releasable, language)
    children = [
        child
        for child in known_children(releasable)
        if releasable.figure(ROWS, region_code=child.code).status != "not_available"
    ]
    if not children:
        return context.show([])
    lines = [
        _of_region(
            context, row_name(child, context.words), child.code, "unknown" if child.is_unknown else "body"
        )
        for child in children
    ]  # fmt: skip
    lines.append(_of_region(context, context.say("total.all"), releasable.region.code, "total"))
    figures = [
        (short_name(child, context.words), releasable.figure(COVERAGE, region_code=child.code))
        for child in children
        if not child.is_unknown
    ]
    return _shown(context, "region", lines, figures)


def _shown(
    context: PartContext,
    name: str,
    lines: list[Line],
    charted: list[tuple[str, Figure]] | None = None,
) -> Blocks:
    columns = [
        text_column(name, context.say(f"roster.column.{name}"), 2.4),
        number_column("rows", context.say("roster.column.rows"), 1),
        *(
            number_column(outcome, context.say(f"roster.column.{outcome}"), 1)
            for outcome in OUTCOMES
        ),
        number_column("coverage", context.say("roster.column.coverage"), 1.2),
    ]
    level = level_word(context) if name == "region" else ""
    title = context.say(f"roster.by_{name}.table", level=level)
    shown: list[Block] = [
        blocks.heading(2, f"by-{name}", context.say(f"roster.heading.by_{name}", level=level))
    ]
    if charted and sum(figure.is_available for _, figure in charted) >= _FEWEST_BARS:
        shown.append(_bars(context, charted, level))
    return context.show([*shown, make_table(f"by-{name}-table", title, columns, lines)])


def _bars(context: PartContext, charted: list[tuple[str, Figure]], level: str) -> Block:
    ordered = sorted(charted, key=lambda one: -(one[1].value or -1.0))
    whole = context.releasable.figure(COVERAGE)
    bars = [
        Bar(place_of(context), whole.value, figure_text(whole, context.words), emphasis=True),
        *(Bar(name, figure.value, figure_text(figure, context.words)) for name, figure in ordered),
    ]
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in bars
    )
    return blocks.figure(
        "by-region-chart", context.say("roster.by_region.chart", level=level),
        bar_svg(BarChart(tuple(bars), None, "", context.language)),
        context.say("roster.by_region.alt", values=values),
        csv=csv_text(("name", COVERAGE), [(bar.name, bar.value) for bar in bars]),
    )  # fmt: skip


def _of_region(context: PartContext, name: str, code: str, role: RowRole) -> Line:
    releasable = context.releasable
    outcomes = [_or_zero(releasable, "outcome", outcome, code) for outcome in OUTCOMES]
    rows, coverage = (releasable.figure(one, region_code=code) for one in (ROWS, COVERAGE))
    return _line(context, name, rows, outcomes, coverage, role)


def _or_zero(
    releasable: Releasable, dimension: str, category: str, code: str | None = None
) -> Figure | None:
    """A count, None where there is none of the kind: a region without a row has no figure of it."""
    figure = releasable.figure(ROWS, dimension, category, region_code=code)
    return None if figure.status == "not_available" else figure


def _line(
    context: PartContext,
    name: str,
    rows: Figure,
    outcomes: list[Figure | None],
    coverage: Figure,
    role: RowRole = "body",
) -> Line:
    return Line(
        (
            label(name),
            figure_entry(rows, context.words),
            *(count_entry(context, figure) for figure in outcomes),
            figure_entry(coverage, context.words, bar_of=100.0),
        ),
        role,
    )


def count_entry(context: PartContext, figure: Figure | None) -> Entry:
    return (
        number_entry(0, context.language) if figure is None else figure_entry(figure, context.words)
    )
