"""What the claims notebook says of frequency, time, pending claims and contributions."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import COLUMNS, make_row
from claim_stories import blocks_of, changed, claims_of, rows_of, said, without

from coverage_lib.present.charts.paired_columns import Columns, PairedColumns, paired_columns_svg
from coverage_lib.present.charts.ranges import Range, RangeChart, range_svg
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import claims as parts
from coverage_lib.present.parts.claims import burden, pending, timeliness
from coverage_lib.present.parts.claims.paid import scholarships
from coverage_lib.present.plain import inline_text

TEXT = "{http://www.w3.org/2000/svg}text"


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
    ("highs", "english", "indonesian"),
    [
        (
            {"JHT": 6},
            "Paying nine in ten JHT claims took 6 working days; the term is 5",
            "Untuk membayar sembilan dari sepuluh klaim JHT diperlukan 6 hari kerja; batasnya 5",
        ),
        (
            {"JHT": 5.5, "JKM": 4},
            (
                "Paying nine claims in ten took 4 working days for JKM (term 3) and"
                " 5.5 working days for JHT (term 5)"
            ),
            (
                "Untuk membayar sembilan dari sepuluh klaim diperlukan 4 hari kerja untuk JKM (batas 3)"
                " dan 5,5 hari kerja untuk JHT (batas 5)"
            ),
        ),
        (
            {"JHT": 5},
            "Nine claims in ten were paid within the term for JKM, JHT, and JKK",
            "Sembilan dari sepuluh klaim dibayar dalam batas waktu pada JKM, JHT, dan JKK",
        ),
    ],
)
def test_the_finding_about_time_holds_days_against_the_term(highs, english, indonesian):
    releasable = claims_of()
    for programme, high in highs.items():
        releasable = changed(releasable, "payment_days_p90", high, "programme", programme)
    for language, caption in (("en", english), ("id", indonesian)):
        (figure,) = blocks_of(parts.timeliness, releasable, "figure", language)
        assert figure["caption"] == caption
        assert "JHT" in figure["alt"]


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
        "Rp19.0\u00a0billion of the Rp20.0\u00a0billion that fell due this year had been collected, or 95.00%",
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
    assert tables["subsidy-table"][0][:2] == ["Village budget", "200"]


@pytest.mark.parametrize(
    ("scope", "is_said"), [("all", True), ("incl_jakon", False), ("excl_jakon", False)]
)
def test_funders_have_the_names_of_the_coverage_notebook_and_their_scope_is_said(scope, is_said):
    releasable = claims_of()
    rows = releasable.rows.copy()
    rows.loc[rows["indicator"].str.startswith("subsidised_"), "scope"] = scope
    releasable = replace(releasable, rows=rows)
    for language, included in (
        ("en", "Construction workers are included here"),
        ("id", "Di sini termasuk pekerja jasa konstruksi"),
    ):
        tables = blocks_of(parts.contributions, releasable, "table", language)
        table = next(one for one in tables if one["id"] == "subsidy-table")
        say = open_part(releasable, language).say
        assert [row[0] for row in rows_of(table)][:2] == [
            say("coverage_notebook.funder.village_budget"), say("coverage_notebook.funder.csr"),
        ]  # fmt: skip
        assert (included in " ".join(table["notes"])) == is_said


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
    assert table["caption"] == ("Paying nine in ten JHT claims took 6 working days; the term is 5")


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


@pytest.mark.parametrize(
    ("language", "amounts", "same_day", "caption", "heads"),
    [
        (
            "en", True, True, "Children with a scholarship and its amount, by level of education",
            ["Children 2031", "Amount 2031 (Rp million)", "Children 2030", "Amount 2030 (Rp million)"],
        ),
        (
            "id", False, True, "Anak penerima beasiswa menurut jenjang sekolah",
            ["Anak 2031", "Anak 2030"],
        ),
        (
            "id", False, False, "Anak penerima beasiswa menurut jenjang sekolah",
            ["Anak 2031", "Anak 2030 (setahun)"],
        ),
        (
            "en", False, False, "Children with a scholarship, by level of education",
            ["Children 2031", "Children 2030 (full year)"],
        ),
    ],
)  # fmt: skip
def test_scholarships_name_a_full_year_and_promise_no_amounts_they_lack(
    language, amounts, same_day, caption, heads
):
    releasable = claims_of()
    rows = releasable.rows
    kept = rows[~(rows["indicator"].str.startswith("scholarship_") & (rows["period"] != "2031-06"))]
    day = date(2030, 6, 17) if same_day else date(2030, 12, 31)
    earlier = [
        make_row(
            name, releasable.region.code, value, unit, period=f"{day:%Y-%m}", dimension=dimension,
            category=category, as_of=day, scope="all",
        )
        for name, value, unit in (
            ("scholarship_children", 30, "children"), ("scholarship_amount_idr", 90_000_000, "idr"),
        )
        for dimension, category in (("total", "total"), ("school_level", "SD"))
    ]  # fmt: skip
    frame = pd.DataFrame(earlier, columns=list(COLUMNS)).astype({"as_of": object})
    releasable = replace(releasable, rows=pd.concat([kept, frame], ignore_index=True))
    if not amounts:
        releasable = without(releasable, "scholarship_amount_idr")
    table = blocks_of(parts.scholarships_paid, releasable, "table", language)[0]
    assert table["caption"] == caption
    assert [column["label"] for column in table["columns"]][1:] == heads
