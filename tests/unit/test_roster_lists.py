"""cakupan roster lists: workbooks that villages use, and what keeps them from everybody else."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
from datetime import date, datetime
from pathlib import Path

import msoffcrypto
import pyarrow.parquet as pq
import pytest
from extracts import all_regions, copy_project, national_id
from msoffcrypto.exceptions import InvalidKeyError
from python_calamine import CalamineWorkbook
from rosters import (
    OTHER_VILLAGE,
    UNKNOWN_VILLAGE,
    VILLAGE,
    birth_of,
    cakupan,
    covered,
    post,
    put_month,
    put_project,
)

from coverage_lib.config import load_settings
from coverage_lib.errors import MeasureError, StoreError, UsageError
from coverage_lib.handover.costs import estimates
from coverage_lib.handover.lists import HandOver, hand_over
from coverage_lib.handover.people import Person, with_shared_niks
from coverage_lib.handover.upload import upload_columns, upload_rows
from coverage_lib.handover.workbook import ListOf
from coverage_lib.periods import Month

MEMBERS = [
    covered(1, "SLAMET RIYADI"),
    covered(3, "JOKO SAMUDRA", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="01-2025"),
    covered(4, "RATNA DUMILAH"),
]
ROSTER = [
    post(1, "H. Slamet Riyadi, S.Pd", "Kepala Desa"),
    post(3, "Joko Samudra"),
    [VILLAGE, "RATNA JUWITA", "", birth_of(4), "Kaur Umum"],
    post(5, "bagus perkasa, S.Pd"),
    post(5, "bagus perkasa", "Ketua RW"),
    [VILLAGE, "Dewi Anggraini", "1,97101E+15", "", "Ketua PKK"],
    [VILLAGE, "=HYPERLINK(\"x\")", national_id(9), birth_of(10), "Ketua RT"],
    post(12, "Surya Darma", village=OTHER_VILLAGE),
    post(13, "Tanpa Desa", village=UNKNOWN_VILLAGE),
    post(14, "Rudi Hartono", village=OTHER_VILLAGE),
    post(14, "Rina Marlina", village=OTHER_VILLAGE),
]  # fmt: skip
SECRETS = ["SLAMET", "JOKO", "RATNA", "BAGUS", "DEWI", "SURYA", *(national_id(n) for n in (1, 3, 5, 9, 12))]  # fmt: skip


@pytest.fixture(scope="module")
def linked(tmp_path_factory) -> Path:
    """A project whose rosters are linked and of which the lists were made once, to look at."""
    folder = put_project(tmp_path_factory.mktemp("lists"))
    put_month(folder, "2025-06", MEMBERS, ROSTER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAKUPAN_PROJECT", str(folder))
        cakupan("roster", "link", "--period", "2025-06")
        said = lists("--to", "DPMD Kabupaten Bangka", "--by", "Kantor")
    (folder / "said").write_text(said)
    return folder


@pytest.fixture
def project(linked, tmp_path, monkeypatch) -> Path:
    """A copy of it, to make more lists in."""
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return copy_project(linked, tmp_path)


def lists(*arguments: str) -> str:
    return cakupan("roster", "lists", "--period", "2025-06", "--level", "desa", *arguments)


def area(project: Path) -> Path:
    return project / "data" / "roster" / "demo" / "2025-06"


def passwords(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row["password"] for row in csv.DictReader(file)}


def opened(path: Path, password: str) -> CalamineWorkbook:
    """What somebody with the password sees."""
    plain = io.BytesIO()
    with path.open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password, verify_password=True)
        office.decrypt(plain, verify_integrity=True)
    plain.seek(0)
    return CalamineWorkbook.from_filelike(plain)


def list_of(project: Path, code: str) -> dict[str, list[list[object]]]:
    """The rows of each sheet of a region's workbook, in the roster area."""
    folder = area(project) / "lists" / "desa_19"
    (path,) = folder.glob(f"{code}*.xlsx")
    book = opened(path, passwords(area(project) / "passwords" / "desa_19.csv")[path.name])
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def table(rows: list[list[object]], first: str) -> list[dict[str, object]]:
    """The rows below the head that begins with a title, up to one without a first cell."""
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    head = [str(cell) for cell in rows[start]]
    found = []
    for row in rows[start + 1 :]:
        if row[0] == "":
            break
        found.append(dict(zip(head, row, strict=True)))
    return found


def test_every_sheet_of_a_village(linked):
    sheets = list_of(linked, VILLAGE)
    assert list(sheets) == ["Ringkasan", "Belum terdaftar", "Tidak aktif", "Data kurang", "Unggah BPJS", "Biaya dan manfaat"]  # fmt: skip
    unregistered = table(sheets["Belum terdaftar"], "No.")
    assert sorted(str(row["Nama"]) for row in unregistered) == [
        "'=HYPERLINK(\"x\")", "Dewi Anggraini", "bagus perkasa", "bagus perkasa, S.Pd",
    ]  # fmt: skip
    assert {row["NIK"] for row in unregistered} == {national_id(5), national_id(9), "1,97101E+15"}
    (lapsed,) = table(sheets["Tidak aktif"], "No.")
    assert (lapsed["Nama"], lapsed["Tidak aktif sejak"]) == ("Joko Samudra", "16-05-2025")
    assert lapsed["Cara mengaktifkan kembali"] == "bayar iuran lagi; tunggakan lama tidak ditagih"
    wrong = {row["Nama"]: row for row in table(sheets["Data kurang"], "No.")}
    assert set(wrong) == {"RATNA JUWITA", "Dewi Anggraini", '\'=HYPERLINK("x")'}
    assert wrong["RATNA JUWITA"]["Status"] == "perlu diperiksa"
    assert "NIK rusak" in str(wrong["Dewi Anggraini"]["Yang kurang atau rusak"])
    assert "tanggal lahir tidak ada" in str(wrong["Dewi Anggraini"]["Yang kurang atau rusak"])
    assert "tersimpan dalam NIK" in str(wrong['\'=HYPERLINK("x")']["Yang kurang atau rusak"])
    assert not [row for rows in sheets.values() for row in rows if any("Riyadi" in str(c) for c in row)]  # fmt: skip


def test_the_totals_are_those_of_the_linkage(linked):
    rows_linked = pq.read_table(area(linked) / "linked.parquet").to_pylist()
    total: dict[str, float] = {}
    for path in (area(linked) / "lists" / "desa_19").iterdir():
        rows = table(list_of(linked, path.name[:13])["Ringkasan"], "Jabatan")
        assert rows[-1]["Jabatan"] == "Jumlah"
        for title in ("Terdaftar, aktif", "Terdaftar, tidak aktif", "Belum terdaftar", "Perlu diperiksa", "Jumlah jabatan"):  # fmt: skip
            assert sum(float(str(row[title])) for row in rows[:-1]) == rows[-1][title]
            total[title] = total.get(title, 0) + float(str(rows[-1][title]))
    counted = {
        outcome: sum(row["outcome"] == outcome for row in rows_linked)
        for outcome in ("registered_active", "registered_lapsed", "not_registered", "needs_a_look")
    }
    assert list(total.values()) == [*counted.values(), len(rows_linked)]
    assert min(counted.values()) > 0


def test_the_upload_sheet_is_the_template_and_keeps_its_rules(linked):
    rows = list_of(linked, VILLAGE)["Unggah BPJS"]
    columns = upload_columns()
    assert rows[0] == [column.name for column in columns]
    assert (len(columns), rows[0][0], rows[0][19], rows[0][29]) == (30, "NO_PEGAWAI", "STATUS_KAWIN", "TGL_AKHIR_KONTRAK")  # fmt: skip
    uploaded = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert all(column.allows(str(row[column.name])) for row in uploaded for column in columns)
    by_number = {row["NOMOR_IDENTITAS"]: row for row in uploaded}
    bagus = by_number[national_id(5)]
    assert len(uploaded) == 3  # once for two posts
    assert (bagus["NAMA_LENGKAP"], bagus["GELAR"], bagus["TANGGAL_LAHIR"]) == ("BAGUS PERKASA", "S.Pd", birth_of(5))  # fmt: skip
    assert (bagus["JENIS_IDENTITAS"], bagus["JENIS_KELAMIN"], bagus["KODE_NEGARA"]) == ("KTP", "L", "ID")  # fmt: skip
    contradicted = by_number[national_id(9)]
    assert (contradicted["NAMA_LENGKAP"], contradicted["TANGGAL_LAHIR"]) == ("", "")
    assert (by_number[""]["NAMA_LENGKAP"], by_number[""]["JENIS_IDENTITAS"]) == ("DEWI ANGGRAINI", "")  # fmt: skip


def test_two_people_under_one_nik_are_both_on_the_sheets(linked):
    sheets = list_of(linked, OTHER_VILLAGE)
    wrong = {row["Nama"]: row for row in table(sheets["Data kurang"], "No.")}
    assert set(wrong) == {"Rudi Hartono", "Rina Marlina"}
    assert {row["Yang kurang atau rusak"] for row in wrong.values()} == {"orang lain dalam daftar memakai NIK yang sama"}  # fmt: skip
    head, *rows = sheets["Unggah BPJS"]
    name, nik = head.index("NAMA_LENGKAP"), head.index("NOMOR_IDENTITAS")
    assert [(row[name], row[nik]) for row in rows] == [
        ("SURYA DARMA", national_id(12)), ("RUDI HARTONO", ""), ("RINA MARLINA", ""),
    ]  # fmt: skip
    assert "3 orang × " in "\n".join(
        str(cell) for row in sheets["Biaya dan manfaat"] for cell in row
    )


RULES = [
    # column            allowed                        not allowed
    ("NAMA_LENGKAP", ["SITI 'AISYAH", "M. NUR-DIN"], ["=1+1", "BUDI 2", "@A", "-A"]),
    ("TANGGAL_LAHIR", ["29-02-2000", ""], ["29-02-2001", "2000-02-29", "1-2-2000"]),
    ("NOMOR_IDENTITAS", ["1971010101800001"], ["197101010180000", "1,9E+15", "1971010101800001 "]),
    ("JENIS_KELAMIN", ["L", "P"], ["l", "Pria"]),
    ("STATUS_KAWIN", ["Y", "T"], ["K"]),
    ("GOLONGAN_DARAH", ["A", "B", "AB", "O"], ["C"]),
    ("HP", ["081234567890"], ["+6281234567890", "81234567890"]),
    ("EMAIL", ["a@b.id"], ["a@b", "=a@b.id"]),
    ("KODE_POS", ["33211"], ["3321"]),
    ("UPAH", ["3500000"], ["3.500.000", "0"]),
]


@pytest.mark.parametrize(("name", "allowed", "refused"), RULES)
def test_rules_of_the_template(name, allowed, refused):
    (column,) = (column for column in upload_columns() if column.name == name)
    assert [text for text in allowed if not column.allows(text)] == []
    assert [text for text in refused if column.allows(text)] == []


NAMES = [
    # as the roster has it    NAMA_LENGKAP       GELAR
    ("Siti Aminah", "SITI AMINAH", ""),
    ("Siti Aminah, S.Pd, M.Si", "SITI AMINAH", "S.Pd, M.Si"),
    ("Siti Aminah S. Sos", "SITI AMINAH", "S. Sos"),
    ("Siti Aminah S.Sos, M.Si", "SITI AMINAH", "S.Sos, M.Si"),
    ("Drs. Budi Santoso", "DRS. BUDI SANTOSO", ""),
    ("Siti Aminah S.", "SITI AMINAH S.", ""),
    ("Budi H.", "BUDI H.", ""),
    ("Siti Ma", "SITI MA", ""),
    ("Aminah, Siti", "AMINAH, SITI", ""),
]


@pytest.mark.parametrize(("written", "name", "degree"), NAMES)
def test_degrees_stand_in_a_column_of_their_own(written, name, degree):
    (row,) = upload_rows([unregistered(written)])
    assert (row["NAMA_LENGKAP"], row["GELAR"]) == (name, degree)


def unregistered(
    name: str, nik: str | None = national_id(1), birth: date | None = None,
    position: str = "village_official", village: str = VILLAGE,
) -> Person:  # fmt: skip
    return Person(
        "daftar.csv", village, position, "Kaur", name, nik or "", nik, birth, "not_registered", None, None,
    )  # fmt: skip


#: The holders of posts (name, NIK, birth date, village) | rows of the upload sheet (name, NIK).
BORN = date(1980, 1, 1)
ONE = national_id(1)
WHO = {
    "one person, two posts": (
        [("Rudi Hartono, S.Pd", ONE), ("H. Rudi Hartono", ONE), ("RUDI HARTONNO", ONE), ("Rudi", ONE)],
        [("RUDI HARTONO", ONE)],
    ),
    "two people under one NIK": (
        [("Rudi Hartono", ONE), ("Rina Marlina", ONE), ("Rudi Hartono", ONE)],
        [("RUDI HARTONO", ""), ("RINA MARLINA", "")],
    ),
    "without a NIK": (
        [("Dewi", None, BORN), ("Hj. Dewi", None, BORN), ("Dewi", None, date(1981, 1, 1)),
         ("Dewi", None, BORN, OTHER_VILLAGE), ("Ratna", None, BORN)],
        [("DEWI", ""), ("DEWI", ""), ("DEWI", ""), ("RATNA", "")],
    ),
    "nothing but a name": ([("Dewi", None), ("Dewi", None)], [("DEWI", ""), ("DEWI", "")]),
}  # fmt: skip


@pytest.mark.parametrize(("posts", "rows"), WHO.values(), ids=WHO)
def test_the_upload_sheet_has_everybody_once(posts, rows):
    people = [unregistered(name, nik, *birth[:1], village=(*birth, VILLAGE)[1] if birth else VILLAGE) for name, nik, *birth in posts]  # fmt: skip
    found = upload_rows(with_shared_niks(people))
    assert [(row["NAMA_LENGKAP"], row["NOMOR_IDENTITAS"]) for row in found] == rows


def test_who_shares_a_nik_is_asked_for_theirs():
    shared, other, alone = with_shared_niks(
        [unregistered("Rudi Hartono"), unregistered("Rina Marlina"), unregistered("Dewi", national_id(2))]
    )  # fmt: skip
    assert "nik_shared" in shared.faults
    assert "nik_shared" in other.faults
    assert "nik_shared" not in alone.faults


def test_the_estimate_is_of_those_who_can_be_registered_as_self_employed():
    positions = (
        "village_head",
        "village_official",
        "village_council",
        "neighbourhood_head",
        "non_asn",
    )
    people = tuple(unregistered("Dewi", position=position) for position in positions)
    book = ListOf("Desa", Month(2025, 6), BORN, people, {}, has_villages=False, simulated=True)
    assert [one.position for one in book.self_employed] == ["village_council", "neighbourhood_head"]


def test_costs_and_benefits_are_the_law_of_the_month(linked):
    rows = list_of(linked, VILLAGE)["Biaya dan manfaat"]
    first = table(rows, "Penghasilan dari")[0]
    assert (first["JKK"], first["JKM"], first["JKK + JKM"], first["Dengan JHT"]) == (10000, 6800, 16800, 36800)  # fmt: skip
    text = "\n".join(" | ".join(str(cell) for cell in row) for row in rows)
    assert "3 orang × Rp16.800" in text
    assert "dapat didaftarkan sebagai BPU" in text
    assert not re.search(r"BPU sektor transportasi: \d", text)  # nobody is known to work there
    assert re.search(r"Meninggal bukan karena kecelakaan kerja \(JKM\) \|.*42000000", text)
    assert "Pada 30 Juni 2025 tidak ada keringanan iuran BPU yang berlaku" in text
    assert re.search(
        r"Tanpa keringanan: 3 orang × Rp16.800 \|.*50400.*12 bulan mulai Juli 2025", text
    )
    assert "3 orang × Rp8.400" in text  # the discount that begins within the twelve months
    assert "mulai 1 April 2026 sampai 31 Desember 2026" in text
    assert "tidak bila iuran dibayar dari APBN, APBD" in text


ESTIMATES = """
month of the list | discount                 | each  | months with it | ten people in twelve months
2025-06           | none                     | 16800 | 0              | 2016000
2025-06           | di luar sektor transport | 8400  | 3              | 1764000
2026-05           | none                     | 16800 | 0              | 2016000
2026-05           | di luar sektor transport | 8400  | 7              | 1428000
2026-12           | none                     | 16800 | 0              | 2016000
2027-03           | none                     | 16800 | 0              | 2016000
"""


def test_estimates_follow_the_law_of_each_of_the_twelve_months():
    """By hand: lowest band 1,000,000 × 1 % + 6,800, halved from April to December 2026. Nobody on a list is known to
    work in transport, where it is halved from January 2026 to March 2027.
    """
    _, *lines = (
        [cell.strip() for cell in line.split("|")] for line in ESTIMATES.strip().split("\n")
    )
    for period in dict.fromkeys(line[0] for line in lines):
        found = estimates(Month.parse(period).last_day, people=10)
        told = [line for line in lines if line[0] == period]
        assert [(str(one.each_idr), str(one.discounted_months), str(one.year_idr)) for one in found] == [tuple(line[2:]) for line in told]  # fmt: skip
        assert all((one.discount or "none").find(line[1]) >= 0 for one, line in zip(found, told, strict=True))  # fmt: skip


def test_each_workbook_has_its_own_password_and_opens_with_no_other(linked):
    folder = area(linked) / "lists" / "desa_19"
    words = passwords(area(linked) / "passwords" / "desa_19.csv")
    assert set(words) == {path.name for path in folder.iterdir()}
    assert len(set(words.values())) == len(words) == 3
    assert all(re.fullmatch(r"([A-Z2-9]{4}-){3}[A-Z2-9]{4}", word) for word in words.values())
    first, second = sorted(words)[:2]
    assert not (folder / first).read_bytes().startswith(b"PK")
    with pytest.raises(InvalidKeyError):
        opened(folder / first, words[second])


def test_only_the_owner_reads_and_the_ledger_names_nobody(linked):
    project, said = linked, (linked / "said").read_text()
    folders = [area(project) / "lists", area(project) / "lists" / "desa_19", area(project) / "passwords"]  # fmt: skip
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    files = [path for folder in folders[1:] for path in folder.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    ledger = (project / "data" / "store" / "demo" / "2025-06" / "handed_over.jsonl").read_text()
    entries = [json.loads(line) for line in ledger.splitlines()]
    assert {entry["region"]: entry["rows"] for entry in entries} == {
        VILLAGE: 6, OTHER_VILLAGE: 3, "19.01.01.0000": 1,
    }  # fmt: skip
    assert {(entry["to"], entry["by"]) for entry in entries} == {("DPMD Kabupaten Bangka", "Kantor")}  # fmt: skip
    words = passwords(area(project) / "passwords" / "desa_19.csv").values()
    told = (said + ledger).upper()
    assert not [secret for secret in (*SECRETS, *words) if secret in told]
    assert "another way than the lists" in said


def test_names_are_nowhere_on_the_disk_without_encryption(linked):
    project = linked
    inside = [path for path in project.rglob("*") if path.is_file()]
    handed = [path for path in inside if "lists" in path.parts or "passwords" in path.parts]
    handed += [path for path in inside if path.is_relative_to(project / "data" / "store")]
    for path in handed:
        content = path.read_bytes().upper()
        assert not [secret for secret in SECRETS if secret.encode() in content], path.name
    assert not [path for path in inside if path.suffix == ".xlsx" and path.read_bytes()[:2] == b"PK" and "incoming" not in path.parts]  # fmt: skip


def test_a_run_that_fails_half_way_leaves_nothing(project):
    settings = load_settings(project)
    out = project / "serah"
    out.with_name(".serah.building").mkdir()  # what a killed run left
    (out.with_name(".serah.building") / "lain.xlsx").write_bytes(b"")
    made = []

    def fail_at_the_second(step: str) -> None:
        made.append(step)
        if len(made) == 2:
            raise OSError("no room")

    wish = HandOver("desa", "19", "Kantor", "", datetime(2025, 7, 1), out, project / "kunci.csv")  # noqa: DTZ001
    with pytest.raises(OSError, match="no room"):
        hand_over(settings, settings.profile("demo"), Month(2025, 6), all_regions(), wish, fail_at_the_second)  # fmt: skip
    left = {path.name for path in project.iterdir()}
    assert not left & {"serah", ".serah.building", "kunci.csv"}
    ledger = (project / "data/store/demo/2025-06/handed_over.jsonl").read_text()
    assert "serah" not in ledger


def test_elsewhere_and_within_a_region(project):
    out = project / "serah" / "kecamatan"
    said = cakupan("roster", "lists", "--period", "2025-06", "--level", "kecamatan", "--region", "19.01.01", "--out", str(out))  # fmt: skip
    assert "1 workbooks that name 10 people" in said
    assert "lists: nobody is named with --to; the ledger says so" in said
    (path,) = out.iterdir()
    book = opened(path, passwords(area(project) / "passwords" / "kecamatan.csv")[path.name])
    rows = table(book.get_sheet_by_name("Belum terdaftar").to_python(skip_empty_area=False), "No.")
    assert {"Kelurahan Sungailiat", "Kelurahan Sri Menanti", "wilayah tidak diketahui di 19.01.01"} == {row["Desa/kelurahan"] for row in rows}  # fmt: skip


def test_nothing_is_overwritten_and_mistakes_are_one_line(project):
    with pytest.raises(UsageError, match="desa_19 is there already"):
        lists()
    with pytest.raises(UsageError, match="within --out"):
        lists("--out", str(project / "a"), "--passwords", str(project / "a" / "kunci.csv"))
    with pytest.raises(UsageError, match=r"no linked roster has a post there"):
        lists("--region", "19.02", "--out", str(project / "b"))
    with pytest.raises(StoreError, match="roster link"):
        cakupan("roster", "lists", "--period", "2025-05", "--level", "desa")
    account = area(project) / "account.json"
    account.write_text(account.read_text().replace('"rows": 1', '"rows": 2'))
    with pytest.raises(MeasureError, match="do not add up"):
        lists("--out", str(project / "c"))
    assert not [name for name in ("a", "b", "c") if (project / name).exists()]


def test_purge_finds_lists_and_passwords_wherever_they_are(project):
    out, words = project / "serah" / "juni", project / "kunci" / "juni.csv"
    lists("--out", str(out), "--passwords", str(words))
    long_ago = datetime(2025, 6, 1).timestamp()  # noqa: DTZ001
    files = [*out.iterdir(), words]
    for path in files:
        os.utime(path, (long_ago, long_ago))
    assert "serah/juni" in cakupan("purge", "--older-than", "1d", "--dry-run")
    assert len(list(out.iterdir())) == len(files) - 1
    cakupan("purge", "--older-than", "1d")
    assert not out.exists()
    assert not words.exists()
    assert (project / "data/store/demo/2025-06/handed_over.jsonl").is_file()
    assert (area(project) / "linked.parquet").is_file()  # written today
