"""How many of an earlier list have been registered since: a readable story of three months."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from extracts import national_id
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

#: Who stands in May's roster; number, name, position, village, and what is said of them in June.
MAY = [
    post(1, "SLAMET RIYADI", "Kepala Desa"),  # covered already: on no list
    post(2, "BAGUS PERKASA"),  # registered in June
    post(3, "JOKO SAMUDRA"),  # lapsed, and pays again in June
    post(4, "DEWI ANGGRAINI", "Ketua PKK"),  # nothing happens
    [VILLAGE, "SURYA DARMA", "", birth_of(5), "Ketua RW"],  # June's roster has the number: registered
    [VILLAGE, "RATNA DUMILAH", "", birth_of(6), "Ketua RW"],  # a namesake of that day elsewhere is covered
    post(7, "TONO WIJAYA", village=OTHER_VILLAGE),  # registered, and no longer in the roster
    [VILLAGE, "RATNA JUWITA", "", birth_of(8), "Kaur Umum"],  # needs a look: on no list
]  # fmt: skip
IN_MAY = [
    covered(1, "SLAMET RIYADI"),
    covered(3, "JOKO SAMUDRA", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="01-2025"),
    covered(8, "RATNA DUMILAH"),
]
IN_JUNE = [
    covered(1, "SLAMET RIYADI"),
    covered(2, "BAGUS PERKASA"),
    covered(3, "JOKO SAMUDRA", SEGMEN="BPU", BLTH_IURAN_TERAKHIR="05-2025"),
    covered(5, "SURYA DARMA"),
    covered(6, "RATNA DUMILAH", KODE_WILAYAH="19.02.01.1001"),
    covered(7, "TONO WIJAYA"),
    covered(8, "RATNA DUMILAH"),
]
JUNE = [*MAY[:4], post(5, "SURYA DARMA", "Ketua RW"), MAY[5], MAY[7]]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    put_project(tmp_path)
    put_month(tmp_path, "2025-05", IN_MAY, MAY)
    put_month(tmp_path, "2025-06", IN_JUNE, JUNE)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return tmp_path


def link(month: str) -> str:
    return cakupan("roster", "link", "--period", month)


def progress(*arguments: str) -> list[list[str]]:
    """The words of each line."""
    said = cakupan("roster", "progress", "--period", "2025-06", *arguments)
    return [line.replace("  ", " ").split() for line in said.splitlines()]


def counts(*arguments: str) -> dict[str, str]:
    """By group, `registered since of listed`."""
    return {line[6]: f"{line[7]} of {line[9]}" for line in progress(*arguments)}


def test_a_later_month_tells_what_became_of_a_list(project):
    assert "on the list of" not in link("2025-05")
    assert "of 6 on the list of 2025-05 4 have been registered since (66.7 %)" in link("2025-06")


BY = [
    ("position", {"neighbourhood_head": "4 of 5", "village_institution": "0 of 1"}),
    ("desa", {VILLAGE: "3 of 5", OTHER_VILLAGE: "1 of 1"}),
    ("kabupaten", {"19.01": "4 of 6"}),
]


@pytest.mark.parametrize(("by", "expected"), BY)
def test_progress_by_position_and_region(project, by, expected):
    link("2025-05")
    link("2025-06")
    assert counts("--by", by) == expected


def test_progress_within_a_region(project):
    link("2025-05")
    link("2025-06")
    assert counts("--by", "desa", "--region", OTHER_VILLAGE) == {OTHER_VILLAGE: "1 of 1"}


def test_history_of_a_list_over_months(project):
    put_month(project, "2025-07", IN_MAY, JUNE)
    for month in ("2025-05", "2025-06", "2025-07"):
        link(month)
    said = cakupan("roster", "progress", "--period", "2025-07", "--by", "kabupaten")
    told = [line.split() for line in said.splitlines()]
    assert [(line[2].strip(","), line[5], line[7], line[9]) for line in told] == [
        ("2025-05", "2025-06", "4", "6"),
        ("2025-05", "2025-07", "0", "6"),
        ("2025-06", "2025-07", "0", "2"),
    ]


def test_linking_again_tells_the_same(project):
    link("2025-05")
    first = link("2025-06")
    folder = project / "data" / "roster" / "demo" / "2025-06"
    before = (folder / "progress.parquet").read_bytes()
    assert link("2025-06") == first
    assert (folder / "progress.parquet").read_bytes() == before


def test_what_is_kept_of_a_list_is_pseudonyms(project):
    link("2025-05")
    path = project / "data" / "roster" / "demo" / "2025-05" / "followed.parquet"
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 6
    assert {tuple(row) for row in rows} == {("village_code", "position", "nik_key", "person_key")}
    kept = str(rows) + str(path.read_bytes())
    assert not [name for name in ("BAGUS", "DEWI", national_id(2), national_id(4)) if name in kept]


def test_a_list_under_another_key_is_told_and_left_out(project):
    link("2025-05")
    (project / "pseudonym.key").write_text("another key that is long enough for this test")
    said = link("2025-06")
    assert "the list of 2025-05 was made with another pseudonym key and is not followed" in said
    assert "no earlier list is followed" in cakupan("roster", "progress", "--period", "2025-06")


def test_progress_needs_a_link(project):
    with pytest.raises(StoreError, match="roster link"):
        progress()
