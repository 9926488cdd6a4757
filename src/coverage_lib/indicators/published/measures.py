"""Published figures as measures of their own, each with the scope and caveat it was printed with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.rows import COLUMNS, records_of
from coverage_lib.periods import month_of
from coverage_lib.yaml_reading import read_yaml

NOT_STATED = "not_stated"


@dataclass(frozen=True)
class PublishedName:
    """What the name of an observation means as a measure; `scope` is None where the row says it."""

    indicator: str
    dimension: str
    category: str
    unit: str
    scope: str | None
    qualifier: str


@cache
def published_rules() -> Mapping[str, Any]:
    path = resources.files("coverage_lib.indicators.published") / "published.yml"
    document: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return document


@cache
def meaning_of(name: str) -> PublishedName | None:
    """The measure that an observation's name stands for; None where it has no counterpart."""
    for pattern, entry in published_rules()["figures"].items():
        expression = re.escape(pattern).replace(r"\{programme\}", "(?P<programme>[a-z]+)")
        expression = expression.replace(r"\{year\}", r"(?P<year>\d{4})")
        match = re.fullmatch(expression, name)
        if match is not None:
            category = entry.get("category", "total")
            if "programme" in match.groupdict():
                category = match["programme"].upper()
            if "year" in match.groupdict():
                category = match["year"]
            return PublishedName(
                entry["indicator"],
                entry.get("dimension", "total"),
                category,
                entry["unit"],
                entry.get("scope"),
                entry.get("qualifier", "exact"),
            )
    return None


def scope_of(meaning: PublishedName, row_scope: object) -> str:
    """The row's own scope counts before the name's; a figure that says neither is not stated.

    Segments need no scope beyond their own: PU and BPU are the headline's parts.
    """
    if isinstance(row_scope, str) and row_scope:
        return row_scope
    if meaning.scope is not None:
        return meaning.scope
    return HEADLINE if meaning.dimension == "segment" else NOT_STATED


def records_of_regions(observations: pd.DataFrame) -> list[Mapping[str, Any]]:
    """The observations of provinces and what lies in them: whole-country rows are context only."""
    return [row for row in records_of(observations) if row["region_code"] != "ID"]


def is_of_branch(row: Mapping[str, Any]) -> bool:
    """Whether a figure is a branch office's: it covers neither a province nor a district."""
    return stated_scope(row).startswith("branch")


def stated_scope(row: Mapping[str, Any]) -> str:
    """The scope that the row of an observation names; empty where it names none."""
    return row["scope"] if isinstance(row["scope"], str) else ""


def published_measures(observations: pd.DataFrame, version: str) -> pd.DataFrame:
    """Every observation that has a counterpart, as a measure with origin `published`.

    A branch office's figures are left out: under the province's code they would pass for the
    province's. A percentage carries the numerator and denominator that were published with
    it on the same date, the numerator in the same scope, where they were. A target has its
    year as category, which need not be the year it was published in. A note that begins with "rounded" makes the figure `about`.
    Nothing is derived here.
    """
    records = []
    rows = [row for row in records_of_regions(observations) if not is_of_branch(row)]
    parts = _parts_of_percentages(rows)
    for row in rows:
        meaning = meaning_of(row["indicator"])
        if meaning is None:
            continue
        note = row["note"] if isinstance(row["note"], str) else ""
        numerator = denominator = None
        if row["indicator"] == "coverage_pct":
            place = (row["region_code"], row["date"])
            numerator = parts.get((*place, "participants_active", stated_scope(row)))
            denominator = parts.get((*place, "workforce_potential", ""))
        records.append(
            {
                "indicator": meaning.indicator,
                "region_code": row["region_code"],
                "period": str(month_of(row["date"])),
                "as_of": row["date"],
                "dimension": meaning.dimension,
                "category": meaning.category,
                "numerator": numerator,
                "denominator": denominator,
                "value": row["value"],
                "unit": meaning.unit,
                "scope": scope_of(meaning, row["scope"]),
                "denominator_source": row["source_title"] if denominator is not None else "",
                "denominator_vintage": str(row["date"].year) if denominator is not None else "",
                "status": "available",
                "qualifier": "about" if note.startswith("rounded") else meaning.qualifier,
                "origin": "published",
                "definition_version": version,
            }
        )
    return pd.DataFrame(records, columns=list(COLUMNS))


def _parts_of_percentages(
    rows: list[Mapping[str, Any]],
) -> Mapping[tuple[str, object, str, str], float]:
    """Numerators and denominators by region, date, name and scope, contradictory ones left out.

    The eligible workers are the same in every scope, so they are kept without one.
    """
    found: dict[tuple[str, object, str, str], set[float]] = {}
    for row in rows:
        scope = "" if row["indicator"] == "workforce_potential" else stated_scope(row)
        key = (row["region_code"], row["date"], row["indicator"], scope)
        found.setdefault(key, set()).add(row["value"])
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}
