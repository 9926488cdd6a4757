"""Scholarships: children counted once, rupiah summed, and the most that the law allows."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.payments import scholarship_maximum_rows, scholarship_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

PAID = """
    paid_date  | child_key | claim_key | school_level | programme | village_code  | amount_idr
    2025-01-10 | Ani       | a1        | SMP          | JKM       | 19.71.01.1004 | 2,000,000
    2025-06-17 | Ani       | a2        | SMA          | JKM       | 19.01.01.1001 | 3,000,000
    2025-02-10 | Budi      | b1        | SD           | JKK       | 19.71.01.1004 | 1,500,000
    2025-03-10 |           | c1        | TK           | JKK       | 19.71.01.1004 | 1,500,000
    2025-03-10 |           | d1        | TK           | JKK       | 19.71.01.1004 | 1,500,000
    2025-06-18 | Eka       | e1        | PT           | JKK       | 19.71.01.1004 | 12,000,000
    """


def measured() -> pd.DataFrame:
    return scholarship_rows(
        to_engine(read_text(PAID)), Month(2025, 6), date(2025, 6, 17), load_regions(), "19", "1"
    )


def test_a_child_counts_once_and_each_payment_in_the_amount():
    """Two rows without a usable id are two children; the day after the as-of day is not read."""
    rows = measured()
    assert figure(rows, "scholarship_children")["value"] == 4
    assert figure(rows, "scholarship_amount_idr")["value"] == 9_500_000


def test_a_child_counts_where_its_latest_payment_was():
    rows = measured()
    assert figures(rows, "scholarship_children", dimension="school_level") == {
        "TK": 2, "SD": 1, "SMP": 0, "SMA": 1, "PT": 0,
    }  # fmt: skip
    assert figure(rows, "scholarship_children", of="19.01")["value"] == 1
    assert figure(rows, "scholarship_children", of="19.71")["value"] == 3


def test_by_programme():
    rows = measured()
    assert figures(rows, "scholarship_children", dimension="programme") == {"JKK": 3, "JKM": 1}
    assert figures(rows, "scholarship_amount_idr", dimension="programme") == {
        "JKK": 4_500_000,
        "JKM": 5_000_000,
    }


def test_the_most_that_the_law_allows_is_the_same_in_every_region():
    """Two children, each: TK 2 x 1.5, SD 6 x 1.5, SMP 3 x 2, SMA 3 x 3, PT 5 x 12 million."""
    rows = scholarship_maximum_rows(load_regions(), Month(2025, 6), "1")
    assert set(rows["value"]) == {174_000_000.0}
    assert {"19", "19.71", "19.71.01", "19.71.01.1004"} <= set(rows["region_code"])
    assert rows["denominator_source"].str.contains("PP 82/2019").all()


def test_before_the_regulation_there_is_no_maximum():
    with pytest.raises(ReferenceDataError, match=r"scholarship_amount_per_year_idr\.yml"):
        scholarship_maximum_rows(load_regions(), Month(2019, 11), "1")
