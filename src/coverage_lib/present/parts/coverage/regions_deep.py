"""Regions below in depth: ranked, over time, and two levels down."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.small_multiples import Panel, SmallMultiples, small_multiples_svg
from coverage_lib.present.charts.trend import Point
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.coverage.region_charts import (
    bars_figure,
    basis_of,
    map_figure,
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
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.parts.sentences import known_children, level_word, place_of
from coverage_lib.present.places import level_below, row_name, short_name
from coverage_lib.present.quantities import (
    Change,
    as_of_text,
    change_since_previous,
    figure_text,
    known_value,
    short_scope_text,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    change_entry,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

_SEGMENTS = ("PU", "BPU")
#: Fewer points than this are a difference, which the table has.
_FEWEST_POINTS = 3
_MOST_PANELS = 24
#: For a figure that cannot exist, such as the coverage of an unknown region; a note explains it.
_DASH = "–"


def regions_ranked(releasable: Releasable, language: str) -> Blocks:
    """Children from high to low: bars with the target, a map, and a table with all columns.

    Empty for a village and where nothing is known.
    """
    context = open_part(releasable, language)
    children = rows_of_children(releasable)
    if not is_anything_known(children):
        return context.show([])
    level = level_word(context)
    shown: list[Block] = [blocks.heading(2, "region", context.say("section.region", level=level))]
    comparable = [child for child in children if child.is_headline]
    indicator = charted(comparable)
    if indicator is not None:
        shown.append(bars_figure(context, "region-chart", comparable, indicator, level))
        drawn = map_figure(context, "region-map", comparable, indicator, level)
        shown += [drawn] if drawn is not None else []
    return context.show([*shown, _table(context, ranked(children, indicator or "coverage"))])


def _table(context: PartContext, children: Sequence[RegionRow]) -> Block:
    """The children as ordered and the region itself; columns that no child could fill are left out."""
    releasable = context.releasable
    whole = row_of(releasable, releasable.region)
    everyone = [*children, whole]
    changes = [change_since_previous(releasable, one.figure("coverage")) for one in everyone]
    below = level_below(releasable.region) or releasable.region.level
    columns = [text_column("region", context.say(f"level_title.{below}"), 2.0)]
    cells: list[list[Entry]] = [[label(_name(context, one, whole))] for one in everyone]
    for key, entries in _columns(context, everyone, changes):
        if all(entry.status == "not_available" for entry in entries[:-1]):
            continue
        columns.append(number_column(key, context.say(_COLUMN_LABELS[key]), 1.1))
        for line, entry in zip(cells, entries, strict=True):
            line.append(entry)
    lines = [
        Line(tuple(entries), _role(one, whole))
        for one, entries in zip(everyone, cells, strict=True)
    ]
    notes = _notes(context, children, whole, changes)
    return make_table(
        "region-table",
        context.say("by_region.table_title", level=level_word(context)),
        columns,
        lines,
        notes=notes,
        codes=[one.region.code for one in everyone],
    )


_COLUMN_LABELS = {
    "active": "coverage_notebook.column.active",
    "eligible": "column.eligible",
    "coverage": "column.coverage",
    "change": "coverage_notebook.column.change",
    "PU": "coverage_notebook.column.PU",
    "BPU": "coverage_notebook.column.BPU",
    "gap": "coverage_notebook.column.gap",
}


def _columns(
    context: PartContext, rows: Sequence[RegionRow], changes: Sequence[Change | None]
) -> list[tuple[str, list[Entry]]]:
    """The entries of each column, the region itself last."""
    words = context.words
    segments = [
        (
            name,
            [
                _entry(
                    context, one,
                    context.releasable.figure(
                        "coverage", "segment", name, region_code=one.region.code
                    ),
                )
                for one in rows
            ],
        )
        for name in _SEGMENTS
    ]  # fmt: skip
    moved = [
        _cannot_be() if one.region.is_unknown else change_entry(change, words)
        for one, change in zip(rows, changes, strict=True)
    ]
    plain = {
        key: [_entry(context, one, one.figure(name), bar=key == "coverage") for one in rows]
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


def _entry(context: PartContext, row: RegionRow, figure: Figure, *, bar: bool = False) -> Entry:
    """An unknown region has participants, but nothing that they could be a share of."""
    is_count = figure.indicator == "active_participants"
    if row.region.is_unknown and not figure.is_available and not is_count:
        return _cannot_be()
    return figure_entry(figure, context.words, bar_of=100.0 if bar and row.is_headline else None)


def _cannot_be() -> Entry:
    return Entry(_DASH, None, "not_available")


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
    if any(
        context.releasable.figures("coverage", "segment", region_code=one.region.code)
        for one in (whole, *children)
    ):
        notes.append(context.say("coverage_notebook.region.segments"))
    return [*notes, *_dash_note(context, children), *_sum_note(context, children, whole)]


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


def regions_over_time(releasable: Releasable, language: str) -> Blocks:
    """The trend of each child in a panel of its own; empty where fewer than two have one."""
    context = open_part(releasable, language)
    chart = trend_panels(context)
    if chart is None:
        return context.show([])
    known = sorted(chart.panels, key=lambda panel: panel.points[-1].value - panel.points[0].value)
    fallen = sum(panel.points[-1].value < panel.points[0].value for panel in known)
    values = {
        "count": decimal_text(fallen, context.language),
        "all": decimal_text(len(known), context.language), "level": level_word(context),
        "name": known[0].name, "first": known[0].points[0].text, "last": known[0].points[-1].text,
    }  # fmt: skip
    key = "none" if fallen == 0 else "every" if fallen == len(known) else "some"
    shown = "; ".join(
        context.say(
            "coverage_notebook.region.alt_panel",
            name=panel.name, first=panel.points[0].text, last=panel.points[-1].text,
        )
        for panel in chart.panels
    )  # fmt: skip
    basis = releasable.figure("coverage", scope=headline_scope(releasable))
    rows = [
        (panel.name, point.day.isoformat(), point.value)
        for panel in chart.panels
        for point in panel.points
    ]
    notes = [context.say("coverage_notebook.region.panels_note")]
    if basis.is_available:
        notes.insert(0, basis_of(context, basis))
    figure = blocks.figure(
        "region-trends",
        context.say(f"coverage_notebook.region.panels_title.{key}", **values),
        small_multiples_svg(chart),
        context.say("coverage_notebook.region.panels_alt", values=shown),
        notes=notes,
        csv=csv_text(("name", "as_of", "coverage"), rows),
    )
    return context.show([figure])


def trend_panels(context: PartContext) -> SmallMultiples | None:
    """Children with enough points, the highest now first; None where fewer than two have them."""
    releasable, words = context.releasable, context.words
    scope = headline_scope(releasable)
    panels = []
    for child in known_children(releasable):
        points = tuple(
            Point(one.as_of, known_value(one), figure_text(one, words))
            for one in releasable.series("coverage", region_code=child.code, scope=scope)
            if one.is_available and one.as_of is not None
        )
        if len(points) >= _FEWEST_POINTS and not child.is_unknown:
            panels.append(Panel(short_name(child, words), points))
    if not 2 <= len(panels) <= _MOST_PANELS:
        return None
    panels.sort(key=lambda panel: -panel.points[-1].value)
    unit = context.say("by_region.unit")
    return SmallMultiples(tuple(panels), unit, context.language)


def regions_two_levels_down(releasable: Releasable, language: str) -> Blocks:
    """A map and a table of the grandchildren, grouped by child; empty where there are none."""
    context = open_part(releasable, language)
    rows = rows_of(releasable, releasable.grandchildren)
    if not is_anything_known(rows):
        return context.show([])
    first = next(iter(releasable.grandchildren))
    level = context.say(f"level.{first.level}")
    shown: list[Block] = [
        blocks.heading(2, "region-below", context.say("section.region", level=level))
    ]
    comparable = [row for row in rows if row.is_headline]
    indicator = charted(comparable)
    if indicator is not None:
        groups = [child for child in known_children(releasable) if not child.is_unknown]
        drawn = map_figure(context, "region-below-map", comparable, indicator, level, groups)
        shown += [drawn] if drawn is not None else []
    return context.show([*shown, _grouped_table(context, rows, level)])


def _grouped_table(context: PartContext, rows: Sequence[RegionRow], level: str) -> Block:
    """Grandchildren from high to low below their parent, which stands above them as their total."""
    releasable = context.releasable
    columns = [
        text_column("region", context.say(f"level_title.{rows[0].region.level}"), 2.2),
        text_column("parent", context.say(f"level_title.{_parent_level(releasable)}"), 1.6),
        *(
            number_column(key, context.say(_COLUMN_LABELS[key]), 1.2)
            for key in ("active", "eligible", "coverage")
        ),
    ]
    whole = row_of(releasable, releasable.region)
    lines, codes = [], []
    for parent in rows_of_children(releasable):
        if _is_empty(parent):
            continue
        codes.append(parent.region.code)
        if parent.region.is_unknown:
            place = place_of(context)
            name = context.say("coverage_notebook.region.unknown_in", place=place)
            lines.append(_line(context, parent, "unknown", name=name))
            continue
        lines.append(_line(context, parent, "total"))
        above = short_name(parent.region, context.words)
        below = [row for row in rows if row.region.parent_code == parent.region.code]
        for row in ranked((row for row in below if not _is_empty(row)), "coverage"):
            role: RowRole = "unknown" if row.region.is_unknown else "body"
            lines.append(_line(context, row, role, above))
            codes.append(row.region.code)
    lines.append(_line(context, whole, "total", name=place_of(context)))
    codes.append(releasable.region.code)
    coverage = whole.figure("coverage")
    notes = [basis_of(context, coverage)] if coverage.is_available else []
    notes += _dash_note(context, rows)
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


def _is_empty(row: RegionRow) -> bool:
    """An unknown region that holds nobody says nothing."""
    active = row.figure("active_participants")
    return row.region.is_unknown and (active.status == "not_available" or active.value == 0)


def _line(
    context: PartContext, row: RegionRow, role: RowRole, parent: str = "", *, name: str = ""
) -> Line:
    """One region with the name of its parent; the parents stand out as totals of those below."""
    named = label(name or row_name(row.region, context.words))
    entries = [
        _entry(context, row, row.figure(indicator), bar=indicator == "coverage")
        for indicator in ("active_participants", "eligible_workers", "coverage")
    ]
    return Line((named, words_entry(parent), *entries), role)


def _parent_level(releasable: Releasable) -> str:
    return level_below(releasable.region) or releasable.region.level


def _dash_note(context: PartContext, rows: Sequence[RegionRow]) -> list[str]:
    """What a dash means, where one is printed."""
    if not any(row.region.is_unknown and not _is_empty(row) for row in rows):
        return []
    meaning = context.say("status.not_applicable")
    return [context.say("coverage_notebook.region.dash", dash=_DASH, meaning=meaning)]
