"""Rosters of groups of workers, which give villages by name: linked, listed and followed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msoffcrypto
import pandas as pd
import pyarrow.parquet as pq
import pytest
from extracts import csv_bytes, member, national_id, write_config, write_sheets, write_sidecar
from python_calamine import CalamineWorkbook
from rosters import VILLAGE, birth_of, cakupan, covered, post, put_month

from coverage_lib.errors import UsageError
from coverage_lib.handover.group_segments import is_wage_earner, segment_of
from coverage_lib.linkage.roster_area import RosterArea
from coverage_lib.linkage.roster_tables import ECOSYSTEM, of_ecosystem, worker_groups
from coverage_lib.periods import Month
from coverage_lib.roster_figures import keep_roster_figures, read_roster_figures
from coverage_lib.tables import load_table

#: Sungailiat's village of `VILLAGE` is named as its sub-district is.
HEADER = ["NO", "NAMA NELAYAN", "NIK", "TGL LAHIR", "L/P", "ALAMAT", "DESA/KELURAHAN"]
TITLE = [["DATA NELAYAN KECAMATAN SUNGAILIAT"], ["KABUPATEN BANGKA TAHUN 2025"], []]


def fisher(number: int, name: str, village: str = "Sungailiat", **changes: str) -> list[str]:
    row = {"nik": national_id(number), "birth": birth_of(number), "sex": "L", "address": f"Jl. Laut {number}"}  # fmt: skip
    row |= changes
    return ["1", name, row["nik"], row["birth"], row["sex"], row["address"], village]


SON = 336 * 25 + 20  # born 25 years after his father
TWIN = f"197102{national_id(2)[6:]}"
# Who is registered, and what is asked of whom:
MEMBERS = [
    covered(1, "SLAMET RIYADI"),
    covered(2, "HASAN BASRI"),
    member(3, NAMA_LENGKAP="HUSEIN BASRI", TANGGAL_LAHIR=birth_of(2), NIK=TWIN),  # his twin
    covered(4, "ABDUL KARIM"),  # the father
    covered(5, "SITI AMINAH"),
    covered(6, "DEWI LESTARI", KODE_WILAYAH="19.03.01.1001"),
    covered(7, "JONI ISKANDAR"),
    covered(10, "RATNA DUMILAH"),
]
FISHERS = [
    (fisher(1, "Slamet Riyadi"), "registered_active"),  # also a village official
    (fisher(2, "Hasan Basri"), "registered_active"),  # a twin by his number
    (
        fisher(3, "Husein Basri", nik="", birth=birth_of(2)),
        "registered_active",
    ),  # the other by his name
    (fisher(SON, "Abdul Karim"), "not_registered"),  # a son with his father's name
    (fisher(5, "Ny. Siti Aminah Karim"), "registered_active"),  # a woman under her married name
    (fisher(6, "Dewi Lestari"), "registered_active"),  # who has moved
    (fisher(7, "Joni Iskandar"), "needs_a_look"),  # for whom a death benefit was paid
    (fisher(60, "Ratna Juwita", nik="", birth=birth_of(10)), "needs_a_look"),
    (fisher(9, "Rudi Hartono", nik="1,97101E+15", birth=""), "not_registered"),  # Excel took digits
]
STAFF = [
    (["Kantor Camat", "Budi Santoso", national_id(20), birth_of(20), "Operator", "Sri Menanti"], "not_registered"),
    (["Kantor Camat", "Hasan Basri", national_id(2), birth_of(2), "Sopir", "Sri Menanti"], "registered_active"),
]  # fmt: skip
STAFF_HEADER = ["UNIT KERJA", "NAMA LENGKAP", "NIK", "TANGGAL LAHIR", "JABATAN", "DESA"]


def put_groups(project: Path, month: str) -> None:
    folder = project / "data" / "incoming" / month
    as_of = date.fromisoformat(f"{month}-01")
    rosters = {
        "daftar_1.xlsx": [*TITLE, HEADER, *(row for row, _ in FISHERS)],
        "daftar_non_asn_19.01.xlsx": [STAFF_HEADER, *(row for row, _ in STAFF)],
    }
    for name, rows in rosters.items():
        write_sheets(folder / name, {"Data": rows})
        write_sidecar(folder / name, "group_roster", as_of)


def put_claims(project: Path, month: str) -> None:
    """A death benefit for who has the number 7."""
    claim = {
        "nomor_penetapan": "X1", "tanggal_transaksi": "03-05-2025", "kode_transaksi": "K1",
        "nomor_kpj": "26000000007", "nama_tenaga_kerja": "", "nama_perusahaan": "", "pph21": "0",
        "program": "JKM", "jumlah_bayar": "42.000.000", "KODE WILAYAH": VILLAGE, "segmen": "PU",
    }  # fmt: skip
    path = project / "data" / "incoming" / month / "klaim.csv"
    path.write_bytes(csv_bytes([claim]))
    write_sidecar(path, "claims", date.fromisoformat(f"{month}-01"))


def put_project(folder: Path) -> Path:
    places = "data/incoming/{period}/"
    write_config(
        folder,
        {
            "participants": f"{places}kepesertaan*", "village_roster": f"{places}perangkat*",
            "group_roster": f"{places}daftar*", "claims": f"{places}klaim*",
        },
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def linked(tmp_path_factory) -> Path:
    """Two months of rosters, linked; in the second Budi Santoso and Abdul Karim the son are registered."""
    folder = put_project(tmp_path_factory.mktemp("groups"))
    official = [post(1, "H. Slamet Riyadi", "Kepala Desa"), post(30, "Agus Salim")]
    more = [covered(20, "BUDI SANTOSO"), covered(SON, "ABDUL KARIM")]
    for month, members in (("2025-06", MEMBERS), ("2025-07", [*MEMBERS, *more])):
        put_month(folder, month, members, official)
        put_groups(folder, month)
        put_claims(folder, month)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAKUPAN_PROJECT", str(folder))
        for month in ("2025-06", "2025-07"):
            (folder / f"said_{month}").write_text(cakupan("roster", "link", "--period", month))
    return folder


@pytest.fixture
def project(linked, monkeypatch) -> Path:
    monkeypatch.setenv("CAKUPAN_PROJECT", str(linked))
    return linked


def area(project: Path, month: str = "2025-06") -> RosterArea:
    return RosterArea(project / "data" / "roster", "demo", Month.parse(month))


def rows_of(project: Path, file: str) -> list[dict[str, object]]:
    rows = pq.read_table(area(project).linked()).to_pylist()
    return [row for row in rows if Path(row["source_file"]).name == file]


def test_what_becomes_of_the_people_of_a_group(project):
    for file, expected in (("daftar_1.xlsx", FISHERS), ("daftar_non_asn_19.01.xlsx", STAFF)):
        assert [row["outcome"] for row in rows_of(project, file)] == [told for _, told in expected]
    fishers, staff = (
        rows_of(project, "daftar_1.xlsx"),
        rows_of(project, "daftar_non_asn_19.01.xlsx"),
    )
    assert {row["position"] for row in fishers} == {"fisher"}  # the title says so
    assert {row["position"] for row in staff} == {"non_asn"}  # the file's name
    assert {row["village_code"] for row in fishers} == {
        VILLAGE
    }  # by its name, below what the title says
    assert [row["position_as_written"] for row in staff] == ["Operator", "Sopir"]


def test_a_person_on_two_rosters_is_one_member_and_counts_in_each(project):
    rows = pq.read_table(area(project).linked()).to_pylist()
    found = [row for row in rows if row["member_nik"] == national_id(1)]
    assert sorted(row["position"] for row in found) == ["fisher", "village_head"]
    assert {row["outcome"] for row in found} == {"registered_active"}


def test_link_tells_of_each_group_and_of_each_list(project):
    said = (project / "said_2025-06").read_text()
    assert (
        "group fisher                                       5 of         9 registered and active"
        in said
    )
    assert (
        "group non_asn                                      1 of         2 registered and active"
        in said
    )
    assert re.search(r"group village_official \(village ecosystem\) +1 of +2 registered", said)
    later = (project / "said_2025-07").read_text()
    assert "of 2 of group fisher on the list of 2025-06 1 are covered since" in later
    assert "of 1 of group non_asn on the list of 2025-06 1 are covered since" in later
    assert "of 1 on the list of 2025-06 0 are covered since" in later  # the ecosystem
    by_group = cakupan("roster", "progress", "--period", "2025-07", "--by", "group")
    assert [" ".join(line.split()[6:-2]) for line in by_group.splitlines()] == [
        "fisher 1 of 2", "non_asn 1 of 1", "village_official (village ecosystem) 0 of 1", "total 2 of 4",
    ]  # fmt: skip


def test_one_roster_of_a_group_and_the_queue(project):
    def queue(roster: str) -> str:
        return cakupan(
            "roster",
            "review",
            "--period",
            "2025-06",
            "--reviewer",
            "s",
            "--list",
            "--roster",
            roster,
        )

    alike, died = queue("daftar_1.xlsx").splitlines()
    assert "the name is alike" in alike
    assert "a death benefit was paid" in died
    assert queue("daftar_non_asn_19.01.xlsx") == ""


def test_of_groups_nothing_is_published(project, tmp_path):
    figures = read_roster_figures(area(project))
    assert set(figures.loc[figures["dimension"] == "position", "category"]) == {
        "village_head", "neighbourhood_head",
    }  # fmt: skip
    alone = RosterArea(tmp_path, "demo", Month.parse("2025-06"))
    alone.folder.mkdir(parents=True)
    rows = pq.read_table(area(project).linked())
    of_villages = [name.as_py().endswith("perangkat.xlsx") for name in rows["source_file"]]
    pq.write_table(rows.filter(of_villages), alone.folder / "linked.parquet")
    keep_roster_figures(alone, date(2025, 6, 1), "19")
    pd.testing.assert_frame_equal(figures, read_roster_figures(alone))
    kept = of_ecosystem(area(project, "2025-07").progress()).to_pylist()
    assert {row["position"] for row in kept} == {"neighbourhood_head"}


def test_a_pull_keeps_nothing_of_a_group(tmp_path, monkeypatch):
    put_project(tmp_path)
    put_month(tmp_path, "2025-06", MEMBERS, [post(30, "Agus Salim")])
    put_groups(tmp_path, "2025-06")
    put_claims(tmp_path, "2025-06")
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    cakupan("pull", "--period", "2025-06")
    kept = [path for path in (tmp_path / "data").rglob("*") if "group_roster" in path.name]
    assert kept == []
    account = next((tmp_path / "data" / "store").rglob("pull.json")).read_text()
    assert "group_roster" not in account
    assert "village_roster" in account


def opened(project: Path, out: str) -> dict[str, list[list[object]]]:
    """The sheets of the one workbook of a folder."""
    (path,) = (project / out).glob("*.xlsx")
    password = pd.read_csv(project / f"{out}.csv").loc[0, "password"]
    plain = io.BytesIO()
    with path.open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password)
        office.decrypt(plain)
    plain.seek(0)
    book = CalamineWorkbook.from_filelike(plain)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def lists(project: Path, out: str, *arguments: str) -> dict[str, list[list[object]]]:
    cakupan(
        "roster", "lists", "--period", "2025-06", "--level", "kabupaten", "--out", str(project / out),
        "--passwords", str(project / f"{out}.csv"), *arguments,
    )  # fmt: skip
    return opened(project, out)


def text_of(sheet: Sequence[Sequence[object]]) -> str:
    return "\n".join(str(cell) for row in sheet for cell in row if cell != "")


def test_the_list_of_a_group_names_its_people_alone(project):
    book = lists(project, "fishers", "--group", "fisher")
    named = text_of(book["Belum terdaftar"])
    assert "Abdul Karim" in named
    assert "Rudi Hartono" in named
    assert "Agus Salim" not in named
    assert "Budi Santoso" not in named
    summary = text_of(book["Ringkasan"])
    assert "ketenagakerjaan: Nelayan" in summary
    assert segment_of("fisher").text in summary
    head, *rows = book["Unggah BPJS"]
    by_name = {row[head.index("NAMA_LENGKAP")]: dict(zip(head, row, strict=True)) for row in rows}
    son, damaged = by_name["ABDUL KARIM"], by_name["RUDI HARTONO"]
    assert (son["ALAMAT"], son["JENIS_KELAMIN"]) == (f"Jl. Laut {SON}", "L")
    assert (damaged["NOMOR_IDENTITAS"], damaged["JENIS_KELAMIN"]) == ("", "L")  # as the roster says


def test_without_a_group_the_list_is_of_the_village_ecosystem(project):
    book = lists(project, "ecosystem")
    assert "Agus Salim" in text_of(book["Belum terdaftar"])
    assert "Abdul Karim" not in text_of(book["Belum terdaftar"])
    assert "BPD, RT/RW, dan LKD" in text_of(book["Ringkasan"])


def test_wage_earners_are_in_no_estimate_of_the_self_employed(project):
    assert "1 orang" in text_of(lists(project, "both", "--group", "non_asn", "--group", ECOSYSTEM)["Biaya dan manfaat"])  # fmt: skip
    book = lists(project, "staff", "--group", "non_asn")
    assert "0 orang" in text_of(book["Biaya dan manfaat"])
    assert "Permenaker 1/2025" in text_of(book["Ringkasan"])


def test_a_group_without_a_roster_is_one_line(project):
    with pytest.raises(
        UsageError,
        match=r"--group farmer: .*village_official \(village ecosystem\), fisher, non_asn were",
    ):
        lists(project, "none", "--group", "farmer")


SEGMENTS = [
    ("village_head", True), ("village_official", True), ("village_council", False),
    ("neighbourhood_head", False), ("village_institution", False), ("non_asn", True), ("fisher", False),
]  # fmt: skip


@pytest.mark.parametrize(("position", "earns"), SEGMENTS)
def test_salaried_posts_of_a_village_are_wage_earners(position, earns):
    assert is_wage_earner(position) is earns


def test_every_group_has_a_segment_or_says_that_it_is_not_known():
    for group in (ECOSYSTEM, *worker_groups()):
        assert segment_of(group).segment in ("PU", "BPU", None)
        assert segment_of(group).said


def test_the_groups_are_those_of_group_potential():
    potential = load_table("group_potential").column("worker_group").codes
    assert set(worker_groups()) == set(potential.values()) - {ECOSYSTEM}
    codes = load_table("group_roster").column("worker_group").codes
    assert all(codes[word] == group for word, group in potential.items() if word in codes)
