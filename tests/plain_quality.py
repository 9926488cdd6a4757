"""Quality of the sources once more, in plain Python: dictionaries and loops, nothing shared.

Only what the rows of the tables tell; what the account of a pull tells is in the spec tests.
The register's count, that the summary is held against, is that of the plain reference of
participation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import plain_participation as participation
from plain_participation import is_active

from coverage_lib.periods import Month

Row = Mapping[str, Any]
Key = tuple[str, str, date, str, str, str]
YOUNGEST, OLDEST = 15, 100
DISTRICT = 5
PAID_AHEAD_MONTHS = {"PU": 0, "BPU": 12}
PAIRS = (
    ("claims", "participants", "membership_key"),
    ("contributions", "participants", "membership_key"),
    ("village_roster", "participants", "person_key"),
    ("scholarships", "claims", "claim_key"),
)


def measures(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str, regions: Collection[str]
) -> dict[Key, float]:
    """Key (indicator, region, as-of date, dimension, category, scope) -> value."""
    found: dict[Key, float] = {}

    def put(indicator: str, as_of: date, dimension: str, category: str, value: float) -> None:
        found[indicator, province, as_of, dimension, category, "all"] = value

    for table in ("participants", "claims", "scholarships", "village_roster"):
        for day, rows in by_day(tables.get(table, ())).items():
            known = [row for row in rows if is_known(row["village_code"])]
            put("validity", day, "table_kind", f"{table}:region", 100 * len(known) / len(rows))
    for table, others, key in PAIRS:
        if table not in tables or others not in tables:
            continue
        looked_for, there_are = list(tables[table]), list(tables[others])
        if others == "participants":
            there_are = recent_registers(tables, period)
            days = sorted({row["as_of_date"] for row in there_are})
            if table == "claims":
                first = days[0].replace(day=1) if len(days) == 1 else days[0]
                looked_for = [row for row in looked_for if first <= row["paid_date"] <= days[-1]]
        keys = {row.get(key) for row in there_are} - {None}
        for day, rows in by_day(looked_for).items():
            there = [row for row in rows if row.get(key) in keys]
            share = 100 * len(there) / len(rows)
            put("consistency", day, "table_pair", f"{table}:in_{others}", share)
    for day, share in shares_of_equal_cells(tables, period, province).items():
        put("consistency", day, "table_pair", "participant_summary:equals_participants", share)
    extracts = by_day(tables.get("participants", ()))
    days = [day for day in extracts if day <= period.last_day]
    if days:
        day = max(days)
        for level, parts in (("kabupaten", 2), ("kecamatan", 3), ("desa", 4)):
            inside = [code.split(".") for code in regions if code.startswith(f"{province}.")]
            codes = {".".join(code) for code in inside if len(code) == parts}
            there = {
                ".".join(row["village_code"].split(".")[:parts])
                for row in extracts[day]
                if row["village_code"] is not None
            }
            share = 100 * len(there & codes) / len(codes)
            put("completeness_regions", day, "region_level", level, share)
        for name, count in anomalies(extracts[day], day).items():
            put("register_anomalies", day, "anomaly", name, count)
    return found


def shares_of_equal_cells(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str
) -> dict[date, float]:
    """District by district and segment by segment, for the dates that both tables have."""
    shares: dict[date, float] = {}
    if "participant_summary" not in tables:
        return shares
    for month, register in participation.registers_of(tables, period, province).items():
        told = [row for row in tables["participant_summary"] if row["cut_off_date"] == register.day]
        counted = participation.register_stock(month, register, set()).persons
        stated: Counter[tuple[str, str]] = Counter()
        for row in told:
            stated[row["region_code"], row["segment"]] += row["active_participants"]
        cells = {
            cell
            for cell in counted.keys() | stated.keys()
            if len(cell[0]) == DISTRICT and (counted.get(cell) or stated[cell])
        }
        if told:
            equal = sum(counted.get(cell, 0) == stated[cell] for cell in cells)
            shares[register.day] = 100 * equal / len(cells)
    return shares


def recent_registers(tables: Mapping[str, Sequence[Row]], period: Month) -> list[Row]:
    """Of the period and of the month before, by the summary's word or else the date's own month."""
    told = {row["cut_off_date"]: row["month"] for row in tables.get("participant_summary", ())}
    extracts = [row for row in tables["participants"] if row["as_of_date"] <= period.last_day]
    newest = max(row["as_of_date"] for row in extracts)
    return [
        row
        for row in extracts
        if told.get(
            row["as_of_date"],
            period.first_day if row["as_of_date"] == newest else row["as_of_date"],
        )
        >= period.plus(-1).first_day
    ]


def anomalies(extract: Sequence[Row], day: date) -> dict[str, int]:
    """Memberships that cannot be true, by what is wrong with them."""
    active = [row for row in extract if is_active(row, day)]
    years = [row["birth_year"] for row in active if row["birth_year"] is not None]
    return {
        "age_too_young": sum(day.year - year < YOUNGEST for year in years),
        "age_too_old": sum(day.year - year - 1 > OLDEST for year in years),
        "end_before_start": sum(
            row["end_date"] is not None and row["end_date"] < row["start_date"] for row in extract
        ),
        "paid_through_in_future": sum(paid_too_far(row, day) for row in extract),
        "start_after_as_of": sum(row["start_date"] > day for row in extract),
        "overlapping_memberships": overlapping(extract),
    }


def overlapping(extract: Sequence[Row]) -> int:
    """One after the other by their start: those that begin before all earlier ones have ended."""
    runs: dict[tuple[Any, ...], list[tuple[date, date]]] = {}
    for row in extract:
        end = row["end_date"] or date.max
        if end > row["start_date"]:
            kind = (row["person_key"], row["segment"], row.get("employer_key"))
            runs.setdefault(kind, []).append((row["start_date"], end))
    count = 0
    for of_kind in runs.values():
        covered_until = date.min
        for start, end in sorted(of_kind):
            count += start < covered_until
            covered_until = max(covered_until, end)
    return count


def paid_too_far(row: Row, day: date) -> bool:
    ahead = PAID_AHEAD_MONTHS.get(row["segment"])
    paid = row["paid_through_month"]
    return ahead is not None and paid is not None and months(paid) - months(day) > ahead


def months(day: date) -> int:
    return 12 * day.year + day.month


def is_known(code: str | None) -> bool:
    return code is not None and all(part.strip("0") for part in code.split("."))


def by_day(rows: Sequence[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = {}
    for row in rows:
        found.setdefault(row["as_of_date"], []).append(row)
    return found
