"""The figures of regions side by side, each in one scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.parts.sentences import known_children
from coverage_lib.reference.regions import Region

INDICATORS = ("active_participants", "eligible_workers", "coverage", "gap_to_target")


@dataclass(frozen=True)
class RegionRow:
    """A region's figures in one scope; `is_headline` if that is the scope of the briefing."""

    region: Region
    scope: str
    is_headline: bool
    figures: tuple[Figure, ...]

    def figure(self, indicator: str) -> Figure:
        return self.figures[INDICATORS.index(indicator)]


def rows_of_children(releasable: Releasable) -> tuple[RegionRow, ...]:
    """The children in code order, those of unknown region last."""
    return rows_of(releasable, known_children(releasable))


def rows_of(releasable: Releasable, regions: Iterable[Region]) -> tuple[RegionRow, ...]:
    return tuple(row_of(releasable, region) for region in regions)


def row_of(releasable: Releasable, region: Region) -> RegionRow:
    """A region's row in the scope of the briefing, or where it has none there in its own."""
    headline = headline_scope(releasable)
    figures = _figures(releasable, region, headline)
    own = headline_scope(releasable, region.code)
    if own == headline or any(figures[place].status != "not_available" for place in (0, 2, 3)):
        return RegionRow(region, headline, True, figures)
    others = _figures(releasable, region, own)
    if all(figure.status == "not_available" for figure in others):
        return RegionRow(region, headline, True, figures)
    return RegionRow(region, own, False, others)


def _figures(releasable: Releasable, region: Region, scope: str) -> tuple[Figure, ...]:
    """The indicators of a row in one scope; eligible workers are the same in each."""
    return tuple(
        releasable.figure(
            name, region_code=region.code, scope=None if name == "eligible_workers" else scope
        )
        for name in INDICATORS
    )


def is_anything_known(rows: Iterable[RegionRow]) -> bool:
    """Whether any figure of the rows is more than not available."""
    return any(figure.status != "not_available" for row in rows for figure in row.figures)


def charted(rows: Sequence[RegionRow]) -> str | None:
    """Coverage where any known region has it, else participants, else nothing to chart."""
    for indicator in ("coverage", "active_participants"):
        if any(row.figure(indicator).is_available for row in rows if not row.region.is_unknown):
            return indicator
    return None


def ranked(rows: Iterable[RegionRow], indicator: str) -> list[RegionRow]:
    """From high to low, those without a figure last, those of unknown region after them."""
    return sorted(
        rows,
        key=lambda row: (
            row.region.is_unknown,
            not row.figure(indicator).is_available,
            -(row.figure(indicator).value or 0.0),
            row.region.code,
        ),
    )
