"""Who stands in the rosters and what became of them, as the lists for villages need it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq

from coverage_lib.linkage.decisions import LAPSED, NEEDS_A_LOOK, NOT_REGISTERED, OUTCOMES
from coverage_lib.linkage.names import clean_name, name_key
from coverage_lib.linkage.reviewed import REVIEWED_SAME
from coverage_lib.linkage.roster_tables import group_of, worker_groups
from coverage_lib.reference.regions import is_unknown

#: Positions in the order in which the lists show them, then the groups that have rosters of their own.
POSITIONS = (
    "village_head", "village_official", "village_council", "neighbourhood_head", "village_institution",
    *worker_groups(),
)  # fmt: skip
NIK_MISSING, NIK_DAMAGED, NIK_SHARED, BIRTH_MISSING, BIRTH_DIFFERS, VILLAGE_UNKNOWN, LOOK, ROSTER_OUTDATED = (
    "nik_missing", "nik_damaged", "nik_shared", "birth_date_missing", "birth_date_differs", "village_unknown", "needs_a_look",
    "roster_outdated",
)  # fmt: skip
_WOMEN_ADD = 40  # a NIK holds the day of birth, for women with 40 more
_ALIKE = 0.9  # one letter of ten may differ
_COLUMNS = (
    "source_file", "village_code", "position", "position_as_written", "name", "nik_as_written", "nik",
    "birth_date", "outcome", "lapsed_since", "reactivated_by", "rule", "address", "sex",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One post of a roster with its holder; nothing of it comes out of the register but the outcome.

    `nik` is the whole number, None where it is missing or damaged; `nik_as_written` the text of the
    roster. `lapsed_since` and `reactivated_by` only where lapsed; `rule` is what decided; `address` and
    `sex` (L, P) where the roster has them. `nik_shared`: somebody else of the rosters has the same NIK.
    """

    source_file: str = field(repr=False)
    village_code: str
    position: str
    position_as_written: str = field(repr=False)
    name: str = field(repr=False)
    nik_as_written: str = field(repr=False)
    nik: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    outcome: str
    lapsed_since: date | None
    reactivated_by: str | None
    rule: str | None = None
    address: str = field(default="", repr=False)
    sex: str | None = None
    nik_shared: bool = False

    @property
    def group(self) -> str:
        """The group of workers that the roster is of."""
        return group_of(self.position)

    @property
    def is_woman(self) -> bool | None:
        """By the national id where it is whole, else by the roster."""
        if self.nik is None:
            return None if self.sex is None else self.sex == "P"
        return int(self.nik[6:8]) > _WOMEN_ADD

    @property
    def birth_differs(self) -> bool:
        """Whether the national id says another birth date than the roster."""
        if self.nik is None or self.birth_date is None:
            return False
        day = int(self.nik[6:8]) % _WOMEN_ADD
        return f"{day:02d}{self.nik[8:12]}" != f"{self.birth_date:%d%m%y}"

    @property
    def faults(self) -> tuple[str, ...]:
        """What is missing or damaged, or has to be looked at by the office."""
        found = []
        if self.nik is None:
            found.append(NIK_DAMAGED if self.nik_as_written else NIK_MISSING)
        if self.nik_shared:
            found.append(NIK_SHARED)
        if self.birth_date is None:
            found.append(BIRTH_MISSING)
        if self.birth_differs:
            found.append(BIRTH_DIFFERS)
        if is_unknown(self.village_code):
            found.append(VILLAGE_UNKNOWN)
        if self.outcome == NEEDS_A_LOOK:  # whom a reviewer knows, the village has to look at
            found.append(ROSTER_OUTDATED if self.rule == REVIEWED_SAME else LOOK)
        return tuple(found)

    @property
    def is_named(self) -> bool:
        """Whether any sheet tells of the person: who is covered and without fault is only counted."""
        return self.outcome in (NOT_REGISTERED, LAPSED) or bool(self.faults)


def read_people(linked: Path) -> tuple[Person, ...]:
    """Everybody of the table of links: by village and position, then as the roster has them."""
    there = set(pq.read_schema(linked).names)  # a link run of before has fewer
    rows = pq.read_table(linked, columns=[name for name in _COLUMNS if name in there]).to_pylist()
    people = [
        Person(
            **{
                **row,
                "name": _one_line(row["name"]),
                "position_as_written": _one_line(row["position_as_written"]),
                "nik_as_written": _one_line(row["nik_as_written"]),
                "address": _one_line(row.get("address")),
            }
        )
        for row in rows
    ]
    in_order = sorted(people, key=lambda one: (one.village_code, POSITIONS.index(one.position)))
    return with_shared_niks(in_order)


def with_shared_niks(people: Sequence[Person]) -> tuple[Person, ...]:
    """With `nik_shared` where one NIK stands with names that are clearly not of one person."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for one in people:
        if one.nik is not None:
            names[one.nik].add(clean_name(one.name))
    shared = {nik for nik, told in names.items() if _differ(sorted(told))}
    return tuple(replace(one, nik_shared=one.nik in shared) for one in people)


def _differ(names: Sequence[str]) -> bool:
    return any(not _alike(*pair) for pair in combinations(names, 2))


def _alike(one: str, other: str) -> bool:
    """Cleaned names that sound the same but for a slip, or of which one is the other cut short."""
    first, second = name_key(one), name_key(other)
    if SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE:
        return True
    short, long = sorted(
        ([name_key(word) for word in name.split()] for name in (one, other)), key=len
    )
    return all(any(whole.startswith(word) for whole in long) for word in short)


def count_outcomes(people: Sequence[Person]) -> dict[str, Counter[str]]:
    """By position how many of each outcome, positions in their order and without those nobody holds."""
    counts: dict[str, Counter[str]] = {}
    for position in POSITIONS:
        of_position = Counter(one.outcome for one in people if one.position == position)
        if of_position:
            counts[position] = Counter({outcome: of_position[outcome] for outcome in OUTCOMES})
    return counts


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
