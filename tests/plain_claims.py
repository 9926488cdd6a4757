"""Every indicator of claims in plain Python: rows in, figures out, a loop at a time.

Written from the definitions, apart from the library's own way of computing: no engine, no
frames, days are walked one by one. Only reference data are shared (regions, rules, holidays,
benefit types, age bands), which have tests of their own.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from plain_participation import is_active

from coverage_lib.periods import Month, same_day_a_year_earlier
from coverage_lib.reference import rules
from coverage_lib.reference.age_bands import band_of, pending_age_bands
from coverage_lib.reference.benefit_types import (
    benefit_type_code,
    counted_codes,
    load_benefit_types,
)
from coverage_lib.reference.claim_limits import maximum_claim
from coverage_lib.reference.regions import load_regions
from coverage_lib.reference.working_days import load_free_days

Row = Mapping[str, Any]
Key = tuple[str, str, date, str, str, str]
PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
VILLAGE, SUBDISTRICT, DISTRICT, PROVINCE = 13, 8, 5, 2


def measures(tables: Mapping[str, Sequence[Row]], period: Month, province: str) -> dict[Key, float]:
    """(indicator, region_code, as_of, dimension, category, scope) -> value, of what is available."""
    found: dict[Key, float] = {}
    places = Places(province)
    if "claims" in tables:
        found |= of_claims(tables, period, places)
    if "scholarships" in tables:
        found |= of_scholarships(tables["scholarships"], period, places)
    if "claim_submissions" in tables:
        found |= of_submissions(tables["claim_submissions"], period, places)
    if period.last_day >= date(2019, 12, 2):
        found |= scholarship_maximum(period)
    return found


class Places:
    """The regions of a province, and where a row without a village belongs."""

    def __init__(self, province: str) -> None:
        self.province = province
        self.codes = [code for code in load_regions().by_code if code[:PROVINCE] == province]

    def village(self, row: Row) -> str:
        return row["village_code"] or f"{self.province}.00.00.0000"

    def of(self, rows: Iterable[Row], lowest: int) -> list[str]:
        """The regions of the province down to a level, and the unknown ones that rows are in."""
        villages = {self.village(row) for row in rows}
        above = {village[:length] for village in villages for length in (2, 5, 8, 13)}
        return [code for code in {*self.codes, *above} if len(code) <= lowest]


def latest(rows: Sequence[Row], period: Month) -> date:
    return max(row["as_of_date"] for row in rows if row["as_of_date"] <= period.last_day)


def within(rows: Iterable[Row], first: date, last: date) -> list[Row]:
    return [row for row in rows if first <= row["paid_date"] <= last]


def spans(rows: Sequence[Row], as_of: date) -> Iterator[tuple[date, list[Row]]]:
    """(last day, rows paid since 1 January of its year): this year, and the one before if it is whole."""
    yield as_of, within(rows, date(as_of.year, 1, 1), as_of)
    if rows and min(row["paid_date"] for row in rows) <= date(as_of.year - 1, 1, 31):
        start = date(as_of.year - 1, 1, 1)
        for last in (same_day_a_year_earlier(as_of), date(as_of.year - 1, 12, 31)):
            if last.month != 12 or last == date(last.year, 12, 31) or as_of.month == 12:
                yield last, within(rows, start, last)
                if as_of.month == 12:
                    return


def tally(
    rows: Sequence[Row], places: Places, lowest: int, categories: Sequence[str], name_of: Any
) -> dict[tuple[str, str], list[Row]]:
    """(region, category) -> its rows, an empty list where there are none."""
    cells: dict[tuple[str, str], list[Row]] = {
        (code, name): [] for code in places.of(rows, lowest) for name in categories
    }
    for row in rows:
        for length in (2, 5, 8, 13):
            if length <= lowest:
                cells[places.village(row)[:length], name_of(row)].append(row)
    return cells


def whole(_row: Row) -> str:
    return "total"


def programme(row: Row) -> str:
    return str(row["programme"])


def month_name(row: Row) -> str:
    return f"{row['paid_date']:%Y-%m}"


def benefit(row: Row) -> str:
    code = benefit_type_code(row["benefit_type"])
    types = load_benefit_types()
    return types[code].counted_as if code in types else code


# --- the archive ------------------------------------------------------------------------


def of_claims(
    tables: Mapping[str, Sequence[Row]], period: Month, places: Places
) -> dict[Key, float]:
    claims = tables["claims"]
    as_of = latest(claims, period)
    claims = [row for row in claims if row["paid_date"] <= as_of]
    found: dict[Key, float] = {}
    for last, rows in spans(claims, as_of):
        months = [f"{last.year}-{number:02d}" for number in range(1, last.month + 1)]
        for dimension, lowest, categories, name_of in (
            ("total", VILLAGE, ["total"], whole),
            ("programme", SUBDISTRICT, PROGRAMMES, programme),
            ("segment", SUBDISTRICT, (*SEGMENTS, "unknown"), lambda row: row["segment"] or "unknown"),
            ("benefit_type", SUBDISTRICT, counted_codes(), benefit),
            ("month", DISTRICT, months, month_name),
        ):  # fmt: skip
            for (code, name), here in tally(rows, places, lowest, categories, name_of).items():
                key = (code, last, dimension, name, "all")
                found["claims_paid", *key] = len(here)
                found["claims_amount_idr", *key] = sum(row["amount_idr"] for row in here)
    year = within(claims, date(as_of.year, 1, 1), as_of)
    found |= sizes(year, as_of, places)
    found |= timeliness(year, as_of, places)
    found |= findings(year, tables.get("participants"), as_of, places)
    found |= frequency(found, tables.get("participants", ()), period, as_of, places)
    return found


def by_total_and_programme(
    rows: Sequence[Row], places: Places, lowest: int
) -> Iterator[tuple[str, str, str, list[Row]]]:
    """(region, dimension, category, rows)"""
    for (code, name), here in tally(rows, places, lowest, ["total"], whole).items():
        yield code, "total", name, here
    for (code, name), here in tally(rows, places, lowest, PROGRAMMES, programme).items():
        yield code, "programme", name, here


def sizes(year: Sequence[Row], as_of: date, places: Places) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for code, dimension, name, here in by_total_and_programme(year, places, SUBDISTRICT):
        amounts = [row["amount_idr"] for row in here]
        if amounts:
            key = (code, as_of, dimension, name, "all")
            found["benefit_mean_idr", *key] = sum(amounts) / len(amounts)
            found["benefit_median_idr", *key] = statistics.median(amounts)
    return found


HOLIDAYS = {free.day for free in load_free_days() if free.kind != "joint_leave"}


def working_days(start: date, end: date) -> int:
    """Days after `start`, up to and including `end`, that are worked."""
    days = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def outcome(row: Row) -> str:
    submitted, paid = row["submitted_date"], row["paid_date"]
    if submitted is None:
        return "submission_unknown"
    if paid < submitted:
        return "paid_before_submission"
    terms = rules.at("claim_term_working_days", submitted).value
    if row["programme"] not in terms:
        return "no_term"
    return "within_term" if working_days(submitted, paid) <= terms[row["programme"]] else "late"


def timeliness(year: Sequence[Row], as_of: date, places: Places) -> dict[Key, float]:
    found: dict[Key, float] = {}
    outcomes = ("within_term", "late", "no_term", "submission_unknown", "paid_before_submission")
    for (code, name), here in tally(year, places, SUBDISTRICT, outcomes, outcome).items():
        found["claims_paid", code, as_of, "timeliness", name, "all"] = len(here)
    for code, dimension, name, here in by_total_and_programme(year, places, SUBDISTRICT):
        key = (code, as_of, dimension, name, "all")
        told = [outcome(row) for row in here]
        with_term = told.count("within_term") + told.count("late")
        if with_term:
            found["claims_within_term", *key] = 100 * told.count("within_term") / with_term
        taken = sorted(
            working_days(row["submitted_date"], row["paid_date"])
            for row, became in zip(here, told, strict=True)
            if became in {"within_term", "late", "no_term"}
        )
        if taken:
            found["payment_days_median", *key] = statistics.median(taken)
            found["payment_days_p90", *key] = next(
                days for place, days in enumerate(taken, 1) if 10 * place >= 9 * len(taken)
            )
    return found


def findings(
    year: Sequence[Row], register: Sequence[Row] | None, as_of: date, places: Places
) -> dict[Key, float]:
    found: dict[Key, float] = {}
    cards = {row["membership_key"] for row in register or ()}
    for code, dimension, name, here in by_total_and_programme(year, places, VILLAGE):
        excesses = []
        for row in here:
            most = maximum_claim(row["programme"], row["benefit_type"], None, row["paid_date"])
            if most is not None and row["amount_idr"] > most:
                excesses.append(row["amount_idr"] - most)
        keys = [row["membership_key"] for row in here]
        counts = {
            "claims_above_maximum": len(excesses),
            "claims_above_maximum_idr": sum(excesses),
            "claims_without_card_number": keys.count(None),
            "claims_paid_before_submission": [outcome(row) for row in here].count(
                "paid_before_submission"
            ),
        }
        if register is not None:
            counts["claims_without_membership"] = sum(
                card is not None and card not in cards for card in keys
            )
        for indicator, count in counts.items():
            found[indicator, code, as_of, dimension, name, "all"] = count
    return found


# --- participants, for the frequency ------------------------------------------------------


def stock(register: Sequence[Row], day: date) -> dict[tuple[str, str], int]:
    """(region, total or programme) -> active persons, each at the place of the first membership."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in register:
        if row["as_of_date"] == day and is_active(row, day):
            held[row["person_key"]].append(row)
    found: dict[tuple[str, str], int] = defaultdict(int)
    for memberships in held.values():
        first = min(
            memberships,
            key=lambda row: (
                SEGMENTS.index(row["segment"]), -row["start_date"].toordinal(),
                row["village_code"],
            ),
        )  # fmt: skip
        names = [name for name in PROGRAMMES if any(row[name.lower()] for row in memberships)]
        for length in (2, 5, 8, 13):
            for name in ("total", *names):
                found[first["village_code"][:length], name] += 1
    return found


def frequency(
    paid: Mapping[Key, float],
    register: Sequence[Row],
    period: Month,
    as_of: date,
    places: Places,
) -> dict[Key, float]:
    days = sorted({row["as_of_date"] for row in register if row["as_of_date"] <= period.last_day})
    stocks = [stock(register, day) for day in days]
    span = (as_of - date(as_of.year, 1, 1)).days + 1
    weights = [0.0] * len(days)
    for step in range(span):
        day = date(as_of.year, 1, 1) + timedelta(days=step)
        after = next((place for place, known in enumerate(days) if known >= day), None)
        if after is None:
            weights[-1:] = [weight + 1 / span for weight in weights[-1:]]
        elif after == 0 or days[after] == day:
            weights[after] += 1 / span
        else:
            share = (day - days[after - 1]).days / (days[after] - days[after - 1]).days
            weights[after] += share / span
            weights[after - 1] += (1 - share) / span
    found: dict[Key, float] = {}
    for (indicator, code, last, dimension, name, scope), count in paid.items():
        if indicator == "claims_paid" and last == as_of and dimension in {"total", "programme"}:
            average = sum(
                weight * one.get((code, name), 0)
                for weight, one in zip(weights, stocks, strict=True)
            )
            if average > 0:
                key = (code, as_of, dimension, name, scope)
                found["claim_frequency", *key] = 1000 * count / average
    return found


# --- scholarships and submissions -----------------------------------------------------------


def of_scholarships(rows: Sequence[Row], period: Month, places: Places) -> dict[Key, float]:
    as_of = latest(rows, period)
    found: dict[Key, float] = {}
    for last, paid in spans([row for row in rows if row["paid_date"] <= as_of], as_of):
        by_child: dict[str, list[Row]] = defaultdict(list)
        for row in paid:
            by_child[row["child_key"] or row["claim_key"]].append(row)
        children = [
            max(of_child, key=lambda row: (row["paid_date"], Backwards(row["claim_key"])))
            for of_child in by_child.values()
        ]
        levels = list(rules.at("scholarship_amount_per_year_idr", last).value)
        for dimension, lowest, categories, name_of in (
            ("total", VILLAGE, ["total"], whole),
            ("programme", DISTRICT, ["JKK", "JKM"], programme),
            ("school_level", DISTRICT, levels, lambda row: row["school_level"]),
        ):
            # Places of all payments: where a child counted elsewhere was paid, it is 0.
            counted = tally(children, places, lowest, categories, name_of)
            amounts = tally(paid, places, lowest, categories, name_of)
            for (code, name), here in amounts.items():
                key = (code, last, dimension, name, "all")
                found["scholarship_children", *key] = len(counted.get((code, name), ()))
                if code == places.province:
                    found["scholarship_amount_idr", *key] = sum(row["amount_idr"] for row in here)
    return found


class Backwards(str):
    """A text that sorts the other way round."""

    __slots__ = ()

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def scholarship_maximum(period: Month) -> dict[Key, float]:
    day = period.last_day
    a_year = rules.at("scholarship_amount_per_year_idr", day).value
    years = rules.at("scholarship_maximum_years", day).value
    children = rules.at("scholarship_maximum_children", day).value
    most = children * sum(a_year[level] * years[level] for level in a_year)
    return {
        ("scholarship_maximum_idr", code, day, "total", "total", "all"): most
        for code in load_regions().by_code
    }


def waits(row: Row, as_of: date) -> bool:
    if row["decided_date"] is not None:
        return bool(row["decided_date"] > as_of)
    return bool(row["status"] == "submitted")


def contradicts(row: Row, as_of: date) -> bool:
    decided, is_waiting = row["decided_date"], row["status"] == "submitted"
    if decided is None:
        return not is_waiting
    return bool(decided < row["submitted_date"] or (is_waiting and decided <= as_of))


def of_submissions(rows: Sequence[Row], period: Month, places: Places) -> dict[Key, float]:
    as_of = latest(rows, period)
    made = [row for row in rows if row["submitted_date"] <= as_of]
    waiting = [row for row in made if waits(row, as_of)]
    faulty = [row for row in made if contradicts(row, as_of)]
    alike: dict[tuple[str, str], int] = defaultdict(int)
    for row in waiting:
        alike[row["membership_key"], row["programme"]] += 1
    double = [
        row
        for row in waiting
        if row["membership_key"] is not None and alike[row["membership_key"], row["programme"]] > 1
    ]

    def band(row: Row) -> str:
        return band_of(working_days(row["submitted_date"], as_of))

    bands = [one.code for one in pending_age_bands()]
    both = [f"{name}/{code}" for name in PROGRAMMES for code in bands]
    found: dict[Key, float] = {}
    for indicator, listed, dimension, lowest, categories, name_of in (
        ("pending_claims", waiting, "total", VILLAGE, ["total"], whole),
        ("pending_claims", waiting, "programme", SUBDISTRICT, PROGRAMMES, programme),
        ("pending_claims", waiting, "age_band", SUBDISTRICT, bands, band),
        (
            "pending_claims", waiting, "programme_age_band", DISTRICT, both,
            lambda row: f"{row['programme']}/{band(row)}",
        ),
        ("pending_claims_overlapping", double, "total", VILLAGE, ["total"], whole),
        ("pending_claims_overlapping", double, "programme", SUBDISTRICT, PROGRAMMES, programme),
        ("submissions_contradictory", faulty, "total", VILLAGE, ["total"], whole),
        ("submissions_contradictory", faulty, "programme", SUBDISTRICT, PROGRAMMES, programme),
    ):  # fmt: skip
        cells = tally(listed, places, lowest, categories, name_of)
        # A place of which anything is told has all of it.
        for code in places.of([*waiting, *faulty], lowest):
            for name in categories:
                here = cells.get((code, name), ())
                found[indicator, code, as_of, dimension, name, "all"] = len(here)
    for code, dimension, name, here in by_total_and_programme(waiting, places, SUBDISTRICT):
        if here:
            ages = [working_days(row["submitted_date"], as_of) for row in here]
            key = (code, as_of, dimension, name, "all")
            found["pending_days_median", *key] = statistics.median(ages)
    return found
