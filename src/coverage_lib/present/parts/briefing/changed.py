"""What changed since the last report and why, in a few sentences and one small chart."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, open_part
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.parts.coverage.change import change_sentences
from coverage_lib.present.parts.coverage.movements import INFLOWS, OUTFLOWS, Flows, flows_of
from coverage_lib.present.quantities import basis_text, direction_of, figure_text, size_text
from coverage_lib.present.tables import csv_text


def what_changed(releasable: Releasable, language: str) -> Blocks:
    """Net change, the segment that moved most, and the causes; beside it what came and went.

    Empty where neither flows nor causes are known. Without flows there is no chart.
    """
    context = open_part(releasable, language)
    said = change_sentences(context)
    if not said:
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "changed", context.say("section.changed")),
        blocks.paragraph(joined(said)),
    ]
    flows = flows_of(releasable)
    chart = None if flows is None else flow_chart(context, flows)
    if flows is not None and chart is not None:
        shown.append(_figure(context, flows, chart))
    return context.show(shown)


def flow_chart(context: PartContext, flows: Flows) -> BarChart | None:
    """What came above zero, what went below it; moves only where there were some.

    A hidden flow keeps its place with its status. None where nobody came or went.
    """
    bars = []
    for names, sign in ((INFLOWS, 1), (OUTFLOWS, -1)):
        for name in names:
            figure = flows.parts[name]
            if name.startswith("moved") and figure.value in (0, None):
                continue
            value = None if figure.value is None else sign * figure.value
            text = figure_text(figure, context.words)
            if value is not None:
                text = decimal_text(value, context.language, signed=True)
            bars.append(Bar(context.say(f"changed.flow.{name}"), value, text))
    if not any(bar.value for bar in bars):
        return None
    return BarChart(tuple(bars), None, context.say("changed.unit"), context.language)


def _figure(context: PartContext, flows: Flows, chart: BarChart) -> Block:
    words = context.words
    since = context.say("changed.since_last")
    if flows.since is not None:
        since = context.say("changed.since", day=day_text(flows.since, context.language))
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    return blocks.figure(
        "flow-chart", _title(context, flows),
        bar_svg(chart), context.say("changed.alt", values=values),
        notes=[f"{chart.unit}, {since}. {basis_text(context.releasable, flows.now, words)}"],
        csv=csv_text(("flow", "persons"), [(bar.name, bar.value) for bar in chart.bars]),
    )  # fmt: skip


def _title(context: PartContext, flows: Flows) -> str:
    """The net change; where that is withheld, only what the bars are."""
    if not flows.net.is_available:
        return context.say("changed.title.unknown")
    key = direction_of(flows.net)
    return context.say(f"changed.title.{key}", net=size_text(flows.net, context.words))
