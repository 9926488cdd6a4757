"""What must hold of every trajectory: intervals hold the point, faster is never later, parts add up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.indicators.participation.change import published_change_measures
from coverage_lib.indicators.trajectory.arrival import target_reached_rows
from coverage_lib.indicators.trajectory.forecast import Reports, back_tests, forecast_persons
from coverage_lib.indicators.zone import rank_rows

START = date(2024, 1, 31)
small = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def some_reports(draw) -> Reports:
    gaps = draw(st.lists(st.integers(20, 45), min_size=8, max_size=20))
    persons = draw(st.lists(st.integers(0, 10_000), min_size=len(gaps) + 1, max_size=len(gaps) + 1))
    days = tuple(START + timedelta(days=int(total)) for total in np.cumsum([0, *gaps]))
    return Reports(days, tuple(float(count) for count in persons))


@given(reports=some_reports())
@small
def test_intervals_hold_the_expected_value_and_each_other_and_widen(reports: Reports):
    days = tuple(reports.days[-1] + timedelta(days=30 * step) for step in range(1, 13))
    found = forecast_persons(reports, days)
    lower_80, upper_80 = found.intervals[80]
    lower_95, upper_95 = found.intervals[95]
    tolerance = 1e-6
    assert (lower_95 <= lower_80 + tolerance).all()
    assert (lower_80 <= found.expected + tolerance).all()
    assert (found.expected <= upper_80 + tolerance).all()
    assert (upper_80 <= upper_95 + tolerance).all()
    assert (lower_95 >= 0).all()
    above = upper_95 - found.expected
    unclipped = found.expected > 0
    assert (np.diff(above)[unclipped[1:] & unclipped[:-1]] >= -tolerance).all()


@given(reports=some_reports(), added=st.integers(1, 5000))
@small
def test_a_constant_added_to_every_report_is_added_to_the_forecast(reports: Reports, added: int):
    days = (reports.days[-1] + timedelta(days=30),)
    more = Reports(reports.days, tuple(count + added for count in reports.persons))
    before, after = forecast_persons(reports, days), forecast_persons(more, days)
    if before.expected[0] > 0:
        assert abs(after.expected[0] - before.expected[0] - added) < 1e-6


@given(reports=some_reports(), of_district=st.data())
@small
def test_forecasts_of_districts_add_up_to_that_of_the_province(reports: Reports, of_district):
    """As long as none falls to zero."""
    shares = of_district.draw(
        st.lists(st.floats(0, 1), min_size=len(reports.days), max_size=len(reports.days))
    )
    part = tuple(count * share for count, share in zip(reports.persons, shares, strict=True))
    rest = tuple(count - own for count, own in zip(reports.persons, part, strict=True))
    days = (reports.days[-1] + timedelta(days=200),)
    whole, *children = (
        forecast_persons(Reports(reports.days, persons), days).expected[0]
        for persons in (reports.persons, part, rest)
    )
    if min(whole, *children) > 0:
        assert abs(sum(children) - whole) < 1e-6


@given(reports=some_reports())
@small
def test_a_back_test_never_sees_what_it_forecasts(reports: Reports):
    """Another last report changes only the errors against it."""
    changed = Reports(reports.days, (*reports.persons[:-1], reports.persons[-1] + 777))
    pairs = zip(back_tests(reports), back_tests(changed), strict=True)
    assert all(one.forecast == other.forecast for one, other in pairs)


def months_until(gap: float, pace: float) -> float:
    """Infinite where the pace never gets there, or not within the bound."""
    gaps = pd.DataFrame(
        {
            "region_code": ["19"], "value": [float(gap)], "denominator_source": ["BPS"],
            "denominator_vintage": ["2025"],
        }
    )  # fmt: skip
    paces = pd.DataFrame({"region_code": ["19"], "category": ["1"], "value": [float(pace)]})
    (value,) = target_reached_rows(gaps, paces, "2024-01", START, "1")["value"]
    return float("inf") if np.isnan(value) else float(value)


@given(gap=st.integers(0, 10**6), slow=st.integers(-500, 5000), more=st.integers(0, 5000))
@small
def test_a_faster_pace_is_never_later(gap: int, slow: int, more: int):
    assert months_until(gap, slow + more) <= months_until(gap, slow)


@given(pace=st.integers(-500, 5000), less=st.integers(0, 10**6), more=st.integers(0, 10**5))
@small
def test_a_smaller_gap_is_never_later(pace: int, less: int, more: int):
    assert months_until(less, pace) <= months_until(less + more, pace)


percents = st.integers(100, 9900).map(lambda hundredths: hundredths / 100)


@st.composite
def publications(draw) -> pd.DataFrame:
    names = {
        "coverage_pct": percents,
        "participants_active": st.integers(1, 10**6),
        "workforce_potential": st.integers(1, 10**6),
    }
    rows = [
        (date(2025, month, 1), "19", name, draw(values), scope)
        for month in range(1, draw(st.integers(2, 5)) + 1)
        for name, values in names.items()
        for scope in ("excl_jakon", "incl_jakon", None)
        if draw(st.booleans())
    ]
    return pd.DataFrame(rows, columns=["date", "region_code", "indicator", "value", "scope"])


@given(observations=publications())
@small
def test_the_parts_of_every_published_change_add_up(observations: pd.DataFrame):
    for rows in published_change_measures(observations, "1"):
        parts = dict(zip(rows["category"].str.rpartition(":")[2], rows["value"], strict=True))
        total = Fraction(parts.pop("total"))
        known = [Fraction(value) for value in parts.values() if not np.isnan(value)]
        assert abs(float(sum(known) - total)) < 1e-9 * max(1.0, *(abs(float(p)) for p in known))


@st.composite
def zones(draw) -> pd.DataFrame:
    rows = [
        ("Sumatera", day, code, draw(st.integers(0, 100)), draw(st.one_of(st.none(), st.just(100))), scope)
        for code in ("11", "12", "13", "19")
        for day in (date(2025, 5, 31), date(2025, 6, 1))
        for scope in ("excl_jakon", "incl_jakon")
        if draw(st.booleans())
    ]  # fmt: skip
    names = ["zone", "cut_off_date", "region_code", "active_participants", "eligible_workers"]
    return pd.DataFrame(rows, columns=[*names, "scope"])


@given(summary=zones())
@small
def test_a_province_is_compared_or_left_out_and_never_both(summary: pd.DataFrame):
    rows = rank_rows(summary, "19", "2025-06", date(2025, 6, 30), "1")
    if rows.empty:
        return
    for _, of_scope in rows.groupby("scope"):
        own = of_scope[of_scope["dimension"] == "zone"].iloc[0]
        compared = of_scope[of_scope["dimension"] == "zone_compared"]
        left_out = of_scope[of_scope["dimension"] == "zone_excluded"]
        assert not set(compared["category"]) & set(left_out["category"])
        if own["status"] == "available":
            everyone = {f"Sumatera:{code}" for code in summary["region_code"]}
            assert {*compared["category"], *left_out["category"]} == everyone
            assert len(compared) == own["denominator"]
            assert compared["value"].between(1, len(compared)).all()
