"""Two extracts of a register told in one table, and the stocks counted from each."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.participation.coverage import Stock
from coverage_lib.indicators.participation.flows import changes_of, flow_rows
from coverage_lib.indicators.participation.one_pass import count_pair
from coverage_lib.indicators.participation.register import RegisterCounts
from coverage_lib.indicators.rows import up_the_ladder
from coverage_lib.periods import month_of
from coverage_lib.reference.regions import Regions

EARLIER, LATER = date(2025, 4, 28), date(2025, 6, 1)


def pair_of(register: ir.Table) -> pd.DataFrame:
    villages = register.select("village_code").distinct().execute()["village_code"].dropna()
    return count_pair(register, EARLIER, LATER, list(villages), "19")


def stock_of(pair: pd.DataFrame, day: date) -> Stock:
    side = "before" if day == EARLIER else "after"
    counts = RegisterCounts(month_of(LATER), EARLIER, LATER, pair).active(side)
    active = up_the_ladder(counts, ["segment"], ["persons"])
    return Stock(f"{day:%Y-%m}", day, active, pd.DataFrame())


def all_flow_rows(register: ir.Table, regions: Regions) -> pd.DataFrame:
    """participant_flow and net_growth."""
    pair = pair_of(register)
    stocks = (stock_of(pair, day) for day in (EARLIER, LATER))
    return flow_rows(changes_of(pair), *stocks, regions, "19", "1")


def flows_between(register: ir.Table, regions: Regions) -> pd.DataFrame:
    rows = all_flow_rows(register, regions)
    return rows[rows["indicator"] == "participant_flow"]
