"""What each type of the data dictionary makes of a cell, as tables that can be read.

One line of a table: the cell as it comes in, and the value that goes on, or NO where the
row goes to quarantine. A blank cell is missing, never wrong. What is read in another than its
standard form is in `tests/spec/test_values.py`.
"""

from __future__ import annotations

from datetime import date

import ibis
import pytest
from extracts import national_id
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.intake.checks import _EXPECTED, MOST_LISTED_CODES, REASONS, check_rows
from coverage_lib.intake.national_ids import DIGITS_LOST
from coverage_lib.intake.values import MISSING_WORDS
from coverage_lib.reference.regions import load_regions
from coverage_lib.sources.files import LINE
from coverage_lib.tables import Column, Table

REGIONS = load_regions()
NO = object()


def column_of(type_: str, **more) -> Column:
    plain = {
        "name": "kolom", "label": {"id": "Kolom", "en": "Column"}, "type": type_,
        "aliases": ("KOLOM", "LAIN"), "required": True, "not_null": False, "sensitivity": "public",
        "store": "keep", "store_as": "kolom", "codes": {}, "minimum": None,
        "not_after_as_of": False, "on_invalid": "reject", "allow": (),
    }  # fmt: skip
    return Column(**(plain | more))


def check(rows, *columns: Column, style: str = "indonesian", as_of: date | None = None):
    """(values by column, reasons) of each row; rows are texts, or tuples of texts."""
    tuples = [row if isinstance(row, tuple) else (row,) for row in rows]
    schema = {LINE: "int64"} | {column.name: "string" for column in columns}
    data = {LINE: list(range(len(tuples)))} | {
        column.name: [row[place] for row in tuples] for place, column in enumerate(columns)
    }
    title = {"id": "Daftar", "en": "List"}
    table = Table("daftar", title, title, (), "one", style, None, columns)
    raw = ibis.memtable(data, schema=ibis.schema(schema))
    checked = check_rows(raw, table, REGIONS, as_of).order_by(LINE)
    return [
        ({column.name: row[column.name] for column in columns}, row[REASONS])
        for row in ibis.duckdb.connect().to_pyarrow(checked).to_pylist()
    ]


def assert_reads(spec, column: Column, style: str = "indonesian") -> None:
    wrong = []
    for (text, expected), (values, reasons) in zip(
        spec, check([text for text, _ in spec], column, style=style), strict=True
    ):
        value = NO if reasons else values["kolom"]
        if value != expected or (value is not NO and type(value) is not type(expected)):
            wrong.append(f"{text!r}: {value!r} where {expected!r} was expected ({reasons})")
    assert not wrong, "\n".join(wrong)


BLANK = [("", None), ("   ", None), (None, None), ("\t\r\n", None)]

MONEY = [
    ("1234567", 1_234_567),
    ("1.234.567", 1_234_567),
    ("1.234.567,00", 1_234_567),
    ("Rp 1.234.567", 1_234_567),
    ("rp1.000", 1_000),
    ("Rp. 1.000,00", 1_000),
    ("Rp 12.000", 12_000),
    ("-5.000", -5_000),
    ("0", 0),
    ("999999999999999999", 999_999_999_999_999_999),
    ("1.234.567,50", NO),  # rupiah are whole
    ("1,234,567", NO),
    ("1234.567", NO),  # a dot stands before every three digits or before none
    ("1.23.456", NO),
    ("1,5E+06", NO),
    ("1000000000000000000000", NO),
    ("seribu", NO),
    ("Rp", NO),
    ("--5", NO),
    ("=1+1", NO),
]
DECIMAL = [
    ("57,17", 57.17),
    ("57", 57.0),
    ("1.234,5", 1234.5),
    ("-0,25", -0.25),
    ("57.17", NO),  # in an Indonesian file this dot cannot be a decimal one
    (",5", NO),
    ("5,", NO),
]
PLAIN_DECIMAL = [
    ("57.17", 57.17),
    ("1234567", 1_234_567.0),
    ("-0.25", -0.25),
    ("57,17", NO),
    ("1.234.567", NO),
]
INTEGER = [
    ("12", 12),
    ("1.200", 1_200),
    ("12,0", 12),
    ("-3", -3),
    ("12,5", NO),
    ("1.2", NO),
    ("dua", NO),
    ("1,97101E+15", NO),
]
DATE = [
    ("01-06-2025", date(2025, 6, 1)),
    ("1-6-2025", date(2025, 6, 1)),
    ("2025-06-01", date(2025, 6, 1)),  # a date cell of Excel
    ("29-02-2024", date(2024, 2, 29)),
    ("29-02-2025", NO),
    ("31-04-2025", NO),
    ("00-06-2025", NO),
    ("13-13-2025", NO),
    ("06-31-2025", NO),
]
MONTH = [
    ("06-2025", date(2025, 6, 1)),
    ("6-2025", date(2025, 6, 1)),
    ("2025-06", date(2025, 6, 1)),
    ("13-2025", NO),
    ("00-2025", NO),
]
FLAG = [
    ("Y", True),
    ("y", True),
    ("YA", True),
    ("1", True),
    ("x", True),
    ("N", False),
    ("T", False),
    ("Tidak", False),
    ("0", False),
    ("-", False),
    ("", False),
    ("  ", False),
    (None, False),
    ("2", NO),
    ("YES", NO),
]
CODE = [
    ("PU", "PU"),
    ("pu", "PU"),
    (" BPU ", "BPU"),
    ("Kepala Desa", "village_head"),
    ("KEPALA DESA", "village_head"),
    ("PBPU", NO),
    ("P U", NO),
]
NIK = [
    (national_id(1), national_id(1)),
    (f"'{national_id(1)}", national_id(1)),
    (f'"{national_id(1)}"', national_id(1)),
    (f"{national_id(1)}.0", national_id(1)),
    ("1971 0117 0885 0000", "1971011708850000"),
    ("1971015708850000", "1971015708850000"),  # a woman: day 17 + 40
    ("1971013112850000", "1971013112850000"),
    ("1971017112850000", "1971017112850000"),
    ("1971010012850000", NO),  # day 00
    ("1971013212850000", NO),  # day 32
    ("1971014012850000", NO),  # day 00 of a woman
    ("1971017212850000", NO),
    ("1971011713850000", NO),  # month 13
    ("1971011700850000", NO),
    ("0971011708850000", NO),  # no region begins with 0
    ("197101170885000", NO),
    ("19710117088500000", NO),
    ("1,97101E+15", NO),  # what Excel leaves of one
    ("1971011708850000,5", NO),
    ("197101170885000X", NO),
    ("١٩٧١٠١١٧٠٨٨٥٠٠٠٠", NO),
]
KPJ = [
    ("26133068531", "26133068531"),
    ('"26133068531"', "26133068531"),
    ("26133068531.0", "26133068531"),
    ("26133 068 531", "26133068531"),
    ("123456789", "00123456789"),  # Excel dropped the leading zeros
    ("00000000000", NO),  # how some lists write "none"; the column decides what becomes of it
    ("1234567", NO),
    ("261330685311", NO),
    ("2613306853A", NO),
]
REGION = [
    ("19", "19"),
    ("19.71", "19.71"),
    ("19.71.01", "19.71.01"),
    ("19.01.01.1001", "19.01.01.1001"),
    ("14", "14"),
    ("19.00", "19.00"),
    ("19.00.00.0000", "19.00.00.0000"),
    ("19.71.00", "19.71.00"),
    ("19.71.00.0000", "19.71.00.0000"),
    ("19.71.01.0000", "19.71.01.0000"),
    ("ID", "ID"),  # allowed by this column
    ("98", NO),
    ("98.00", NO),
    ("19.99", NO),
    ("19.99.00", NO),
    ("19.71.01.9999", NO),
    ("19.000", NO),
    ("19.0000", NO),
    ("19.71.00.1001", NO),
    ("19.00.01", NO),
    ("Babel", NO),
]
MANY = {f"K{number}": "x" for number in range(MOST_LISTED_CODES + 1)}
CODES = {"PU": "PU", "BPU": "BPU", "Kepala Desa": "village_head"}
TEXT = [("Perda 1", "Perda 1"), ("  Perda ", "Perda"), ("=1+1", "=1+1"), ("-", "-")]


@pytest.mark.parametrize(
    ("column", "spec"),
    [
        (column_of("money"), MONEY + BLANK),
        (column_of("decimal"), DECIMAL + BLANK),
        (column_of("integer"), INTEGER + BLANK),
        (column_of("date"), DATE + BLANK),
        (column_of("month"), MONTH + BLANK),
        (column_of("flag"), FLAG),
        (column_of("code", codes=CODES), CODE + BLANK),
        (column_of("nik"), NIK + BLANK),
        (column_of("kpj"), KPJ + BLANK),
        (column_of("region", allow=("ID",)), REGION + BLANK),
        (column_of("text"), TEXT + BLANK),
    ],
    ids=lambda part: part.type if isinstance(part, Column) else "",
)
def test_cells_of_a_type(column, spec):
    assert_reads(spec, column)


def test_numbers_of_a_file_with_decimal_points():
    assert_reads(PLAIN_DECIMAL + BLANK, column_of("decimal"), style="plain")


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (column_of("nik"), "12", "16 digits with a possible birth date were expected"),
        (column_of("kpj"), "12", "a card number of up to 11 digits was expected"),
        (column_of("date"), "12", "a day as dd-mm-yyyy was expected"),
        (column_of("month"), "12", "a month as mm-yyyy was expected"),
        (column_of("money"), "x", "an amount in whole rupiah was expected"),
        (column_of("integer"), "x", "a whole number was expected"),
        (column_of("decimal"), "x", "a number was expected"),
        (column_of("code", codes=CODES), "x", "one of PU, BPU, Kepala Desa was expected"),
        (
            column_of("code", codes=MANY),
            "x",
            "one of the codes of the data dictionary was expected",
        ),
        (column_of("flag"), "ya?", "Y or nothing was expected"),
        (column_of("region"), "x", "a known region code was expected"),
        (column_of("text", not_null=True), " ", "a value was expected"),
        (column_of("money", minimum=1), "0", "at least 1 was expected"),
    ],
    ids=lambda part: part.type if isinstance(part, Column) else "",
)
def test_a_reason_names_the_column_and_what_was_expected(column, text, reason):
    ((_, reasons),) = check([text], column)
    assert reasons == f"KOLOM: {reason}; "


def test_all_faults_of_a_row_are_listed_in_the_order_of_the_columns():
    columns = (
        column_of("nik", name="nik", aliases=("NIK",)),
        column_of("text", name="name", aliases=("NAMA",), not_null=True),
        column_of("date", name="day", aliases=("TGL",)),
    )
    good, bad, worse = check(
        [(national_id(1), "x", "01-06-2025"), ("1", "x", "1"), ("1", "", "1")], *columns
    )
    assert good[1] == ""
    assert [part.split(":")[0] for part in bad[1].split("; ")] == ["NIK", "TGL", ""]
    assert [part.split(":")[0] for part in worse[1].split("; ")] == ["NIK", "NAMA", "TGL", ""]


@pytest.mark.parametrize(
    ("text", "minimum", "good"),
    [("5", 5, True), ("4", 5, False), ("-1", 0, False), ("0", 0, True), ("", 5, True)],
)
def test_minimum(text, minimum, good):
    ((_, reasons),) = check([text], column_of("integer", minimum=minimum))
    assert (reasons == "") == good


def test_a_date_after_the_extract_s_own_cannot_be():
    column = column_of("date", not_after_as_of=True)
    texts = ["31-05-2025", "01-06-2025", "02-06-2025", ""]
    found = [reasons for _, reasons in check(texts, column, as_of=date(2025, 6, 1))]
    assert [bool(reasons) for reasons in found] == [False, False, True, False]
    assert "not after 2025-06-01" in found[2]
    assert not any(reasons for _, reasons in check(texts, column))  # without a date nothing is late


@pytest.mark.parametrize("type_", ["kpj", "nik", "date"])
def test_a_value_that_may_be_left_out_does_not_cost_the_row(type_):
    column = column_of(type_, on_invalid="keep_without")
    good = {"kpj": "26133068531", "nik": national_id(1), "date": "01-06-2025"}[type_]
    (kept, lost) = check([good, "1,97101E+15"], column)
    assert kept[0]["kolom"] is not None
    assert (lost[0]["kolom"], lost[1]) == (None, "")


TYPES = ("code", "integer", "decimal", "money", "date", "month", "flag", "nik", "kpj", "region")
REASONS_THERE_ARE = (
    {f"{type_}: {_EXPECTED[type_]}" for type_ in TYPES if type_ != "code"}
    | {"code: one of PU, BPU, Kepala Desa was expected"}
    | {f"{type_}: {DIGITS_LOST}" for type_ in ("nik", "kpj")}
)
cells = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("0123456789.,-/ RpE+'\"", max_size=20),
    st.dates().map(lambda day: f"{day:%d-%m-%Y}"),
    st.integers().map(str),
)


@settings(max_examples=10)
@given(st.lists(cells, min_size=1, max_size=40))
def test_any_cell_has_a_value_or_a_reason_that_does_not_quote_it(texts):
    columns = tuple(
        column_of(type_, name=type_, aliases=(type_,), codes=CODES if type_ == "code" else {})
        for type_ in TYPES
    )
    for text, (values, reasons) in zip(
        texts, check([(text,) * len(columns) for text in texts], *columns), strict=True
    ):
        faults = [part for part in reasons.split("; ") if part]
        assert set(faults) <= REASONS_THERE_ARE
        blamed = {fault.partition(":")[0] for fault in faults}
        for type_ in TYPES:
            missing = values[type_] is None or (type_ == "flag" and type_ in blamed)
            bare = (text or "").strip(" \t\r\n\v\f").upper()
            blank = bare == "" or bare in MISSING_WORDS
            assert blank or missing == (type_ in blamed)
