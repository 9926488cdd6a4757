"""The attack that suppression must withstand: which withheld numbers follow from published sums."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

import numpy as np

# Arithmetic modulo a prime is exact; an undetermined number is taken for a determined one
# (and then one more is withheld) with a chance of 1 in 10^18, the reverse of the same order.
_PRIME = (1 << 61) - 1
_SEED = 19
_Member = TypeVar("_Member", bound=Hashable)


def determined_members(equations: Iterable[Mapping[_Member, int]]) -> set[_Member]:
    """The unknowns that a system of linear equations has only one value for.

    An equation maps each of its unknowns to its factor; the right sides are known and do
    not matter. Eliminates exactly, then draws one random solution of the homogeneous
    system: an unknown that is 0 in it cannot vary.
    """
    rows = [dict(equation) for equation in equations if equation]
    steps = _eliminate(rows)
    pivots = {pivot for pivot, _ in steps}
    free = dict.fromkeys(member for _, row in steps for member in row if member not in pivots)
    draws = np.random.default_rng(_SEED).integers(1, _PRIME, size=len(free))
    change = dict(zip(free, (int(draw) for draw in draws), strict=True))
    for pivot, row in reversed(steps):
        others = sum(factor * change[member] for member, factor in row.items() if member != pivot)
        change[pivot] = -others * pow(row[pivot], -1, _PRIME) % _PRIME
    return {member for member, value in change.items() if value == 0}


def _eliminate(
    rows: list[dict[_Member, int]],
) -> list[tuple[_Member, dict[_Member, int]]]:
    """Forward elimination: (unknown, the equation that gives it from later and free ones).

    The unknown in the fewest equations goes first, which leaves the rest as they are most of
    the time: an unknown of a single equation can take up whatever the others of it do.
    """
    where: dict[_Member, set[int]] = {}
    for number, row in enumerate(rows):
        for member in row:
            where.setdefault(member, set()).add(number)
    steps = []
    waiting: list[list[_Member]] = [[], list(where)]
    while any(waiting):
        degree = next(level for level, members in enumerate(waiting) if members)
        pivot = waiting[degree].pop()
        places = where[pivot]
        if len(places) > degree:
            _queue(waiting, pivot, len(places))
            continue
        if not places:
            continue
        chosen = min(places, key=lambda number: (len(rows[number]), number))
        pivot_row = rows[chosen]
        for number in sorted(places - {chosen}):
            _subtract(rows[number], pivot_row, pivot, number, where)
        for member in pivot_row:
            where[member].discard(chosen)
            if member != pivot and where[member]:
                _queue(waiting, member, len(where[member]))
        steps.append((pivot, pivot_row))
    return steps


def _queue(waiting: list[list[_Member]], member: _Member, degree: int) -> None:
    while len(waiting) <= degree:
        waiting.append([])
    waiting[degree].append(member)


def _subtract(
    row: dict[_Member, int],
    pivot_row: Mapping[_Member, int],
    pivot: _Member,
    number: int,
    where: Mapping[_Member, set[int]],
) -> None:
    """Take the pivot's equation away from a row as often as removes the pivot from it."""
    times = row[pivot] * pow(pivot_row[pivot], -1, _PRIME) % _PRIME
    for member, factor in pivot_row.items():
        value = (row.get(member, 0) - times * factor) % _PRIME
        if value:
            row[member] = value
            where[member].add(number)
        else:
            row.pop(member, None)
            where[member].discard(number)
