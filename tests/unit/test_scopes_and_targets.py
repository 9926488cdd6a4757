"""One scope a row, one year a target: what may stand beside what in any notebook."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from builders import make_releasable

from coverage_lib.present.notebooks import briefing, claims, coverage, quality
from coverage_lib.present.plain import inline_text, plain_text


def said(part, releasable, language="id"):
    """The paragraphs and points of a part as one text."""
    return " ".join(texts(part(releasable, language).blocks))


def texts(blocks):
    for block in blocks:
        if block["kind"] == "paragraph":
            yield inline_text(block["children"])
        for item in block["items"] if block["kind"] == "list" else ():
            yield from texts(item)


def blocks_of(part, releasable, kind, language="id"):
    return [block for block in part(releasable, language).blocks if block["kind"] == kind]


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


def with_rows(releasable, change):
    """The same figures after `change` has worked on a copy of the rows."""
    rows = releasable.rows.copy()
    return replace(releasable, rows=change(rows))


def without(rows, indicator, scope):
    return rows[~((rows["indicator"] == indicator) & (rows["scope"] == scope))]


def test_participants_of_one_scope_never_stand_beside_coverage_of_another():
    shown = with_rows(
        make_releasable(), lambda rows: without(rows, "active_participants", "excl_jakon")
    )
    (block,) = blocks_of(briefing.key_figures, shown, "key_figures")
    active, coverage = block["items"][:2]
    assert active["value"] == "data belum tersedia"
    assert active["detail"] == ["35.000 (termasuk pekerja jasa konstruksi), per 1 Juni 2031"]
    assert coverage["value"] == "30,00\u00a0%"
    text = said(briefing.summary, shown)
    assert "ruang lingkup lain: 35.000 pekerja" in text
    assert "tercatat sebagai peserta aktif" not in text


def test_children_of_another_scope_are_named_and_not_drawn():
    def change(rows):
        rows.loc[rows["region_code"] == "19.01", "scope"] = "not_stated"
        return rows

    shown = with_rows(make_releasable(), change)
    (table,) = blocks_of(coverage.regions_ranked, shown, "table")
    assert "Kabupaten Bangka (lingkup tidak disebutkan)" in [row[0] for row in rows_of(table)]
    assert not any("berjumlah sama" in note for note in table["notes"])
    chart = blocks_of(coverage.regions_ranked, shown, "figure")[0]
    assert "Belitung" in chart["alt"]
    assert "Bangka 2" not in chart["alt"]


@pytest.mark.parametrize(("year", "scope"), [("2030", "excl_jakon"), ("2031", "incl_jakon")])
def test_a_target_of_another_year_or_scope_is_not_used(year, scope):
    def change(rows):
        target = rows["indicator"] == "coverage_target"
        rows.loc[target, ["category", "scope"]] = [year, scope]
        return rows

    shown = with_rows(make_releasable(), change)
    for part in (
        briefing.key_figures, coverage.coverage_trend, coverage.regions_ranked,
    ):  # fmt: skip
        assert "50,00" not in plain_text(part(shown, "id").blocks)
    assert "Target 20" not in said(briefing.summary, shown)


def test_a_coverage_just_below_its_target_has_not_reached_it():
    def change(rows):
        rows.loc[rows["indicator"] == "coverage_target", "value"] = 60.17
        return rows

    text = said(briefing.summary, with_rows(make_releasable(story="reached"), change))
    assert "belum tercapai, tetapi selisihnya kurang dari satu pekerja" in text
    assert "diperlukan tambahan" not in text


def test_migrants_are_part_of_the_headline():
    def change(rows):
        informal = (rows["category"] == "BPU") & (rows["indicator"] == "active_participants")
        migrants = rows[informal].assign(category="PMI", value=500.0)
        return pd.concat([rows, migrants], ignore_index=True)

    shown = with_rows(make_releasable(), change)
    (table,) = blocks_of(coverage.coverage_by_segment, shown, "table")
    assert [row[0] for row in rows_of(table)][2:4] == [
        "Pekerja migran (PMI)", "Jumlah, tanpa jasa konstruksi",
    ]  # fmt: skip
    (block,) = blocks_of(briefing.key_figures, shown, "key_figures")
    assert "24.000 formal + 6.000 informal + 500 pekerja migran" in block["items"][0]["detail"]
    assert "dan 500 pekerja migran" in said(briefing.summary, shown)


def test_a_pace_of_one_month_says_what_it_was_scaled_from():
    def change(rows):
        return rows[~rows["category"].isin(["3", "12"])]

    text = said(coverage.trajectory, with_rows(make_releasable(), change))
    assert "disetarakan dari perubahan bersih −2.000 dalam 30 hari" in text


def test_claims_of_last_year_alone_make_no_table():
    def change(rows):
        return rows[~(rows["unit"].isin(["claims", "idr"]) & (rows["period"] == "2031-06"))]

    shown = with_rows(make_releasable(), change)
    for part in (briefing.claims_in_brief, claims.claims_by_programme):
        assert part(shown, "id").blocks == ()


def test_no_scholarship_at_all_makes_no_tile():
    def change(rows):
        rows.loc[rows["indicator"].str.startswith("scholarship_"), "value"] = 0.0
        return rows

    (block,) = blocks_of(briefing.key_figures, with_rows(make_releasable(), change), "key_figures")
    assert "scholarships" not in [tile["id"] for tile in block["items"]]


def test_reconciliation_says_what_it_compared_and_what_it_may_not():
    releasable = make_releasable()
    pairs = releasable.reconciliation.astype(object)
    pairs["note"] = "English note"
    pairs.loc[0, ["scope", "computed_scope"]] = ["not_stated", "incl_jakon"]
    pairs.loc[1, "finding"] = "suppressed"
    pairs.loc[2, ["finding", "scope"]] = ["scope_differs", "branch_sungai_liat"]
    shown = replace(releasable, reconciliation=pairs)
    text = said(quality.reconciliation_in_full, shown)
    assert text.startswith("2 angka publikasi dapat diperiksa; 1 di antaranya cocok. Satu berbeda")
    assert "tanpa sebab" not in text
    (table,) = blocks_of(quality.reconciliation_in_full, shown, "table")
    branch, compared, hidden = rows_of(table)
    assert "kantor cabang Sungai Liat" in branch[0]
    assert "English note" not in branch[4]
    assert "lingkup tidak disebutkan" in compared[0]
    assert "hitungan pembanding: dengan jasa konstruksi" in compared[4]
    assert (hidden[1], hidden[2]) == ("29,99\u00a0%", "dirahasiakan")
    (english,) = blocks_of(quality.reconciliation_in_full, shown, "table", "en")
    assert "English note" in rows_of(english)[0][4]


def test_a_published_percentage_keeps_its_decimals():
    def change(rows):
        rows["origin"] = "published"
        rows.loc[rows["unit"] == "percent", "value"] = 35.0
        return rows

    (block,) = blocks_of(briefing.key_figures, with_rows(make_releasable(), change), "key_figures")
    assert block["items"][1]["value"] == "35\u00a0%"


def test_a_branch_figure_is_found_by_name_only():
    def change(rows):
        return rows.assign(scope="branch_pangkalpinang")

    shown = with_rows(make_releasable(), change)
    assert shown.figure("coverage").status == "not_available"
    assert shown.figure("coverage", scope="branch_pangkalpinang").is_available
