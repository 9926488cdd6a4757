"""Cakupan's own measures, as marts.py has them computed."""

from __future__ import annotations

import tempfile

import ibis
import pandas as pd

from benchmarks.figures import KEY
from benchmarks.task import MEMORY_LIMIT, THREADS, Task
from coverage_lib.indicators.compute import compute_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.periods import month_of
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import table_names

_PROVINCE = "19"


def figures(task: Task) -> pd.DataFrame:
    """KEY and value of all measures of the register's two dates and the claims' one, 0 left out."""
    with tempfile.TemporaryDirectory() as spill:
        connection = ibis.duckdb.connect(
            memory_limit=MEMORY_LIMIT, threads=THREADS, temp_directory=spill
        )
        connection.raw_sql("SET enable_progress_bar = false")
        tables = {
            name: connection.read_parquet(task.files(name), table_name=name)
            for name in table_names()
            if (task.folder / name).is_dir()
        }
        inputs = Inputs(tables, load_regions(), _PROVINCE, month_of(task.later))
        rows = compute_measures(inputs).rows
        connection.disconnect()
    rows = rows[(rows["origin"] == "computed") & (rows["value"] != 0)]
    rows = rows[rows["as_of"].isin([task.earlier, task.later, task.paid])]
    rows = rows.assign(as_of=rows["as_of"].astype(str))
    return rows[[*KEY, "value"]].sort_values(KEY, ignore_index=True)
