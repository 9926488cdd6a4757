"""Laws of money: more wage never means less, nothing is negative, nothing is a fraction."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from coverage_lib.reference.benefits import (
    jkk_death_benefit,
    jkk_loss_of_function,
    jkk_permanent_partial,
    jkk_permanent_total,
    jkp_cash,
    temporary_incapacity,
)
from coverage_lib.reference.claim_limits import maximum_claim
from coverage_lib.reference.contributions import (
    DISCOUNTS,
    bpu_contribution,
    construction_contribution,
    construction_wage_contribution,
    next_jp_ceiling,
    wage_contributions,
)

RISK_CLASSES = ("sangat_rendah", "rendah", "sedang", "tinggi", "sangat_tinggi")
SCALES = ("mikro", "kecil", "menengah_besar")
# From the day that every programme is known to the last day that the JP ceiling is.
days = some.dates(min_value=date(2021, 2, 2), max_value=date(2027, 2, 28))
days_of_discounts = some.dates(min_value=date(2016, 1, 1), max_value=date(2027, 2, 28))
amounts = some.integers(min_value=0, max_value=10**11)
percents = some.decimals(min_value=0, max_value=100, places=2)


def owed_at(wage: int, day: date) -> list[int]:
    """Every amount that hangs on a wage, an income or a contract value, in one order."""
    contributions = [
        *(wage_contributions(wage, risk, "menengah_besar", day).lines for risk in RISK_CLASSES),
        *(wage_contributions(wage, "rendah", scale, day).lines for scale in SCALES),
        bpu_contribution(wage, ("JKK", "JKM", "JHT"), day).lines,
        construction_contribution(wage, day).lines,
        construction_wage_contribution(wage, day).lines,
    ]
    return [line.amount_idr for lines in contributions for line in lines]


def paid_at(wage: int, day: date) -> list[int]:
    return [
        jkk_death_benefit(wage, day).total_idr,
        jkk_permanent_total(wage, day).total_idr,
        jkk_permanent_partial(40, wage, day),
        jkk_loss_of_function(33, 40, wage, day),
        *(temporary_incapacity(wage, months, day) for months in (0, 1, 7, 30)),
        *(jkp_cash(wage, month, day) for month in (1, 4, 7)),
    ]


@given(amounts, amounts, days)
def test_more_wage_never_owes_or_pays_less(one, other, day):
    less, more = sorted((one, other))
    for function in (owed_at, paid_at):
        pairs = list(zip(function(less, day), function(more, day), strict=True))
        assert all(low <= high for low, high in pairs)


@given(amounts, days)
def test_every_amount_is_whole_rupiah_and_not_negative(wage, day):
    every = owed_at(wage, day) + paid_at(wage, day)
    assert all(type(amount) is int and amount >= 0 for amount in every)


@given(amounts, days_of_discounts, some.sampled_from(RISK_CLASSES), some.sampled_from(SCALES))
def test_a_discount_never_raises_what_is_owed(amount, day, risk_class, scale):
    asked = {
        "PU": lambda cut: wage_contributions(amount, risk_class, scale, day, discount=cut),
        "BPU": lambda cut: bpu_contribution(amount, ("JKK", "JKM", "JHT"), day, discount=cut),
        "JAKON": lambda cut: construction_contribution(amount, day, discount=cut),
    }
    offered = {
        "PU": ("pandemic", "labour_intensive"),
        "BPU": ("pandemic", "bpu_transport", "bpu_other"),
        "JAKON": ("pandemic",),
    }
    assert {name for names in offered.values() for name in names} == set(DISCOUNTS)
    for segment, ask in asked.items():
        full = ask(None)
        for discount in offered[segment]:
            cut = ask(discount)
            assert [line.programme for line in cut.lines] == [line.programme for line in full.lines]
            for with_it, without in zip(cut.lines, full.lines, strict=True):
                assert 0 <= with_it.amount_idr <= without.amount_idr


@given(amounts, days)
def test_one_rupiah_more_of_contract_never_costs_a_step(contract_value, day):
    """The scale is marginal: no more than one rupiah for each of the two programmes."""
    now = construction_contribution(contract_value, day)
    then = construction_contribution(contract_value + 1, day)
    assert 0 <= then.total_idr - now.total_idr <= 2


@given(amounts, some.integers(min_value=0, max_value=60), days)
def test_another_month_off_work_pays_at_most_a_wage_more(wage, months, day):
    now, then = (temporary_incapacity(wage, count, day) for count in (months, months + 1))
    assert now <= then <= now + wage


@given(percents, percents, amounts, days)
def test_a_part_of_a_loss_is_never_more_than_the_loss(lost, table, wage, day):
    partly = jkk_loss_of_function(lost, table, wage, day)
    assert partly <= jkk_permanent_partial(table, wage, day)


@given(some.integers(min_value=10**6, max_value=10**9), percents)
def test_the_next_jp_ceiling_is_a_hundredfold_within_a_hundred_of_the_formula(previous, growth):
    ceiling = next_jp_ceiling(previous, growth)
    assert ceiling % 100 == 0
    assert 0 <= previous * (1 + growth / 100) - ceiling < 100


@given(amounts, some.integers(min_value=1, max_value=8), days, percents)
def test_what_the_law_pays_is_never_above_what_a_claim_may_be(wage, month, day, table):
    within = {
        ("JKK", "santunan_kematian"): jkk_death_benefit(wage, day).total_idr,
        ("JKK", "santunan_cacat_total_tetap"): jkk_permanent_total(wage, day).total_idr,
        ("JKK", "santunan_cacat_sebagian"): jkk_permanent_partial(table, wage, day),
        ("JKP", "uang_tunai"): jkp_cash(wage, month, day),
    }
    for (programme, benefit), paid in within.items():
        limit = maximum_claim(programme, benefit, wage, day)
        assert limit is not None
        assert paid <= limit
