"""Claim ratio: benefits paid over contributions collected, in the months that both tables cover."""

from datetime import date

import pandas as pd
import pytest
from bills import bills, inputs_of
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.indicators.contributions.measures import contribution_measures

INDICATORS = ("claim_ratio",)

BILLS = """employer | segment | month | village | due_jkk | due_jht | paid_jkk | paid_jht
    Bakery  | PU  | 2025-04 | 19.71.01.1004 | 100 | 300 | 100 | 300
    Bakery  | PU  | 2025-05 | 19.71.01.1004 | 100 | 300 | 100 | 100
    Fishers | BPU | 2025-05 | 19.01.01.1001 | 200 |     | 200 |
    Bakery  | PU  | 2025-06 | 19.71.01.1004 | 100 | 300 | 999 | 999"""
CLAIMS = """paid_date | programme | segment | village_code  | amount_idr
    2024-11-02    | JKK       | PU      | 19.71.01.1004 | 7,000
    2025-03-31    | JKK       | PU      | 19.71.01.1004 | 6,000
    2025-04-01    | JKK       | PU      | 19.71.01.1004 | 60
    2025-05-31    | JHT       | PU      | 19.71.01.1004 | 600
    2025-05-31    | JKM       | BPU     | 19.01.01.1001 | 42
    2025-05-31    | JKP       |         |               | 18
    2025-06-02    | JKK       | PU      | 19.71.01.1004 | 5,000"""


def measured(
    billed: str = BILLS, claimed: str = CLAIMS, claims_as_of: date = date(2025, 6, 17)
) -> pd.DataFrame:
    claims = to_engine(read_text(claimed).assign(as_of_date=claims_as_of.isoformat()))
    inputs = inputs_of(contribution_billing=bills(billed), claims=claims)
    return pd.concat(contribution_measures(inputs, "1"))


def test_april_and_may_are_known_on_both_sides():
    """March was not billed, June is not over; 720 of benefits for 800 of contributions."""
    ratio = figure(measured(), "claim_ratio")
    assert (ratio["numerator"], ratio["denominator"], ratio["value"]) == (720, 800, 90)
    assert ratio["denominator_vintage"] == "2025-04..2025-05"


def test_by_programme_and_jkp_has_no_contribution_of_its_own():
    rows = measured()
    found = figures(rows, "claim_ratio", dimension="programme")
    assert (found["JKK"], found["JHT"]) == (15, 150)
    for programme in ("JKM", "JP", "JKP"):
        row = figure(rows, "claim_ratio", dimension="programme", category=programme)
        assert row["status"] == "not_available"
    jkp = figure(rows, "claim_ratio", dimension="programme", category="JKP")
    assert jkp["numerator"] == 18


def test_by_segment_and_claims_of_an_unknown_one_are_not_lost():
    rows = measured()
    found = figures(rows, "claim_ratio", dimension="segment")
    assert (found["PU"], found["BPU"]) == (110, 21)
    unknown = figure(rows, "claim_ratio", dimension="segment", category="unknown")
    assert (unknown["numerator"], unknown["status"]) == (18, "not_available")


def test_of_a_district():
    rows = measured()
    assert figure(rows, "claim_ratio", of="19.01")["value"] == 21
    assert figure(rows, "claim_ratio", of="19.06")["status"] == "not_available"
    assert figure(rows, "claim_ratio", of="19.00")["numerator"] == 18
    assert set(rows.loc[rows["indicator"] == "claim_ratio", "region_code"].str.len()) == {2, 5}


@pytest.mark.parametrize(
    ("claims_as_of", "months"),
    [
        (date(2025, 5, 30), "2025-04"),  # May is not over
        (date(2025, 5, 31), "2025-04..2025-05"),
    ],
)
def test_a_month_counts_once_the_claims_cover_it_whole(claims_as_of: date, months: str):
    ratio = figure(measured(claims_as_of=claims_as_of), "claim_ratio")
    assert ratio["denominator_vintage"] == months
    assert ratio["status"] == "available"


def archive_since(day: str) -> str:
    """The claims of May and June, and one more, paid on a day before them."""
    head, *lines = CLAIMS.splitlines()
    kept = [line for line in lines if line.strip()[:7] in {"2025-05", "2025-06"}]
    return "\n".join([head, f"{day} | JKK | PU | 19.71.01.1004 | 1", *kept])


@pytest.mark.parametrize(
    ("earliest", "months"),
    [
        ("2025-04-30", "2025-05"),
        ("2025-04-02", "2025-04..2025-05"),  # 1 April is Eid al-Fitr: nobody worked before
        ("2025-04-03", "2025-05"),
        ("2025-05-01", "2025-05"),
        ("2025-05-02", "2025-05"),  # 1 May is a holiday
        ("2025-05-05", ""),  # what was paid on Friday the 2nd may be missing
        ("2018-01-02", "2025-04..2025-05"),
    ],
)
def test_the_month_in_which_an_archive_begins_counts_from_its_first_working_day(
    earliest: str, months: str
):
    ratio = figure(measured(claimed=archive_since(earliest)), "claim_ratio")
    assert ratio["denominator_vintage"] == months
    assert ratio["status"] == ("available" if months else "not_available")


def test_an_archive_that_begins_later_has_fewer_months():
    ratio = figure(measured(claimed=archive_since("2025-05-02")), "claim_ratio")
    assert (ratio["numerator"], ratio["denominator"]) == (661, 400)
    assert ratio["denominator_vintage"] == "2025-05"
