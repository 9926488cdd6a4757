"""Figures that the public sources and the law give, as the measures and rules give them back.

The other golden values of the law have tables of their own: wage ceiling of JP in
test_contribution_rules, JKM and scholarships in test_benefits.
"""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from coverage_lib.indicators.published.measures import published_measures
from coverage_lib.reference import rules
from coverage_lib.reference.benefits import scholarship_maximum

OBSERVATIONS = Path(__file__).parents[2] / "data" / "reference" / "bpjstk_observations.csv"
MILLION, BILLION = 1_000_000, 1_000_000_000


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    observations = pd.read_csv(OBSERVATIONS, dtype={"region_code": str})
    observations["date"] = [date.fromisoformat(day) for day in observations["date"]]
    rows = published_measures(observations, "1")
    return rows[rows["region_code"] == "19"]


def value(rows: pd.DataFrame, indicator: str, day: str, dimension="total", category="total"):
    (found,) = rows[
        (rows["indicator"] == indicator)
        & (rows["as_of"] == date.fromisoformat(day))
        & (rows["dimension"] == dimension)
        & (rows["category"] == category)
    ]["value"]
    return found


@pytest.mark.parametrize(
    ("programme", "claims", "billion_rupiah"),
    [
        ("JHT", 12_613, 139.30),
        ("JKM", 843, 24.63),
        ("JKK", 1_375, 11.36),
        ("JP", 6_479, 6.00),
        ("JKP", 1_421, 2.18),
    ],
)
def test_claims_of_2024_by_programme(published, programme, claims, billion_rupiah):
    where = ("2024-12-31", "programme", programme)
    assert value(published, "claims_paid", *where) == claims
    assert value(published, "claims_amount_idr", *where) == round(billion_rupiah * BILLION)


def test_claims_of_2024_add_up_in_cases_and_to_rounding_in_rupiah(published):
    """Cases exactly; the amounts are printed to ten million and make 183.47 of the 183.5 printed."""
    parts = published[
        (published["as_of"] == date(2024, 12, 31)) & (published["dimension"] == "programme")
    ]
    of_parts = parts.groupby("indicator")["value"].sum()
    total = value(published, "claims_paid", "2024-12-31")
    assert of_parts["claims_paid"] == total == 22_731
    assert of_parts["claims_amount_idr"] == 183_470 * MILLION
    printed = value(published, "claims_amount_idr", "2024-12-31")
    assert printed == 183_500 * MILLION
    assert abs(printed - of_parts["claims_amount_idr"]) < 50 * MILLION  # half of the last digit


@pytest.mark.parametrize(
    ("indicator", "day", "where", "expected"),
    [
        ("active_participants", "2025-06-01", (), 144_070),
        ("active_participants", "2025-06-01", ("segment", "PU"), 115_472),
        ("active_participants", "2025-06-01", ("segment", "BPU"), 28_598),
        ("coverage", "2025-06-01", (), 27.24),
        ("coverage_target", "2025-06-01", ("total", "2025"), 57.17),
        ("gap_to_target", "2025-06-01", (), 158_287),
        ("rank_in_zone", "2025-06-01", ("zone", "Sumatera"), 6),
        ("village_ecosystem_coverage", "2025-06-17", ("position_group", "heads_officials"), 99.26),
        ("village_ecosystem_coverage", "2025-06-17", ("position_group", "rt_rw_lkd"), 50),
        ("claims_paid", "2025-06-17", (), 8_963),
        ("claims_amount_idr", "2025-06-17", (), 92_600 * MILLION),
        ("scholarship_amount_idr", "2025-06-17", (), 1_360 * MILLION),
        ("scholarship_children", "2025-06-17", (), 248),
    ],
)
def test_june_2025(published, indicator, day, where, expected):
    assert value(published, indicator, day, *where) == expected


def test_rt_rw_and_lkd_are_more_than_half(published):
    rows = published[published["category"] == "rt_rw_lkd"]
    assert list(rows["qualifier"]) == ["at_least"]


def test_formal_and_informal_make_june_2025(published):
    day = "2025-06-01"
    parts = [value(published, "active_participants", day, "segment", s) for s in ("PU", "BPU")]
    assert sum(parts) == value(published, "active_participants", day)


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("jp_wage_ceiling_idr", date(2025, 3, 1), 10_547_400),
        ("scholarship_maximum_children", date(2025, 6, 1), 2),
    ],
)
def test_the_law(rule, day, expected):
    assert rules.at(rule, day).value == expected


def test_the_largest_scholarship_is_two_children_from_kindergarten_to_university():
    years = 2 * 1.5 + 6 * 1.5 + 3 * 2 + 3 * 3 + 5 * 12
    assert scholarship_maximum(date(2025, 6, 1)) == 2 * years * MILLION == 174 * MILLION
