"""The marts in Polars: lazy frames, collected by the streaming engine."""

from __future__ import annotations

from datetime import date

import polars as pl

from benchmarks.peers.polars_claims import claim_parts, first_days
from benchmarks.task import AGE_BANDS, BREAKDOWNS, NO_FIGURE, PROGRAMMES, SEGMENTS, Parts, Task

_PLACE = ["village_code", "segment"]


def compute(task: Task) -> Parts:
    persons = {day: _persons(task, day) for day in (task.earlier, task.later)}
    stock = pl.concat(
        frame.group_by(_PLACE)
        .agg(persons=pl.len(), **{name: pl.col(name).sum() for name in PROGRAMMES})
        .with_columns(as_of=pl.lit(day))
        for day, frame in persons.items()
    )
    told = pl.concat(
        persons[task.later]
        .group_by(*_PLACE, category=_category(name, task))
        .agg(persons=pl.len())
        .with_columns(dimension=pl.lit(name))
        for name in BREAKDOWNS
    )
    parts = {
        "stock": stock, "lapsed": _lapsed(task, persons[task.later]), "breakdowns": told,
        "changes": _changes(task, persons),
        **claim_parts(task, pl.scan_parquet(task.files("participants"))),
    }  # fmt: skip
    collected = pl.collect_all([*parts.values(), *first_days(task)], engine="streaming")
    frames = [frame.to_pandas() for frame in collected[: len(parts)]]
    first = tuple(frame.item() for frame in collected[len(parts) :])
    return Parts(**dict(zip(parts, frames, strict=True)), first_paid=first)


def _register(task: Task, day: date) -> pl.LazyFrame:
    return pl.scan_parquet(task.folder / "participants" / f"{day}.parquet")


def _is_open(day: date) -> pl.Expr:
    return (pl.col("start_date") <= day) & (pl.col("end_date") > day).fill_null(True)


def _has_paid(task: Task, day: date) -> pl.Expr:
    oldest = task.oldest_paid(day)
    after_oldest = date(oldest.year + oldest.month // 12, oldest.month % 12 + 1, 1)
    paid = (pl.col("paid_through_month") >= oldest).fill_null(False)
    return (pl.col("segment") != "BPU") | paid | (pl.col("start_date") >= after_oldest)


def _persons(task: Task, day: date) -> pl.LazyFrame:
    active = _register(task, day).filter(_is_open(day), _has_paid(task, day))
    several = active.group_by("person_key").agg(held=pl.len()).filter(pl.col("held") > 1)
    few = active.join(several, on="person_key", how="semi").with_columns(
        pl.col(name).max().over("person_key") for name in PROGRAMMES
    )
    rank = pl.col("segment").replace_strict({name: n for n, name in enumerate(SEGMENTS)})
    chosen = few.sort(
        [rank, "start_date", "village_code", "membership_key"],
        descending=[False, True, False, False],
    ).unique("person_key", keep="first", maintain_order=True)
    return pl.concat([active.join(several, on="person_key", how="anti"), chosen])


def _lapsed(task: Task, active: pl.LazyFrame) -> pl.LazyFrame:
    """Whoever holds open memberships on the later day, but none that is active."""
    lapsed = _register(task, task.later).filter(_is_open(task.later), ~_has_paid(task, task.later))
    covered = active.select("person_key").join(
        lapsed.select("person_key"), on="person_key", how="semi"
    )
    return (
        lapsed.select("person_key", "start_date", *_PLACE)
        .join(covered, on="person_key", how="anti")
        .sort("start_date", "village_code", descending=[True, False])
        .unique("person_key", keep="first", maintain_order=True)
        .group_by(_PLACE)
        .agg(persons=pl.len())
    )


def _category(name: str, task: Task) -> pl.Expr:
    if name != "age_band":
        return pl.col(name).fill_null(NO_FIGURE)
    age = task.later.year - pl.col("birth_year")
    first, label = AGE_BANDS[0]
    bands = pl.when(age >= first).then(pl.lit(label))
    for first, label in AGE_BANDS[1:]:
        bands = bands.when(age >= first).then(pl.lit(label))
    return bands.otherwise(pl.lit(NO_FIGURE))


def _changes(task: Task, persons: dict[date, pl.LazyFrame]) -> pl.LazyFrame:
    before, after = (
        persons[day].select(
            "person_key", pl.col("village_code").alias(f"village_{side}"),
            pl.col("segment").alias(f"segment_{side}"),
        )
        for day, side in ((task.earlier, "before"), (task.later, "after"))
    )  # fmt: skip
    changed = before.join(after, on="person_key", how="full", coalesce=True).filter(
        pl.col("village_before").ne_missing(pl.col("village_after"))
        | pl.col("segment_before").ne_missing(pl.col("segment_after"))
    )
    marks = {
        "known": _register(task, task.earlier),
        "still_open": _register(task, task.later).filter(_is_open(task.later)),
    }
    for name, rows in marks.items():
        found = rows.join(changed, on="person_key", how="semi").select("person_key").unique()
        changed = changed.join(
            found.with_columns(pl.lit(True).alias(name)), on="person_key", how="left"
        )
    change = (
        pl.when(pl.col("segment_before").is_null())
        .then(pl.when("known").then(pl.lit("reactivated")).otherwise(pl.lit("new")))
        .when(pl.col("segment_after").is_null())
        .then(pl.when("still_open").then(pl.lit("lapsed")).otherwise(pl.lit("ended")))
        .otherwise(pl.lit("stayed"))
    )
    sides = [f"{name}_{side}" for side in ("before", "after") for name in ("village", "segment")]
    return changed.group_by(*sides, change=change).agg(persons=pl.len())
