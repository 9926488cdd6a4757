"""Why coverage changed: a bridge in percentage points, and a table of all changes known."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.waterfall import Step, WaterfallChart, waterfall_svg
from coverage_lib.present.context import PartContext, joined, open_part
from coverage_lib.present.formats import day_text, percent_text, short_day_text
from coverage_lib.present.parts.coverage.change import cause_sentences, reasons_text
from coverage_lib.present.parts.coverage.movements import (
    EFFECTS,
    UNKNOWN,
    WINDOWS,
    CoverageChange,
    change_over,
    change_to_tell,
    published_changes,
)
from coverage_lib.present.parts.headline import headline_figure
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
    words_entry,
)

_SIZES = ("total", *EFFECTS, UNKNOWN)


def causes_of_change(releasable: Releasable, language: str) -> Blocks:
    """Sentences, a bridge of the longest change whose causes differ, and all changes in tables.

    Empty where no change of coverage is known.
    """
    context = open_part(releasable, language)
    told = change_to_tell(releasable)
    if told is None:
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "causes", context.say("coverage_notebook.heading.causes")),
    ]
    drawn = _drawn(releasable, told)
    sentences = cause_sentences(context, told)
    if drawn is not told:
        sentences += cause_sentences(context, drawn)
    shown.append(blocks.paragraph(joined(sentences)))
    chart = cause_chart(context, drawn)
    if chart is not None:
        shown.append(_figure(context, drawn, chart))
    computed = [one for name in WINDOWS if (one := change_over(releasable, name)) is not None]
    if len(computed) > 1:
        shown.append(_table(context, computed))
    published = published_changes(releasable)
    if published:
        shown.append(_published_table(context, published))
    return context.show(shown)


def _drawn(releasable: Releasable, told: CoverageChange) -> CoverageChange:
    """The change over the most reports that has more than one cause, else the one told."""
    longer = [change_over(releasable, name) for name in reversed(WINDOWS)]
    many = [one for one in longer if one is not None and sum(one.has(name) for name in EFFECTS) > 1]
    return many[0] if many else told


def cause_chart(context: PartContext, change: CoverageChange) -> WaterfallChart | None:
    """The bridge from the earlier coverage to the later; effects of zero are left out.

    None where only one thing moved, which a sentence says as well, or the earlier coverage
    is not among the figures.
    """
    releasable, language = context.releasable, context.language
    later = releasable.figure("coverage", scope=change.total.scope)
    earlier = _earlier(releasable, change)
    moved = [name for name in (*EFFECTS, UNKNOWN) if change.has(name)]
    if earlier is None or not later.is_available or len(moved) < 2:
        return None
    steps = [
        Step(
            short_day_text(change.since, language), known_value(earlier),
            figure_text(earlier, context.words), is_level=True,
        ),
        *(
            Step(
                context.say(f"coverage_notebook.cause.{name}"),
                known_value(change.effects[name]),
                _signed_percent(context, change.effects[name]),
            )
            for name in moved
        ),
        Step(
            short_day_text(later.as_of, language) if later.as_of else "", known_value(later),
            figure_text(later, context.words), is_level=True,
        ),
    ]  # fmt: skip
    unit = context.say("coverage_notebook.cause.unit")
    return WaterfallChart(tuple(steps), unit, context.say("coverage_notebook.cut"), language)


def _signed_percent(context: PartContext, effect: Figure) -> str:
    sign = "+" if known_value(effect) > 0 else ""
    return sign + percent_text(known_value(effect), context.language).removesuffix("%").strip()


def _earlier(releasable: Releasable, change: CoverageChange) -> Figure | None:
    """The coverage that the change begins with, as it is held for its day and scope."""
    for figure in releasable.series("coverage", scope=change.earlier_scope):
        if figure.is_available and figure.as_of == change.since:
            return figure
    return None


def _figure(context: PartContext, change: CoverageChange, chart: WaterfallChart) -> Block:
    largest = max(
        (change.effects[name] for name in (*EFFECTS, UNKNOWN) if change.has(name)),
        key=lambda one: abs(known_value(one)),
    )
    name = largest.category.rpartition(":")[2]
    values = "; ".join(
        context.say("by_region.alt_value", name=step.name, value=step.text) for step in chart.steps
    )
    coverage = context.releasable.figure("coverage", scope=change.total.scope)
    return blocks.figure(
        "causes-chart",
        context.say(
            f"coverage_notebook.cause.title.{direction_of(change.total)}",
            place=place_of(context), since=day_text(change.since, context.language),
            size=size_text(change.total, context.words),
            cause=context.say(f"coverage_notebook.cause.in_title.{name}"),
            effect=figure_text(largest, context.words),
        ),
        waterfall_svg(chart),
        context.say("coverage_notebook.cause.alt", values=values),
        notes=[
            basis_text(context.releasable, coverage, context.words),
            context.say("coverage_notebook.cause.note"),
        ],
        csv=csv_text(("step", "value"), [(step.name, step.value) for step in chart.steps]),
    )  # fmt: skip


def _table(context: PartContext, changes: Sequence[CoverageChange]) -> Block:
    """Computed changes of the headline scope, one a line, the nearest first."""
    names = [name for name in _SIZES if name in ("total", "participants", "denominator")]
    names += [name for name in _SIZES[3:] if any(change.has(name) for change in changes)]
    columns = [
        text_column("since", context.say("coverage_notebook.column.since"), 1.6),
        *_number_columns(context, names),
    ]
    lines = [
        Line(
            (
                label(day_text(change.since, context.language)),
                *(_entry(context, change, name) for name in names),
            )
        )
        for change in changes
    ]
    basis = headline_figure(context.releasable, "coverage")
    notes = [
        context.say("coverage_notebook.cause.adds_up"),
        basis_text(context.releasable, basis, context.words),
    ]
    title = context.say("coverage_notebook.cause.table_title")
    return make_table("causes-table", title, columns, lines, notes=notes)


def _published_table(context: PartContext, changes: Sequence[CoverageChange]) -> Block:
    """Earlier published figures against the period's, with what of the difference is known."""
    columns = [
        text_column("since", context.say("coverage_notebook.column.since"), 1.5),
        text_column("scope", context.say("coverage_notebook.column.earlier_scope"), 1.5),
        *_number_columns(context, _SIZES),
    ]
    lines = [
        Line(
            (
                label(day_text(change.since, context.language)),
                words_entry(short_scope_text(change.earlier_scope, context.words)),
                *(_entry(context, change, name) for name in _SIZES),
            )
        )
        for change in changes
    ]
    reasons = [
        context.say(
            "coverage_notebook.cause.reasons",
            day=day_text(change.since, context.language), reasons=reasons_text(context, change),
        )
        for change in changes
        if change.has(UNKNOWN)
    ]  # fmt: skip
    later = changes[0].total
    compared = context.say(
        "coverage_notebook.cause.published_note",
        day=as_of_text(later, context.words), scope=short_scope_text(later.scope, context.words),
    )  # fmt: skip
    notes = [compared, *reasons]
    title = context.say("coverage_notebook.cause.published_title")
    return make_table("published-changes-table", title, columns, lines, notes=notes)


def _number_columns(context: PartContext, names: Sequence[str]) -> list[blocks.Column]:
    return [
        number_column(name, context.say(f"coverage_notebook.cause.column.{name}"), 1)
        for name in names
    ]


def _entry(context: PartContext, change: CoverageChange, name: str) -> Entry:
    """A part of a change; the word for not known where it is hidden in the unknown rest."""
    figure = change.total if name == "total" else change.effects[name]
    if not figure.is_available:
        return Entry(context.say("coverage_notebook.cause.not_known"), None, "not_available")
    return figure_entry(figure, context.words)
