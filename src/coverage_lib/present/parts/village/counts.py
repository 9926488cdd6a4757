"""How many are not yet covered: what a published share itself says, and nothing else.

A share prints its numerator and its denominator, so the rest of it is printed too; where
either is withheld or unknown there is no rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present.block_kinds import Status
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import decimal_text, round_half_up
from coverage_lib.present.quantities import of_figures, status_of
from coverage_lib.present.tables import Entry
from coverage_lib.reference.regions import Region

ECOSYSTEM = "village_ecosystem_coverage"
GROUPS = "group_coverage"
#: In the order of the village's own books, for rows of equal size.
POSITIONS = (
    "village_head",
    "village_official",
    "village_council",
    "neighbourhood_head",
    "village_institution",
)


@dataclass(frozen=True)
class Rest:
    """A share and what is left of it; `count` None where the share does not tell."""

    figure: Figure
    count: int | None

    @property
    def status(self) -> Status:
        if self.count is not None:
            return "zero" if self.count == 0 else "available"
        return "not_available" if self.figure.is_available else status_of(self.figure)

    def text(self, context: PartContext) -> str:
        if self.count is None:
            return context.say(f"status.{self.status}")
        return of_figures(decimal_text(self.count, context.language), self.figure)

    def entry(self, context: PartContext) -> Entry:
        return Entry(self.text(context), self.count, self.status)


def rest_of(figure: Figure) -> Rest:
    """Denominator less numerator in whole persons, 0 where more are covered than expected.

    A qualified or published share whose parts were not given has no rest.
    """
    if not figure.is_available or figure.numerator is None or figure.denominator is None:
        return Rest(figure, None)
    return Rest(figure, max(0, int(round_half_up(figure.denominator - figure.numerator))))


def positions_left(releasable: Releasable) -> tuple[Rest, ...]:
    """The positions that the region has, those with most unregistered holders first."""
    found = [
        rest_of(figure)
        for name in POSITIONS
        for figure in (releasable.figure(ECOSYSTEM, "position", name),)
        if figure.status != "not_available"
    ]
    return tuple(sorted(found, key=lambda rest: -1 if rest.count is None else -rest.count))


def groups_left(releasable: Releasable) -> tuple[Region, tuple[Rest, ...]] | None:
    """The groups of workers of the region, or of the smallest one around it that knows them.

    Groups with most uncovered workers first, only those with some; None where no region
    around knows any group.
    """
    around = sorted(releasable.ancestors, key=lambda region: -len(region.code))
    for region in (releasable.region, *around):
        figures = releasable.figures(GROUPS, "worker_group", region_code=region.code)
        known = [rest for rest in map(rest_of, figures) if rest.count is not None]
        if known:
            return region, _most_first([rest for rest in known if rest.count])
    return None


def _most_first(rests: Sequence[Rest]) -> tuple[Rest, ...]:
    return tuple(sorted(rests, key=lambda rest: (-(rest.count or 0), rest.figure.category)))
