"""What coverage in depth shows, told from small figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from builders import make_row
from coverage_rows import GROUPS, PEOPLE, make_depth

from coverage_lib.present.charts.waterfall import Step, WaterfallChart
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import coverage as parts
from coverage_lib.present.parts.coverage import (
    causes,
    flows,
    groups,
    outlook,
    region_charts,
    region_rows,
    regions_over_time,
)
from coverage_lib.present.parts.coverage.movements import change_over, flows_of, outlook_of
from coverage_lib.present.plain import inline_text, plain_text
from coverage_lib.reference.regions import Region

PARTS = [getattr(parts, name) for name in parts.__all__]
#: Every level in both languages, every story once: drawing all of each would take a minute.
SHOWN = [
    ("provinsi", "full", "id"), ("provinsi", "hidden_flow", "en"), ("provinsi", "reached", "en"),
    ("kabupaten", "rising", "en"), ("kabupaten", "unexplained", "id"),
    ("kecamatan", "flat", "id"), ("kecamatan", "no_flows", "en"),
    ("desa", "full", "en"), ("desa", "all_missing", "id"),
]  # fmt: skip


def said(part, releasable, language="en"):
    return " ".join(
        inline_text(block["children"])
        for block in part(releasable, language).blocks
        if block["kind"] in ("paragraph", "note")
    )


def blocks_of(part, releasable, kind, language="en"):
    return [block for block in part(releasable, language).blocks if block["kind"] == kind]


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


def changed(releasable, indicator, **values):
    """The same figures with all rows of one indicator set to these values."""
    rows = releasable.rows.copy()
    for name, value in values.items():
        rows.loc[rows["indicator"] == indicator, name] = value
    return replace(releasable, rows=rows)


@pytest.mark.parametrize(("level", "story", "language"), SHOWN)
def test_every_part_can_be_shown(level, story, language):
    releasable = make_depth(level, story)
    shown = [block for part in PARTS for block in part(releasable, language).blocks]
    text = plain_text(shown)
    for wrong in (r"\bNone\b", r"\bnan\b", r"\{", r"\*\*", r"[a-z]_[a-z]"):
        assert not re.search(wrong, text), re.search(wrong, text)
    for block in shown:
        if block["kind"] == "figure":
            assert re.search(r"\d", block["alt"]), "the alternative text says the values"


def test_what_is_not_known_leaves_no_part_but_the_sentence_that_says_so():
    releasable = make_depth("kabupaten", "all_missing")
    shown = [part.__name__ for part in PARTS if part(releasable, "id").blocks]
    assert shown == ["cover", "coverage_at_a_glance", "notes_and_sources"]
    assert "Belum ada angka Juni 2031" in said(parts.coverage_at_a_glance, releasable, "id")


def test_a_glance_names_scope_day_denominator_and_target():
    (tiles,) = blocks_of(parts.coverage_at_a_glance, make_depth(), "key_figures")
    named = {tile["id"]: tile for tile in tiles["items"]}
    assert list(named) == ["active", "coverage", "gap", "pu", "bpu", "incl_jakon"]
    assert named["coverage"]["value"] == "30.00%"
    assert named["coverage"]["detail"] == [
        "excl. construction, on 1 June 2031", "30,000 of 100,000 (2031)", "Target 2031: 50.00%",
    ]  # fmt: skip
    assert named["incl_jakon"]["value"] == "35.00%"
    text = said(parts.coverage_at_a_glance, make_depth())
    assert "Including construction there are 35,000 participants and coverage is 35.00%." in text


@pytest.mark.parametrize(
    ("part", "level", "story", "title"),
    [
        (parts.participants_by_programme, "provinsi", "full", "JKK has the most participants (30,000), JKP the fewest (12,000)"),
        (parts.worker_groups, "provinsi", "full", "Farmers: 7,500 workers are not yet covered, the most of all groups"),
        (parts.age_and_sex, "provinsi", "full", "Participants aged 15–24 years are 10.00% of all active participants"),
        (parts.funders_and_sectors, "provinsi", "full", "Largest sector of employers: Manufacturing, 14,000 participants (46.67%)"),
        (parts.participant_flows, "provinsi", "full", "Active participants fell by 2,000; largest: lapsed through arrears 2,000"),
        (parts.participant_flows, "provinsi", "rising", "Active participants rose by 2,000; largest: new participants 2,500"),
        (parts.participant_flows, "provinsi", "flat", "The number of active participants did not change"),
        (parts.causes_of_change, "provinsi", "full", "Coverage fell by 4.00 percentage points since 30 June 2030; largest effect: participants (−5.00 percentage points)"),
        (parts.forecast, "provinsi", "full", "If past changes go on, coverage at the end of 2031 is about 27.00%, between 20.00% and 34.00%"),
        (parts.beside_regions_above, "desa", "full", "Coverage in Sungailiat Urban Village (30.00%) is lower than in Sungailiat Sub-district (40.00%)"),
    ],
)  # fmt: skip
def test_titles_state_the_finding(part, level, story, title):
    releasable = with_ancestors(make_depth(level, story))
    blocks = [
        block for block in part(releasable, "en").blocks if block["kind"] in ("figure", "table")
    ]
    assert blocks[0]["caption"] == title


def with_ancestors(releasable):
    """The same with a coverage of 40 and 45 percent in the regions above."""
    rows = [
        make_row("coverage", region.code, value, "percent", denominator=1_000, numerator=value * 10)
        for region, value in zip(reversed(releasable.ancestors), (40.0, 45.0, 50.0), strict=False)
    ]
    added = pd.DataFrame(rows, columns=list(releasable.rows.columns)).astype({"as_of": object})
    if not rows:
        return releasable
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def test_a_village_stands_beside_its_sub_district_district_and_province():
    (figure,) = blocks_of(parts.beside_regions_above, with_ancestors(make_depth("desa")), "figure")
    names = [line.split(",")[0] for line in figure["csv"].splitlines()[1:]]
    assert names[1:] == [
        "Sungailiat Sub-district",
        "Bangka District",
        "Kepulauan Bangka Belitung Province",
    ]
    assert parts.beside_regions_above(make_depth("provinsi"), "en").blocks == ()


def test_groups_are_sorted_by_those_not_yet_covered():
    context = open_part(make_depth(), "en")
    chart = groups.group_chart(context, groups.groups_of(context))
    assert [(bar.reached, bar.whole) for bar in chart.groups] == [
        GROUPS["farmer"], GROUPS["fisher"], GROUPS["non_asn"],
    ]  # fmt: skip
    (table,) = blocks_of(parts.worker_groups, make_depth(), "table")
    assert [row[-1] for row in rows_of(table)] == ["7,500", "2,100", "500"]
    assert "No group is recorded in the register for 25,900" in said(
        parts.worker_groups, make_depth()
    )


def test_a_group_that_exceeds_its_potential_leaves_nobody():
    releasable = changed(make_depth(), "group_coverage", numerator=9_000.0, value=120.0)
    (table,) = blocks_of(parts.worker_groups, releasable, "table")
    assert {row[-1] for row in rows_of(table)} == {"0"}
    assert "as many active participants as potential" in said(parts.worker_groups, releasable)


def test_groups_without_a_potential_are_counted_only():
    rows = make_depth().rows
    releasable = changed(make_depth(), "group_coverage", status="not_available")
    farmer = make_row(
        "active_participants", "19", 500, "persons", dimension="worker_group", category="farmer"
    )
    rows = pd.concat([releasable.rows, pd.DataFrame([farmer])], ignore_index=True)
    (table,) = blocks_of(parts.worker_groups, replace(releasable, rows=rows), "table")
    assert rows_of(table)[0] == ["Farmers", "500"]
    assert rows_of(table)[-1][1] == "not yet available"
    assert "potential of the groups is not available" in table["notes"][0]


def test_age_stands_from_old_to_young_without_empty_bands():
    (figure,) = blocks_of(parts.age_and_sex, make_depth(), "figure")
    bands = [line.split(",")[0] for line in figure["csv"].splitlines()[1:]]
    assert bands == ["55-64", "45-54", "35-44", "25-34", "15-24"]
    text = said(parts.age_and_sex, make_depth())
    assert "Women number 14,000 (46.67%) and men 16,000 (53.33%)" in text
    assert sum(PEOPLE["sex"].values()) == 30_000


def test_the_bridge_of_stocks_ends_where_the_stock_is_now():
    context = open_part(make_depth(), "id")
    chart = flows.flow_chart(context, flows_of(context.releasable))
    assert [(step.name, step.text) for step in chart.steps] == [
        ("28 Apr 2031", "32.000"), ("Baru", "+400"), ("Aktif kembali", "+15"),
        ("Terhenti, menunggak", "−2.000"), ("Berakhir", "−415"), ("1 Jun 2031", "30.000"),
    ]  # fmt: skip
    assert chart.ends()[-2][1] == chart.steps[-1].value


def test_a_hidden_flow_has_no_bridge_and_is_not_told_by_the_table():
    releasable = make_depth(story="hidden_flow")
    assert blocks_of(parts.participant_flows, releasable, "figure") == []
    (table,) = blocks_of(parts.participant_flows, releasable, "table")
    (total,) = (row for row in rows_of(table) if row[0].startswith("Total"))
    assert total[2] == "–"
    assert "– means suppressed." in table["notes"]
    keys = [column["key"] for column in table["columns"]]
    assert "net" not in keys, "both stocks are printed, so the net change is not hidden"
    assert {"before", "now"} <= set(keys)


def test_flows_of_segments_add_up_in_the_table():
    (table,) = blocks_of(parts.participant_flows, make_depth(), "table")
    assert [column["key"] for column in table["columns"]] == [
        "segment", "before", "new", "reactivated", "lapsed", "ended", "now", "net",
    ]  # fmt: skip
    numbers = [
        [int(cell.replace(",", "").replace("−", "-")) for cell in row[1:]] for row in rows_of(table)
    ]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]


def test_the_bridge_of_causes_takes_the_longest_change_with_several():
    context = open_part(make_depth(), "en")
    chart = causes.cause_chart(context, change_over(context.releasable, "12"))
    assert [(step.name, step.text) for step in chart.steps] == [
        ("30 Jun 2030", "34.00%"), ("Participants", "−5.00"),
        ("Eligible workers (denominator)", "+1.00"), ("1 Jun 2031", "30.00%"),
    ]  # fmt: skip
    assert causes.cause_chart(context, change_over(context.releasable, "1")) is None


def test_a_cause_that_is_not_known_is_not_a_zero():
    rows = pd.concat(
        [
            make_depth().rows,
            pd.DataFrame(
                [
                    make_row(
                        "coverage_change", "19", value, "percentage_points", dimension="effect",
                        category=f"2031-04-28:not_stated:{part}", denominator_vintage="2031-04-28",
                        denominator_source="scope_not_stated 2031-04-28" if part == "unknown" else "",
                    )
                    for part, value in (
                        ("total", -2.0), ("participants", None), ("denominator", None), ("scope", None), ("unknown", -2.0),
                    )
                ]
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    tables = blocks_of(parts.causes_of_change, replace(make_depth(), rows=rows), "table")
    assert rows_of(tables[-1]) == [
        [
            "28 April 2031",
            "scope not stated",
            "−2.00",
            "not known",
            "not known",
            "not known",
            "−2.00",
        ]
    ]
    assert any("scope of the figure for 28 April 2031" in note for note in tables[-1]["notes"])


def test_the_fan_begins_after_the_last_report_and_ends_with_the_year():
    context = open_part(make_depth(), "en")
    chart = outlook.forecast_chart(context, outlook_of(context.releasable))
    assert [point.value for point in chart.past] == [34.0, 33.0, 32.0, 30.0]
    assert chart.past[-1].day < chart.ahead[0].day
    assert (chart.ahead[-1].day.isoformat(), chart.ahead[-1].value) == ("2031-12-31", 27.0)
    assert all(one.lower <= one.value <= one.upper for one in chart.ahead)
    assert chart.target.value == 50.0


def test_the_forecast_carries_its_error():
    assert "no better than expecting no change" in said(parts.forecast, make_depth())
    (figure,) = blocks_of(parts.forecast, make_depth(), "figure")
    assert any("reports 4.00%; of expecting no change 3.00%" in note for note in figure["notes"])
    (table,) = blocks_of(parts.forecast, make_depth(), "table")
    assert rows_of(table)[-1] == ["All distances", "4.00", "3.00", "60.00"]


def test_paces_and_their_arrival_in_one_table():
    (table,) = blocks_of(parts.trajectory, make_depth(story="rising"), "table")
    assert [row[3] for row in rows_of(table)] == ["", "June 2032", "June 2032", "June 2032"]
    assert blocks_of(parts.trajectory, make_depth(story="reached"), "table") == []


def test_regions_fall_from_high_to_low_and_sum_to_the_last_row():
    (table,) = blocks_of(parts.regions_ranked, make_depth(), "table")
    assert [row["role"] for row in table["rows"]] == ["body"] * 7 + ["unknown", "total"]
    coverage = [float(row[3]) for row in rows_of(table)[:-2]]
    assert coverage == sorted(coverage, reverse=True)
    active = [int(row[1].replace(",", "")) for row in rows_of(table)]
    assert sum(active[:-1]) == active[-1]
    assert rows_of(table)[-2][2] == "–"
    assert any("– means not applicable" in note for note in table["notes"])


def test_of_many_regions_the_lowest_are_drawn():
    context = open_part(make_depth(), "en")
    (row, *_) = region_rows.rows_of_children(context.releasable)
    many = [
        replace(
            row,
            region=Region(f"19.01.{number:02d}", f"Place {number}", "kecamatan"),
            figures=tuple(replace(one, value=float(number)) for one in row.figures),
        )
        for number in range(1, 41)
    ]
    chart = region_charts.region_bars(context, many, "coverage")
    assert len(chart.bars) == region_charts.MOST_BARS + 1
    assert [bar.value for bar in chart.bars[1:]] == [float(n) for n in range(25, 0, -1)]
    figure = region_charts.bars_figure(context, "many", many, "coverage", "places")
    assert any("The 25 places with the lowest values of 40" in note for note in figure["notes"])


def test_grandchildren_stand_below_their_parents():
    releasable = make_depth("kabupaten")
    children = [child for child in releasable.children if not child.is_unknown][:2]
    below = tuple(
        Region(f"{child.code}.10{number:02d}", f"Village {number}", "desa")
        for child in children
        for number in (1, 2)
    )
    added = [
        make_row(
            "coverage", region.code, 10.0 * number, "percent", numerator=10 * number, denominator=100
        )
        for number, region in enumerate(below, start=1)
    ]  # fmt: skip
    rows = pd.concat([releasable.rows, pd.DataFrame(added)], ignore_index=True)
    shown = replace(releasable, rows=rows, grandchildren=below)
    (table,) = blocks_of(parts.regions_two_levels_down, shown, "table")
    names = [row[0] for row in rows_of(table)]
    assert names.index("Village 2") < names.index("Village 1"), "the higher one first"
    assert table["rows"][0]["role"] == "total"
    assert names[-1] == "Pangkal Pinang City"
    assert parts.regions_two_levels_down(make_depth("desa"), "en").blocks == ()


def test_panels_need_more_than_two_points():
    releasable = make_depth()
    assert regions_over_time.trend_panels(open_part(releasable, "en")) is None
    known = [child.code for child in releasable.children if not child.is_unknown]
    earlier = [
        make_row(
            "coverage", code, 50.0 - number, "percent", denominator=100, numerator=40, period="2031-01",
            as_of=pd.Timestamp("2030-12-31").date(),
        )
        for number, code in enumerate(known)
    ]  # fmt: skip
    rows = pd.concat([releasable.rows, pd.DataFrame(earlier)], ignore_index=True)
    rows.loc[rows["indicator"] == "coverage", ["denominator_source", "denominator_vintage"]] = ""
    shown = replace(releasable, rows=rows)
    chart = regions_over_time.trend_panels(open_part(shown, "en"))
    assert [len(panel.points) for panel in chart.panels] == [3] * 7
    last = [panel.points[-1].value for panel in chart.panels]
    assert last == sorted(last, reverse=True)
    (figure,) = blocks_of(parts.regions_over_time, shown, "figure")
    assert figure["caption"].startswith(
        "Coverage fell in all districts between 31 December 2030 and 1 June 2031; most in Bangka, from 50.00%"
    )
    assert "the denominator changed in between" not in figure["caption"]
    is_earlier = (rows["indicator"] == "coverage") & (rows["period"] == "2031-01")
    other = replace(
        shown, rows=rows.assign(denominator_vintage=is_earlier.map({True: "2029", False: ""}))
    )
    (figure,) = blocks_of(parts.regions_over_time, other, "figure")
    assert figure["caption"].endswith("; the denominator changed in between")


@pytest.mark.parametrize(
    ("levels", "ground"),
    [((32_000, 30_000), 28_000.0), ((100.0, 10.0), 0.0), ((10.0, -5.0), 0.0), ((0.0, 0.0), 0.0)],
)
def test_an_axis_is_cut_only_where_levels_are_far_from_zero(levels, ground):
    steps = tuple(Step(str(value), value, str(value), is_level=True) for value in levels)
    chart = WaterfallChart(steps, "", "", "en")
    assert chart.ground() == ground
    assert chart.ground() <= min(levels) or ground == 0


def test_changing_one_figure_changes_chart_table_and_text():
    releasable = make_depth()
    rows = releasable.rows.copy()
    chosen = (rows["indicator"] == "participant_flow") & (rows["category"] == "lapsed")
    rows.loc[chosen, "value"] = 1_987.0
    shown = replace(releasable, rows=rows)
    (figure,) = blocks_of(parts.participant_flows, shown, "figure")
    (table,) = blocks_of(parts.participant_flows, shown, "table")
    assert "−1,987" in figure["alt"]
    assert "1,987" in rows_of(table)[-1]
    assert "1,987 lapsed" in said(parts.participant_flows, shown)
