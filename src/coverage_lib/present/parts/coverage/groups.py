"""Groups of workers that the regulation names: who is covered of all there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.reach import Reach, ReachChart, reach_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.headline import headline_figure
from coverage_lib.present.quantities import basis_text, figure_text, known_value
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

GROUPS = (
    "farmer", "fisher", "micro_enterprise", "religious_worker", "election_worker", "non_asn",
    "vulnerable_worker",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """One group with a known potential; `left` are those of it who are not covered."""

    name: str
    coverage: Figure
    active: float
    potential: float

    @property
    def left(self) -> float:
        """Never below zero: a register may hold more than a potential that is out of date."""
        return max(self.potential - self.active, 0.0)


def worker_groups(releasable: Releasable, language: str) -> Blocks:
    """Groups by those not covered yet: bars of the covered within the potential, and a table.

    Where no potential is known, as below the district, only the covered of each group; empty
    where those are not known either.
    """
    context = open_part(releasable, language)
    heading = blocks.heading(2, "groups", context.say("coverage_notebook.heading.groups"))
    groups = groups_of(context)
    if groups:
        sentences = [_most_left_sentence(context, groups), _best_sentence(context, groups)]
        return context.show(
            [
                heading,
                blocks.paragraph(joined([*sentences, _unrecorded_sentence(context)])),
                _figure(context, groups),
                _table(context, groups),
            ]
        )
    counted = [_active(context, name) for name in GROUPS]
    if not any(figure.is_available for figure in counted):
        return context.show([])
    return context.show([heading, _counts_table(context, counted)])


def groups_of(context: PartContext) -> list[Group]:
    """The groups whose potential is known, those with most workers not covered first."""
    found = []
    for name in GROUPS:
        coverage = headline_figure(context.releasable, "group_coverage", "worker_group", name)
        if coverage.is_available and coverage.numerator is not None and coverage.denominator:
            title = context.say(f"coverage_notebook.group.{name}")
            found.append(Group(title, coverage, coverage.numerator, coverage.denominator))
    return sorted(found, key=lambda group: (-group.left, group.name))


def _active(context: PartContext, name: str) -> Figure:
    return headline_figure(context.releasable, "active_participants", "worker_group", name)


def _most_left_sentence(context: PartContext, groups: Sequence[Group]) -> list[Inline]:
    group = groups[0]
    if group.left == 0:
        return marked(context, "coverage_notebook.group_text.nobody_left")
    return marked(
        context, "coverage_notebook.group_text.most_left", group=_in_text(context, group),
        left=decimal_text(group.left, context.language),
        potential=decimal_text(group.potential, context.language),
        coverage=figure_text(group.coverage, context.words),
    )  # fmt: skip


def _best_sentence(context: PartContext, groups: Sequence[Group]) -> list[Inline]:
    best = max(groups, key=lambda group: (known_value(group.coverage), group.name))
    if best is groups[0]:
        return []
    shown = figure_text(best.coverage, context.words)
    name = _in_text(context, best)
    return marked(context, "coverage_notebook.group_text.best", group=name, coverage=shown)


def _in_text(context: PartContext, group: Group) -> str:
    """The name of a group inside a sentence; a label begins with a capital."""
    return context.say(f"village_page.group.{group.coverage.category}")


def _unrecorded_sentence(context: PartContext) -> list[Inline]:
    unknown = _active(context, "unknown")
    if not unknown.is_available or unknown.value == 0:
        return []
    shown = figure_text(unknown, context.words)
    return marked(context, "coverage_notebook.group_text.unrecorded", count=shown)


def group_chart(context: PartContext, groups: Sequence[Group]) -> ReachChart:
    bars = tuple(
        Reach(
            group.name,
            group.active,
            group.potential,
            context.say(
                "coverage_notebook.group_text.bar",
                active=decimal_text(group.active, context.language),
                potential=decimal_text(group.potential, context.language),
                coverage=figure_text(group.coverage, context.words),
            ),
        )
        for group in groups
    )
    return ReachChart(
        bars,
        context.say("coverage_notebook.group_text.covered"),
        context.say("coverage_notebook.group_text.left"),
        context.say("coverage_notebook.persons"),
        context.language,
    )


def _figure(context: PartContext, groups: Sequence[Group]) -> Block:
    chart = group_chart(context, groups)
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.groups
    )
    first = groups[0]
    return blocks.figure(
        "groups-chart",
        context.say(
            "coverage_notebook.group_text.title",
            group=first.name, left=decimal_text(first.left, context.language),
        ),
        reach_svg(chart),
        context.say("coverage_notebook.group_text.alt", values=values),
        notes=[_basis(context, first)],
        csv=csv_text(
            ("group", "active", "potential"),
            [(group.coverage.category, group.active, group.potential) for group in groups],
        ),
    )  # fmt: skip


def _table(context: PartContext, groups: Sequence[Group]) -> Block:
    columns = [
        text_column("group", context.say("coverage_notebook.column.group"), 2.4),
        number_column("active", context.say("column.active"), 1.1),
        number_column("potential", context.say("coverage_notebook.column.potential"), 1.1),
        number_column("coverage", context.say("column.coverage"), 1.6),
        number_column("left", context.say("coverage_notebook.column.left"), 1.2),
    ]
    lines = [
        Line(
            (
                label(group.name),
                _count(context, group.active),
                _count(context, group.potential),
                figure_entry(group.coverage, context.words, bar_of=100.0),
                _count(context, group.left),
            )
        )
        for group in groups
    ]
    notes = [
        context.say("coverage_notebook.group_text.note"),
        _basis(context, groups[0]),
    ]
    title = context.say("coverage_notebook.group_text.table_title")
    return make_table("groups-table", title, columns, lines, notes=notes)


def _basis(context: PartContext, group: Group) -> str:
    """Date, scope and source of the potentials; their sizes stand beside each group."""
    without_size = replace(group.coverage, denominator=None)
    return basis_text(context.releasable, without_size, context.words)


def _count(context: PartContext, number: float) -> Entry:
    text = decimal_text(number, context.language)
    return Entry(text, int(number), "zero" if number == 0 else "available")


def _counts_table(context: PartContext, counted: Sequence[Figure]) -> Block:
    columns = [
        text_column("group", context.say("coverage_notebook.column.group"), 2.4),
        number_column("active", context.say("column.active"), 1.2),
    ]
    ordered = sorted(counted, key=lambda one: (not one.is_available, -(one.value or 0.0)))
    lines = [
        Line(
            (
                label(context.say(f"coverage_notebook.group.{figure.category}")),
                figure_entry(figure, context.words),
            )
        )
        for figure in ordered
    ]
    basis = next(figure for figure in ordered if figure.is_available)
    notes = [
        context.say("coverage_notebook.group_text.no_potential"),
        basis_text(context.releasable, basis, context.words),
    ]
    title = context.say("coverage_notebook.group_text.counts_title")
    return make_table("groups-table", title, columns, lines, notes=notes)
