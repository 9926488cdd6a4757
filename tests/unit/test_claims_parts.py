"""What the claims notebook says, told from small figures made by hand."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import CLAIMS_AS_OF, COLUMNS, make_releasable, make_row

from coverage_lib.present.charts.paired_columns import Columns, PairedColumns, paired_columns_svg
from coverage_lib.present.charts.ranges import Range, RangeChart, range_svg
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import claims as parts
from coverage_lib.present.parts.claims import burden, months, overview, pending, timeliness
from coverage_lib.present.parts.claims.naming import largest_of
from coverage_lib.present.parts.claims.paid import scholarships
from coverage_lib.present.parts.claims.regional import ranked_children
from coverage_lib.present.plain import inline_text, plain_text

PARTS = [getattr(parts, name) for name in parts.__all__]
LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
STORIES = ["full", "all_missing", "suppressed", "none"]
TEXT = "{http://www.w3.org/2000/svg}text"


def figures_of_claims(code):
    """Everything that the notebook shows beside what `make_releasable` holds, in round numbers."""
    rows = []

    def add(indicator, unit, dimension="total", /, **values):
        for category, value in values.items():
            more = value if isinstance(value, dict) else {"value": value}
            held = more.pop("value")
            rows.append(
                make_row(
                    indicator, code, held, unit, dimension=dimension, category=category.replace("_to_", "-"),
                    as_of=CLAIMS_AS_OF, scope="all", **more,
                )
            )  # fmt: skip

    add("claims_paid", "claims", "segment", PU=900, BPU=80, JAKON=10, PMI=0, unknown=0)
    add("claims_amount_idr", "idr", "segment", PU=7_000_000_000, BPU=600_000_000, JAKON=90_000_000)
    add("claims_amount_idr", "idr", "segment", PMI=0, unknown=0)
    add("claims_paid", "claims", "benefit_type", jaminan_hari_tua=500, beasiswa=20, uang_tunai=0)
    add(
        "claims_amount_idr", "idr", "benefit_type", jaminan_hari_tua=5_000_000_000,
        beasiswa=330_000_000, uang_tunai=0,
    )  # fmt: skip
    for month, count in enumerate((200, 300, 100, 150, 160, 80), start=1):
        add("claims_paid", "claims", "month", **{f"2031-{month:02d}": count})
    add("benefit_mean_idr", "idr", total=7_800_000)
    add("benefit_median_idr", "idr", total=2_500_000)
    add("benefit_mean_idr", "idr", "programme", JHT=10_000_000, JKM=42_000_000)
    add("benefit_median_idr", "idr", "programme", JHT=9_000_000, JKM=42_000_000)
    per_thousand = "claims_per_1000_persons"
    add("claim_frequency", per_thousand, total={"value": 33.0, "denominator": 30_000.4})
    add("claim_frequency", per_thousand, "programme", JHT={"value": 25.125, "denominator": 20_000})
    add("claim_frequency", per_thousand, "programme", JP={"value": 40.0, "denominator": 7_500})
    covered = {
        "denominator_source": "contribution_billing",
        "denominator_vintage": "2031-01..2031-05",
    }
    add("claim_ratio", "percent", total={"value": 38.0, **covered})
    for name, value in (("JKM", 130.0), ("JHT", 45.0), ("JKK", 20.0), ("JKP", None)):
        add("claim_ratio", "percent", "programme", **{name: {"value": value, **covered}})
    add("claim_ratio", "percent", "segment", PU={"value": 37.0, **covered})
    add(
        "claims_within_term", "percent", total={"value": 82.5, "numerator": 330, "denominator": 400}
    )
    add(
        "claims_within_term", "percent", "programme",
        JHT={"value": 80.0, "numerator": 240, "denominator": 300},
    )  # fmt: skip
    for name, median, high in (
        ("total", 3, 6),
        ("JKM", 2.5, 3),
        ("JHT", 3, 6),
        ("JKK", 1, 1),
        ("JP", 2, 9),
    ):
        kind = "total" if name == "total" else "programme"
        add("payment_days_median", "working_days", kind, **{name: median})
        add("payment_days_p90", "working_days", kind, **{name: high})
    add("pending_claims", "claims", total=60)
    add("pending_claims", "claims", "programme", JHT=40, JKK=20)
    for band, count in (("0-3", 30), ("4-5", 20), ("16-30", 10), ("8-15", None), ("61+", 0)):
        add("pending_claims", "claims", "age_band", **{band: count})
    add("pending_days_median", "working_days", total=3.5)
    add("contributions_due_idr", "idr", total=20_000_000_000)
    add("contributions_collected_idr", "idr", total=19_000_000_000)
    add("contributions_due_idr", "idr", "programme", JHT=12_000_000_000, JKK=8_000_000_000)
    add("contributions_collected_idr", "idr", "programme", JHT=11_500_000_000, JKK=7_500_000_000)
    add("collection_rate", "percent", total=95.0)
    add(
        "employer_compliance", "percent", total={"value": 90.0, "numerator": 90, "denominator": 100}
    )
    add("employer_compliance_on_time", "percent", total=85.0)
    add("accounts_in_arrears", "accounts", total=12)
    add("accounts_in_arrears", "accounts", "arrears_age", **{"13-24": 2, "7-12": 10})
    add("arrears_idr", "idr", total=50_000_000)
    add("subsidised_participants", "persons", total=300)
    add("subsidised_participants", "persons", "funder", csr=100, village_budget=200)
    add("subsidised_months", "months", "funder", csr=150, village_budget=400)
    add("claims_above_maximum", "claims", total=5)
    add("claims_above_maximum_idr", "idr", total=3_750_000)
    return rows


def of_children(releasable):
    """Three children with claims, the last of them hidden, and an unknown one with two."""
    rows = []
    for number, child in enumerate(releasable.children[:3]):
        for name, unit, size in (
            ("claims_paid", "claims", 100),
            ("claim_frequency", "claims_per_1000_persons", 7),
        ):
            row = make_row(
                name, child.code, size * (number + 1), unit, scope="all", as_of=CLAIMS_AS_OF
            )
            rows.append(hidden(row) if number == 2 else row)
    unknown = [child for child in releasable.children if child.is_unknown]
    rows += [make_row("claims_paid", one.code, 2, "claims", scope="all") for one in unknown]
    return rows


def hidden(row):
    return row | {"status": "suppressed", "value": None, "numerator": None, "denominator": None}


def claims_of(level="provinsi", story="full"):
    """A region's figures; `none` is an archive without a payment, where only bills are known."""
    releasable = make_releasable(level, "full" if story == "none" else story)
    if story == "all_missing":
        return releasable
    more = [*figures_of_claims(releasable.region.code), *of_children(releasable)]
    if story == "suppressed":
        more = [hidden(row) for row in more]
    if story == "none":
        paid = {"claims_paid": "claims", "claims_amount_idr": "idr"}
        more = [
            make_row(name, releasable.region.code, 0, unit, scope="all", as_of=CLAIMS_AS_OF)
            for name, unit in paid.items()
        ]
        kept = releasable.rows[
            ~releasable.rows["indicator"].str.startswith(("claim", "scholarship"))
        ]
        releasable = replace(releasable, rows=kept)
    added = pd.DataFrame(more, columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def changed(releasable, indicator, value, dimension="total", category="total", **more):
    """The same figures with one of them replaced; None makes it a suppressed one."""
    rows = releasable.rows.copy()
    chosen = (
        (rows["indicator"] == indicator)
        & (rows["region_code"] == releasable.region.code)
        & (rows["dimension"] == dimension)
        & (rows["category"] == category)
        & (rows["period"] == "2031-06")
    )
    assert chosen.sum() == 1, (indicator, dimension, category)
    rows.loc[chosen, "value"] = value
    rows.loc[chosen, "status"] = "suppressed" if value is None else "available"
    for name, one in more.items():
        rows.loc[chosen, name] = one
    return replace(releasable, rows=rows)


def without(releasable, *indicators, period=None):
    rows = releasable.rows
    chosen = rows["indicator"].isin(indicators)
    if period is not None:
        chosen &= rows["period"] == period
    return replace(releasable, rows=rows[~chosen])


def said(part, releasable, language="en"):
    found = [
        inline_text(block["children"])
        for block in part(releasable, language).blocks
        if block["kind"] in ("paragraph", "note")
    ]
    return " ".join(found)


def blocks_of(part, releasable, kind, language="en"):
    return [block for block in part(releasable, language).blocks if block["kind"] == kind]


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


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
        "JHT (old-age savings) took the largest part: Rp5\u00a0billion of Rp7.69\u00a0billion"
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


def test_frequency_and_ratio_each_say_what_they_mean():
    text = said(parts.frequency_and_ratio, claims_of())
    assert "33.00 claims per 1,000 active participants" in text
    assert "daily average of 30,000 active participants" in text
    assert "38.00% of the contributions collected for January 2031 to May 2031" in text
    assert "contributions exceed benefits" in text


def test_ratios_fall_from_high_to_low_against_the_line_of_balance():
    chart = burden.ratio_bars(open_part(claims_of(), "en"))
    assert [bar.name[:3] for bar in chart.bars] == ["All", "JKM", "JHT", "JKK", "JKP"]
    assert chart.bars[-1].value is None
    assert chart.bars[-1].text == "no contributions"
    assert chart.target is not None
    assert chart.target.value == 100


@pytest.mark.parametrize(
    ("value", "caption"),
    [
        (130.0, "Benefits exceeded contributions in JKM (130.00%)"),
        (99.0, "Benefits were below contributions in every programme that is known"),
    ],
)
def test_the_finding_about_ratios_names_those_above_balance(value, caption):
    releasable = changed(claims_of(), "claim_ratio", value, "programme", "JKM")
    (figure,) = blocks_of(parts.frequency_and_ratio, releasable, "figure")
    assert figure["caption"] == caption


@pytest.mark.parametrize(
    ("missing", "heading"),
    [
        ((), "Claim frequency and claim ratio"),
        (("claim_ratio",), "Claim frequency"),
        (("claim_frequency",), "Claim ratio"),
    ],
)
def test_the_heading_names_only_what_is_known(missing, heading):
    (block,) = blocks_of(parts.frequency_and_ratio, without(claims_of(), *missing), "heading")
    assert block["text"] == heading


def test_ranges_are_held_against_the_term_of_the_law_at_the_date():
    releasable = claims_of()
    law = timeliness.legal_terms(releasable)
    chart = timeliness.term_ranges(open_part(releasable, "en"), law.value)
    assert [(one.name[:3], one.low, one.high, one.limit, one.is_beyond) for one in chart.ranges] == [
        ("JKM", 2.5, 3, 3, False), ("JHT", 3, 6, 5, True), ("JKK", 1, 1, 7, False), ("JP ", 2, 9, None, False),
    ]  # fmt: skip
    assert chart.ranges[0].text == "2.5–3 days"
    assert chart.ranges[-1].text == "2–9 days, no term"


def test_before_the_rule_on_jht_it_has_no_term():
    rows = claims_of().rows.copy()
    rows["as_of"] = date(2020, 6, 17)
    assert "JHT" not in timeliness.legal_terms(replace(claims_of(), rows=rows)).value


@pytest.mark.parametrize(
    ("high", "caption"),
    [
        (6, "Nine claims in ten were paid within the term for JKM and JKK, but not for JHT"),
        (5, "Nine claims in ten were paid within the term for JKM, JHT, and JKK"),
    ],
)
def test_the_finding_about_time_names_who_keeps_the_term(high, caption):
    releasable = changed(claims_of(), "payment_days_p90", high, "programme", "JHT")
    (figure,) = blocks_of(parts.timeliness, releasable, "figure")
    assert figure["caption"] == caption
    assert "JHT (old-age savings) 3–" in figure["alt"]


def test_timeliness_says_share_bound_and_days():
    text = said(parts.timeliness, claims_of())
    assert "82.50% of the claims with a legal term were paid within it (330 of 400)" in text
    assert "lower bound" in text
    assert "within 3 working days, nine in ten within 6 working days" in text
    (table,) = blocks_of(parts.timeliness, claims_of(), "table")
    assert rows_of(table)[1] == ["JHT (old-age savings)", "5", "240", "300", "80.00"]
    assert rows_of(table)[-1][1] == "not applicable"
    hidden_share = changed(
        claims_of(), "claims_within_term", None, numerator=None, denominator=None
    )
    assert "share of claims paid within the legal term is withheld" in said(
        parts.timeliness, hidden_share
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (60, "60 claims had not been decided. Half of them had waited at most 3.5 working days."),
        (1, "1 claim had not been decided."),
        (0, "no claims were pending."),
        (None, "The number of pending claims is withheld"),
    ],
)
def test_pending_claims_are_many_one_none_or_withheld(value, expected):
    releasable = changed(claims_of(), "pending_claims", value)
    assert expected in said(parts.pending_claims, releasable)
    assert bool(blocks_of(parts.pending_claims, releasable, "table")) == bool(value)


def test_ages_stand_from_young_to_old_with_hidden_ones_in_words():
    chart = pending.age_bars(open_part(claims_of(), "en"))
    assert [(bar.name, bar.value, bar.text) for bar in chart.bars] == [
        ("0–3 working days", 30, "30"), ("4–5 working days", 20, "20"),
        ("8–15 working days", None, "not yet available"), ("16–30 working days", 10, "10"),
        ("61+ working days", 0, "0"),
    ]  # fmt: skip
    (figure,) = blocks_of(parts.pending_claims, claims_of(), "figure")
    assert figure["caption"].endswith("0–3 working days: 30 claims of 60 claims")


def test_contributions_say_collection_compliance_arrears_and_who_pays_for_others():
    text = said(parts.contributions, claims_of())
    for expected in (
        "Rp19\u00a0billion of the Rp20\u00a0billion that fell due this year had been collected, or 95.00%",
        "Of 100 employers billed for the latest month that fell due, 90 had paid in full (90.00%)",
        "Paid in full and on time: 85.00%.",
        "Arrears stand at Rp50\u00a0million on 12 accounts.",
        "the contributions of 300 persons are paid by government or by companies",
    ):
        assert expected in text
    tables = {
        one["id"]: rows_of(one) for one in blocks_of(parts.contributions, claims_of(), "table")
    }
    assert [row[0] for row in tables["arrears-table"]] == ["7–12 months", "13–24 months", "Total"]
    assert tables["subsidy-table"][0][:2] == ["Village funds", "200"]


@pytest.mark.parametrize(
    ("indicator", "expected", "table"),
    [
        ("accounts_in_arrears", "No account is in arrears.", "arrears-table"),
        ("subsidised_participants", "No participant's contribution is paid by", "subsidy-table"),
    ],
)
def test_true_zeros_of_contributions_are_sentences_not_tables(indicator, expected, table):
    releasable = changed(claims_of(), indicator, 0)
    assert expected in said(parts.contributions, releasable)
    shown = [one["id"] for one in blocks_of(parts.contributions, releasable, "table")]
    assert table not in shown


def test_bills_are_shown_where_no_claim_was_paid():
    releasable = claims_of()
    for name in ("claims_paid", "claims_amount_idr"):
        releasable = changed(releasable, name, 0)
    assert parts.contributions(releasable, "id").blocks


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, "Recorded above the legal maximum: 5 claims, with an excess of Rp3.75\u00a0million."),
        (1, "Recorded above the legal maximum: 1 claim,"),
        (0, "No claim is recorded above the legal maximum."),
        (None, "The number of claims above the legal maximum is withheld"),
    ],
)
def test_claims_above_the_maximum_are_one_quiet_note(value, expected):
    releasable = changed(claims_of(), "claims_above_maximum", value)
    (note,) = parts.claims_above_maximum(releasable, "en").blocks
    assert note["kind"] == "note"
    assert note["role"] == "information"
    assert expected in inline_text(note["children"])


def test_notes_explain_only_what_the_region_shows():
    def definitions(releasable):
        first = blocks_of(parts.claims_notes, releasable, "list")[0]
        return [inline_text(item[0]["children"]).split(" is ")[0] for item in first["items"]]

    assert len(definitions(claims_of())) == 8
    assert len(definitions(claims_of("desa", "none"))) == 1


def test_a_village_is_told_why_there_is_no_breakdown():
    rows = claims_of("desa").rows
    kept = rows[(rows["dimension"] == "total")]
    text = said(parts.claims_in_short, replace(claims_of("desa"), rows=kept), "id")
    assert "Di tingkat desa dan kelurahan hanya jumlah seluruhnya" in text


def test_scholarships_hidden_at_a_level_without_amounts_are_said_to_be_hidden():
    releasable = without(claims_of("desa", "suppressed"), "scholarship_amount_idr")
    assert "suppressed" in said(scholarships, releasable)


@pytest.mark.parametrize(
    ("level", "story", "children", "kinds"),
    [
        ("provinsi", "full", 40, ["heading", "paragraph", "table"]),
        ("provinsi", "full", 0, ["heading", "paragraph"]),
        ("desa", "none", 0, []),
        ("desa", "none", 3, ["heading", "paragraph"]),
        ("desa", "suppressed", None, []),
    ],
)
def test_scholarships_are_no_section_where_there_is_nothing_to_tell(level, story, children, kinds):
    releasable = claims_of(level, story)
    if story == "none":
        row = make_row(
            "scholarship_children", releasable.region.code, children, "children", scope="all"
        )
        frame = pd.DataFrame([row], columns=list(COLUMNS))
        releasable = replace(releasable, rows=pd.concat([releasable.rows, frame]))
    else:
        releasable = changed(releasable, "scholarship_children", children)
    shown = [block["kind"] for block in parts.scholarships_paid(releasable, "en").blocks]
    assert shown == kinds


def test_few_known_times_are_a_table_and_not_a_chart_of_words():
    releasable = claims_of()
    for programme in ("JKM", "JKK"):
        for name in ("payment_days_median", "payment_days_p90"):
            releasable = changed(releasable, name, None, "programme", programme)
    assert blocks_of(parts.timeliness, releasable, "figure") == []
    table = blocks_of(parts.timeliness, releasable, "table")[0]
    assert [row[1:] for row in rows_of(table)] == [
        ["3", "suppressed", "suppressed"], ["5", "3", "6"], ["7", "suppressed", "suppressed"],
        ["not applicable", "2", "9"], ["not applicable", "3", "6"],
    ]  # fmt: skip
    assert table["caption"] == "Nine claims in ten took longer than the term for JHT"


def test_programmes_are_ranked_by_claims_where_an_amount_is_hidden():
    releasable = changed(claims_of(), "claims_amount_idr", None, "programme", "JHT")
    table = blocks_of(parts.claims_by_programme, releasable, "table")[0]
    assert [row[0][:3] for row in rows_of(table)] == ["JHT", "JP ", "JKK", "JKP", "JKM", "Tot"]
    assert table["caption"] == "Claims by programme"


def texts_of(svg):
    return ["".join(node.itertext()).strip() for node in ET.fromstring(svg).iter(TEXT)]


def test_the_drawings_hold_their_values_as_text():
    pair = PairedColumns(
        ("Jan", "Feb*"), Columns("Claims", (3, None), ("3", "hidden")),
        Columns("Rupiah", (0.0, 8.5), ("0", "8.5")), True,
    )  # fmt: skip
    assert {"Jan", "Feb*", "Claims", "Rupiah", "3", "hidden", "8.5"} <= set(
        texts_of(paired_columns_svg(pair))
    )
    chart = RangeChart(
        (Range("A", 3, 6, 5, "3–6", "term 5", True), Range("B", None, None, 7, "hidden", "term 7")),
        "days",
    )
    assert {"A", "B", "3–6", "term 5", "hidden", "term 7", "days"} <= set(
        texts_of(range_svg(chart))
    )
    assert range_svg(chart) == range_svg(chart)
