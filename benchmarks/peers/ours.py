"""Cakupan's own measures of participants and claims, from tables opened as a report opens them."""

from __future__ import annotations

import pandas as pd

from benchmarks.figures import KEY
from benchmarks.task import MEMORY_LIMIT, THREADS, Task
from coverage_lib.config import DuckDBSetting
from coverage_lib.engines.opening import open_tables
from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.periods import month_of
from coverage_lib.reference.regions import load_regions

_PROVINCE = "19"
#: The same for every region, counted from no table.
_OF_THE_LAW = ("scholarship_maximum_idr",)


def figures(task: Task) -> pd.DataFrame:
    """KEY and value of the measures of all that can be computed from the tables, 0 left out."""
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
    rows = rows[rows["value"].notna() & ~rows["indicator"].isin(_OF_THE_LAW)]
    rows = rows.assign(as_of=rows["as_of"].astype(str))
    return rows[[*KEY, "value"]].sort_values(KEY, ignore_index=True)
