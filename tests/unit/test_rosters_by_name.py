"""cakupan roster check on rosters that give villages by name, and say in a title whose and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from extracts import national_id, write_config, write_sheets
from python_calamine import load_workbook
from rosters import birth_of, cakupan

from coverage_lib.errors import SourceError
from coverage_lib.intake.places import load_places
from coverage_lib.intake.surroundings import code_in, regions_in
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import load_table

PLACES = load_places(load_regions(), "19")
HEADER = ["NAMA NELAYAN", "NIK", "TGL LAHIR", "DESA/KELURAHAN"]
TITLE = [["DATA NELAYAN KECAMATAN SUNGAILIAT"], ["KABUPATEN BANGKA TAHUN 2025"], []]

VILLAGES = [
    # village                      what it came to    what is told of the row
    ("Sungailiat", "19.01.01.1001", ""),
    ("KEL. SRIMENANTI", "19.01.01.1002", ""),  # a spelling of the region table
    ("Sri Menantii", "19.01.01.0000", "DESA: not known in Kecamatan Sungailiat (nearest: Sri Menanti)"),
    ("Toboali", "19.01.01.0000", "DESA: not known in Kecamatan Sungailiat, but in Kecamatan Toboali (Kabupaten Bangka Selatan)"),
    ("", "19.01.01.0000", "DESA: a name or code of Kecamatan Sungailiat was expected"),
]  # fmt: skip


@pytest.fixture
def alone(tmp_path, monkeypatch) -> Path:
    write_config(tmp_path, {"group_roster": "data/incoming/{period}/daftar*"})
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return tmp_path


def copy_of(project: Path) -> list[dict[str, object]]:
    (copy,) = (project / "data" / "roster" / "checked").iterdir()
    head, *rows = load_workbook(str(copy)).get_sheet_by_name("Data").to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_check_says_of_each_village_name_what_it_may_be(alone):
    rows = [
        [f"Orang {number}", national_id(number), birth_of(number), name]
        for number, (name, *_) in enumerate(VILLAGES, 40)
    ]
    path = write_sheets(alone / "Kiriman.xlsx", {"Data": [*TITLE, HEADER, *rows]})
    said = cakupan("roster", "check", str(path))
    assert "Kiriman.xlsx (group_roster): 5 rows, 2 without fault, 3 incomplete, 0 that cannot be used, 5 repaired" in said  # fmt: skip
    for line, (_, _, told) in enumerate(VILLAGES, 5):
        found = [text.strip() for text in said.splitlines() if f"line {line}:" in text]
        assert found == ([f"sheet Data, line {line}: {told}"] if told else [])
    first, spelled, *_, empty = copy_of(alone)
    assert (first["KELOMPOK PEKERJA"], first["KODE DESA"], first["KECAMATAN"], first["KABUPATEN"]) == (
        "NELAYAN", "19.01.01.1001", "SUNGAILIAT", "BANGKA",
    )  # fmt: skip
    assert "KELOMPOK PEKERJA: diambil dari judul, nama lembar, atau nama berkas" in str(
        first["PERBAIKAN"]
    )
    assert "KODE DESA: ditemukan dari nama" in str(spelled["PERBAIKAN"])
    assert (empty["KODE DESA"], empty["ALASAN DITOLAK"], empty["CATATAN"]) == ("", "", "DESA: harus nama atau kode di Kecamatan Sungailiat")  # fmt: skip


ENGLISH = re.compile(
    r"\b(the|of|in|is|was|were|expected|known|nearest|but|and|more|found|taken|names?|province|missing|value)\b|_", re.IGNORECASE
)  # fmt: skip


def test_the_copy_for_the_sender_has_no_english(alone):
    header = ["NAMA", "NIK", "TGL LAHIR", "JABATAN", "KABUPATEN", "KECAMATAN", "DESA"]
    rows = [
        ["A B", f"'{national_id(1)}", "1/6/1990", "Ketua RT 03", "", "Toboalii", ""],
        ["C D", "1,97E+15", "", "Linmas", "", "", "Air Duren"],
        ["", national_id(3), birth_of(3), "", "", "", "Toboali"],
        ["E F", national_id(3), birth_of(3), "Kadus I", "Bangka", "Koba", "Nibung"],
        ["G H", "", "31/02/1990", "RT 05", "Bangkaa", "", "Sungailiat"],
        ["I J", "", "", "LPM", "", "Koba", "Tidak Ada"],
    ]
    path = write_sheets(alone / "Perangkat.xlsx", {"Bangka Tengah": [header, *rows]})
    cakupan("roster", "check", str(path))
    copy = copy_of(alone)
    told = [str(row[name]) for row in copy for name in ("PERBAIKAN", "ALASAN DITOLAK", "CATATAN")]
    assert [text for text in told if ENGLISH.search(text)] == []
    assert [bool(row["ALASAN DITOLAK"]) for row in copy] == [False, True, True, False, False, False]
    assert all(row["CATATAN"] for row in copy)
    assert "JABATAN: kata dengan nomor, nama, atau tanda baca lain" in str(copy[0]["PERBAIKAN"])


def test_a_name_of_several_places_needs_the_sub_district_and_keeps_the_row(alone):
    header = ["NAMA", "NIK", "TGL LAHIR", "KELOMPOK PEKERJA", "KABUPATEN", "KECAMATAN", "DESA"]
    rows = [
        ["A B", national_id(1), birth_of(1), "Petani", "Bangka", "", "Air Duren"],
        ["C D", national_id(2), birth_of(2), "Petani", "Bangka", "Mendo Barat", "Air Duren"],
        ["E F", national_id(3), birth_of(3), "Petani", "", "", "Dukong"],
    ]
    said = cakupan("roster", "check", str(write_sheets(alone / "x.xlsx", {"A": [header, *rows]})))
    assert "1 without fault, 2 incomplete, 0 that cannot be used" in said
    assert "line 2: DESA: name of several places: Kecamatan Mendo Barat, Kecamatan " in said
    assert (
        "line 4: DESA: name of several places: Kecamatan Tanjungpandan (Kabupaten Belitung), "
        in said
    )
    first, second, third = copy_of(alone)
    assert (first["KODE DESA"], second["KODE DESA"][:8], third["KODE DESA"]) == ("", "19.01.04", "")
    kept = [PLACES.place_of(None, [row[4], row[5], row[6]]).village for row in rows]
    assert kept == ["19.01.00.0000", "19.01.04.2009", "19.00.00.0000"]


def test_whose_roster_it_is_has_to_be_said(alone):
    path = write_sheets(
        alone / "kiriman.xlsx", {"A": [["NAMA", "NIK", "DESA"], ["A B", "", "Toboali"]]}
    )
    with pytest.raises(
        SourceError, match=r"nothing says whose roster it is.*NELAYAN, PETANI.*JABATAN"
    ):
        cakupan("roster", "check", str(path))


VILLAGE_HEADER = ["NAMA", "NIK", "TGL LAHIR", "JABATAN", "DESA"]
#: the file's name | JABATAN of its rows | the table it was read as, None: refused
WHOSE = [
    ("Perangkat Desa, BPD, RT-RW, LKD dan Guru Ngaji", ["Kepala Desa", "Ketua RT"], "village_roster"),
    ("Daftar Ketua RT Kampung Nelayan Satu", ["Ketua RT", "Ketua RT"], "village_roster"),
    ("PERANGKAT DESA DAN HONORER", ["Kaur Umum", "Operator"], None),
    ("HONORER", ["Operator", "Sopir"], "group_roster"),
    ("HONORER", ["", ""], "group_roster"),
]  # fmt: skip


def put_posts(alone: Path, name: str, posts: list[str], **columns: str) -> Path:
    rows = [
        [f"Orang {number}", national_id(number), birth_of(number), post, "Toboali", *columns.values()]
        for number, post in enumerate(posts, 1)
    ]  # fmt: skip
    head = [*VILLAGE_HEADER, *(title.replace("_", " ") for title in columns)]
    return write_sheets(alone / f"{name}.xlsx", {"A": [head, *rows]})


@pytest.mark.parametrize(("name", "posts", "table"), WHOSE)
def test_a_word_of_a_group_does_not_outweigh_the_posts(alone, name, posts, table):
    path = put_posts(alone, name, posts)
    if table is not None:
        assert f"({table}): 2 rows" in cakupan("roster", "check", str(path))
        return
    with pytest.raises(
        SourceError,
        match=r"1 of 2 rows have a JABATAN of the village ecosystem: .*table: village_roster or group_roster in .*\.source\.yml .*KELOMPOK PEKERJA",
    ):
        cakupan("roster", "check", str(path))


def test_a_column_of_the_group_outweighs_the_posts(alone):
    path = put_posts(alone, "kiriman", ["Ketua RT", "Ketua RT"], KELOMPOK_PEKERJA="Nelayan")
    assert "(group_roster): 2 rows" in cakupan("roster", "check", str(path))


def test_where_its_people_belong_has_to_be_said(alone):
    path = write_sheets(alone / "petani.xlsx", {"A": [["NAMA", "NIK"], ["A B", national_id(1)]]})
    with pytest.raises(SourceError, match="nothing says where its people belong"):
        cakupan("roster", "check", str(path))
    named = write_sheets(
        alone / "petani 19.03.01.xlsx", {"A": [["NAMA", "NIK"], ["A B", national_id(1)]]}
    )
    assert "a name or code of Kecamatan Toboali was expected" in cakupan(
        "roster", "check", str(named)
    )


def test_a_village_roster_by_names_is_read_sheet_by_sheet(alone):
    header = ["NAMA", "NIK", "TGL LAHIR", "JABATAN", "DESA"]
    sheets = {
        "Sungailiat": [header, ["A B", national_id(1), birth_of(1), "Ketua RT", "Kenanga"]],
        "Toboali": [header, ["C D", national_id(2), birth_of(2), "Ketua RW", "Gadung"]],
    }
    said = cakupan("roster", "check", str(write_sheets(alone / "perangkat.xlsx", sheets)))
    assert "(village_roster): 2 rows, 2 without fault" in said
    assert [row["KODE DESA"][:8] for row in copy_of(alone)] == ["19.01.01", "19.03.01"]


def test_a_sheet_for_each_village_below_the_sub_district_of_its_rows(alone):
    header = ["NAMA", "NIK", "TGL LAHIR", "JABATAN", "KECAMATAN"]
    sheets = {"Desa Gadung": [header, ["A B", national_id(1), birth_of(1), "Ketua RT", "Toboali"]]}
    cakupan("roster", "check", str(write_sheets(alone / "perangkat.xlsx", sheets)))
    (row,) = copy_of(alone)
    assert (row["DESA"], row["KODE DESA"][:8]) == ("GADUNG", "19.03.01")


def test_a_row_says_more_than_what_stands_around_it(alone):
    header = ["NAMA", "NIK", "TGL LAHIR", "KELOMPOK PEKERJA", "KABUPATEN", "KECAMATAN", "DESA"]
    own = ["A B", national_id(1), birth_of(1), "Petani", "Bangka Selatan", "", "Gadung"]
    path = write_sheets(alone / "nelayan kec sungailiat.xlsx", {"A": [header, own]})
    cakupan("roster", "check", str(path))
    (row,) = copy_of(alone)
    assert (row["KELOMPOK PEKERJA"], row["KECAMATAN"], row["KODE DESA"][:5]) == (
        "Petani",
        "",
        "19.03",
    )


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (
            "DATA NELAYAN KECAMATAN SUNGAILIAT KABUPATEN BANGKA",
            False,
            {1: "BANGKA", 2: "SUNGAILIAT"},
        ),
        ("Petani Kab. Bangka Selatan 2025", False, {1: "BANGKA SELATAN"}),
        ("Kabupaten Bangka dan Kabupaten Belitung", False, {}),  # one of two
        ("DATA PERANGKAT DESA, BPD, RT/RW", False, {}),
        ("Kepulauan Bangka Belitung", True, {}),
        ("Toboali", False, {}),
        ("Toboali", True, {2: "Toboali"}),
        ("nelayan_19.03_2025.xlsx", True, {1: "Kabupaten Bangka Selatan"}),
        ("nelayan 01.06.2025.csv", True, {}),
        ("19.06.2025", True, {}),
    ],
)
def test_regions_in_a_text(text, names, expected):
    assert regions_in(text, PLACES, names=names) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DAFTAR NELAYAN DAN BURUH NELAYAN", "fisher"),
        ("Nelayan dan Petani", None),
        ("daftar_non_asn_19.01.xlsx", "non_asn"),
        ("Data Anggota KPPS Pemilu 2024", "election_worker"),
        ("Guru Ngaji & Marbot", "religious_worker"),
        ("PERANGKAT DESA", None),
    ],
)
def test_the_group_in_a_text(text, expected):
    column = load_table("group_roster").column("worker_group")
    word = code_in(text, column)
    assert (word and column.codes[word]) == expected
