"""The village ecosystem: who of those holding a village office is registered."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.sentences import village_figures
from coverage_lib.present.quantities import as_of_text, figure_text, source_text, status_of
from coverage_lib.present.tables import (
    Entry,
    Line,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)

_INDICATOR = "village_ecosystem_coverage"
#: Each position group with the positions that it adds up; a group of one stands for itself.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("heads_officials", ("village_head", "village_official")),
    ("rt_rw_lkd", ("neighbourhood_head", "village_institution")),
    ("village_council", ()),
)


def village_ecosystem(releasable: Releasable, language: str) -> Blocks:
    """Registered against roster by position, groups as subtotals; empty where nothing is known."""
    context = open_part(releasable, language)
    rows = _rows(context)
    if not rows:
        return context.show([])
    example = next((figure for _, figure, _ in rows if figure.is_available), rows[0][1])
    lines = [_line(context, name, figure, role) for name, figure, role in rows]
    with_counts = any(figure.numerator is not None for _, figure, _ in rows)
    columns = [
        text_column("position", context.say("column.position"), 2.4),
        number_column("registered", context.say("column.registered"), 1),
        number_column("roster", context.say("column.roster"), 1),
        number_column("share", context.say("column.share"), 1.2),
    ]
    if not with_counts:
        columns = [columns[0], columns[3]]
        lines = [Line((line.entries[0], line.entries[3]), line.role) for line in lines]
    notes = _notes(context, example)
    shown: list[Block] = [blocks.heading(2, "village", context.say("section.village"))]
    title = _title(context)
    return context.show([*shown, make_table("village-table", title, columns, lines, notes=notes)])


def _rows(context: PartContext) -> list[tuple[str, Figure, RowRole]]:
    releasable = context.releasable
    rows: list[tuple[str, Figure, RowRole]] = []
    for group, positions in _GROUPS:
        below: list[tuple[str, Figure, RowRole]] = [
            (context.say(f"position.{position}"), figure, "body")
            for position in positions
            for figure in (releasable.figure(_INDICATOR, "position", position),)
            if figure.status != "not_available"
        ]
        rows += below
        whole = releasable.figure(_INDICATOR, "position_group", group)
        if whole.status == "not_available" and not positions:
            whole = releasable.figure(_INDICATOR, "position", group)
        if whole.status != "not_available":
            rows.append(
                (context.say(f"position_group.{group}"), whole, "total" if below else "body")
            )
    total = releasable.figure(_INDICATOR)
    if total.status != "not_available":
        rows.append((context.say("total.all"), total, "total"))
    return rows


def _notes(context: PartContext, example: Figure) -> list[str]:
    day = as_of_text(example, context.words)
    source = source_text(example.denominator_source or "roster", context.words)
    notes = [context.say("village.note", day=day, source=source)]
    if example.origin == "published":
        notes.append(context.say("village.note_published", day=day))
    return notes


def _line(context: PartContext, name: str, figure: Figure, role: RowRole) -> Line:
    return Line(
        (
            label(name),
            _count(context, figure, figure.numerator),
            _count(context, figure, figure.denominator),
            figure_entry(figure, context.words, bar_of=100.0),
        ),
        role,
    )


def _count(context: PartContext, figure: Figure, value: float | None) -> Entry:
    """One side of the ratio; a published share without it says that it is not available."""
    if value is None:
        status = "not_available" if figure.is_available else status_of(figure)
        return Entry(context.say(f"status.{status}"), None, status)
    raw = int(value) if float(value).is_integer() else value
    return Entry(decimal_text(value, context.language), raw, "zero" if value == 0 else "available")


def _title(context: PartContext) -> str:
    """How much of the two largest groups is registered, as far as it is known."""
    heads, rt_rw = village_figures(context.releasable)
    words = context.words
    values = {"heads": figure_text(heads, words), "rt_rw": figure_text(rt_rw, words)}
    if heads.is_available and rt_rw.is_available:
        key = "both"
    elif heads.is_available:
        key = "heads"
    elif rt_rw.is_available:
        key = "rt_rw"
    else:
        key = "none"
    return context.say(f"village.title.{key}", **values)
