"""Claims, scholarships and submissions in Polars, lazy."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from benchmarks import given
from benchmarks.task import AFTER_THE_DAY, THIS_YEAR, TO_THE_DAY, Task

_MONTH = pl.col("paid_date").dt.strftime("%Y-%m")


def claim_parts(task: Task, register: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    return {
        "claims": _claims(task, register),
        "benefits": _benefits(task),
        "payment_days": _payment_days(task),
        "pending": _pending(task),
        "scholarships": _scholarships(task),
    }


def first_days(task: Task) -> list[pl.LazyFrame]:
    return [
        _table(task, name).select(pl.col("paid_date").min()) for name in ("claims", "scholarships")
    ]


def _table(task: Task, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(task.files(name))


def _given(table: pa.Table) -> pl.LazyFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.lazy()


def _stretch(task: Task) -> pl.Expr:
    day = pl.col("paid_date")
    return (
        pl.when(day >= task.year)
        .then(pl.lit(THIS_YEAR))
        .when(day > task.day_a_year_before)
        .then(pl.lit(AFTER_THE_DAY))
        .otherwise(pl.lit(TO_THE_DAY))
    )


def _of_two_years(task: Task, name: str) -> pl.LazyFrame:
    return _table(task, name).filter(pl.col("paid_date").is_between(task.year_before, task.paid))


def _of_year(task: Task) -> pl.LazyFrame:
    return _table(task, "claims").filter(pl.col("paid_date").is_between(task.year, task.paid))


def _claims(task: Task, register: pl.LazyFrame) -> pl.LazyFrame:
    has_card = pl.col("membership_key").is_not_null()
    is_checked = has_card & pl.col("paid_date").is_between(task.earlier, task.later)
    asked = _table(task, "claims").filter(is_checked).select("membership_key")
    listed = (
        register.select("membership_key")
        .join(asked, on="membership_key", how="semi")
        .unique()
        .with_columns(is_listed=pl.lit(True))
    )
    spelling = pl.col("benefit_type").fill_null("").str.to_lowercase()
    paid = (
        _of_two_years(task, "claims")
        .with_columns(spelling=spelling.str.replace_all(given.IGNORED, ""))
        .drop("benefit_type")
        .join(_given(given.benefit_types()), on="spelling", how="left")
        .with_columns(pl.col("code", "benefit_type").fill_null("other"))
        .join(listed, on="membership_key", how="left")
    )
    # A maximum for each day: so the claims need no sorting, as a join by spans of days would.
    limits = (
        _given(given.maxima(task.year, task.paid))
        .select(
            "programme", "code", "maximum_idr", paid_date=pl.date_ranges("valid_from", "valid_to")
        )
        .explode("paid_date")
    )
    limited = paid.join(limits, on=["programme", "code", "paid_date"], how="left")
    excess = pl.col("amount_idr") - pl.col("maximum_idr")
    is_above = (excess > 0).fill_null(False)
    return limited.group_by(
        "village_code", "programme", "benefit_type",
        segment=pl.col("segment").fill_null("unknown"), stretch=_stretch(task), month=_MONTH,
    ).agg(
        claims=pl.len(),
        amount_idr=pl.col("amount_idr").sum(),
        above_maximum=is_above.sum(),
        above_maximum_idr=excess.filter(is_above).sum(),
        without_card=(~has_card).sum(),
        paid_before_submission=(pl.col("paid_date") < pl.col("submitted_date")).sum(),
        not_in_register=(is_checked & pl.col("is_listed").is_null()).sum(),
    )  # fmt: skip


def _benefits(task: Task) -> pl.LazyFrame:
    amount = pl.col("amount_idr")
    return pl.concat(
        _of_year(task)
        .group_by(region_code=pl.col("village_code").str.slice(0, length), programme=programme)
        .agg(claims=pl.len(), amount_idr=amount.sum(), median_idr=amount.median())
        for length in (2, 5, 8)
        for programme in (pl.col("programme"), pl.lit("total"))
    )


def _payment_days(task: Task) -> pl.LazyFrame:
    calendar = _given(given.working_days())
    submitted, paid = (
        calendar.rename({"day": f"{name}_date", "working_day": f"{name}_number"})
        for name in ("submitted", "paid")
    )
    terms = _given(given.terms()).sort("valid_from")
    taken = pl.col("paid_number") - pl.col("submitted_number")
    term = pl.when(pl.col("submitted_date") <= pl.col("valid_to")).then("term")
    outcome = (
        pl.when(pl.col("paid_date") < pl.col("submitted_date"))
        .then(pl.lit("paid_before_submission"))
        .when(pl.col("submitted_date").is_null())
        .then(pl.lit("submission_unknown"))
        .when(pl.col("submitted_number").is_null())
        .then(pl.lit("submission_outside_calendar"))
        .when(taken <= term)
        .then(pl.lit("within_term"))
        .when(term.is_not_null())
        .then(pl.lit("late"))
        .otherwise(pl.lit("no_term"))
    )
    # Days of submission and payment by programme are few: joined to the calendar after counting.
    days = (
        _of_year(task)
        .group_by(
            "programme", "submitted_date", "paid_date",
            subdistrict_code=pl.col("village_code").str.slice(0, 8),
        )
        .agg(claims=pl.len())
    )  # fmt: skip
    return (
        days.join(submitted, on="submitted_date", how="left")
        .join(paid, on="paid_date", how="left")
        .sort("submitted_date")
        .join_asof(
            terms,
            left_on="submitted_date",
            right_on="valid_from",
            by="programme",
            check_sortedness=False,
        )
        .group_by("subdistrict_code", "programme", outcome=outcome, working_days=taken)
        .agg(pl.col("claims").sum())
    )


def _pending(task: Task) -> pl.LazyFrame:
    decided, waits = pl.col("decided_date"), pl.col("status") == "submitted"
    is_pending = pl.when(decided.is_null()).then(waits).otherwise(decided > task.paid)
    is_contradictory = (
        (decided < pl.col("submitted_date")).fill_null(False)
        | ((decided <= task.paid).fill_null(False) & waits)
        | (decided.is_null() & ~waits)
    )
    alike = pl.len().over("membership_key", "programme", "is_pending")
    return (
        _table(task, "claim_submissions")
        .filter(pl.col("submitted_date") <= task.paid)
        .with_columns(is_pending=is_pending, is_contradictory=is_contradictory)
        .filter(pl.col("is_pending") | pl.col("is_contradictory"))
        .with_columns(
            overlapping=pl.col("is_pending") & pl.col("membership_key").is_not_null() & (alike > 1)
        )
        .group_by("village_code", "programme", "submitted_date")
        .agg(
            pending=pl.col("is_pending").sum(),
            overlapping=pl.col("overlapping").sum(),
            contradictory=pl.col("is_contradictory").sum(),
        )
    )


def _scholarships(task: Task) -> pl.LazyFrame:
    child = pl.coalesce("child_key", "claim_key")
    of_year = ["child", pl.col("paid_date").dt.year()]
    return (
        _of_two_years(task, "scholarships")
        .with_columns(child=child, stretch=_stretch(task))
        .sort("paid_date", "claim_key", descending=[True, False])
        .with_columns(
            first_of_year=pl.int_range(pl.len()).over(of_year) == 0,
            first_of_stretch=pl.int_range(pl.len()).over([*of_year, "stretch"]) == 0,
        )
        .group_by("village_code", "programme", "school_level", "stretch", month=_MONTH)
        .agg(
            children=pl.col("first_of_year").sum(),
            children_to_the_day=(
                pl.col("first_of_stretch") & (pl.col("stretch") == TO_THE_DAY)
            ).sum(),
            amount_idr=pl.col("amount_idr").sum(),
        )
    )
