"""Measures in long shape: one row a figure, the same columns whatever the indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

COLUMNS: Final = (
    "indicator", "region_code", "period", "as_of", "dimension", "category", "numerator",
    "denominator", "value", "unit", "scope", "denominator_source", "denominator_vintage",
    "status", "qualifier", "origin", "definition_version",
)  # fmt: skip
KEY = ("indicator", "region_code", "period", "as_of", "dimension", "category", "scope")


@dataclass(frozen=True)
class Heading:
    """What all rows of one block of measures share."""

    indicator: str
    unit: str
    period: str
    as_of: date
    dimension: str = "total"
    scope: str = "all"
    origin: str = "computed"


def measure_rows(heading: Heading, frame: pd.DataFrame, version: str) -> pd.DataFrame:
    """Rows of one heading from a frame with region_code, value, and any other row column.

    A row whose value is missing is `not_available` unless it says otherwise; nothing is
    ever filled with 0. The category defaults to `total`.
    """
    columns: dict[str, Any] = {
        **asdict(heading), "category": "total", "numerator": np.nan, "denominator": np.nan,
        "denominator_source": "", "denominator_vintage": "", "qualifier": "exact",
        "definition_version": version,
        "status": np.where(frame["value"].isna(), "not_available", "available"),
        **{name: frame[name] for name in COLUMNS if name in frame},
    }  # fmt: skip
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, index=frame.index)


def join_rows(blocks: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All blocks in one frame, sorted by key, so that the same figures give the same bytes."""
    found = [block for block in blocks if not block.empty]
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.concat(found, ignore_index=True)
    for name in ("numerator", "denominator", "value"):
        rows[name] = rows[name].astype("float64")
    return rows.sort_values(list(KEY), kind="stable", ignore_index=True)


def up_the_ladder(counts: pd.DataFrame, by: list[str], values: list[str]) -> pd.DataFrame:
    """Sums of counts for every region above and including the ones given, all levels at once.

    `counts` has region_code at any one level. All levels are sums of the same rows, so children
    always add up to their parent. Raises MeasureError where levels are mixed, as
    with a line for the province below those of its districts: it would be counted twice.
    """
    found_lengths = set(counts["region_code"].str.len())
    if len(found_lengths) > 1:
        codes = ", ".join(
            sorted(set(counts["region_code"]), key=lambda code: (len(code), code))[:3]
        )
        raise MeasureError(
            f"one source mixes region levels ({codes}, ...): give the rows of one level only, "
            "totals are summed from them."
        )
    keys = ["region_code", *by]
    if not found_lengths:
        return counts.loc[:, [*keys, *values]]
    lowest = counts.groupby(keys, sort=True, as_index=False)[values].sum()
    (own_length,) = found_lengths
    above = [length for length in CODE_LENGTHS.values() if length < own_length]
    if not above:
        return lowest
    # The few sums of the lowest level stand for the many rows that they were made of.
    shortened = pd.concat(
        [
            lowest.assign(region_code=lowest["region_code"].str.slice(0, length), rung=rung)
            for rung, length in enumerate(above)
        ],
        ignore_index=True,
    )
    higher = shortened.groupby(["rung", *keys], sort=True, as_index=False)[values].sum()
    return pd.concat([higher.drop(columns="rung"), lowest], ignore_index=True)


def with_every_region(
    counts: pd.DataFrame,
    regions: Regions,
    province: str,
    by: Mapping[str, Iterable[str]],
    values: list[str],
) -> pd.DataFrame:
    """The counts with zero rows for the regions of a province, and categories, that have none.

    For sources that cover the whole province, where nothing found means nothing there.
    """
    codes = [
        code for code in regions.by_code if code == province or code.startswith(f"{province}.")
    ]
    unknown = sorted(set(counts["region_code"]) - set(codes))
    axes: list[list[str]] = [[*codes, *unknown], *(list(entries) for entries in by.values())]
    frame = pd.MultiIndex.from_product(axes, names=["region_code", *by]).to_frame(index=False)
    filled = frame.merge(counts, on=["region_code", *by], how="left")
    filled[values] = filled[values].fillna(0)
    return filled[["region_code", *by, *values]]


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a small frame as dictionaries, in order."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
