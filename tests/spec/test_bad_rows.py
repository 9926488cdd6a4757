"""Rows that are wrong: each is refused with its reason, or kept and counted as what it is.

One line of a table: what the office wrote, and what becomes of the row. Nothing is lost:
whatever comes in is accepted or lies in quarantine.
"""

from __future__ import annotations

import duckdb
import pytest
from extracts import (
    PERIOD,
    all_regions,
    csv_bytes,
    member,
    pull_project,
    register_project,
)

from coverage_lib.config import Settings
from coverage_lib.indicators.quality.receipt import receipt_rows
from coverage_lib.intake.store import StoredPeriod

KEPT = ""
REGISTER_ROWS = {
    # what is written in a row of the register -> the reason in quarantine, or KEPT
    "a good row": ({}, KEPT),
    "no national id": ({"NIK": ""}, "NIK: a value was expected"),
    "a national id that lost digits": (
        {"NIK": "1,97101E+15"},
        "NIK: the number as text was expected, a spreadsheet has taken digits away that cannot be put back",
    ),
    "born in the future": (
        {"TANGGAL_LAHIR": "02-06-2025"},
        "TANGGAL LAHIR: a date not after 2025-06-01 was expected",
    ),
    "born on no day": (
        {"TANGGAL_LAHIR": "31-02-1985"},
        "TANGGAL LAHIR: a day as dd-mm-yyyy was expected",
    ),
    "a card number that cannot be read": ({"NO_KPJ": "rusak"}, KEPT),
    "an unknown region": ({"KODE_WILAYAH": "19.99.01.1001"}, KEPT),
    "no region": ({"KODE_WILAYAH": ""}, KEPT),
    "ended before it started": ({"TGL_AKHIR_KEPESERTAAN": "01-01-2019"}, KEPT),
    "starts after the extract": ({"TGL_MULAI_KEPESERTAAN": "01-07-2025"}, KEPT),
    "too old": ({"TANGGAL_LAHIR": "01-01-1890"}, KEPT),
}
CLAIM = {
    "nomor_penetapan": "", "tanggal_transaksi": "30-05-2025", "nomor_kpj": "26000000001",
    "program": "JKM", "jumlah_bayar": "42.000.000", "kode_wilayah": "19.01.01.1001",
}  # fmt: skip
AMOUNTS = {
    # what is written as the amount of a claim -> the reason in quarantine, or KEPT
    "42.000.000": KEPT,
    "-42.000.000": "jumlah_bayar: at least 1 was expected",
    "0": "jumlah_bayar: at least 1 was expected",
    "1.000.000.000.000": KEPT,
    "1.000.000.000.001": "jumlah_bayar: at most 1,000,000,000,000 was expected",
    "42.000.000,50": "jumlah_bayar: an amount in whole rupiah was expected",
    "empat puluh dua juta": "jumlah_bayar: an amount in whole rupiah was expected",
    "": "jumlah_bayar: a value was expected",
}


def quarantined(settings: Settings, stored: StoredPeriod) -> dict[int, str]:
    """Line in the file -> reasons."""
    folder = settings.quarantine / "demo" / str(PERIOD) / stored.account.generation
    found = duckdb.sql(f"SELECT source_line, reasons FROM '{folder}/*.parquet'").fetchall()
    return {line: reasons.removesuffix("; ") for line, reasons in found}


def assert_nothing_is_lost(stored: StoredPeriod) -> None:
    for table in stored.account.tables:
        files = [source for source in stored.account.sources if source.table == table.table]
        kept = duckdb.sql(
            f"SELECT count(*) FROM '{stored.folder / table.table / '*.parquet'}'"
        ).fetchall()
        assert kept == [(table.accepted,)]
        refused = table.rejected + table.duplicates
        assert table.received == table.accepted + refused == sum(f.rows for f in files)
        assert table.rejected == sum(f.rejected for f in files)
        assert refused == sum(rows for _, rows in table.reasons)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, StoredPeriod]:
    folder = tmp_path_factory.mktemp("register")
    told = [member(number, **changes) for number, (changes, _) in enumerate(REGISTER_ROWS.values())]
    twice = member(0, NAMA_LENGKAP="THE SAME CARD AGAIN")
    register_project(folder, {"kepesertaan.csv": csv_bytes([*told, twice])})
    settings, stored, _ = pull_project(folder)
    return settings, stored


def test_what_becomes_of_a_row_of_the_register(
    register: tuple[Settings, StoredPeriod],
) -> None:
    reasons = quarantined(*register)
    for line, (name, (_, expected)) in enumerate(REGISTER_ROWS.items(), start=2):
        assert reasons.pop(line, KEPT) == expected, name
    assert list(reasons.values()) == ["an earlier row has the same key"]
    assert_nothing_is_lost(register[1])


def test_what_the_account_says_of_them(register: tuple[Settings, StoredPeriod]) -> None:
    """Twelve rows came in: five were refused, one of them for its key; one card cannot be read."""
    (rows,) = receipt_rows(register[1].account, "19", PERIOD, "1")
    said = {
        (row["indicator"], row["category"]): (row["numerator"], row["denominator"])
        for row in rows.to_dict("records")
    }
    assert len(REGISTER_ROWS) == 11
    assert said["share_quarantined", "participants"] == (5, 12)
    assert said["uniqueness", "participants"] == (11, 12)
    assert said["validity", "participants:nik"] == (10, 12)
    assert said["validity", "participants:dates"] == (10, 12)
    assert said["validity", "participants:kpj"] == (11, 12)
    assert said["validity", "participants:codes"] == (12, 12)
    assert said["validity", "participants"] == (7, 12)
    assert said["completeness_columns", "participants:nik"] == (10, 12)
    assert said["completeness_columns", "participants:end_date"] == (1, 12)
    assert ("completeness_columns", "participants:npp") not in said  # the file has no such column
    timeliness = rows.set_index("indicator").loc["timeliness_days"]
    assert (timeliness["value"], timeliness["unit"]) == (4, "days")


def test_a_row_of_an_unknown_region_is_kept_under_it(
    register: tuple[Settings, StoredPeriod],
) -> None:
    stored = register[1]
    found = duckdb.sql(
        f"SELECT village_code, count(*) FROM '{stored.folder / 'participants' / '*.parquet'}' GROUP BY 1"
    ).fetchall()
    assert dict(found) == {"19.01.01.1001": 5, "19.00.00.0000": 2}
    assert "19.01.01.1001" in all_regions().by_code


def test_what_becomes_of_an_amount(tmp_path) -> None:
    rows = [
        CLAIM | {"nomor_penetapan": f"P-{number}", "jumlah_bayar": amount}
        for number, amount in enumerate(AMOUNTS)
    ]
    late = CLAIM | {"nomor_penetapan": "P-late", "tanggal_transaksi": "02-06-2025"}
    register_project(tmp_path, {"arsip_klaim.csv": csv_bytes([*rows, late])}, table="claims")
    settings, stored, _ = pull_project(tmp_path)
    reasons = quarantined(settings, stored)
    for line, (amount, expected) in enumerate(AMOUNTS.items(), start=2):
        assert reasons.pop(line, KEPT) == expected, amount
    assert list(reasons.values()) == ["tanggal_transaksi: a date not after 2025-06-01 was expected"]
    assert_nothing_is_lost(stored)


VINTAGE = {
    "TAHUN DATA": "2025",
    "BERLAKU MULAI": "01-01-2025",
    "KODE WILAYAH": "19.01",
    "SUMBER": "BPS",
}
COUNTS = {
    # table -> a row of it, and the column of its count
    "eligible_workers": (VINTAGE | {"SEGMEN": "PU"}, "JUMLAH PEKERJA"),
    "group_potential": (VINTAGE | {"KELOMPOK": "NON_ASN"}, "JUMLAH PEKERJA"),
    "participant_summary": (
        {"BULAN": "06-2025", "TANGGAL DATA": "01-06-2025", "KODE WILAYAH": "19.01", "SEGMEN": "PU"},
        "PESERTA AKTIF",
    ),
    "zone_summary": (
        {"ZONA": "Sumatera", "TANGGAL DATA": "01-06-2025", "KODE PROVINSI": "19",
         "JUMLAH PEKERJA": "700000", "RUANG LINGKUP": "excl_jakon"},
        "PESERTA AKTIF",
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", COUNTS)
def test_a_count_of_more_people_than_there_are_is_refused(tmp_path, table: str) -> None:
    row, column = COUNTS[table]
    place = "KODE PROVINSI" if "KODE PROVINSI" in row else "KODE WILAYAH"
    other = row | {place: "16" if place == "KODE PROVINSI" else "19.02"}
    rows = [row | {column: "100000000"}, other | {column: "100000001"}]
    register_project(tmp_path, {"jumlah.csv": csv_bytes(rows)}, table=table)
    settings, stored, _ = pull_project(tmp_path)
    assert quarantined(settings, stored) == {3: f"{column}: at most 100,000,000 was expected"}
    assert_nothing_is_lost(stored)
