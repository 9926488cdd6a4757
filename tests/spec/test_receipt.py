"""What came in: how complete, how soon, how often twice, how much of it was wrong and refused.

Two registers of a pull. A row with a wrong NIK, or with the card number of an earlier row, is refused;
a card number that cannot be read is left out and its row kept.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from text_tables import read_text

from coverage_lib.indicators.quality.receipt import receipt_rows
from coverage_lib.intake.pull_account import PullAccount, SourceAccount
from coverage_lib.periods import Month
from coverage_lib.tables import load_table

INDICATORS = (
    "completeness_rows", "completeness_columns", "timeliness_days", "uniqueness", "validity",
    "share_quarantined",
)  # fmt: skip

CAME_IN = """
as of      | received   | rows | rows that the sender declares | wrong NIK | unreadable card number | card number twice | missing column
2025-05-01 | 2025-05-06 | 100  | 125                           | 2         | 4                      | 1                 | sex
2025-06-01 | 2025-06-04 | 110  |                               |           | 11                     |                   |
"""
MEASURED = """
as of      | indicator            | category             | numerator | denominator | value
2025-05-01 | completeness_rows    | participants         | 100       | 125         | 80
2025-06-01 | completeness_rows    | participants         | 110       | 100         | 110
2025-05-01 | completeness_columns | participants         | 21        | 22          | 95.454545
2025-06-01 | completeness_columns | participants         | 22        | 22          | 100
2025-05-01 | completeness_columns | participants:kpj     | 96        | 100         | 96
2025-06-01 | completeness_columns | participants:kpj     | 99        | 110         | 90
2025-05-01 | timeliness_days      | participants         |           |             | 5
2025-06-01 | timeliness_days      | participants         |           |             | 3
2025-05-01 | uniqueness           | participants         | 99        | 100         | 99
2025-06-01 | uniqueness           | participants         | 110       | 110         | 100
2025-05-01 | validity             | participants         | 94        | 100         | 94
2025-05-01 | validity             | participants:nik     | 98        | 100         | 98
2025-05-01 | validity             | participants:kpj     | 96        | 100         | 96
2025-06-01 | validity             | participants         | 99        | 110         | 90
2025-05-01 | share_quarantined    | participants         | 3         | 100         | 3
2025-06-01 | share_quarantined    | participants         | 0         | 110         | 0
"""


def file_of(line: dict[str, str]) -> SourceAccount:
    """One file as the pull's account has it."""
    told = {name: int(cell) if cell and cell.isdigit() else 0 for name, cell in line.items()}
    rows, absent = told["rows"], line["missing column"]
    faults = {
        "NIK: a value was expected": told["wrong NIK"],
        "KPJ: a card number of up to 11 digits was expected": told["unreadable card number"],
        "an earlier row has the same key": told["card number twice"],
    }
    names = [column.name for column in load_table("participants").columns if column.name != absent]
    filled = dict.fromkeys(names, rows) | {"kpj": rows - told["unreadable card number"]}
    return SourceAccount(
        name=line["as of"],
        table="participants",
        producer="Kantor contoh",
        as_of=date.fromisoformat(line["as of"]),
        received=date.fromisoformat(line["received"]) if line["received"] else None,
        simulated=True,
        sha256="",
        rows=rows,
        ignored_columns=(),
        absent_columns=(absent,) if absent else (),
        expected_rows=told["rows that the sender declares"] or None,
        rejected=told["wrong NIK"],
        duplicates=told["card number twice"],
        faults=tuple((text, count) for text, count in faults.items() if count),
        filled=tuple(filled.items()),
    )


def measured(text: str = CAME_IN) -> pd.DataFrame:
    files = tuple(file_of(line) for line in read_text(text).to_dict("records"))
    account = PullAccount("demo", "2025-06", "generation", "key", (), files)
    (rows,) = receipt_rows(account, "19", Month(2025, 6), "1")
    return rows.assign(as_of=rows["as_of"].astype(str))


@pytest.mark.parametrize("line", read_text(MEASURED).to_dict("records"))
def test_what_the_account_of_a_pull_tells(line: dict[str, str]):
    place = ["as_of", "indicator", "category"]
    found = measured().set_index(place).loc[(line["as of"], line["indicator"], line["category"])]
    assert found["value"] == pytest.approx(float(line["value"]))
    for name in ("numerator", "denominator"):
        assert line[name] is None or found[name] == float(line[name])


def test_rows_are_expected_as_declared_or_as_in_the_register_before():
    found = measured().set_index(["indicator", "as_of"]).loc["completeness_rows"]
    assert found["denominator_source"].tolist() == ["declared", "extract before"]
    assert found["denominator_vintage"].tolist() == ["", "2025-05-01"]


def test_what_nobody_noted_is_not_available():
    """Neither the day of receipt nor the number of rows, and no register before to compare with."""
    rows = measured("\n".join(CAME_IN.strip().splitlines()[:1]) + "\n2025-06-01 || 10 ||||| ")
    status = rows.set_index("indicator")["status"]
    assert status["timeliness_days"] == "not_available"
    assert status["completeness_rows"] == "not_available"
