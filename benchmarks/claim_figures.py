"""The rows of the marts of claims and scholarships from their parts, the same for all peers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from benchmarks.given import pending_bands, working_days
from benchmarks.ladder import LEVELS, rows_along
from benchmarks.task import AFTER_THE_DAY, PROGRAMMES, THIS_YEAR, TO_THE_DAY, Parts, Task

_ALL = "all"
_SHOWN = list(LEVELS.values())[:3]  # down to sub-districts
_PAID = {"claims": "claims_paid", "amount_idr": "claims_amount_idr"}
_FINDINGS = {
    "above_maximum": "claims_above_maximum",
    "above_maximum_idr": "claims_above_maximum_idr",
    "not_in_register": "claims_without_membership",
    "without_card": "claims_without_card_number",
    "paid_before_submission": "claims_paid_before_submission",
}
_SCHOLARSHIPS = {"children": "scholarship_children", "amount_idr": "scholarship_amount_idr"}
_PENDING = {
    "pending": "pending_claims",
    "overlapping": "pending_claims_overlapping",
    "contradictory": "submissions_contradictory",
}


def claim_figures(parts: Parts, task: Task) -> list[pd.DataFrame]:
    blocks = [
        *_paid(parts, task), *_findings(parts, task), *_scholarships(parts, task),
        *_benefits(parts), *_timeliness(parts), *_pending(parts, task),
    ]  # fmt: skip
    return [rows.assign(as_of=rows.get("as_of", task.paid), scope=_ALL) for rows in blocks]


def _spans(task: Task, first: date) -> list[tuple[date, tuple[str, ...]]]:
    """The day and stretches of the year, and of the one before where the archive has its January."""
    spans: list[tuple[date, tuple[str, ...]]] = [(task.paid, (THIS_YEAR,))]
    if first >= date(task.year_before.year, 2, 1):
        return spans
    whole = date(task.year_before.year, 12, 31)
    spans.append((task.day_a_year_before, (TO_THE_DAY,)))
    return (
        spans if task.paid.month == whole.month else [*spans, (whole, (TO_THE_DAY, AFTER_THE_DAY))]
    )


def _paid(parts: Parts, task: Task) -> list[pd.DataFrame]:
    blocks = []
    for as_of, stretches in _spans(task, parts.first_paid[0]):
        paid = parts.claims[parts.claims["stretch"].isin(stretches)].assign(as_of=as_of)
        axes = ["village_code", "as_of", "programme", "benefit_type", "segment", "month"]
        paid = paid.groupby(axes, as_index=False)[list(_PAID)].sum()
        for dimension, lowest in (
            ("total", "desa"), ("programme", "kecamatan"), ("segment", "kecamatan"),
            ("benefit_type", "kecamatan"), ("month", "kabupaten"),
            ("programme_month", "provinsi"), ("segment_month", "provinsi"),
        ):  # fmt: skip
            blocks.append(rows_along(_named(paid, dimension), _PAID, dimension, _ALL, lowest))
    this_year = pd.concat(blocks, ignore_index=True)
    blocks.append(_frequency(this_year[this_year["as_of"] == task.paid], parts.stock, task))
    return blocks


def _named(counts: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The counts with the category of a dimension, which is a column, two columns or the total."""
    if dimension == "total":
        return counts
    axis, _, month = dimension.partition("_")
    if month != "month":
        return counts.assign(category=counts[dimension])
    return counts.assign(category=counts[axis] + "/" + counts["month"])


def _frequency(paid: pd.DataFrame, stock: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Claims for every thousand average participants, construction included."""
    days = np.arange(task.year.toordinal(), task.paid.toordinal() + 1)
    ends = [task.earlier.toordinal(), task.later.toordinal()]
    later = float(np.interp(days, ends, [0.0, 1.0]).mean())
    columns = {"persons": "total", **{name: name.upper() for name in PROGRAMMES}}
    active = stock.rename(columns=columns)[["village_code", "as_of", *columns.values()]]
    names = {name: name for name in columns.values()}
    active = rows_along(active, names, "total", _ALL)
    is_later = pd.to_datetime(active["as_of"]).dt.date == task.later
    active["persons"] = active["value"] * is_later.map({True: later, False: 1.0 - later})
    average = active.groupby(["region_code", "indicator"], as_index=False)[["persons"]].sum()
    average = average[average["persons"] > 0].rename(columns={"indicator": "category"})
    is_wanted = paid["indicator"].eq("claims_paid") & paid["dimension"].isin(["total", "programme"])
    rows = paid[is_wanted].merge(average, on=["region_code", "category"])
    value = 1000.0 * rows["value"] / rows["persons"]
    return rows.drop(columns="persons").assign(value=value, indicator="claim_frequency")


def _findings(parts: Parts, task: Task) -> list[pd.DataFrame]:
    year = parts.claims[parts.claims["stretch"] == THIS_YEAR].assign(as_of=task.paid)
    year = year.groupby(["village_code", "as_of", "programme"], as_index=False)[
        list(_FINDINGS)
    ].sum()
    return [
        rows_along(_named(year, name), _FINDINGS, name, _ALL) for name in ("total", "programme")
    ]


def _scholarships(parts: Parts, task: Task) -> list[pd.DataFrame]:
    blocks = []
    for as_of, stretches in _spans(task, parts.first_paid[1]):
        counts = parts.scholarships[parts.scholarships["stretch"].isin(stretches)]
        counts = counts.assign(as_of=as_of)
        if stretches == (TO_THE_DAY,):
            counts["children"] = counts["children_to_the_day"]
        for dimension, lowest in (
            ("total", "desa"), ("programme", "kabupaten"), ("school_level", "kabupaten"),
        ):  # fmt: skip
            named = _named(counts, dimension)
            rows = rows_along(named, _SCHOLARSHIPS, dimension, _ALL, lowest)
            is_province = rows["region_code"].str.len() == LEVELS["provinsi"]
            blocks.append(rows[is_province | (rows["indicator"] == "scholarship_children")])
    return blocks


def _benefits(parts: Parts) -> list[pd.DataFrame]:
    sizes = _of_programme(parts.benefits)
    mean = sizes["amount_idr"] / sizes["claims"]
    return [
        sizes.assign(indicator="benefit_mean_idr", value=mean),
        sizes.assign(indicator="benefit_median_idr", value=sizes["median_idr"]),
    ]


def _timeliness(parts: Parts) -> list[pd.DataFrame]:
    counts = _three_levels(parts.payment_days.rename(columns={"subdistrict_code": "village_code"}))
    place = ["region_code", "programme"]
    outcomes = counts.groupby([*place, "outcome"], as_index=False)[["claims"]].sum()
    totals = outcomes[outcomes["programme"] == "total"]
    became = totals.rename(columns={"outcome": "category", "claims": "value"})
    wide = outcomes.pivot_table("claims", place, "outcome", aggfunc="sum").fillna(0)
    wide = wide.reindex(columns=["within_term", "late"], fill_value=0).reset_index()
    within = 100.0 * wide["within_term"] / (wide["within_term"] + wide["late"])
    blocks = [
        became.assign(indicator="claims_paid", dimension="timeliness"),
        _of_programme(wide).assign(indicator="claims_within_term", value=within),
    ]
    timed = counts[counts["outcome"].isin(["within_term", "late", "no_term"])]
    days = timed.groupby([*place, "working_days"], as_index=False)[["claims"]].sum()
    for name, at in (("payment_days_median", _medians), ("payment_days_p90", _nine_in_ten)):
        blocks.append(_of_programme(at(days, "working_days", "claims")).assign(indicator=name))
    return blocks


def _pending(parts: Parts, task: Task) -> list[pd.DataFrame]:
    calendar = working_days().to_pandas()
    number = pd.Series(calendar["working_day"].to_numpy(), pd.to_datetime(calendar["day"]))
    submitted = pd.to_datetime(parts.pending["submitted_date"]).clip(lower=number.index[0])
    age = number[pd.Timestamp(task.paid)] - submitted.map(number)
    last, names = zip(*pending_bands(), strict=True)
    band = pd.cut(age, [-1, *last], labels=list(names)).astype(str)
    counts = parts.pending.assign(as_of=task.paid, age=age, age_band=band)
    counts["programme_age_band"] = counts["programme"] + "/" + counts["age_band"]
    waiting = {"pending": _PENDING["pending"]}
    blocks = [rows_along(counts, _PENDING, "total", _ALL)]
    for dimension, names, lowest in (
        ("programme", _PENDING, "kecamatan"), ("age_band", waiting, "kecamatan"),
        ("programme_age_band", waiting, "kabupaten"),
    ):  # fmt: skip
        named = counts.assign(category=counts[dimension])
        blocks.append(rows_along(named, names, dimension, _ALL, lowest))
    place = ["region_code", "programme"]
    days = _three_levels(counts[counts["pending"] > 0])
    days = days.groupby([*place, "age"], as_index=False)[["pending"]].sum()
    medians = _of_programme(_medians(days, "age", "pending"))
    return [*blocks, medians.assign(indicator="pending_days_median")]


def _three_levels(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts once for each level down to sub-districts, each by programme and in total."""
    both = pd.concat([counts, counts.assign(programme="total")])
    return pd.concat(
        [both.assign(region_code=both["village_code"].str.slice(0, length)) for length in _SHOWN],
        ignore_index=True,
    )


def _of_programme(rows: pd.DataFrame) -> pd.DataFrame:
    is_total = rows["programme"] == "total"
    dimension = is_total.map({True: "total", False: "programme"})
    return rows.assign(category=rows["programme"], dimension=dimension)


def _medians(frequencies: pd.DataFrame, of: str, count: str) -> pd.DataFrame:
    whole = frequencies.groupby(["region_code", "programme"])[count].transform("sum")
    lower = _at_rank(frequencies, of, count, (whole + 1) // 2)
    upper = _at_rank(frequencies, of, count, whole // 2 + 1)
    return lower.assign(value=(lower["value"] + upper["value"]) / 2)


def _nine_in_ten(frequencies: pd.DataFrame, of: str, count: str) -> pd.DataFrame:
    whole = frequencies.groupby(["region_code", "programme"])[count].transform("sum")
    return _at_rank(frequencies, of, count, (90 * whole + 99) // 100)


def _at_rank(frequencies: pd.DataFrame, of: str, count: str, rank: pd.Series) -> pd.DataFrame:
    """The value that stands at a rank in each region and programme; `frequencies` are in its order."""
    place = ["region_code", "programme"]
    is_reached = frequencies.groupby(place)[count].cumsum() >= rank
    first = frequencies[is_reached].drop_duplicates(place)
    return first[[*place, of]].rename(columns={of: "value"}).reset_index(drop=True)
