"""What changed, and what to do next month: each sentence with the count of its figure."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from builders import CLAIMS_AS_OF, CODES, COLUMNS, make_row
from coverage_rows import make_depth

from coverage_lib.indicators.definitions import sections
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import briefing as parts
from coverage_lib.present.parts.briefing.actions import RULES, actions_of
from coverage_lib.present.parts.briefing.changed import flow_chart
from coverage_lib.present.parts.coverage.movements import flows_of
from coverage_lib.present.plain import inline_text, plain_text

LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
STORIES = ["full", "flat", "all_missing", "unexplained", "hidden_flow"]
BANDS = {"0-3": 9, "4-5": 8, "6-7": 7, "8-15": 30, "16-30": 4, "31-60": 2, "61+": 1}


def claims_row(indicator, code, value, unit, dimension="total", category="total"):
    return make_row(
        indicator, code, value, unit, dimension=dimension, category=category, scope="all",
        as_of=CLAIMS_AS_OF,
    )  # fmt: skip


def with_work(level="provinsi", story="full"):
    """Depth, gaps of the children, and arrears and pending claims as a month may have them."""
    releasable = make_depth(level, story)
    code = CODES[level]
    rows = [
        make_row("gap_to_target", child.code, 100 * number, "persons")
        for number, child in enumerate(releasable.children)
    ]
    rows.append(claims_row("accounts_in_arrears", code, 120, "accounts"))
    rows.append(claims_row("accounts_in_arrears", code, 45, "accounts", "segment", "PU"))
    rows += [
        claims_row("pending_claims", code, count, "claims", "age_band", band)
        for band, count in BANDS.items()
    ]
    added = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def hide(releasable, indicator, category, **values):
    rows = releasable.rows.copy()
    chosen = (rows["indicator"] == indicator) & (rows["category"] == category)
    assert chosen.any()
    fields = {"status": "suppressed", "value": None, "numerator": None, "denominator": None}
    for name, value in (values or fields).items():
        rows.loc[chosen, name] = value
    return replace(releasable, rows=rows)


def sentences(releasable, language="id"):
    context = open_part(releasable, language)
    return {one.name: inline_text(one.sentence) for one in actions_of(context)}


def counts(releasable):
    return {one.name: one.count for one in actions_of(open_part(releasable, "id"))}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("story", STORIES)
def test_every_part_can_be_shown_with_depth(level, story):
    releasable = make_depth(level, story)
    for language in ("id", "en"):
        for name in parts.__all__:
            text = plain_text(getattr(parts, name)(releasable, language).blocks)
            assert "None" not in text, name
            assert "{" not in text, name
            assert re.findall(r"\bnan\b", text) == [], name


def test_the_actions_count_what_the_figures_say():
    assert counts(with_work()) == {
        "regions": 600 + 500 + 400,
        # 2,000 lapsed, four fifths of them self-employed, and 120 accounts.
        "payments": 1_600 + 120,
        "groups": 7_500 + 2_100 + 500,
        "positions": 400 + 190,
        "pending": 30 + 4 + 2 + 1,
    }


@pytest.mark.parametrize(
    ("name", "indonesian", "english"),
    [
        (
            "regions",
            "Kota Pangkal Pinang (600), Kabupaten Belitung Timur (500), dan Kabupaten",
            "Pangkal Pinang City (600), Belitung Timur District (500), and",
        ),
        ("payments", "Hubungi kembali 1.600 peserta BPU", "Win back the 1,600 self-employed (BPU)"),
        ("payments", "tunggakan lama tidak ditagih", "old arrears are not due"),
        ("payments", "Tagih pula 120 akun", "Collect from 120 accounts"),
        (
            "groups",
            "7.500 petani, 2.100 nelayan, dan 500 pegawai non-ASN",
            "7,500 farmers, 2,100 fishers",
        ),
        ("positions", "400 ketua RT/RW dan 190 pengurus lembaga", "400 neighbourhood heads"),
        ("pending", "Selesaikan 37 klaim yang menunggu lebih dari 7 hari kerja", "Settle the 37 claims"),
    ],
)  # fmt: skip
def test_the_actions_say_it_in_both_languages(name, indonesian, english):
    assert indonesian in sentences(with_work())[name]
    assert english in sentences(with_work(), "en")[name]


def test_nothing_is_advised_from_a_missing_figure():
    assert sentences(make_depth("provinsi", "all_missing")) == {}
    assert parts.next_month(make_depth("kabupaten", "all_missing"), "id").blocks == ()
    bare = sentences(make_depth("provinsi", "no_flows"))
    assert set(bare) == {"regions", "groups", "positions"}


def test_hidden_counts_are_left_out_and_never_filled():
    some = hide(with_work(), "pending_claims", "16-30")
    assert counts(some)["pending"] == 30 + 2 + 1
    assert "sedikitnya 33 klaim" in sentences(some)["pending"]
    lapsed = hide(with_work(), "participant_flow", "BPU:lapsed")
    assert counts(lapsed)["payments"] == 120
    assert "Tagih 120 akun penunggak iuran, di antaranya 45 pemberi kerja" in sentences(lapsed)["payments"]  # fmt: skip
    farmers = hide(with_work(), "group_coverage", "farmer")
    assert "petani" not in sentences(farmers)["groups"]


def test_an_action_without_anybody_is_none():
    done = with_work()
    for band in BANDS:
        done = hide(done, "pending_claims", band, value=0.0)
    assert "pending" not in sentences(done)


def test_a_village_is_told_its_own_pace():
    text = sentences(with_work("desa"))["regions"]
    assert "Tambah bersih 2.858 pekerja bulan depan" in text
    assert "masih 20.000 pekerja" in text
    assert "regions" not in sentences(with_work("desa", "reached"))


def test_every_rule_names_indicators_that_exist():
    known = {name for section in sections() for name in section.indicators}
    for rule in RULES:
        assert set(rule.indicator.split(", ")) <= known
        assert rule.least >= 1


@pytest.mark.parametrize(
    ("story", "bars", "title"),
    [
        (
            "full",
            [("Baru", "+400"), ("Aktif kembali", "+15"), ("Terhenti karena menunggak", "−2.000"), ("Berakhir", "−415")],
            "berkurang 2.000",
        ),
        (
            "rising",
            [("Baru", "+2.500"), ("Aktif kembali", "+1"), ("Terhenti karena menunggak", "−500"), ("Berakhir", "−1")],
            "bertambah 2.000",
        ),
    ],
)  # fmt: skip
def test_the_chart_shows_what_came_and_went(story, bars, title):
    releasable = make_depth("provinsi", story)
    chart = flow_chart(open_part(releasable, "id"), flows_of(releasable))
    assert [(bar.name, bar.text) for bar in chart.bars] == bars
    assert [bar.value < 0 for bar in chart.bars] == [False, False, True, True]
    (drawn,) = (one for one in parts.what_changed(releasable, "id").blocks if one["kind"] == "figure")  # fmt: skip
    assert title in drawn["caption"]
    assert f"Terhenti karena menunggak {bars[2][1]}" in drawn["alt"]


def test_where_nobody_came_or_went_there_is_no_chart_but_a_sentence():
    shown = parts.what_changed(make_depth("provinsi", "flat"), "id").blocks
    assert [block["kind"] for block in shown] == ["heading", "paragraph"]
    assert "tidak berubah" in plain_text(shown)
    assert parts.what_changed(make_depth("provinsi", "all_missing"), "id").blocks == ()


def test_a_hidden_flow_keeps_its_place_without_a_number():
    releasable = make_depth("provinsi", "hidden_flow")
    chart = flow_chart(open_part(releasable, "en"), flows_of(releasable))
    assert (chart.bars[0].name, chart.bars[0].value, chart.bars[0].text) == ("New", None, "suppressed")  # fmt: skip


def test_the_notes_count_the_published_figures_and_date_the_sources():
    text = plain_text(parts.notes_in_brief(make_depth(), "id").blocks)
    assert "3 angka publikasi dapat diperiksa; 2 di antaranya cocok" in text
    assert "Cakupan, per 1 Juni 2031 (+0,01 poin persen" in text
    assert "Register kepesertaan (per 1 Juni 2031); Arsip klaim (per 17 Juni 2031)" in text


def test_villages_stand_in_a_table_with_bars_and_districts_in_a_chart():
    villages = parts.regions_in_brief(make_depth("kecamatan"), "id").blocks
    assert [block["kind"] for block in villages] == ["heading", "table"]
    assert any(cell["bar"] is not None for row in villages[1]["rows"] for cell in row["cells"])
    districts = parts.regions_in_brief(make_depth("provinsi"), "id").blocks
    assert [block["kind"] for block in districts] == ["heading", "figure", "table"]
    assert all(cell["bar"] is None for row in districts[2]["rows"] for cell in row["cells"])
