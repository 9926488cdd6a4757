"""Values as they really occur: what is read, by which rule, and what is never guessed.

A line is a cell as it comes in, what it is taken for, and the rule that the account counts it
under. NO is a cell that cannot be read (LOST and TWO say why); nothing is a missing one.
"""

from __future__ import annotations

from datetime import date

import ibis
import pytest
from extracts import all_regions
from hypothesis import given, settings
from hypothesis import strategies as st
from text_tables import read_text

from coverage_lib.intake.checks import LEFT_OUT, REASONS, REPAIRS, check_rows, listed_repairs
from coverage_lib.intake.national_ids import DIGITS_LOST
from coverage_lib.intake.values import TWO_NUMBERS
from coverage_lib.sources.files import LINE
from coverage_lib.tables import Column, Table

DAYS = """
cell                | value      | rule
01-06-2025          | 2025-06-01 |
1-6-2025            | 2025-06-01 |
2025-06-01          | 2025-06-01 |
01/06/2025          | 2025-06-01 | date_separator
1/6/2025            | 2025-06-01 | date_separator
01.06.2025          | 2025-06-01 | date_separator
2025/06/01          | 2025-06-01 | date_separator
20250601            | 2025-06-01 | date_without_separators
2025-06-01 00:00:00 | 2025-06-01 | time_of_day
01/06/2025 07:30    | 2025-06-01 | time_of_day
1/6/25              | 2025-06-01 | two_digit_year
01-Jun-25           | 2025-06-01 | two_digit_year
1/6/49              | 2049-06-01 | two_digit_year
17-08-85            | NO         |
1/6/50              | NO         |
31/12/99            | NO         |
1 Juni 2025         | 2025-06-01 | month_name
1 Jun 2025          | 2025-06-01 | month_name
1 June 2025         | 2025-06-01 | month_name
17 Agustus 1985     | 1985-08-17 | month_name
17 Agt 1985         | 1985-08-17 | month_name
17-AGU-1985         | 1985-08-17 | month_name
17 Ags 1985         | 1985-08-17 | month_name
17 Aug 1985         | 1985-08-17 | month_name
1 Mei 2025          | 2025-05-01 | month_name
1 May 2025          | 2025-05-01 | month_name
2 Okt 2024          | 2024-10-02 | month_name
3 Des 2024          | 2024-12-03 | month_name
45809               | 2025-06-01 | excel_serial
45809.0             | 2025-06-01 | excel_serial
41300               | 2013-01-26 | excel_serial
10685               | NO         |
10685.0             | NO         |
41299               | NO         |
-                   |            | missing_word
#N/A                |            | missing_word
NULL                |            | missing_word
06/25/2025          | NO         |
31/04/2025          | NO         |
30 Feb 2024         | NO         |
1 Jumi 2025         | NO         |
01-06/2025          | NO         |
45809,5             | NO         |
99999               | NO         |
4580                | NO         |
20251301            | NO         |
"""
BIRTH_DAYS = """
cell     | value      | rule
1/6/25   | 2025-06-01 | two_digit_year
2/6/25   | 1925-06-02 | two_digit_year
31-12-99 | 1999-12-31 | two_digit_year
29-02-00 | 2000-02-29 | two_digit_year
29-02-01 | NO         |
10685    | NO         |
"""
PAID_DAYS = """
cell     | value      | rule
1/6/25   | 2025-06-01 | two_digit_year
2/6/25   | NO         |
17-08-85 | 1985-08-17 | two_digit_year
31/12/99 | 1999-12-31 | two_digit_year
1/1/24   | 2024-01-01 | two_digit_year
"""
START_DAYS = """
cell     | value      | rule
01/12/78 | 2078-12-01 | two_digit_year
01/12/99 | NO         |
"""
MONTHS = """
cell        | value      | rule
06-2025     | 2025-06-01 |
2025-06     | 2025-06-01 |
06/2025     | 2025-06-01 | date_separator
2025/06     | 2025-06-01 | date_separator
202506      | 2025-06-01 | date_without_separators
Juni 2025   | 2025-06-01 | month_name
Jun-2025    | 2025-06-01 | month_name
Agt 2024    | 2024-08-01 | month_name
Jun-25      | 2025-06-01 | two_digit_year
1/6/25      | 2025-06-01 | full_date
62025       | 2025-06-01 | leading_zeros
11999       | 1999-01-01 | leading_zeros
17-06-2025  | 2025-06-01 | full_date
17 Jun 2025 | 2025-06-01 | full_date
2025-06-17  | 2025-06-01 | full_date
nan         |            | missing_word
45809       | NO         |
45809.0     | NO         |
02025       | NO         |
62125       | NO         |
Jun-78      | NO         |
13-2025     | NO         |
202513      | NO         |
06-25       | NO         |
"""
MONEY = """
cell           | value   | rule
1.234.567,00   | 1234567 |
1234567        | 1234567 |
Rp 16.800      | 16800   | currency_sign
Rp16.800,00    | 16800   | currency_sign
IDR 16.800     | 16800   | currency_sign
16.800,-       | 16800   | currency_sign
1 234 567      | 1234567 | thousands_blanks
1\u00a0234\u00a0567 | 1234567 | thousands_blanks
(1.000)        | -1000   | negative_in_brackets
–              |         | missing_word
1500000,00     | 1500000 |
1.500,000      | 1500    |
0,000          | 0       |
150.000        | 150000  |
150,000        | TWO     |
-150,000       | TWO     |
Rp 150,000     | NO      |
(150,000)      | NO      |
190,491        | TWO     |
1.234.567,89   | NO      |
1 23           | NO      |
16.8           | NO      |
1,5E+06        | NO      |
"""
PLAIN_MONEY = """
cell     | value  | rule
150,000  | 150000 |
150.00   | 150    |
1500.000 | 1500   |
150.000  | TWO    |
"""
DECIMALS = """
cell         | value      | rule
1.234.567,89 | 1234567.89 |
57,17        | 57.17      |
190,491      | 190.491    | ambiguous_number
57.170       | 57170.0    | ambiguous_number
0,125        | 0.125      |
57,17 %      | 57.17      | percent_sign
57,17%       | 57.17      | percent_sign
(2,5)        | -2.5       | negative_in_brackets
57.17        | NO         |
"""
PLAIN_DECIMALS = """
cell         | value      | rule
1,234,567.89 | 1234567.89 |
57.17        | 57.17      |
190,491      | 190491.0   | ambiguous_number
190.491      | 190.491    | ambiguous_number
57,17        | NO         |
"""
NATIONAL_IDS = """
cell                 | value            | rule
1971011708850000     | 1971011708850000 |
'1971011708850000    | 1971011708850000 | quotes_or_blanks
1971 0117 0885 0000  | 1971011708850000 | quotes_or_blanks
NIK 1971011708850000 | 1971011708850000 | label
1971011708850000.0   | 1971011708850000 | decimal_zero
1971012902840000     | 1971012902840000 |
1971016902000000     | 1971016902000000 |
9171011708850000     | 9171011708850000 |
9171011708850000.0   | LOST             |
1,97101E+15          | LOST             |
1.97101170885E+15    | LOST             |
197101170885000      | LOST             |
19710117088500001    | NO               |
1971012902850000     | NO               |
1971013102850000     | NO               |
1971013106850000     | NO               |
1971010008850000     | NO               |
9971011708850000     | NO               |
1900011708850000     | NO               |
1971001708850000     | NO               |
"""
CARDS = """
cell          | value       | rule
26133068531   | 26133068531 |
"26133068531" | 26133068531 | quotes_or_blanks
26133068531.0 | 26133068531 | decimal_zero
KPJ: 26133068531 | 26133068531 | label
123456789     | 00123456789 | leading_zeros
2,61331E+10   | LOST        |
00000000000   | NO          |
1234567       | NO          |
"""
REGION_CODES = """
cell       | value         | rule
19.71      | 19.71         |
1903       | 19.03         | code_without_dots
1971011004 | 19.71.01.1004 | code_without_dots
1999       | NO            |
"""
BPS_CODES = """
cell       | value         | rule
19.03      | 19.03         |
1903       | 19.05         | code_bridged
1901090    | 19.01.01      | code_bridged
1901090018 | 19.01.01.1001 | code_bridged
1999       | NO            |
"""
SPECS = [
    ("date", DAYS, {}), ("date", BIRTH_DAYS, {"name": "birth_date"}), ("month", MONTHS, {}),
    ("date", PAID_DAYS, {"not_after_as_of": True}),
    ("date", START_DAYS, {"earliest_year": 1979}), ("integer", MONEY, {}),
    ("money", MONEY, {}), ("money", PLAIN_MONEY, {"number_style": "plain"}), ("decimal", DECIMALS, {}),
    ("decimal", PLAIN_DECIMALS, {"number_style": "plain"}), ("nik", NATIONAL_IDS, {}),
    ("kpj", CARDS, {}), ("region", REGION_CODES, {}),
    ("region", BPS_CODES, {"code_system": "bps"}),
]  # fmt: skip
EXPECTED = {"NO": "expected; ", "LOST": DIGITS_LOST, "TWO": TWO_NUMBERS}


def column_of(type_: str, **more: object) -> Column:
    plain: dict[str, object] = {
        "name": "kolom", "label": {"id": "Kolom", "en": "Column"}, "type": type_,
        "aliases": ("KOLOM",), "required": True, "not_null": False, "sensitivity": "public",
        "store": "keep", "store_as": "kolom", "codes": {}, "minimum": None,
        "not_after_as_of": False, "on_invalid": "reject", "allow": (),
    }  # fmt: skip
    return Column(**(plain | more))  # type: ignore[arg-type]


def readings(cells: list[str], *columns: Column) -> list[dict[str, object]]:
    """What becomes of rows that have a cell in all the columns."""
    title = {"id": "Daftar", "en": "List"}
    table = Table("daftar", title, title, (), "one", "indonesian", None, columns)
    names = [column.name for column in columns]
    schema = ibis.schema({LINE: "int64"} | dict.fromkeys(names, "string"))
    data = [{LINE: line} | dict.fromkeys(names, cell) for line, cell in enumerate(cells)]
    rows = ibis.memtable(data, schema=schema)
    checked = check_rows(rows, table, all_regions(), date(2025, 6, 1)).order_by(LINE)
    found: list[dict[str, object]] = ibis.duckdb.connect().to_pyarrow(checked).to_pylist()
    return found


@pytest.mark.parametrize(("type_", "spec", "more"), SPECS)
def test_what_a_cell_is_taken_for(type_: str, spec: str, more: dict[str, object]) -> None:
    column = column_of(type_, **more)
    lines = read_text(spec).to_dict("records")
    wrong = []
    for line, row in zip(lines, readings([line["cell"] for line in lines], column), strict=True):
        expected = line["value"] or ""
        value = "" if row[column.name] is None else str(row[column.name])
        rules = [rule for _, rule in listed_repairs(str(row[REPAIRS]))]
        if expected in EXPECTED:
            good = value == "" and EXPECTED[expected] in str(row[REASONS])
        else:
            good = value == expected and not row[REASONS]
        if not good or rules != ([line["rule"]] if line["rule"] else []):
            wrong.append(f"{line}: {value!r}, {rules}, {row[REASONS]}")
    assert not wrong, "\n".join(wrong)


def test_an_id_of_another_birth_date_is_kept_and_counted() -> None:
    columns = (
        column_of("nik", name="nik", aliases=("NIK",)),
        column_of("date", name="birth_date", aliases=("TGL",)),
    )
    table = Table("daftar", {}, {}, (), "one", "indonesian", None, columns)
    schema = ibis.schema({LINE: "int64", "nik": "string", "birth_date": "string"})
    cells = [
        ("1971011708850000", "17-08-1985"), ("1971015708850000", "17-08-1985"),
        ("1971011708850000", "18-08-1985"), ("1971011708850000", ""), ("", "18-08-1985"),
    ]  # fmt: skip
    rows = ibis.memtable([(line, *pair) for line, pair in enumerate(cells)], schema=schema)
    checked = check_rows(rows, table, all_regions(), None).order_by(LINE)
    found = ibis.duckdb.connect().to_pyarrow(checked).to_pylist()
    assert [row[REPAIRS] for row in found] == ["", "", "nik: nik_birth_date_differs; ", "", ""]
    assert not any(row[REASONS] or row[LEFT_OUT] for row in found)


days = st.dates(date(1930, 1, 1), date(2025, 6, 1))
national_ids = st.builds(
    lambda day, woman, serial: f"197101{day.day + 40 * woman:02d}{day:%m%y}{serial:04d}",
    days, st.booleans(), st.integers(0, 9999),
)  # fmt: skip
cards = st.integers(10_000_000, 99_999_999_999).map(lambda number: f"{number:011d}")
amounts = st.integers(-999_999_999_999, 999_999_999_999)
MONTHS_SAID = ("Jan", "Peb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nop", "Des")


def damaged_ids(number: str) -> list[str]:
    """What spreadsheets and typing make of a number."""
    return [
        number, f"'{number}", f'"{number}"', f" {number[:4]} {number[4:]}\u00a0", f"{number}.0",
        f"NIK {number}", number.lstrip("0"), number[:-1], number[1:], number + number[-1],
        f"{float(number):.5E}", f"{float(number):.10E}".replace(".", ","), str(float(number)),
        number[:5] + "X" + number[6:],
    ]  # fmt: skip


def damaged_days(day: date) -> list[str]:
    said = MONTHS_SAID[day.month - 1]
    serial = str((day - date(1899, 12, 30)).days)
    return [
        f"{day:%d-%m-%Y}", f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}", f"{day} 00:00:00", f"{day.day} {said} {day.year}",
        f"{day.day}-{said}-{day.year}", *([serial] if not "01" <= serial[1:3] <= "12" else []),
    ]  # fmt: skip


def damaged_amounts(amount: int) -> list[str]:
    grouped = f"{amount:,}".replace(",", ".")
    more = [f"Rp {grouped}", f"{grouped},-", f"{grouped},00", grouped.replace(".", "\u00a0")]
    return [str(amount), grouped, *more, *([f"({grouped[1:]})"] if amount < 0 else [])]


@settings(max_examples=10)
@given(st.lists(national_ids, min_size=5, max_size=20), st.lists(cards, min_size=5, max_size=20))
def test_a_damaged_number_is_itself_or_nobody_s(ids: list[str], numbers: list[str]) -> None:
    for type_, drawn in (("nik", ids), ("kpj", [one for one in numbers if one[0] != "0"])):
        cells = [(one, cell) for one in drawn for cell in damaged_ids(one)]
        read = readings([cell for _, cell in cells], column_of(type_)) if cells else []
        for (one, cell), row in zip(cells, read, strict=True):
            # A card number of fewer digits is one whose zeros were lost: that is its form.
            if type_ == "kpj" and cell.isdigit() and len(cell) < 11:
                continue
            assert row["kolom"] in (one, None), cell


@settings(max_examples=10)
@given(st.lists(days, min_size=1, max_size=20), st.lists(amounts, min_size=1, max_size=20))
def test_days_and_amounts_in_other_forms_are_the_same(drawn: list[date], money: list[int]) -> None:
    for type_, pairs in (
        ("date", [(day, cell) for day in drawn for cell in damaged_days(day)]),
        ("money", [(amount, cell) for amount in money for cell in damaged_amounts(amount)]),
    ):
        read = readings([cell for _, cell in pairs], column_of(type_))
        assert [row["kolom"] for row in read] == [value for value, _ in pairs]
