"""What registration costs and what it gives, by the law of the period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Inline, KeyFigure, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import (
    day_text,
    decimal_text,
    percent_text,
    rupiah_text,
    short_rupiah_text,
)
from coverage_lib.reference import benefits, rules
from coverage_lib.reference.contributions import DISCOUNTS, bpu_base_income, bpu_contribution

BASIC = ("JKK", "JKM")
#: The rules that the part rests on; the foot of the page names the laws.
_RULES = (
    "bpu_base_income_idr", "bpu_jkm_contribution_idr", "bpu_jht_contribution_percent",
    "jkm_lump_sum_idr", "scholarship_amount_per_year_idr",
)  # fmt: skip


@dataclass(frozen=True)
class Discount:
    """A discount in force on a day: what the basic programmes then cost, and its last day."""

    name: str
    percent: float
    amount_idr: int
    last_day: date | None


@dataclass(frozen=True)
class Offer:
    """What the law of a day asks of a self-employed worker of the lowest band, and gives.

    Rupiah; contributions are a month's. `band_below_idr` is where the next band begins.
    """

    basic_idr: int
    savings_idr: int
    band_below_idr: int
    discounts: tuple[Discount, ...]
    death_idr: int
    work_death_idr: int
    scholarship_idr: int
    scholarship_children: int
    scholarship_years: int
    references: tuple[str, ...]


def offer_at(day: date) -> Offer:
    """Raises ReferenceDataError for a day that a rule says nothing about."""
    bands = rules.at("bpu_base_income_idr", day).value
    return Offer(
        basic_idr=bpu_contribution(0, BASIC, day).total_idr,
        savings_idr=bpu_contribution(0, ("JHT",), day).total_idr,
        band_below_idr=int(bands[1]["from_idr"]),
        discounts=tuple(_discounts(day)),
        death_idr=benefits.jkm_benefit(day).total_idr,
        work_death_idr=benefits.jkk_death_benefit(bpu_base_income(0, day), day).total_idr,
        scholarship_idr=benefits.scholarship_maximum(day),
        scholarship_children=int(rules.at("scholarship_maximum_children", day).value),
        scholarship_years=int(rules.at("scholarship_minimum_contribution_years", day).value["JKM"]),
        references=tuple(dict.fromkeys(law for name in _RULES for law in _laws(name, day))),
    )


def _laws(rule: str, day: date) -> list[str]:
    """The laws of a rule without article or annex: `PP 44/2015 Lampiran II` is PP 44/2015."""
    return [
        re.split(" Lampiran| Pasal", law)[0].strip()
        for law in rules.at(rule, day).reference.split(";")
    ]


def _discounts(day: date) -> Iterator[Discount]:
    for name in DISCOUNTS:
        rule = rules.at(f"contribution_discount_{name}", day)
        if not rule.value["percent"] or "BPU" not in rule.value["segments"]:
            continue
        percents = [rule.value["percent"].get(programme, 0) for programme in BASIC]
        amount = bpu_contribution(0, BASIC, day, discount=name).total_idr
        yield Discount(name, float(max(percents)), amount, rule.valid_to)


def cost_and_benefits(releasable: Releasable, language: str) -> Blocks:
    """Contribution, benefits at death, scholarship; then savings, discounts and conditions.

    By the rules of the first day of the period, named at the foot of the page. Raises ReferenceDataError where the law of
    that day is not known.
    """
    context = open_part(releasable, language)
    offer = offer_at(releasable.period.first_day)
    return context.show(
        [
            blocks.heading(2, "offer", context.say("village_page.offer.section")),
            blocks.key_figures(list(_tiles(context, offer))),
            blocks.paragraph(joined(list(_sentences(context, offer)))),
        ]
    )


def _tiles(context: PartContext, offer: Offer) -> Iterator[KeyFigure]:
    language = context.language
    below = short_rupiah_text(offer.band_below_idr, language)
    children = _children(context, offer)
    for name, amount in (
        ("basic", rupiah_text(offer.basic_idr, language)),
        ("death", short_rupiah_text(offer.death_idr, language)),
        ("work_death", short_rupiah_text(offer.work_death_idr, language)),
        ("scholarship", short_rupiah_text(offer.scholarship_idr, language)),
    ):
        detail = context.say(f"village_page.offer.{name}_detail", below=below, children=children)
        label = context.say(f"village_page.offer.{name}")
        yield key_figure(name.replace("_", "-"), label, amount, detail=[detail])


def _children(context: PartContext, offer: Offer) -> str:
    count = offer.scholarship_children
    return context.words.counted(
        "noun.children", count, value=decimal_text(count, context.language)
    )


def _sentences(context: PartContext, offer: Offer) -> Iterator[list[Inline]]:
    language = context.language
    savings = rupiah_text(offer.savings_idr, language)
    yield marked(context, "village_page.offer.savings", amount=savings)
    for discount in offer.discounts:
        key = "discount_until" if discount.last_day else "discount"
        yield marked(
            context, f"village_page.offer.{key}",
            who=context.say(f"village_page.offer.discount_for.{discount.name}"),
            percent=percent_text(discount.percent, language, 0),
            amount=rupiah_text(discount.amount_idr, language),
            day=day_text(discount.last_day, language) if discount.last_day else "",
        )  # fmt: skip
    years = decimal_text(offer.scholarship_years, language)
    counted = context.words.counted(
        "village_page.offer.years", offer.scholarship_years, value=years
    )
    yield marked(context, "village_page.offer.conditions", years=counted)
