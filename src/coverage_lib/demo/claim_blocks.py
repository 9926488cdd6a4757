"""Claim payments of a year in blocks: how many, how much, when and where, before any row.

A block is what one published figure covers, such as January to March of one branch. Blocks
depend on the seed and the year alone, so that a payment is the same in every period's archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coverage_lib.demo.allocation import apportion, half_up, largest_share_solution
from coverage_lib.demo.calibration import Calibration

PROGRAMMES = ("JHT", "JKM", "JKK", "JP", "JKP")
LEVELS = ("TK", "SD", "SMP", "SMA", "PT")
_MOST_CHILDREN_SEARCHED = 600


@dataclass(frozen=True)
class Scholarships:
    """Children by school level; JKK pays for the first `jkk_percent` of them, JKM for the rest."""

    by_level: Mapping[str, int]

    @property
    def children(self) -> int:
        return sum(self.by_level.values())


@dataclass(frozen=True)
class Block:
    """Payments between two dates. `count` and `amount` by programme do not include scholarships.

    `windows` are (first day, last day, district codes or None for all, share of the block).
    """

    name: str
    count: Mapping[str, int]
    amount: Mapping[str, int]
    scholarships: Scholarships
    windows: tuple[tuple[date, date, tuple[str, ...] | None, float], ...]


def plan_blocks(calibration: Calibration, year: int) -> list[Block]:
    """The blocks of a calendar year; only those of the published years follow published figures."""
    rules = calibration.section("claims")
    published_year = rules["full_year"]["year"]
    if year <= published_year:
        return [_full_year(calibration, year, published_year - year)]
    if year == rules["to_date"]["date"].year:
        return [*_published_part(calibration), _plain_pace(calibration, rules["to_date"]["date"])]
    return [_plain_pace(calibration, date(year - 1, 12, 31))]


def scholarship_amount(calibration: Calibration, scholarships: Scholarships) -> int:
    prices = calibration.section("claims")["scholarship_amount_idr"]
    return sum(prices[level] * count for level, count in scholarships.by_level.items())


def jkk_children(calibration: Calibration, scholarships: Scholarships) -> int:
    """How many of the children are paid by the work accident programme; the first ones."""
    percent = calibration.section("claims")["scholarship_jkk_percent"]
    return half_up(scholarships.children * percent / 100)


def ordered_levels(scholarships: Scholarships) -> list[str]:
    """One school level a child, spread evenly so that any first part has a like mixture."""
    spread = [
        ((number + 0.5) / count, LEVELS.index(level), level)
        for level, count in scholarships.by_level.items()
        for number in range(count)
    ]
    return [level for _, _, level in sorted(spread)]


def _full_year(calibration: Calibration, year: int, years_before: int) -> Block:
    rules = calibration.section("claims")
    entry = rules["full_year"]
    factor = rules["later_months"]["years_before_factor"] ** years_before
    children = calibration.read(rules["scholarships_full_year"]["children"])
    amount = calibration.read(rules["scholarships_full_year"]["amount"])
    scholarships = _scholarships(calibration, children * factor, amount * factor)
    count, paid = {}, {}
    for programme in PROGRAMMES:
        key = programme.lower()
        count[programme] = calibration.scaled(
            factor * calibration.observation(f"{entry['count']}{key}", entry["date"])
        )
        paid[programme] = calibration.scaled(
            factor * calibration.observation(f"{entry['amount']}{key}", entry["date"])
        )
    _take_out(calibration, count, paid, scholarships)
    window = (date(year, 1, 1), date(year, 12, 31), None, 1.0)
    return Block(f"year {year}", count, paid, scholarships, (window,))


def _published_part(calibration: Calibration) -> list[Block]:
    """January to the published date: the branch's first quarter, and everything else."""
    rules = calibration.section("claims")
    whole, branch = rules["to_date"], rules["branch"]
    read = calibration.read
    total = _scholarships(calibration, read(whole["children"]), read(whole["scholarship_amount"]))
    levels = ordered_levels(total)
    first = half_up(len(levels) * branch["scholarship_share"])
    parts = [
        Scholarships({level: chosen.count(level) for level in LEVELS})
        for chosen in (levels[:first], levels[first:])
    ]
    counts = [read(branch["count"]), read(whole["count"]) - read(branch["count"])]
    amounts = [read(branch["amount"]), read(whole["amount"]) - read(branch["amount"])]
    end_of_quarter, end = branch["date"], whole["date"]
    start = date(end.year, 1, 1)
    districts = tuple(rules["branch_districts"])
    others = tuple(code for code in calibration.section("districts") if code not in districts)
    share = rules["remainder"]["first_quarter_share"]
    windows = (
        ((start, end_of_quarter, districts, 1.0),),
        (
            (start, end_of_quarter, others, share),
            (end_of_quarter + timedelta(days=1), end, None, 1.0 - share),
        ),
    )
    mixes = (branch["mix"], rules["remainder"]["mix"])
    return [
        _mixed(
            calibration,
            name,
            mix,
            calibration.scaled(count),
            calibration.scaled(amount),
            part,
            when,
        )
        for name, mix, count, amount, part, when in zip(
            ("branch", "remainder"), mixes, counts, amounts, parts, windows, strict=True
        )
    ]


def _plain_pace(calibration: Calibration, after: date) -> Block:
    """The rest of the year after a date, at an assumed number a day and the usual means."""
    rules = calibration.section("claims")
    pace = rules["later_months"]
    first = after + timedelta(days=1)
    last = date(first.year, 12, 31)
    days = (last - first).days + 1
    children = calibration.scaled(days * pace["scholarships_per_day"])
    shares = [rules["scholarship_level_shares"][level] for level in LEVELS]
    by_level = dict(zip(LEVELS, (int(n) for n in apportion(children, shares)), strict=True))
    scholarships = Scholarships(by_level)
    count = calibration.scaled(days * pace["claims_per_day"])
    means = rules["mean_amount_idr"]
    usual = sum(pace["mix"][name] * means[name] for name in PROGRAMMES)
    amount = half_up((count - children) * usual) + scholarship_amount(calibration, scholarships)
    window = (first, last, None, 1.0)
    return _mixed(calibration, f"pace {first}", pace["mix"], count, amount, scholarships, (window,))


def _mixed(
    calibration: Calibration,
    name: str,
    mix: Mapping[str, float],
    count: int,
    amount: int,
    scholarships: Scholarships,
    windows: tuple[tuple[date, date, tuple[str, ...] | None, float], ...],
) -> Block:
    """Split totals by programme: usual means everywhere, and old age savings take the rest."""
    means = calibration.section("claims")["mean_amount_idr"]
    numbers = apportion(count - scholarships.children, [mix[name] for name in PROGRAMMES])
    counts = dict(zip(PROGRAMMES, (int(number) for number in numbers), strict=True))
    amounts = {programme: counts[programme] * means[programme] for programme in PROGRAMMES}
    amounts["JHT"] = 0
    amounts["JHT"] = amount - scholarship_amount(calibration, scholarships) - sum(amounts.values())
    return Block(name, counts, amounts, scholarships, windows)


def _scholarships(calibration: Calibration, children: float, amount: float) -> Scholarships:
    """School levels whose yearly amounts give the total exactly, where that is possible."""
    rules: Mapping[str, Any] = calibration.section("claims")
    number, total = calibration.scaled(children), calibration.scaled(amount)
    prices = [rules["scholarship_amount_idr"][level] for level in LEVELS]
    shares = [rules["scholarship_level_shares"][level] for level in LEVELS]
    found = None
    if number <= _MOST_CHILDREN_SEARCHED:
        found = largest_share_solution(number, total, prices, shares)
    if found is None:
        found = tuple(int(count) for count in apportion(number, shares))
    return Scholarships(dict(zip(LEVELS, found, strict=True)))


def _take_out(
    calibration: Calibration,
    count: dict[str, int],
    amount: dict[str, int],
    scholarships: Scholarships,
) -> None:
    """Published programme figures include the scholarships that the programme paid."""
    prices = calibration.section("claims")["scholarship_amount_idr"]
    jkk = jkk_children(calibration, scholarships)
    for number, level in enumerate(ordered_levels(scholarships)):
        programme = "JKK" if number < jkk else "JKM"
        count[programme] -= 1
        amount[programme] -= prices[level]
