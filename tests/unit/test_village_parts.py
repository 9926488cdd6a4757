"""The page for the head of a village: who is covered, who is not, what it costs and gives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pymupdf
import pytest
from builders import COLUMNS, make_releasable, make_row

from coverage_lib.briefing.document import make_document
from coverage_lib.briefing.render import render_pdf
from coverage_lib.errors import ReferenceDataError
from coverage_lib.periods import Month
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import village as parts
from coverage_lib.present.parts.village.counts import groups_left, positions_left, rest_of
from coverage_lib.present.parts.village.offer import offer_at
from coverage_lib.present.plain import inline_text, plain_text
from coverage_lib.service_points import ServicePoint, nearest

PARTS = [getattr(parts, name) for name in parts.__all__]
LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
STORIES = ["full", "rising", "flat", "reached", "suppressed", "all_missing"]
POINT = ServicePoint("Kantor Contoh", "Jalan Contoh", "kontak@contoh.example", "Senin-Jumat")


def flat(blocks):
    for block in blocks:
        yield block
        for item in block["items"] if block["kind"] in ("list", "side_by_side") else ():
            yield from flat(item)


def shown(part, releasable, kind, language="id"):
    return [one for one in flat(part(releasable, language).blocks) if one["kind"] == kind]


def said(part, releasable, language="id"):
    return " ".join(
        inline_text(block["children"])
        for block in flat(part(releasable, language).blocks)
        if block["kind"] in ("paragraph", "note")
    )


def tiles(part, releasable, language="id"):
    (block,) = shown(part, releasable, "key_figures", language)
    return {item["id"]: item for item in block["items"]}


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]


def with_rows(releasable, *rows):
    added = pd.DataFrame(list(rows), columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def changed(releasable, where, **values):
    rows = releasable.rows.copy()
    chosen = where(rows)
    assert chosen.any()
    for name, value in values.items():
        rows.loc[chosen, name] = value
    return replace(releasable, rows=rows)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("story", STORIES)
def test_every_part_can_be_shown_for_every_level_and_story(level, story):
    releasable = make_releasable(level, story)
    for language in ("id", "en"):
        for part in PARTS:
            text = plain_text(part(releasable, language).blocks)
            assert "None" not in text
            assert "{" not in text
            assert re.findall(r"\bnan\b", text) == []


def test_the_page_is_a_sheet_and_the_briefing_is_not():
    (cover,) = shown(parts.cover, make_releasable("desa"), "cover")
    assert cover["layout"] == "sheet"


def test_the_large_numbers_are_those_of_the_figures():
    shown_tiles = tiles(parts.who_is_covered, make_releasable("desa"))
    assert {name: tile["value"] for name, tile in shown_tiles.items()} == {
        "covered": "30.000", "share": "30,00\u00a0%", "left": "70.000", "posts": "621",
    }  # fmt: skip
    assert shown_tiles["share"]["detail"] == ["kira-kira 30 per seratus", "target 2031: 50,00\u00a0%"]  # fmt: skip
    assert shown_tiles["left"]["detail"] == ["dari 100.000 pekerja"]
    assert "tanpa jasa konstruksi" in shown_tiles["covered"]["detail"]
    reached = tiles(parts.who_is_covered, make_releasable("desa", "reached"), "en")
    assert reached["share"]["detail"][1] == "target 2031 of 50.00% reached"


def test_without_a_denominator_nothing_is_guessed():
    missing = tiles(parts.who_is_covered, make_releasable("desa", "all_missing"))
    assert {tile["value"] for tile in missing.values()} == {"data belum tersedia"}
    assert "left" not in missing
    hidden = changed(
        make_releasable("desa"), lambda rows: rows["indicator"] == "village_ecosystem_coverage",
        status="suppressed", value=None, numerator=None, denominator=None,
    )  # fmt: skip
    assert tiles(parts.who_is_covered, hidden)["posts"]["value"] == "dirahasiakan"
    (table,) = shown(parts.who_is_not_yet, hidden, "table")
    assert {cell for row in rows_of(table) for cell in row[1:]} == {"dirahasiakan"}
    assert table["caption"] == "Pengurus yang belum menjadi peserta aktif menurut jabatan"


def test_positions_stand_with_most_to_register_first_and_a_total():
    (table,) = shown(parts.who_is_not_yet, make_releasable("desa"), "table", "en")
    assert rows_of(table) == [
        ["Neighbourhood heads (RT/RW)", "400", "400", "800"],
        ["Village community institutions (LKD)", "190", "210", "400"],
        ["Village council (BPD)", "20", "70", "90"],
        ["Village officials", "10", "300", "310"],
        ["Village heads", "1", "30", "31"],
        ["Total", "621", "1,010", "1,631"],
    ]
    assert table["caption"] == "Neighbourhood heads (RT/RW): 400 of 800 not yet active"


def test_where_all_are_registered_the_page_says_so():
    releasable = make_releasable("desa")
    chosen = releasable.rows["indicator"] == "village_ecosystem_coverage"
    full = changed(
        releasable, lambda _: chosen, numerator=releasable.rows.loc[chosen, "denominator"]
    )
    (table,) = shown(parts.who_is_not_yet, full, "table")
    assert table["caption"] == "Semua pengurus sudah menjadi peserta aktif"
    assert "pertahankan" in said(parts.next_steps, full)
    assert tiles(parts.who_is_covered, full)["posts"]["tone"] == "good"


def group(code, category, covered, potential):
    return make_row(
        "group_coverage", code, 100 * covered / potential, "percent", dimension="worker_group",
        category=category, numerator=covered, denominator=potential,
    )  # fmt: skip


def test_groups_come_from_the_smallest_region_that_knows_them():
    releasable = make_releasable("desa")
    assert groups_left(releasable) is None
    province = with_rows(releasable, group("19", "farmer", 10, 900))
    district = with_rows(
        province, group("19.01", "fisher", 40, 100), group("19.01", "farmer", 5, 100),
        group("19.01", "non_asn", 120, 100),
    )  # fmt: skip
    region, rests = groups_left(district)
    assert region.code == "19.01"
    assert [(one.figure.category, one.count) for one in rests] == [("farmer", 95), ("fisher", 60)]
    text = said(parts.who_is_not_yet, district)
    assert "Di Kabupaten Bangka" in text
    assert "95 petani dan 60 nelayan" in text
    steps = said(parts.next_steps, district, "en")
    assert "the groups with most not yet protected are farmers and fishers." in steps
    assert "starting with" not in steps
    assert groups_left(province)[0].code == "19"


def test_a_rest_is_never_below_zero_and_never_of_half_a_share():
    figure = make_releasable("desa").figure("coverage")
    assert rest_of(replace(figure, numerator=120.0, denominator=100.0)).count == 0
    assert rest_of(replace(figure, numerator=None)).count is None
    assert rest_of(replace(figure, status="suppressed")).count is None
    assert positions_left(make_releasable("desa", "all_missing")) == ()


def test_the_map_finds_the_village_among_its_neighbours():
    (picture,) = shown(parts.who_is_not_yet, make_releasable("desa"), "figure")
    assert picture["caption"] == "Letak Kelurahan Sungailiat di Kecamatan Sungailiat"
    assert "Sungailiat" in picture["svg"]
    (picture,) = shown(parts.who_is_not_yet, make_releasable("provinsi"), "figure", "en")
    assert picture["caption"].endswith("lies in Sumatra")
    bare = shown(parts.who_is_not_yet, make_releasable("desa", "all_missing"), "heading")
    assert [one["text"] for one in bare] == ["Letak wilayah"]
    unmapped = make_releasable("desa")
    unmapped = replace(unmapped, region=replace(unmapped.region, code="19.01.01.9999"))
    assert shown(parts.who_is_not_yet, unmapped, "figure") == []


@pytest.mark.parametrize(
    ("day", "basic", "discounts", "death"),
    [
        # BPU: 1 % of Rp1,000,000 for JKK and Rp6,800 for JKM.
        (date(2025, 6, 1), 16_800, {}, 42_000_000),
        (date(2026, 1, 1), 16_800, {"bpu_transport": (8_400, date(2027, 3, 31))}, 42_000_000),
        (
            date(2026, 4, 1),
            16_800,
            {
                "bpu_transport": (8_400, date(2027, 3, 31)),
                "bpu_other": (8_400, date(2026, 12, 31)),
            },
            42_000_000,
        ),
        (date(2027, 4, 1), 16_800, {}, 42_000_000),
        (date(2020, 9, 1), 16_800, {"pandemic": (168, date(2021, 1, 31))}, 42_000_000),
    ],
)
def test_cost_and_benefits_follow_the_law_of_the_day(day, basic, discounts, death):
    offer = offer_at(day)
    assert offer.basic_idr == basic
    assert {one.name: (one.amount_idr, one.last_day) for one in offer.discounts} == discounts
    assert (offer.death_idr, offer.work_death_idr) == (death, 70_000_000)
    assert (offer.scholarship_idr, offer.savings_idr) == (174_000_000, 20_000)
    assert offer.references == ("PP 44/2015", "PP 46/2015", "PP 82/2019", "Permenaker 5/2021")


def test_a_day_without_law_is_an_error_that_names_the_rule():
    with pytest.raises(ReferenceDataError, match=r"rules/bpu_base_income_idr\.yml"):
        offer_at(date(2014, 1, 1))


def test_a_discount_is_said_with_its_last_day():
    releasable = replace(make_releasable("desa"), period=Month(2026, 6))
    text = said(parts.cost_and_benefits, releasable)
    assert (
        "pekerja mandiri transportasi sampai 31 Maret 2027: turun 50\u00a0% menjadi Rp8.400" in text
    )
    assert "pekerja mandiri lainnya sampai 31 Desember 2026" in text
    assert tiles(parts.cost_and_benefits, releasable)["basic"]["value"] == "Rp16.800"
    assert "Keringanan" not in said(parts.cost_and_benefits, make_releasable("desa"))


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (
            "full",
            [
                "621 pengurus",
                "kelompok terbesar adalah ketua RT/RW (400)",
                "70.000 pekerja",
                "tanggal 15",
            ],
        ),
        ("all_missing", ["daftar pengurus", "Data pekerja", "sesudah 3 bulan menunggak"]),
    ],
)
def test_there_are_three_steps_always(story, words):
    releasable = make_releasable("desa", story)
    (steps,) = shown(parts.next_steps, releasable, "list")
    assert steps["ordered"]
    assert len(steps["items"]) == 3
    text = said(parts.next_steps, releasable)
    assert [one for one in words if one not in text] == []


def test_without_service_points_no_address_is_invented():
    text = said(parts.next_steps, make_releasable("desa"))
    assert "kantor BPJS Ketenagakerjaan terdekat" in text
    configured = replace(make_releasable("desa"), service_points=(POINT,))
    text = said(parts.next_steps, configured)
    assert "Kantor Contoh\nJalan Contoh\nSenin-Jumat · kontak@contoh.example" in text
    assert "terdekat" not in text


def test_service_points_of_the_smallest_region_come_first():
    everywhere = POINT
    town, district, other = (
        replace(POINT, name=name, regions=(code,))
        for name, code in (("town", "19.01.01"), ("district", "19.01"), ("other", "19.71"))
    )
    points = (everywhere, other, district, town)
    assert nearest(points, "19.01.01.1001") == (town, district, everywhere)
    assert nearest(points, "19.71.01") == (other, everywhere)
    assert nearest((other, town), "19") == (other, town)
    assert nearest((replace(POINT, regions=("19.0",)),), "19.01") == ()


def test_regions_below_are_sorted_by_those_not_yet_protected():
    releasable = make_releasable("kabupaten")
    (table,) = shown(parts.regions_below, releasable, "table")
    left = [int(row[1].replace(".", "")) for row in rows_of(table)[:-2]]
    assert left == sorted(left, reverse=True)
    assert rows_of(table)[-2][:2] == ["wilayah tidak diketahui", "tidak berlaku"]
    assert rows_of(table)[-1][1] == "70.000"
    (chart,) = shown(parts.regions_below, releasable, "figure")
    first = rows_of(table)[0]
    assert chart["caption"] == f"Pekerja belum terlindungi terbanyak di {first[0]}: {first[1]}"
    assert first[1] in chart["alt"]
    assert parts.regions_below(make_releasable("desa"), "id").blocks == ()
    assert parts.regions_below(make_releasable("kabupaten", "all_missing"), "id").blocks == ()


def test_the_foot_names_date_scope_denominator_and_law():
    text = said(parts.about_the_figures, make_releasable("desa"))
    assert "Per 1 Juni 2031; tidak termasuk pekerja jasa konstruksi" in text
    assert "penyebut: 100.000 pekerja (Potensi pekerja contoh, versi 2031)" in text
    assert "PP 44/2015, PP 46/2015, PP 82/2019, dan Permenaker 5/2021" in text


def test_the_cost_is_in_no_template():
    context = open_part(make_releasable("desa"), "id")
    assert not any("16.800" in text for text in context.words.templates.values())


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_a_village_is_one_page_at_its_fullest(language):
    """All positions, groups, two discounts and two service points; a band of simulated data."""
    point = replace(POINT, name="Kantor Cabang Contoh Wilayah Timur", address="Jalan Contoh Nomor Satu, Kelurahan Contoh, Kecamatan Contoh")  # fmt: skip
    releasable = replace(make_releasable("desa"), service_points=(point, point))
    district = releasable.region.code[:5]
    releasable = with_rows(
        releasable, *(group(district, name, 10, 54_321) for name in ("farmer", "fisher", "micro_enterprise", "vulnerable_worker"))
    )  # fmt: skip
    later = replace(make_releasable("desa"), period=Month(2026, 6))
    blocks = [
        block
        for part in PARTS
        for block in part(later if part is parts.cost_and_benefits else releasable, language).blocks
    ]
    document = make_document(blocks[0], blocks[1:])
    with pymupdf.open(stream=render_pdf(document), filetype="pdf") as opened:
        assert len(opened) == 1
        text = opened[0].get_text()
    assert "Rp8.400" in text or "Rp8,400" in text
    assert "Kantor Cabang Contoh" in text


@pytest.mark.parametrize(
    ("level", "reader"),
    [
        ("desa", "Satu halaman bagi kepala desa dan lurah"),
        ("kecamatan", "Ringkasan bagi camat"),
        ("kabupaten", "Ringkasan bagi pemerintah kabupaten/kota"),
        ("provinsi", "Ringkasan bagi pemerintah provinsi"),
    ],
)
def test_the_cover_names_the_reader_of_its_level(level, reader):
    (cover,) = shown(parts.cover, make_releasable(level), "cover")
    assert cover["subtitle"] == reader
