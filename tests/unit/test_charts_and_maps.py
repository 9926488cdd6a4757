"""The data that charts and maps are drawn from, and what must hold of every drawing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest
from builders import make_releasable

from coverage_lib.present.charts.axes import Target
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.charts.trend import Point, TrendChart, TrendLine, trend_svg
from coverage_lib.present.context import open_part
from coverage_lib.present.maps import Group, equal_classes, map_svg
from coverage_lib.present.parts.coverage import pace_charts, region_charts, region_rows, trend
from coverage_lib.reference.boundaries import outlines

TEXT = "{http://www.w3.org/2000/svg}text"


def context_of(level="provinsi", story="full", language="id"):
    return open_part(make_releasable(level, story), language)


def test_trend_keeps_scopes_apart_and_marks_new_denominators():
    context = context_of()
    points = [one for one in context.releasable.series("coverage") if one.is_available]
    chart = trend.trend_chart(context, "coverage", points)
    assert [line.name for line in chart.lines] == [
        "tanpa jasa konstruksi",
        "dengan jasa konstruksi",
    ]
    assert [point.value for point in chart.lines[0].points] == [34.0, 33.0, 32.0, 30.0]
    assert [point.value for point in chart.lines[1].points] == [39.0, 38.0, 37.0, 35.0]
    assert chart.target is not None
    assert (chart.target.value, chart.target.label) == (50.0, "Target 2031: 50,00\u00a0%")
    assert chart.target.year == 2031
    assert [label for _, label in chart.breaks] == ["penyebut 2031"]


def test_a_line_that_ends_early_says_when():
    early = TrendLine(
        "lama", (Point(date(2030, 1, 1), 5.0, "5"), Point(date(2031, 4, 28), 6.0, "6"))
    )
    late = TrendLine("baru", (Point(date(2031, 6, 1), 7.0, "7"),))
    svg = trend_svg(TrendChart((early, late), Target(9.0, "Target 2031: 9", 2031), (), "%", "id"))
    texts = {"".join(node.itertext()).strip() for node in ET.fromstring(svg).iter(TEXT)}
    assert {"6 (28 Apr 2031)", "7", "Target 2031: 9"} <= texts


def test_bars_of_regions_fall_from_high_to_low_under_the_region_itself():
    context = context_of()
    children = region_rows.rows_of_children(context.releasable)
    chart = region_charts.region_bars(context, children, "coverage")
    assert chart.bars[0].emphasis
    assert chart.bars[0].text == "30,00\u00a0%"
    values = [bar.value for bar in chart.bars[1:]]
    assert len(values) == 7
    assert values == sorted(values, reverse=True)
    assert chart.bars[1].name == "Kota Pangkal Pinang"


def test_pace_chart_shows_shrinking_as_negative():
    context = context_of()
    recent = [
        context.releasable.figure("recent_monthly_pace", "window_months", m)
        for m in ("1", "3", "12")
    ]
    chart = pace_charts.pace_chart(
        context, context.releasable.figure("required_monthly_pace"), recent
    )
    assert chart is not None
    assert [bar.text for bar in chart.bars] == ["2.858", "−2.000", "−667", "−333"]


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([19.2, 35.4], (15.0, 20.0, 25.0, 30.0, 35.0, 40.0)),
        ([7.0, 7.0], (7.0, 8.0)),
        ([0.0, 100.0], (0.0, 25.0, 50.0, 75.0, 100.0, 125.0)),
    ],
)
def test_classes_are_equal_and_hold_every_value(values, limits):
    classes = equal_classes(values)
    assert classes.limits == limits
    for value in values:
        number = classes.number(value)
        assert classes.limits[number] <= value < classes.limits[number + 1]


def test_every_known_district_has_an_outline_and_a_stranger_has_none():
    assert list(outlines(["19.71", "99.99", "19.01"])) == ["19.71", "19.01"]


def map_of(level="provinsi"):
    context = context_of(level)
    known = [
        one for one in region_rows.rows_of_children(context.releasable) if not one.region.is_unknown
    ]
    return region_charts.region_map(context, known, "coverage"), outlines(
        one.region.code for one in known
    )


@pytest.mark.parametrize("level", ["provinsi", "kecamatan"])
def test_a_drawing_is_the_same_twice_and_keeps_its_text(level):
    drawn, polygons = map_of(level)
    first = map_svg(drawn, polygons)
    assert first == map_svg(drawn, polygons)
    root = ET.fromstring(first)
    texts = {
        "".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")
    }
    assert {area.name for area in drawn.areas} <= texts
    assert "Source Sans 3" in first
    assert not list(root.iter("{http://purl.org/dc/elements/1.1/}date"))


def test_on_a_map_of_groups_these_are_named_and_not_the_areas():
    drawn, polygons = map_of("kabupaten")
    group = Group("19.71", "The town")
    svg = map_svg(replace(drawn, groups=(group,)), polygons | outlines(["19.71"]))
    texts = {"".join(node.itertext()).strip() for node in ET.fromstring(svg).iter(TEXT)}
    assert "The town" in texts
    assert not {area.name for area in drawn.areas} & texts


def test_a_map_without_any_outline_is_refused():
    drawn, _ = map_of()
    with pytest.raises(ValueError, match="leave the map out"):
        map_svg(drawn, {})


def test_bars_draw_a_missing_figure_in_words_and_an_evil_name_as_text():
    name = '[x] #read("/etc/passwd") <script>alert(1)</script> | $= 1+1$'
    bars = (Bar("A", 5.0, "5"), Bar(name, None, "data belum tersedia"))
    svg = bar_svg(BarChart(bars, None, "orang", "id"))
    assert "data belum tersedia" in svg
    root = ET.fromstring(svg)
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert name in [text.strip() for text in texts]


def test_flat_and_short_series_can_be_drawn():
    for story in ("flat", "rising"):
        context = context_of(story=story)
        points = context.releasable.series("coverage", scope="excl_jakon")[-2:]
        assert trend_svg(trend.trend_chart(context, "coverage", points)).startswith("<svg")
