"""Laws of benefit sizes and timeliness, on small random archives, against plain Python."""

from __future__ import annotations

import statistics
from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from text_tables import figure, figures, to_engine

from coverage_lib.indicators.claims.benefits import benefit_rows
from coverage_lib.indicators.claims.frequency import ActiveOn, average_active
from coverage_lib.indicators.claims.timeliness import OUTCOMES, timeliness_rows
from coverage_lib.reference import rules
from coverage_lib.reference.regions import Regions, load_regions
from coverage_lib.reference.working_days import load_calendar, load_free_days

AS_OF = date(2025, 6, 17)
VILLAGES = ("19.71.01.1004", "19.71.02.1001", "19.01.01.1001", "19.71.00.0000", "19.00.00.0000")
laws = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
days = st.dates(date(2024, 12, 1), AS_OF)
archives = st.lists(
    st.fixed_dictionaries(
        {
            "paid_date": days,
            "submitted_date": st.none() | days,
            "programme": st.sampled_from(["JHT", "JKM", "JKK", "JP", "JKP"]),
            "village_code": st.sampled_from(VILLAGES),
            "amount_idr": st.integers(1, 10**11),
        }
    ),
    min_size=1,
    max_size=25,
)


def few_regions() -> Regions:
    everything = load_regions()
    codes = {code for village in VILLAGES for code in everything.ancestors(village)} | {"19.06"}
    return Regions({code: region for code, region in everything.by_code.items() if code in codes})


REGIONS = few_regions()
PLACES = ("19", "19.71", "19.71.01", "19.71.00", "19.01.01", "19.00", "19.06")


def places_in(rows: pd.DataFrame) -> list[str]:
    """Of the places those with rows: unknown ones only where a claim was paid there."""
    found = set(rows["region_code"])
    assert {place for place in PLACES if not place.endswith(".00")} <= found
    return [place for place in PLACES if place in found]


def paid_in(claims: list[dict], place: str, programme: str | None = None) -> list[dict]:
    return [
        claim
        for claim in claims
        if claim["village_code"].startswith(place)
        and claim["paid_date"].year == AS_OF.year
        and programme in {None, claim["programme"]}
    ]


@given(archives)
@laws
def test_mean_and_median_are_those_of_the_claims(claims) -> None:
    table = to_engine(pd.DataFrame(claims, dtype=object))
    rows = benefit_rows(table, "2025-06", AS_OF, REGIONS, "19", "1")
    for place in places_in(rows):
        for programme in (None, "JKM", "JKP"):
            of = {"of": place, "category": programme or "total"}
            of["dimension"] = "programme" if programme else "total"
            amounts = [claim["amount_idr"] for claim in paid_in(claims, place, programme)]
            mean, median = (
                figure(rows, f"benefit_{name}_idr", **of) for name in ("mean", "median")
            )
            if not amounts:
                assert mean["status"] == median["status"] == "not_available"
                continue
            assert (mean["numerator"], mean["denominator"]) == (sum(amounts), len(amounts))
            assert mean["value"] == sum(amounts) / len(amounts)
            assert median["value"] == statistics.median(amounts)


def working_days_by_walking(start: date, end: date) -> int:
    """Day after day from the one after `start`, in the simplest way there is."""
    holidays = {free.day for free in load_free_days() if free.kind != "joint_leave"}
    between = (start + timedelta(days=step + 1) for step in range((end - start).days))
    return sum(day.weekday() < 5 and day not in holidays for day in between)


def outcome_by_hand(claim: dict) -> str:
    submitted, paid = claim["submitted_date"], claim["paid_date"]
    if submitted is None:
        return "submission_unknown"
    if paid < submitted:
        return "paid_before_submission"
    terms = rules.at("claim_term_working_days", submitted).value
    if claim["programme"] not in terms:
        return "no_term"
    in_time = working_days_by_walking(submitted, paid) <= terms[claim["programme"]]
    return "within_term" if in_time else "late"


@given(archives)
@laws
def test_timeliness_is_that_of_the_claims(claims) -> None:
    table = to_engine(pd.DataFrame(claims, dtype=object))
    rows = timeliness_rows(table, "2025-06", AS_OF, load_calendar(), REGIONS, "19", "1")
    for place in places_in(rows):
        here = paid_in(claims, place)
        outcomes = [outcome_by_hand(claim) for claim in here]
        found = figures(rows, "claims_paid", of=place, dimension="timeliness")
        assert found == {name: outcomes.count(name) for name in OUTCOMES}
        share = figure(rows, "claims_within_term", of=place)
        if found["within_term"] + found["late"] == 0:
            assert share["status"] == "not_available"
        else:
            assert share["value"] == 100 * share["numerator"] / share["denominator"]
            assert 0 <= share["value"] <= 100
        taken = sorted(
            working_days_by_walking(claim["submitted_date"], claim["paid_date"])
            for claim, outcome in zip(here, outcomes, strict=True)
            if outcome in {"within_term", "late", "no_term"}
        )
        median, p90 = (figure(rows, f"payment_days_{name}", of=place) for name in ("median", "p90"))
        if not taken:
            assert median["status"] == p90["status"] == "not_available"
            continue
        assert median["value"] == statistics.median(taken)
        within = [
            sum(number <= limit for number in taken) for limit in (p90["value"], p90["value"] - 1)
        ]
        assert 10 * within[0] >= 9 * len(taken) > 10 * within[1]


@given(
    st.dictionaries(
        st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 10**6), min_size=1
    ),
    days,
    st.integers(0, 400),
)
@laws
def test_an_average_lies_between_the_smallest_and_the_largest_stock(known, first, length) -> None:
    stocks = [
        ActiveOn(
            day, pd.DataFrame([{"region_code": "19", "programme": "total", "persons": persons}])
        )
        for day, persons in known.items()
    ]
    (found,) = average_active(stocks, first, first + timedelta(days=length))["persons"]
    assert min(known.values()) - 1e-6 <= found <= max(known.values()) + 1e-6
    once_more = average_active(stocks[::-1], first, first + timedelta(days=length))["persons"]
    assert once_more.tolist() == [found]


@given(days, days, days)
@laws
def test_working_days_add_up_over_any_day_between(first, second, third) -> None:
    between = load_calendar().working_days_between
    assert between(first, second) + between(second, third) == between(first, third)
    assert between(first, second) == -between(second, first)
    if first <= second:
        assert between(first, second) == working_days_by_walking(first, second)
