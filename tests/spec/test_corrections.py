"""Known errors of a source put right by data: what an entry changes, and when it stops the pull."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
from extracts import PERIOD, csv_bytes, member, pull_project, register_project

from coverage_lib.errors import ConfigError, SourceError
from coverage_lib.intake.corrections import CorrectionAccount
from coverage_lib.intake.store import StoredPeriod

HEAD = "who: Kantor contoh\n  date: 2025-06-03\n  status: confirmed\n  reason: salah ketik\n"
ROWS = csv_bytes([member(0), member(1, SEGMEN="PBPU"), member(2, SEGMEN="PBPU"), member(3)])


def project(folder: Path, *entries: str, rows: bytes = ROWS, name: str = "kepesertaan.csv") -> None:
    """A register with entries of a corrections.yml, each without what all have in common."""
    register_project(folder, {name: rows})
    text = "".join(f"- table: participants\n  {HEAD}  {entry}\n" for entry in entries)
    (folder / "corrections.yml").write_text(text, encoding="utf-8")
    config = folder / "cakupan.toml"
    said = config.read_text(encoding="utf-8")
    config.write_text(said.replace("[profiles.demo]\n", '[profiles.demo]\ncorrections = "corrections.yml"\n'))  # fmt: skip


def segments(stored: StoredPeriod) -> dict[str, int]:
    files = stored.folder / "participants" / "*.parquet"
    return dict(duckdb.sql(f"SELECT segment, count(*) FROM '{files}' GROUP BY 1").fetchall())


def test_a_value_is_put_right_and_told_of(tmp_path: Path) -> None:
    project(tmp_path, "where: {segment: PBPU}\n  set: {segment: BPU}\n  rows: 2")
    settings, stored, _ = pull_project(tmp_path)
    assert segments(stored) == {"PU": 2, "BPU": 2}
    day = date(2025, 6, 3)
    told = CorrectionAccount(1, "participants", "salah ketik", "Kantor contoh", day, "confirmed", 2)
    assert stored.account.corrections == (told,)
    folder = settings.quarantine / "demo" / str(PERIOD) / stored.account.generation / "corrected"
    kept = duckdb.sql(
        f"SELECT source_line, segment, correction FROM '{folder}/*.parquet'"
    ).fetchall()
    assert kept == [(3, "PBPU", 1), (4, "PBPU", 1)]
    assert pull_project(tmp_path)[2] is False  # the account reads back, nothing changed


def test_a_row_named_by_file_and_line_is_dropped_as_rejected(tmp_path: Path) -> None:
    where = "where: {source_line: 5, source_file: data/incoming/2025-06/kepesertaan.csv}"
    project(tmp_path, f"{where}\n  drop: true", "where: {segment: PBPU}\n  set: {segment: BPU}")
    _, stored, _ = pull_project(tmp_path)
    (table,) = stored.account.tables
    assert (table.received, table.accepted, table.rejected, table.duplicates) == (4, 3, 1, 0)
    assert table.reasons == (("dropped by a correction", 1),)


def test_a_file_alone_may_say_which_rows_are_meant(tmp_path: Path) -> None:
    where = "where: {source_file: data/incoming/2025-06/kepesertaan.csv}"
    project(tmp_path, f"{where}\n  set: {{segment: BPU}}\n  rows: 4")
    assert segments(pull_project(tmp_path)[1]) == {"BPU": 4}


def two_members() -> bytes:
    """An archive whose members both have a line 2."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, name in enumerate(("bangka.csv", "belitung.csv")):
            archive.writestr(zipfile.ZipInfo(name), csv_bytes([member(number), member(number + 2)]))
    return packed.getvalue()


def test_a_line_of_several_members_needs_its_member(tmp_path: Path) -> None:
    entry = "where: {source_line: 2MORE}\n  set: {segment: BPU}"
    packed = two_members()
    project(tmp_path, entry.replace("MORE", ""), rows=packed, name="kepesertaan.zip")
    with pytest.raises(SourceError, match=r"correction 1 of table participants.*source_sheet too"):
        pull_project(tmp_path)
    named = entry.replace("MORE", ", source_sheet: belitung.csv")
    project(tmp_path, f"{named}\n  rows: 1", rows=packed, name="kepesertaan.zip")
    assert segments(pull_project(tmp_path)[1]) == {"PU": 3, "BPU": 1}


def test_another_entry_is_another_generation(tmp_path: Path) -> None:
    project(tmp_path, "where: {segment: PBPU}\n  set: {segment: BPU}")
    first = pull_project(tmp_path)[1].account.generation
    project(tmp_path, "where: {segment: PBPU}\n  set: {segment: PU}")
    assert pull_project(tmp_path)[1].account.generation != first


@pytest.mark.parametrize(
    "entry",
    [
        "where: {segment: PMI}\n  set: {segment: PU}",
        "where: {segment: PBPU}\n  set: {segment: BPU}\n  rows: 3",
        "file: 'other_*'\n  where: {segment: PBPU}\n  set: {segment: BPU}",
        # A text is only ever a text.
        "where: {segment: \"PBPU' OR '1'='1\"}\n  drop: true",
        'where: {segment: "x\'; DROP TABLE checked; --"}\n  drop: true',
    ],
)
def test_an_entry_that_does_not_meet_its_rows_stops_the_pull(tmp_path: Path, entry: str) -> None:
    project(tmp_path, "where: {segment: PU}\n  set: {segment: PU}", entry)
    with pytest.raises(
        SourceError, match=r"correction 2 of table participants: it meets [02] rows"
    ):
        pull_project(tmp_path)


def test_an_entry_of_another_month_is_not_looked_at(tmp_path: Path) -> None:
    project(tmp_path, "period: {to: 2025-05}\n  where: {segment: PMI}\n  drop: true")
    assert pull_project(tmp_path)[1].account.corrections == ()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("where: {nik: '1971011708850000'}\n  drop: true", "nik identifies a person"),
        ("where: {segment: PU}\n  set: {name: ANI}", "name identifies a person"),
        ("where: {segmen: PU}\n  drop: true", "segmen is not a column"),
        ("where: {segment: PU}\n  set: {source_line: 3}", "source_line is not a column"),
        ("where: {segment: PU}", "either set"),
        ("where: {segment: PU}\n  set: {segment: BPU}\n  drop: true", "either set"),
        ("where: {segment: PU}\n  drop: true\n  rows: 0", "rows must be"),
        ("where: {segment: PU}\n  drop: true\n  note: x", "nothing else"),
        ("where: {source_line: abc}\n  drop: true", "source_line must be a whole number"),
        ("where: {source_line: }\n  drop: true", "source_line must be a whole number"),
        ("where: {}\n  drop: true", "columns of table participants"),
        ("where: {segment: PU}\n  drop: true\n  period: {from: Juni}", "is not a month"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, entry: str, words: str) -> None:
    project(tmp_path, entry)
    with pytest.raises(ConfigError, match=rf"corrections\.yml, correction 1.*{words}") as caught:
        pull_project(tmp_path)
    assert "1971011708850000" not in str(caught.value)
    assert "ANI" not in str(caught.value)


def test_all_that_lies_in_quarantine_is_the_owner_s_alone_and_can_be_opened(tmp_path: Path) -> None:
    where = "where: {source_line: 5, source_file: data/incoming/2025-06/kepesertaan.csv}"
    project(tmp_path, f"{where}\n  drop: true", "where: {segment: PBPU}\n  set: {segment: BPU}")
    settings, stored, _ = pull_project(tmp_path)
    month = settings.quarantine / "demo" / str(PERIOD)
    assert (month / stored.account.generation / "corrected" / "participants.parquet").is_file()
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in month.rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}
