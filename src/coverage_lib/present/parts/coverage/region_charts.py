"""Bars and a map of regions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from coverage_lib.disclosure import Figure
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.charts.axes import Target
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.maps import Area, AreaMap, Classes, Group, equal_classes, map_svg
from coverage_lib.present.parts.coverage.region_rows import RegionRow, ranked, row_of
from coverage_lib.present.parts.headline import headline_scope, meets, target_of
from coverage_lib.present.parts.sentences import place_of
from coverage_lib.present.places import row_name, short_name
from coverage_lib.present.quantities import as_of_text, basis_text, figure_text, known_value
from coverage_lib.present.tables import csv_text
from coverage_lib.reference.boundaries import outlines
from coverage_lib.reference.regions import Region

#: More bars than this are no longer read; the table has the rest.
MOST_BARS = 25
#: More regions without an outline than this are counted, not named.
_MOST_NAMED = 8


def region_bars(context: PartContext, rows: Sequence[RegionRow], indicator: str) -> BarChart:
    """Known regions from high to low, those without a figure last, the region itself first.

    Of more than MOST_BARS the lowest are drawn, where most is to be done.
    """
    releasable, words = context.releasable, context.words
    ordered = ranked((row for row in rows if not row.region.is_unknown), indicator)
    shown = [row for row in ordered if row.figure(indicator).is_available]
    if len(ordered) > MOST_BARS:
        ordered = shown[-MOST_BARS:]
    bars = [
        Bar(
            short_name(row.region, words),
            row.figure(indicator).value,
            figure_text(row.figure(indicator), words),
        )
        for row in ordered
    ]
    whole = row_of(releasable, releasable.region).figure(indicator)
    level = None
    if indicator == "coverage":
        if whole.is_available:
            bars.insert(
                0, Bar(place_of(context), whole.value, figure_text(whole, words), emphasis=True)
            )
        level = target_line(context)
    unit = context.say(
        "by_region.unit" if indicator == "coverage" else "by_region.unit_participants"
    )
    return BarChart(tuple(bars), level, unit, context.language)


def target_line(context: PartContext) -> Target | None:
    """The target of the region's own coverage as a line; None where there is none."""
    target = target_of(context.releasable)
    if not target.is_available:
        return None
    text = context.say(
        "trend.target", year=target.category, value=figure_text(target, context.words)
    )
    return Target(known_value(target), text)


def bars_figure(
    context: PartContext, identifier: str, rows: Sequence[RegionRow], indicator: str, level: str
) -> Block:
    """The bars with what they show as their title. At least one known region has the figure."""
    chart = region_bars(context, rows, indicator)
    first = next(row for row in rows if row.figure(indicator).is_available)
    suffix = "" if indicator == "coverage" else "_participants"
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    target = chart.target.label + "." if chart.target else ""
    notes = [f"{chart.unit}. {basis_of(context, first.figure(indicator))}"]
    known = [row for row in rows if not row.region.is_unknown]
    if len(known) > MOST_BARS:
        count = decimal_text(MOST_BARS, context.language)
        everyone = decimal_text(len(known), context.language)
        notes.append(
            context.say("coverage_notebook.only_lowest", count=count, all=everyone, level=level)
        )
    return blocks.figure(
        identifier,
        _title(context, rows, indicator, level),
        bar_svg(chart),
        context.say(f"by_region.alt{suffix}", values=values, target=target).strip(),
        notes=notes,
        csv=csv_text(("name", indicator), [(bar.name, bar.value) for bar in chart.bars]),
    )


def basis_of(context: PartContext, example: Figure) -> str:
    """The basis of the whole region where it has the figure, else that of one child."""
    releasable = context.releasable
    whole = releasable.figure(example.indicator, scope=headline_scope(releasable))
    return basis_text(context.releasable, whole if whole.is_available else example, context.words)


def _title(context: PartContext, rows: Sequence[RegionRow], indicator: str, level: str) -> str:
    words = context.words
    known = [
        (known_value(row.figure(indicator)), row)
        for row in rows
        if row.figure(indicator).is_available and not row.region.is_unknown
    ]
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    values = {
        "level": level,
        "low": row_name(low[1].region, words), "low_value": figure_text(low[1].figure(indicator), words),
        "high": row_name(high[1].region, words), "high_value": figure_text(high[1].figure(indicator), words),
    }  # fmt: skip
    if indicator != "coverage":
        return context.say("by_region.chart_title_participants", **values)
    if len(known) == 1:
        return context.say("by_region.chart_title_one", **values)
    target = target_of(context.releasable)
    above = sum(meets(row.figure("coverage"), target) for _, row in known)
    if above:
        values |= {
            "count": decimal_text(above, context.language), "all": decimal_text(len(known), context.language),
            "target": figure_text(target, words),
        }  # fmt: skip
        return context.say("by_region.chart_title_above", **values)
    key = "chart_title_equal" if low[0] == high[0] else "chart_title"
    return context.say(f"by_region.{key}", **values)


def map_figure(
    context: PartContext,
    identifier: str,
    rows: Sequence[RegionRow],
    indicator: str,
    level: str,
    groups: Sequence[Region] = (),
) -> Block | None:
    """The map, or None where most regions have no outline or none of those with one a figure.

    `groups` are regions that the rows lie in; they are outlined and named on the map.
    """
    known = [row for row in rows if not row.region.is_unknown]
    polygons = outlines(row.region.code for row in known)
    drawable = [row for row in known if row.region.code in polygons]
    if len(drawable) * 2 < len(known):
        return None
    if not any(row.figure(indicator).is_available for row in drawable):
        return None
    named = tuple(Group(group.code, short_name(group, context.words)) for group in groups)
    drawn = replace(region_map(context, known, indicator), groups=named)
    first = next(row.figure(indicator) for row in known if row.figure(indicator).is_available)
    suffix = "" if indicator == "coverage" else "_participants"
    notes = [context.say("by_region.class_note"), *_without_outline(context, known, indicator)]
    values = "; ".join(
        context.say("by_region.alt_value", name=area.name, value=area.text) for area in drawn.areas
    )
    return blocks.figure(
        identifier,
        _map_title(context, known, indicator, level),
        map_svg(drawn, polygons | outlines(group.code for group in groups)),
        context.say(f"by_region.alt_map{suffix}", level=level, values=values),
        notes=[basis_of(context, first), *notes],
        csv=csv_text(
            ("code", "name", indicator),
            [
                (row.region.code, row_name(row.region, context.words), row.figure(indicator).value)
                for row in known
            ],
        ),
    )


def _map_title(context: PartContext, known: Sequence[RegionRow], indicator: str, level: str) -> str:
    """How many regions are in the lowest class and in the highest, with one of each by name."""
    suffix = "" if indicator == "coverage" else "_participants"
    shown = [row for row in known if row.figure(indicator).is_available]
    low = min(shown, key=lambda row: known_value(row.figure(indicator)))
    high = max(shown, key=lambda row: known_value(row.figure(indicator)))
    values = {
        "level": level, "day": as_of_text(low.figure(indicator), context.words),
        "all": decimal_text(len(shown), context.language),
    }  # fmt: skip
    classes = equal_classes([known_value(row.figure(indicator)) for row in shown])
    if len(classes.limits) <= 2 or len(shown) < 2:
        return context.say(f"by_region.map_title{suffix}", **values)
    labels = _class_labels(context, classes)
    numbers = [classes.number(known_value(row.figure(indicator))) for row in shown]
    values |= {
        "low": short_name(low.region, context.words), "high": short_name(high.region, context.words),
        "low_class": labels[min(numbers)], "high_class": labels[max(numbers)],
        "low_count": decimal_text(numbers.count(min(numbers)), context.language),
        "high_count": decimal_text(numbers.count(max(numbers)), context.language),
    }  # fmt: skip
    return context.say(f"by_region.map_title_classes{suffix}", **values)


def _without_outline(context: PartContext, known: Sequence[RegionRow], indicator: str) -> list[str]:
    """The regions that the map cannot show, with their figures; of many only the number."""
    words = context.words
    polygons = outlines(row.region.code for row in known)
    missing = sum(row.region.code not in polygons for row in known)
    if missing > _MOST_NAMED:
        count = decimal_text(missing, context.language)
        return [context.say("by_region.no_polygons", count=count)]
    without = tuple(
        context.say(
            "coverage_notebook.outside_map",
            name=row_name(row.region, words), value=figure_text(row.figure(indicator), words),
        )
        for row in known
        if row.region.code not in polygons
    )  # fmt: skip
    return [context.say("by_region.no_polygon", names=words.listing(without))] if without else []


def region_map(context: PartContext, known: Sequence[RegionRow], indicator: str) -> AreaMap:
    """The data of the map: areas in code order and the classes of their values."""
    words = context.words
    figures = [row.figure(indicator) for row in known]
    classes = equal_classes([known_value(figure) for figure in figures if figure.is_available])
    areas = tuple(
        Area(
            row.region.code,
            short_name(row.region, words),
            figure.value,
            figure_text(figure, words),
        )
        for row, figure in zip(known, figures, strict=True)
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
