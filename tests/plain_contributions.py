"""The contribution indicators once more, with dictionaries and loops, to hold the real ones against.

Nothing of `indicators.contributions` is used here but its two lists (bands, funders): data, not code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from plain_participation import category_of, is_active

from coverage_lib.indicators.contributions.arrears import arrears_bands
from coverage_lib.indicators.contributions.subsidies import subsidising_funders
from coverage_lib.indicators.participation.attributes import DIMENSIONS, categories
from coverage_lib.periods import Month, month_of
from coverage_lib.reference import rules
from coverage_lib.reference.contributions import bpu_base_income
from coverage_lib.reference.working_days import load_free_days

Row = Mapping[str, Any]
Key = tuple[str, str, date, str, str, str]
PROGRAMMES = ("jkk", "jkm", "jht", "jp")
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")


class Figures(dict[Key, float]):
    """Figures under their keys; regions as the real rows have them, from the province down."""

    def __init__(self, province: str, regions: Iterable[str]) -> None:
        super().__init__()
        self.places = [
            code for code in regions if code == province or code.startswith(province + ".")
        ]

    def put(
        self, indicator: str, place: str, as_of: date, value: float | None,
        dimension: str = "total", category: str = "total",
    ) -> None:  # fmt: skip
        if value is not None:
            self[indicator, place, as_of, dimension, category, "all"] = float(value)


def measures(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str, regions: Collection[str]
) -> dict[Key, float]:
    """All available figures. `regions` are the codes that always have a row."""
    figures = Figures(province, regions)
    nowhere = f"{province}.00.00.0000"
    if "contribution_billing" in tables:
        bills = [_bill(row, nowhere) for row in _latest(tables["contribution_billing"], period)]
        as_of = _day(tables["contribution_billing"], period)
        due = _last_due(as_of)
        _collection(figures, bills, as_of, due)
        _compliance(figures, bills, as_of, due)
        _arrears(figures, bills, as_of, due)
        _bill_findings(figures, bills, as_of, due, province)
        if "claims" in tables:
            claims_day = _day(tables["claims"], period)
            _ratio(figures, bills, tables["claims"], claims_day, as_of, due, nowhere)
    register: Sequence[Row] = ()
    if "participants" in tables:
        register = _latest(tables["participants"], period)
        _subsidies(figures, register, _day(tables["participants"], period), nowhere)
    if "contributions" in tables:
        listed = _latest(tables["contributions"], period)
        day = _day(tables["contributions"], period)
        _list_findings(figures, listed, register, "participants" in tables, day, province)
    return dict(figures)


def _day(rows: Sequence[Row], period: Month) -> date:
    return max(row["as_of_date"] for row in rows if row["as_of_date"] <= period.last_day)


def _latest(rows: Sequence[Row], period: Month) -> list[Row]:
    day = _day(rows, period)
    return [row for row in rows if row["as_of_date"] == day]


def _last_due(as_of: date) -> Month:
    """The latest month that was late on the day: its due day is over."""
    month = month_of(as_of)
    while _due_day(month) >= as_of:
        month = month.plus(-1)
    return month


def _due_day(month: Month) -> date:
    following = month.plus(1)
    day = rules.at("contribution_due_day", following.first_day).value
    return following.first_day.replace(day=min(day, following.last_day.day))


def _bill(row: Row, nowhere: str) -> dict[str, Any]:
    due = {name.upper(): row[f"due_{name}_idr"] or 0 for name in PROGRAMMES}
    paid = {name.upper(): row[f"collected_{name}_idr"] or 0 for name in PROGRAMMES}
    return {
        "employer": row["employer_key"], "segment": row["segment"], "month": month_of(row["month"]),
        "village": row["village_code"] or nowhere, "sector": row["employer_sector"] or "unknown",
        "paid_date": row["paid_date"], "due": due, "paid": paid,
        "missing": max(sum(due.values()) - sum(paid.values()), 0),
    }  # fmt: skip


def _above(village: str, longest: int) -> Iterator[str]:
    for length in (2, 5, 8, 13):
        if length <= longest:
            yield village[:length]


def _percent(part: float, whole: float) -> float | None:
    return None if not whole else 100 * part / whole


def _collection(figures: Figures, bills: list[dict], as_of: date, due: Month) -> None:
    months = [Month(due.year, number) for number in range(1, due.number + 1)]
    categories = {
        ("total", 13): ["total"],
        ("segment", 8): list(SEGMENTS),
        ("programme", 8): [name.upper() for name in PROGRAMMES],
        ("month", 5): [str(month) for month in months],
    }
    found: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for bill in bills:
        if bill["month"] not in months:
            continue
        for programme in bill["due"]:
            told = {"total": "total", "segment": bill["segment"], "programme": programme,
                    "month": str(bill["month"])}  # fmt: skip
            for dimension, longest in categories:
                for place in _above(bill["village"], longest):
                    sums = found[dimension, told[dimension], place]
                    sums[0] += bill["due"][programme]
                    sums[1] += bill["paid"][programme]
    for (dimension, longest), names in categories.items():
        seen = {place for (of, _, place) in found if of == dimension}
        places = {*seen, *(place for place in figures.places if len(place) <= longest)}
        for place in places:
            for name in names:
                owed, paid = found.get((dimension, name, place), (0, 0))
                figures.put("contributions_due_idr", place, as_of, owed, dimension, name)
                figures.put("contributions_collected_idr", place, as_of, paid, dimension, name)
                figures.put("collection_rate", place, as_of, _percent(paid, owed), dimension, name)


def _compliance(figures: Figures, bills: list[dict], as_of: date, due: Month) -> None:
    billed: dict[str, list[dict]] = defaultdict(list)
    for bill in bills:
        if (
            bill["month"] == due
            and bill["segment"] in {"PU", "JAKON"}
            and sum(bill["due"].values())
        ):
            billed[bill["employer"]].append(bill)
    found: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for of_employer in billed.values():
        # The largest bill; of equal ones that for wage earners, then the first village.
        home = min(
            of_employer,
            key=lambda bill: (-sum(bill["due"].values()), bill["segment"] != "PU", bill["village"]),
        )
        full = all(bill["missing"] == 0 for bill in of_employer)
        timely = full and all(
            bill["paid_date"] is not None and bill["paid_date"] <= _due_day(due)
            for bill in of_employer
        )
        for dimension, name, longest in (("total", "total", 13), ("sector", home["sector"], 5)):
            for place in _above(home["village"], longest):
                sums = found[dimension, name, place]
                sums[0] += 1
                sums[1] += full
                sums[2] += timely
    for (dimension, name, place), (employers, full, timely) in found.items():
        figures.put("employer_compliance", place, as_of, _percent(full, employers), dimension, name)
        figures.put(
            "employer_compliance_on_time",
            place,
            as_of,
            _percent(timely, employers),
            dimension,
            name,
        )


def _arrears(figures: Figures, bills: list[dict], as_of: date, due: Month) -> None:
    def band(month: Month) -> str:
        age = (due.year - month.year) * 12 + due.number - month.number + 1
        name = ""
        for entry in arrears_bands():
            if age >= entry.first_month:
                name = entry.name
        return name

    rupiah: list[tuple[str, str, Month, int]] = []
    accounts: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for bill in bills:
        if bill["missing"] and bill["month"] <= due:
            rupiah.append((bill["village"], bill["segment"], bill["month"], bill["missing"]))
            accounts[bill["employer"], bill["segment"]].append(bill)
    counted = []
    for (_, segment), owed in accounts.items():
        newest = max(bill["month"] for bill in owed)
        village = min(bill["village"] for bill in owed if bill["month"] == newest)
        counted.append((village, segment, min(bill["month"] for bill in owed), 1))
    categories = {
        ("total", 13): ["total"],
        ("segment", 8): list(SEGMENTS),
        ("arrears_age", 8): [entry.name for entry in arrears_bands()],
    }
    for indicator, entries in (("arrears_idr", rupiah), ("accounts_in_arrears", counted)):
        found: dict[tuple, int] = defaultdict(int)
        # A bill that is paid still gives its unknown region a row of 0 rupiah.
        places = set(figures.places) | _places_of_rows(indicator, bills, due, counted)
        for village, segment, month, number in entries:
            told = {"total": "total", "segment": segment, "arrears_age": band(month)}
            for dimension, longest in categories:
                for place in _above(village, longest):
                    found[dimension, told[dimension], place] += number
        for (dimension, longest), names in categories.items():
            for place in places:
                if len(place) <= longest:
                    for name in names:
                        value = found.get((dimension, name, place), 0)
                        figures.put(indicator, place, as_of, value, dimension, name)


def _places_of_rows(indicator: str, bills: list[dict], due: Month, counted: list) -> set[str]:
    if indicator == "arrears_idr":
        villages = {bill["village"] for bill in bills if bill["month"] <= due}
    else:
        villages = {village for village, *_ in counted}
    return {place for village in villages for place in _above(village, 13)}


def _bill_findings(
    figures: Figures, bills: list[dict], as_of: date, due: Month, province: str
) -> None:
    found = {
        "overpaid_bills": sum(sum(b["paid"].values()) > sum(b["due"].values()) for b in bills),
        "undated_bills": sum(sum(b["paid"].values()) > 0 and b["paid_date"] is None for b in bills),
        "bills_not_yet_due": sum(bill["month"] > due for bill in bills),
    }
    for name, number in found.items():
        figures.put("contribution_findings", province, as_of, number, "finding", name)


def _ratio(
    figures: Figures, bills: list[dict], claims: Sequence[Row], claims_day: date, as_of: date,
    due: Month, nowhere: str,
) -> None:  # fmt: skip
    if not claims:
        return
    first = _first_whole_month(min(claim["paid_date"] for claim in claims))
    whole = [
        Month(due.year, number)
        for number in range(1, due.number + 1)
        if Month(due.year, number).last_day <= claims_day and Month(due.year, number) >= first
    ]
    months = [month for month in whole if any(bill["month"] == month for bill in bills)]
    benefits: dict[tuple, int] = defaultdict(int)
    contributions: dict[tuple, int] = defaultdict(int)
    for claim in claims:
        if month_of(claim["paid_date"]) in months:
            for place in _above(claim["village_code"] or nowhere, 5):
                for of in (("total", "total"), ("programme", claim["programme"]),
                           ("segment", claim["segment"] or "unknown")):  # fmt: skip
                    benefits[place, of] += claim["amount_idr"]
    for bill in bills:
        if bill["month"] in months:
            for place in _above(bill["village"], 5):
                contributions[place, ("total", "total")] += sum(bill["paid"].values())
                contributions[place, ("segment", bill["segment"])] += sum(bill["paid"].values())
                for programme, paid in bill["paid"].items():
                    contributions[place, ("programme", programme)] += paid
    for (place, of), collected in contributions.items():
        figures.put("claim_ratio", place, as_of, _percent(benefits[place, of], collected), *of)


def _first_whole_month(earliest: date) -> Month:
    """That of the earliest payment, unless working days went by before it."""
    holidays = {free.day for free in load_free_days() if free.kind != "joint_leave"}
    known = {free.day.year for free in load_free_days()}
    days = [earliest.replace(day=number) for number in range(1, earliest.day)]
    is_late = any(day.weekday() < 5 and day not in holidays for day in days)
    month = month_of(earliest)
    return month.plus(1) if is_late or earliest.year not in known else month


def _subsidies(figures: Figures, register: Sequence[Row], as_of: date, nowhere: str) -> None:
    persons: dict[str, list[tuple]] = defaultdict(list)
    entries: list[tuple[str, str, int, int]] = []
    for row in register:
        funder = row["funder"]
        if funder not in subsidising_funders() or not is_active(row, as_of):
            continue
        village = row["village_code"] or nowhere
        months = _months_of_year(row, as_of.year)
        entries.append((village, funder, 0, months))
        attributes = [categories(name).index(category_of(row, name, as_of)) for name in DIMENSIONS]
        newest_first = -row["start_date"].toordinal()
        order = (SEGMENTS.index(row["segment"]), newest_first, village, *attributes)
        persons[row["person_key"]].append((order, village, funder))
    for memberships in persons.values():
        _, village, funder = min(memberships)
        entries.append((village, funder, 1, 0))
    places = {place for village, *_ in entries for place in _above(village, 13)} | set(
        figures.places
    )
    for position, indicator in ((2, "subsidised_participants"), (3, "subsidised_months")):
        for place in places:
            here = [entry for entry in entries if entry[0].startswith(place)]
            figures.put(indicator, place, as_of, sum(entry[position] for entry in here))
            if len(place) <= 8:
                for name in subsidising_funders():
                    value = sum(entry[position] for entry in here if entry[1] == name)
                    figures.put(indicator, place, as_of, value, "funder", name)


def _months_of_year(row: Row, year: int) -> int:
    if row["paid_through_month"] is None:
        return 0
    months = [Month(year, number) for number in range(1, 13)]
    start, paid = month_of(row["start_date"]), month_of(row["paid_through_month"])
    return sum(start <= month <= paid for month in months)


def _list_findings(
    figures: Figures, listed: Sequence[Row], register: Sequence[Row], has_register: bool,
    as_of: date, province: str,
) -> None:  # fmt: skip
    held: dict[str, list[Row]] = defaultdict(list)
    for row in register:
        if row["membership_key"] is not None:
            held[row["membership_key"]].append(row)
    outside: dict[str, int] = {}
    below = above = without_card = not_in_register = 0
    seen: set[tuple] = set()
    for row in listed:
        card, month = row["membership_key"], str(month_of(row["month"]))
        without_card += card is None
        not_in_register += card is not None and not held.get(card)
        seen.add((month, row["person_key"], row["employer_key"]))
        outside.setdefault(month, 0)
        limits = _lawful(row, held.get(card, []) if card is not None else [])
        if limits is not None:
            # Six lines, each rounded on its own.
            is_below = row["contribution_idr"] < limits[0] - 6
            is_above = row["contribution_idr"] > limits[1] + 6
            below += is_below
            above += is_above
            outside[month] += is_below + is_above
    found = {"overlapping": len(listed) - len(seen), "without_card": without_card}
    if has_register:
        found["not_in_register"] = not_in_register
    for name, number in found.items():
        figures.put("contribution_findings", province, as_of, number, "finding", name)
    figures.put("contribution_mismatch", province, as_of, below + above)
    figures.put("contribution_mismatch", province, as_of, below, "finding", "below_legal")
    figures.put("contribution_mismatch", province, as_of, above, "finding", "above_legal")
    for month, number in outside.items():
        figures.put("contribution_mismatch", province, as_of, number, "month", month)


def _lawful(row: Row, memberships: Sequence[Row]) -> tuple[Fraction, Fraction] | None:
    """The least and the most that a month may cost, by the law of its first day."""
    day, wage = row["month"], row["wage_idr"]
    # An employer pays for wage earners first, whatever else their card is used for.
    order = ("PU", "JAKON", "BPU", "PMI")
    segment = min((held["segment"] for held in memberships), key=order.index, default="PU")
    memberships = [held for held in memberships if held["segment"] == segment]
    holds = {}
    for name in ("jht", "jp"):
        told = [held[name] for held in memberships if held[name] is not None]
        if told:  # else it may be held or not, as where there is no membership
            holds[name] = any(told)

    def share(percent: Any) -> Fraction:
        return Fraction(str(percent)) / 100

    def off(names: Sequence[str], programme: str) -> Fraction:
        granted = [rules.at(f"contribution_discount_{name}", day).value for name in names]
        cuts = [g["percent"].get(programme, 0) for g in granted if segment in g["segments"]]
        return 1 - share(max(cuts, default=0))

    if segment == "PU":
        names = ("pandemic", "labour_intensive")
        jkk = [
            wage * share(rate) for rate in rules.at("jkk_contribution_percent", day).value.values()
        ]
        jkm = wage * share(rules.at("jkm_contribution_percent", day).value)
        jht = sum(wage * share(p) for p in rules.at("jht_contribution_percent", day).value.values())
        insured = min(wage, rules.at("jp_wage_ceiling_idr", day).value)
        jp = sum(
            insured * share(p) for p in rules.at("jp_contribution_percent", day).value.values()
        )
    elif segment == "BPU":
        names = ("bpu_transport", "bpu_other")
        base = bpu_base_income(wage, day)
        jkk = [base * share(rules.at("bpu_jkk_contribution_percent", day).value)]
        jkm = Fraction(rules.at("bpu_jkm_contribution_idr", day).value)
        jht = base * share(rules.at("bpu_jht_contribution_percent", day).value)
        jp = 0
    elif segment == "JAKON":
        names = ("pandemic",)
        rates = rules.at("construction_wage_contribution_percent", day).value
        jkk, jkm = [wage * share(rates["JKK"])], wage * share(rates["JKM"])
        jht = jp = 0
    else:
        return None
    least = min(jkk) * off(names, "JKK") + jkm * off(names, "JKM")
    most = max(jkk) + jkm
    for name, amount in (("jht", jht), ("jp", jp)):
        least += amount if holds.get(name, False) else 0
        most += amount if holds.get(name, True) else 0
    return Fraction(least), Fraction(most)
