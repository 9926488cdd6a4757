"""Trajectory and SDG 1.3.1 once more, in plain Python: how far to go, how fast, until when.

Gives the figures that are available, by (indicator, region, as-of date, dimension, category,
scope), from the store's tables as lists of rows. The headline stocks are those that the plain
reference of participation counts; `from_stocks` takes any.
The forecast is not done again: its formulas are checked in tests/spec/test_forecast.py.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import plain_participation as participation

from coverage_lib.periods import Month

Key = tuple[str, str, date, str, str, str]
Row = Mapping[str, Any]
Stocks = Mapping[tuple[str, str], tuple[date, float]]

SCOPE = "excl_jakon"
DAYS_A_MONTH = 30.4375
LONGEST_MONTHS = 120


def measures(
    tables: Mapping[str, Sequence[Row]], period: Month, province: str, regions: Collection[str]
) -> dict[Key, float]:
    known = {code for code in regions if code.split(".")[0] == province}
    registers = participation.registers_of(tables, period, province)
    stocks = {
        (str(stock.month), region): (stock.as_of, float(persons))
        for stock in participation.all_stocks(tables, period, registers, known)
        for region, persons in stock.totals(stock.scopes()[SCOPE]).items()
    }
    programmes = {
        (category, scope): persons
        for (_, region, _, _, category, scope), persons in (
            participation.programmes(registers[period]) if period in registers else {}
        ).items()
        if region == province
    }
    return from_stocks(tables, stocks, programmes, str(period), province)


def from_stocks(
    tables: Mapping[str, Sequence[Row]],
    stocks: Stocks,
    programmes: Mapping[tuple[str, str], float],
    period: str,
    province: str,
) -> dict[Key, float]:
    """All figures of a period.

    `stocks` has (month, region) -> (cut-off date, headline participants), `programmes` the
    province's participants by programme and scope.
    """
    found: dict[Key, float] = {}
    for (month, region), (as_of, active) in stocks.items():
        if month != period:
            continue
        year = int(period[:4])
        target = target_of(tables.get("coverage_targets", ()), region, year)
        gap = None
        if target is not None:
            found["coverage_target", region, as_of, "total", str(year), SCOPE] = target
            workers = workers_of(tables.get("eligible_workers", ()), region, as_of)
            if workers:
                gap = whole_persons(max(target / 100 * workers - active, 0))
                found["gap_to_target", region, as_of, "total", "total", SCOPE] = gap
                left = month_ends_left(as_of, year)
                if left:
                    found["required_monthly_pace", region, as_of, "total", "total", SCOPE] = (
                        gap / left
                    )
        for window in (1, 3, 12):
            pace = pace_over(stocks, period, region, window)
            if pace is not None:
                found["recent_monthly_pace", region, as_of, "window_months", str(window), SCOPE] = (
                    pace
                )
            months = months_to_go(gap, pace)
            if months is not None:
                found["target_reached_on", region, as_of, "window_months", str(window), SCOPE] = (
                    months
                )
        if region == province and "labour_force" in tables and programmes:
            found |= of_those_who_work(tables["labour_force"], programmes, province, as_of)
    return found


def target_of(targets: Sequence[Row], region: str, year: int) -> float | None:
    """The region's own target, else that of the nearest region above."""
    while region:
        for row in targets:
            if (row["region_code"], row["year"], row["scope"]) == (region, year, SCOPE):
                return float(row["target_pct"])
        region = region.rpartition(".")[0]
    return None


def workers_of(eligible: Sequence[Row], region: str, day: date) -> float | None:
    """Eligible workers of a region and all regions in it, on the denominators of the day."""
    total = None
    for row in eligible:
        ends = row["valid_to"] or date.max
        inside = row["region_code"] == region or row["region_code"].startswith(f"{region}.")
        if inside and row["valid_from"] <= day <= ends:
            total = (total or 0) + row["eligible_workers"]
    return total


def whole_persons(persons: float) -> float:
    """Half a person counts as one."""
    return float(int(round(persons, 6) + 0.5))


def month_ends_left(day: date, year: int) -> int:
    """Month ends after the day, up to 31 December of the year."""
    is_last_day = day.day == calendar.monthrange(day.year, day.month)[1]
    return 12 * (year - day.year + 1) - day.month + (0 if is_last_day else 1)


def pace_over(stocks: Stocks, period: str, region: str, window: int) -> float | None:
    year, month = (int(part) for part in period.split("-"))
    for _ in range(window):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    before = stocks.get((f"{year}-{month:02d}", region))
    if before is None:
        return None
    now = stocks[period, region]
    return (now[1] - before[1]) / ((now[0] - before[0]) / timedelta(days=DAYS_A_MONTH))


def months_to_go(gap: float | None, pace: float | None) -> float | None:
    if gap is None:
        return None
    if gap == 0:
        return 0.0
    if pace is None or pace <= 0 or gap / pace > LONGEST_MONTHS:
        return None
    return gap / pace


def of_those_who_work(
    survey: Sequence[Row], programmes: Mapping[tuple[str, str], float], province: str, as_of: date
) -> dict[Key, float]:
    """SDG 1.3.1: JKK of the employed; JP, JHT and JKP of the labour force; latest survey counts."""
    found: dict[Key, float] = {}
    for indicator, figure, programme in (
        ("sdg_work_injury_coverage", "employed", "JKK"),
        ("sdg_pension_coverage", "labour_force", "JP"),
        ("sdg_pension_coverage", "labour_force", "JHT"),
        ("sdg_unemployment_coverage", "labour_force", "JKP"),
    ):
        surveys = [
            row
            for row in survey
            if row["region_code"] == province
            and row["indicator"] == figure
            and row["date"] <= as_of
        ]
        latest = max(surveys, key=lambda row: row["date"])
        for (held, scope), persons in programmes.items():
            if held == programme:
                key = (indicator, province, as_of, "programme", programme, scope)
                found[key] = 100 * persons / latest["value"]
    return found
