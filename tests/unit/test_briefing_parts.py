"""What the briefing says, told from small figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from builders import make_releasable

from coverage_lib.errors import UsageError
from coverage_lib.present.notebooks import briefing as briefing_parts
from coverage_lib.present.parts.claims.paid import claims, scholarships
from coverage_lib.present.parts.coverage.outlook import trajectory
from coverage_lib.present.parts.coverage.regions_ranked import regions_ranked
from coverage_lib.present.parts.coverage.trend import coverage_by_segment, coverage_trend
from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.parts.quality.reconciliation import reconciliation_in_full
from coverage_lib.present.plain import inline_text, plain_text

PARTS = [getattr(briefing_parts, name) for name in briefing_parts.__all__]
LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
STORIES = ["full", "rising", "flat", "reached", "suppressed", "all_missing"]


def said(part, releasable, language="id"):
    """The paragraphs, points and notes of a part as one text."""
    return " ".join(texts(part(releasable, language).blocks))


def texts(blocks):
    for block in blocks:
        if block["kind"] in ("paragraph", "note"):
            yield inline_text(block["children"])
        for item in block["items"] if block["kind"] == "list" else ():
            yield from texts(item)


def blocks_of(part, releasable, kind, language="id"):
    return [block for block in part(releasable, language).blocks if block["kind"] == kind]


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("story", STORIES)
def test_every_part_can_be_shown_for_every_level_and_story(level, story):
    releasable = make_releasable(level, story)
    for language in ("id", "en"):
        for part in PARTS:
            text = plain_text(part(releasable, language).blocks)
            assert "None" not in text
            assert "nan" not in re.findall(r"\bnan\b", text)
            assert "{" not in text


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_a_frame_cannot_be_printed(part):
    with pytest.raises(TypeError, match="Releasable, not DataFrame"):
        part(pd.DataFrame(), "id")
    with pytest.raises(UsageError, match="'fr'"):
        part(make_releasable(), "fr")


def test_cover_names_the_level_the_dates_and_the_simulation():
    (block,) = blocks_of(briefing_parts.cover, make_releasable("kecamatan"), "cover", "en")
    assert block["region_name"] == "Sungailiat Sub-district, Bangka District"
    assert block["region_kind"] == "Sub-district"
    assert block["document_date"] == "2031-06-20"
    assert [one["date"] for one in block["as_of"]] == [
        "1 June 2031",
        "17 June 2031",
        "17 June 2031",
    ]
    assert block["simulated_label"].startswith("SIMULATED DATA")
    (real,) = blocks_of(briefing_parts.cover, make_releasable(simulated=False), "cover")
    assert not real["simulated"]
    assert real["simulated_label"] == ""


def test_key_figures_carry_target_and_previous_point():
    (block,) = blocks_of(briefing_parts.key_figures, make_releasable(), "key_figures")
    tiles = {tile["id"]: tile for tile in block["items"]}
    assert tiles["active"]["value"] == "30.000"
    assert "24.000 formal + 6.000 informal" in tiles["active"]["detail"]
    assert tiles["coverage"]["value"] == "30,00\u00a0%"
    assert "Target 2031: 50,00\u00a0%" in tiles["coverage"]["detail"]
    assert "28 April 2031: 32,00\u00a0% (−2,00 poin persen)" in tiles["coverage"]["detail"]
    assert tiles["coverage"]["tone"] == "attention"
    assert tiles["rank"]["value"] == "4"
    assert tiles["claims"]["value"] == "Rp7,69\u00a0miliar"


def test_key_figures_of_a_place_without_figures_say_so_three_times_not_eight():
    (block,) = blocks_of(
        briefing_parts.key_figures, make_releasable("kabupaten", "all_missing"), "key_figures"
    )
    assert [tile["value"] for tile in block["items"]] == ["data belum tersedia"] * 3


@pytest.mark.parametrize(
    ("story", "indonesian", "english"),
    [
        (
            "full",
            "turun 2,00 poin persen dari 32,00\u00a0%",
            "down 2.00 percentage points from 32.00%",
        ),
        (
            "rising",
            "naik 2,00 poin persen dari 28,00\u00a0%",
            "up 2.00 percentage points from 28.00%",
        ),
        ("flat", "tidak berubah sejak 28 April 2031", "unchanged since 28 April 2031"),
    ],
)
def test_summary_tells_rising_falling_and_unchanged(story, indonesian, english):
    releasable = make_releasable(story=story)
    assert indonesian in said(briefing_parts.summary, releasable)
    assert english in said(briefing_parts.summary, releasable, "en")


def test_summary_of_a_reached_target_asks_for_nothing():
    text = said(briefing_parts.summary, make_releasable(story="reached"))
    assert "sudah tercapai" in text
    assert "diperlukan tambahan" not in text


@pytest.mark.parametrize(
    ("story", "verdict"),
    [
        ("full", "fell by an average of 333 workers a month over the last 12 months"),
        ("rising", "is only 500 workers a month, below the pace required"),
        ("flat", "did not grow over the last 12 months"),
        ("reached", "has been reached"),
    ],
)
def test_the_verdict_on_the_pace(story, verdict):
    assert verdict in said(trajectory, make_releasable(story=story), "en")


def test_a_pace_that_suffices_is_called_sufficient():
    releasable = make_releasable(story="rising")
    rows = releasable.rows.copy()
    required = rows["indicator"] == "required_monthly_pace"
    rows.loc[required, "value"] = 400.0
    text = said(trajectory, replace(releasable, rows=rows), "en")
    assert "500 workers a month, is sufficient" in text


def test_a_place_without_figures_says_once_what_is_missing():
    releasable = make_releasable("kabupaten", "all_missing")
    empty = [part.__name__ for part in PARTS if not part(releasable, "id").blocks]
    assert sorted(empty) == [
        "claims_in_brief", "next_month", "office_holders", "regions_in_brief", "segments_in_brief",
        "trend_in_brief", "what_changed",
    ]  # fmt: skip
    text = said(briefing_parts.summary, releasable)
    assert "Belum ada angka Juni 2031" in text
    assert text.count("belum memuat") == 1
    assert "peringkat" not in text  # only provinces have a rank


def test_suppressed_is_not_missing():
    text = said(briefing_parts.summary, make_releasable("desa", "suppressed"), "en")
    assert "To protect individuals" in text
    assert "do not contain" not in text


def test_children_and_the_unknown_region_sum_to_the_last_row():
    (table,) = blocks_of(regions_ranked, make_releasable(), "table")
    roles = [row["role"] for row in table["rows"]]
    assert roles == ["body"] * 7 + ["unknown", "total"]
    active = [int(row[1].replace(".", "")) for row in rows_of(table)]
    assert sum(active[:-1]) == active[-1] == 30_000
    assert rows_of(table)[-2][0] == "wilayah tidak diketahui"
    assert any("berjumlah sama" in note for note in table["notes"])
    assert "19.01,Kabupaten Bangka," in table["csv"]


def test_a_village_has_no_section_of_children():
    assert regions_ranked(make_releasable("desa"), "id").blocks == ()


def test_segments_stand_around_the_headline_total():
    (table,) = blocks_of(coverage_by_segment, make_releasable(), "table")
    assert [row[:2] for row in rows_of(table)] == [
        ["Penerima upah (PU, formal)", "24.000"],
        ["Bukan penerima upah (BPU, informal)", "6.000"],
        ["Jumlah, tanpa jasa konstruksi", "30.000"],
        ["Jasa konstruksi", "5.000"],
        ["Jumlah, dengan jasa konstruksi", "35.000"],
    ]


def test_every_percentage_table_and_chart_names_date_scope_and_denominator():
    releasable = make_releasable()
    shown = [
        block
        for part in (
            coverage_trend, coverage_by_segment, regions_ranked,
        )
        for block in part(releasable, "id").blocks
        if block["kind"] in ("figure", "table")
    ]  # fmt: skip
    assert len(shown) == 5
    for block in shown:
        notes = " ".join(block["notes"])
        assert "Per 1 Juni 2031" in notes
        assert "tidak termasuk pekerja jasa konstruksi" in notes
        assert "penyebut: 100.000 pekerja (Potensi pekerja contoh, versi 2031)" in notes


def test_claims_compare_with_the_same_period_only():
    releasable = make_releasable()
    text = said(claims, releasable, "en")
    assert "990 claims worth Rp7.69\u00a0billion" in text
    assert "a rise of Rp1.01\u00a0billion" in text or "a rise of Rp1\u00a0billion" in text
    table = blocks_of(claims, releasable, "table", "en")[0]
    assert [column["label"] for column in table["columns"]][1:] == [
        "Claims 2031", "Amount 2031 (Rp million)", "Claims 2030", "Amount 2030 (Rp million)",
    ]  # fmt: skip
    assert rows_of(table)[-1] == ["Total", "990", "7,690.00", "910", "6,685.00"]
    rows = releasable.rows[releasable.rows["period"] != "2030-06"]
    only_year = replace(releasable, rows=rows)
    assert "not yet available for comparison" in said(claims, only_year, "en")
    table = blocks_of(claims, only_year, "table", "en")[0]
    assert "Columns 2030: the full year." in table["notes"]


def test_claims_that_are_truly_zero_are_said_to_be_none():
    releasable = make_releasable("desa")
    rows = releasable.rows.copy()
    total = rows["indicator"].isin(["claims_paid", "claims_amount_idr"]) & (
        rows["dimension"] == "total"
    )
    rows.loc[total, "value"] = 0.0
    assert "no claims were paid" in said(
        briefing_parts.summary, replace(releasable, rows=rows), "en"
    )


def test_scholarships_say_children_amount_and_the_legal_maximum():
    text = said(scholarships, make_releasable())
    assert "Rp330\u00a0juta diberikan kepada 122 anak, bertambah dari 61 anak" in text
    assert "paling banyak Rp180\u00a0juta" in text


def test_village_groups_are_subtotals_of_their_positions():
    (table,) = blocks_of(briefing_parts.office_holders, make_releasable(), "table")
    named = {row[0]: row[1:] for row in rows_of(table)}
    assert named["Kepala desa dan perangkat desa"] == ["330", "341", "96,77"]
    assert named["RT/RW dan LKD"] == ["610", "1.200", "50,83"]
    assert table["rows"][2]["role"] == "total"


def test_reconciliation_explains_differences_and_names_sources():
    part = reconciliation_in_full
    text = said(part, make_releasable())
    assert text.startswith("3 angka publikasi dapat diperiksa; 2 di antaranya cocok.")
    assert "Satu angka publikasi lain tidak dapat diperiksa" in text
    (table,) = blocks_of(part, make_releasable(), "table")
    assert ["Cakupan, per 1 Juni 2031", "29,99\u00a0%", "30,00\u00a0%", "+0,01 poin persen"] in [
        row[:4] for row in rows_of(table)
    ]
    (sources,) = blocks_of(part, make_releasable(), "list")
    assert sources["items"][0][0]["children"][1]["href"] == "https://example.org/berita"


def test_a_published_figure_is_called_published():
    releasable = make_releasable()
    rows = releasable.rows.copy()
    rows["origin"] = "published"
    shown = replace(releasable, rows=rows, simulated=False)
    (block,) = blocks_of(briefing_parts.key_figures, shown, "key_figures")
    assert all("angka publikasi" in " ".join(tile["detail"]) for tile in block["items"][:4])
    assert "sebagaimana diterbitkan" in plain_text(notes_and_sources(shown, "id").blocks)


def test_a_hostile_name_is_only_text():
    name = '[x] #read("/etc/passwd") <script>alert(1)</script> | = 1+1'
    shown = regions_ranked(make_releasable("kecamatan", child_name=name), "id")
    (table,) = (block for block in shown.blocks if block["kind"] == "table")
    assert name in [row[0] for row in rows_of(table)]
    assert "**" not in plain_text(shown.blocks)


def test_a_name_that_looks_like_a_formula_is_neutralised_in_the_csv_only():
    shown = regions_ranked(make_releasable("kecamatan", child_name="=1+1"), "id")
    (table,) = (block for block in shown.blocks if block["kind"] == "table")
    assert "=1+1" in [row[0] for row in rows_of(table)]
    assert ",'=1+1," in table["csv"]


def test_changing_one_figure_changes_what_is_said():
    releasable = make_releasable()
    rows = releasable.rows.copy()
    chosen = (rows["indicator"] == "active_participants") & (rows["dimension"] == "total")
    chosen &= (
        (rows["region_code"] == "19")
        & (rows["period"] == "2031-06")
        & (rows["scope"] == "excl_jakon")
    )
    assert chosen.sum() == 1
    rows.loc[chosen, "value"] = 31_234.0
    assert "31.234 pekerja" in said(briefing_parts.summary, replace(releasable, rows=rows))


def test_suppressed_totals_are_one_sentence_and_no_table():
    releasable = make_releasable("desa", "suppressed")
    for part, words in (
        (claims, "klaim"),
        (scholarships, "beasiswa"),
    ):
        assert f"Angka {words} dirahasiakan" in said(part, releasable)
        assert blocks_of(part, releasable, "table") == []
