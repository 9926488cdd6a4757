"""What the claims notebook says, told from small figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import COLUMNS, make_releasable, make_row
from claim_stories import blocks_of, changed, claims_of, rows_of, said, without

from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import claims as parts
from coverage_lib.present.parts.claims import months, overview
from coverage_lib.present.parts.claims.naming import largest_of
from coverage_lib.present.parts.claims.payments import latest_day
from coverage_lib.present.parts.claims.regional import ranked_children
from coverage_lib.present.plain import inline_text, plain_text

PARTS = [getattr(parts, name) for name in parts.__all__]
LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
STORIES = ["full", "all_missing", "suppressed", "none"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("story", STORIES)
def test_every_part_can_be_shown_for_every_level_and_story(level, story):
    releasable = claims_of(level, story)
    for language in ("id", "en"):
        for part in PARTS:
            text = plain_text(part(releasable, language).blocks)
            assert not re.search(r"\b(None|nan)\b|[{]|\*\*", text), part.__name__


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("story", "indonesian", "english"),
    [
        ("none", "tidak ada klaim yang dibayarkan", "no claim was paid"),
        ("all_missing", "belum tersedia", "not yet available"),
        ("suppressed", "dirahasiakan", "withheld"),
    ],
)
def test_a_region_without_claims_says_which_of_three_reasons_it_has(
    level, story, indonesian, english
):
    releasable = claims_of(level, story)
    for language, expected in (("id", indonesian), ("en", english)):
        (paragraph,) = blocks_of(parts.claims_in_short, releasable, "paragraph", language)
        strong = [one for one in paragraph["children"] if one["type"] == "strong"]
        assert [inline_text(one["children"]) for one in strong] == [expected]
    assert blocks_of(parts.claims_in_short, releasable, "key_figures") == []
    broken_down = (
        parts.claims_by_programme, parts.claims_by_month, parts.claims_by_segment,
        parts.claims_by_region, parts.frequency_and_ratio, parts.timeliness, parts.claims_above_maximum,
    )  # fmt: skip
    assert [part.__name__ for part in broken_down if part(releasable, "id").blocks] == []


@pytest.mark.parametrize(
    ("count", "amount", "standing"),
    [
        (5, 9, "paid"), (0, 0, "none"), (None, None, "withheld"), (5, None, "paid"), (None, 9, "paid"),
    ],
)  # fmt: skip
def test_the_standing_follows_the_count_then_the_amount(count, amount, standing):
    releasable = changed(claims_of(), "claims_paid", count)
    releasable = changed(releasable, "claims_amount_idr", amount)
    assert overview.claims_standing(releasable) == standing


def test_a_withheld_amount_beside_a_known_count_is_named():
    releasable = changed(claims_of("desa"), "claims_amount_idr", None)
    text = said(parts.claims_in_short, releasable)
    assert "990 claims" in text
    assert "The amount is withheld" in text


@pytest.mark.parametrize(
    ("before", "indonesian", "english"),
    [
        (4_400_000_000, "naik Rp600\u00a0juta dari", "up Rp600\u00a0million on the same period of 2030"),
        (5_500_000_000, "turun Rp500\u00a0juta dari", "down Rp500\u00a0million on the same period of 2030"),
        (5_000_000_000, "sama dengan periode", "the same as in the same period of 2030"),
    ],
)  # fmt: skip
def test_each_programme_says_what_it_paid_for_and_how_that_changed(before, indonesian, english):
    releasable = claims_of()
    rows = releasable.rows.copy()
    chosen = (rows["period"] == "2030-06") & (rows["category"] == "JHT")
    rows.loc[chosen & (rows["indicator"] == "claims_amount_idr"), "value"] = before
    for language, expected in (("id", indonesian), ("en", english)):
        (listed,) = blocks_of(
            parts.claims_in_short, replace(releasable, rows=rows), "list", language
        )
        first = inline_text(listed["items"][0][0]["children"])
        assert first.startswith("JHT")
        assert expected in first
    assert "Workers' savings" in first


def test_a_programme_without_claims_and_one_without_a_year_before_say_so():
    releasable = changed(claims_of(), "claims_paid", 0, "programme", "JKP")
    releasable = changed(releasable, "claims_amount_idr", 0, "programme", "JKP")
    releasable = without(releasable, "claims_amount_idr", period="2030-06")
    (listed,) = blocks_of(parts.claims_in_short, releasable, "list")
    lines = [inline_text(item[0]["children"]) for item in listed["items"]]
    assert lines[0].startswith("JHT (old-age savings): 500 claims worth Rp5\u00a0billion. Workers'")
    assert lines[-1].startswith("JKP (job loss): no claims were paid.")


def test_programmes_stand_from_much_to_little_with_mean_and_median():
    programmes, benefits = blocks_of(parts.claims_by_programme, claims_of(), "table")
    assert [row[0][:3] for row in rows_of(programmes)] == ["JHT", "JKM", "JKK", "JP ", "JKP", "Tot"]
    assert rows_of(programmes)[0][-2:] == ["10.00", "9.00"]
    assert rows_of(programmes)[2][-2:] == ["not applicable"] * 2
    assert programmes["caption"] == (
        "JHT (old-age savings) took the largest part: Rp5.0\u00a0billion of Rp7.69\u00a0billion"
    )
    assert [row[0] for row in rows_of(benefits)] == ["Old-age savings", "Scholarship", "Total"]


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        (7_800_000, "The mean is higher, Rp7.8\u00a0million"),
        (2_000_000, "the mean is Rp2\u00a0million"),
    ],
)
def test_the_mean_is_called_higher_only_where_it_is(mean, expected):
    releasable = changed(claims_of(), "benefit_mean_idr", mean)
    assert expected in said(parts.claims_by_programme, releasable)


def test_months_stand_as_counts_above_amounts_and_the_last_is_marked():
    releasable = claims_of()
    chart = months.month_columns(open_part(releasable, "en"), months._months(releasable))
    assert chart.months == ("Jan", "Feb", "Mar", "Apr", "May", "Jun*")
    assert chart.upper.values == (200, 300, 100, 150, 160, 80)
    assert chart.lower.values == (1_400, 1_300, 1_500, 1_450, 1_310, 730)
    assert chart.last_is_partial
    (figure,) = blocks_of(parts.claims_by_month, releasable, "figure")
    assert figure["caption"] == (
        "The amount was highest in March 2031 (Rp1.5\u00a0billion), "
        "the number of claims in February 2031 (300 claims)"
    )
    assert "June 2031: 80 claims, Rp730\u00a0million" in figure["alt"]
    assert any("June 2031 only up to 17 June 2031" in note for note in figure["notes"])


def test_a_hidden_month_keeps_its_place_with_words_instead_of_a_column():
    releasable = changed(claims_of(), "claims_paid", None, "month", "2031-02")
    chart = months.month_columns(open_part(releasable, "en"), months._months(releasable))
    assert chart.upper.values[1] is None
    assert chart.upper.texts[1] == "suppressed"
    assert len(chart.months) == 6


@pytest.mark.parametrize(
    ("month", "caption"),
    [
        ("2031-06", "The amount was highest in March 2031"),  # less is left than March had
        ("2031-03", "Claims by month of payment"),
    ],
)
def test_the_highest_month_is_named_only_where_the_hidden_one_cannot_be_higher(month, caption):
    releasable = changed(claims_of(), "claims_amount_idr", None, "month", month)
    (figure,) = blocks_of(parts.claims_by_month, releasable, "figure")
    assert figure["caption"].startswith(caption)


def test_segments_leave_out_an_empty_unknown_but_keep_a_true_zero():
    (table,) = blocks_of(parts.claims_by_segment, claims_of(), "table")
    named = {row[0]: row[1:] for row in rows_of(table)}
    assert "Segment not recorded" not in named
    assert named["Migrant workers (PMI)"][:2] == ["0", "0"]
    assert named["Migrant workers (PMI)"][-1] == "not applicable"
    assert named["Wage earners (PU, formal)"][-1] == "37.00"


def test_children_are_ranked_by_claims_with_hidden_and_unknown_ones_last():
    releasable = claims_of()
    codes = [child.code for child in ranked_children(releasable)]
    first, second, third = (child.code for child in releasable.children[:3])
    assert codes[:2] == [second, first]
    assert codes.index(third) < len(codes) - 1
    assert codes[-1] == "19.00"
    (table,) = blocks_of(parts.claims_by_region, releasable, "table")
    assert [row["role"] for row in table["rows"]][-2:] == ["unknown", "total"]
    assert table["caption"] == "Claims paid by region: districts"  # a hidden one may have more
    assert ["suppressed"] in [row[1:2] for row in rows_of(table)]


@pytest.mark.parametrize(
    ("count", "frequency", "is_explained"),
    [
        (200, None, True), (200, 14, False), (0, None, False), (None, None, False), (None, 14, False),
    ],
)  # fmt: skip
def test_a_figure_withheld_beside_a_known_count_is_explained(count, frequency, is_explained):
    releasable = claims_of()
    rows = releasable.rows.copy()
    for name, value in (("claims_paid", count), ("claim_frequency", frequency)):
        chosen = (rows["indicator"] == name) & (rows["region_code"] == releasable.children[1].code)
        rows.loc[chosen, "value"] = value
        rows.loc[chosen, "status"] = "suppressed" if value is None else "available"
    for language, start in (
        ("en", "Withheld beside a count"), ("id", "Dirahasiakan di samping jumlah"),
    ):  # fmt: skip
        (table,) = blocks_of(
            parts.claims_by_region, replace(releasable, rows=rows), "table", language
        )
        assert any(note.startswith(start) for note in table["notes"]) == is_explained


@pytest.mark.parametrize(
    ("values", "total", "expected"),
    [
        ((5, 3), 8, 5), ((5, 5), 10, None), ((5, None), 10, None), ((5, None), 9, 5),
        ((5, 3, None), 12, 5), ((5, None), None, None), ((0, 0), 0, None),
        ((), 0, None),
    ],
)  # fmt: skip
def test_the_largest_is_named_only_where_nothing_hidden_may_be_larger(values, total, expected):
    rows = [
        make_row("claims_paid", "19", value, "claims", dimension="programme", category=str(number))
        for number, value in enumerate(values)
    ]
    rows.append(make_row("claims_paid", "19", total, "claims"))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    releasable = replace(make_releasable(story="all_missing"), rows=frame)
    figures = releasable.figures("claims_paid", "programme")
    largest = largest_of(figures, releasable.figure("claims_paid"))
    assert (None if largest is None else largest.value) == expected


def test_the_child_with_most_claims_is_named_where_the_rest_leaves_less():
    releasable = changed(claims_of(), "claims_paid", 450)
    (table,) = blocks_of(parts.claims_by_region, releasable, "table")
    assert table["caption"].startswith("Most claims were paid in Belitung District: 200 claims")


def test_an_unknown_region_without_a_figure_needs_no_row():
    releasable = claims_of()
    rows = releasable.rows
    kept = rows[~((rows["indicator"] == "claims_paid") & (rows["region_code"] == "19.00"))]
    assert "19.00" not in {child.code for child in ranked_children(replace(releasable, rows=kept))}


@pytest.mark.parametrize("level", LEVELS)
def test_a_regions_own_figures_are_found_in_every_dimension_and_period(level):
    releasable = claims_of(level, "full")
    rows = releasable.rows
    for indicator in sorted(set(rows["indicator"])):
        own = rows[
            (rows["indicator"] == indicator) & (rows["region_code"] == releasable.region.code)
        ]
        held = [(one.dimension, one.category, one.period) for one in releasable.held([indicator])]
        expected = zip(own["dimension"], own["category"], own["period"], strict=True)
        assert sorted(held) == sorted(expected)
    assert releasable.held(["no_such_indicator"]) == ()


def test_a_span_reaches_to_the_latest_available_day_of_its_own_period_and_region():
    releasable = claims_of("kabupaten", "full")
    own, other = releasable.region.code, releasable.children[0].code
    last, later = date(2031, 6, 30), date(2031, 7, 31)
    added = [
        make_row("claims_paid", own, 5.0, "claims", dimension="programme", category="JHT", as_of=last),
        make_row("claims_paid", own, None, "claims", as_of=later),
        make_row("claims_paid", other, 5.0, "claims", as_of=later),
        make_row("claims_paid", own, 5.0, "claims", as_of=later, period="2031-05"),
    ]  # fmt: skip
    rows = pd.concat(
        [releasable.rows, pd.DataFrame(added, columns=list(COLUMNS))], ignore_index=True
    )
    context = open_part(replace(releasable, rows=rows), "id")
    assert latest_day(context, ("claims_paid",), releasable.period) == last
    assert latest_day(context, ("no_such_indicator",), releasable.period) is None
