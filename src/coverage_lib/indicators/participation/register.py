"""What one pass over the register tells, made into counts and measures; see one_pass.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.attributes import DIMENSIONS, categories
from coverage_lib.indicators.participation.coverage import (
    CONSTRUCTION,
    HEADLINE,
    WITH_CONSTRUCTION,
    by_scope,
)
from coverage_lib.indicators.participation.one_pass import ACTIVE, LAPSED, count_pair
from coverage_lib.indicators.participation.participants import PROGRAMMES, SEGMENTS
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month


@dataclass(frozen=True)
class RegisterCounts:
    """The counts of a month's register, with those of the month before where there is one."""

    month: Month
    earlier: date | None
    later: date
    pair: pd.DataFrame

    def active(self, side: str = "after") -> pd.DataFrame:
        """region_code (villages), segment, persons, and persons in each programme (jkk, jkm, ...).

        A person is counted in each programme held, so the programmes do not add up to persons.
        """
        found = self.pair[self.pair[f"standing_{side}"] == ACTIVE]
        columns = {f"{name.lower()}_{side}": name.lower() for name in PROGRAMMES}
        return _by_place(found, side, {"persons": "persons", **columns})

    def registered(self) -> pd.DataFrame:
        """region_code (villages), segment, persons registered and, of them, active."""
        found = self.pair[self.pair["standing_after"].isin([ACTIVE, LAPSED])]
        active = found["persons"].where(found["standing_after"] == ACTIVE, 0)
        columns = {"persons": "registered", "active": "active"}
        return _by_place(found.assign(active=active), "after", columns)

    def by_attribute(self, dimension: str) -> pd.DataFrame:
        """region_code (villages), segment, and active persons in each category of a dimension."""
        found = self.pair[self.pair["standing_after"] == ACTIVE]
        columns = {f"{dimension}:{name}": name for name in categories(dimension)}
        return _by_place(found, "after", columns)


def register_counts(inputs: Inputs) -> tuple[RegisterCounts, ...]:
    """The registers in use, oldest first; each is read once, however often this is called.

    The register of the period is counted in one pass with that of the month before. Only
    months that neither has, and no summary either, are read on their own.
    """

    def count() -> tuple[RegisterCounts, ...]:
        days = {month: day for day, month in sorted(inputs.register_labels.items())}
        later, before = days.get(inputs.period), days.get(inputs.period.plus(-1))
        if later is None:
            return ()
        found = [
            _count(inputs, month, None, day)
            for month, day in days.items()
            if day not in (later, before)
        ]
        return (*found, _count(inputs, inputs.period, before, later))

    return inputs.once("register_counts", count)


def registered_rows(counts: RegisterCounts, inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """registered_participants and active_share, in total (both scopes) and by segment.

    Registered: who holds a membership that has begun and not ended, in arrears or not; the
    one that counts is the one that counts for the active. Active of registered, in percent,
    is not available where nobody is registered.
    """
    found = counts.registered()
    segments = [name for name in SEGMENTS if name in {"PU", "BPU", *found["segment"]}]
    segments += sorted(set(found["segment"]) - set(segments))
    values = ["registered", "active"]
    ladder = up_the_ladder(found, ["segment"], values)
    filled = with_every_region(
        ladder, inputs.regions, inputs.province, {"segment": segments}, values
    )
    blocks = []
    for scope, of_scope in by_scope(filled).items():
        frame = of_scope.groupby("region_code", as_index=False, sort=True)[values].sum()
        blocks += _registered_block(frame.assign(scope=scope), "total", counts, version)
    by_segment = filled.rename(columns={"segment": "category"})
    scopes = by_segment["category"].eq(CONSTRUCTION).map({True: WITH_CONSTRUCTION, False: HEADLINE})
    return blocks + _registered_block(by_segment.assign(scope=scopes), "segment", counts, version)


def attribute_rows(counts: RegisterCounts, inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """active_participants by sex, age band, group, funder and sector, in both scopes.

    The one with construction is there only where the register has any. Every person is in one
    category of each dimension, `unknown` included: categories sum to the total of their scope.
    A category without anybody is 0, as the register covers all.
    """
    period, as_of = str(counts.month), counts.later
    return [
        measure_rows(
            Heading("active_participants", "persons", period, as_of, dimension, scope),
            of_scope.assign(value=of_scope["persons"]),
            version,
        )
        for dimension in DIMENSIONS
        for scope, of_scope in attribute_counts(counts, inputs, dimension).items()
    ]


def attribute_counts(
    counts: RegisterCounts, inputs: Inputs, dimension: str
) -> dict[str, pd.DataFrame]:
    """By scope: region_code, category, persons for every region and category."""
    names = list(categories(dimension))
    scopes = {}
    for scope, of_scope in by_scope(counts.by_attribute(dimension)).items():
        ladder = up_the_ladder(of_scope, [], names)
        filled = with_every_region(ladder, inputs.regions, inputs.province, {}, names)
        scopes[scope] = filled.melt("region_code", names, "category", "persons")
    return scopes


def _count(inputs: Inputs, month: Month, earlier: date | None, later: date) -> RegisterCounts:
    villages = {
        code
        for day in (earlier, later)
        if day is not None
        for code in inputs.register_villages[day]
    }
    register = inputs.tables["participants"]
    pair = count_pair(register, earlier, later, sorted(villages), inputs.province)
    return RegisterCounts(month, earlier, later, pair)


def _by_place(found: pd.DataFrame, side: str, columns: Mapping[str, str]) -> pd.DataFrame:
    place = [f"village_{side}", f"segment_{side}"]
    sums = found.groupby(place, as_index=False, sort=True)[list(columns)].sum()
    names = {f"village_{side}": "region_code", f"segment_{side}": "segment"}
    return sums.rename(columns={**names, **columns})


def _registered_block(
    frame: pd.DataFrame, dimension: str, counts: RegisterCounts, version: str
) -> list[pd.DataFrame]:
    period, as_of = str(counts.month), counts.later
    denominator = frame["registered"].astype("float64")
    denominator = denominator.where(denominator > 0)
    share = frame.assign(
        numerator=frame["active"].where(denominator.notna()),
        denominator=denominator,
        value=100.0 * frame["active"] / denominator,
    )
    return [
        measure_rows(
            Heading("registered_participants", "persons", period, as_of, dimension),
            frame.assign(value=frame["registered"]),
            version,
        ),
        measure_rows(Heading("active_share", "percent", period, as_of, dimension), share, version),
    ]
