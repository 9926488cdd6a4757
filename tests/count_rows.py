"""Rows of counts by place and category, as the suppression tests write and read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from coverage_lib.indicators.rows import Heading, measure_rows

AS_OF = date(2025, 6, 1)
VILLAGES = (
    "19.01.01.1001", "19.01.01.1002", "19.01.02.1001", "19.02.01.1001", "19.02.01.1002",
    "19.71.01.1001", "19.71.02.1001",
)  # fmt: skip
SEXES = ("female", "male", "unknown")
Place = tuple[str, str, str, str]  # region, dimension, category, scope


def ladder(told: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """(village, category) -> persons, summed for all four levels."""
    sums: dict[tuple[str, str], int] = {}
    for (village, category), persons in told.items():
        for length in (2, 5, 8, 13):
            key = village[:length], category
            sums[key] = sums.get(key, 0) + persons
    return sums


def rows_of(indicator: str, counts: Mapping[Place, int], **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(*place, float(count)) for place, count in counts.items()],
        columns=["region_code", "dimension", "category", "scope", "value"],
    )
    return measure_rows(Heading(indicator, "x", "2025-06", AS_OF), frame.assign(**more), "1")


def withheld(protected: pd.DataFrame, indicator: str) -> set[Place]:
    found = protected[(protected["indicator"] == indicator) & (protected["status"] == "suppressed")]
    place = ["region_code", "dimension", "category", "scope"]
    return set(found[place].itertuples(index=False, name=None))


def published(protected: pd.DataFrame, indicator: str) -> set[Place]:
    of = protected[protected["indicator"] == indicator]
    place = ["region_code", "dimension", "category", "scope"]
    return set(of[place].itertuples(index=False, name=None))


def sums_over_regions(places: Iterable[Place]) -> list[list[tuple[Place, int]]]:
    found: dict[Place, list[tuple[Place, int]]] = {}
    for region, *rest in sorted(places):
        if "." in region:
            parent = (region.rpartition(".")[0], *rest)
            found.setdefault(parent, [(parent, 1)]).append(((region, *rest), -1))
    return list(found.values())
