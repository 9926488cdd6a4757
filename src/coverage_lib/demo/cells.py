"""Which memberships there are: groups of persons by place, segment and life course.

A register is a snapshot, and the registers of one run show the same persons. So the plan says
for every place and segment how many persons are active from which snapshot to which, such that
each snapshot has exactly the active persons that the monthly aggregates count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from coverage_lib.demo.allocation import Integers, apportion, half_up
from coverage_lib.demo.calibration import SEGMENTS, Calibration
from coverage_lib.demo.series import Spread


@dataclass(frozen=True)
class Cell:
    """Persons of one place and segment with the same life course.

    Active from snapshot `first` to snapshot `last`, both counted from 0; -1 where inactive
    before the first. `kind` is active, inactive or the reason why the rows are not accepted;
    members who `came_back` had lapsed before they came back. Person numbers run from `first_person`;
    the first `in_roster` of them stand in a village roster.
    """

    place: int
    segment: str
    first: int
    last: int
    kind: str
    came_back: bool
    count: int
    first_person: int = 0
    in_roster: int = 0


@dataclass(frozen=True)
class Plan:
    """Everything about the registers that is decided before a row is made.

    `further` holds second and earlier memberships of persons who are in `cells` too, as
    columns (person, place, segment, first, last, kind).
    """

    cut_offs: tuple[date, ...]
    cells: tuple[Cell, ...]
    further: pd.DataFrame
    persons: int


def plan_cells(
    calibration: Calibration, spread: Spread, snapshots: Sequence[Mapping[str, Integers]]
) -> list[Cell]:
    """The life courses behind the counts of active persons per snapshot, segment and place.

    Where a place loses and gains persons at once (churn), both are shown. Numbers of persons
    are given out in the order of the list, without gaps.
    """
    rules = calibration.section("registers")
    cells: list[Cell] = []
    for segment in SEGMENTS:
        inactive = apportion(calibration.scaled(rules["inactive"][segment]), spread.active[segment])
        for place in range(len(spread.places)):
            counts = [int(snapshot[segment][place]) for snapshot in snapshots]
            for (first, last), count in _life_courses(counts, rules["churn"][segment]).items():
                returned = (
                    half_up(count * rules["returning_share"]) if segment == "BPU" and first else 0
                )
                cells.append(Cell(place, segment, first, last, "active", False, count - returned))
                cells.append(Cell(place, segment, first, last, "active", True, returned))
            cells.append(Cell(place, segment, -1, -1, "inactive", False, int(inactive[place])))
    weights = spread.active["PU"]
    for reason, count in rules["rejected_rows"].items():
        rows = apportion(max(calibration.scaled(count), 1), weights)
        cells += [
            Cell(place, "PU", 0, len(snapshots) - 1, reason, False, int(number))
            for place, number in enumerate(rows)
        ]
    return number_persons([cell for cell in cells if cell.count])


def number_persons(cells: Sequence[Cell]) -> list[Cell]:
    """The same cells with consecutive person numbers."""
    numbered = []
    person = 0
    for cell in cells:
        numbered.append(replace(cell, first_person=person))
        person += cell.count
    return numbered


def plan_further_memberships(
    calibration: Calibration, spread: Spread, cells: Sequence[Cell], snapshots: int
) -> pd.DataFrame:
    """Second running memberships, and ended ones of persons who are active elsewhere now.

    Only persons who are active in every snapshot have them, and the second one never
    takes precedence over the first (PU before BPU before JAKON, then the latest start), so
    that the distinct persons stay what the aggregates say.
    """
    rules = calibration.section("registers")
    random = np.random.default_rng([calibration.seed, 3])
    stable = [
        cell
        for cell in cells
        if cell.kind == "active" and (cell.first, cell.last) == (0, snapshots - 1)
    ]
    weights = np.array([cell.count for cell in stable], dtype=np.float64)
    villages = [place.number for place in spread.places if place.kind == "village"]
    columns: dict[str, list[object]] = {
        name: [] for name in ("person", "place", "segment", "first", "last", "kind")
    }
    for kind, wanted in (("active", "second_memberships"), ("inactive", "moved_memberships")):
        chosen = random.choice(
            len(stable), calibration.scaled(rules[wanted]), p=weights / weights.sum()
        )
        seen: set[int] = set()
        for index in chosen:
            cell = stable[int(index)]
            person = cell.first_person + int(random.integers(cell.count))
            lower = SEGMENTS[SEGMENTS.index(cell.segment) :]
            segment = str(random.choice(lower if kind == "active" else SEGMENTS[:2]))
            place = cell.place if random.random() < 0.7 else int(random.choice(villages))
            if person in seen:
                continue
            seen.add(person)
            last = snapshots - 1 if kind == "active" else -1
            first = 0 if kind == "active" else -1
            for name, value in zip(
                columns, (person, place, segment, first, last, kind), strict=True
            ):
                columns[name].append(value)
    return pd.DataFrame(columns)


def _life_courses(counts: Sequence[int], churn: float) -> dict[tuple[int, int], int]:
    """Numbers of persons by (first, last) snapshot, with the given number in each snapshot."""
    present = {0: counts[0]}
    courses: dict[tuple[int, int], int] = {}
    for now, (before, after) in enumerate(pairwise(counts)):
        replaced = half_up(churn * min(before, after))
        leaving = max(before - after, 0) + replaced
        joining = leaving + after - before
        for first in sorted(present):
            taken = min(present[first], leaving)
            present[first] -= taken
            leaving -= taken
            if taken:
                courses[first, now] = courses.get((first, now), 0) + taken
        present[now + 1] = joining
    for first, count in present.items():
        courses[first, len(counts) - 1] = count
    return courses
