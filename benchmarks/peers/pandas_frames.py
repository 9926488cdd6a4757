"""The marts in pandas: Arrow strings, only the columns that are needed, one table in memory at a time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from benchmarks.peers.pandas_claims import asked_cards, claim_parts, is_in
from benchmarks.task import AGE_BANDS, BREAKDOWNS, NO_FIGURE, PROGRAMMES, SEGMENTS, Parts, Task

_PLACE = ["village_code", "segment"]
_COLUMNS = [
    "person_key", "membership_key", *_PLACE, "start_date", "end_date", "paid_through_month",
    *PROGRAMMES, "sex", "birth_year", "worker_group", "funder", "employer_sector",
]  # fmt: skip
_WORDS = ["village_code", "segment", "sex", "worker_group", "funder", "employer_sector"]


class _Register(NamedTuple):
    """Of a day: active persons; whom the extract knows, or on the later day has as open; and more."""

    persons: pd.DataFrame
    told: pd.Series
    lapsed: pd.DataFrame
    cards: pd.Series


def compute(task: Task) -> Parts:
    asked = asked_cards(task)
    before = _register(task, task.earlier, asked)
    stock_before = _stock(before.persons, task.earlier)
    before = before._replace(persons=before.persons[["person_key", *_PLACE]])
    after = _register(task, task.later, asked)
    persons = after.persons
    return Parts(
        stock=pd.concat([stock_before, _stock(persons, task.later)]),
        lapsed=after.lapsed,
        breakdowns=_breakdowns(persons, task),
        changes=_changes(before.persons, persons[["person_key", *_PLACE]], before.told, after.told),
        **claim_parts(task, pd.concat([before.cards, after.cards])),
    )


def _register(task: Task, day: date, asked: pd.Series) -> _Register:
    path = task.folder / "participants" / f"{day}.parquet"
    rows = pd.read_parquet(path, columns=_COLUMNS)
    for name in _WORDS:
        rows[name] = rows[name].astype("category")
    for name in ("start_date", "end_date", "paid_through_month"):
        rows[name] = pd.to_datetime(rows[name])
    on, oldest = pd.Timestamp(day), pd.Timestamp(task.oldest_paid(day))
    is_open = (rows["start_date"] <= on) & ~(rows["end_date"] <= on)
    paid = rows["paid_through_month"] >= oldest
    paid |= rows["start_date"] >= oldest + pd.DateOffset(months=1)
    is_active = is_open & ((rows["segment"] != "BPU") | paid)
    told = rows["person_key"] if day == task.earlier else rows.loc[is_open, "person_key"]
    active = rows[is_active]
    twice = active["person_key"].duplicated(keep=False)
    several = active[twice].copy()
    held = several.groupby("person_key")[list(PROGRAMMES)].max()
    several["rank"] = several["segment"].astype(str).map({s: n for n, s in enumerate(SEGMENTS)})
    several = several.sort_values(
        ["rank", "start_date", "village_code", "membership_key"],
        ascending=[True, False, True, True],
    ).drop_duplicates("person_key")
    several = several.drop(columns=["rank", *PROGRAMMES]).join(held, on="person_key")
    return _Register(
        pd.concat([active[~twice], several], ignore_index=True),
        told,
        _lapsed(rows[is_open & ~is_active], active["person_key"]),
        rows.loc[is_in(rows["membership_key"], asked), "membership_key"],
    )


def _lapsed(rows: pd.DataFrame, covered: pd.Series) -> pd.DataFrame:
    """Whoever holds open memberships, but none that is active."""
    covered = covered[is_in(covered, rows["person_key"])]
    rows = rows.loc[~is_in(rows["person_key"], covered), ["person_key", "start_date", *_PLACE]]
    order = ["start_date", "village_code"]
    persons = rows.sort_values(order, ascending=[False, True]).drop_duplicates("person_key")
    counts = persons.groupby(_PLACE, observed=True).size().rename("persons").reset_index()
    return counts.astype({"village_code": str, "segment": str})


def _stock(persons: pd.DataFrame, day: date) -> pd.DataFrame:
    grouped = persons.groupby(_PLACE, observed=True)
    counts = grouped[list(PROGRAMMES)].sum()
    counts["persons"] = grouped.size()
    return counts.reset_index().astype({"village_code": str, "segment": str}).assign(as_of=day)


def _breakdowns(persons: pd.DataFrame, task: Task) -> pd.DataFrame:
    bounds = [*(first for first, _ in reversed(AGE_BANDS)), 1000]
    names = [name for _, name in reversed(AGE_BANDS)]
    ages = task.later.year - persons["birth_year"]
    persons = persons.assign(age_band=pd.cut(ages, bounds, right=False, labels=names))
    blocks = []
    for dimension in BREAKDOWNS:
        counts = persons.groupby([*_PLACE, dimension], observed=True, dropna=False).size()
        block = counts.rename("persons").reset_index().rename(columns={dimension: "category"})
        block["category"] = (
            block["category"].astype(object).where(block["category"].notna(), NO_FIGURE)
        )
        blocks.append(block.assign(dimension=dimension))
    told = pd.concat(blocks, ignore_index=True)
    return told.astype({"village_code": str, "segment": str, "category": str})


def _changes(
    before: pd.DataFrame, after: pd.DataFrame, known: pd.Series, still_open: pd.Series
) -> pd.DataFrame:
    both = before.merge(after, on="person_key", how="outer", suffixes=("_before", "_after"))
    sides = [f"{name}_{side}" for side in ("before", "after") for name in _PLACE]
    both = both.astype(dict.fromkeys(sides, "str"))
    same = (both["village_code_before"] == both["village_code_after"]) & (
        both["segment_before"] == both["segment_after"]
    )
    changed = both[~same].copy()
    came, went = changed["segment_before"].isna(), changed["segment_after"].isna()
    changed["change"] = "stayed"
    # Of all keys the few are taken first that are looked for, so that no large set is built.
    is_known, is_open = (
        is_in(changed["person_key"], keys[is_in(keys, changed["person_key"])])
        for keys in (known, still_open)
    )
    changed.loc[came, "change"] = is_known[came].map({True: "reactivated", False: "new"})
    changed.loc[went, "change"] = is_open[went].map({True: "lapsed", False: "ended"})
    counts = (
        changed.groupby([*sides, "change"], dropna=False).size().rename("persons").reset_index()
    )
    return counts.rename(columns=lambda name: name.replace("village_code", "village"))
