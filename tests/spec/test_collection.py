"""Contributions due, collected, and the collection rate: the year to the as-of date."""

from datetime import date

import pandas as pd
import pytest
from bills import bills, inputs_of
from text_tables import figure, figures

from coverage_lib.errors import MeasureError, ReferenceDataError
from coverage_lib.indicators.contributions.measures import contribution_measures

INDICATORS = ("contributions_due_idr", "contributions_collected_idr", "collection_rate")

STORY = """employer | segment | month   | village       | due       | paid      | paid_date
    Bakery       | PU      | 2025-03 | 19.71.01.1004 | 1,000,000 | 1,000,000 | 2025-04-10
    Bakery       | PU      | 2025-04 | 19.71.01.1004 | 1,000,000 |   400,000 | 2025-05-12
    Builder      | JAKON   | 2025-04 | 19.01.01.1001 | 2,000,000 | 2,000,000 | 2025-05-15
    Fishers      | BPU     | 2025-05 | 19.01.01.1001 |   500,000 |           |
    Bakery       | PU      | 2025-06 | 19.71.01.1004 | 9,000,000 |           |
    Bakery       | PU      | 2024-12 | 19.71.01.1004 | 7,000,000 | 7,000,000 | 2025-01-10"""


def measured(text: str = STORY, as_of: date = date(2025, 6, 17)) -> pd.DataFrame:
    return pd.concat(contribution_measures(inputs_of(contribution_billing=bills(text, as_of)), "1"))


def test_the_months_of_the_year_that_had_to_be_paid():
    """June is due on 15 July, so on 17 June it does not count; December is of another year."""
    rows = measured()
    assert figure(rows, "contributions_due_idr")["value"] == 4_500_000
    assert figure(rows, "contributions_collected_idr")["value"] == 3_400_000
    rate = figure(rows, "collection_rate")
    assert (rate["numerator"], rate["denominator"]) == (3_400_000, 4_500_000)
    assert rate["value"] == pytest.approx(100 * 34 / 45)


@pytest.mark.parametrize(
    ("as_of", "due"), [(date(2025, 6, 15), 4_000_000), (date(2025, 6, 16), 4_500_000)]
)
def test_a_month_counts_from_the_day_after_the_15th_of_the_next(as_of: date, due: int):
    assert figure(measured(as_of=as_of), "contributions_due_idr")["value"] == due


def test_by_segment_month_and_region():
    rows = measured()
    assert figures(rows, "contributions_due_idr", dimension="segment") == {
        "PU": 2_000_000, "BPU": 500_000, "JAKON": 2_000_000, "PMI": 0,
    }  # fmt: skip
    assert figures(rows, "contributions_collected_idr", dimension="month") == {
        "2025-01": 0, "2025-02": 0, "2025-03": 1_000_000, "2025-04": 2_400_000, "2025-05": 0,
    }  # fmt: skip
    assert figure(rows, "collection_rate", of="19.01")["value"] == 80
    assert figure(rows, "collection_rate", of="19.71.01.1004")["value"] == 70


def test_by_programme():
    """JKP is not billed: JKK, JKM and the government pay for it (PP 37/2021 article 11)."""
    rows = measured("""employer | month | due_jkk | due_jkm | due_jht | due_jp | paid_jkk | paid_jht
        Bakery | 2025-05 | 24,000 | 30,000 | 570,000 | 300,000 | 24,000 | 285,000""")
    assert figures(rows, "contributions_due_idr", dimension="programme") == {
        "JKK": 24_000, "JKM": 30_000, "JHT": 570_000, "JP": 300_000,
    }  # fmt: skip
    assert figures(rows, "collection_rate", dimension="programme") == {
        "JKK": 100, "JKM": 0, "JHT": 50, "JP": 0,
    }  # fmt: skip


def test_nothing_billed_is_no_rate_but_rupiah_of_zero():
    rows = measured()
    assert figure(rows, "contributions_due_idr", of="19.06")["value"] == 0
    rate = figure(rows, "collection_rate", of="19.06")
    assert rate["status"] == "not_available"
    assert pd.isna(rate["denominator"])


def test_more_paid_than_due_counts_as_it_is_and_is_a_finding():
    rows = measured("""employer | month | due | paid | paid_date
        Bakery | 2025-05 | 100 | 150 | 2025-06-01""")
    assert figure(rows, "collection_rate")["value"] == 150
    assert figure(rows, "arrears_idr")["value"] == 0
    assert figures(rows, "contribution_findings")["overpaid_bills"] == 1


def test_a_month_in_the_future_is_in_no_sum_but_is_told():
    """Paid in advance or mistyped: the row stays, and is counted as not yet due."""
    rows = measured("""employer | month | due | paid | paid_date
        Bakery | 2025-05 | 100 | 100 | 2025-06-01
        Bakery | 2052-05 | 900 | 900 | 2025-06-01""")
    assert figure(rows, "contributions_due_idr")["value"] == 100
    assert figures(rows, "contribution_findings")["bills_not_yet_due"] == 1


def test_an_employer_without_a_region_counts_in_the_province_only():
    rows = measured("""employer | month | village | due | paid
        Bakery | 2025-05 |                 | 100 | 100
        Tailor | 2025-05 | 19.01.00.0000   |  50 |  25""")
    assert figure(rows, "contributions_due_idr")["value"] == 150
    assert figure(rows, "contributions_due_idr", of="19.00")["value"] == 100
    assert figure(rows, "contributions_due_idr", of="19.01")["value"] == 50


def test_a_day_before_the_law_names_the_rule():
    with pytest.raises(ReferenceDataError, match="contribution_due_day"):
        contribution_measures(
            inputs_of("2015-05", contribution_billing=bills(STORY, date(2015, 5, 17))), "1"
        )


def test_an_extract_of_another_season_is_refused():
    with pytest.raises(MeasureError, match="contribution_billing is as of 2025-06-17, too old"):
        contribution_measures(inputs_of("2025-09", contribution_billing=bills(STORY)), "1")
