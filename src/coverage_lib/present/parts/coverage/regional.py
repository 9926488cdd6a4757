"""Coverage of the region's children: bars with the target, a map, and a table that sums."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.parts.coverage.region_charts import bars_figure, map_figure
from coverage_lib.present.parts.coverage.region_rows import (
    INDICATORS,
    RegionRow,
    charted,
    is_anything_known,
    row_of,
    rows_of_children,
)
from coverage_lib.present.parts.sentences import level_word, place_of
from coverage_lib.present.places import level_below, row_name
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    change_since_previous,
    known_value,
    short_scope_text,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    change_entry,
    figure_entry,
    label,
    make_table,
    not_applicable,
    number_column,
    text_column,
)

_COLUMNS = ("active", "eligible", "coverage", "gap")


def coverage_by_region(releasable: Releasable, language: str) -> Blocks:
    """Bars, map and table of the children; empty for a village and where nothing is known.

    Where no child has a coverage the bars and the map show active participants instead. Only
    figures in the region's own scope are drawn; a child that has none stands in the table
    with its other scope named.
    """
    context = open_part(releasable, language)
    children = rows_of_children(releasable)
    if not is_anything_known(children):
        return context.show([])
    level = level_word(context)
    shown: list[Block] = [blocks.heading(2, "region", context.say("section.region", level=level))]
    comparable = tuple(child for child in children if child.is_headline)
    indicator = charted(comparable)
    if indicator is not None:
        shown.append(bars_figure(context, "region-chart", comparable, indicator, level))
        drawn = map_figure(context, "region-map", comparable, indicator, level)
        shown += [drawn] if drawn is not None else []
    return context.show([*shown, region_table(context, children)])


def region_table(context: PartContext, children: Sequence[RegionRow]) -> Block:
    """The children in the order given and the region itself as their total."""
    releasable, words = context.releasable, context.words
    whole = row_of(releasable, releasable.region)
    everyone = [*children, whole]
    # A column that only the last row could fill says nothing about the children.
    kept = [
        place
        for place in range(len(INDICATORS))
        if any(child.figures[place].status != "not_available" for child in children)
    ]
    changes = [change_since_previous(releasable, one.figure("coverage")) for one in everyone]
    with_change = any(change is not None for change in changes[:-1])
    below = level_below(releasable.region) or releasable.region.level
    columns = [text_column("region", context.say(f"level_title.{below}"), 2.2)]
    columns += [
        number_column(_COLUMNS[place], context.say(f"column.{_COLUMNS[place]}"), 1.2)
        for place in kept
    ]
    if with_change:
        columns.append(number_column("change", context.say("column.change"), 1.2))
    lines = []
    for one, change in zip(everyone, changes, strict=True):
        name = place_of(context) if one is whole else row_name(one.region, words)
        if not one.is_headline:
            scope = short_scope_text(one.scope, words)
            name = context.say("by_region.other_scope", name=name, scope=scope)
        entries = [label(name), *(_entry(context, one, INDICATORS[place]) for place in kept)]
        if with_change:
            unknown = one.region.is_unknown
            entries.append(not_applicable(words) if unknown else change_entry(change, words))
        role: RowRole = "total" if one is whole else "unknown" if one.region.is_unknown else "body"
        lines.append(Line(tuple(entries), role))
    return make_table(
        "region-table",
        context.say("by_region.table_title", level=level_word(context)),
        columns,
        lines,
        notes=_table_notes(context, children, whole, [c.earlier for c in changes if c is not None]),
        codes=[one.region.code for one in everyone],
    )


def _entry(context: PartContext, child: RegionRow, indicator: str) -> Entry:
    """An unknown region has participants, but nothing that they could be a share of."""
    figure = child.figure(indicator)
    if child.region.is_unknown and not figure.is_available and indicator != "active_participants":
        return not_applicable(context.words)
    with_bar = indicator == "coverage" and child.is_headline
    return figure_entry(figure, context.words, bar_of=100.0 if with_bar else None)


def _table_notes(
    context: PartContext, children: Sequence[RegionRow], whole: RegionRow, earlier: Sequence[Figure]
) -> list[str]:
    words = context.words
    example = next(
        (
            one
            for one in (whole, *children)
            if one.is_headline and one.figure("coverage").is_available
        ),
        whole,
    )
    named = (
        example.figure("coverage")
        if example.figure("coverage").is_available
        else example.figure("active_participants")
    )
    notes = [basis_text(context.releasable, named, words)] if named.is_available else []
    days = sorted({as_of_text(figure, words) for figure in earlier})
    if len(days) == 1:
        notes.append(context.say("by_segment.note_change", day=days[0]))
    active = [child.figure("active_participants") for child in children]
    total = whole.figure("active_participants")
    if any(not child.is_headline for child in children):
        notes.append(context.say("by_region.note_scopes", level=level_word(context)))
    if any(not figure.is_available for figure in active):
        notes.append(context.say("by_region.partial", level=level_word(context)))
    elif (
        all(child.is_headline for child in children)
        and total.is_available
        and sum(map(known_value, active)) == known_value(total)
    ):
        notes.append(context.say("by_region.sums", level=level_word(context)))
    return notes
