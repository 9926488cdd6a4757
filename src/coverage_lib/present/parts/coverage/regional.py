"""Coverage of the region's children: bars with the target, a map, and a table that sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.axes import Target
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.maps import Area, AreaMap, Classes, equal_classes, map_svg
from coverage_lib.present.parts.headline import headline_scope, meets, target_of
from coverage_lib.present.parts.sentences import known_children, level_word, place_of
from coverage_lib.present.places import level_below, row_name, short_name
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
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
    not_applicable,
    number_column,
    text_column,
)
from coverage_lib.reference.boundaries import outlines
from coverage_lib.reference.regions import Region

_INDICATORS = ("active_participants", "eligible_workers", "coverage", "gap_to_target")
_COLUMNS = ("active", "eligible", "coverage", "gap")


@dataclass(frozen=True)
class _Child:
    """A region's figures in one scope; `is_headline` if that is the scope of the briefing."""

    region: Region
    scope: str
    is_headline: bool
    figures: tuple[Figure, ...]

    def figure(self, indicator: str) -> Figure:
        return self.figures[_INDICATORS.index(indicator)]


def coverage_by_region(releasable: Releasable, language: str) -> Blocks:
    """Bars, map and table of the children; empty for a village and where nothing is known.

    Where no child has a coverage the bars and the map show active participants instead. Only
    figures in the region's own scope are drawn; a child that has none stands in the table
    with its other scope named.
    """
    context = open_part(releasable, language)
    children = _children(releasable)
    if not any(figure.status != "not_available" for child in children for figure in child.figures):
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "region", context.say("section.region", level=level_word(context)))
    ]
    comparable = tuple(child for child in children if child.is_headline)
    indicator = _charted(comparable)
    if indicator is not None:
        shown.append(_bars(context, comparable, indicator))
        drawn = _map(context, comparable, indicator)
        shown += [drawn] if drawn is not None else []
    return context.show([*shown, _table(context, children)])


def _children(releasable: Releasable) -> tuple[_Child, ...]:
    return tuple(_child(releasable, child) for child in known_children(releasable))


def _child(releasable: Releasable, region: Region) -> _Child:
    """A region's row in the scope of the briefing, or where it has none there in its own."""
    headline = headline_scope(releasable)
    figures = _figures(releasable, region, headline)
    own = headline_scope(releasable, region.code)
    if own == headline or any(figures[place].status != "not_available" for place in (0, 2, 3)):
        return _Child(region, headline, True, figures)
    others = _figures(releasable, region, own)
    if all(figure.status == "not_available" for figure in others):
        return _Child(region, headline, True, figures)
    return _Child(region, own, False, others)


def _figures(releasable: Releasable, region: Region, scope: str) -> tuple[Figure, ...]:
    """The indicators of a row in one scope; eligible workers are the same in each."""
    return tuple(
        releasable.figure(
            name, region_code=region.code, scope=None if name == "eligible_workers" else scope
        )
        for name in _INDICATORS
    )


def _charted(children: Sequence[_Child]) -> str | None:
    """Coverage where any known child has it, else participants, else nothing to chart."""
    for indicator in ("coverage", "active_participants"):
        if any(
            child.figure(indicator).is_available
            for child in children
            if not child.region.is_unknown
        ):
            return indicator
    return None


def region_bars(context: PartContext, children: Sequence[_Child], indicator: str) -> BarChart:
    """Known children from high to low, those without a figure last, the region itself first."""
    releasable, words = context.releasable, context.words
    known = [child for child in children if not child.region.is_unknown]
    ordered = sorted(
        known,
        key=lambda child: (
            not child.figure(indicator).is_available,
            -(child.figure(indicator).value or 0.0),
            child.region.code,
        ),
    )
    bars = [
        Bar(
            short_name(child.region, words),
            child.figure(indicator).value,
            figure_text(child.figure(indicator), words),
        )
        for child in ordered
    ]
    whole = _child(releasable, releasable.region).figure(indicator)
    level = None
    if indicator == "coverage":
        if whole.is_available:
            bars.insert(
                0, Bar(place_of(context), whole.value, figure_text(whole, words), emphasis=True)
            )
        target = target_of(releasable)
        if target.is_available:
            text = context.say(
                "trend.target", year=target.category, value=figure_text(target, words)
            )
            level = Target(known_value(target), text)
    unit = context.say(
        "by_region.unit" if indicator == "coverage" else "by_region.unit_participants"
    )
    return BarChart(tuple(bars), level, unit, context.language)


def _bars(context: PartContext, children: Sequence[_Child], indicator: str) -> Block:
    chart = region_bars(context, children, indicator)
    first = next(child for child in children if child.figure(indicator).is_available)
    suffix = "" if indicator == "coverage" else "_participants"
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    target = chart.target.label + "." if chart.target else ""
    return blocks.figure(
        "region-chart",
        _title(context, children, indicator),
        bar_svg(chart),
        context.say(f"by_region.alt{suffix}", values=values, target=target).strip(),
        notes=[f"{chart.unit}. {_basis(context, first.figure(indicator))}"],
        csv=csv_text(("name", indicator), [(bar.name, bar.value) for bar in chart.bars]),
    )


def _basis(context: PartContext, example: Figure) -> str:
    """The basis of the whole region where it has the figure, else that of one child."""
    releasable = context.releasable
    whole = releasable.figure(example.indicator, scope=headline_scope(releasable))
    return basis_text(context.releasable, whole if whole.is_available else example, context.words)


def _title(context: PartContext, children: Sequence[_Child], indicator: str) -> str:
    words = context.words
    known = [
        (known_value(child.figure(indicator)), child)
        for child in children
        if child.figure(indicator).is_available and not child.region.is_unknown
    ]
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    values = {
        "level": level_word(context),
        "low": row_name(low[1].region, words), "low_value": figure_text(low[1].figure(indicator), words),
        "high": row_name(high[1].region, words), "high_value": figure_text(high[1].figure(indicator), words),
    }  # fmt: skip
    if indicator != "coverage":
        return context.say("by_region.chart_title_participants", **values)
    if len(known) == 1:
        return context.say("by_region.chart_title_one", **values)
    target = target_of(context.releasable)
    above = sum(meets(child.figure("coverage"), target) for _, child in known)
    if above:
        values |= {
            "count": decimal_text(above, context.language), "all": decimal_text(len(known), context.language),
            "target": figure_text(target, words),
        }  # fmt: skip
        return context.say("by_region.chart_title_above", **values)
    key = "chart_title_equal" if low[0] == high[0] else "chart_title"
    return context.say(f"by_region.{key}", **values)


def _map(context: PartContext, children: Sequence[_Child], indicator: str) -> Block | None:
    """The map, or None where no child has an outline."""
    known = [child for child in children if not child.region.is_unknown]
    polygons = outlines(child.region.code for child in known)
    if not polygons:
        return None
    drawn = region_map(context, known, indicator)
    first = next(child.figure(indicator) for child in known if child.figure(indicator).is_available)
    suffix = "" if indicator == "coverage" else "_participants"
    notes = [context.say("by_region.class_note")]
    without = tuple(
        row_name(child.region, context.words)
        for child in known
        if child.region.code not in polygons
    )
    if without:
        notes.append(context.say("by_region.no_polygon", names=context.words.listing(without)))
    level = level_word(context)
    values = "; ".join(
        context.say("by_region.alt_value", name=area.name, value=area.text) for area in drawn.areas
    )
    return blocks.figure(
        "region-map",
        context.say(
            f"by_region.map_title{suffix}", level=level, day=as_of_text(first, context.words)
        ),
        map_svg(drawn, polygons),
        context.say(f"by_region.alt_map{suffix}", level=level, values=values),
        notes=[_basis(context, first), *notes],
        csv=csv_text(
            ("code", "name", indicator),
            [
                (
                    child.region.code,
                    row_name(child.region, context.words),
                    child.figure(indicator).value,
                )
                for child in known
            ],
        ),
    )


def region_map(context: PartContext, known: Sequence[_Child], indicator: str) -> AreaMap:
    """The data of the map: areas in code order and the classes of their values."""
    words = context.words
    figures = [child.figure(indicator) for child in known]
    classes = equal_classes([known_value(figure) for figure in figures if figure.is_available])
    areas = tuple(
        Area(
            child.region.code,
            short_name(child.region, words),
            figure.value,
            figure_text(figure, words),
        )
        for child, figure in zip(known, figures, strict=True)
    )
    key = "by_region.key_coverage" if indicator == "coverage" else "by_region.key_participants"
    return AreaMap(
        areas,
        classes,
        _class_labels(context, classes),
        context.say(key),
        context.say("status.not_available"),
    )


def _class_labels(context: PartContext, classes: Classes) -> tuple[str, ...]:
    places = next(
        (
            count
            for count in range(4)
            if all(round(limit, count) == limit for limit in classes.limits)
        ),
        4,
    )
    limits = [decimal_text(limit, context.language, places) for limit in classes.limits]
    pairs = list(pairwise(limits))
    return tuple(
        context.say(
            "by_region.class_last" if number == len(pairs) else "by_region.class",
            low=low,
            high=high,
        )
        for number, (low, high) in enumerate(pairs, start=1)
    )


def _table(context: PartContext, children: Sequence[_Child]) -> Block:
    releasable, words = context.releasable, context.words
    whole = _child(releasable, releasable.region)
    everyone = [*children, whole]
    # A column that only the last row could fill says nothing about the children.
    kept = [
        place
        for place in range(len(_INDICATORS))
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
        entries = [label(name), *(_entry(context, one, _INDICATORS[place]) for place in kept)]
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


def _entry(context: PartContext, child: _Child, indicator: str) -> Entry:
    """An unknown region has participants, but nothing that they could be a share of."""
    figure = child.figure(indicator)
    if child.region.is_unknown and not figure.is_available and indicator != "active_participants":
        return not_applicable(context.words)
    with_bar = indicator == "coverage" and child.is_headline
    return figure_entry(figure, context.words, bar_of=100.0 if with_bar else None)


def _table_notes(
    context: PartContext, children: Sequence[_Child], whole: _Child, earlier: Sequence[Figure]
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
