"""Counts of a link run: rows of rosters by outcome, rule, match weight, position and region.

They are of no person, and not yet safe to publish: a count may be of one.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage_lib.indicators.rows import Heading, join_rows, measure_rows, up_the_ladder
from coverage_lib.linkage.decisions import ACTIVE
from coverage_lib.reference.regions import unknown_village

ROWS, COVERAGE = "roster_rows", "roster_coverage"
NOBODY, NO_WEIGHT = "nobody", "none"
#: Bits from one bar of the chart of match weights to the next.
WEIGHT_STEP = 4
_SINGLE = ("outcome", "position", "rule", "match_weight")
_CROSSED = {
    "position_outcome": "position",
    "rule_outcome": "rule",
    "weight_outcome": "match_weight",
}


def link_measures(
    links: pd.DataFrame, period: str, as_of: date, province: str, version: str
) -> pd.DataFrame:
    """Rows of measures from village_code, position, outcome, rule and weight, a row a roster row.

    Where no village is known the row counts in the province's unknown one. `as_of` is the register's day.
    A crossing has categories such as `village_head/registered_active`; weights fall into steps of four
    bits, named by their lower end, and `none` where a row has no weight.
    """
    counted = pd.DataFrame(
        {
            "region_code": links["village_code"].fillna(unknown_village(province)),
            "position": links["position"],
            "outcome": links["outcome"],
            "rule": links["rule"].fillna(NOBODY),
            "match_weight": _steps(links["weight"]),
            "rows": 1,
            "active": (links["outcome"] == ACTIVE).astype("int64"),
        }
    )
    for crossed, dimension in _CROSSED.items():
        counted[crossed] = counted[dimension] + "/" + counted["outcome"]
    blocks = [
        _rows_by(counted, dimension, Heading(ROWS, "rows", period, as_of, dimension), version)
        for dimension in ("total", *_SINGLE, *_CROSSED)
    ]
    blocks += [
        _coverage_by(
            counted, dimension, Heading(COVERAGE, "percent", period, as_of, dimension), version
        )
        for dimension in ("total", "position")
    ]
    return join_rows(blocks)


def _rows_by(counted: pd.DataFrame, dimension: str, heading: Heading, version: str) -> pd.DataFrame:
    sums = _sums(counted, dimension)
    return measure_rows(heading, sums.assign(value=sums["rows"].astype("float64")), version)


def _coverage_by(
    counted: pd.DataFrame, dimension: str, heading: Heading, version: str
) -> pd.DataFrame:
    sums = _sums(counted, dimension)
    frame = sums.assign(
        numerator=sums["active"].astype("float64"), denominator=sums["rows"].astype("float64"),
        value=100.0 * sums["active"] / sums["rows"], denominator_source="roster",
    )  # fmt: skip
    return measure_rows(heading, frame, version)


def _sums(counted: pd.DataFrame, dimension: str) -> pd.DataFrame:
    by = [] if dimension == "total" else [dimension]
    return up_the_ladder(counted, by, ["rows", "active"]).rename(columns={dimension: "category"})


def _steps(weights: pd.Series) -> pd.Series:
    lower = weights.astype("float64") // WEIGHT_STEP * WEIGHT_STEP
    return lower.map(lambda low: NO_WEIGHT if np.isnan(low) else f"{int(low):02d}")
