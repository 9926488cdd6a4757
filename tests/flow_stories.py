"""Two extracts of a register told in one table, and the stocks counted from each."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.participation.coverage import Stock
from coverage_lib.indicators.participation.flows import flow_rows
from coverage_lib.indicators.participation.participants import active_persons, count_persons
from coverage_lib.indicators.rows import up_the_ladder
from coverage_lib.reference.regions import Regions

EARLIER, LATER = date(2025, 4, 28), date(2025, 6, 1)


def stock_of(register: ir.Table, day: date) -> Stock:
    counts = count_persons(active_persons(register, day)).execute()
    counts = counts.rename(columns={"village_code": "region_code"})
    active = up_the_ladder(counts, ["segment"], ["persons"])
    return Stock(f"{day:%Y-%m}", day, active, pd.DataFrame())


def flows_between(register: ir.Table, regions: Regions) -> pd.DataFrame:
    stocks = (stock_of(register, day) for day in (EARLIER, LATER))
    return flow_rows(register, *stocks, regions, "19", "1")
