"""What the intake does with bills that cannot be right: the row goes to quarantine, with its reason."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from coverage_lib.intake.checks import REASONS, check_rows
from coverage_lib.intake.places import load_places
from coverage_lib.reference.regions import load_regions
from coverage_lib.sources.files import LINE
from coverage_lib.tables import load_table

TABLE = load_table("contribution_billing")
REGIONS = load_regions()
GOOD = {
    "npp": "ZZ000001", "month": "05-2025", "segment": "PU", "village_code_text": "19.71.01.1004",
    "due_jkk_idr": "24.000,00", "due_jkm_idr": "30.000", "collected_jkk_idr": "24000,00",
    "collected_jkm_idr": "0", "paid_date": "12-06-2025",
}  # fmt: skip


def reasons_of(**changes: str) -> str:
    cells = {column.name: (GOOD | changes).get(column.name, "") for column in TABLE.columns}
    schema = ibis.schema({LINE: "int64"} | dict.fromkeys(cells, "string"))
    raw = ibis.memtable([{LINE: 1, **cells}], schema=schema)
    checked = check_rows(raw, TABLE, REGIONS, date(2025, 6, 17))
    (row,) = ibis.duckdb.connect().to_pyarrow(checked).to_pylist()
    return row[REASONS]


def test_a_good_bill_passes():
    assert reasons_of() == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"due_jht_idr": "-1.000"}, "IURAN JHT: at least 0 was expected"),
        ({"collected_jkk_idr": "-1"}, "BAYAR JKK: at least 0 was expected"),
        ({"due_jkk_idr": "lunas"}, "IURAN JKK: an amount in whole rupiah was expected"),
        ({"paid_date": "18-06-2025"}, "TGL BAYAR: a date not after 2025-06-17 was expected"),
        ({"month": "13-2025"}, "BLTH: a month as mm-yyyy was expected"),
        ({"npp": ""}, "NPP: a value was expected"),
        ({"segment": "XX"}, "SEGMEN: one of PU, BPU, JAKON, PMI"),
    ],
)
def test_what_goes_to_quarantine(changes: dict[str, str], reason: str):
    assert reason in reasons_of(**changes)


@pytest.mark.parametrize("changes", [{"month": "05-2052"}, {"collected_jkk_idr": "999.999"}])
def test_what_passes_and_is_counted_as_a_finding(changes: dict[str, str]):
    """Months to come and overpayments are no fault of a row's form; the measures tell of them."""
    assert reasons_of(**changes) == ""


@pytest.mark.parametrize(
    ("code", "district", "village"),
    [
        ("19.71.01.1004", None, "19.71.01.1004"),
        ("19.71", None, "19.71.00.0000"),
        (None, "Kota Pangkal Pinang", "19.71.00.0000"),
        ("31.71", None, "19.00.00.0000"),
        (None, None, "19.00.00.0000"),
    ],
)
def test_an_employer_stands_in_the_region_that_is_known_of_it(code, district, village):
    assert load_places(REGIONS, "19").village_of(code, [district, None, None]) == village
