"""Counts with everything that is known about how they add up: what an attacker has to work with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

_Number = float


class Cell(NamedTuple):
    """One count. `span` is what it is counted over; empty where the category itself says it.

    A whole month is one cell, however many years to date or full years it is shown in:
    what is withheld in one of them must be withheld in all. `counted` is the indicator, with
    the column where that is not its value (`claims_within_term.rest`).
    """

    span: str
    region_code: str
    dimension: str
    category: str
    counted: str = ""
    scope: str = ""


class Order(NamedTuple):
    """Of two counts the one cannot be the larger: of a part, or from 1 January to an earlier day."""

    smaller: Cell
    larger: Cell

    @property
    def terms(self) -> tuple[tuple[Cell, int], ...]:
        return (self.larger, 1), (self.smaller, -1)


class Sum(NamedTuple):
    """A published total and the parts that it is the sum of."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def members(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)

    @property
    def terms(self) -> tuple[tuple[Cell, int], ...]:
        return (self.total, 1), *((part, -1) for part in self.parts)


class Balance(NamedTuple):
    """Gains less losses are known to everybody: the change of a published stock."""

    gains: tuple[Cell, ...]
    losses: tuple[Cell, ...]

    @property
    def terms(self) -> tuple[tuple[Cell, int], ...]:
        return (*((cell, 1) for cell in self.gains), *((cell, -1) for cell in self.losses))


Relation = Sum | Order | Balance


@dataclass(frozen=True)
class CountTable:
    """Counts, and the relations between them that everybody knows.

    `known` are counts that are published whatever their size, so that they can never be
    withheld. `together` are the counts that one row of a measure tells, or that are
    withheld at the same places: the one never without the others. `companions` are taken
    first where a small count needs another one withheld beside it. `unseen` are counts that no
    row shows, so that nobody sees that one of them is zero; a row tells them with another.
    """

    counts: Mapping[Cell, _Number]
    relations: tuple[Relation, ...]
    known: frozenset[Cell] = frozenset()
    together: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    companions: frozenset[Cell] = frozenset()
    unseen: frozenset[Cell] = frozenset()

    def with_mates(self, cell: Cell) -> tuple[Cell, ...]:
        return self.together.get(cell, (cell,))

    def connected(self) -> Iterator[CountTable]:
        """The parts that say nothing about each other, however much is withheld in them.

        Counts that are known tie nothing together: an attacker has their number anyway.
        """
        groups = _Groups()
        for cell in self.counts:
            groups.join(self.with_mates(cell))
        for relation in self.relations:
            groups.join([cell for cell, _ in relation.terms if cell not in self.known])
        counts: dict[Cell, dict[Cell, _Number]] = defaultdict(dict)
        for cell, count in self.counts.items():
            if cell not in self.known:
                counts[groups.first(cell)][cell] = count
        relations: dict[Cell, list[Relation]] = defaultdict(list)
        for relation in self.relations:
            open_to_question = [cell for cell, _ in relation.terms if cell not in self.known]
            if open_to_question:
                group = groups.first(open_to_question[0])
                relations[group].append(relation)
                counts[group] |= {
                    cell: self.counts[cell] for cell, _ in relation.terms if cell in self.known
                }
        for group in sorted(counts):
            yield replace(self, counts=counts[group], relations=tuple(relations[group]))


class _Groups:
    """Which cells are tied together, found by joining them one relation after the other."""

    def __init__(self) -> None:
        self._above: dict[Cell, Cell] = {}

    def first(self, cell: Cell) -> Cell:
        while (above := self._above.get(cell, cell)) != cell:
            self._above[cell] = self._above.get(above, above)
            cell = above
        return cell

    def join(self, cells: list[Cell] | tuple[Cell, ...]) -> None:
        firsts = {self.first(cell) for cell in cells}
        if len(firsts) > 1:
            chosen = min(firsts)
            self._above |= dict.fromkeys(firsts - {chosen}, chosen)
