"""What the law pays: benefits of JKM, JKK and JKP, and scholarships.

`day` is the day that the law looks at: of the death, the accident or the dismissal; where
only the day of payment is known, the difference matters around a change of law alone.
Amounts are whole rupiah, each part rounded once; wages are rupiah a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from coverage_lib.errors import UsageError
from coverage_lib.reference import rules
from coverage_lib.reference.rupiah import Percent, exact, half_up, percent_of, require_amount


@dataclass(frozen=True)
class CashBenefit:
    """The parts that are paid together; 0 where a part does not belong to the benefit."""

    lump_sum_idr: int
    periodic_idr: int
    funeral_idr: int

    @property
    def total_idr(self) -> int:
        return self.lump_sum_idr + self.periodic_idr + self.funeral_idr


def jkm_benefit(day: date) -> CashBenefit:
    """Paid for a death that no work accident caused, whatever the wage; scholarships come on top.

    The periodic part is paid at once. PP 44/2015; higher for deaths since 2 December 2019
    (PP 82/2019).
    """
    return CashBenefit(
        lump_sum_idr=_amount("jkm_lump_sum_idr", day),
        periodic_idr=_amount("jkm_periodic_idr", day),
        funeral_idr=_amount("jkm_funeral_idr", day),
    )


def jkk_death_benefit(wage: int, day: date) -> CashBenefit:
    """Paid for a death by a work accident: 60 % x 80 wages, but never less than the lump sum of JKM.

    For the self-employed the wage is the base income of their band. PP 44/2015 annex III,
    PP 82/2019 annex III.
    """
    lump_sum = _wages(wage, rules.at("jkk_death_percent", day).value, day)
    return CashBenefit(
        lump_sum_idr=max(lump_sum, _amount("jkk_death_minimum_idr", day)),
        periodic_idr=_amount("jkk_periodic_idr", day),
        funeral_idr=_amount("jkk_funeral_idr", day),
    )


def jkk_permanent_total(wage: int, day: date) -> CashBenefit:
    """Paid for permanent total disability: 70 % x 80 wages and the periodic part, no funeral."""
    return CashBenefit(
        lump_sum_idr=_wages(wage, rules.at("jkk_permanent_total_percent", day).value, day),
        periodic_idr=_amount("jkk_periodic_idr", day),
        funeral_idr=0,
    )


def jkk_permanent_partial(table_percent: Percent, wage: int, day: date) -> int:
    """Paid for the loss of a part of the body: table % x 80 wages.

    `table_percent` (0 to 100) is what the table of disabilities gives. PP 82/2019 annex III.
    """
    return _wages(wage, _percent("table percent", table_percent), day)


def jkk_loss_of_function(
    lost_percent: Percent, table_percent: Percent, wage: int, day: date
) -> int:
    """Paid where a part of the body works less: % lost x table % x 80 wages; both 0 to 100."""
    share = exact(_percent("lost percent", lost_percent)) * exact(
        _percent("table percent", table_percent)
    )
    return half_up(share * _full_wages(wage, day))


def temporary_incapacity(wage: int, months: int, day: date) -> int:
    """Paid in place of the wage for all `months` off work together, 0 for none; no last month.

    Since PP 82/2019 the whole wage for twelve months, then half until recovery; before it the
    whole wage for six months, then three quarters for six, then half.
    """
    require_amount("wage", wage)
    if months < 0:
        raise UsageError(f"{months} months off work: 0 or more were expected.")
    steps = rules.at("jkk_temporary_incapacity_percent", day).value
    percents = [_step_percent(steps, month) for month in range(1, months + 1)]
    return half_up(wage * sum((exact(percent) for percent in percents), Fraction(0)))


def transport_maximum(means: Iterable[str], day: date) -> int:
    """The most that is paid back for bringing the injured to care: the sum over the means used.

    `means` out of land (rivers and lakes too), sea and air. PP 82/2019 annex III.
    """
    limits = rules.at("jkk_transport_maximum_idr", day).value
    return sum(int(_of(limits, name, "means of transport")) for name in set(means))


def scholarship_per_year(level: str, day: date) -> int:
    """For one child and one year of a school level (TK, SD, SMP, SMA, PT). PP 82/2019."""
    return int(_of(rules.at("scholarship_amount_per_year_idr", day).value, level, "school level"))


def scholarship_maximum_of_level(level: str, day: date) -> int:
    """For one child over all years that a school level may take."""
    years = _of(rules.at("scholarship_maximum_years", day).value, level, "school level")
    return scholarship_per_year(level, day) * int(years)


def scholarship_maximum(day: date) -> int:
    """For all children of one participant together, from kindergarten to university.

    Raises ReferenceDataError before 2 December 2019, when one lump sum was paid instead.
    """
    levels = rules.at("scholarship_amount_per_year_idr", day).value
    for_one_child = sum(scholarship_maximum_of_level(level, day) for level in levels)
    return int(rules.at("scholarship_maximum_children", day).value) * for_one_child


def jkp_cash(wage: int, month_number: int, day: date) -> int:
    """Paid for one month after a dismissal, the first being 1; 0 from the seventh month on.

    Of the wage up to the cap: 45 % for three months and 25 % for three (PP 37/2021), 60 % for
    six since 7 February 2025 (PP 6/2025). Raises ReferenceDataError before 2 February 2021.
    """
    require_amount("wage", wage)
    if month_number < 1:
        raise UsageError(f"month {month_number} after the dismissal: 1 or more was expected.")
    base = min(wage, _amount("jkp_wage_cap_idr", day))
    return percent_of(base, _step_percent(rules.at("jkp_cash_percent", day).value, month_number))


def _amount(rule: str, day: date) -> int:
    return int(rules.at(rule, day).value)


def _full_wages(wage: int, day: date) -> int:
    return require_amount("wage", wage) * _amount("jkk_full_wage_months", day)


def _wages(wage: int, percent: Percent, day: date) -> int:
    return percent_of(_full_wages(wage, day), percent)


def _percent(name: str, percent: Percent) -> Percent:
    if not 0 <= exact(percent) <= 1:
        raise UsageError(f"{name} is {percent}: 0 to 100 was expected.")
    return percent


def _step_percent(steps: Iterable[Mapping[str, Any]], month: int) -> Percent:
    """The percentage of the first step that reaches the month; 0 after the last."""
    for step in steps:
        if step["through_month"] is None or month <= step["through_month"]:
            percent: Percent = step["percent"]
            return percent
    return 0


def _of(values: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in values:
        raise UsageError(f"{what} {name!r} is not known: {', '.join(values)} were expected.")
    return values[name]
