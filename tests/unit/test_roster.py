"""cakupan roster check and link, on a village's lists."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from extracts import (
    PERIOD,
    csv_bytes,
    member,
    national_id,
    write_config,
    write_sheets,
    write_sidecar,
)
from python_calamine import load_workbook
from rosters import HEADER, VILLAGE, cakupan, put_month, put_project, put_roster
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.errors import SourceError, StoreError, UsageError
from coverage_lib.linkage.roster_area import RosterArea
from coverage_lib.periods import Month

MEMBERS = [
    member(1, NAMA_LENGKAP="SLAMET RIYADI", TANGGAL_LAHIR="02-01-1900"),
    member(2, NAMA_LENGKAP="SITI RUKMINI", TANGGAL_LAHIR="17-08-1985"),
    member(3, NAMA_LENGKAP="JOKO SAMUDRA", TANGGAL_LAHIR="04-01-1900", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="01-2025"),
    member(4, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900"),
]  # fmt: skip
ROSTER = [
    [VILLAGE, "H. Slamet Riyadi, S.Pd", national_id(1), "02-01-1900", "Kepala Desa"],
    [VILLAGE, "ST. RUKMINI", "", "17-08-1985", "Kepala Dusun"],
    [VILLAGE, "DJOKO SAMUDERA", f"'{national_id(3)}", "04-01-1900", "Ketua RT"],
    [VILLAGE, "BAGUS PERKASA", national_id(900), "10-10-1990", "Ketua RW"],
    [VILLAGE, "RATNA JUWITA", "", "05-01-1900", "Kaur Umum"],
]
SECRETS = [row[1] for row in ROSTER] + [national_id(n) for n in (1, 2, 3, 4, 900)]
OUTCOMES = [
    "registered_active", "registered_active", "registered_lapsed", "not_registered", "needs_a_look",
]  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    put_month(tmp_path, str(PERIOD), MEMBERS, ROSTER)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return put_project(tmp_path)


def roster(*arguments: str) -> str:
    return cakupan("roster", *arguments)


def link(*arguments: str) -> str:
    return roster("link", "--period", str(PERIOD), *arguments)


def area(project: Path) -> Path:
    return project / "data" / "roster" / "demo" / str(PERIOD)


def test_what_becomes_of_a_roster(project):
    said = link("--explain", "5")
    linked = pq.read_table(area(project) / "linked.parquet").to_pylist()
    assert [row["outcome"] for row in linked] == OUTCOMES
    assert [row["member_nik"] for row in linked][:3] == [national_id(n) for n in (1, 2, 3)]
    (candidate,) = pq.read_table(area(project) / "candidates.parquet").to_pylist()
    assert (candidate["row_id"], candidate["name"]) == (5, "RATNA DUMILAH")
    assert said.count("perangkat.xlsx, sheet Data, line") == len(ROSTER)
    assert "the NIK is the same and the name agrees; nobody else fits" in said
    assert "without cover since 16-05-2025" in said
    assert "5 rows against 4 memberships as of 2025-06-01" in said


def test_what_is_told_names_nobody(project):
    told = link("--explain", "9", "--lang", "id") + roster("check", str(project / "data/incoming" / str(PERIOD) / "perangkat.xlsx"))  # fmt: skip
    told += (area(project) / "account.json").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret.upper() in told.upper()]
    assert "S•• R••" in told


def test_persons_are_the_owners_alone_and_nothing_is_left_over(project):
    link()
    folders = [project / "data" / "roster", area(project).parent, area(project)]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    for path in area(project).glob("*.parquet"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    names = {path.name for path in area(project).iterdir()}
    assert names == {
        "linked.parquet", "candidates.parquet", "followed.parquet", "progress.parquet", "account.json",
        "figures.parquet",
    }  # fmt: skip


def test_the_same_lists_give_the_same_bytes(project):
    link()
    before = {path.name: path.read_bytes() for path in area(project).iterdir()}
    link()
    assert {path.name: path.read_bytes() for path in area(project).iterdir()} == before


def test_a_failed_run_leaves_what_was_there(project):
    link()
    before = (area(project) / "linked.parquet").read_bytes()
    (project / "data" / "incoming" / str(PERIOD) / "kepesertaan.csv").write_bytes(
        b"NIK;NAMA\r\n1;2\r\n"
    )
    with pytest.raises(SourceError):
        link()
    assert (area(project) / "linked.parquet").read_bytes() == before
    assert not (area(project) / ".working").exists()


def test_one_roster_of_several(project):
    put_roster(project, ROSTER[:1], name="perangkat_2.xlsx")
    assert "1 rows against" in link("--roster", "perangkat_2.xlsx")
    assert "6 rows against" in link()
    counts = json.loads((area(project) / "account.json").read_text(encoding="utf-8"))["counts"]
    assert sum(count["rows"] for count in counts) == 6


def test_a_roster_that_is_not_there_is_told_before_anything_is_read(project):
    put_roster(project, ROSTER[:1], name="perangkat_2.xlsx")
    result = CliRunner().invoke(
        cli.app, ["roster", "link", "--period", str(PERIOD), "--roster", "perangkat_3.xlsx"]
    )
    assert isinstance(result.exception, UsageError)
    assert str(result.exception).endswith("there are: perangkat.xlsx, perangkat_2.xlsx.")
    assert result.output == ""  # no step was begun
    assert not (area(project) / "linked.parquet").exists()


def test_a_row_that_cannot_be_used_is_counted(project):
    bad = [VILLAGE, "", national_id(7), "", "Kepala Desa"]
    put_roster(project, [*ROSTER, bad])
    assert "1 rows of data/incoming/2025-06/perangkat.xlsx were refused" in link()


def test_a_death_benefit_sends_a_row_to_a_human(project):
    incoming = project / "data" / "incoming" / str(PERIOD)
    claim = {
        "nomor_penetapan": "1", "tanggal_transaksi": "10-05-2025", "nomor_kpj": MEMBERS[0]["NO KPJ"],
        "program": "JKM", "jumlah_bayar": "42.000.000", "KODE WILAYAH": VILLAGE, "segmen": "PU",
    }  # fmt: skip
    path = incoming / "klaim.csv"
    path.write_bytes(csv_bytes([claim]))
    write_sidecar(path, "claims")
    with (project / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[profiles.demo.sources]]\ntable = "claims"\nfiles = "data/incoming/{period}/klaim.csv"\n'
        )
    said = link("--explain", "5").splitlines()
    (counted,) = [
        line for line in said if "× a death benefit was paid for the member who was found" in line
    ]
    assert counted.split()[0] == "1"
    assert "(the NIK is the same and the name agrees)" in counted
    assert len([line for line in said if "needs a human look: " in line]) == 2  # for both reasons
    assert any("needs a human look: the NIK is the same" in line for line in said)
    linked = pq.read_table(area(project) / "linked.parquet").to_pylist()
    assert linked[0]["outcome"] == "needs_a_look"


def test_what_cannot_be_linked_is_one_line(project):
    with pytest.raises(StoreError, match="roster link"):
        RosterArea(project / "data" / "roster", "demo", Month(2025, 6)).linked()
    write_config(project, {"village_roster": "data/incoming/{period}/perangkat*"})
    with pytest.raises(UsageError, match="no source of table participants"):
        link()


CHECKED = [
    # code, name, nik, birth date, position                                       what is told of the row
    ([VILLAGE, "A B", national_id(1), "01/02/1990", "Kepala Desa"], ""),
    ([VILLAGE, "C D", "1,97101E+15", "01-02-1990", "Ketua RT"], "NIK: the number as text was expected"),
    ([VILLAGE, "E F", "", "", "Ketua RT"], "NIK: missing; TGL LAHIR: missing"),
    ([VILLAGE, "G H", national_id(5), "06-01-1900", "Ketua RT"], "NIK: another row has the same"),
    ([VILLAGE, "I J", f"'{national_id(5)}", "06-01-1900", "Lurah"], "JABATAN: one of Kepala Desa, perangkat desa ("),
    (["19.99.99.9999", "K L", national_id(6), "07-01-1900", "Ketua RW"], "KODE DESA: no village is known by it"),
    ([VILLAGE, "", national_id(7), "08-01-1900", "Ketua RW"], "NAMA: a value was expected"),
]  # fmt: skip


def test_check_tells_of_each_row_and_corrects_what_is_unique(project, tmp_path):
    path = write_sheets(tmp_path / "daftar.xlsx", {"Desa": [["DAFTAR"], HEADER, *(row for row, _ in CHECKED)]})  # fmt: skip
    said = roster("check", str(path))
    assert "7 rows, 1 without fault, 4 incomplete, 2 that cannot be used, 2 repaired" in said
    for line, (_, told) in enumerate(CHECKED, start=3):
        found = [text for text in said.splitlines() if f"sheet Desa, line {line}:" in text]
        assert bool(found) == bool(told)
        assert not told or told in found[0]
    (copy,) = (project / "data" / "roster" / "checked").glob("daftar.xlsx.*.checked.xlsx")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    head, *rows = load_workbook(str(copy)).get_sheet_by_name("Data").to_python()
    first, scientific, *_, lurah, _, _ = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["TGL LAHIR"], first["PERBAIKAN"]) == ("01-02-1990", "TGL LAHIR: tanggal dengan pemisah lain; NIK: tanggal lahir berbeda dari NIK")  # fmt: skip
    assert scientific["NIK"] == "1,97101E+15"  # what was written, for whoever corrects it
    assert "angkanya hilang" in scientific["CATATAN"]
    assert scientific["ALASAN DITOLAK"] == ""  # incomplete: it is linked by what is there
    assert lurah["ALASAN DITOLAK"].startswith(
        "JABATAN: harus salah satu dari Kepala Desa, perangkat desa ("
    )
    assert lurah["CATATAN"] == "NIK: sama dengan baris lain"
    assert (lurah["NIK"], lurah["JABATAN"]) == (national_id(5), "Lurah")


def test_check_again_takes_the_place_of_the_copy(project):
    path = project / "data" / "incoming" / str(PERIOD) / "perangkat.xlsx"
    roster("check", str(path))
    assert roster("check", str(path), "--rows", "1").count("sheet Data, line") == 1
    assert len(list((project / "data" / "roster" / "checked").iterdir())) == 1


def test_check_of_what_is_no_roster(project, tmp_path):
    with pytest.raises(SourceError, match="is not there"):
        roster("check", str(tmp_path / "tiada.xlsx"))
    with pytest.raises(SourceError, match="is a folder: a file with a roster was expected"):
        roster("check", str(tmp_path))
    path = write_sheets(tmp_path / "lain.xlsx", {"A": [["X", "Y"], ["1", "2"]]})
    with pytest.raises(SourceError, match=r"lain\.xlsx"):
        roster("check", str(path))


NO_ROSTER = [
    # name, bytes, table of its sidecar, what is told
    ("klaim.csv", b"A;B\n1;2\n", "claims", "klaim.csv is no roster: klaim.csv.source.yml says table: claims"),
    ("rusak.xlsx", b"PK no workbook", "", "save it again as .xlsx, and check it again."),
    ("teks.csv", b"KODE DESA;NAMA;NIK;TGL LAHIR;JABATAN\n19;\x81\x8d;;;\n", "", "save the file as CSV UTF-8 and check it again."),
    ("kolom.csv", b"KODE DESA;NAMA;NIK;TGL LAHIR\n19;A;;\n", "", "column JABATAN is missing. Correct the header"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "table", "told"), NO_ROSTER)
def test_check_speaks_of_the_check_and_not_of_a_pull(project, tmp_path, name, content, table, told):
    (tmp_path / name).write_bytes(content)
    if table:
        write_sidecar(tmp_path / name, table)
    with pytest.raises(SourceError) as caught:
        roster("check", str(tmp_path / name))
    assert told in str(caught.value)
    assert "pull" not in str(caught.value)
    assert "profile" not in str(caught.value)


def test_purge_takes_what_is_too_old(project):
    link()
    linked = area(project) / "linked.parquet"
    os.utime(linked, (0, 0))
    result = CliRunner().invoke(cli.app, ["purge", "--older-than", "13m"])
    assert "data/roster/demo/2025-06/linked.parquet" in result.output
    assert not linked.exists()
    assert (area(project) / "candidates.parquet").exists()


def test_a_row_that_a_correction_drops_is_no_member(project):
    entry = {
        "table": "participants", "file": "kepesertaan.csv", "where": {"source_line": 2}, "drop": True,
        "reason": "sent by mistake", "who": "Data team", "date": date(2025, 6, 3), "status": "confirmed",
    }  # fmt: skip
    (project / "corrections.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    config = project / "cakupan.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('province = "19"', 'province = "19"\ncorrections = "corrections.yml"'), encoding="utf-8")  # fmt: skip
    assert "5 rows against 3 memberships" in link()
    linked = pq.read_table(area(project) / "linked.parquet").to_pylist()
    assert linked[0]["outcome"] == "not_registered"
