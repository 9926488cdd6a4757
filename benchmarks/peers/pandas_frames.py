"""The marts in pandas: Arrow strings, only the columns that are needed, one table in memory at a time."""

from __future__ import annotations

from datetime import date

import pandas as pd

from benchmarks.task import AGE_BANDS, BREAKDOWNS, NO_FIGURE, PROGRAMMES, SEGMENTS, Parts, Task

_PLACE = ["village_code", "segment"]
_COLUMNS = [
    "person_key", "membership_key", *_PLACE, "start_date", "end_date", "paid_through_month",
    *PROGRAMMES, "sex", "birth_year", "worker_group", "funder", "employer_sector",
]  # fmt: skip
_WORDS = ["village_code", "segment", "sex", "worker_group", "funder", "employer_sector"]


def compute(task: Task) -> Parts:
    before, known = _persons(task, task.earlier)
    stock_before = _stock(before, task.earlier)
    before = before[["person_key", *_PLACE]]
    after, still_open = _persons(task, task.later)
    stock = pd.concat([stock_before, _stock(after, task.later)])
    breakdowns = _breakdowns(after, task)
    changes = _changes(before, after[["person_key", *_PLACE]], known, still_open)
    return Parts(stock, breakdowns, changes, _claims(task))


def _persons(task: Task, day: date) -> tuple[pd.DataFrame, pd.Series]:
    """Active persons of a day; and whom an extract knows, or on the later day has as open."""
    path = task.folder / "participants" / f"{day}.parquet"
    rows = pd.read_parquet(path, columns=_COLUMNS)
    for name in _WORDS:
        rows[name] = rows[name].astype("category")
    for name in ("start_date", "end_date", "paid_through_month"):
        rows[name] = pd.to_datetime(rows[name])
    on, oldest = pd.Timestamp(day), pd.Timestamp(task.oldest_paid(day))
    is_open = (rows["start_date"] <= on) & ~(rows["end_date"] <= on)
    never_paid = rows["paid_through_month"].isna()
    paid = rows["paid_through_month"] >= oldest
    paid |= never_paid & (rows["start_date"] >= oldest + pd.DateOffset(months=1))
    told = rows["person_key"] if day == task.earlier else rows.loc[is_open, "person_key"]
    active = rows[is_open & ((rows["segment"] != "BPU") | paid)]
    twice = active["person_key"].duplicated(keep=False)
    several = active[twice].copy()
    held = several.groupby("person_key")[list(PROGRAMMES)].max()
    several["rank"] = several["segment"].astype(str).map({s: n for n, s in enumerate(SEGMENTS)})
    several = several.sort_values(
        ["rank", "start_date", "membership_key", "village_code"],
        ascending=[True, False, True, True],
    ).drop_duplicates("person_key")
    several = several.drop(columns=["rank", *PROGRAMMES]).join(held, on="person_key")
    return pd.concat([active[~twice], several], ignore_index=True), told


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
    is_known, is_open = (changed["person_key"].isin(keys) for keys in (known, still_open))
    changed.loc[came, "change"] = is_known[came].map({True: "reactivated", False: "new"})
    changed.loc[went, "change"] = is_open[went].map({True: "lapsed", False: "ended"})
    counts = (
        changed.groupby([*sides, "change"], dropna=False).size().rename("persons").reset_index()
    )
    return counts.rename(columns=lambda name: name.replace("village_code", "village"))


def _claims(task: Task) -> pd.DataFrame:
    columns = ["village_code", "programme", "paid_date", "amount_idr"]
    rows = pd.read_parquet(task.folder / "claims", columns=columns)
    days = pd.to_datetime(rows["paid_date"])
    first, last = pd.Timestamp(task.paid.year, 1, 1), pd.Timestamp(task.paid)
    rows = rows[(days >= first) & (days <= last)]
    rows = rows.assign(month=days.dt.strftime("%Y-%m"))
    grouped = rows.groupby(["village_code", "programme", "month"])["amount_idr"]
    return grouped.agg(claims="size", amount_idr="sum").reset_index()
