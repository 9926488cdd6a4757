"""Every measure of participation once more, person by person, in plain Python: slow, and easy to check.

`measures(tables, period, province, regions)` has a figure for every row of `participation_measures` that
is available, keyed (indicator, region_code, as_of, dimension, category, scope).
`regions` are the codes of all known regions, which have figures though nobody is there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from coverage_lib.indicators.participation.attributes import DIMENSIONS, age_bands, categories
from coverage_lib.periods import Month, month_of
from coverage_lib.reference import rules

Row = Mapping[str, Any]
Key = tuple[str, str, date, str, str, str]
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")
EXCLUDING, INCLUDING = "excl_jakon", "incl_jakon"


@dataclass(frozen=True)
class Stock:
    """Active persons of a month by region (every level) and segment."""

    month: Month
    as_of: date
    persons: Mapping[tuple[str, str], int]

    def segments(self) -> set[str]:
        return {segment for _, segment in self.persons}

    def scopes(self) -> dict[str, set[str]]:
        """Which segments each scope counts; the wider one only where there is construction."""
        found = self.segments()
        scopes = {EXCLUDING: found - {"JAKON"}}
        return scopes | ({INCLUDING: found} if "JAKON" in found else {})

    def totals(self, segments: set[str]) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for (region, segment), persons in self.persons.items():
            if segment in segments:
                sums[region] += persons
        return dict(sums)


class Register:
    """One extract: who has an open membership, and which one counts."""

    def __init__(self, rows: Iterable[Row], day: date, nowhere: str) -> None:
        self.day = day
        of_person: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["as_of_date"] == day:
                of_person[row["person_key"]].append(
                    {**row, "village_code": row["village_code"] or nowhere}
                )
        self.everybody = set(of_person)
        self.active: dict[str, Row] = {}
        self.registered: dict[str, Row] = {}
        self.programmes: dict[str, set[str]] = {}
        for person, memberships in of_person.items():
            covering = [row for row in memberships if is_active(row, day)]
            still_open = [row for row in memberships if is_open(row, day)]
            if covering:
                self.active[person] = min(covering, key=self._preference)
                self.programmes[person] = {
                    name for name in PROGRAMMES for row in covering if row[name.lower()]
                }
            if still_open:
                self.registered[person] = min(covering or still_open, key=self._preference)

    def _preference(self, row: Row) -> tuple[Any, ...]:
        places = [categories(name).index(category_of(row, name, self.day)) for name in DIMENSIONS]
        newest_first = -row["start_date"].toordinal()
        return SEGMENTS.index(row["segment"]), newest_first, row["village_code"], *places


def is_open(row: Row, day: date) -> bool:
    return row["start_date"] <= day and (row["end_date"] is None or row["end_date"] > day)


def is_active(row: Row, day: date) -> bool:
    if not is_open(row, day) or row["segment"] != "BPU":
        return is_open(row, day)
    due_day = min(rules.at("contribution_due_day", day).value, month_of(day).last_day.day)
    last_due = month_of(day).plus(-1 if day.day > due_day else -2)
    before_the_start = month_of(row["start_date"]).plus(-1)
    paid = max(before_the_start, month_of(row["paid_through_month"] or before_the_start.first_day))
    return paid.months_until(last_due) < rules.at("bpu_lapse_unpaid_months", day).value


def category_of(row: Row, dimension: str, day: date) -> str:
    if dimension != "age_band":
        return row.get(dimension) or "unknown"
    if row.get("birth_year") is None:
        return "unknown"
    age = day.year - row["birth_year"]
    reached = [name for name, first in age_bands().items() if age >= first]
    return reached[-1] if reached else "unknown"


def levels(code: str) -> list[str]:
    return [code[:length] for length in (2, 5, 8, 13) if len(code) >= length]


def months_of_register(tables: Mapping[str, Sequence[Row]], period: Month) -> dict[date, Month]:
    """The extracts that are read: those of the period and the month before, else unsummarised months."""
    summarised = {
        row["cut_off_date"]: month_of(row["month"]) for row in tables.get("participant_summary", ())
    }
    days = sorted({row["as_of_date"] for row in tables.get("participants", ())})
    months = {day: summarised.get(day, month_of(day)) for day in days if day <= period.last_day}
    if months and max(months) not in summarised:
        months[max(months)] = period
    if period not in months.values():
        return {}
    return {
        day: month
        for day, month in months.items()
        if month in (period, period.plus(-1)) or month not in summarised.values()
    }


def measures(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str, regions: Collection[str]
) -> dict[Key, float]:
    known = {code for code in regions if code.split(".")[0] == province}
    figures: dict[Key, float] = {}
    registers = registers_of(tables, period, province)
    stocks = all_stocks(tables, period, registers, known)
    eligible = {
        stock.month: valid(tables, "eligible_workers", "segment", stock.as_of) for stock in stocks
    }
    for stock in stocks:
        figures |= coverage(stock, eligible[stock.month])
    for month, register in registers.items():
        figures |= programmes(register)
        if month == period:
            figures |= breakdowns(register, known)
            figures |= registered(register, known)
            figures |= groups(tables, register, known)
            if period.plus(-1) in registers:
                pair = [next(s for s in stocks if s.month == m) for m in (period.plus(-1), period)]
                figures |= flows(registers[period.plus(-1)], register, pair, known)
    return figures | coverage_changes(stocks, eligible, period)


def registers_of(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str
) -> dict[Month, Register]:
    nowhere = f"{province}.00.00.0000"
    return {
        month: Register(tables["participants"], day, nowhere)
        for day, month in months_of_register(tables, period).items()
    }


def all_stocks(
    tables: Mapping[str, Sequence[Row]],
    period: Month,
    registers: Mapping[Month, Register],
    known: set[str],
) -> list[Stock]:
    """Of the registers, and of the months that only the summary tells of."""
    stocks = [register_stock(month, register, known) for month, register in registers.items()]
    return stocks + summary_stocks(tables.get("participant_summary", ()), period, set(registers))


def register_stock(month: Month, register: Register, known: set[str]) -> Stock:
    counts = Counter(
        (region, row["segment"])
        for row in register.active.values()
        for region in levels(row["village_code"])
    )
    regions = known | {region for region, _ in counts}
    segments = {"PU", "BPU"} | {segment for _, segment in counts}
    persons = {(region, name): counts[region, name] for region in regions for name in segments}
    return Stock(month, register.day, persons)


def summary_stocks(rows: Sequence[Row], period: Month, told: set[Month]) -> list[Stock]:
    counts: dict[tuple[Month, date], Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in rows:
        month = month_of(row["month"])
        if month <= period and month not in told:
            for region in levels(row["region_code"]):
                place = (region, row["segment"])
                counts[month, row["cut_off_date"]][place] += row["active_participants"]
    return [Stock(month, day, dict(found)) for (month, day), found in counts.items()]


def valid(
    tables: Mapping[str, Sequence[Row]], table: str, by: str, day: date
) -> dict[tuple[str, str], int]:
    """Workers by region (every level) and segment or group, from the entries valid on a day."""
    column = {"eligible_workers": "eligible_workers", "group_potential": "potential_workers"}[table]
    workers: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.get(table, ()):
        if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day):
            for region in levels(row["region_code"]):
                workers[region, row[by]] += row[column]
    return dict(workers)


def total_workers(workers: Mapping[tuple[str, str], int]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (region, _), count in workers.items():
        sums[region] += count
    return dict(sums)


def coverage(stock: Stock, eligible: Mapping[tuple[str, str], int]) -> dict[Key, float]:
    figures: dict[Key, float] = {}
    day = stock.as_of
    total = total_workers(eligible)
    for region, workers in total.items():
        figures["eligible_workers", region, day, "total", "total", "all"] = workers
    for (region, segment), workers in eligible.items():
        figures["eligible_workers", region, day, "segment", segment, "all"] = workers
    for scope, segments in stock.scopes().items():
        for region, persons in stock.totals(segments).items():
            figures["active_participants", region, day, "total", "total", scope] = persons
            if total.get(region):
                share = 100 * persons / total[region]
                figures["coverage", region, day, "total", "total", scope] = share
    for (region, segment), persons in stock.persons.items():
        scope = scope_of(segment)
        figures["active_participants", region, day, "segment", segment, scope] = persons
        if eligible.get((region, segment)):
            share = 100 * persons / eligible[region, segment]
            figures["coverage", region, day, "segment", segment, scope] = share
    return figures


def scope_of(segment: str) -> str:
    return INCLUDING if segment == "JAKON" else EXCLUDING


def programmes(register: Register) -> dict[Key, float]:
    figures: dict[Key, float] = defaultdict(int)
    has_construction = any(row["segment"] == "JAKON" for row in register.active.values())
    for person, row in register.active.items():
        scopes = [INCLUDING] if has_construction else []
        scopes += [EXCLUDING] if row["segment"] != "JAKON" else []
        for region in levels(row["village_code"]):
            for name in PROGRAMMES:
                for scope in scopes:
                    key = ("active_participants", region, register.day, "programme", name, scope)
                    figures[key] += name in register.programmes[person]
    return dict(figures)


def breakdowns(register: Register, known: set[str]) -> dict[Key, float]:
    figures: dict[Key, float] = {}
    everybody = list(register.active.values())
    without = [row for row in everybody if row["segment"] != "JAKON"]
    scopes = {EXCLUDING: without}
    if len(without) < len(everybody):
        scopes[INCLUDING] = everybody
    for (scope, rows), dimension in product(scopes.items(), DIMENSIONS):
        regions = known | {region for row in rows for region in levels(row["village_code"])}
        counts = Counter(
            (region, category_of(row, dimension, register.day))
            for row in rows
            for region in levels(row["village_code"])
        )
        for region, name in product(regions, categories(dimension)):
            key = ("active_participants", region, register.day, dimension, name, scope)
            figures[key] = counts[region, name]
    return figures


def registered(register: Register, known: set[str]) -> dict[Key, float]:
    figures: dict[Key, float] = {}
    counts: Counter[tuple[str, str]] = Counter()
    active: Counter[tuple[str, str]] = Counter()
    for person, row in register.registered.items():
        for region in levels(row["village_code"]):
            counts[region, row["segment"]] += 1
            active[region, row["segment"]] += person in register.active
    found = {"PU", "BPU"} | {segment for _, segment in counts}
    blocks = [("segment", name, scope_of(name), {name}) for name in found]
    blocks.append(("total", "total", EXCLUDING, found - {"JAKON"}))
    if "JAKON" in found:
        blocks.append(("total", "total", INCLUDING, found))
    for dimension, category, scope, segments in blocks:
        for region in known | {region for region, _ in counts}:
            of = sum(counts[region, name] for name in segments)
            place = (region, register.day, dimension, category, scope)
            figures["registered_participants", *place] = of
            if of:
                share = 100 * sum(active[region, name] for name in segments) / of
                figures["active_share", *place] = share
    return figures


def groups(
    tables: Mapping[str, Sequence[Row]], register: Register, known: set[str]
) -> dict[Key, float]:
    potential = valid(tables, "group_potential", "worker_group", register.day)
    active = breakdowns(register, known)
    day = register.day
    return {
        ("group_coverage", region, day, "worker_group", group, EXCLUDING): 100
        * active["active_participants", region, day, "worker_group", group, EXCLUDING]
        / workers
        for (region, group), workers in potential.items()
        if workers
    }


def flows(
    earlier: Register, later: Register, stocks: Sequence[Stock], known: set[str]
) -> dict[Key, float]:
    """Each person's flows at each level, in each segment and scope that is told of."""
    day = later.day
    told = set().union(*(stock.segments() for stock in stocks))
    kinds = {name: {name} for name in told} | {EXCLUDING: told - {"JAKON"}}
    if "JAKON" in told:
        kinds[INCLUDING] = told
    counts: Counter[tuple[str, str, str]] = Counter()
    for person in earlier.active.keys() | later.active.keys():
        before, after = earlier.active.get(person), later.active.get(person)
        gone = "lapsed" if person in later.registered else "ended"
        come = "reactivated" if person in earlier.everybody else "new"
        for kind, segments in kinds.items():
            for level in range(4):
                left = levels(before["village_code"])[level] if before and before["segment"] in segments else None  # fmt: skip
                joined = levels(after["village_code"])[level] if after and after["segment"] in segments else None  # fmt: skip
                if left != joined:
                    if left:
                        counts[left, kind, "moved_out" if after else gone] += 1
                    if joined:
                        counts[joined, kind, "moved_in" if before else come] += 1
    regions = known | {region for stock in stocks for region, _ in stock.persons}
    figures: dict[Key, float] = {}
    for region in regions:
        for kind in kinds:
            by_flow = {name: counts[region, kind, name] for name in FLOWS}
            net = sum(by_flow[name] * sign for name, sign in FLOWS.items())
            is_scope = kind in (EXCLUDING, INCLUDING)
            scope = kind if is_scope else scope_of(kind)
            for name, persons in by_flow.items():
                place = ("flow", name, scope) if is_scope else ("segment_flow", f"{kind}:{name}", scope)  # fmt: skip
                figures["participant_flow", region, day, *place] = persons
            place = ("total", "total", scope) if is_scope else ("segment", kind, scope)
            figures["net_growth", region, day, *place] = net
    return figures


FLOWS = {"new": 1, "reactivated": 1, "moved_in": 1, "lapsed": -1, "ended": -1, "moved_out": -1}


def coverage_changes(
    stocks: Sequence[Stock],
    eligible: Mapping[Month, Mapping[tuple[str, str], int]],
    period: Month,
) -> dict[Key, float]:
    """Within one scope, so that the change is one of participants and of the denominator alone."""
    by_month = {stock.month: stock for stock in sorted(stocks, key=lambda stock: stock.as_of)}
    figures: dict[Key, float] = {}
    if period not in by_month:
        return figures
    after = by_month[period]
    for window in (1, 3, 12):
        before = by_month.get(period.plus(-window))
        if before is None:
            continue
        d0, d1 = (total_workers(eligible[stock.month]) for stock in (before, after))
        for scope in after.scopes().keys() & before.scopes().keys():
            n0, n1 = (stock.totals(stock.scopes()[scope]) for stock in (before, after))
            for region in n0.keys() & n1.keys():
                if not d0.get(region) or not d1.get(region):
                    continue
                share0, share1 = Fraction(n0[region], d0[region]), Fraction(n1[region], d1[region])
                mean = (Fraction(1, d0[region]) + Fraction(1, d1[region])) / 2
                participants = 100 * (n1[region] - n0[region]) * mean
                parts = {
                    "total": 100 * (share1 - share0),
                    "participants": participants,
                    "denominator": 100 * (share1 - share0) - participants,
                    "scope": 0,
                    "unknown": 0,
                }
                for name, value in parts.items():
                    key = (region, after.as_of, "effect", f"{window}:{name}", scope)
                    figures["coverage_change", *key] = float(value)
    return figures
