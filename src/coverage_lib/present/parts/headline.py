"""Which scope a briefing is told in, and the figures of that scope: chosen once a region.

Participants with construction workers never stand beside a coverage without them, and a
target is set only against a coverage of its own year and scope.
"""

from __future__ import annotations

from dataclasses import dataclass

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present.quantities import known_value

HEADLINE = "excl_jakon"
_DECIDING = ("coverage", "active_participants", "gap_to_target")
_SCOPES = ("excl_jakon", "not_stated", "incl_jakon")
#: What binary fractions may add to or take from a percentage.
_NOISE = 1e-9


def headline_scope(releasable: Releasable, region_code: str | None = None) -> str:
    """The scope of the region's coverage, else of its participants, else of its gap."""
    for indicator in _DECIDING:
        found = releasable.figure(indicator, region_code=region_code)
        if found.status != "not_available":
            return found.scope
    return HEADLINE


def headline_figure(
    releasable: Releasable,
    indicator: str,
    dimension: str = "total",
    category: str = "total",
    *,
    region_code: str | None = None,
) -> Figure:
    """The region's figure in its headline scope, or one that is not available."""
    scope = headline_scope(releasable, region_code)
    return releasable.figure(indicator, dimension, category, region_code=region_code, scope=scope)


def participants_of_other_scopes(releasable: Releasable) -> tuple[Figure, ...]:
    """Participants as far as they are known in other scopes than the headline's."""
    own = headline_scope(releasable)
    found = (
        releasable.figure("active_participants", scope=scope) for scope in _SCOPES if scope != own
    )
    return tuple(one for one in found if one.is_available)


def target_of(releasable: Releasable, coverage: Figure | None = None) -> Figure:
    """The target that a coverage is measured by: same scope, year of its as-of date.

    Without `coverage` the region's own. Targets are set for a year, so the latest one known
    up to the period counts; without any coverage only one of the period itself.
    """
    measured = coverage or headline_figure(releasable, "coverage")
    scope = measured.scope if measured.is_available else headline_scope(releasable)
    year = str(measured.as_of.year if measured.as_of else releasable.period.year)
    known = [
        one
        for one in releasable.series("coverage_target", category=year, scope=scope)
        if one.is_available and (measured.is_available or one.period == str(releasable.period))
    ]
    if known:
        return known[-1]
    return releasable.figure("coverage_target", category=year, scope=scope)


def target_year(releasable: Releasable) -> str:
    """The year of the target that counts: that of the coverage, else of the period."""
    return target_of(releasable).category


def meets(coverage: Figure, target: Figure) -> bool:
    """Whether a coverage is at or above a target; never for figures that are not both known."""
    if not (coverage.is_available and target.is_available):
        return False
    return known_value(coverage) >= known_value(target) - _NOISE


def is_reached(releasable: Releasable) -> bool:
    """Whether the region's coverage is at or above its target.

    A gap that rounds to no person is not enough: 59.80 % is below 60.00 %.
    """
    return meets(headline_figure(releasable, "coverage"), target_of(releasable))


@dataclass(frozen=True)
class HeadlineParts:
    """The segments that make up the headline total; migrants None where there are none."""

    formal: Figure
    informal: Figure
    migrant: Figure | None


def headline_parts(releasable: Releasable) -> HeadlineParts | None:
    """The parts of the headline total; None where they are not all known at its date and scope.

    The headline is everyone but construction workers, so migrants belong to it.
    """
    total = headline_figure(releasable, "active_participants")
    if not total.is_available or total.scope != HEADLINE:
        return None
    formal, informal, migrant = (
        releasable.figure("active_participants", "segment", name) for name in ("PU", "BPU", "PMI")
    )
    if migrant.status == "suppressed":
        return None
    if not all(one.is_available and one.as_of == total.as_of for one in (formal, informal)):
        return None
    has_migrants = migrant.is_available and migrant.as_of == total.as_of and migrant.value != 0
    return HeadlineParts(formal, informal, migrant if has_migrants else None)
