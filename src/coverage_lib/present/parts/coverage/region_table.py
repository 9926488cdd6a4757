"""The table of regions side by side, with the region itself as their last row."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.present.block_kinds import RowRole, Table
from coverage_lib.present.context import PartContext
from coverage_lib.present.parts.coverage.region_charts import basis_of
from coverage_lib.present.parts.coverage.region_entries import (
    COLUMN_LABELS,
    cannot_be,
    dash_note,
    region_entry,
)
from coverage_lib.present.parts.coverage.region_rows import RegionRow, row_of
from coverage_lib.present.parts.sentences import level_word, place_of
from coverage_lib.present.places import level_below, row_name
from coverage_lib.present.quantities import (
    Change,
    as_of_text,
    change_since_previous,
    known_value,
    short_scope_text,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    change_entry,
    label,
    make_table,
    number_column,
    text_column,
)

_SEGMENTS = ("PU", "BPU")


def region_table(
    context: PartContext, children: Sequence[RegionRow], *, with_segments: bool
) -> Table:
    """The children as ordered and the region itself; columns that no child could fill are left out."""
    releasable = context.releasable
    whole = row_of(releasable, releasable.region)
    everyone = [*children, whole]
    changes = [change_since_previous(releasable, one.figure("coverage")) for one in everyone]
    below = level_below(releasable.region) or releasable.region.level
    columns = [text_column("region", context.say(f"level_title.{below}"), 2.0)]
    cells: list[list[Entry]] = [[label(_name(context, one, whole))] for one in everyone]
    segments = _SEGMENTS if with_segments else ()
    for key, entries in _columns(context, everyone, changes, segments):
        if all(entry.status == "not_available" for entry in entries[:-1]):
            continue
        columns.append(number_column(key, context.say(COLUMN_LABELS[key]), 1.1))
        for line, entry in zip(cells, entries, strict=True):
            line.append(entry)
    lines = [
        Line(tuple(entries), _role(one, whole))
        for one, entries in zip(everyone, cells, strict=True)
    ]
    notes = _notes(context, children, whole, changes)
    if any(column["key"] in _SEGMENTS for column in columns):
        notes.append(context.say("coverage_notebook.region.segments"))
    return make_table(
        "region-table",
        context.say("by_region.table_title", level=level_word(context)),
        columns,
        lines,
        notes=notes,
        codes=[one.region.code for one in everyone],
    )


def _columns(
    context: PartContext,
    rows: Sequence[RegionRow],
    changes: Sequence[Change | None],
    names: Sequence[str],
) -> list[tuple[str, list[Entry]]]:
    """The entries of each column, the region itself last."""
    words = context.words
    segments = [
        (
            name,
            [
                region_entry(
                    context, one,
                    context.releasable.figure(
                        "coverage", "segment", name, region_code=one.region.code
                    ),
                )
                for one in rows
            ],
        )
        for name in names
    ]  # fmt: skip
    moved = [
        cannot_be() if one.region.is_unknown else change_entry(change, words)
        for one, change in zip(rows, changes, strict=True)
    ]
    plain = {
        key: [region_entry(context, one, one.figure(name), bar=key == "coverage") for one in rows]
        for key, name in (
            ("active", "active_participants"), ("eligible", "eligible_workers"),
            ("coverage", "coverage"), ("gap", "gap_to_target"),
        )
    }  # fmt: skip
    return [
        ("active", plain["active"]),
        ("eligible", plain["eligible"]),
        ("coverage", plain["coverage"]),
        ("change", moved),
        *segments,
        ("gap", plain["gap"]),
    ]


def _name(context: PartContext, row: RegionRow, whole: RegionRow) -> str:
    if row is whole:
        return place_of(context)
    name = row_name(row.region, context.words)
    if row.is_headline:
        return name
    scope = short_scope_text(row.scope, context.words)
    return context.say("by_region.other_scope", name=name, scope=scope)


def _role(row: RegionRow, whole: RegionRow) -> RowRole:
    if row is whole:
        return "total"
    return "unknown" if row.region.is_unknown else "body"


def _notes(
    context: PartContext,
    children: Sequence[RegionRow],
    whole: RegionRow,
    changes: Sequence[Change | None],
) -> list[str]:
    coverage = whole.figure("coverage")
    example = coverage if coverage.is_available else whole.figure("active_participants")
    notes = [basis_of(context, example)] if example.is_available else []
    days = sorted({as_of_text(one.earlier, context.words) for one in changes if one is not None})
    if len(days) == 1:
        notes.append(context.say("coverage_notebook.region.note_change", day=days[0]))
    return [*notes, *dash_note(context, children), *_sum_note(context, children, whole)]


def _sum_note(context: PartContext, children: Sequence[RegionRow], whole: RegionRow) -> list[str]:
    """Whether the rows add up to the last one, or why they need not."""
    level = level_word(context)
    if any(not child.is_headline for child in children):
        return [context.say("by_region.note_scopes", level=level)]
    active = [child.figure("active_participants") for child in children]
    if any(not figure.is_available for figure in active):
        return [context.say("by_region.partial", level=level)]
    total = whole.figure("active_participants")
    if total.is_available and sum(map(known_value, active)) == known_value(total):
        return [context.say("by_region.sums", level=level)]
    return []
