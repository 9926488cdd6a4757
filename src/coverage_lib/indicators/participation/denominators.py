"""Eligible workers and targets on a date: versioned data, never a default."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.rows import up_the_ladder
from coverage_lib.reference.regions import LEVELS, Regions


def eligible_on(table: pd.DataFrame, day: date, *, required: bool) -> pd.DataFrame:
    """Eligible workers valid on a day at every level that the data reaches; see valid_on.

    Returns region_code, segment, eligible, denominator_source, denominator_vintage.
    """
    found = valid_on(table, "eligible_workers", "segment", day, required=required)
    return found.rename(columns={"eligible_workers": "eligible"})


def potential_on(table: pd.DataFrame, day: date, *, required: bool) -> pd.DataFrame:
    """Potential workers of each group valid on a day, as eligible_on has them by segment.

    Returns region_code, category (the group), potential, denominator_source,
    denominator_vintage.
    """
    named = table.rename(columns={"potential_workers": "group_potential"})
    found = valid_on(named, "group_potential", "worker_group", day, required=required)
    return found.rename(columns={"worker_group": "category", "group_potential": "potential"})


def valid_on(table: pd.DataFrame, name: str, by: str, day: date, *, required: bool) -> pd.DataFrame:
    """The entries of a versioned table that are valid on a day, summed up to every level.

    `name` is that of the table and of its column of counts, `by` what they are counted by.
    Empty where nothing is valid and `required` is False, ReferenceDataError where it is True.
    Raises ReferenceDataError too where two vintages overlap, or one vintage mixes levels:
    either would count workers twice.
    """
    valid_from, valid_to = pd.to_datetime(table["valid_from"]), pd.to_datetime(table["valid_to"])
    moment = pd.Timestamp(day)
    valid = table[(valid_from <= moment) & (valid_to.isna() | (valid_to >= moment))]
    columns = ["region_code", by, name, "denominator_source", "denominator_vintage"]
    if valid.empty:
        if required:
            first = valid_from.min().date()
            last = "an open end" if valid_to.isna().any() else valid_to.max().date()
            raise ReferenceDataError(
                f"table {name} has no entry for {day}: it covers {first} to {last}; add the "
                "denominators of that date with their source."
            )
        return pd.DataFrame(columns=columns)
    vintages = sorted(valid["vintage"].unique())
    if len(vintages) > 1:
        raise ReferenceDataError(
            f"table {name} has several vintages for {day}: {', '.join(vintages)}; end the older "
            "one with its valid_to."
        )
    if len(set(valid["region_code"].str.count(r"\."))) > 1:
        raise ReferenceDataError(
            f"table {name}, vintage {vintages[0]}, mixes region levels; give one level."
        )
    counts = up_the_ladder(valid, [by], [name])
    sources = "; ".join(sorted(valid["source"].unique()))
    return counts.assign(denominator_source=sources, denominator_vintage=str(vintages[0]))[columns]


def require_every_district(
    found: pd.DataFrame,
    name: str,
    by: str,
    day: date,
    regions: Regions,
    province: str,
    required: Iterable[str] = (),
) -> None:
    """Raises ReferenceDataError where a category of `by` has no denominator in some district.

    Every category is asked of every district: those that `found` has at all, and the
    `required` ones. A list for the province alone needs the required ones only. Otherwise
    participants would be counted and workers not: the share would come out too high. Below the
    districts a list may lag behind new villages, whose workers it still counts with the old
    ones; the share is then not available there.
    """
    has_districts = found["region_code"].str.count(r"\.").eq(1).any()
    expected = {region.code for region in regions.at_level(LEVELS[1], province)}
    expected = expected if has_districts else {province}
    for category in sorted({*required, *found[by]}):
        missing = sorted(expected - set(found.loc[found[by] == category, "region_code"]))
        if missing:
            raise ReferenceDataError(
                f"table {name} has no entry of {category} in {', '.join(missing)} for {day}: every "
                "district needs one, as its workers would be left out of the share; add them, 0 where "
                "there are none."
            )


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
