"""The pairs that a human should look at, best first, with what was decided about them so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from coverage_lib.linkage.reviews import (
    CONFLICT,
    DIFFERENT,
    NOT_REVIEWED,
    OPEN,
    SAME,
    UNSURE,
    Review,
    Standing,
    standings,
)
from coverage_lib.linkage.roster_area import RosterArea

RELATIONS = ("nik", "birth", "name", "place")
_ORDER = (CONFLICT, OPEN, UNSURE)


@dataclass(frozen=True)
class Person:
    """What one side says of a person; None where it says nothing."""

    name: str | None = field(repr=False)
    nik: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    village_code: str | None = field(repr=False)


@dataclass(frozen=True)
class Pair:
    """A roster row and a member whom it may be. `place_in_queue` is the row's, 1 the likeliest of all, and
    `place_in_row` the member's among the `members` that the row may be; `weight` is in bits. Places are
    None where the pair was decided before the last link run, and, as the weight, where a rule is certain
    and a human looks because a death benefit was paid for the member.
    """

    key: str
    row_id: int
    place_in_queue: int | None
    place_in_row: int | None
    members: int
    rule: str
    weight: float | None
    death_benefit_paid: bool
    namesakes: int
    relations: Mapping[str, str]
    file: str
    sheet: str | None
    line: int
    position: str | None
    row: Person
    member: Person


@dataclass(frozen=True)
class Waiting:
    """A pair in the queue, what was decided about it, and the other members that its row may be."""

    pair: Pair
    standing: Standing
    others: tuple[Pair, ...]


def read_pairs(area: RosterArea, rosters: Iterable[str] = ()) -> tuple[Pair, ...]:
    """All pairs that the last link run left open, those that were decided before, and those of members for
    whom a death benefit was paid; of the rosters of some names or of all.

    Raises StoreError where nothing was linked yet.
    """
    named = set(rosters)
    rows = {row["row_id"]: row for row in pq.read_table(area.linked()).to_pylist()}
    found = []
    for candidate in pq.read_table(area.candidates()).to_pylist():
        row = rows[candidate["row_id"]]
        if not named or not named.isdisjoint((row["source_file"], Path(row["source_file"]).name)):
            found.append(_pair(row, candidate))
    return tuple(sorted(found, key=_place))


def _place(pair: Pair) -> tuple[float, int, float]:
    """Best first; pairs without a place last."""
    queue, row = (
        float("inf") if place is None else place
        for place in (pair.place_in_queue, pair.place_in_row)
    )
    return queue, pair.row_id, row


def decided(pairs: Sequence[Pair], reviews: Iterable[Review]) -> tuple[Waiting, ...]:
    """The pairs that somebody settled, the latest decision first."""
    told = standings(reviews)
    found = [
        Waiting(pair, told[pair.key], others_of(pair, pairs, told))
        for pair in pairs
        if pair.key in told and told[pair.key].state in (SAME, DIFFERENT)
    ]
    return tuple(sorted(found, key=lambda one: one.standing.decisive.at, reverse=True))


def others_of(pair: Pair, pairs: Iterable[Pair], told: Mapping[str, Standing]) -> tuple[Pair, ...]:
    """Whom the row of a pair may be besides: members that nobody has called somebody else."""
    return tuple(
        one
        for one in pairs
        if one.row_id == pair.row_id
        and one.key != pair.key
        and told.get(one.key, NOT_REVIEWED).state != DIFFERENT
    )


def waiting(pairs: Sequence[Pair], reviews: Iterable[Review]) -> tuple[Waiting, ...]:
    """The pairs that nobody has settled: contradictions first, then those that nobody has seen from the
    likeliest down, and last those of which somebody was unsure.

    A row that is called the same as one member waits no more; called the same as two, it is a contradiction.
    """
    told = standings(reviews)
    standing = {pair.key: told.get(pair.key, NOT_REVIEWED) for pair in pairs}
    same = Counter(pair.row_id for pair in pairs if standing[pair.key].state == SAME)
    by_row: dict[int, list[Pair]] = {}
    for pair in pairs:
        by_row.setdefault(pair.row_id, []).append(pair)
    found = []
    for pair in pairs:
        own = standing[pair.key]
        if own.state == DIFFERENT or same[pair.row_id] == 1:
            continue
        if own.state == SAME:
            own = Standing(CONFLICT, own.counting, own.taken)
        found.append(Waiting(pair, own, others_of(pair, by_row[pair.row_id], told)))
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.standing.state)))


def _pair(row: Mapping[str, Any], candidate: Mapping[str, Any]) -> Pair:
    return Pair(
        key=candidate["pair"],
        row_id=row["row_id"],
        place_in_queue=row["place_in_queue"],
        place_in_row=candidate["place_in_row"],
        members=candidate["members"],
        rule=candidate["rule"],
        weight=candidate["weight"],
        death_benefit_paid=candidate["death_benefit_paid"],
        namesakes=candidate["namesakes"],
        relations={name: candidate[f"{name}_relation"] for name in RELATIONS},
        file=row["source_file"],
        sheet=row["source_sheet"],
        line=row["source_line"],
        position=row["position"],
        row=Person(row["name"], row["nik_as_written"], _day(row["birth_date"]), row["village_code"]),
        member=Person(
            candidate["name"], candidate["nik"], _day(candidate["birth_date"]), candidate["village_code"]
        ),
    )  # fmt: skip


def _day(value: Any) -> date | None:
    return None if value is None else date(value.year, value.month, value.day)
