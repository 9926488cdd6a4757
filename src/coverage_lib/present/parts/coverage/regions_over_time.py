"""The trend of each region below, in a panel of its own."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.small_multiples import Panel, SmallMultiples, small_multiples_svg
from coverage_lib.present.charts.trend import Point
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.parts.coverage.region_charts import basis_of
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.parts.sentences import known_children, level_word
from coverage_lib.present.places import short_name
from coverage_lib.present.quantities import figure_text, known_value, vintage_of
from coverage_lib.present.tables import csv_text
from coverage_lib.reference.regions import Region

#: Fewer points than this are a difference, which the table has.
_FEWEST_POINTS = 3
_MOST_PANELS = 24


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
        "since": day_text(known[0].points[0].day, context.language),
        "day": day_text(known[0].points[-1].day, context.language),
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
    title = context.say(f"coverage_notebook.region.panels_title.{key}", **values)
    if _denominator_changed(context):
        title = context.say("coverage_notebook.region.panels_break_title", title=title)
        notes.append(context.say("coverage_notebook.region.panels_break"))
    figure = blocks.figure(
        "region-trends",
        title,
        small_multiples_svg(chart),
        context.say("coverage_notebook.region.panels_alt", values=shown),
        notes=notes,
        csv=csv_text(("name", "as_of", "coverage"), rows),
    )
    return context.show([figure])


def trend_panels(context: PartContext) -> SmallMultiples | None:
    """Children with enough points, the highest now first; None where fewer than two have them."""
    releasable, words = context.releasable, context.words
    panels = []
    for child in known_children(releasable):
        points = tuple(
            Point(one.as_of, known_value(one), figure_text(one, words))
            for one in _known_series(releasable, child)
            if one.as_of is not None
        )
        if len(points) >= _FEWEST_POINTS and not child.is_unknown:
            panels.append(Panel(short_name(child, words), points))
    if not 2 <= len(panels) <= _MOST_PANELS:
        return None
    panels.sort(key=lambda panel: -panel.points[-1].value)
    unit = context.say("by_region.unit")
    return SmallMultiples(tuple(panels), unit, context.language)


def _known_series(releasable: Releasable, child: Region) -> list[Figure]:
    scope = headline_scope(releasable)
    series = releasable.series("coverage", region_code=child.code, scope=scope)
    return [one for one in series if one.is_available and one.as_of is not None]


def _denominator_changed(context: PartContext) -> bool:
    """Whether the coverage of any child rests on more than one denominator over time."""
    releasable = context.releasable
    return any(
        len({(one.denominator_source, vintage_of(releasable, one)) for one in series}) > 1
        for child in known_children(releasable)
        if len(series := _known_series(releasable, child)) >= _FEWEST_POINTS
    )
