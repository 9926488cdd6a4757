"""Quality of the sources once more, in plain Python: dictionaries and loops, nothing shared.

Only what the rows of the tables tell. What the account of a pull tells, and the summary
against the register's count of participants, are in the spec tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from plain_participation import is_active

from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions, load_regions

Row = Mapping[str, Any]
Key = tuple[str, str, date, str, str, str]
YOUNGEST, OLDEST = 15, 100
PAID_AHEAD_MONTHS = {"PU": 0, "BPU": 12}
PAIRS = (
    ("claims", "participants", "membership_key"),
    ("contributions", "participants", "membership_key"),
    ("village_roster", "participants", "person_key"),
    ("scholarships", "claims", "claim_key"),
)


def measures(
    tables: Mapping[str, Sequence[Row]],
    period: Month,
    province: str,
    regions: Regions | None = None,
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
        keys = {row.get(key) for row in tables[others]} - {None}
        for day, rows in by_day(tables[table]).items():
            there = [row for row in rows if row.get(key) in keys]
            share = 100 * len(there) / len(rows)
            put("consistency", day, "table_pair", f"{table}:in_{others}", share)
    extracts = by_day(tables.get("participants", ()))
    days = [day for day in extracts if day <= period.last_day]
    if days:
        day = max(days)
        for level, parts in (("kabupaten", 2), ("kecamatan", 3), ("desa", 4)):
            codes = {
                region.code for region in (regions or load_regions()).at_level(level, province)
            }
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
