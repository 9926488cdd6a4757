"""How many of an earlier list have been registered since: a readable story of three months."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from extracts import (
    all_regions,
    copy_project,
    csv_bytes,
    national_id,
    pull_project,
    write_sidecar,
)
from rosters import (
    OTHER_VILLAGE,
    VILLAGE,
    birth_of,
    cakupan,
    covered,
    post,
    put_month,
    put_project,
)

from coverage_lib.errors import StoreError
from coverage_lib.marts import open_mart, read_releasable
from coverage_lib.periods import Month
from coverage_lib.present.context import open_part
from coverage_lib.present.parts.village.progress import progress_figure

#: Who stands in May's roster; number, name, position, village, and what is said of them in June.
MAY = [
    post(1, "SLAMET RIYADI", "Kepala Desa"),  # covered already: on no list
    post(2, "BAGUS PERKASA"),  # registered in June
    post(3, "JOKO SAMUDRA"),  # lapsed, and pays again in June
    post(4, "DEWI ANGGRAINI", "Ketua PKK"),  # nothing happens
    [VILLAGE, "SURYA DARMA", "", birth_of(5), "Ketua RW"],  # June's roster has the number: registered
    [VILLAGE, "RATNA DUMILAH", "", birth_of(40), "Ketua RW"],  # a namesake of that day elsewhere is covered
    post(7, "TONO WIJAYA", village=OTHER_VILLAGE),  # registered, and no longer in the roster
    post(50, "HADI SUSILO"),  # nothing happens either; Dewi goes to a human in June, for her namesake
    [VILLAGE, "RATNA JUWITA", "", birth_of(8), "Kaur Umum"],  # needs a look: on no list
]  # fmt: skip
IN_MAY = [
    covered(1, "SLAMET RIYADI"),
    covered(3, "JOKO SAMUDRA", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="12-2024"),
    covered(8, "RATNA DUMILAH"),
]
NAMESAKE = "1902020501000019"  # of Dewi, born on the same day, in the same village
IN_JUNE = [
    covered(1, "SLAMET RIYADI"),
    covered(2, "BAGUS PERKASA"),
    covered(3, "JOKO SAMUDRA", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="05-2025"),
    covered(4, "DEWI ANGGRAINI") | {"NIK": NAMESAKE, "NO KPJ": "26000000099"},
    covered(5, "SURYA DARMA"),
    covered(40, "RATNA DUMILAH", KODE_WILAYAH="19.02.01.1001"),
    covered(7, "TONO WIJAYA"),
    covered(8, "RATNA DUMILAH"),
]
JUNE = [
    *MAY[:4],
    post(5, "SURYA DARMA", "Ketua RW"),
    MAY[5],
    *MAY[7:],
    [VILLAGE, "DEWI ANGGRAINI", NAMESAKE, birth_of(4), "Ketua RT"],
]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Path, str, str]:
    """A project of both months, linked once, and what each link said."""
    folder = put_project(tmp_path_factory.mktemp("progress"))
    put_month(folder, "2025-05", IN_MAY, MAY)
    put_month(folder, "2025-06", IN_JUNE, JUNE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAKUPAN_PROJECT", str(folder))
        return folder, link("2025-05"), link("2025-06")


@pytest.fixture
def linked(told, monkeypatch) -> Path:
    """The project of `told`, to look at."""
    monkeypatch.setenv("CAKUPAN_PROJECT", str(told[0]))
    return told[0]


@pytest.fixture
def project(told, tmp_path, monkeypatch) -> Path:
    """A copy of it, to change."""
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return copy_project(told[0], tmp_path)


def link(month: str) -> str:
    return cakupan("roster", "link", "--period", month)


def progress(*arguments: str) -> list[list[str]]:
    """The words of each line."""
    said = cakupan("roster", "progress", "--period", "2025-06", *arguments)
    return [line.replace("  ", " ").split() for line in said.splitlines()]


def counts(*arguments: str) -> dict[str, str]:
    """By group, `registered since of listed`."""
    return {line[6]: f"{line[7]} of {line[9]}" for line in progress(*arguments)}


def test_a_later_month_tells_what_became_of_a_list(told):
    _, may, june = told
    assert "on the list of" not in may
    assert "of 7 on the list of 2025-05 4 are covered since (57.1 %)" in june


BY = [
    (
        "position",
        {"neighbourhood_head": "4 of 6", "village_institution": "0 of 1", "total": "4 of 7"},
    ),
    ("desa", {VILLAGE: "3 of 6", OTHER_VILLAGE: "1 of 1", "total": "4 of 7"}),
    ("kabupaten", {"19.01": "4 of 7"}),
]


@pytest.mark.parametrize(("by", "expected"), BY)
def test_progress_by_position_and_region(linked, by, expected):
    assert counts("--by", by) == expected


def test_progress_within_a_region(linked):
    assert counts("--by", "desa", "--region", OTHER_VILLAGE) == {OTHER_VILLAGE: "1 of 1"}


def test_history_of_a_list_over_months(project):
    put_month(project, "2025-07", IN_MAY, JUNE)
    link("2025-07")
    said = cakupan("roster", "progress", "--period", "2025-07", "--by", "kabupaten")
    told = [line.split() for line in said.splitlines()]
    assert [(line[2].strip(","), line[5], line[7], line[9]) for line in told] == [
        ("2025-05", "2025-06", "4", "7"),
        ("2025-05", "2025-07", "0", "7"),
        ("2025-06", "2025-07", "0", "1"),
    ]


def test_linking_again_tells_the_same(project, told):
    path = project / "data" / "roster" / "demo" / "2025-06" / "progress.parquet"
    before = path.read_bytes()
    assert "of 7 on the list of 2025-05 4 are covered since" in link("2025-06")
    assert path.read_bytes() == before


def test_what_is_kept_of_a_list_is_pseudonyms(linked):
    path = linked / "data" / "roster" / "demo" / "2025-05" / "followed.parquet"
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 7
    assert {tuple(row) for row in rows} == {("village_code", "position", "nik_key", "person_key")}
    kept = str(rows) + str(path.read_bytes())
    assert not [name for name in ("BAGUS", "DEWI", national_id(2), national_id(4)) if name in kept]


def test_a_list_under_another_key_is_told_and_left_out(project):
    (project / "pseudonym.key").write_text("another key that is long enough for this test")
    said = link("2025-06")
    assert "the list of 2025-05 was made with another pseudonym key and is not followed" in said
    assert "no earlier list is followed" in cakupan("roster", "progress", "--period", "2025-06")


def test_progress_needs_a_link(linked):
    with pytest.raises(StoreError, match="roster link"):
        cakupan("roster", "progress", "--period", "2025-08")


def test_the_mart_has_the_counts_and_a_part_shows_them(project):
    settings, _, _ = pull_project(project)
    profile, month = settings.profile("demo"), Month(2025, 6)
    regions = all_regions()
    mart = open_mart(settings, profile, month, regions)
    village = read_releasable(mart, month, regions.get(VILLAGE), regions, {})
    found = village.figure("roster_registered_since", "list_month", "2025-05")
    assert (found.numerator, found.denominator, found.as_of) == (3, 6, date(2025, 6, 1))
    shown = progress_figure(open_part(village, "id"))
    assert shown is not None
    assert (
        "3 dari 6 jabatan yang pemegangnya belum terdaftar atau tidak aktif pada Mei 2025"
        in shown["caption"]
    )
    province = read_releasable(mart, month, regions.get("19"), regions, {})
    by_position = province.figures("roster_registered_since", "position")
    assert {one.category: one.numerator for one in by_position} == {
        "neighbourhood_head": 4, "village_institution": 0,
    }  # fmt: skip
    assert village.figures("roster_registered_since", "position") == ()
    shutil.rmtree(project / "data" / "roster")
    without = open_mart(settings, profile, month, regions)
    assert without.version != mart.version, "briefings with and without lists have one key"


def test_without_lists_nothing_is_shown(project):
    shutil.rmtree(project / "data" / "roster")
    settings, _, _ = pull_project(project)
    regions = all_regions()
    mart = open_mart(settings, settings.profile("demo"), Month(2025, 6), regions)
    province = read_releasable(mart, Month(2025, 6), regions.get("19"), regions, {})
    assert province.figure("roster_registered_since").status == "not_available"
    assert progress_figure(open_part(province, "en")) is None


def since(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What June says of May's list of one, after both links."""
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    said = link("2025-06")
    return next(line for line in said.splitlines() if "on the list of 2025-05" in line)


@pytest.mark.parametrize("in_june", [True, False])
def test_whose_number_is_somebody_elses_is_not_registered_since(tmp_path, monkeypatch, in_june):
    """A human said in May that the member with this number is another person."""
    folder = put_project(tmp_path)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    register, row = [covered(2, "BAGUS PERKASA")], post(2, "DEWI ANGGRAINI")
    put_month(folder, "2025-05", register, [row])
    put_month(folder, "2025-06", register, [row] if in_june else [post(60, "HADI SUSILO")])
    link("2025-05")
    cakupan(
        "roster", "review", "--period", "2025-05", answers="different\n", CAKUPAN_REVIEWER="siti"
    )
    link("2025-05")
    assert "of 1 on the list of 2025-05 0 are covered since" in since(folder, monkeypatch)


def test_who_is_for_a_human_to_look_at_is_not_registered_since(tmp_path, monkeypatch):
    """In June a member has the number under another name."""
    folder = put_project(tmp_path)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    row = post(2, "DEWI ANGGRAINI")
    put_month(folder, "2025-05", [covered(1, "SLAMET RIYADI")], [row])
    put_month(folder, "2025-06", [covered(2, "BAGUS PERKASA")], [row])
    link("2025-05")
    assert "of 1 on the list of 2025-05 0 are covered since" in since(folder, monkeypatch)


@pytest.mark.parametrize(("card", "counted"), [("of the member", 0), ("of another", 1)])
def test_for_whom_a_death_benefit_was_paid_is_not_registered_since(
    tmp_path, monkeypatch, card, counted
):
    folder = put_project(tmp_path)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    registered = covered(2, "BAGUS PERKASA")
    put_month(folder, "2025-05", [covered(1, "SLAMET RIYADI")], [post(2, "BAGUS PERKASA")])
    put_month(folder, "2025-06", [registered], [post(60, "HADI SUSILO")])
    claims = folder / "data" / "incoming" / "2025-06" / "klaim.csv"
    claim = {
        "nomor_penetapan": "1", "tanggal_transaksi": "10-05-2025", "program": "JKM",
        "nomor_kpj": registered["NO KPJ"] if card == "of the member" else "26000000098",
        "jumlah_bayar": "42.000.000", "KODE WILAYAH": VILLAGE, "segmen": "PU",
    }  # fmt: skip
    claims.write_bytes(csv_bytes([claim]))
    write_sidecar(claims, "claims")
    config = folder / "cakupan.toml"
    config.write_text(
        config.read_text()
        + '[[profiles.demo.sources]]\ntable = "claims"\nfiles = "data/incoming/{period}/klaim.csv"\nrequired = false\n'
    )
    link("2025-05")
    assert f"of 1 on the list of 2025-05 {counted} are covered since" in since(folder, monkeypatch)
