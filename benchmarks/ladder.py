"""Small counts of villages summed for every region above them: rows of the marts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

LEVELS = {"provinsi": 2, "kabupaten": 5, "kecamatan": 8, "desa": 13}
_HEADING = ["as_of", "dimension", "category", "scope"]


def rows_along(
    counts: pd.DataFrame,
    indicators: Mapping[str, str],
    dimension: str | None = "total",
    scope: str | None = None,
    lowest: str = "desa",
) -> pd.DataFrame:
    """A row for each region, category and column of `indicators`, which names the indicator of each.

    `counts` have village_code, as_of and category; what is not given otherwise too: a scope,
    and a dimension where that is None. Each level is summed from the one below.
    """
    named = counts.rename(columns={"village_code": "region_code"})
    if scope is not None:
        named = named.assign(scope=scope)
    if dimension is not None:
        named = named.assign(dimension=dimension)
    if dimension == "total":
        named = named.assign(category="total")
    levels = []
    for length in reversed(list(LEVELS.values())[: list(LEVELS).index(lowest) + 1]):
        named = summed(
            named.assign(region_code=named["region_code"].str.slice(0, length)), list(indicators)
        )
        levels.append(named)
    found = pd.concat(levels, ignore_index=True).rename(columns=dict(indicators))
    return found.melt(["region_code", *_HEADING], list(indicators.values()), "indicator", "value")


def summed(rows: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    return rows.groupby(["region_code", *_HEADING], as_index=False, observed=True)[values].sum()
