"""Published figures beside what the pipeline, or their own published parts, give.

A difference is explained where it can be (rounding, truncation, another scope) and
flagged where it cannot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd

from coverage_lib.indicators.published.measures import (
    NOT_STATED,
    is_of_branch,
    meaning_of,
    published_rules,
    records_of_regions,
    scope_of,
)

COLUMNS = (
    "indicator", "region_code", "dimension", "category", "scope", "as_of", "unit", "published_name",
    "published_value", "published_numerator", "published_denominator", "value_from_parts",
    "computed_value", "computed_scope", "computed_as_of", "difference", "finding", "qualifier",
    "source_title", "source_url", "note",
)  # fmt: skip


def granularity(value: float, unit: str, note: str) -> Decimal:
    """The step that a published figure was rounded to, read off its own digits.

    Decimals count as printed. Rupiah, and figures whose note says "rounded", are taken as
    rounded at their trailing zeros; other whole numbers as exact to one.
    """
    number = Decimal(repr(value))
    exponent = number.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("a published figure must be finite")
    if exponent < 0 or unit == "idr" or note.startswith("rounded"):
        return Decimal(1).scaleb(exponent)
    return Decimal(1)


def compare(published: float, own: float, unit: str, note: str, qualifier: str) -> str:
    """`agrees`, `agrees_as_rounded`, `truncated_not_rounded` or `differs`."""
    if qualifier == "at_least":
        return "agrees" if own >= published else "differs"
    if published == own:
        return "agrees"
    step = granularity(published, unit, note)
    steps = Decimal(repr(own)) / step
    target = Decimal(repr(published)) / step
    if steps.quantize(Decimal(1), ROUND_HALF_UP) == target:
        return "agrees_as_rounded"
    if steps.quantize(Decimal(1), ROUND_FLOOR) == target:
        return "truncated_not_rounded"
    return "differs"


def reconcile(observations: pd.DataFrame, computed: pd.DataFrame) -> pd.DataFrame:
    """One row for every published figure that has a counterpart or parts of its own.

    `computed` are measure rows with origin `computed` as they may be published. A figure is
    set beside the computed one of the same region, date and scope; where the publication
    states no scope, beside the one that agrees, else the headline: `scope` stays not stated
    and `computed_scope` names what it was compared with. Another date or scope is never
    compared. Beside a suppressed figure the finding is `suppressed` and nothing else is said.
    """
    values = _computed_values(computed, set(observations["region_code"]))
    parts = _published_parts(observations)
    records = []
    for row in records_of_regions(observations):
        record = _reconcile_one(row, values, parts)
        if record is not None:
            records.append(record)
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    return frame.sort_values(
        ["region_code", "as_of", "indicator", "dimension", "category", "scope"],
        kind="stable",
        ignore_index=True,
    )


_Place = tuple[str, str, str, str, object]  # indicator, region, dimension, category, as-of date
_ByScope = Mapping[str, float | None]  # None is a suppressed value
_Parts = Mapping[tuple[str, object, str, str], float]


def _computed_values(computed: pd.DataFrame, region_codes: set[str]) -> Mapping[_Place, _ByScope]:
    """Computed values by place, then by scope, of the regions that have published figures."""
    wanted = computed[
        computed["status"].isin(["available", "suppressed"])
        & computed["region_code"].isin(region_codes)
    ]
    names = ["indicator", "region_code", "dimension", "category", "as_of", "scope"]
    names += ["value", "status"]
    values: dict[_Place, dict[str, float | None]] = {}
    for *place, scope, value, status in wanted[names].itertuples(index=False, name=None):
        values.setdefault(tuple(place), {})[scope] = value if status == "available" else None
    return values


def _published_parts(observations: pd.DataFrame) -> _Parts:
    """Published values by region, name and either date or article, contradictory ones left out.

    A branch office's figures are parts of nothing that a province publishes.
    """
    keyed: dict[tuple[str, object, str, str], list[float]] = {}
    for row in records_of_regions(observations):
        if is_of_branch(row):
            continue
        name = re.sub(r"_\d{4}$", "_{year}", row["indicator"])
        for day, article in ((row["date"], ""), (None, row["source_title"])):
            keyed.setdefault((row["region_code"], day, name, article), []).append(row["value"])
    return {key: values[0] for key, values in keyed.items() if len(set(values)) == 1}


def _reconcile_one(
    row: Mapping[str, object],
    values: Mapping[_Place, _ByScope],
    parts: _Parts,
) -> dict[str, object] | None:
    name, published = str(row["indicator"]), float(str(row["value"]))
    meaning = meaning_of(name)
    note = row["note"] if isinstance(row["note"], str) else ""
    unit = meaning.unit if meaning else str(row["unit"])
    scope = scope_of(meaning, row["scope"]) if meaning else NOT_STATED
    from_parts, numerator, denominator = _from_parts(row, parts)
    own: float | None = None
    own_scope, finding = "", "not_computable"
    if meaning is not None:
        place = (
            meaning.indicator, str(row["region_code"]), meaning.dimension, meaning.category, row["date"],
        )  # fmt: skip
        candidates = values.get(place, {})
        own, own_scope, finding = _best_candidate(
            candidates, published, scope, unit, note, meaning.qualifier
        )
    if finding == "suppressed":
        from_parts = numerator = denominator = None
    elif own is None and from_parts is not None:
        finding = compare(published, from_parts, unit, note, "exact")
    if own is None and from_parts is None and finding == "not_computable" and meaning is None:
        return None
    compared = own if own is not None else from_parts
    comparable = compared is not None and finding != "scope_differs"
    return {
        "indicator": meaning.indicator if meaning else name,
        "region_code": row["region_code"],
        "dimension": meaning.dimension if meaning else "total",
        "category": meaning.category if meaning else "total",
        "scope": scope,
        "as_of": row["date"],
        "unit": unit,
        "published_name": name,
        "published_value": published,
        "published_numerator": numerator,
        "published_denominator": denominator,
        "value_from_parts": from_parts,
        "computed_value": own,
        "computed_scope": own_scope,
        "computed_as_of": row["date"] if own is not None else None,
        "difference": compared - published if comparable and compared is not None else None,
        "finding": finding,
        "qualifier": meaning.qualifier if meaning else "exact",
        "source_title": row["source_title"],
        "source_url": row["source_url"],
        "note": note,
    }


def _best_candidate(
    candidates: _ByScope,
    published: float,
    scope: str,
    unit: str,
    note: str,
    qualifier: str,
) -> tuple[float | None, str, str]:
    """The computed value to compare with, the scope it has, and the finding."""
    if not candidates:
        return None, "", "not_computable"
    if scope in candidates:
        own = candidates[scope]
        found = "suppressed" if own is None else compare(published, own, unit, note, qualifier)
        return own, scope, found
    if scope != NOT_STATED:
        return None, "", "scope_differs"
    findings = {
        found: compare(published, value, unit, note, qualifier)
        for found, value in sorted(candidates.items())
        if value is not None
    }
    if not findings:
        return None, min(candidates), "suppressed"
    agreeing = [found for found, finding in findings.items() if finding != "differs"]
    chosen = agreeing[0] if agreeing else min(findings)
    return candidates[chosen], chosen, findings[chosen]


def _from_parts(
    row: Mapping[str, object], parts: _Parts
) -> tuple[float | None, float | None, float | None]:
    """What the figure's published parts give, and the numerator and denominator of a percentage."""
    if is_of_branch(row):
        return None, None, None
    for identity in published_rules()["identities"]:
        if identity["result"] != row["indicator"]:
            continue
        in_article = identity["kind"] == "sum_same_article"
        day, article = (None, str(row["source_title"])) if in_article else (row["date"], "")
        found = [
            parts.get((str(row["region_code"]), day, part, article)) for part in identity["parts"]
        ]
        if any(value is None for value in found):
            continue
        numbers = [value for value in found if value is not None]
        match identity["kind"]:
            case "percentage":
                return 100.0 * numbers[0] / numbers[1], numbers[0], numbers[1]
            case "implied_percentage":
                active, gap, target_pct = numbers
                eligible = math.floor((active + gap) / (target_pct / 100.0) + 0.5)
                return 100.0 * active / eligible, active, float(eligible)
            case _:
                return sum(numbers), None, None
    return None, None, None
