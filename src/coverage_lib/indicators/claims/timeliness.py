"""How long claims take: working days from submission to payment, against the legal term.

JKK 7 working days (PP 44/2015 article 37), JKM 3, JHT 5 (Permenaker 4/2022), by the dated
rule `claim_term_working_days`. The term runs from the day a claim is complete, which no
extract has; from the day of submission the time is at least as long, so the share paid
within the term is a lower bound.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from coverage_lib.indicators.claims.counts import paid_between
from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, with_every_region
from coverage_lib.reference import rules
from coverage_lib.reference.regions import Regions
from coverage_lib.reference.working_days import WorkingCalendar

OUTCOMES = (
    "within_term", "late", "no_term", "submission_unknown", "submission_outside_calendar",
    "paid_before_submission",
)  # fmt: skip
_TERM = "claim_term_working_days"
_SUBDISTRICT = 8  # characters of its code; villages have too few claims to show
_TIMED = ("within_term", "late", "no_term")


def working_days_taken(
    claims: ir.Table, first: date, last: date, calendar: WorkingCalendar, province: str
) -> pd.DataFrame:
    """subdistrict_code, programme, outcome, working_days, claims: a table of frequencies.

    Over the claims paid from `first` to `last`. `outcome` is one of OUTCOMES: `no_term`
    where the law sets none for the programme on the day of submission,
    `paid_before_submission` where the two dates contradict each other (a finding about the
    source), both with their working days. Where the day of submission is not known, or is of
    a year whose holidays the calendar does not have, working days are missing.

    Raises ReferenceDataError where the calendar does not know a day of payment, or the rule
    a day of submission that the calendar knows.
    """
    numbers = ibis.memtable(
        pd.DataFrame(calendar.numbered_days(), columns=["day", "working_day_number"]),
        schema=ibis.schema({"day": "date", "working_day_number": "int64"}),
    )
    submitted = numbers.select(submitted_day="day", number_submitted="working_day_number")
    paid_on = numbers.select(paid_day="day", number_paid="working_day_number")
    paid = paid_between(claims, first, last)
    paid = paid.select(
        "programme",
        "submitted_date",
        "paid_date",
        subdistrict_code=village_or_unknown(paid, province).left(_SUBDISTRICT),
        term=_term_of(paid),
    )
    dated = paid.left_join(submitted, paid.submitted_date == submitted.submitted_day)
    dated = dated.left_join(paid_on, dated.paid_date == paid_on.paid_day)
    taken = dated.number_paid - dated.number_submitted
    # A comparison with a missing date or term is not true, and falls through to the next.
    outcome = ibis.cases(
        (dated.paid_date < dated.submitted_date, "paid_before_submission"),
        (
            dated.submitted_date.notnull() & dated.number_submitted.isnull(),
            "submission_outside_calendar",
        ),
        (taken <= dated.term, "within_term"),
        (taken > dated.term, "late"),
        (dated.submitted_date <= dated.paid_date, "no_term"),
        else_="submission_unknown",
    )
    counted = dated.mutate(outcome=outcome, working_days=taken)
    frequencies: pd.DataFrame = (
        counted.group_by("subdistrict_code", "programme", "outcome", "working_days")
        .aggregate(
            claims=counted.count(),
            first_submitted=counted.submitted_day.min(),
            last_submitted=counted.submitted_day.max(),
        )
        .execute()
    )
    _require_known_days(frequencies, first, last, calendar)
    return frequencies.drop(columns=["first_submitted", "last_submitted"])


def timeliness_rows(
    claims: ir.Table,
    period: str,
    as_of: date,
    calendar: WorkingCalendar,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """Timeliness of the claims paid from 1 January to `as_of`, down to the sub-district.

    claims_within_term (percent): paid within the term over all that have one and a usable
    submission date, in total and by programme; payment_days_median and payment_days_p90
    (working_days): over all with a usable submission date, those without a legal term
    included. The median is the mean of the two in the middle, the 90th percentile the
    fewest days within which nine in ten were paid. Not available where there are none.

    claims_paid by `timeliness` says what became of every claim: OUTCOMES add up to the total.
    """
    frequencies = working_days_taken(
        claims, date(as_of.year, 1, 1), as_of, calendar, province
    ).rename(columns={"subdistrict_code": "region_code"})
    frequencies = pd.concat([frequencies, frequencies.assign(programme="total")])
    levels = [
        frequencies.assign(region_code=frequencies["region_code"].str.slice(0, length))
        for length in (2, 5, _SUBDISTRICT)
    ]
    counts = pd.concat(levels, ignore_index=True)
    outcomes = _outcome_counts(counts, regions, province)
    by_outcome = outcomes[outcomes["programme"] == "total"].melt(
        "region_code", list(OUTCOMES), "category", "value"
    )
    heading = Heading("claims_paid", "claims", period, as_of, "timeliness")
    blocks = [measure_rows(heading, by_outcome, version)]
    frame = outcomes.assign(
        category=outcomes["programme"],
        dimension=np.where(outcomes["programme"] == "total", "total", "programme"),
    )
    with_term = frame["within_term"] + frame["late"]
    share = frame.assign(
        numerator=frame["within_term"].where(with_term > 0),
        denominator=with_term.where(with_term > 0),
    )
    share["value"] = 100.0 * share["numerator"] / share["denominator"]
    blocks.append(
        measure_rows(Heading("claims_within_term", "percent", period, as_of), share, version)
    )
    days = frame.merge(_quantiles(counts), on=["region_code", "programme"], how="left")
    for column in ("payment_days_median", "payment_days_p90"):
        rows = days.assign(value=days[column], denominator=days["timed"])
        heading = Heading(column, "working_days", period, as_of)
        blocks.append(measure_rows(heading, rows, version))
    return pd.concat(blocks, ignore_index=True)


def _term_of(claims: ir.Table) -> ir.Value:
    """The term in force for the programme on the day of submission; null where there is none."""
    branches = []
    for value in rules.load_rule(_TERM).values:
        in_force = claims.submitted_date >= ibis.date(value.valid_from.isoformat())
        if value.valid_to is not None:
            in_force &= claims.submitted_date <= ibis.date(value.valid_to.isoformat())
        branches += [
            (in_force & (claims.programme == programme), ibis.literal(int(days), "int64"))
            for programme, days in value.value.items()
        ]
    return ibis.cases(*branches, else_=ibis.null("int64"))


def _require_known_days(
    frequencies: pd.DataFrame, first: date, last: date, calendar: WorkingCalendar
) -> None:
    if frequencies.empty:
        return
    calendar.require(first)
    calendar.require(last)
    for column, extreme in (("first_submitted", "min"), ("last_submitted", "max")):
        day = getattr(pd.to_datetime(frequencies[column]), extreme)()
        if not pd.isna(day):
            rules.at(_TERM, day.date())


def _outcome_counts(counts: pd.DataFrame, regions: Regions, province: str) -> pd.DataFrame:
    """region_code, programme and a column an outcome, zeros included."""
    table = (
        counts.pivot_table(
            index=["region_code", "programme"], columns="outcome", values="claims", aggfunc="sum"
        )
        .reindex(columns=list(OUTCOMES))
        .fillna(0)
        .reset_index()
    )
    axes = {"programme": ["total", *PROGRAMMES]}
    filled = with_every_region(table, regions, province, axes, list(OUTCOMES))
    return filled[filled["region_code"].str.len() <= _SUBDISTRICT].reset_index(drop=True)


def _quantiles(counts: pd.DataFrame) -> pd.DataFrame:
    """region_code, programme, timed, payment_days_median, payment_days_p90, exactly, from frequencies."""
    usable = counts[counts["outcome"].isin(_TIMED)]
    key = ["region_code", "programme"]
    per_day = usable.groupby([*key, "working_days"], as_index=False, sort=True)[["claims"]].sum()
    per_day["reached"] = per_day.groupby(key)["claims"].cumsum()
    found = per_day.groupby(key, as_index=False)[["claims"]].sum()
    found = found.rename(columns={"claims": "timed"}).assign(
        lower_middle=lambda t: (t["timed"] + 1) // 2,
        upper_middle=lambda t: t["timed"] // 2 + 1,
        nine_in_ten=lambda t: (90 * t["timed"] + 99) // 100,
    )
    per_day = per_day.merge(found, on=key)
    days = {
        rank: per_day[per_day["reached"] >= per_day[rank]].groupby(key)["working_days"].min()
        for rank in ("lower_middle", "upper_middle", "nine_in_ten")
    }
    quantiles = found.set_index(key)[["timed"]].assign(
        payment_days_median=(days["lower_middle"] + days["upper_middle"]) / 2,
        payment_days_p90=days["nine_in_ten"],
    )
    return quantiles.reset_index()
