"""Measures in, Releasable out: the only door to anything that is printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

import pandas as pd

from coverage_lib.office import Office
from coverage_lib.periods import Month
from coverage_lib.receipts import PullReceipt
from coverage_lib.reference.regions import Region
from coverage_lib.service_points import ServicePoint

#: An id of nothing but what `quote` leaves alone.
_NEEDS_NO_QUOTING = re.compile(r"[\w=:/+.\-]*", re.ASCII)
_SCOPE_ORDER = ("excl_jakon", "not_stated", "incl_jakon", "all")


@dataclass(frozen=True)
class Figure:
    """One published number with everything it must be quoted with.

    `status` is `available`, `not_available`, `suppressed` or `not_comparable`; `value`,
    `numerator` and `denominator` are None unless it is `available`. `qualifier` is
    `exact`, `at_least` or `about`, and may say why where there is no value; `origin` is
    `computed` or `published`; `definition_version` is that of the indicator.
    """

    indicator: str
    region_code: str
    period: str
    as_of: date | None
    dimension: str
    category: str
    numerator: float | None
    denominator: float | None
    value: float | None
    unit: str
    scope: str
    denominator_source: str
    status: str
    qualifier: str
    origin: str
    denominator_vintage: str = ""
    definition_version: str = ""

    @property
    def id(self) -> str:
        """A name without spaces that no other figure of the month has.

        Empty for a figure that no row holds: there is nothing that it could lead to.
        """
        if not self.unit:
            return ""
        day = "" if self.as_of is None else self.as_of.isoformat()
        named = (
            self.indicator, self.region_code, f"{self.dimension}={self.category}", self.scope,
            self.period, day,
        )  # fmt: skip
        name = ":".join(named)
        if _NEEDS_NO_QUOTING.fullmatch(name):
            return name
        return ":".join(quote(part, safe="=:/+.-_") for part in named)

    @property
    def is_available(self) -> bool:
        return self.status == "available"


@dataclass(frozen=True)
class SourceNote:
    """Where figures came from, as the notes of a briefing print it."""

    table: str
    title: str
    producer: str
    as_of: date | None
    received: date | None
    simulated: bool


@dataclass(frozen=True)
class Versions:
    """What computed the figures: version of the library and of the definitions, and hashes."""

    cakupan: str
    definitions: str
    rules_sha256: str
    measures: str


@dataclass(frozen=True)
class Releasable:
    """Figures of one region, its children, its ancestors, and a few of its grandchildren,
    checked for disclosure.

    `rows` are measures in long shape, one row a figure (docs/architecture.md names the
    columns); `reconciliation` sets published figures of the region and of those below it beside
    computed ones, one row a pair.
    Children include the unknown ones (`Region.is_unknown`) that hold rows; of grandchildren
    (in code order, unknown ones among them) only coverage and what it is made of, in total
    and for the period, is held. `office` is the issuing office as far as the configuration
    describes it. `receipt` tells of the pull that the figures come from, for the province as a
    whole, and `versions` what computed them; None where figures were not read from a mart.
    """

    rows: pd.DataFrame
    reconciliation: pd.DataFrame
    region: Region
    children: tuple[Region, ...]
    ancestors: tuple[Region, ...]
    period: Month
    profile: str
    simulated: bool
    sources: tuple[SourceNote, ...]
    office: Office = field(default_factory=Office)
    service_points: tuple[ServicePoint, ...] = ()
    receipt: PullReceipt | None = None
    versions: Versions | None = None
    grandchildren: tuple[Region, ...] = ()

    def figure(
        self,
        indicator: str,
        dimension: str = "total",
        category: str = "total",
        *,
        region_code: str | None = None,
        scope: str | None = None,
        period: Month | None = None,
    ) -> Figure:
        """The one figure that these words name, or one with status `not_available`.

        Without `scope` the headline comes first: excl_jakon, then not_stated, incl_jakon, all;
        any other scope, such as a branch office's, must be named. Of several as-of dates in
        one period the latest counts.
        """
        month = str(period or self.period)
        found = [
            one
            for one in self._indexed.get(
                (indicator, dimension, region_code or self.region.code), ()
            )
            if one.category == category and one.period == month and _is_of_scope(one, scope)
        ]
        if found:
            return min(found, key=_preference)
        return Figure(
            indicator, region_code or self.region.code, month, None, dimension, category, None, None,
            None, "", scope or "not_stated", "", "not_available", "exact", "computed",
        )  # fmt: skip

    def figures(
        self,
        indicator: str,
        dimension: str,
        *,
        region_code: str | None = None,
        scope: str | None = None,
        period: Month | None = None,
    ) -> tuple[Figure, ...]:
        """One figure a category of the dimension, in category order; empty where there are none."""
        month = str(period or self.period)
        by_category: dict[str, list[Figure]] = {}
        for one in self._indexed.get((indicator, dimension, region_code or self.region.code), ()):
            if one.period == month and _is_of_scope(one, scope):
                by_category.setdefault(one.category, []).append(one)
        return tuple(min(found, key=_preference) for _, found in sorted(by_category.items()))

    def series(
        self,
        indicator: str,
        dimension: str = "total",
        category: str = "total",
        *,
        region_code: str | None = None,
        scope: str | None = None,
    ) -> tuple[Figure, ...]:
        """The figures over time up to the period, all scopes unless one is named, by as-of date."""
        found = [
            one
            for one in self._indexed.get(
                (indicator, dimension, region_code or self.region.code), ()
            )
            if one.category == category
            and one.period <= str(self.period)
            and scope in (None, one.scope)
        ]
        return tuple(sorted(found, key=lambda one: (one.as_of or date.min, one.scope)))

    def held(self, indicators: Collection[str]) -> tuple[Figure, ...]:
        """All figures of the region itself of some indicators: every dimension, scope and period."""
        return tuple(
            one
            for indicator in indicators
            for dimension in self._indexed.dimensions(indicator, self.region.code)
            for one in self._indexed.get((indicator, dimension, self.region.code))
        )

    def with_id(self, name: str) -> Figure | None:
        """The figure of an id, None where no row holds one."""
        indicator, _, rest = name.partition(":")
        region_code, _, rest = rest.partition(":")
        place = unquote(indicator), unquote(rest.partition("=")[0]), unquote(region_code)
        return {one.id: one for one in self._indexed.get(place, ())}.get(name)

    @cached_property
    def by_id(self) -> Mapping[str, Figure]:
        """Every figure by its id; `with_id` finds one without making all."""
        return {one.id: one for one in self._indexed.every()}

    @cached_property
    def _indexed(self) -> _FiguresByPlace:
        """All figures by indicator, dimension and region, read off the rows once."""
        return _FiguresByPlace(self.rows)


class _FiguresByPlace:
    """Figures by indicator, dimension and region. A page shows few of its rows: only those are made."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._rows = {str(name): rows[name].tolist() for name in rows.columns}
        places = zip(
            *(self._rows.get(name, ()) for name in ("indicator", "dimension", "region_code")),
            strict=True,
        )
        self._places: dict[tuple[str, str, str], list[int]] = {}
        for position, place in enumerate(places):
            self._places.setdefault(place, []).append(position)
        self._dimensions: dict[tuple[str, str], list[str]] = {}
        for indicator, dimension, region_code in self._places:
            self._dimensions.setdefault((indicator, region_code), []).append(dimension)
        self._made: dict[tuple[str, str, str], tuple[Figure, ...]] = {}

    def dimensions(self, indicator: str, region_code: str) -> Sequence[str]:
        """Those in which a region has figures of an indicator."""
        return self._dimensions.get((indicator, region_code), ())

    def get(
        self, place: tuple[str, str, str], default: tuple[Figure, ...] = ()
    ) -> tuple[Figure, ...]:
        if place not in self._places:
            return default
        if place not in self._made:
            self._made[place] = tuple(
                _figure({name: column[position] for name, column in self._rows.items()})
                for position in self._places[place]
            )
        return self._made[place]

    def every(self) -> Iterator[Figure]:
        for place in self._places:
            yield from self.get(place)


def _is_of_scope(one: Figure, scope: str | None) -> bool:
    """Whether a figure has the scope, or where none is asked for one that is a region's own."""
    return one.scope in _SCOPE_ORDER if scope is None else one.scope == scope


def _preference(one: Figure) -> tuple[int, int]:
    """The headline scope before others, then the latest date."""
    rank = _SCOPE_ORDER.index(one.scope) if one.scope in _SCOPE_ORDER else len(_SCOPE_ORDER)
    return rank, -(one.as_of or date.min).toordinal()


def _figure(record: Mapping[Any, Any]) -> Figure:
    def number(name: str) -> float | None:
        cell = record[name]
        return None if cell is None or pd.isna(cell) else float(cell)

    day = record["as_of"]
    return Figure(
        indicator=str(record["indicator"]),
        region_code=str(record["region_code"]),
        period=str(record["period"]),
        as_of=day if isinstance(day, date) else None,
        dimension=str(record["dimension"]),
        category=str(record["category"]),
        numerator=number("numerator"),
        denominator=number("denominator"),
        value=number("value"),
        unit=str(record["unit"]),
        scope=str(record["scope"]),
        denominator_source=str(record["denominator_source"] or ""),
        status=str(record["status"]),
        qualifier=str(record["qualifier"]),
        origin=str(record["origin"]),
        denominator_vintage=_text_of(record.get("denominator_vintage")),
        definition_version=_text_of(record.get("definition_version")),
    )


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""
