"""What the law pays, by the day that it looks at, and the most that a claim can be."""

from datetime import date
from decimal import Decimal
from math import ceil, nan

import pytest

from coverage_lib.errors import ReferenceDataError, UsageError
from coverage_lib.reference import rules
from coverage_lib.reference.benefits import (
    jkk_death_benefit,
    jkk_loss_of_function,
    jkk_permanent_partial,
    jkk_permanent_total,
    jkm_benefit,
    jkp_cash,
    scholarship_maximum,
    scholarship_maximum_of_level,
    scholarship_per_year,
    temporary_incapacity,
    transport_maximum,
)
from coverage_lib.reference.claim_limits import limit_periods, maximum_claim

JUNE_2025 = date(2025, 6, 1)
BEFORE = date(2019, 12, 1)  # the last day before PP 82/2019
SINCE = date(2019, 12, 2)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("on", "lump_sum", "periodic", "funeral", "total"),
    [
        (date(2015, 7, 1), 16_200_000, 4_800_000, 3_000_000, 24_000_000),
        (BEFORE, 16_200_000, 4_800_000, 3_000_000, 24_000_000),
        (SINCE, 20_000_000, 12_000_000, 10_000_000, 42_000_000),
        (JUNE_2025, 20_000_000, 12_000_000, 10_000_000, 42_000_000),
    ],
)
def test_jkm(on: date, lump_sum: int, periodic: int, funeral: int, total: int):
    benefit = jkm_benefit(on)
    assert (benefit.lump_sum_idr, benefit.periodic_idr, benefit.funeral_idr) == (
        lump_sum, periodic, funeral,
    )  # fmt: skip
    assert benefit.total_idr == total


@pytest.mark.parametrize(
    ("on", "wage", "lump_sum", "total"),
    [
        # 48 wages; periodic part and funeral come on top.
        (JUNE_2025, 4 * MILLION, 192_000_000, 214_000_000),
        (BEFORE, 4 * MILLION, 192_000_000, 199_800_000),
        # Never less than the lump sum of JKM: 48 x 400,000 would be 19.2 million.
        (JUNE_2025, 400_000, 20_000_000, 42_000_000),
        (JUNE_2025, 0, 20_000_000, 42_000_000),
        (BEFORE, 0, 16_200_000, 24_000_000),
    ],
)
def test_death_by_a_work_accident(on: date, wage: int, lump_sum: int, total: int):
    benefit = jkk_death_benefit(wage, on)
    assert (benefit.lump_sum_idr, benefit.total_idr) == (lump_sum, total)


@pytest.mark.parametrize(
    ("on", "total"), [(JUNE_2025, 224_000_000 + 12_000_000), (BEFORE, 224_000_000 + 4_800_000)]
)
def test_permanent_total_disability_is_56_wages_and_the_periodic_part(on: date, total: int):
    assert jkk_permanent_total(4 * MILLION, on).total_idr == total


@pytest.mark.parametrize(
    ("table_percent", "amount"), [(0, 0), (5, 16_000_000), (40, 128_000_000), (2.5, 8_000_000)]
)
def test_permanent_partial_disability_of_four_million_a_month(table_percent: float, amount: int):
    assert jkk_permanent_partial(table_percent, 4 * MILLION, JUNE_2025) == amount


def test_a_half_lost_function_is_half_of_the_lost_part():
    assert jkk_loss_of_function(50, 40, 4 * MILLION, JUNE_2025) == 64_000_000


@pytest.mark.parametrize(
    ("months", "before", "since"),
    [
        (0, 0, 0),
        (1, 4, 4),
        (6, 24, 24),
        (7, 27, 28),
        (12, 42, 48),
        (13, 44, 50),
        (24, 66, 72),
    ],
)
def test_temporary_incapacity_at_four_million_a_month_in_millions(
    months: int, before: int, since: int
):
    """100 % for 6 months, 75 % for 6, 50 %; since PP 82/2019 100 % for 12 months, 50 %."""
    assert temporary_incapacity(4 * MILLION, months, BEFORE) == before * MILLION
    assert temporary_incapacity(4 * MILLION, months, SINCE) == since * MILLION


@pytest.mark.parametrize(
    ("means", "before", "since"),
    [
        (("land",), 1_000_000, 5_000_000),
        (("sea",), 1_500_000, 2_000_000),
        (("air",), 2_500_000, 10_000_000),
        (("land", "sea", "land"), 2_500_000, 7_000_000),
        ((), 0, 0),
    ],
)
def test_transport(means: tuple[str, ...], before: int, since: int):
    assert transport_maximum(means, BEFORE) == before
    assert transport_maximum(means, SINCE) == since


@pytest.mark.parametrize(
    ("level", "a_year", "all_years"),
    [
        ("TK", 1_500_000, 3_000_000),
        ("SD", 1_500_000, 9_000_000),
        ("SMP", 2_000_000, 6_000_000),
        ("SMA", 3_000_000, 9_000_000),
        ("PT", 12_000_000, 60_000_000),
    ],
)
def test_scholarship_of_one_child(level: str, a_year: int, all_years: int):
    assert scholarship_per_year(level, JUNE_2025) == a_year
    assert scholarship_maximum_of_level(level, JUNE_2025) == all_years


def test_scholarships_of_two_children_from_kindergarten_to_university():
    assert scholarship_maximum(JUNE_2025) == 174_000_000
    with pytest.raises(ReferenceDataError, match=r"scholarship_amount_per_year_idr\.yml"):
        scholarship_maximum(BEFORE)


@pytest.mark.parametrize(
    ("on", "wage", "months"),
    [
        (date(2021, 2, 2), 4 * MILLION, [1_800_000] * 3 + [1_000_000] * 3 + [0]),
        (date(2025, 2, 6), 6 * MILLION, [2_250_000] * 3 + [1_250_000] * 3 + [0]),
        (date(2025, 2, 7), 4 * MILLION, [2_400_000] * 6 + [0]),
        (JUNE_2025, 6 * MILLION, [3_000_000] * 6 + [0]),
    ],
)
def test_jkp_month_by_month(on: date, wage: int, months: list[int]):
    assert [jkp_cash(wage, number, on) for number in range(1, 8)] == months


def test_before_jkp_nothing_is_known():
    with pytest.raises(ReferenceDataError, match=r"jkp_.*it begins on 2021-02-02"):
        jkp_cash(4 * MILLION, 1, date(2021, 2, 1))


@pytest.mark.parametrize(
    ("on", "age"),
    [
        ("2015-07-01", 56), ("2018-12-31", 56), ("2019-01-01", 57), ("2022-01-01", 58),
        ("2024-12-31", 58), ("2025-01-01", 59), ("2028-01-01", 60), ("2042-12-31", 64),
        ("2043-01-01", 65), ("2060-01-01", 65),
    ],
)  # fmt: skip
def test_pension_age_rises_by_a_year_every_three_until_65(on: str, age: int):
    assert rules.at("jp_pension_age", date.fromisoformat(on)).value == age


@pytest.mark.parametrize(
    ("rule", "on", "value"),
    [
        ("claim_term_working_days", "2022-04-25", {"JKK": 7, "JKM": 3}),
        ("claim_term_working_days", "2025-06-01", {"JKK": 7, "JKM": 3, "JHT": 5}),
        ("claim_late_penalty_percent_per_day", "2025-06-01", {"JKK": 1}),
        ("scholarship_minimum_contribution_years", "2025-06-01", {"JKK": 0, "JKM": 3}),
        ("jht_partial_maximum_percent", "2025-06-01", {"any": 10, "housing": 30}),
        ("jp_minimum_contribution_years", "2025-06-01", 15),
        ("jp_pension_maximum_idr", "2016-12-31", 3_720_600),
        ("jp_pension_minimum_idr", "2026-03-01", 411_400),
        ("jp_contribution_deferral_percent", "2020-09-01", 99),
        ("bpu_arrears_due_on_return", "2025-06-01", False),
    ],
)
def test_other_things_that_the_law_says(rule: str, on: str, value: object):
    assert rules.at(rule, date.fromisoformat(on)).value == value


# Inflation of the year before, then the lowest and the highest monthly pension from March on.
PENSIONS = [
    ("2024-03-01", Decimal("2.61"), 393_500, 4_718_200),
    ("2025-03-01", Decimal("1.57"), 399_700, 4_792_300),
    ("2026-03-01", Decimal("2.92"), 411_400, 4_932_300),
]


def test_assumed_pensions_lie_on_the_formula_that_leads_to_the_printed_ones():
    """Those before + inflation, rounded up to Rp100; what is assumed is only between the ends."""
    known = ("jp_pension_minimum_idr", "jp_pension_maximum_idr")
    amounts = [rules.at(name, date(2023, 3, 1)).value for name in known]
    for since, inflation, *expected in PENSIONS:
        amounts = [ceil(amount * (100 + inflation) / 10_000) * 100 for amount in amounts]
        assert amounts == expected
        assert [rules.at(name, date.fromisoformat(since)).value for name in known] == expected
    for name in known:
        statuses = [value.status for value in rules.load_rule(name).values]
        assert statuses[0] == statuses[-1] == "enacted"


# --- the most that a claim can be -----------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "benefit_type", "wage", "most"),
    [
        ("JKM", "santunan_kematian", None, 42_000_000),
        ("JKM", "Santunan Kematian", None, 42_000_000),
        ("JKM", " SANTUNAN-SEKALIGUS ", None, 20_000_000),
        ("JKM", "santunan_berkala", None, 12_000_000),
        ("JKM", "biaya_pemakaman", None, 10_000_000),
        ("JKM", "beasiswa", None, 174_000_000),
        ("JKM", "beasiswa_SMA", None, 3_000_000),
        ("JKM", "lain-lain", None, 216_000_000),
        ("JKM", None, None, 216_000_000),
        ("JKK", "santunan_kematian", 4_000_000, 214_000_000),
        ("JKK", "santunan_kematian", None, None),
        ("JKK", "santunan_cacat_total_tetap", 4_000_000, 236_000_000),
        ("JKK", "santunan_cacat_sebagian", 4_000_000, 320_000_000),
        ("JKK", "biaya_transportasi", None, 17_000_000),
        ("JKK", "perawatan di rumah", None, 20_000_000),
        ("JKK", "biaya_pemakaman", None, 10_000_000),
        ("JKK", "beasiswa PT", None, 12_000_000),
        ("JKK", "santunan_kecelakaan", 4_000_000, None),
        ("JKK", "biaya_perawatan", None, None),
        ("JKK", None, None, None),
        ("JHT", "jaminan_hari_tua", 4_000_000, None),
        ("JHT", "beasiswa_sma", None, None),
        ("JP", "manfaat_pensiun", None, None),
        ("JP", "manfaat_pensiun_bulanan", None, 4_792_300),
        ("JKP", "uang_tunai", None, 3_000_000),
        ("JKP", "uang_tunai", 4_000_000, 2_400_000),
        ("JKP", None, 9_000_000, 3_000_000),
    ],
)
def test_the_most_that_one_claim_can_pay(
    programme: str, benefit_type: str | None, wage: int | None, most: int | None
):
    assert maximum_claim(programme, benefit_type, wage, JUNE_2025) == most


@pytest.mark.parametrize(
    ("programme", "benefit_type", "on", "most"),
    [
        ("JKM", "santunan_kematian", "2019-12-01", 24_000_000),
        ("JKK", "beasiswa", "2019-12-01", 12_000_000),
        ("JKP", "uang_tunai", "2025-02-06", 2_250_000),
    ],
)
def test_the_most_by_the_law_of_the_day(programme: str, benefit_type: str, on: str, most: int):
    assert maximum_claim(programme, benefit_type, None, date.fromisoformat(on)) == most


def test_limits_as_a_table_say_for_each_day_what_the_law_says():
    """Over the day on which the JKP cap changed; a wage is not known to it."""
    periods = limit_periods(date(2025, 1, 1), date(2025, 6, 17))
    for day in (date(2025, 1, 1), date(2025, 2, 6), date(2025, 2, 7), date(2025, 6, 17)):
        of_day = [one for one in periods if one.valid_from <= day <= one.valid_to]
        assert len({(one.programme, one.benefit_type) for one in of_day}) == len(of_day)
        for one in of_day:
            assert one.is_known
            assert one.maximum_idr == maximum_claim(one.programme, one.benefit_type, None, day)
    of_jkp = [one for one in periods if (one.programme, one.benefit_type) == ("JKP", "uang_tunai")]
    assert [(one.valid_from, one.valid_to, one.maximum_idr) for one in of_jkp] == [
        (date(2025, 1, 1), date(2025, 2, 6), 2_250_000),
        (date(2025, 2, 7), date(2025, 6, 17), 3_000_000),
    ]


def test_limits_as_a_table_say_where_a_rule_is_not_known():
    (pension,) = [
        one
        for one in limit_periods(date(2020, 1, 1), date(2020, 3, 31))
        if one.benefit_type == "manfaat_pensiun_bulanan" and one.programme == "JP"
    ]
    assert (pension.is_known, pension.maximum_idr) == (False, None)


# --- what is not allowed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: jkk_death_benefit(-1, JUNE_2025), "wage is -1"),
        (lambda: jkk_death_benefit(nan, JUNE_2025), "wage is nan"),
        (lambda: jkk_permanent_total(0.5, JUNE_2025), "wage is 0.5"),
        (lambda: jkk_permanent_partial(101, MILLION, JUNE_2025), "table percent is 101: 0 to 100"),
        (lambda: jkk_loss_of_function(-1, 40, MILLION, JUNE_2025), "lost percent is -1"),
        (lambda: temporary_incapacity(MILLION, -1, JUNE_2025), "-1 months off work"),
        (lambda: transport_maximum(("rail",), JUNE_2025), "'rail' is not known: land, sea, air"),
        (lambda: scholarship_per_year("S2", JUNE_2025), "school level 'S2'.*TK, SD, SMP, SMA, PT"),
        (lambda: jkp_cash(MILLION, 0, JUNE_2025), "month 0 after the dismissal"),
        (lambda: maximum_claim("JKN", None, None, JUNE_2025), "programme 'JKN'.*JKM, JKK, JHT"),
    ],
)
def test_a_value_that_cannot_be_is_refused(ask, said: str):
    with pytest.raises(UsageError, match=said):
        ask()
