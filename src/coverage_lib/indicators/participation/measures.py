"""Who is covered, of how many: stocks, coverage, targets and pace, from register and summary."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.inputs import Inputs, days_of
from coverage_lib.indicators.participation.coverage import Stock, coverage_rows, programme_rows
from coverage_lib.indicators.participation.denominators import eligible_on
from coverage_lib.indicators.participation.participants import (
    PROGRAMMES,
    SEGMENTS,
    active_persons,
    count_persons,
)
from coverage_lib.indicators.rows import up_the_ladder, with_every_region
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import LEVELS


def participation_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures for every month that the register's extracts and the summary tell of."""
    stocks = [*_register_stocks(inputs), *_summary_stocks(inputs)]
    blocks = [coverage_rows(stock, version) for stock, _ in stocks]
    blocks += [
        programme_rows(programmes, stock.period, stock.as_of, version)
        for stock, programmes in stocks
        if programmes is not None
    ]
    return blocks


def programme_stocks(inputs: Inputs) -> dict[date, pd.DataFrame]:
    """What `count_persons` gives for each register extract up to the period, by as-of date."""
    return {as_of: _register_counts(inputs, as_of) for as_of in inputs.register_labels}


def _register_counts(inputs: Inputs, as_of: date) -> pd.DataFrame:
    register = inputs.tables["participants"]
    return inputs.once(
        f"active persons as of {as_of}",
        lambda: count_persons(active_persons(register, as_of)).execute(),
    )


_StockWithProgrammes = tuple[Stock, pd.DataFrame | None]


def _register_stocks(inputs: Inputs) -> list[_StockWithProgrammes]:
    """One stock a register extract, at all levels; a region without rows has 0, as the register covers all."""
    stocks: list[_StockWithProgrammes] = []
    for as_of, month in inputs.register_labels.items():
        counts = _register_counts(inputs, as_of).rename(columns={"village_code": "region_code"})
        ladder = up_the_ladder(counts, ["segment"], ["persons"])
        segments = [name for name in SEGMENTS if name in {"PU", "BPU", *counts["segment"]}]
        active = with_every_region(
            ladder, inputs.regions, inputs.province, {"segment": segments}, ["persons"]
        )
        columns = [name.lower() for name in PROGRAMMES]
        headline = up_the_ladder(counts[counts["segment"] != "JAKON"], [], columns)
        programmes = headline.melt("region_code", columns, "programme", "persons")
        programmes["programme"] = programmes["programme"].str.upper()
        stocks.append((_stock(inputs, month, as_of, active), programmes))
    return stocks


def _summary_stocks(inputs: Inputs) -> list[_StockWithProgrammes]:
    """One stock a month that only the summary has; the register's own months are computed from it."""
    summary = inputs.frame("participant_summary")
    if summary is None:
        return []
    from_register = set(inputs.register_labels.values())
    stocks: list[_StockWithProgrammes] = []
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
        stocks.append((_stock(inputs, month, cut_off, active), None))
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
        is_current = month == inputs.period
        eligible = eligible_on(table, as_of, required=is_current)
        if is_current:
            _check_complete(inputs, eligible, as_of)
    return Stock(str(month), as_of, active, eligible)


def _check_complete(inputs: Inputs, eligible: pd.DataFrame, as_of: date) -> None:
    """Raises ReferenceDataError where a district has no denominator but others have.

    Its participants would be counted and its workers not: coverage would come out too high.
    Below the districts a list may lag behind new villages, whose workers it still counts
    with the old ones; coverage is then not available there.
    """
    districts = {code for code in eligible["region_code"] if code.count(".") == 1}
    expected = {region.code for region in inputs.regions.at_level(LEVELS[1], inputs.province)}
    missing = sorted(expected - districts)
    if districts and missing:
        raise ReferenceDataError(
            f"table eligible_workers has no entry of {', '.join(missing)} for {as_of}, but of other "
            "districts: add them, 0 where there are no workers."
        )
