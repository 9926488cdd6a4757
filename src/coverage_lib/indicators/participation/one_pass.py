"""One pass over two extracts of a register: what every person counts as, before and after.

A person may hold several memberships. One of them counts: an active one before a lapsed one,
PU before BPU before JAKON before PMI (so that leaving construction out changes nothing for
those who are covered otherwise), then the later start, then the lower village code, then the
earlier category of each attribute. That order, and all that is counted of a membership, is
written into one whole number, and a person keeps the largest: grouping by person needs no
sorting, no window over the register and no second look, and of a person the engine holds
three numbers. Bit by bit the expressions mean the same on DuckDB, PostgreSQL and Spark.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.participation.attributes import DIMENSIONS, categories, position
from coverage_lib.indicators.participation.participants import (
    PROGRAMMES,
    SEGMENTS,
    is_active,
    is_open,
)
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.reference.regions import unknown_village

_BITS = 63  # of a signed number
_FIRST_START = date(1900, 1, 1)  # earlier starts are taken as this day; nobody older still works
_NOT_OPEN, _NOT_THERE = -1, -2
_SIDES = ("before", "after")
#: The standing of a person in an extract.
ACTIVE, LAPSED, ENDED, ABSENT = "active", "lapsed", "ended", "absent"
#: A segment that the data dictionary does not know; it counts, after all others.
OTHER = "unknown"


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def _bit_or(flags: int) -> int:  # type: ignore[empty-body]
    """The engine's own; all three have it under this name, Ibis knows it for two of them."""


@dataclass(frozen=True)
class _Field:
    """A part of the number from bit `shift` on. It has `size` places, of which 0 is preferred."""

    name: str
    size: int
    shift: int

    @property
    def width(self) -> int:
        return (self.size - 1).bit_length()

    @property
    def mask(self) -> int:
        return ((1 << self.width) - 1) << self.shift

    def written(self, place: int) -> int:
        return (self.size - 1 - place) << self.shift

    def write(self, place: ir.IntegerValue) -> ir.IntegerValue:
        return (self.size - 1 - place) * ibis.literal(1 << self.shift, "int64")

    def read(self, numbers: pd.Series) -> pd.Series:
        return self.size - 1 - (numbers & self.mask) // (1 << self.shift)


def count_pair(
    register: ir.Table, earlier: date | None, later: date, villages: Sequence[str], province: str
) -> pd.DataFrame:
    """Persons by what they count as in the earlier and the later extract, in one pass over both.

    Columns: standing_, village_ and segment_ `before` and `after`; `persons`; persons who hold
    a programme in any active membership (`jkk_before`, `jkk_after`, ...); and persons active
    after in each category of each attribute (`sex:male`, ...). The standing is `absent` (in no
    row of the extract), `ended` (no open membership), `lapsed` or `active`; village and
    segment are missing for the first two. Without an earlier extract all are absent in it.
    `villages` are all the codes that the two extracts have; a missing one counts as the
    unknown village of the province.

    Raises MeasureError where the register has more villages than fit.
    """
    codes = sorted({unknown_village(province), *villages})
    fields = _layout(len(codes), later)
    numbers = ibis.memtable(pd.DataFrame({"listed_village": codes, "number": range(len(codes))}))
    rows = [
        _memberships(register, day, side, fields, numbers, province)
        for side, day in zip(_SIDES, (earlier, later), strict=True)
        if day is not None
    ]
    together = ibis.union(*rows, distinct=False)
    persons = together.group_by("person_key").aggregate(
        before=together.before.max(), after=together.after.max(), held=_bit_or(together.held)
    )
    return _decoded(_counted(persons, fields).execute(), fields, codes)


def _layout(villages: int, later: date) -> Mapping[str, _Field]:
    """The parts of the number by name, the most important in the highest bits."""
    sizes = {
        "is_lapsed": 2, "segment": len(SEGMENTS) + 1, "days": (later - _FIRST_START).days + 1,
        "village": villages, **{name: len(categories(name)) for name in DIMENSIONS},
    }  # fmt: skip
    fields: dict[str, _Field] = {}
    shift = 0
    for name, size in reversed(sizes.items()):
        fields[name] = _Field(name, size, shift)
        shift += fields[name].width
    if shift > _BITS:
        raise MeasureError(
            f"the register has {villages} villages: with all that is counted of a membership they take "
            f"{shift} bits, {_BITS} are there; compute one province after the other."
        )
    return fields


def _memberships(
    register: ir.Table,
    day: date,
    side: str,
    fields: Mapping[str, _Field],
    villages: ir.Table,
    province: str,
) -> ir.Table:
    """person_key, the number of each row of an extract in the column of its side, programmes held."""
    extract = register.filter(register.as_of_date == ibis.date(day.isoformat()))
    extract = extract.mutate(village=village_or_unknown(extract, province))
    extract = extract.join(villages, extract.village == villages.listed_village)
    active = is_active(extract, day)
    # Spark counts days in 32 bits and Ibis thinks they are 64: without the first cast there is none.
    age_in_days = ibis.date(day.isoformat()).delta(extract.start_date, unit="day")
    age_in_days = age_in_days.cast("int32").cast("int64")
    places = {
        "is_lapsed": ibis.ifelse(active, 0, 1).cast("int64"),
        "segment": extract.segment.cases(
            *((name, place) for place, name in enumerate(SEGMENTS)), else_=len(SEGMENTS)
        ).cast("int64"),
        "days": ibis.least(age_in_days, fields["days"].size - 1),
        "village": extract.number.cast("int64"),
    }
    if side == "after":
        places |= {name: position(extract, name, day) for name in DIMENSIONS}
    number = functools.reduce(
        operator.add, (fields[name].write(place) for name, place in places.items())
    )
    nothing = ibis.null("int64")
    sides = dict.fromkeys(_SIDES, nothing)
    sides[side] = ibis.ifelse(is_open(extract, day), number, _NOT_OPEN).cast("int64")
    held = functools.reduce(
        operator.add,
        (
            ibis.ifelse(extract[name.lower()].fill_null(False), 1, 0) * _flag(name, side)
            for name in PROGRAMMES
        ),
    )
    return extract.select("person_key", **sides, held=ibis.ifelse(active, held, 0).cast("int64"))


def _flag(programme: str, side: str) -> int:
    return 1 << (PROGRAMMES.index(programme) + len(PROGRAMMES) * _SIDES.index(side))


def _counted(persons: ir.Table, fields: Mapping[str, _Field]) -> ir.Table:
    """The small table: persons by place before and after, with a column for all that is counted."""
    of_place = sum(fields[name].mask for name in ("is_lapsed", "segment", "village"))
    found = persons.mutate(
        before=persons.before.fill_null(_NOT_THERE), after=persons.after.fill_null(_NOT_THERE)
    )
    placed = found.mutate(
        **{
            f"place_{side}": ibis.ifelse(found[side] < 0, found[side], found[side] & of_place)
            for side in _SIDES
        }
    )
    counts = {
        f"{name.lower()}_{side}": (placed.held & _flag(name, side)) != 0
        for side in _SIDES
        for name in PROGRAMMES
    }
    counts |= {
        f"{dimension}:{name}": (placed.after & fields[dimension].mask)
        == fields[dimension].written(place)
        for dimension in DIMENSIONS
        # Who is in no other category is in the last one.
        for place, name in enumerate(categories(dimension)[:-1])
    }
    return placed.group_by("place_before", "place_after").aggregate(
        persons=placed.count(),
        **{name: placed.count(where=is_in) for name, is_in in counts.items()},
    )


def _decoded(
    counts: pd.DataFrame, fields: Mapping[str, _Field], villages: Sequence[str]
) -> pd.DataFrame:
    decoded = counts.drop(columns=["place_before", "place_after"]).astype("int64")
    for side in _SIDES:
        place = counts[f"place_{side}"].astype("int64")
        is_there = place >= 0
        standing = fields["is_lapsed"].read(place).map({0: ACTIVE, 1: LAPSED})
        not_there = place.map({_NOT_OPEN: ENDED, _NOT_THERE: ABSENT})
        decoded[f"standing_{side}"] = standing.where(is_there, not_there)
        for name, words in (("segment", (*SEGMENTS, OTHER)), ("village", villages)):
            found = fields[name].read(place.where(is_there, 0)).map(dict(enumerate(words)))
            decoded[f"{name}_{side}"] = found.where(is_there, None)
    for dimension in DIMENSIONS:
        *known, last = (f"{dimension}:{name}" for name in categories(dimension))
        # A person who has no open membership has no category; only the active are asked for.
        decoded[last] = decoded["persons"] - decoded[list(known)].sum(axis=1)
    return decoded
