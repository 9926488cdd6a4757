"""The rosters of the month before, so that what became of a list can be followed.

In it stand people who joined the register since, people who have left their post, and not yet those
who are new. The registers do not change for it, nor does any count of the latest month: whoever joined
takes the post of somebody of the same village who is registered throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.cells import Cell
from coverage_lib.demo.rosters import RosterPlan, roster_query
from coverage_lib.demo.series import Spread
from coverage_lib.demo.write import copy_csv

_SEGMENTS = ("PU", "BPU")


def plan_month_before(
    calibration: Calibration, spread: Spread, plan: RosterPlan, snapshots: int
) -> RosterPlan:
    """The same plan with some of its registered posts held by people who joined since the register
    before, and with `rows_before`; as it is where there is no register before.
    """
    if snapshots < 2:
        return plan
    rules = calibration.section("rosters")["month_before"]
    random = np.random.default_rng([calibration.seed, 10])
    shares = _share_of_districts(spread.districts, rules["joined_percent"], random)
    joined = _people(plan.cells, lambda cell: cell.kind == "active" and cell.first == snapshots - 1)
    former = _people(plan.cells, lambda cell: cell.kind == "inactive" and cell.segment == "BPU")
    rows, before = plan.rows.copy(), plan.rows.copy()
    persons, persons_before = rows["person"].to_numpy(copy=True), rows["person"].to_numpy(copy=True)
    registered_before = rows["registered"].to_numpy(copy=True)
    is_there = np.ones(len(rows), dtype=bool)
    posts = rows.groupby("place", sort=True).indices
    for place in spread.places:
        own = posts.get(place.number)
        if own is None:
            continue
        registered = random.permutation(own[rows["registered"].to_numpy()[own]])
        came = joined.get(place.number, [])
        number = min(_about(len(came) * shares[place.district], random), len(registered))
        persons[registered[:number]] = persons_before[registered[:number]] = came[:number]
        registered_before[registered[:number]] = False
        others = random.permutation(np.setdiff1d(own, registered[:number]))
        # Who has left is registered since, or a former participant.
        left_by = [*came[number : number + 1], *former.get(place.number, [])]
        leaving = min(
            _about(len(own) * rules["left_percent"] / 100, random), len(left_by), len(others)
        )
        persons_before[others[:leaving]] = left_by[:leaving]
        registered_before[others[:leaving]] = False
        new = _about(len(own) * rules["new_percent"] / 100, random)
        is_there[others[leaving : leaving + new]] = False
    before = before.assign(person=persons_before, registered=registered_before)[is_there]
    return replace(
        plan, rows=rows.assign(person=persons), rows_before=before.reset_index(drop=True)
    )


def write_rosters_before(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: RosterPlan,
    spread: Spread,
    as_of: date,
    folder: Path,
) -> list[Path]:
    """One CSV file a district, of the same form as the latest; none without `rows_before`.

    `as_of` is the day of the latest rosters: a holder has the same decree in both.
    """
    if plan.rows_before is None:
        return []
    folder.mkdir()
    connection.register("roster_rows", plan.rows_before)
    rules = calibration.section("rosters")
    return [
        copy_csv(
            connection,
            roster_query(rules, district, as_of),
            folder / f"perangkat_desa_{district}.csv",
        )
        for district in spread.districts
    ]


def _share_of_districts(
    districts: Sequence[str], percent: Sequence[int], random: np.random.Generator
) -> dict[str, float]:
    """Between the least and the most, evenly, in an order that is drawn."""
    shares = np.linspace(percent[0], percent[1], len(districts)) / 100
    return dict(zip(random.permutation(districts).tolist(), shares.tolist(), strict=True))


def _about(number: float, random: np.random.Generator) -> int:
    """One of the whole numbers beside it, such that many of them come out right together."""
    return int(number + random.random())


def _people(cells: Sequence[Cell], chosen: Callable[[Cell], bool]) -> dict[int, list[int]]:
    """By place: the persons of the chosen cells who stand in no roster."""
    found: dict[int, list[int]] = {}
    for cell in cells:
        if cell.segment in _SEGMENTS and chosen(cell):
            people = range(cell.first_person + cell.in_roster, cell.first_person + cell.count)
            found.setdefault(cell.place, []).extend(people)
    return found
