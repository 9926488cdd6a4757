"""A row is known by file, sheet and line through the checks, the duplicates and the quarantine."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from extracts import (
    PERIOD,
    REGISTER_HEADER,
    csv_bytes,
    member,
    national_id,
    pull_project,
    register_project,
    write_sheets,
)

from coverage_lib.intake.store import PeriodStore
from coverage_lib.sources.reading import UNTOLD, FileReading

NAME = "data/incoming/2025-06/peserta.xlsx"


@pytest.fixture
def pulled(tmp_path):
    """A workbook whose second sheet, first in the alphabet, repeats a row and has a bad one."""
    sheets = {
        "Mei": [member(2), member(1), member(3, SEGMEN="TIDAK ADA")],
        "April": [member(1), member(4), member(5, SEGMEN="TIDAK ADA"), member(6)],
    }
    pages = {
        name: [REGISTER_HEADER, *(row.values() for row in rows), ["JUMLAH"]]
        for name, rows in sheets.items()
    }
    book = write_sheets(tmp_path / "made.xlsx", pages | {"Petunjuk": [["Isi kolom"]]})
    files = {"peserta.xlsx": book.read_bytes(), "peserta_2.csv": csv_bytes([member(7), member(1)])}
    register_project(tmp_path, files)
    settings, stored, _ = pull_project(tmp_path)
    return settings, stored


def test_rejected_rows_keep_their_place_and_their_own_values(pulled):
    settings, stored = pulled
    (path,) = (settings.quarantine / "demo").rglob("participants.parquet")
    rows = [
        (row["source_file"].rpartition("/")[2], row["source_sheet"], row["source_line"],
         row["received_nik"], row["reasons"].startswith("an earlier row"))
        for row in pq.read_table(path).to_pylist()
    ]  # fmt: skip
    assert sorted(rows, key=str) == [
        ("peserta.xlsx", "April", 2, national_id(1), True),
        ("peserta.xlsx", "April", 4, national_id(5), False),
        ("peserta.xlsx", "Mei", 4, national_id(3), False),
        ("peserta_2.csv", None, 3, national_id(1), True),
    ]
    (table,) = stored.account.tables
    assert (table.received, table.accepted, table.rejected, table.duplicates) == (9, 5, 2, 2)


def test_the_account_keeps_how_each_file_was_read(pulled):
    settings, stored = pulled
    again = PeriodStore(settings.store, "demo", PERIOD).current()
    assert again == stored
    book, text = (source.reading for source in again.account.sources)
    assert book == FileReading(
        kind="xlsx",
        number_style="indonesian",
        header_rows=(1,),
        sheets=("Mei", "April"),
        sheets_left_out=("Petunjuk",),
        left_out=(("totals", 2),),
    )
    assert book.notes() == (
        "sheets read: Mei, April", "sheets left out: Petunjuk", "rows that are no data: 2 totals",
    )  # fmt: skip
    assert (text.kind, text.encoding, text.notes()) == ("csv", "UTF-8", ())


def test_an_account_from_before_readings_were_kept_is_still_read(pulled):
    settings, stored = pulled
    path = stored.folder / "pull.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for source in document["sources"]:
        del source["reading"]
    path.write_text(json.dumps(document), encoding="utf-8")
    again = PeriodStore(settings.store, "demo", PERIOD).current()
    assert [source.reading for source in again.account.sources] == [UNTOLD, UNTOLD]


def test_what_is_worth_saying_of_a_file():
    reading = FileReading(
        kind="csv",
        encoding="cp1252",
        header_rows=(3, 4),
        left_out=(("blank", 1200), ("totals", 1)),
        unmapped=(("NOMOR\nNPP", ("npp",)), ("ALAMAT", ())),
    )
    assert reading.notes() == (
        "read as cp1252",
        "header in lines 3 and 4",
        "rows that are no data: 1,200 blank, 1 totals",
        "column NOMOR NPP is not known (meant: npp?)",
    )
