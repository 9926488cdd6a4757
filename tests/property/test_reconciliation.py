"""Published beside computed figures: what counts as agreeing, and what is never compared."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.indicators.published.measures import published_measures
from coverage_lib.indicators.published.reconciliation import compare, granularity, reconcile
from coverage_lib.indicators.rows import Heading, join_rows, measure_rows

DAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("value", "unit", "note", "step"),
    [
        (27.24, "percent", "", "0.01"),
        (24.5, "percent", "", "0.1"),
        (35.0, "percent", "", "1"),
        (9.0, "percent", "", "1"),
        # Persons are exact to one, unless the source says that it rounded.
        (144_070, "persons", "", "1"),
        (580_000, "persons", "", "1"),
        (580_000, "persons", "rounded", "10000"),
        (178_860, "persons", "rounded to 178.86 thousand", "10"),
        # Nobody publishes rupiah to the last one.
        (92_600_000_000, "idr", "", "100000000"),
        (1_360_000_000, "idr", "", "10000000"),
        (72_284_880_000, "idr", "", "10000"),
    ],
)
def test_the_step_that_a_figure_was_rounded_to(value, unit, note, step) -> None:
    assert granularity(float(value), unit, note) == Decimal(step)


@pytest.mark.parametrize(
    ("published", "own", "unit", "note", "qualifier", "finding"),
    [
        (27.24, 27.240893, "percent", "", "exact", "agrees_as_rounded"),
        (31.93, 31.935972, "percent", "", "exact", "truncated_not_rounded"),
        (31.94, 31.935972, "percent", "", "exact", "agrees_as_rounded"),
        (31.93, 31.925, "percent", "", "exact", "agrees_as_rounded"),  # half goes up
        (31.92, 31.925, "percent", "", "exact", "truncated_not_rounded"),
        (31.93, 31.94, "percent", "", "exact", "differs"),
        (31.93, 31.9299, "percent", "", "exact", "agrees_as_rounded"),
        (35.0, 35.4, "percent", "", "exact", "agrees_as_rounded"),
        (35.0, 35.6, "percent", "", "exact", "truncated_not_rounded"),
        (144_070, 144_070, "persons", "", "exact", "agrees"),
        (144_070, 144_071, "persons", "", "exact", "differs"),
        (92_600_000_000, 92_600_000_000, "idr", "", "exact", "agrees"),
        (92_600_000_000, 92_641_000_000, "idr", "", "exact", "agrees_as_rounded"),
        (92_600_000_000, 92_549_999_999, "idr", "", "exact", "differs"),
        (92_600_000_000, 92_699_999_999, "idr", "", "exact", "truncated_not_rounded"),
        (580_000, 584_999, "persons", "rounded", "exact", "agrees_as_rounded"),
        (580_000, 584_999, "persons", "", "exact", "differs"),
        # "More than 50 %" holds for anything from there on.
        (50.0, 52.4, "percent", "", "at_least", "agrees"),
        (50.0, 50.0, "percent", "", "at_least", "agrees"),
        (50.0, 49.99, "percent", "", "at_least", "differs"),
    ],
)
def test_findings(published, own, unit, note, qualifier, finding) -> None:
    assert compare(float(published), float(own), unit, note, qualifier) == finding


@given(st.decimals(0, 100, places=6))
def test_a_figure_always_agrees_with_its_own_rounding_and_truncation(own: Decimal) -> None:
    rounded = float(own.quantize(Decimal("0.01"), ROUND_HALF_UP))
    truncated = float(own.quantize(Decimal("0.01"), ROUND_FLOOR))
    if Decimal(repr(rounded)).normalize().as_tuple().exponent == -2:
        assert compare(rounded, float(own), "percent", "", "exact") in {
            "agrees",
            "agrees_as_rounded",
        }
    if Decimal(repr(truncated)).normalize().as_tuple().exponent == -2:
        assert compare(truncated, float(own), "percent", "", "exact") != "differs"


@given(st.decimals(0, 100, places=6), st.integers(1, 9999), st.sampled_from([-1, 1]))
def test_a_figure_two_steps_away_differs(own: Decimal, hundredths: int, sign: int) -> None:
    other = own.quantize(Decimal("0.01"), ROUND_HALF_UP) + sign * (
        Decimal("0.02") + Decimal(hundredths) / 100
    )
    exponent = Decimal(repr(float(other))).normalize().as_tuple().exponent
    if exponent == -2:
        assert compare(float(other), float(own), "percent", "", "exact") == "differs"


# Which figures are set beside one another


def told(name: str, value: float, scope: str = "", day: date = DAY, note: str = "") -> dict:
    return {
        "date": day, "region_code": "19", "indicator": name, "value": value, "unit": "persons",
        "scope": scope or None, "source_title": "A", "source_url": "", "note": note or None,
    }  # fmt: skip


def computed(**by_scope: float) -> pd.DataFrame:
    blocks = []
    for scope, value in by_scope.items():
        heading = Heading("active_participants", "persons", "2025-06", DAY, scope=scope)
        frame = pd.DataFrame({"region_code": ["19"], "value": [float(value)]})
        blocks.append(measure_rows(heading, frame, "1"))
    return join_rows(blocks)


def finding(observations: list[dict], rows: pd.DataFrame, name: str = "participants_active"):
    pairs = reconcile(pd.DataFrame(observations), rows)
    chosen = pairs[pairs["published_name"] == name]
    assert len(chosen) == 1
    pair = chosen.iloc[0]
    return (
        pair["finding"],
        pair["scope"],
        None if pd.isna(pair["difference"]) else pair["difference"],
    )


def test_the_same_scope_is_compared() -> None:
    rows = computed(excl_jakon=100, incl_jakon=120)
    assert finding([told("participants_active", 100, "excl_jakon")], rows) == (
        "agrees", "excl_jakon", 0.0,
    )  # fmt: skip
    assert finding([told("participants_active", 100, "incl_jakon")], rows) == (
        "differs", "incl_jakon", 20.0,
    )  # fmt: skip


def test_a_figure_that_states_no_scope_is_set_beside_the_one_that_agrees() -> None:
    rows = computed(excl_jakon=100, incl_jakon=120)
    for value, expected in (
        (120, ("agrees", "not_stated", "incl_jakon")),
        (100, ("agrees", "not_stated", "excl_jakon")),
        (110, ("differs", "not_stated", "excl_jakon")),
    ):
        pair = reconcile(pd.DataFrame([told("participants_active", value)]), rows).iloc[0]
        assert (pair["finding"], pair["scope"], pair["computed_scope"]) == expected


@pytest.mark.parametrize("scope", ["", "excl_jakon"])
def test_a_suppressed_figure_is_never_told(scope: str) -> None:
    rows = computed(excl_jakon=3)
    rows["status"] = "suppressed"  # the value is left in, to see that nothing is read off it
    told_rows = [
        told("participants_active", 3, scope),
        told("participants_active_pu", 1),
        told("participants_active_bpu", 2),
    ]
    pairs = reconcile(pd.DataFrame(told_rows), rows)
    pair = pairs[pairs["published_name"] == "participants_active"].iloc[0]
    assert (pair["finding"], pair["computed_scope"]) == ("suppressed", "excl_jakon")
    assert pair[["computed_value", "difference", "value_from_parts"]].isna().all()


def test_another_scope_is_never_compared() -> None:
    found = finding([told("participants_active", 100, "incl_jakon")], computed(excl_jakon=100))
    assert (found[0], found[2]) == ("scope_differs", None)


def test_a_branch_is_not_the_province() -> None:
    found = finding(
        [told("participants_active", 100, "branch_pangkalpinang")], computed(excl_jakon=300)
    )
    assert (found[0], found[2]) == ("scope_differs", None)


def test_a_branch_is_no_measure_of_the_province() -> None:
    rows = [
        told("participants_active", 100, "branch_pangkalpinang"),
        told("participants_active", 300, "excl_jakon"),
        told("participants_active", 900) | {"region_code": "ID"},
    ]
    found = published_measures(pd.DataFrame(rows), "1")
    assert list(found["value"]) == [300]


def test_a_published_target_has_the_year_that_it_is_for() -> None:
    rows = [told("coverage_target_pct_2026", 60.5), told("coverage_target_pct_incl_jakon_2025", 57)]
    found = published_measures(pd.DataFrame(rows), "1").set_index("category")
    assert dict(found["value"]) == {"2026": 60.5, "2025": 57.0}
    assert dict(found["scope"]) == {"2026": "not_stated", "2025": "incl_jakon"}


def test_another_date_is_never_compared() -> None:
    earlier = told("participants_active", 100, "excl_jakon", date(2025, 5, 31))
    assert finding([earlier], computed(excl_jakon=100))[0] == "not_computable"


def test_figures_of_the_whole_country_are_left_out() -> None:
    country = told("participants_active", 100) | {"region_code": "ID"}
    assert reconcile(pd.DataFrame([country]), computed(excl_jakon=100)).empty


def test_published_parts_are_set_against_the_published_total() -> None:
    rows = [
        told("participants_active", 100, "excl_jakon"),
        told("participants_active_pu", 70),
        told("participants_active_bpu", 29),
    ]
    nothing = computed(excl_jakon=1).iloc[:0]
    assert finding(rows, nothing) == ("differs", "excl_jakon", -1.0)


def test_contradictory_parts_give_nothing() -> None:
    rows = [
        told("participants_active", 100, "excl_jakon"),
        told("participants_active_pu", 70),
        told("participants_active_pu", 71),
        told("participants_active_bpu", 30),
    ]
    assert finding(rows, computed(excl_jakon=1).iloc[:0])[0] == "not_computable"


def test_a_percentage_beside_what_its_own_parts_give() -> None:
    rows = [
        told("coverage_pct", 31.93),
        told("participants_active", 179_842),
        told("workforce_potential", 563_133),
    ]
    pairs = reconcile(pd.DataFrame(rows), computed(excl_jakon=1).iloc[:0])
    pair = pairs[pairs["published_name"] == "coverage_pct"].iloc[0]
    assert pair["finding"] == "truncated_not_rounded"
    assert pair["value_from_parts"] == pytest.approx(31.935972, abs=1e-6)
    assert (pair["published_numerator"], pair["published_denominator"]) == (179_842, 563_133)
