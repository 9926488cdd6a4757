"""Eligible workers and targets on a date: versioned data, never a default."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.rows import up_the_ladder


def eligible_on(table: pd.DataFrame, day: date, *, required: bool) -> pd.DataFrame:
    """Eligible workers valid on a day at every level that the data reaches.

    Returns region_code, segment, eligible, denominator_source, denominator_vintage; empty
    where nothing is valid and `required` is False, ReferenceDataError where it is True.
    Raises ReferenceDataError too where two vintages overlap, or one vintage mixes levels:
    either would count workers twice.
    """
    valid_from, valid_to = pd.to_datetime(table["valid_from"]), pd.to_datetime(table["valid_to"])
    moment = pd.Timestamp(day)
    valid = table[(valid_from <= moment) & (valid_to.isna() | (valid_to >= moment))]
    columns = ["region_code", "segment", "eligible", "denominator_source", "denominator_vintage"]
    if valid.empty:
        if required:
            first = valid_from.min().date()
            last = "an open end" if valid_to.isna().any() else valid_to.max().date()
            raise ReferenceDataError(
                f"table eligible_workers has no entry for {day}: it covers {first} to {last}; add the "
                "denominators of that date with their source."
            )
        return pd.DataFrame(columns=columns)
    vintages = sorted(valid["vintage"].unique())
    if len(vintages) > 1:
        raise ReferenceDataError(
            f"table eligible_workers has several vintages for {day}: {', '.join(vintages)}; end the "
            "older one with its valid_to."
        )
    if len(set(valid["region_code"].str.count(r"\."))) > 1:
        raise ReferenceDataError(
            f"table eligible_workers, vintage {vintages[0]}, mixes region levels; give one level."
        )
    counts = up_the_ladder(
        valid.rename(columns={"eligible_workers": "eligible"}), ["segment"], ["eligible"]
    )
    sources = "; ".join(sorted(valid["source"].unique()))
    return counts.assign(denominator_source=sources, denominator_vintage=str(vintages[0]))[columns]


def targets_of(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Targets of a year: region_code, scope, target_pct, authority.

    Raises ReferenceDataError that names the year where the table has none for it.
    """
    found = table[table["year"] == year]
    if found.empty:
        years = ", ".join(str(entry) for entry in sorted(table["year"].unique()))
        raise ReferenceDataError(
            f"table coverage_targets has no entry for {year}: it has {years}; add the target of "
            f"{year} with its authority."
        )
    return found[["region_code", "scope", "target_pct", "authority"]]


def target_for(targets: pd.DataFrame, region_codes: pd.Series, scope: str) -> pd.DataFrame:
    """The target that binds each region: its own, else that of its nearest ancestor with one.

    Returns target_pct and authority in the order of `region_codes`, missing where none binds.
    """
    of_scope = targets[targets["scope"] == scope].set_index("region_code")
    binding = region_codes.map(lambda code: _nearest(code, set(of_scope.index)))
    return of_scope.reindex(binding)[["target_pct", "authority"]].reset_index(drop=True)


def _nearest(code: str, known: set[str]) -> str | None:
    while code and code not in known:
        code = code.rpartition(".")[0]
    return code or None
