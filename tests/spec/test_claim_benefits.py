"""Size of benefits: mean and median amount of a claim paid, by programme and region."""

from datetime import date

import pandas as pd
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.indicators.claims.benefits import benefit_rows
from coverage_lib.reference.regions import load_regions

INDICATORS = ("benefit_mean_idr", "benefit_median_idr")

CLAIMS = """paid_date | programme | village_code | amount_idr
    2024-12-31 | JKK | 19.71.01.1004 | 900,000,000
    2025-01-01 | JKK | 19.71.01.1004 | 1,000,000
    2025-02-03 | JKK | 19.71.02.1001 | 2,000,000
    2025-02-04 | JKK | 19.01.01.1001 | 9,000,000
    2025-02-05 | JKM | 19.71.01.1004 | 42,000,000
    2025-06-17 | JKM |               | 48,000,001
    2025-06-18 | JKK | 19.71.01.1004 | 900,000,000"""


def measured() -> pd.DataFrame:
    claims = to_engine(read_text(CLAIMS))
    return benefit_rows(claims, "2025-06", date(2025, 6, 17), load_regions(), "19", "1")


def test_mean_is_the_amount_over_the_claims_of_the_year_to_date():
    found = figure(measured(), "benefit_mean_idr", category="JKK", dimension="programme")
    assert (found["value"], found["numerator"], found["denominator"]) == (4e6, 12e6, 3)
    assert figure(measured(), "benefit_mean_idr")["value"] == 102_000_001 / 5


def test_median_is_the_middle_claim_or_the_mean_of_the_two_in_the_middle():
    found = figures(measured(), "benefit_median_idr", dimension="programme")
    assert (found["JKK"], found["JKM"]) == (2_000_000, 45_000_000.5)
    assert figure(measured(), "benefit_median_idr")["value"] == 9_000_000
    assert figure(measured(), "benefit_median_idr")["denominator"] == 5


def test_each_region_from_its_own_claims():
    """A median of districts is no median of the province: each is taken from the claims."""
    found = {
        code: figure(measured(), "benefit_median_idr", of=code)["value"]
        for code in ("19", "19.71", "19.71.01", "19.01", "19.01.01")
    }
    assert found == {
        "19": 9e6, "19.71": 2e6, "19.71.01": 21.5e6, "19.01": 9e6, "19.01.01": 9e6,
    }  # fmt: skip


def test_a_claim_without_a_village_counts_where_the_place_is_unknown():
    assert figure(measured(), "benefit_mean_idr", of="19.00")["value"] == 48_000_001
    assert figure(measured(), "benefit_mean_idr", of="19.00.00")["denominator"] == 1


def test_nothing_paid_has_no_mean_and_no_median_which_is_not_zero():
    for indicator in ("benefit_mean_idr", "benefit_median_idr"):
        of_programme = {"category": "JHT", "dimension": "programme"}
        for place in ({"of": "19.06"}, of_programme):
            found = figure(measured(), indicator, **place)
            assert found["status"] == "not_available"
            assert pd.isna(found["value"])
            assert pd.isna(found["denominator"])


def test_villages_have_none():
    assert measured()["region_code"].str.len().max() == len("19.71.01")
