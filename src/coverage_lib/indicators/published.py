"""Published figures as measures of their own, each with the scope and caveat it was printed with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from coverage_lib.indicators.coverage import HEADLINE
from coverage_lib.indicators.rows import COLUMNS, records_of
from coverage_lib.periods import month_of

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
    path = resources.files("coverage_lib.indicators") / "published.yml"
    document: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


@cache
def meaning_of(name: str) -> PublishedName | None:
    """The measure that an observation's name stands for; None where it has no counterpart."""
    for pattern, entry in published_rules()["figures"].items():
        expression = re.escape(pattern).replace(r"\{programme\}", "(?P<programme>[a-z]+)")
        expression = expression.replace(r"\{year\}", r"\d{4}")
        match = re.fullmatch(expression, name)
        if match is not None:
            category = entry.get("category", "total")
            if "programme" in match.groupdict():
                category = match["programme"].upper()
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


def published_measures(observations: pd.DataFrame, version: str) -> pd.DataFrame:
    """Every observation that has a counterpart, as a measure with origin `published`.

    A percentage carries the numerator and denominator that were published with it on the
    same date, where they were. A note that begins with "rounded" makes the figure `about`.
    Nothing is derived here.
    """
    records = []
    values = observations.set_index(["region_code", "date", "indicator"])["value"]
    parts = values[~values.index.duplicated(keep=False)].to_dict()
    for row in records_of(observations):
        meaning = meaning_of(row["indicator"])
        if meaning is None or row["region_code"] == "ID":
            continue
        note = row["note"] if isinstance(row["note"], str) else ""
        numerator = denominator = None
        if row["indicator"] == "coverage_pct":
            numerator = parts.get((row["region_code"], row["date"], "participants_active"))
            denominator = parts.get((row["region_code"], row["date"], "workforce_potential"))
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
