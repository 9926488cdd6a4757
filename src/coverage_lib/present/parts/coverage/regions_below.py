"""Regions two levels down: a table grouped by the regions between, and a map."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.parts.coverage.region_charts import basis_of, map_figure
from coverage_lib.present.parts.coverage.region_entries import (
    COLUMN_LABELS,
    dash_note,
    is_empty,
    region_entry,
)
from coverage_lib.present.parts.coverage.region_rows import (
    RegionRow,
    charted,
    is_anything_known,
    ranked,
    row_of,
    rows_of,
    rows_of_children,
)
from coverage_lib.present.parts.sentences import known_children, place_of
from coverage_lib.present.places import level_below, row_name, short_name
from coverage_lib.present.tables import (
    Line,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

_COLUMNS = (
    ("active", "active_participants"), ("eligible", "eligible_workers"), ("coverage", "coverage"),
)  # fmt: skip


def regions_two_levels_down(releasable: Releasable, language: str) -> Blocks:
    """A table of the grandchildren, grouped by child, and a map; empty where there are none."""
    context = open_part(releasable, language)
    rows = rows_of(releasable, releasable.grandchildren)
    if not is_anything_known(rows):
        return context.show([])
    first = next(iter(releasable.grandchildren))
    level = context.say(f"level.{first.level}")
    shown: list[Block] = [
        blocks.heading(2, "region-below", context.say("section.region", level=level))
    ]
    shown.append(_grouped_table(context, rows, level))
    comparable = [row for row in rows if row.is_headline]
    indicator = charted(comparable)
    if indicator is not None:
        groups = [child for child in known_children(releasable) if not child.is_unknown]
        drawn = map_figure(context, "region-below-map", comparable, indicator, level, groups)
        shown += [drawn] if drawn is not None else []
    return context.show(shown)


def _grouped_table(context: PartContext, rows: Sequence[RegionRow], level: str) -> Block:
    """Grandchildren from high to low below their parent, which stands above them as their total.

    A column that none of them could fill is left out.
    """
    releasable = context.releasable
    kept = [
        (key, name)
        for key, name in _COLUMNS
        if any(row.figure(name).status != "not_available" for row in rows)
    ]
    names = [name for _, name in kept]
    columns = [
        text_column("region", context.say(f"level_title.{rows[0].region.level}"), 2.2),
        text_column("parent", context.say(f"level_title.{_parent_level(releasable)}"), 1.6),
        *(number_column(key, context.say(COLUMN_LABELS[key]), 1.2) for key, _ in kept),
    ]
    whole = row_of(releasable, releasable.region)
    lines, codes = [], []
    for parent in rows_of_children(releasable):
        if is_empty(parent):
            continue
        codes.append(parent.region.code)
        if parent.region.is_unknown:
            place = place_of(context)
            name = context.say("coverage_notebook.region.unknown_in", place=place)
            lines.append(_line(context, parent, "unknown", names, name=name))
            continue
        lines.append(_line(context, parent, "total", names))
        above = short_name(parent.region, context.words)
        below = [row for row in rows if row.region.parent_code == parent.region.code]
        for row in ranked((row for row in below if not is_empty(row)), "coverage"):
            role: RowRole = "unknown" if row.region.is_unknown else "body"
            lines.append(_line(context, row, role, names, above))
            codes.append(row.region.code)
    lines.append(_line(context, whole, "total", names, name=place_of(context)))
    codes.append(releasable.region.code)
    coverage = whole.figure("coverage")
    notes = [basis_of(context, coverage)] if coverage.is_available else []
    notes += dash_note(context, rows)
    if any(not row.figure("active_participants").is_available for row in rows):
        notes.append(context.say("by_region.partial", level=level))
    return make_table(
        "region-below-table",
        context.say("by_region.table_title", level=level),
        columns,
        lines,
        notes=notes,
        codes=codes,
    )


def _line(
    context: PartContext,
    row: RegionRow,
    role: RowRole,
    indicators: Sequence[str],
    parent: str = "",
    *,
    name: str = "",
) -> Line:
    """One region with the name of its parent; the parents stand out as totals of those below."""
    named = label(name or row_name(row.region, context.words))
    entries = [
        region_entry(context, row, row.figure(indicator), bar=indicator == "coverage")
        for indicator in indicators
    ]
    return Line((named, words_entry(parent), *entries), role)


def _parent_level(releasable: Releasable) -> str:
    return level_below(releasable.region) or releasable.region.level
