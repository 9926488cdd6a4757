"""Active participants, eligible workers and coverage, with and without construction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from coverage_lib.indicators.rows import Heading, measure_rows

HEADLINE = "excl_jakon"
WITH_CONSTRUCTION = "incl_jakon"
#: The segment that the headline leaves out.
CONSTRUCTION = "JAKON"


@dataclass(frozen=True)
class Stock:
    """Active persons on one date, by region and segment, at every level that the source reaches.

    `active` has region_code, segment, persons; `eligible` has region_code, segment, eligible,
    denominator_source, denominator_vintage, and is empty where no denominator is valid.
    """

    period: str
    as_of: date
    active: pd.DataFrame
    eligible: pd.DataFrame


def coverage_rows(stock: Stock, version: str) -> pd.DataFrame:
    """active_participants, eligible_workers and coverage, in total (both scopes) and by segment.

    The denominator is the same in both scopes: all eligible workers, as in the published
    figures; only the numerator leaves construction workers out. Coverage is not available
    where the denominator is missing or zero, and may exceed 100 where more are covered
    than the denominator expects: it is shown as it is.
    """
    blocks = []
    totals = {
        scope: rows.groupby("region_code", as_index=False, sort=True)[["persons"]].sum()
        for scope, rows in by_scope(stock.active).items()
    }
    all_eligible = _total_eligible(stock.eligible)
    for scope, counts in totals.items():
        heading = Heading("active_participants", "persons", stock.period, stock.as_of, scope=scope)
        blocks.append(measure_rows(heading, counts.assign(value=counts["persons"]), version))
        blocks.append(_ratio(counts, all_eligible, stock, scope, "total", version))
    by_segment = stock.active.rename(columns={"segment": "category"})
    by_segment["scope"] = by_segment["category"].map(
        lambda segment: WITH_CONSTRUCTION if segment == CONSTRUCTION else HEADLINE
    )
    heading = Heading("active_participants", "persons", stock.period, stock.as_of, "segment")
    blocks.append(measure_rows(heading, by_segment.assign(value=by_segment["persons"]), version))
    eligible_by_segment = stock.eligible.rename(columns={"segment": "category"})
    blocks.append(_ratio(by_segment, eligible_by_segment, stock, None, "segment", version))
    for dimension, eligible in (("total", all_eligible), ("segment", eligible_by_segment)):
        heading = Heading("eligible_workers", "persons", stock.period, stock.as_of, dimension)
        blocks.append(measure_rows(heading, eligible.assign(value=eligible["eligible"]), version))
    return pd.concat([block for block in blocks if not block.empty], ignore_index=True)


def programme_rows(
    counts: pd.DataFrame, period: str, as_of: date, scope: str, version: str
) -> pd.DataFrame:
    """active_participants by programme in one scope; a person counts in each programme held."""
    heading = Heading("active_participants", "persons", period, as_of, "programme", scope)
    frame = counts.rename(columns={"programme": "category"})
    return measure_rows(heading, frame.assign(value=frame["persons"]), version)


def by_scope(counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each scope; the scope with construction only where there is that segment."""
    is_construction = counts["segment"] == CONSTRUCTION
    scopes = {HEADLINE: counts[~is_construction]}
    if is_construction.any():
        scopes[WITH_CONSTRUCTION] = counts
    return scopes


def _total_eligible(eligible: pd.DataFrame) -> pd.DataFrame:
    return eligible.groupby(
        ["region_code", "denominator_source", "denominator_vintage"], as_index=False, sort=True
    )[["eligible"]].sum()


def _ratio(
    active: pd.DataFrame,
    eligible: pd.DataFrame,
    stock: Stock,
    scope: str | None,
    dimension: str,
    version: str,
) -> pd.DataFrame:
    on = ["region_code"] if dimension == "total" else ["region_code", "category"]
    joined = active.merge(eligible, on=on, how="left")
    denominator = joined["eligible"].astype("float64").where(joined["eligible"] != 0)
    known = denominator.notna()
    rows = joined.assign(
        numerator=joined["persons"].astype("float64").where(known),
        denominator=denominator,
        value=100.0 * joined["persons"] / denominator,
        denominator_source=joined["denominator_source"].fillna(""),
        denominator_vintage=joined["denominator_vintage"].fillna(""),
    )
    if scope is not None:
        rows["scope"] = scope
    heading = Heading("coverage", "percent", stock.period, stock.as_of, dimension)
    return measure_rows(heading, rows, version)
