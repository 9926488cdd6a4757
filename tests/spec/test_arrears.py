"""Arrears: what is missing of bills that had fallen due, by the months since then."""

import pandas as pd
import pytest
from bills import bills, inputs_of
from text_tables import figure, figures

from coverage_lib.indicators.contributions.arrears import arrears_bands, band_of
from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.periods import Month

INDICATORS = ("arrears_idr", "accounts_in_arrears")

STORY = """employer | segment | month   | village       | due | paid
    Bakery       | PU      | 2025-05 | 19.71.01.1004 | 100 |  40
    Bakery       | PU      | 2025-04 | 19.71.01.1004 | 100 | 130
    Builder      | PU      | 2025-05 | 19.01.01.1001 | 200 |
    Builder      | PU      | 2025-02 | 19.01.01.1001 | 300 |
    Builder      | JAKON   | 2024-04 | 19.01.01.1001 | 400 | 400
    Builder      | JAKON   | 2023-05 | 19.01.01.1001 | 500 | 100
    Fishers      | BPU     | 2025-06 | 19.71.01.1004 | 999 |"""


def measured(text: str = STORY) -> pd.DataFrame:
    return pd.concat(contribution_measures(inputs_of(contribution_billing=bills(text)), "1"))


def test_rupiah_by_age():
    """On 17 June 2025 May is 1 month old. June had not to be paid yet; April's surplus stays April's."""
    rows = measured()
    assert figure(rows, "arrears_idr")["value"] == 60 + 200 + 300 + 400
    assert figures(rows, "arrears_idr", dimension="arrears_age") == {
        "1-3": 260, "4-6": 300, "7-12": 0, "13-24": 0, "25+": 400,
    }  # fmt: skip


def test_an_account_has_the_age_of_its_oldest_month():
    """Builder has two accounts: wage earners (since February) and construction (since May 2023)."""
    rows = measured()
    assert figure(rows, "accounts_in_arrears")["value"] == 3
    assert figures(rows, "accounts_in_arrears", dimension="arrears_age") == {
        "1-3": 1, "4-6": 1, "7-12": 0, "13-24": 0, "25+": 1,
    }  # fmt: skip
    assert figures(rows, "accounts_in_arrears", dimension="segment") == {
        "PU": 2, "BPU": 0, "JAKON": 1, "PMI": 0,
    }  # fmt: skip
    assert figure(rows, "accounts_in_arrears", of="19.01")["value"] == 2


def test_an_account_that_moved_counts_where_its_latest_month_in_arrears_is_billed():
    rows = measured("""employer | month | village | due | paid
        Bakery | 2025-03 | 19.01.01.1001 | 10 | 0
        Bakery | 2025-04 | 19.71.01.1004 | 10 | 0""")
    assert figure(rows, "accounts_in_arrears", of="19.71")["value"] == 1
    assert figure(rows, "accounts_in_arrears", of="19.01")["value"] == 0
    assert figure(rows, "arrears_idr", of="19.01")["value"] == 10


@pytest.mark.parametrize(
    ("month", "band"),
    [
        ("2025-05", "1-3"), ("2025-03", "1-3"), ("2025-02", "4-6"), ("2024-12", "4-6"),
        ("2024-11", "7-12"), ("2024-06", "7-12"), ("2024-05", "13-24"), ("2023-06", "13-24"),
        ("2023-05", "25+"), ("2019-01", "25+"),
    ],
)  # fmt: skip
def test_where_bands_begin_and_end(month: str, band: str):
    assert band_of(month, Month(2025, 5)) == band


def test_bands_begin_at_the_first_month():
    assert arrears_bands()[0].first_month == 1
