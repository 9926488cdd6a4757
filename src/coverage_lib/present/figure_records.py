"""What stands behind a printed number: the record to which its id leads in a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.indicators.definitions import definitions
from coverage_lib.present.traced import identifiers_in

#: An id and what is said of it.
FigureRecords = Mapping[str, Mapping[str, Any]]


def figure_record(figure: Figure) -> dict[str, Any]:
    """All that a figure must be quoted with, ready for JSON.

    `tables` are those that it was computed from; a manifest lists its inputs by table. A figure
    that is withheld has neither value nor parts here.
    """
    return {
        "indicator": figure.indicator,
        "definition_version": figure.definition_version,
        "region": figure.region_code,
        "period": figure.period,
        "as_of": None if figure.as_of is None else figure.as_of.isoformat(),
        "dimension": figure.dimension,
        "category": figure.category,
        "scope": figure.scope,
        "status": figure.status,
        "qualifier": figure.qualifier,
        "value": figure.value,
        "unit": figure.unit,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "denominator_source": figure.denominator_source,
        "denominator_vintage": figure.denominator_vintage,
        "origin": figure.origin,
        "tables": list(_tables(figure)),
    }


def records_of(releasable: Releasable, blocks: object) -> dict[str, dict[str, Any]]:
    """The records of all figures that the blocks print, by id."""
    named = ((name, releasable.with_id(name)) for name in sorted(identifiers_in(blocks)))
    return {name: figure_record(figure) for name, figure in named if figure is not None}


def _tables(figure: Figure) -> tuple[str, ...]:
    if figure.origin == "published":
        return ("observations",)
    known = definitions().get(figure.indicator)
    return known.tables if known is not None else ()
