"""What it costs to cover somebody and what that gives, by the rules of a day; in Indonesian.

Amounts are whole rupiah. Nothing is known of anybody's income: the self-employed are shown by the bands
of the law, and of wages what is owed for the lowest income of these bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from coverage_lib.handover.words import say
from coverage_lib.periods import Month, month_of
from coverage_lib.present.formats import day_text, percent_text, rupiah_text
from coverage_lib.reference import rules
from coverage_lib.reference.benefits import (
    jkk_death_benefit,
    jkk_permanent_total,
    jkm_benefit,
    scholarship_maximum,
)
from coverage_lib.reference.contributions import bpu_contribution

_PROTECTION = ("JKK", "JKM")
_DISCOUNTS = ("bpu_other", "bpu_transport", "pandemic")
BANDS_SHOWN = 12
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Band:
    """A band of income of the self-employed and what is owed in it for a month; `to_idr` None: no end."""

    from_idr: int
    to_idr: int | None
    base_idr: int
    jkk_idr: int
    jkm_idr: int
    jht_idr: int

    @property
    def protection_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr

    @property
    def total_idr(self) -> int:
        return self.protection_idr + self.jht_idr


def bands(day: date, discount: str | None = None) -> tuple[Band, ...]:
    """All bands of the self-employed, lowest first, with or without a discount."""
    listed = rules.at("bpu_base_income_idr", day).value
    starts = [int(band["from_idr"]) for band in listed]
    found = []
    for number, start in enumerate(starts):
        owed = bpu_contribution(start, ("JKK", "JKM", "JHT"), day, discount=discount)
        end = starts[number + 1] - 1 if number + 1 < len(starts) else None
        base = int(listed[number]["base_idr"])
        found.append(Band(start, end, base, owed.of("JKK"), owed.of("JKM"), owed.of("JHT")))
    return tuple(found)


@dataclass(frozen=True)
class WageShare:
    """What a programme takes of a wage: percent, and rupiah of the example wage, by who pays."""

    programme: str
    payer: str
    percent: str
    note: str
    reference: str


def wage_shares(day: date) -> tuple[WageShare, ...]:
    """JKK (the lowest class of risk), JKM, JHT and JP, by who pays."""
    jkk, jkm = rules.at("jkk_contribution_percent", day), rules.at("jkm_contribution_percent", day)
    least = min(jkk.value, key=lambda name: jkk.value[name])
    shares = [
        WageShare("JKK", "employer", _percent(jkk.value[least]), say("cost.risk_class"), jkk.reference),
        WageShare("JKM", "employer", _percent(jkm.value), "", jkm.reference),
    ]  # fmt: skip
    for programme in ("JHT", "JP"):
        rule = rules.at(f"{programme.lower()}_contribution_percent", day)
        shares += [
            WageShare(programme, payer, _percent(rule.value[payer]), "", rule.reference)
            for payer in ("employer", "worker")
        ]
    return tuple(shares)


@dataclass(frozen=True)
class Estimate:
    """What JKK and JKM cost for people of the lowest band over the twelve months from `begins`, month by month
    by its own law. `discount` is the title of a discount, None: without any; `each_idr` is a person's month,
    with the discount while that lasts, for `discounted_months` of the twelve.
    """

    discount: str | None
    people: int
    begins: Month
    each_idr: int
    year_idr: int
    discounted_months: int

    @property
    def month_idr(self) -> int:
        return self.people * self.each_idr


def estimates(day: date, people: int) -> tuple[Estimate, ...]:
    """Without a discount, then with each that is known to reach into the twelve months after a day; without
    those of one sector, in which nothing says that the people of a list work.
    """
    begins = month_of(day).plus(1)
    months = [begins.plus(number).first_day for number in range(_MONTHS_OF_A_YEAR)]
    full = [_protection(month, None) for month in months]
    found = [Estimate(None, people, begins, full[0], people * sum(full), 0)]
    for name in _DISCOUNTS:
        if _is_of_a_sector(name):
            continue
        owed = [_protection(month, name) for month in months]
        less = [month for month, whole in zip(owed, full, strict=True) if month < whole]
        if less:
            title = rules.load_rule(f"contribution_discount_{name}").title["id"]
            found.append(Estimate(title, people, begins, less[0], people * sum(owed), len(less)))
    return tuple(found)


def _is_of_a_sector(discount: str) -> bool:
    rule = rules.load_rule(f"contribution_discount_{discount}")
    return any(value.value.get("sectors") for value in rule.values)


def _protection(day: date, discount: str | None) -> int:
    """JKK and JKM of a month in the lowest band."""
    return bpu_contribution(0, _PROTECTION, day, discount=discount).total_idr


@dataclass(frozen=True)
class Discount:
    """A discount of the self-employed. `ends` is the last month's last day; `begins` None: in force."""

    title: str
    percents: str
    begins: date | None
    ends: date | None
    conditions: str
    reference: str


def discounts(day: date) -> tuple[Discount, ...]:
    """Discounts for the self-employed in force on a day, then those that are known to begin later."""
    found = []
    for name in _DISCOUNTS:
        rule = rules.load_rule(f"contribution_discount_{name}")
        for value in rule.values:
            is_over = value.valid_to is not None and value.valid_to < day
            if not value.value["percent"] or "BPU" not in value.value["segments"] or is_over:
                continue
            percents = ", ".join(
                f"{programme} {_percent(percent)}"
                for programme, percent in value.value["percent"].items()
            )
            begins = value.valid_from if value.valid_from > day else None
            conditions = _conditions(value.value)
            found.append(
                Discount(
                    rule.title["id"], percents, begins, value.valid_to, conditions, value.reference
                )
            )
    return tuple(sorted(found, key=lambda one: (one.begins or date.min, one.title)))


@dataclass(frozen=True)
class Benefit:
    """What is paid; `amount_idr` None where it is no fixed sum."""

    title: str
    amount_idr: int | None
    text: str
    reference: str


def benefits(day: date) -> tuple[Benefit, ...]:
    """What JKK and JKM give on a day, for the lowest income of the law where it depends on income."""
    base = bands(day)[0].base_idr
    jkm, death, disabled = (
        jkm_benefit(day), jkk_death_benefit(base, day), jkk_permanent_total(base, day),
    )  # fmt: skip
    wage = rupiah_text(base, "id")
    years = rules.at("scholarship_minimum_contribution_years", day).value["JKM"]
    children = rules.at("scholarship_maximum_children", day).value
    months = rules.at("jkk_temporary_incapacity_percent", day)
    first = months.value[0]

    def of(key: str, amount: int | None, rule: str, **values: Any) -> Benefit:
        reference = rules.at(rule, day).reference
        return Benefit(
            say(f"benefit.{key}.title"), amount, say(f"benefit.{key}.text", **values), reference
        )

    return (
        of("jkm", jkm.total_idr, "jkm_lump_sum_idr",
           lump_sum=_rp(jkm.lump_sum_idr), periodic=_rp(jkm.periodic_idr), funeral=_rp(jkm.funeral_idr)),
        of("jkk_death", death.total_idr, "jkk_death_percent",
           wage=wage, lump_sum=_rp(death.lump_sum_idr), periodic=_rp(death.periodic_idr), funeral=_rp(death.funeral_idr)),
        of("jkk_disabled", disabled.total_idr, "jkk_permanent_total_percent", wage=wage),
        of("jkk_care", None, "jkk_temporary_incapacity_percent"),
        of("jkk_income", None, "jkk_temporary_incapacity_percent",
           percent=_percent(first["percent"]), months=first["through_month"]),
        of("scholarship", scholarship_maximum(day), "scholarship_amount_per_year_idr", children=children, years=years),
        of("jht", None, "bpu_jht_contribution_percent"),
    )  # fmt: skip


def _conditions(granted: Mapping[str, Any]) -> str:
    parts = [
        say(f"discount.{key}", listed=", ".join(granted[key]))
        for key in ("sectors", "excluded_sectors", "excluded_funders")
        if granted.get(key)
    ]
    if granted.get("settled_through"):
        parts.append(say("discount.settled_through", month=granted["settled_through"]))
    return "; ".join(parts)


def period_text(discount: Discount) -> str:
    """`berlaku sampai 31 Desember 2026`, with its beginning where that lies ahead."""
    if discount.begins is not None and discount.ends is not None:
        return say(
            "discount.later",
            begins=day_text(discount.begins, "id"),
            ends=day_text(discount.ends, "id"),
        )
    if discount.ends is None:
        return say("discount.open")
    return say("discount.now", ends=day_text(discount.ends, "id"))


def _percent(value: float) -> str:
    """With as many decimals as the law has."""
    places = -int(Decimal(str(value)).normalize().as_tuple().exponent)
    return percent_text(value, "id", max(0, places))


def _rp(amount: int) -> str:
    return rupiah_text(amount, "id")
