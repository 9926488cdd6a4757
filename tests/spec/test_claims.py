"""Claims: cases and rupiah paid from 1 January to the as-of date, and their breakdowns."""

from datetime import date

import pandas as pd
import pytest
from text_tables import claim_archive, figure, figures

from coverage_lib.indicators.claims.counts import claim_counts
from coverage_lib.indicators.claims.paid import claim_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = ("claims_paid", "claims_amount_idr")

HEAD = "paid_date | programme | village_code | amount_idr\n"
CLAIMS = """2024-01-05 | JHT | 19.71.01.1004 | 1,000,000
    2024-06-17 | JKK | 19.71.01.1004 | 2,000,000
    2024-06-18 | JKK | 19.71.01.1004 | 4,000,000
    2024-12-31 | JHT | 19.01.01.1001 | 8,000,000
    2025-01-01 | JHT | 19.01.01.1001 | 16,000,000
    2025-03-10 | JKM | 19.71.01.1004 | 42,000,000
    2025-03-10 | JKM | 19.71.01.1004 | 42,000,000
    2025-06-17 | JHT | 19.00.00.0000 | 32,000,000
    2025-06-18 | JHT | 19.71.01.1004 | 64,000,000"""


def measured(
    text: str = CLAIMS, as_of: str = "2025-06-17", period: str = "2025-06", head: str = HEAD
) -> pd.DataFrame:
    day = date.fromisoformat(as_of)
    counts = claim_counts(claim_archive(head + text), day, (), None, "19").execute()
    return claim_rows(counts, Month.parse(period), day, load_regions(), "19", "1")


def test_from_the_first_of_january_to_the_day_itself():
    """1 January and the as-of day count, the day after does not; equal payments are two cases."""
    rows = measured()
    assert figure(rows, "claims_paid", period="2025-06")["value"] == 4
    assert figure(rows, "claims_amount_idr", period="2025-06")["value"] == 132_000_000


@pytest.mark.parametrize("earlier", ["2023-12-31", "2016-02-29"])
def test_of_years_before_the_last_one_claim_tells_that_the_archive_has_them(earlier: str):
    old = f"{earlier} | JKK | 19.71.01.1004 | 1\n" * 3
    late = "2024-06-17 | JKK | 19.71.01.1004 | 2,000,000"
    counts = claim_counts(
        claim_archive(HEAD + old + late), date(2025, 6, 17), (), None, "19"
    ).execute()
    assert dict(zip(counts["stretch"], counts["claims"], strict=True)) == {
        "earlier": 1, "to_the_day": 1,
    }  # fmt: skip
    assert set(measured(late)["period"]) == {"2025-06"}
    assert set(measured(old + late)["period"]) == {"2025-06", "2024-06", "2024-12"}


def test_by_programme_with_zeros_where_nothing_was_paid():
    found = figures(measured(), "claims_paid", dimension="programme", period="2025-06")
    assert found == {"JHT": 2, "JKM": 2, "JKK": 0, "JP": 0, "JKP": 0}


def test_by_month_to_the_month_of_the_day():
    found = figures(measured(), "claims_paid", dimension="month", period="2025-06")
    assert found == {
        "2025-01": 1, "2025-02": 0, "2025-03": 2, "2025-04": 0, "2025-05": 0, "2025-06": 1,
    }  # fmt: skip


KINDS = "paid_date | programme | benefit_type | segment | village_code | amount_idr\n"


def test_by_benefit_type_under_one_code_whatever_the_spelling():
    """Levels of a scholarship count as scholarships; what is not known is counted too."""
    rows = measured(
        """2025-01-02 | JKM | santunan_kematian  | PU | 19.71.01.1004 | 1
           2025-01-02 | JKM | SANTUNAN  Kematian | PU | 19.71.01.1004 | 2
           2025-01-02 | JKM | beasiswa           | PU | 19.71.01.1004 | 4
           2025-01-02 | JKK | Beasiswa-SMA       | PU | 19.71.01.1004 | 8
           2025-01-02 | JKK | salah ketik        | PU | 19.71.01.1004 | 16
           2025-01-02 | JKK |                    | PU | 19.71.01.1004 | 32""",
        head=KINDS,
    )
    found = figures(rows, "claims_amount_idr", of="19.71.01", dimension="benefit_type")
    assert {name: amount for name, amount in found.items() if amount} == {
        "santunan_kematian": 3, "beasiswa": 12, "other": 16, "unknown": 32,
    }  # fmt: skip
    assert found["jaminan_hari_tua"] == 0


def test_by_segment_and_without_one():
    rows = measured(
        """2025-01-02 | JKK | | PU    | 19.71.01.1004 | 1
           2025-01-02 | JKK | | JAKON | 19.71.01.1004 | 1
           2025-01-02 | JKK | |       | 19.71.01.1004 | 1
           2025-01-02 | JKK | |       | 19.71.01.1004 | 1""",
        head=KINDS,
    )
    assert figures(rows, "claims_paid", dimension="segment") == {
        "PU": 1, "BPU": 0, "JAKON": 1, "PMI": 0, "unknown": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "as_of", "cases"),
    [("2024-06", date(2024, 6, 17), 2), ("2024-12", date(2024, 12, 31), 4)],
)
def test_the_year_before_to_the_same_day_and_in_full(period: str, as_of: date, cases: int):
    found = figure(measured(), "claims_paid", period=period)
    assert (found["value"], found["as_of"]) == (cases, as_of)


def test_no_year_before_where_the_archive_does_not_reach_back_to_its_january():
    rows = measured(CLAIMS.replace("2024-01-05", "2024-02-01"))
    assert set(rows["period"]) == {"2025-06"}


def test_a_leap_day_has_the_28th_the_year_before():
    text = """2023-01-02 | JHT | 19.71.01.1004 | 1
        2023-02-28 | JHT | 19.71.01.1004 | 1
        2023-03-01 | JHT | 19.71.01.1004 | 1
        2024-02-29 | JHT | 19.71.01.1004 | 1"""
    rows = measured(text, "2024-02-29", "2024-02")
    before = figure(rows, "claims_paid", period="2023-02")
    assert (before["value"], before["as_of"]) == (2, date(2023, 2, 28))
    assert figure(rows, "claims_paid", period="2024-02")["value"] == 1


def test_a_full_year_is_given_once():
    """In December the same day a year before and the full year before are one figure."""
    rows = measured(
        "2024-01-02 | JHT | 19.71.01.1004 | 1\n2025-12-31 | JHT | 19.71.01.1004 | 1",
        "2025-12-31",
        "2025-12",
    )
    assert sorted(set(rows["period"])) == ["2024-12", "2025-12"]
    assert figure(rows, "claims_paid", period="2024-12")["value"] == 1


def test_claims_of_unknown_places_stay_in_the_province():
    rows = measured()
    assert figure(rows, "claims_paid", of="19.00", period="2025-06")["value"] == 1
    assert figure(rows, "claims_paid", of="19.00.00.0000", period="2025-06")["value"] == 1


def test_every_region_has_a_total_and_breakdowns_end_higher_up():
    """Villages in total, by month from kabupaten upwards, by anything else from kecamatan."""
    rows = measured()
    now = rows[(rows["period"] == "2025-06") & (rows["indicator"] == "claims_paid")]
    totals = now[now["dimension"] == "total"]
    assert set(load_regions().by_code) & {"19", "19.71", "19.71.01", "19.71.01.1004"} <= set(
        totals["region_code"]
    )
    assert (totals["status"] == "available").all()
    lengths = rows.assign(length=rows["region_code"].str.len())
    longest = lengths.pivot_table("length", "dimension", "indicator", aggfunc="max")
    for indicator in ("claims_paid", "claims_amount_idr"):
        assert longest[indicator].to_dict() == {
            "total": 13, "programme": 8, "segment": 8, "benefit_type": 8, "month": 5,
            "programme_month": 2, "segment_month": 2,
        }  # fmt: skip


def test_a_claim_without_a_village_is_not_lost():
    rows = measured("2025-01-02 | JHT | | 5")
    assert figure(rows, "claims_paid")["value"] == 1
    assert figure(rows, "claims_amount_idr", of="19.00.00.0000")["value"] == 5


def test_rupiah_stay_whole_beyond_what_fits_in_32_bits():
    rows = measured("2025-01-02 | JHT | 19.71.01.1004 | 3,000,000,001\n" * 3)
    assert figure(rows, "claims_amount_idr")["value"] == 9_000_000_003
