"""The messiest month: the same people in files as offices really send them. No figure moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from projects import PERIOD, ROOT, Project, made_once

from coverage_lib.demo import make_demo
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

SCALE = 0.01
#: Indicators of the receipt itself: they tell how the files came, and so they differ.
OF_THE_RECEIPT = {
    "completeness_columns",
    "completeness_rows",
    "share_quarantined",
    "uniqueness",
    "validity",
}
#: Every rule by which a cell is read in another than its standard form, and a place is found.
RULES = {
    "ambiguous_number", "code_and_name_differ", "code_bridged", "code_of_other_system",
    "code_without_dots", "currency_sign", "date_separator", "date_without_separators", "decimal_zero",
    "excel_serial", "full_date", "label", "leading_zeros", "missing_word", "month_name", "name_alias",
    "name_without_parent", "negative_in_brackets", "nik_birth_date_differs", "percent_sign",
    "place_unknown", "quotes_or_blanks", "thousands_blanks", "time_of_day", "two_digit_year",
}  # fmt: skip


@pytest.fixture(scope="session")
def tidy(small_project: Project) -> Project:
    return small_project


@pytest.fixture(scope="session")
def messy(shared_folder: Path) -> Project:
    def make(project: Project) -> None:
        project.do("demo", "--scale", str(SCALE), "--months", "1", "--condition", "messy")
        project.do("pull")
        project.do("indicators")

    return made_once(shared_folder, "messy-month", make)


def account(project: Project) -> dict[str, Any]:
    store = project.folder / "data" / "store" / "demo" / PERIOD
    generation = (store / "current").read_text().strip()
    document: dict[str, Any] = json.loads((store / generation / "pull.json").read_text())
    return document


def stored(project: Project, table: str) -> pd.DataFrame:
    """A table's accepted rows, in an order of their own: the files differ, the rows may not."""
    store = project.folder / "data" / "store" / "demo" / PERIOD
    folder = store / (store / "current").read_text().strip() / table
    frame = pd.concat(pq.read_table(path).to_pandas() for path in sorted(folder.glob("*.parquet")))
    frame = frame.astype(str)
    return frame.sort_values(list(frame.columns), ignore_index=True)[sorted(frame.columns)]


@pytest.mark.parametrize(
    "table",
    ["participants", "claims", "claim_submissions", "village_roster", "participant_summary",
     "coverage_targets"],
)  # fmt: skip
def test_the_same_rows_are_accepted(tidy: Project, messy: Project, table: str) -> None:
    expected = stored(tidy, table)
    assert len(expected) > 40
    pd.testing.assert_frame_equal(stored(messy, table), expected)


def test_the_same_figures_come_out(tidy: Project, messy: Project) -> None:
    def measures(project: Project) -> pd.DataFrame:
        mart = project.mart()
        kept = mart[~mart["indicator"].isin(OF_THE_RECEIPT)].astype(str)
        return kept.sort_values(list(kept.columns), ignore_index=True)

    expected = measures(tidy)
    assert set(expected["indicator"]) > {"active_participants", "coverage", "claims_amount_idr"}
    pd.testing.assert_frame_equal(measures(messy), expected)


def test_what_is_received_is_accepted_rejected_or_a_repetition(messy: Project) -> None:
    tables = account(messy)["tables"]
    for table in tables:
        assert table["received"] == table["accepted"] + table["rejected"] + table["duplicates"]
    by_name = {table["table"]: table for table in tables}
    for name in ("participants", "claims"):
        assert by_name[name]["rejected"] > 0, name
        assert by_name[name]["duplicates"] > 0, name


def test_every_rule_was_needed(messy: Project) -> None:
    rules = {rule for source in account(messy)["sources"] for _, rule, _ in source["repairs"]}
    assert sorted(RULES - rules) == []


def test_every_kind_of_file_and_of_row_was_met(messy: Project) -> None:
    readings = [source["reading"] for source in account(messy)["sources"]]
    assert {reading["kind"] for reading in readings} >= {"csv", "xlsx", "parquet"}
    assert {reading["encoding"] for reading in readings} >= {
        "UTF-8", "cp1252", "UTF-16 LE", "UTF-8 with a byte order mark",
    }  # fmt: skip
    assert any(len(reading["members"]) > 1 for reading in readings)
    assert any(len(reading["sheets"]) > 1 for reading in readings)
    assert any(len(reading["header_rows"]) > 1 for reading in readings)
    left_out = {kind for reading in readings for kind, _ in reading["left_out"]}
    assert left_out == {"blank", "repeated header", "totals", "note"}


def test_the_rows_with_each_fault_are_refused(messy: Project) -> None:
    participants = next(t for t in account(messy)["tables"] if t["table"] == "participants")
    reasons = " ".join(reason for reason, _ in participants["reasons"])
    for told in ("digits away", "SEGMEN: one of PU, BPU, JAKON, PMI", "TGL MULAI KEPESERTAAN", "TANGGAL LAHIR",
                 "several places", "same key"):  # fmt: skip
        assert told in reasons


def test_one_figure_is_put_right_by_a_correction(messy: Project) -> None:
    (correction,) = account(messy)["corrections"]
    assert (correction["table"], correction["rows"]) == ("participant_summary", 1)


def test_the_tidy_extracts_are_what_they_were(tidy: Project, messy: Project) -> None:
    """The mess is made of the tidy files: those that it does not touch are the same bytes."""

    def contents(project: Project) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in project.incoming.iterdir()}

    before, after = contents(tidy), contents(messy)
    same = {name for name in before if after.get(name) == before[name]}
    assert same >= {"potensi_pekerja.csv", "beasiswa.csv", "perangkat_desa_19.01.xlsx"}
    assert same < set(before)


def test_the_same_seed_makes_the_same_mess(messy: Project, tmp_path: Path) -> None:
    make_demo(
        Month.parse(PERIOD), tmp_path, months=1, scale=SCALE, messy=True,
        reference=ROOT / "data" / "reference", regions=load_regions(),
    )  # fmt: skip
    again = {path.name: path.read_bytes() for path in (tmp_path / PERIOD).iterdir()}
    assert again == {path.name: path.read_bytes() for path in messy.incoming.iterdir()}


def test_office_extracts_with_corrections_are_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / PERIOD
    folder.mkdir()
    (folder / "corrections.yml").write_text("- {who: Data team}\n")
    with pytest.raises(Exception, match=r"corrections\.yml is not a simulated extract"):
        make_demo(
            Month.parse(PERIOD), tmp_path, messy=True,
            reference=ROOT / "data" / "reference", regions=load_regions(),
        )  # fmt: skip


def test_tables_of_the_store_are_never_messy(messy: Project) -> None:
    done = messy.run(
        "demo", "--period", PERIOD, "--condition", "messy", "--form", "tables", "--scale", "0.01"
    )
    assert done.returncode == 2
    assert "--condition messy is of extracts" in done.stderr
