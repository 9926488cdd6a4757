"""Who is covered, of how many: stocks, coverage, flows and breakdowns, from register and summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.inputs import Inputs, days_of
from coverage_lib.indicators.participation.change import WINDOWS, coverage_change_rows
from coverage_lib.indicators.participation.coverage import (
    HEADLINE,
    Stock,
    by_scope,
    coverage_rows,
    programme_rows,
)
from coverage_lib.indicators.participation.denominators import (
    eligible_on,
    potential_on,
    require_every_district,
)
from coverage_lib.indicators.participation.flows import changes_of, flow_rows
from coverage_lib.indicators.participation.groups import group_coverage_rows
from coverage_lib.indicators.participation.participants import (
    PROGRAMMES,
    REQUIRED_SEGMENTS,
    SEGMENTS,
)
from coverage_lib.indicators.participation.register import (
    RegisterCounts,
    attribute_counts,
    attribute_rows,
    register_counts,
    registered_rows,
)
from coverage_lib.indicators.rows import up_the_ladder, with_every_region
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import CODE_LENGTHS


class ProgrammeStock(NamedTuple):
    """Active persons of one date by village_code and segment, and in each programme (jkk, ...)."""

    as_of: date
    counts: pd.DataFrame


def participation_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures for every month that the register's extracts and the summary tell of.

    What needs persons (breakdowns, registered, groups, flows) is there for the period alone,
    and where it has a register; flows where the month before has one too.
    """
    months = _register_stocks(inputs)
    stocks = [*(stock for stock, _ in months), *_summary_stocks(inputs)]
    coverage = {stock.as_of: coverage_rows(stock, version) for stock in stocks}
    blocks = list(coverage.values())
    for stock, counts in months:
        blocks += _programmes(stock, counts, version)
    blocks += _changes(inputs, stocks, coverage, version)
    now = next(iter(reversed(register_counts(inputs))), None)
    if now is None:
        return blocks
    blocks += attribute_rows(now, inputs, version)
    blocks += registered_rows(now, inputs, version)
    blocks += _group_coverage(inputs, now, version)
    before, after = (
        next((stock for stock, _ in months if stock.as_of == day), None)
        for day in (now.earlier, now.later)
    )
    if before is not None and after is not None:
        blocks.append(
            flow_rows(changes_of(now.pair), before, after, inputs.regions, inputs.province, version)
        )
    return blocks


def programme_stocks(inputs: Inputs) -> list[ProgrammeStock]:
    """The stocks whose programmes are known: one for each register in use, oldest first.

    Construction is included. The register is not read again for it.
    """
    return [
        ProgrammeStock(day, counts.rename(columns={"region_code": "village_code"}))
        for _, day, counts in _months(inputs)
    ]


def _months(inputs: Inputs) -> list[tuple[Month, date, pd.DataFrame]]:
    """Month, as-of date and counts of each register in use, oldest first."""
    found = []
    for counts in register_counts(inputs):
        if counts.earlier is not None:
            found.append((counts.month.plus(-1), counts.earlier, counts.active("before")))
        found.append((counts.month, counts.later, counts.active()))
    return found


def _register_stocks(inputs: Inputs) -> list[tuple[Stock, pd.DataFrame]]:
    """One stock a register, at all levels; a region without rows has 0, as the register covers all."""
    stocks = []
    for month, day, counts in _months(inputs):
        ladder = up_the_ladder(counts, ["segment"], ["persons"])
        found = set(counts["segment"])
        segments = [name for name in SEGMENTS if name in {"PU", "BPU", *found}]
        segments += sorted(found - set(SEGMENTS))
        active = with_every_region(
            ladder, inputs.regions, inputs.province, {"segment": segments}, ["persons"]
        )
        stock = _stock(inputs, month, day, active)
        _require_rows_of_districts(stock, inputs.register_villages[day])
        stocks.append((stock, counts))
    return stocks


def _require_rows_of_districts(stock: Stock, villages: Iterable[str]) -> None:
    """Raises MeasureError where a register has no row of a district that has eligible workers.

    Its files are missing: not one membership, not even an ended one, is no true zero.
    """
    eligible = stock.eligible
    with_workers = set(eligible.loc[eligible["eligible"] > 0, "region_code"])
    missing = sorted(
        code
        for code in with_workers - {village[: CODE_LENGTHS["kabupaten"]] for village in villages}
        if len(code) == CODE_LENGTHS["kabupaten"]
    )
    if missing:
        raise MeasureError(
            f"the register as of {stock.as_of} has no rows of {', '.join(missing)}, where there are "
            "eligible workers: put the missing extract in place, with the same as_of, and pull again."
        )


def _programmes(stock: Stock, counts: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """By programme in both scopes; the one with construction only where the register has any."""
    columns = [name.lower() for name in PROGRAMMES]
    blocks = []
    for scope, of_scope in by_scope(counts).items():
        programmes = up_the_ladder(of_scope, [], columns).melt(
            "region_code", columns, "programme", "persons"
        )
        programmes["programme"] = programmes["programme"].str.upper()
        blocks.append(programme_rows(programmes, stock.period, stock.as_of, scope, version))
    return blocks


def _changes(
    inputs: Inputs, stocks: Sequence[Stock], coverage: dict[date, pd.DataFrame], version: str
) -> list[pd.DataFrame]:
    """The change of the period's coverage over each window, decomposed."""
    by_period = {
        stock.period: coverage[stock.as_of] for stock in sorted(stocks, key=lambda s: s.as_of)
    }
    after = by_period.get(str(inputs.period))
    if after is None:
        return []
    nothing = after.iloc[:0]
    return [
        coverage_change_rows(
            by_period.get(str(inputs.period.plus(-window)), nothing), after, str(window), version
        )
        for window in WINDOWS
    ]


def _group_coverage(inputs: Inputs, now: RegisterCounts, version: str) -> list[pd.DataFrame]:
    table = inputs.frame("group_potential")
    if table is None:
        return []
    potential = potential_on(table, now.later, required=True)
    require_every_district(
        potential, "group_potential", "category", now.later, inputs.regions, inputs.province
    )
    active = attribute_counts(now, inputs, "worker_group")[HEADLINE]
    return [group_coverage_rows(active, potential, str(now.month), now.later, version)]


def _summary_stocks(inputs: Inputs) -> list[Stock]:
    """One stock a month that only the summary has; the register's own months are computed from it."""
    summary = inputs.frame("participant_summary")
    if summary is None:
        return []
    from_register = set(inputs.register_labels.values())
    stocks: list[Stock] = []
    days = zip(days_of(summary["month"]), days_of(summary["cut_off_date"]), strict=True)
    for month_day, cut_off in sorted(set(days)):
        month = month_of(month_day)
        if month in from_register or month > inputs.period:
            continue
        at_cut_off = [
            (a, b) == (month_day, cut_off)
            for a, b in zip(
                days_of(summary["month"]), days_of(summary["cut_off_date"]), strict=True
            )
        ]
        counts = summary[at_cut_off].rename(columns={"active_participants": "persons"})
        active = up_the_ladder(counts, ["segment"], ["persons"])
        stocks.append(_stock(inputs, month, cut_off, active))
    return stocks


def _stock(inputs: Inputs, month: Month, as_of: date, active: pd.DataFrame) -> Stock:
    table = inputs.frame("eligible_workers")
    if table is None:
        eligible = pd.DataFrame(
            {
                "region_code": pd.Series(dtype="object"),
                "segment": pd.Series(dtype="object"),
                "eligible": pd.Series(dtype="float64"),
                "denominator_source": pd.Series(dtype="object"),
                "denominator_vintage": pd.Series(dtype="object"),
            }
        )
    else:
        eligible = eligible_on(table, as_of, required=month == inputs.period)
        # An earlier month may have no denominators; half of them would be as wrong as now.
        if not eligible.empty:
            require_every_district(
                eligible,
                "eligible_workers",
                "segment",
                as_of,
                inputs.regions,
                inputs.province,
                REQUIRED_SEGMENTS,
            )
    return Stock(str(month), as_of, active, eligible)
