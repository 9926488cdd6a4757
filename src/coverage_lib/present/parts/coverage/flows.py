"""Who came and who went since the previous register: a bridge of stocks, and a table by segment."""

from __future__ import annotations

from dataclasses import replace

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole, Table
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.waterfall import Step, WaterfallChart, waterfall_svg
from coverage_lib.present.context import PartContext, joined, open_part
from coverage_lib.present.formats import day_text, decimal_text, short_day_text
from coverage_lib.present.parts.coverage.change import SEGMENTS, flow_sentences
from coverage_lib.present.parts.coverage.movements import INFLOWS, OUTFLOWS, Flows, flows_of
from coverage_lib.present.parts.coverage.region_entries import DASH
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.parts.sentences import place_of
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    direction_of,
    figure_text,
    known_value,
    short_scope_text,
    size_text,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)


def participant_flows(releasable: Releasable, language: str) -> Blocks:
    """The bridge from the stock before to the stock now, and the same by segment.

    Where a flow is hidden there is no bridge, because its other columns would tell it; empty
    where no flow is known, as in villages and where only one register is held.
    """
    context = open_part(releasable, language)
    flows = flows_of(releasable)
    if flows is None:
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "flows", context.say("coverage_notebook.heading.flows")),
        blocks.paragraph(joined(flow_sentences(context))),
    ]
    chart = flow_chart(context, flows)
    if chart is not None:
        shown.append(_figure(context, flows, chart))
    table = _table(context, flows)
    # One row would only repeat the bridge.
    is_needed = chart is None or len(table["rows"]) > 1
    return context.show([*shown, table] if is_needed else shown)


def flow_chart(context: PartContext, flows: Flows) -> WaterfallChart | None:
    """The bridge; flows that are zero are left out. None where one is not known."""
    moving = [(1, one) for one in flows.moving(INFLOWS)]
    moving += [(-1, one) for one in flows.moving(OUTFLOWS)]
    if not flows.is_whole:
        return None
    language = context.language
    before = decimal_text(flows.before, language)
    name = context.say("coverage_notebook.flow.before")
    if flows.since is not None:
        name = short_day_text(flows.since, language)
    steps = [Step(name, flows.before, before, is_level=True)]
    steps += [
        Step(
            context.say(f"coverage_notebook.flow.{figure.category}"),
            sign * known_value(figure),
            decimal_text(sign * known_value(figure), language, signed=True),
        )
        for sign, figure in moving
    ]
    day = short_day_text(flows.now.as_of, language) if flows.now.as_of else ""
    steps.append(
        Step(day, known_value(flows.now), figure_text(flows.now, context.words), is_level=True)
    )
    unit = context.say("by_region.unit_participants")
    return WaterfallChart(tuple(steps), unit, context.say("coverage_notebook.cut"), language)


def _figure(context: PartContext, flows: Flows, chart: WaterfallChart) -> Block:
    direction = direction_of(flows.net)
    values = "; ".join(
        context.say("by_region.alt_value", name=step.name, value=step.text) for step in chart.steps
    )
    return blocks.figure(
        "flows-chart",
        context.say(
            f"coverage_notebook.flow.title.{direction}",
            place=place_of(context), net=size_text(flows.net, context.words),
            largest=_largest(context, flows),
        ),
        waterfall_svg(chart),
        context.say("coverage_notebook.flow.alt", values=values),
        notes=[
            basis_text(context.releasable, flows.now, context.words),
            context.say("coverage_notebook.flow.note"),
        ],
        csv=csv_text(("step", "persons"), [(step.name, step.value) for step in chart.steps]),
    )  # fmt: skip


def _largest(context: PartContext, flows: Flows) -> str:
    """The largest flow in the direction of the whole, with its size; empty where nothing moved."""
    rising = direction_of(flows.net) == "rising"
    known = [one for one in flows.moving(INFLOWS if rising else OUTFLOWS) if one.is_available]
    if not known:
        return ""
    largest = max(known, key=known_value)
    return context.say(
        "by_region.alt_value",
        name=context.say(f"coverage_notebook.flow.in_title.{largest.category}"),
        value=figure_text(largest, context.words),
    )


def _table(context: PartContext, flows: Flows) -> Table:
    """A column a flow; segments of the headline, their total, then construction beside it."""
    releasable = context.releasable
    rows: list[tuple[str, Flows, RowRole]] = []
    apart: list[tuple[str, Flows, RowRole]] = []
    for name in SEGMENTS:
        found = flows_of(releasable, name)
        if found is not None:
            is_part = found.net.scope == flows.net.scope
            (rows if is_part else apart).append((context.say(f"segment.{name}"), found, "body"))
    scope = short_scope_text(headline_scope(releasable), context.words)
    rows.append((context.say("total.scope", scope=scope), flows, "total"))
    # What neither the whole nor any segment has, such as moves within a province, has no column.
    names = [
        name
        for name in (*INFLOWS, *OUTFLOWS)
        if any(one.moving([name]) for _, one, _ in (*rows, *apart))
    ]
    columns = [
        text_column("segment", context.say("column.segment"), 2.2),
        number_column("before", _dated(context, flows), 1.2),
        *(
            number_column(name, context.say(f"coverage_notebook.flow.column.{name}"), 1)
            for name in names
        ),
        number_column("now", _now(context, flows), 1.2),
    ]
    lines = [
        (
            label(name),
            _plain(context, one.before),
            *(_flow_entry(context, one.parts[part]) for part in names),
            figure_entry(one.now, context.words),
        )
        for name, one, _ in (*rows, *apart)
    ]
    shown = [one for _, one, _ in (*rows, *apart)]
    # Both stocks stand in each row, so a net change called hidden would contradict them.
    if all(one.net.is_available for one in shown):
        columns.append(number_column("net", context.say("coverage_notebook.flow.column.net"), 1))
        lines = [(*line, _signed(context, one.net)) for line, one in zip(lines, shown, strict=True)]
    is_hidden = any(_is_hidden(one.parts[part]) for one in shown for part in names)
    meaning = context.say("status.suppressed")
    dash = context.say("coverage_notebook.region.dash", dash=DASH, meaning=meaning)
    notes = [
        *([dash] if is_hidden else []),
        context.say("coverage_notebook.flow.adds_up"),
        basis_text(releasable, flows.now, context.words),
    ]
    title = context.say("coverage_notebook.flow.table_title")
    roles = [role for _, _, role in (*rows, *apart)]
    drawn = [Line(line, role) for line, role in zip(lines, roles, strict=True)]
    return make_table("flows-table", title, columns, drawn, notes=notes)


def _flow_entry(context: PartContext, flow: Figure) -> Entry:
    """A dash for a hidden flow, as eight columns have no room for the word; a note explains it."""
    entry = figure_entry(flow, context.words)
    return replace(entry, text=DASH) if _is_hidden(flow) else entry


def _is_hidden(flow: Figure) -> bool:
    return flow.status == "suppressed"


def _dated(context: PartContext, flows: Flows) -> str:
    if flows.since is None:
        return context.say("coverage_notebook.flow.before")
    return day_text(flows.since, context.language)


def _now(context: PartContext, flows: Flows) -> str:
    return as_of_text(flows.now, context.words)


def _plain(context: PartContext, number: float) -> Entry:
    text = decimal_text(number, context.language)
    return Entry(text, number, "zero" if number == 0 else "available")


def _signed(context: PartContext, figure: Figure) -> Entry:
    if not figure.is_available:
        return figure_entry(figure, context.words)
    value = known_value(figure)
    text = decimal_text(value, context.language, signed=True)
    return Entry(text, value, "zero" if value == 0 else "available")
