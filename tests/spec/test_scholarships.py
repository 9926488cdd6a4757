"""Scholarships: children counted once, rupiah summed, and the most that the law allows."""

from datetime import date
from itertools import product
from operator import mul

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.claims.paid import scholarship_maximum_rows, scholarship_rows
from coverage_lib.periods import Month
from coverage_lib.reference import rules
from coverage_lib.reference.regions import load_regions
from coverage_lib.suppression.small_counts import protect_small_counts

INDICATORS = ("scholarship_children", "scholarship_amount_idr", "scholarship_maximum_idr")

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


def test_of_the_year_before_a_child_counts_at_its_latest_payment_of_each_span():
    """Ani's June payment is in SMP; to the same day of June hers was still the one in SD."""
    paid = """
        paid_date  | child_key | claim_key | school_level | programme | village_code  | amount_idr
        2024-01-10 | Ani       | a1        | SD           | JKM       | 19.71.01.1004 | 1
        2024-07-10 | Ani       | a2        | SMP          | JKM       | 19.71.01.1004 | 2
        2024-08-10 | Budi      | b1        | SMA          | JKM       | 19.71.01.1004 | 4
        2025-01-10 | Ani       | a3        | SMP          | JKM       | 19.71.01.1004 | 8
        """
    rows = scholarship_rows(
        to_engine(read_text(paid)), Month(2025, 6), date(2025, 6, 17), load_regions(), "19", "1"
    )
    spans = {
        period: {
            level: count
            for level, count in figures(
                rows, "scholarship_children", dimension="school_level", period=period
            ).items()
            if count
        }
        for period in ("2024-06", "2024-12", "2025-06")
    }
    assert spans == {"2024-06": {"SD": 1}, "2024-12": {"SMP": 1, "SMA": 1}, "2025-06": {"SMP": 1}}
    assert figure(rows, "scholarship_amount_idr", period="2024-12")["value"] == 7


def test_breakdowns_end_at_the_kabupaten_and_amounts_at_the_province():
    rows = measured()
    lengths = rows.assign(length=rows["region_code"].str.len())
    longest = lengths.pivot_table("length", "dimension", "indicator", aggfunc="max")
    assert longest["scholarship_children"].to_dict() == {
        "total": 13, "programme": 5, "school_level": 5,
    }  # fmt: skip
    assert set(longest["scholarship_amount_idr"]) == {2}


def splits(children: int, amount: int) -> list[dict[str, int]]:
    """Every way in which so many children of five school levels can cost so much."""
    prices = rules.at("scholarship_amount_per_year_idr", date(2025, 6, 17)).value
    numbers = product(range(children + 1), repeat=len(prices))
    return [
        dict(zip(prices, split, strict=True))
        for split in numbers
        if sum(split) == children and sum(map(mul, split, prices.values())) == amount
    ]


def test_no_amount_tells_the_school_levels_of_a_few_children():
    """Two children each in SD, SMP and higher education: nothing else makes their 31 million, but
    that a child in SD costs as much as one in TK.
    """
    assert splits(6, 31_000_000) == [{"TK": number, "SD": 2 - number, "SMP": 2, "SMA": 0, "PT": 2}
                                     for number in range(3)]  # fmt: skip
    paid = (
        "paid_date | child_key | claim_key | school_level | programme | village_code | amount_idr"
    )
    prices = rules.at("scholarship_amount_per_year_idr", date(2025, 6, 17)).value
    for number, level in enumerate(["SD", "SD", "SMP", "SMP", "PT", "PT"]):
        paid += (
            f"\n2025-02-10 | child{number} | c{number} | {level} | JKM | 19.71.01.1004 "
            f"| {prices[level]}"
        )
    table = to_engine(read_text(paid))
    rows = scholarship_rows(table, Month(2025, 6), date(2025, 6, 17), load_regions(), "19", "1")
    protected = protect_small_counts(rows.reset_index(drop=True))
    levels = protected[protected["dimension"] == "school_level"]
    assert (levels["status"] == "suppressed").any()
    for region, of_region in protected.groupby("region_code"):
        amounts = of_region[of_region["indicator"] == "scholarship_amount_idr"]
        if (of_region["status"] == "suppressed").any():
            assert (amounts["status"] == "suppressed").all(), region


def test_amounts_of_many_children_are_shown():
    paid = (
        "paid_date | child_key | claim_key | school_level | programme | village_code | amount_idr"
    )
    for number in range(50):
        level = ["TK", "SD", "SMP", "SMA", "PT"][number % 5]
        programme = ["JKK", "JKM"][number // 25]
        village = ["19.71.01.1004", "19.01.01.1001"][number // 5 % 2]
        paid += f"\n2025-02-10 | k{number} | c{number} | {level} | {programme} | {village} | 1"
    table = to_engine(read_text(paid))
    rows = scholarship_rows(table, Month(2025, 6), date(2025, 6, 17), load_regions(), "19", "1")
    protected = protect_small_counts(rows.reset_index(drop=True))
    assert figure(protected, "scholarship_amount_idr")["value"] == 50
    assert (protected["status"] == "available").all()


def test_the_most_that_the_law_allows_is_the_same_in_every_region():
    """Two children, each: TK 2 x 1.5, SD 6 x 1.5, SMP 3 x 2, SMA 3 x 3, PT 5 x 12 million."""
    rows = scholarship_maximum_rows(load_regions(), Month(2025, 6), "1")
    assert set(rows["value"]) == {174_000_000.0}
    assert {"19", "19.71", "19.71.01", "19.71.01.1004"} <= set(rows["region_code"])
    assert rows["denominator_source"].str.contains("PP 82/2019").all()


def test_before_the_regulation_there_is_no_maximum():
    with pytest.raises(ReferenceDataError, match=r"scholarship_amount_per_year_idr\.yml"):
        scholarship_maximum_rows(load_regions(), Month(2019, 11), "1")
