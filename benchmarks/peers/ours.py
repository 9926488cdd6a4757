"""Cakupan's own measures of participants and claims, from tables opened as a report opens them."""

from __future__ import annotations

import pandas as pd

from benchmarks.figures import KEY
from benchmarks.task import BREAKDOWNS, MEMORY_LIMIT, THREADS, Task
from coverage_lib.config import DuckDBSetting
from coverage_lib.engines.opening import open_tables
from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.coverage import WITH_CONSTRUCTION
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.intake.store import PullAccount, StoredPeriod
from coverage_lib.periods import month_of
from coverage_lib.reference.regions import load_regions

_PROVINCE = "19"


def figures(task: Task) -> pd.DataFrame:
    """KEY and value of the measures of the register's two dates and the claims' one, 0 left out."""
    stored = StoredPeriod(
        task.folder, PullAccount("benchmark", str(month_of(task.later)), "", "", (), ())
    )
    engine = DuckDBSetting(MEMORY_LIMIT, THREADS)
    version = definitions_version()
    with open_tables(engine, stored, {}) as tables:
        inputs = Inputs(tables, load_regions(), _PROVINCE, month_of(task.later))
        rows = join_rows(
            [*participation_measures(inputs, version), *claim_measures(inputs, version)]
        )
    rows = rows[(rows["origin"] == "computed") & (rows["value"] != 0)]
    rows = rows[rows["as_of"].isin([task.earlier, task.later, task.paid])]
    # The others count programmes and breakdowns without construction alone.
    is_narrow = rows["dimension"].isin(["programme", *BREAKDOWNS])
    rows = rows[~is_narrow | (rows["scope"] != WITH_CONSTRUCTION)]
    rows = rows.assign(as_of=rows["as_of"].astype(str))
    return rows[[*KEY, "value"]].sort_values(KEY, ignore_index=True)
