"""Progress of lists by position or region: sums of counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from coverage_lib.linkage.roster_tables import group_of
from coverage_lib.reference.regions import CODE_LENGTHS


@dataclass(frozen=True)
class ListProgress:
    """Of the `listed` of a month's list `registered_since` as of a month. `group` is a position, a
    group of workers, a region's code, or empty.
    """

    list_month: str
    month: str
    group: str
    listed: int
    registered_since: int

    @property
    def percent(self) -> float:
        return 100 * self.registered_since / self.listed


def counts_of(progress: pa.Table, by: str, within: str) -> list[ListProgress]:
    """Sums by `total`, `position`, `group` (of workers) or a level of regions, within a region (all where empty).

    In the order of lists, months and groups.
    """
    listed: Counter[tuple[str, str, str]] = Counter()
    registered: Counter[tuple[str, str, str]] = Counter()
    for row in progress.to_pylist():
        village = row["village_code"]
        if within and village != within and not village.startswith(f"{within}."):
            continue
        key = (row["list_month"], row["month"], _group(row["position"], village, by))
        listed[key] += row["listed"]
        registered[key] += row["registered_since"]
    return [ListProgress(*key, listed[key], registered[key]) for key in sorted(listed)]


def _group(position: str, village: str, by: str) -> str:
    if by == "total":
        return ""
    if by == "group":
        return group_of(position)
    return position if by == "position" else village[: CODE_LENGTHS[by]]
