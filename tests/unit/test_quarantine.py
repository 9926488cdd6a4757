"""Rejected rows: counted, looked at, sent back for correction, and brought in again."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from extracts import PERIOD, copy_project, csv_bytes, member, pull_project, register_project
from python_calamine import load_workbook
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.errors import CakupanError, SourceError, StoreError, UsageError
from coverage_lib.indicators.quality.receipt import receipts_of
from coverage_lib.intake.quarantine_workbook import (
    ORIGIN,
    WHY,
    read_returned,
    write_returned,
    write_workbook,
)
from coverage_lib.tables import load_table, normalise_header, table_names

MONTH = ("--period", str(PERIOD))
BAD = member(2, NIK="19710", NAMA_LENGKAP="=HYPERLINK(1)")
WORSE = member(3, SEGMEN="", TANGGAL_LAHIR="31-02-1985")
SECRETS = (BAD["NAMA LENGKAP"], BAD["NO KPJ"], WORSE["NAMA LENGKAP"], WORSE["NIK"])


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    files = {
        "a.csv": csv_bytes([member(1), BAD]),
        "b.csv": csv_bytes([member(4), member(5), WORSE]),
    }
    folder = tmp_path_factory.mktemp("pulled")
    register_project(folder, files)
    pull_project(folder)
    return folder


@pytest.fixture
def project(pulled, tmp_path, monkeypatch):
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return copy_project(pulled, tmp_path)


def run(*arguments: str) -> str:
    """What a verb prints; its error is raised as it is."""
    result = CliRunner().invoke(cli.app, list(arguments))
    if isinstance(result.exception, CakupanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def quarantine(verb: str, *arguments: str) -> str:
    return run("quarantine", verb, *MONTH, *arguments)


def export(project: Path) -> Path:
    quarantine("export", "--out", str(project / "tolak.xlsx"))
    return project / "tolak.xlsx"


def sheet_of(path: Path) -> list[list[Any]]:
    return load_workbook(str(path)).get_sheet_by_name("participants").to_python()


def correct(path: Path, **cells: Any) -> Path:
    """The workbook with cells typed over, by header, in the row of file b.csv."""
    head, *rows = sheet_of(path)
    for row in rows:
        if str(row[head.index("BERKAS ASAL")]).endswith("b.csv"):
            for header, cell in cells.items():
                row[head.index(header.replace("_", " "))] = cell
    corrected = path.with_name("dikoreksi.xlsx")
    corrected.unlink(missing_ok=True)
    write_workbook(corrected, {"participants": [head, *rows]})
    return corrected


def counts(project: Path) -> tuple[int, int, int]:
    (table,) = pull_project(project)[1].account.tables
    return table.received, table.accepted, table.rejected


def test_list_counts_by_reason_and_shows_no_value(project):
    for arguments in ((), ("--lines",), ("--table", "participants")):
        text = quarantine("list", *arguments)
        assert f"a.csv{', line 3' if '--lines' in arguments else ''}: NIK: 16 digits" in text
        assert f"quarantine: 2 rejected rows of {PERIOD}" in text
        assert not any(secret in text for secret in SECRETS)
    assert "quarantine: 0 rejected rows" in quarantine("list", "--table", "claims")


def test_show_prints_the_row_on_demand_only(project):
    text = quarantine("show", "--table", "participants", "--file", "b.csv", "--line", "4")
    assert "personal data" in text
    assert f"NAMA: {WORSE['NAMA LENGKAP']}" in text
    with pytest.raises(UsageError, match="no rejected row of table participants stands at line 2"):
        quarantine("show", "--table", "participants", "--file", "b.csv", "--line", "2")


def test_a_terminal_obeys_no_cell(project):
    register_project(project, {"a.csv": csv_bytes([member(1), BAD | {"NIK": "1\x1b[2J"}])})
    pull_project(project)
    text = quarantine("show", "--table", "participants", "--file", "a.csv", "--line", "3")
    assert "\x1b" not in text
    assert "[2J" in text


def test_the_export_is_text_for_the_owner_alone(project):
    path = export(project)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    head, *rows = sheet_of(path)
    assert head[-1] == WHY
    assert head[-5:-1] == list(ORIGIN)
    assert head[0] == load_table("participants").columns[0].aliases[0]
    assert {type(cell) for row in rows for cell in row} == {str}
    assert rows[0][head.index("NAMA")] == "=HYPERLINK(1)"
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in content, "a formula"
    with pytest.raises(UsageError, match="is there already: it may hold corrections"):
        export(project)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "{=1}", "http://a"]
)
def test_nothing_that_is_received_becomes_a_formula(tmp_path, text):
    path = tmp_path / "x.xlsx"
    write_workbook(path, {"claims": [["A"], [text]]})
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"num_format" not in archive.read("xl/worksheets/sheet1.xml")
    assert not any("hyperlink" in name for name in names)


@pytest.mark.parametrize("arguments", [(), ("--by-file",)])
def test_what_lies_outside_quarantine_is_the_user_s_to_remove(project, arguments):
    warned = "remove it yourself"
    assert warned not in quarantine("export", *arguments)
    (folder,) = (project / "data" / "quarantine").rglob("exported")
    assert warned not in quarantine("export", *arguments, "--out", str(folder / "x.xlsx"))
    assert warned in quarantine("export", *arguments, "--out", str(project / "y.xlsx"))


def test_a_workbook_for_each_sender(project):
    quarantine("export", "--by-file", "--out", str(project / "tolak"))
    found = sorted((project / "tolak").iterdir())
    assert len(found) == 2
    assert stat.S_IMODE((project / "tolak").stat().st_mode) == 0o700
    for path, name in zip(found, ("a.csv", "b.csv"), strict=True):
        head, row = sheet_of(path)
        assert row[head.index("BERKAS ASAL")].endswith(name)


def test_without_a_name_the_export_lies_in_quarantine_and_stays_there(project):
    quarantine("export")
    (path,) = (project / "data" / "quarantine").rglob("exported/*.xlsx")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    register_project(project, {"c.csv": csv_bytes([member(8)])})
    pull_project(project)
    assert path.is_file()


def test_the_round_trip_of_a_corrected_row(project):
    assert counts(project) == (5, 3, 2)
    said = quarantine(
        "retry", "--from", str(correct(export(project), SEGMEN="PU", TANGGAL_LAHIR="28-02-1985"))
    )
    assert "1 corrected rows; left out: 1 unchanged, 0 that came again before" in said
    drift: list[str] = []
    _, stored, changed = pull_project(project, tell=drift.append)
    assert changed
    assert (drift, stored.account.drift) == ([], ())
    (table,) = stored.account.tables
    assert (table.received, table.accepted, table.rejected) == (6, 4, 2)
    assert stored.account.retried_rows("participants") == 1
    assert [receipt.received for receipt in receipts_of(stored.account)] == [5]
    (source,) = [source for source in stored.account.sources if source.retried]
    assert (source.name, source.rows, source.rejected) == (
        f"data/incoming/{PERIOD}/demo.corrected/participants_1.xlsx", 1, 0,
    )  # fmt: skip
    assert (str(source.as_of), source.producer, source.simulated) == (
        "2025-06-01", "Kantor contoh", True,
    )  # fmt: skip
    assert f"1 rejected rows of {PERIOD}, profile demo; 1 more came again" in quarantine("list")
    assert "of the received came again, corrected" in run("pull", *MONTH)


def test_days_and_numbers_that_excel_made_of_what_was_typed_come_in(project):
    corrected = correct(export(project), SEGMEN="PU", TANGGAL_LAHIR=date(1985, 2, 28))
    quarantine("retry", "--from", str(corrected))
    assert counts(project) == (6, 4, 2)


def test_a_corrected_row_keeps_the_number_system_of_its_file(project):
    sidecar = project / "data" / "incoming" / str(PERIOD) / "b.csv.source.yml"
    sidecar.write_text(sidecar.read_text(encoding="utf-8") + "region_codes: bps\n")
    pull_project(project)
    corrected = correct(
        export(project), SEGMEN="PU", TANGGAL_LAHIR="28-02-1985", KODE_WILAYAH="1903"
    )
    quarantine("retry", "--from", str(corrected))
    (source,) = [one for one in pull_project(project)[1].account.sources if one.retried]
    assert source.region_codes == "bps"
    assert ("village_code", "code_bridged", 1) in source.repairs


def test_a_row_comes_again_once_only(project):
    corrected = correct(export(project), SEGMEN="PU", TANGGAL_LAHIR="28-02-1985")
    quarantine("retry", "--from", str(corrected))
    said = quarantine("retry", "--from", str(corrected))
    assert "0 corrected rows; left out: 1 unchanged, 1 that came again before" in said
    assert counts(project) == (6, 4, 2)


def test_a_correction_that_is_wrong_too_can_be_corrected(project):
    quarantine("retry", "--from", str(correct(export(project), SEGMEN="PU")))
    assert counts(project) == (6, 3, 3)
    again = project / "lagi.xlsx"
    quarantine("export", "--out", str(again))
    head, *rows = sheet_of(again)
    for row in rows:
        if "demo.corrected" in row[head.index("BERKAS ASAL")]:
            row[head.index("TANGGAL LAHIR")] = "28-02-1985"
    write_workbook(project / "lagi2.xlsx", {"participants": [head, *rows]})
    quarantine("retry", "--from", str(project / "lagi2.xlsx"))
    assert counts(project) == (7, 4, 3)


@pytest.mark.parametrize(
    ("header", "cell", "told"),
    [
        ("BARIS_ASAL", "2", "not those of a rejected row"),
        ("BARIS_ASAL", "", "has no line"),
        ("BERKAS_ASAL", "x.csv/b.csv", "not those of a rejected row"),
        ("SHA256_ASAL", "0" * 64, "not those of a rejected row"),
    ],
)
def test_a_row_that_no_longer_says_where_it_came_from_is_refused(project, header, cell, told):
    corrected = correct(export(project), SEGMEN="PU", **{header: cell})
    with pytest.raises(UsageError, match=f"sheet participants, row 3: .*{told}") as refused:
        quarantine("retry", "--from", str(corrected))
    if "not those" in told:
        assert f"the current pull of {PERIOD}, profile demo; give the month" in str(refused.value)
    assert not any(secret in str(refused.value) for secret in SECRETS)
    assert not (project / "data" / "incoming" / str(PERIOD) / "demo.corrected").exists()


def test_corrections_of_a_file_that_was_superseded_stop_the_pull(project):
    """The new file may have the rows already: they would count twice."""
    corrected = correct(export(project), SEGMEN="PU", TANGGAL_LAHIR="28-02-1985")
    quarantine("retry", "--from", str(corrected))
    pull_project(project)
    register_project(project, {"b.csv": csv_bytes([member(4), member(5), member(3)])})
    with pytest.raises(SourceError, match=r"participants_1\.xlsx corrects rows of .*b\.csv"):
        pull_project(project)
    for path in (project / "data" / "incoming" / str(PERIOD) / "demo.corrected").iterdir():
        path.unlink()
    assert counts(project) == (5, 4, 1)


def test_nothing_corrected_leaves_no_folder(project):
    assert "0 corrected rows" in quarantine("retry", "--from", str(export(project)))
    assert not (project / "data" / "incoming" / str(PERIOD) / "demo.corrected").exists()


def test_a_workbook_that_was_not_exported_is_refused(project):
    with pytest.raises(UsageError, match=r"tolakk\.xlsx: there is no such file.*quarantine export"):
        quarantine("retry", "--from", str(project / "tolakk.xlsx"))
    (project / "x.xlsx").write_bytes(b"no workbook")
    with pytest.raises(SourceError, match="not a readable Excel workbook"):
        quarantine("retry", "--from", str(project / "x.xlsx"))
    write_workbook(project / "y.xlsx", {"participants": [["NIK"], ["1"]]})
    with pytest.raises(SourceError, match="no sheet of rejected rows"):
        quarantine("retry", "--from", str(project / "y.xlsx"))


def test_the_columns_of_the_export_are_no_column_of_the_dictionary():
    names = {normalise_header(name) for name in (*ORIGIN, WHY)}
    for table in table_names():
        for column in load_table(table).columns:
            assert not names & {normalise_header(alias) for alias in column.aliases}


def test_what_is_written_again_is_what_was_read(project):
    rows = read_returned(export(project))
    write_returned(project / "z.xlsx", rows)
    again = read_returned(project / "z.xlsx")
    assert [(row.origin, dict(row.cells)) for row in again] == [
        (row.origin, {**row.cells}) for row in rows
    ]


def test_purged_rows_are_said_to_be_gone(project):
    for path in (project / "data" / "quarantine").rglob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreError, match="2 rejected rows of table participants are no longer"):
        quarantine("list")


def test_which_rows_came_again_is_told_without_any_value(project):
    corrected = correct(export(project), SEGMEN="PU")
    quarantine("retry", "--from", str(corrected))
    (path,) = (project / "data" / "incoming").rglob("*.rows.json")
    assert json.loads(path.read_text())["rows"] == [[None, 4]]


def test_a_corrected_row_never_takes_the_place_of_one_that_was_sent(project):
    """Whatever the names: `demo.corrected` stands before `peserta`."""
    incoming = project / "data" / "incoming" / str(PERIOD)
    for path in list(incoming.glob("b.csv*")):
        path.rename(path.with_name(path.name.replace("b.csv", "peserta_b.csv")))
    pull_project(project)
    path = export(project)
    head, *rows = sheet_of(path)
    for row in rows:
        if "peserta_b" in row[head.index("BERKAS ASAL")]:
            sent = member(4, SEGMEN="PU", TANGGAL_LAHIR="28-02-1985")
            for header in ("NIK", "SEGMEN", "TANGGAL LAHIR"):
                row[head.index(header)] = sent[header]
            row[head.index(next(name for name in head if "KPJ" in name))] = sent["NO KPJ"]
    write_workbook(project / "dikoreksi.xlsx", {"participants": [head, *rows]})
    quarantine("retry", "--from", str(project / "dikoreksi.xlsx"))
    _, stored, _ = pull_project(project)
    duplicates = {
        source.name.rpartition("/")[2]: source.duplicates for source in stored.account.sources
    }
    assert duplicates == {"a.csv": 0, "peserta_b.csv": 0, "participants_1.xlsx": 1}


def test_what_a_user_puts_into_the_month_s_quarantine_stays(project):
    (month,) = (project / "data" / "quarantine" / "demo").iterdir()
    (month / "catatan.txt").write_text("catatan")
    (month / "untuk_cabang").mkdir()
    (month / "untuk_cabang" / "b.xlsx").write_bytes(b"x")
    (month / ".building-0123").mkdir()
    (month / ("0" * 16)).mkdir()
    register_project(project, {"c.csv": csv_bytes([member(8)])})
    _, stored, _ = pull_project(project)
    kept = {path.name for path in month.iterdir()}
    assert kept >= {"catatan.txt", "untuk_cabang", stored.account.generation}
    assert not kept & {".building-0123", "0" * 16}


def test_a_workbook_that_was_removed_leaves_its_number_behind(project):
    corrected = correct(export(project), SEGMEN="PU", TANGGAL_LAHIR="28-02-1985")
    quarantine("retry", "--from", str(corrected))
    pull_project(project)
    folder = project / "data" / "incoming" / str(PERIOD) / "demo.corrected"
    for path in folder.iterdir():
        path.unlink()
    pull_project(project)
    quarantine("retry", "--from", str(corrected))
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {"participants_2"}
