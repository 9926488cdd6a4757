"""What is owed to each programme for a month, by the law of that month.

`day` is a day of the month that a contribution is for, not the day of payment. Where a rule
changes within a month, that day decides. Amounts are whole rupiah, each line rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from coverage_lib.errors import UsageError
from coverage_lib.reference import rules
from coverage_lib.reference.rupiah import Percent, exact, half_up, percent_of, require_amount

DISCOUNTS = ("pandemic", "labour_intensive", "bpu_transport", "bpu_other")


@dataclass(frozen=True)
class Contribution:
    """One programme's amount for one month. `payer`: employer, worker, participant, government."""

    programme: str
    payer: str
    amount_idr: int


@dataclass(frozen=True)
class Contributions:
    """What one month, or one construction contract, owes."""

    lines: tuple[Contribution, ...]

    @property
    def total_idr(self) -> int:
        """Everything, the government's part included."""
        return sum(line.amount_idr for line in self.lines)

    def of(self, programme: str) -> int:
        return sum(line.amount_idr for line in self.lines if line.programme == programme)

    def paid_by(self, payer: str) -> int:
        return sum(line.amount_idr for line in self.lines if line.payer == payer)


def wage_contributions(
    wage: int, risk_class: str, employer_scale: str, day: date, *, discount: str | None = None
) -> Contributions:
    """What is owed for a wage earner (PU) in the programmes that the employer must join.

    Wage in rupiah a month. JP counts the wage up to `jp_wage_ceiling`, JKP up to its cap; JHT,
    JKK and JKM count all of it. JKP begins on 2 February 2021 and adds the government's part
    only: the rest of it is inside JKK and JKM (`jkp_funding`). Whether a worker qualifies for
    JKP is not looked at. The law: PP 44/2015, PP 45/2015, PP 46/2015, PP 37/2021, PP 6/2025,
    Perpres 109/2013. Raises UsageError for an unknown class, scale or discount.
    """
    require_amount("wage", wage)
    cut = _discount("PU", discount, day)
    rates = rules.at("jkk_contribution_percent", day).value
    jkk = _chosen(rates, risk_class, "risk class")
    mandatory = _chosen(rules.at("mandatory_programmes", day).value, employer_scale, "scale")
    lines = [
        Contribution("JKK", "employer", _charge(wage, jkk, cut.get("JKK", 0))),
        _jkm(wage, day, cut),
    ]
    for programme, base in (("JHT", wage), ("JP", min(wage, jp_wage_ceiling(day)))):
        if programme in mandatory:
            shares = rules.at(f"{programme.lower()}_contribution_percent", day).value
            lines += [
                Contribution(programme, payer, percent_of(base, shares[payer]))
                for payer in ("employer", "worker")
            ]
    if "JKP" in rules.at("programmes", day).value:
        lines.append(Contribution("JKP", "government", jkp_funding(wage, day)["government"]))
    return Contributions(tuple(lines))


def _jkm(wage: int, day: date, cut: Mapping[str, Percent]) -> Contribution:
    percent = rules.at("jkm_contribution_percent", day).value
    return Contribution("JKM", "employer", _charge(wage, percent, cut.get("JKM", 0)))


def jkp_funding(wage: int, day: date) -> Mapping[str, int]:
    """JKP by where it comes from: `government`, and `from_jkk` and `from_jkm` out of what they get.

    Of the wage up to the cap. PP 37/2021 and PP 6/2025, article 11. Raises
    ReferenceDataError before 2 February 2021.
    """
    base = min(require_amount("wage", wage), int(rules.at("jkp_wage_cap_idr", day).value))
    shares = rules.at("jkp_contribution_percent", day).value
    return {source: percent_of(base, percent) for source, percent in shares.items()}


def jp_wage_ceiling(day: date) -> int:
    """The highest wage on which JP is owed, rupiah a month. PP 45/2015 article 29."""
    return int(rules.at("jp_wage_ceiling_idr", day).value)


def next_jp_ceiling(previous: int, growth_percent: Percent) -> int:
    """The ceiling of the next March: previous x (1 + growth), rounded down to Rp100.

    `growth_percent` is the year's growth of gross domestic product as BPS prints it, negative
    in a year of decline. PP 45/2015 article 29(3).
    """
    raised = require_amount("previous ceiling", previous) * (1 + exact(growth_percent))
    return floor(raised / 100) * 100


def bpu_base_income(income: int, day: date) -> int:
    """The income that stands for a band of the table for the self-employed; rupiah a month.

    A band begins with its first rupiah and reaches to the next one. PP 44/2015 annex II.
    """
    require_amount("income", income)
    bands = rules.at("bpu_base_income_idr", day).value
    return int(max((band for band in bands if band["from_idr"] <= income), key=_start)["base_idr"])


def _start(band: Mapping[str, int]) -> int:
    return band["from_idr"]


def bpu_contribution(
    income: int, programmes: Iterable[str], day: date, *, discount: str | None = None
) -> Contributions:
    """What a self-employed participant (BPU) owes for a month; income in rupiah a month.

    `programmes` out of JKK, JKM and JHT, in any order, each counted once. JKK and JHT are
    shares of the band's base income, JKM is one amount for all. PP 44/2015 annex II and
    article 18, PP 46/2015. Raises UsageError for another programme or an unknown discount.
    """
    base = bpu_base_income(income, day)
    cut = _discount("BPU", discount, day)
    wanted = set(programmes)
    full = {
        "JKK": base * exact(rules.at("bpu_jkk_contribution_percent", day).value),
        "JKM": Fraction(rules.at("bpu_jkm_contribution_idr", day).value),
        "JHT": base * exact(rules.at("bpu_jht_contribution_percent", day).value),
    }
    if not wanted <= set(full):
        raise UsageError(
            f"a self-employed participant cannot join {', '.join(sorted(wanted - set(full)))}: "
            f"{', '.join(full)} were expected."
        )
    return Contributions(
        tuple(
            Contribution(name, "participant", half_up(amount * (1 - exact(cut.get(name, 0)))))
            for name, amount in full.items()
            if name in wanted
        )
    )


def construction_contribution(
    contract_value: int, day: date, *, discount: str | None = None
) -> Contributions:
    """What a construction contract owes where its wages are not known, for the whole project.

    Contract value in rupiah without value added tax. Each band's rate holds for the part of
    the value inside it, so one rupiah more never costs a step. Permenaker 44/2015.
    """
    require_amount("contract value", contract_value)
    cut = _discount("JAKON", discount, day)
    owed = {"JKK": Fraction(0), "JKM": Fraction(0)}
    lower = 0
    for band in rules.at("construction_contract_contribution_percent", day).value:
        upper = contract_value if band["up_to_idr"] is None else band["up_to_idr"]
        inside = max(min(contract_value, upper) - lower, 0)
        owed = {name: amount + inside * exact(band[name]) for name, amount in owed.items()}
        lower = upper
    return Contributions(
        tuple(
            Contribution(name, "employer", half_up(amount * (1 - exact(cut.get(name, 0)))))
            for name, amount in owed.items()
        )
    )


def construction_wage_contribution(
    wages: int, day: date, *, discount: str | None = None
) -> Contributions:
    """What a construction project owes for a month where its wages are known: all of them together."""
    require_amount("wages", wages)
    cut = _discount("JAKON", discount, day)
    rates = rules.at("construction_wage_contribution_percent", day).value
    return Contributions(
        tuple(
            Contribution(name, "employer", _charge(wages, percent, cut.get(name, 0)))
            for name, percent in rates.items()
        )
    )


def pmi_contribution(day: date, *, through_agency: bool) -> int:
    """JKK and JKM of a migrant worker with an agreement of 24 months, once, in rupiah.

    Who goes without an agency owes nothing for the time before departure. Permenaker 4/2023.
    """
    parts = rules.at("pmi_contribution_idr", day).value
    return int(parts["during_and_after"]) + (
        int(parts["before_departure"]) if through_agency else 0
    )


def _discount(segment: str, discount: str | None, day: date) -> Mapping[str, Percent]:
    """Percent taken off by programme; none outside the months of the discount.

    Whether the conditions are met (sector, workers, funder, arrears) is for the caller to
    know: they stand in the rule beside the percentages.
    """
    if discount is None:
        return {}
    if discount not in DISCOUNTS:
        raise UsageError(f"discount {discount!r} is not known: {', '.join(DISCOUNTS)} are.")
    granted = rules.at(f"contribution_discount_{discount}", day).value
    if granted["percent"] and segment not in granted["segments"]:
        raise UsageError(
            f"discount {discount!r} is not for {segment}: it is for "
            f"{', '.join(granted['segments'])}."
        )
    percents: Mapping[str, Percent] = granted["percent"]
    return percents


def _charge(base: int, percent: Percent, percent_off: Percent) -> int:
    return half_up(base * exact(percent) * (1 - exact(percent_off)))


def _chosen(choices: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in choices:
        raise UsageError(f"{what} {name!r} is not known: {', '.join(choices)} were expected.")
    return choices[name]
