"""The pace that the target asks for beside the recent ones, as bars."""

from __future__ import annotations

from coverage_lib.disclosure import Figure
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext
from coverage_lib.present.parts.headline import target_year
from coverage_lib.present.parts.sentences import (
    net_change_text,
    recent_window_text,
    standing_of,
    verdict_pace,
)
from coverage_lib.present.quantities import basis_text, figure_text
from coverage_lib.present.tables import csv_text

WINDOWS = ("1", "3", "12")


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
            _recent_label(context, figure),
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
    window = recent_window_text(context, pace.category) if pace is not None else ""
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


def _recent_label(context: PartContext, pace: Figure) -> str:
    months = pace.category
    return context.words.counted("gap.chart_recent", int(months), value=months)


def _scaled_from(context: PartContext, recent: list[Figure]) -> list[str]:
    """What the pace of one month was scaled from: its two dates are seldom a month apart."""
    return [
        context.say(
            "gap.chart_note", window=_recent_label(context, figure),
            change=net_change_text(context, figure),
        )
        for figure in recent
        if figure.category == "1" and net_change_text(context, figure)
    ]  # fmt: skip
