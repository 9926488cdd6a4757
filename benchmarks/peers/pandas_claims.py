"""Claims, scholarships and submissions in pandas; words of few values are categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import given
from benchmarks.task import AFTER_THE_DAY, THIS_YEAR, TO_THE_DAY, Task

_PLACE = ["village_code", "programme"]
_WORDS = [*_PLACE, "benefit_type", "segment", "school_level", "status"]
_COLUMNS = [
    *_PLACE, "benefit_type", "segment", "paid_date", "submitted_date", "membership_key", "amount_idr",
]  # fmt: skip


def asked_cards(task: Task) -> pd.Series:
    """Card numbers that the registers are asked for."""
    rows = _read(task, "claims", ["paid_date", "membership_key"])
    is_asked = rows["paid_date"].between(pd.Timestamp(task.earlier), pd.Timestamp(task.later))
    return rows.loc[is_asked, "membership_key"].dropna().drop_duplicates()


def claim_parts(task: Task, listed: pd.Series) -> dict[str, Any]:
    """The Parts of the archive; `listed` are the asked cards that a register has."""
    claims = _read(task, "claims", _COLUMNS)
    scholarships = _read(
        task,
        "scholarships",
        [*_PLACE, "school_level", "paid_date", "child_key", "claim_key", "amount_idr"],
    )
    first = claims["paid_date"].min().date(), scholarships["paid_date"].min().date()
    last = pd.Timestamp(task.paid)
    claims = claims[claims["paid_date"].between(pd.Timestamp(task.year_before), last)]
    year = claims[claims["paid_date"] >= pd.Timestamp(task.year)]
    return {
        "first_paid": first,
        "benefits": _benefits(year),
        "payment_days": _payment_days(year),
        "claims": _claims(task, claims, listed),
        "pending": _pending(task),
        "scholarships": _scholarships(task, scholarships),
    }


def is_in(values: pd.Series, keys: pd.Series) -> pd.Series:
    """As `values.isin(keys)`, which takes Arrow strings through Python one by one."""
    found = pc.is_in(pa.array(values), value_set=pa.array(keys))
    return pd.Series(np.asarray(found), values.index)


def _read(task: Task, name: str, columns: list[str]) -> pd.DataFrame:
    rows = pd.read_parquet(task.folder / name, columns=columns)
    for column in columns:
        if column in _WORDS:
            rows[column] = rows[column].astype("category")
        elif column.endswith("_date"):
            rows[column] = pd.to_datetime(rows[column])
    return rows


def _given(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(date_as_object=False)


def _stretch(task: Task, paid: pd.Series) -> pd.Categorical:
    names = [TO_THE_DAY, AFTER_THE_DAY, THIS_YEAR]
    is_after = paid > pd.Timestamp(task.day_a_year_before)
    codes = is_after.astype("int8") + (paid >= pd.Timestamp(task.year)).astype("int8")
    return pd.Categorical.from_codes(codes, categories=names)


def _month(paid: pd.Series) -> pd.Series:
    months = paid.dt.to_period("M").astype("category")
    return months.cat.rename_categories([str(month) for month in months.cat.categories])


def _plain(counts: pd.DataFrame) -> pd.DataFrame:
    """Words in the place of categories."""
    named = counts.select_dtypes("category").columns
    return counts.astype(dict.fromkeys(named, "str"))


def _claims(task: Task, claims: pd.DataFrame, listed: pd.Series) -> pd.DataFrame:
    types = given.benefit_types().to_pandas().set_index("spelling")
    texts = claims["benefit_type"].cat.categories
    spelling = texts.str.lower().str.replace(given.IGNORED, "", regex=True)
    is_blank = claims["benefit_type"].isna()
    code, counted = (
        claims["benefit_type"]
        .map(dict(zip(texts, types[name].reindex(spelling).fillna("other"), strict=True)))
        .astype(object)
        .where(~is_blank, "unknown")
        .astype("category")
        for name in ("code", "benefit_type")
    )
    paid, card = claims["paid_date"], claims["membership_key"]
    maximum = _maximum(task, claims, code)
    excess = (claims["amount_idr"] - maximum).clip(lower=0).fillna(0).astype("int64")
    is_checked = paid.between(pd.Timestamp(task.earlier), pd.Timestamp(task.later)) & card.notna()
    segment = claims["segment"].astype(object).fillna("unknown").astype("category")
    counted_claims = pd.DataFrame(
        {
            "village_code": claims["village_code"],
            "programme": claims["programme"],
            "benefit_type": counted,
            "segment": segment,
            "stretch": _stretch(task, paid),
            "month": _month(paid),
            "claims": 1,
            "amount_idr": claims["amount_idr"],
            "above_maximum": excess > 0,
            "above_maximum_idr": excess,
            "without_card": card.isna(),
            "paid_before_submission": paid < claims["submitted_date"],
            "not_in_register": is_checked & ~is_in(card, listed),
        }
    )
    by = [*_PLACE, "benefit_type", "segment", "stretch", "month"]
    return _plain(counted_claims.groupby(by, observed=True, as_index=False).sum())


def _maximum(task: Task, claims: pd.DataFrame, code: pd.Series) -> pd.Series:
    """The maximum of each claim; the limits are few, each is written where it holds."""
    maximum = pd.Series(np.nan, claims.index)
    programme, paid = claims["programme"], claims["paid_date"]
    for (of_programme, of_code), limits in _given(given.maxima(task.year, task.paid)).groupby(
        ["programme", "code"]
    ):
        concerned = claims.index[(programme == of_programme) & (code == of_code)]
        if len(concerned):
            for limit in limits.itertuples():
                days = paid[concerned].between(limit.valid_from, limit.valid_to)
                maximum[concerned[days]] = limit.maximum_idr
    return maximum


def _benefits(year: pd.DataFrame) -> pd.DataFrame:
    blocks = []
    for length in (2, 5, 8):
        region = year["village_code"].map(lambda code: code[:length]).astype("category")  # noqa: B023
        amounts = year[["programme", "amount_idr"]].assign(region_code=region)
        for by in (["region_code", "programme"], ["region_code"]):
            grouped = amounts.groupby(by, observed=True)["amount_idr"]
            sizes = grouped.agg(claims="size", amount_idr="sum", median_idr="median")
            blocks.append(_plain(sizes.reset_index()))
    return pd.concat(blocks, ignore_index=True).fillna({"programme": "total"})


def _payment_days(year: pd.DataFrame) -> pd.DataFrame:
    days = year.groupby(
        [*_PLACE, "submitted_date", "paid_date"], observed=True, dropna=False, as_index=False
    ).size()
    days = _plain(days).rename(columns={"size": "claims"})
    days["subdistrict_code"] = days["village_code"].str.slice(0, 8)
    calendar = _given(given.working_days()).set_index("day")["working_day"]
    submitted_on = days["submitted_date"].map(calendar)
    days["working_days"] = days["paid_date"].map(calendar) - submitted_on
    days["term"] = np.nan
    for one in given.terms().to_pylist():
        submitted = days["submitted_date"]
        holds = (days["programme"] == one["programme"]) & (
            submitted >= pd.Timestamp(one["valid_from"])
        )
        if one["valid_to"].year < pd.Timestamp.max.year:
            holds &= submitted <= pd.Timestamp(one["valid_to"])
        days.loc[holds, "term"] = one["term"]
    days["outcome"] = np.select(
        [
            days["paid_date"] < days["submitted_date"],
            days["submitted_date"].isna(),
            submitted_on.isna(),
            days["working_days"] <= days["term"],
            days["term"].notna(),
        ],
        ["paid_before_submission", "submission_unknown", "submission_outside_calendar",
         "within_term", "late"],
        "no_term",
    )  # fmt: skip
    by = ["subdistrict_code", "programme", "outcome", "working_days"]
    return days.groupby(by, dropna=False, as_index=False)[["claims"]].sum()


def _pending(task: Task) -> pd.DataFrame:
    columns = [*_PLACE, "submitted_date", "decided_date", "status", "membership_key"]
    rows = _read(task, "claim_submissions", columns)
    day = pd.Timestamp(task.paid)
    decided, waits = rows["decided_date"], rows["status"] == "submitted"
    is_pending = (decided > day) | (decided.isna() & waits)
    is_contradictory = (
        (decided < rows["submitted_date"]) | ((decided <= day) & waits) | (decided.isna() & ~waits)
    )
    rows = rows.assign(pending=is_pending, contradictory=is_contradictory)
    rows = rows[(is_pending | is_contradictory) & (rows["submitted_date"] <= day)]
    alike = rows.duplicated(["membership_key", "programme", "pending"], keep=False)
    rows["overlapping"] = rows["pending"] & rows["membership_key"].notna() & alike
    by = [*_PLACE, "submitted_date"]
    names = ["pending", "overlapping", "contradictory"]
    return _plain(rows.groupby(by, observed=True, as_index=False)[names].sum())


def _scholarships(task: Task, rows: pd.DataFrame) -> pd.DataFrame:
    paid = rows["paid_date"]
    rows = rows[paid.between(pd.Timestamp(task.year_before), pd.Timestamp(task.paid))]
    rows = rows.sort_values(["paid_date", "claim_key"], ascending=[False, True])
    rows["stretch"] = _stretch(task, rows["paid_date"])
    rows["month"] = _month(rows["paid_date"])
    rows["child"] = rows["child_key"].fillna(rows["claim_key"])
    rows["year"] = rows["paid_date"].dt.year
    rows["children"] = ~rows.duplicated(["child", "year"])
    is_first = ~rows.duplicated(["child", "year", "stretch"])
    rows["children_to_the_day"] = is_first & (rows["stretch"] == TO_THE_DAY)
    by = [*_PLACE, "school_level", "stretch", "month"]
    names = ["children", "children_to_the_day", "amount_idr"]
    return _plain(rows.groupby(by, observed=True, as_index=False)[names].sum())
