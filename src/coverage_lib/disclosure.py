"""Measures in, Releasable out: the only door to anything that is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region

_SCOPE_ORDER = ("excl_jakon", "not_stated", "incl_jakon", "all")


@dataclass(frozen=True)
class Figure:
    """One published number with everything it must be quoted with.

    `status` is `available`, `not_available`, `suppressed` or `not_comparable`; `value`,
    `numerator` and `denominator` are None unless it is `available`. `qualifier` is
    `exact`, `at_least` or `about`; `origin` is `computed` or `published`.
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
class Releasable:
    """Figures of one region, its children and its ancestors, checked for disclosure.

    `rows` are measures in long shape, one row a figure (docs/architecture.md names the
    columns); `reconciliation` sets published figures beside computed ones, one row a pair.
    Children include the unknown ones (`Region.is_unknown`) that hold rows.
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

        Without `scope` the headline comes first: excl_jakon, then not_stated, incl_jakon,
        then any other. Of several as-of dates in one period the latest counts.
        """
        code = region_code or self.region.code
        month = str(period or self.period)
        found = self._select(indicator, dimension, code, scope)
        found = found[(found["category"] == category) & (found["period"] == month)]
        if found.empty:
            return Figure(
                indicator, code, month, None, dimension, category, None, None, None, "",
                scope or "not_stated", "", "not_available", "exact", "computed",
            )  # fmt: skip
        return _first_by_scope(found)

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
        found = self._select(indicator, dimension, region_code or self.region.code, scope)
        found = found[found["period"] == str(period or self.period)]
        return tuple(_first_by_scope(rows) for _, rows in found.groupby("category", sort=True))

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
        found = self._select(indicator, dimension, region_code or self.region.code, scope)
        found = found[(found["category"] == category) & (found["period"] <= str(self.period))]
        ordered = found.sort_values(["as_of", "scope"], kind="stable")
        return tuple(_figure(row) for row in ordered.to_dict("records"))

    def _select(
        self, indicator: str, dimension: str, region_code: str, scope: str | None
    ) -> pd.DataFrame:
        rows = self.rows
        chosen = (
            (rows["indicator"] == indicator)
            & (rows["dimension"] == dimension)
            & (rows["region_code"] == region_code)
        )
        if scope is not None:
            chosen &= rows["scope"] == scope
        return rows[chosen]


def _first_by_scope(rows: pd.DataFrame) -> Figure:
    def preference(record: dict[str, object]) -> tuple[int, int]:
        scope = str(record["scope"])
        rank = _SCOPE_ORDER.index(scope) if scope in _SCOPE_ORDER else len(_SCOPE_ORDER)
        day = record["as_of"]
        return rank, -(day.toordinal() if isinstance(day, date) else 0)

    records: list[dict[str, object]] = [
        {str(name): cell for name, cell in record.items()} for record in rows.to_dict("records")
    ]
    return _figure(min(records, key=preference))


def _figure(record: dict[str, object] | dict[object, object]) -> Figure:
    def number(name: str) -> float | None:
        cell = record[name]
        return None if cell is None or pd.isna(cell) else float(cell)  # type: ignore[call-overload, arg-type]

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
    )
