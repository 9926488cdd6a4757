"""The gap to the target, and the pace that it asks for beside the recent one."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, open_part
from coverage_lib.present.formats import decimal_text, round_half_up
from coverage_lib.present.parts.headline import headline_figure, is_reached, target_of, target_year
from coverage_lib.present.parts.sentences import (
    net_change_text,
    pace_sentences,
    standing_of,
    target_sentence,
    verdict_pace,
    window_text,
)
from coverage_lib.present.quantities import (
    basis_text,
    figure_text,
    known_value,
    scope_text,
    status_of,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

WINDOWS = ("1", "3", "12")


def gap_and_pace(releasable: Releasable, language: str) -> Blocks:
    """Target, gap, months left, required pace, recent paces, and a verdict in words.

    Empty where neither a target nor a gap nor a recent pace is known.
    """
    context = open_part(releasable, language)
    recent = [
        headline_figure(releasable, "recent_monthly_pace", "window_months", months)
        for months in WINDOWS
    ]
    required = headline_figure(releasable, "required_monthly_pace")
    central = [target_of(releasable), headline_figure(releasable, "gap_to_target"), required]
    if not any(figure.is_available for figure in [*central, *recent]):
        return context.show([])
    shown: list[Block] = [blocks.heading(2, "gap", context.say("section.gap"))]
    verdict = joined([target_sentence(context), *_without_repetition(context)])
    if verdict:
        shown.append(blocks.paragraph(verdict))
    chart = None if is_reached(releasable) else pace_chart(context, required, recent)
    if chart is not None:
        shown.append(pace_figure(context, chart, required, recent))
    return context.show([*shown, _table(context, recent)])


def _without_repetition(context: PartContext) -> list[list[blocks.Inline]]:
    """The pace in sentences, unless the target sentence has just said that it is reached."""
    return [] if is_reached(context.releasable) else pace_sentences(context)


def pace_chart(context: PartContext, required: Figure, recent: list[Figure]) -> BarChart | None:
    """The required pace above the recent ones; None where one of the two kinds is missing."""
    known = [figure for figure in recent if figure.is_available]
    if not required.is_available or not known:
        return None
    bars = [
        Bar(
            context.say("gap.chart_required"),
            required.value,
            figure_text(required, context.words),
            emphasis=True,
        )
    ]
    bars += [
        Bar(
            context.say("gap.chart_recent", window=window_text(context, figure.category)),
            figure.value,
            figure_text(figure, context.words),
        )
        for figure in known
    ]
    return BarChart(tuple(bars), None, context.say("gap.unit"), context.language)


def pace_figure(
    context: PartContext, chart: BarChart, required: Figure, recent: list[Figure]
) -> Block:
    """The paces as bars, titled by how the recent one stands to the required one."""
    pace = verdict_pace(context.releasable)
    key = "enough" if pace is None else standing_of(pace, required)
    window = window_text(context, pace.category) if pace is not None else ""
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    return blocks.figure(
        "pace-chart",
        context.say(f"gap.chart_title.{key}", window=window, year=target_year(context.releasable)),
        bar_svg(chart),
        context.say("gap.alt", values=values),
        notes=[
            f"{chart.unit}. {basis_text(context.releasable, required, context.words)}",
            *_scaled_from(context, recent),
        ],
        csv=csv_text(("pace", "persons_per_month"), [(bar.name, bar.value) for bar in chart.bars]),
    )


def _scaled_from(context: PartContext, recent: list[Figure]) -> list[str]:
    """What the pace of one month was scaled from: its two dates are seldom a month apart."""
    return [
        context.say(
            "gap.chart_note", window=window_text(context, figure.category),
            change=net_change_text(context, figure),
        )
        for figure in recent
        if figure.category == "1" and net_change_text(context, figure)
    ]  # fmt: skip


def _table(context: PartContext, recent: list[Figure]) -> Block:
    releasable, words = context.releasable, context.words
    year = target_year(releasable)
    target, coverage = target_of(releasable), headline_figure(releasable, "coverage")
    gap = headline_figure(releasable, "gap_to_target")
    required = headline_figure(releasable, "required_monthly_pace")
    rows = [
        _row(
            context,
            context.say("gap.target", year=year),
            target,
            scope_text(target, words) if target.is_available else "",
        )
    ]
    if coverage.is_available:
        rows.append(
            _row(context, context.say("indicator.coverage"), coverage, scope_text(coverage, words))
        )
    if gap.numerator is not None and gap.denominator is not None:
        rows.append(_plain_row(context, context.say("gap.asked"), gap.numerator))
        rows.append(_plain_row(context, context.say("gap.active"), gap.denominator))
    rows.append(_row(context, context.say("gap.gap"), gap, ""))
    if required.is_available and required.denominator is not None:
        rows.append(_plain_row(context, context.say("gap.months", year=year), required.denominator))
    per_month = context.say("gap.per_month")
    rows.append(_row(context, context.say("gap.required"), required, per_month))
    for figure in recent:
        remark = "; ".join(one for one in (per_month, net_change_text(context, figure)) if one)
        name = context.say("gap.recent", window=window_text(context, figure.category))
        rows.append(_row(context, name, figure, remark))
    columns = [
        text_column("measure", context.say("column.measure"), 2.2),
        number_column("value", context.say("column.value"), 1.2),
        text_column("remark", context.say("column.remark"), 2.4),
    ]
    named = next((figure for figure in (coverage, gap, *recent) if figure.is_available), gap)
    notes = [basis_text(releasable, named, words)] if named.is_available else []
    return make_table("gap-table", context.say("gap.title"), columns, rows, notes=notes)


def _row(context: PartContext, name: str, figure: Figure, remark: str) -> Line:
    status = status_of(figure)
    raw = known_value(figure) if figure.is_available else None
    if raw is not None and figure.unit != "percent" and round_half_up(raw) == raw:
        raw = int(raw)
    entry = Entry(figure_text(figure, context.words), raw, status)
    return Line((label(name), entry, words_entry(remark if figure.is_available else "")))


def _plain_row(context: PartContext, name: str, value: float) -> Line:
    text = decimal_text(value, context.language)
    return Line(
        (label(name), Entry(text, value, "zero" if value == 0 else "available"), words_entry(""))
    )
