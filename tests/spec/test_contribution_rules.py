"""Contributions by the law of the month: rates, ceilings, the table of incomes, discounts."""

from datetime import date

import pytest

from coverage_lib.errors import ReferenceDataError, UsageError
from coverage_lib.reference import rules
from coverage_lib.reference.contributions import (
    bpu_base_income,
    bpu_contribution,
    construction_contribution,
    construction_wage_contribution,
    jkp_funding,
    jp_wage_ceiling,
    next_jp_ceiling,
    pmi_contribution,
    wage_contributions,
)

JUNE_2025 = date(2025, 6, 1)
FEBRUARY_2026 = date(2026, 2, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- wage earners ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("risk_class", "jkk"),
    [
        ("sangat_rendah", 9_600),
        ("rendah", 21_600),
        ("sedang", 35_600),
        ("tinggi", 50_800),
        ("sangat_tinggi", 69_600),
    ],
)
def test_jkk_of_four_million_rupiah_by_class_of_risk(risk_class: str, jkk: int):
    assert wage_contributions(4_000_000, risk_class, "mikro", JUNE_2025).of("JKK") == jkk


@pytest.mark.parametrize(
    ("scale", "owed"),
    [
        ("mikro", {"JKK": 21_600, "JKM": 12_000, "JHT": 0, "JP": 0, "JKP": 8_800}),
        ("kecil", {"JKK": 21_600, "JKM": 12_000, "JHT": 228_000, "JP": 0, "JKP": 8_800}),
        (
            "menengah_besar",
            {"JKK": 21_600, "JKM": 12_000, "JHT": 228_000, "JP": 120_000, "JKP": 8_800},
        ),
    ],
)
def test_what_four_million_rupiah_owe_by_scale_of_the_employer(scale: str, owed: dict[str, int]):
    month = wage_contributions(4_000_000, "rendah", scale, JUNE_2025)
    assert {programme: month.of(programme) for programme in owed} == owed
    assert month.total_idr == sum(owed.values())


def test_who_pays_what():
    month = wage_contributions(4_000_000, "rendah", "menengah_besar", JUNE_2025)
    assert month.paid_by("employer") == 21_600 + 12_000 + 148_000 + 80_000
    assert month.paid_by("worker") == 80_000 + 40_000
    assert month.paid_by("government") == 8_800


@pytest.mark.parametrize(
    ("wage", "jht", "jp", "jkp"),
    [
        (5_000_000, 285_000, 150_000, 11_000),
        (10_547_400, 601_202, 316_422, 11_000),
        (20_000_000, 1_140_000, 316_422, 11_000),
    ],
)
def test_jp_stops_at_its_ceiling_and_jkp_at_its_cap_but_jht_has_none(
    wage: int, jht: int, jp: int, jkp: int
):
    month = wage_contributions(wage, "rendah", "menengah_besar", JUNE_2025)
    assert (month.of("JHT"), month.of("JP"), month.of("JKP")) == (jht, jp, jkp)


def test_before_jkp_there_is_none():
    before = wage_contributions(4_000_000, "rendah", "mikro", day("2021-02-01"))
    since = wage_contributions(4_000_000, "rendah", "mikro", day("2021-02-02"))
    assert [line.programme for line in before.lines] == ["JKK", "JKM"]
    assert [line.programme for line in since.lines] == ["JKK", "JKM", "JKP"]


@pytest.mark.parametrize(
    ("on", "funding"),
    [
        ("2025-02-06", {"government": 8_800, "from_jkk": 5_600, "from_jkm": 4_000}),
        ("2025-02-07", {"government": 8_800, "from_jkk": 5_600, "from_jkm": 0}),
    ],
)
def test_where_jkp_comes_from(on: str, funding: dict[str, int]):
    assert jkp_funding(4_000_000, day(on)) == funding


# --- the ceiling of JP ----------------------------------------------------------------------

CEILINGS = [
    ("2016-03-01", "4.79", 7_335_300),
    ("2017-03-01", "5.02", 7_703_500),
    ("2018-03-01", "5.07", 8_094_000),
    ("2019-03-01", "5.17", 8_512_400),
    ("2020-03-01", "5.02", 8_939_700),
    ("2021-03-01", "-2.07", 8_754_600),
    ("2022-03-01", "3.69", 9_077_600),
    ("2023-03-01", "5.31", 9_559_600),
    ("2024-03-01", "5.05", 10_042_300),
    ("2025-03-01", "5.03", 10_547_400),
    ("2026-03-01", "5.11", 11_086_300),
]


def test_all_eleven_steps_of_the_jp_ceiling_follow_its_formula():
    ceiling = jp_wage_ceiling(day("2015-07-01"))
    assert ceiling == 7_000_000
    for since, growth, expected in CEILINGS:
        assert str(rules.at("jp_wage_ceiling_growth_percent", day(since)).value) == growth
        ceiling = next_jp_ceiling(ceiling, growth)
        assert (since, ceiling) == (since, expected)
        assert jp_wage_ceiling(day(since)) == expected
    assert len(CEILINGS) == len(rules.load_rule("jp_wage_ceiling_idr").values) - 1


@pytest.mark.parametrize(
    ("on", "ceiling"),
    [("2025-02-28", 10_042_300), ("2025-03-01", 10_547_400), ("2026-02-28", 10_547_400)],
)
def test_the_jp_ceiling_changes_on_the_first_of_march(on: str, ceiling: int):
    assert jp_wage_ceiling(day(on)) == ceiling


def test_the_jp_ceiling_of_a_march_to_come_is_not_guessed():
    with pytest.raises(ReferenceDataError, match=r"jp_wage_ceiling_idr\.yml.*ends on 2027-02-28"):
        jp_wage_ceiling(day("2027-03-01"))


# --- the self-employed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("income", "base", "jkk", "jht"),
    [
        (0, 1_000_000, 10_000, 20_000),
        (1_099_000, 1_000_000, 10_000, 20_000),
        (1_099_999, 1_000_000, 10_000, 20_000),
        (1_100_000, 1_200_000, 12_000, 24_000),
        (2_000_000, 2_000_000, 20_000, 40_000),
        (2_700_000, 2_950_000, 29_500, 59_000),
        (8_199_000, 7_950_000, 79_500, 159_000),
        (8_200_000, 8_700_000, 87_000, 174_000),
        (20_199_000, 19_700_000, 197_000, 394_000),
        (20_200_000, 20_700_000, 207_000, 414_000),
        (900_000_000, 20_700_000, 207_000, 414_000),
    ],
)
def test_the_table_of_incomes(income: int, base: int, jkk: int, jht: int):
    owed = bpu_contribution(income, ("JKK", "JKM", "JHT"), JUNE_2025)
    assert bpu_base_income(income, JUNE_2025) == base
    assert {line.programme: line.amount_idr for line in owed.lines} == {
        "JKK": jkk, "JKM": 6_800, "JHT": jht,
    }  # fmt: skip


def test_the_table_of_incomes_has_33_bands():
    assert len(rules.at("bpu_base_income_idr", JUNE_2025).value) == 33


def test_the_least_that_a_self_employed_participant_owes():
    """JKK 10,000 + JKM 6,800."""
    assert bpu_contribution(1_000_000, ("JKK", "JKM"), JUNE_2025).total_idr == 16_800


def test_a_programme_counts_once_and_its_order_does_not_matter():
    assert bpu_contribution(0, ("JKM", "JKK", "JKK"), JUNE_2025) == bpu_contribution(
        0, ("JKK", "JKM"), JUNE_2025
    )


# --- construction and migrant workers -------------------------------------------------------


@pytest.mark.parametrize(
    ("contract_value", "jkk", "jkm"),
    [
        (0, 0, 0),
        (50_000_000, 105_000, 15_000),
        (100_000_000, 210_000, 30_000),
        (500_000_000, 210_000 + 680_000, 30_000 + 80_000),
        (1_000_000_000, 890_000 + 650_000, 110_000 + 100_000),
        (5_000_000_000, 1_540_000 + 4_400_000, 210_000 + 400_000),
        (10_000_000_000, 5_940_000 + 4_500_000, 610_000 + 500_000),
    ],
)
def test_each_band_of_a_construction_contract_has_its_own_rate(
    contract_value: int, jkk: int, jkm: int
):
    owed = construction_contribution(contract_value, JUNE_2025)
    assert (owed.of("JKK"), owed.of("JKM")) == (jkk, jkm)


def test_a_construction_project_with_known_wages():
    owed = construction_wage_contribution(100_000_000, JUNE_2025)
    assert (owed.of("JKK"), owed.of("JKM")) == (1_740_000, 300_000)


def test_a_migrant_worker_for_24_months():
    assert pmi_contribution(JUNE_2025, through_agency=True) == 370_000
    assert pmi_contribution(JUNE_2025, through_agency=False) == 332_500


# --- discounts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "owed"),
    [
        ("2020-07-31", 16_800),
        ("2020-08-01", 100 + 68),
        ("2021-01-31", 100 + 68),
        ("2021-02-01", 16_800),
    ],
)
def test_in_the_pandemic_one_percent_was_owed(month: str, owed: int):
    assert bpu_contribution(0, ("JKK", "JKM"), day(month), discount="pandemic").total_idr == owed


@pytest.mark.parametrize(
    ("discount", "month", "owed"),
    [
        ("bpu_transport", "2025-12-31", 16_800),
        ("bpu_transport", "2026-01-01", 8_400),
        ("bpu_transport", "2027-03-31", 8_400),
        ("bpu_transport", "2027-04-01", 16_800),
        ("bpu_other", "2026-03-31", 16_800),
        ("bpu_other", "2026-04-01", 8_400),
        ("bpu_other", "2026-12-31", 8_400),
        ("bpu_other", "2027-01-01", 16_800),
    ],
)
def test_half_for_the_self_employed_by_sector_and_month(discount: str, month: str, owed: int):
    month_owed = bpu_contribution(0, ("JKK", "JKM", "JHT"), day(month), discount=discount)
    assert month_owed.of("JKK") + month_owed.of("JKM") == owed
    assert month_owed.of("JHT") == 20_000


@pytest.mark.parametrize(
    ("month", "jkk"),
    [
        ("2025-01-31", 35_600),
        ("2025-02-01", 17_800),
        ("2025-08-01", 17_800),
        ("2026-01-31", 17_800),
        ("2026-02-01", 35_600),
    ],
)
def test_half_of_jkk_for_labour_intensive_industries(month: str, jkk: int):
    owed = wage_contributions(
        4_000_000, "sedang", "menengah_besar", day(month), discount="labour_intensive"
    )
    assert owed.of("JKK") == jkk
    assert owed.of("JKM") == 12_000


def test_the_conditions_of_a_discount_stand_beside_it():
    granted = rules.at("contribution_discount_labour_intensive", JUNE_2025).value
    assert granted["minimum_active_workers"] == 50
    assert len(granted["sectors"]) == 6
    transport = rules.at("contribution_discount_bpu_transport", FEBRUARY_2026).value
    assert transport["excluded_funders"] == ("APBN", "APBD")


# --- what is not allowed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: wage_contributions(-1, "rendah", "mikro", JUNE_2025), "wage is -1"),
        (lambda: wage_contributions(1, "low", "mikro", JUNE_2025), "risk class 'low'.*sangat_rendah"),
        (lambda: wage_contributions(1, "rendah", "micro", JUNE_2025), "scale 'micro'.*mikro"),
        (lambda: bpu_contribution(-1, ("JKK",), JUNE_2025), "income is -1"),
        (lambda: bpu_contribution(0, ("JKK", "JP"), JUNE_2025), "cannot join JP: JKK, JKM, JHT"),
        (lambda: bpu_contribution(0, ("JKK",), JUNE_2025, discount="half"), "discount 'half'"),
        (
            lambda: wage_contributions(
                1, "rendah", "mikro", FEBRUARY_2026, discount="bpu_transport"
            ),
            "not for PU: it is for BPU",
        ),
        (lambda: construction_contribution(-1, JUNE_2025), "contract value is -1"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(ask, said: str):
    with pytest.raises(UsageError, match=said):
        ask()


@pytest.mark.parametrize("before", ["2015-06-30", "2010-01-01"])
def test_before_the_law_there_is_no_contribution(before: str):
    with pytest.raises(ReferenceDataError, match="it begins on 2015-07-01"):
        bpu_contribution(0, ("JKK",), day(before))
