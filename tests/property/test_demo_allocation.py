"""Laws of the whole numbers behind the simulated extracts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.demo.allocation import (
    amounts_with_total,
    apportion,
    half_up,
    largest_share_solution,
)
from coverage_lib.demo.cells import _life_courses

PRICES = (3, 3, 4, 6, 24)
SHARES = (0.05, 0.27, 0.17, 0.19, 0.32)


@given(st.integers(0, 10**9), st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_parts_sum_to_the_whole_and_stay_next_to_their_exact_share(total, weights):
    parts = apportion(total, weights)
    assert parts.sum() == total
    assert (parts >= 0).all()
    if sum(weights) > 0:
        exact = total * np.array(weights) / np.sum(weights)
        assert (np.abs(parts - exact) <= 1 + 1e-6 * total).all()


@given(st.integers(1, 500), st.integers(0, 10**10), st.integers(0, 10**6))
def test_amounts_sum_exactly_and_keep_their_least(count, total, least):
    amounts = amounts_with_total(np.random.default_rng(1), count, total, spread=1.0, least=least)
    assert amounts.sum() == total
    if total >= least * count:
        assert amounts.min() >= least


@given(st.tuples(*[st.integers(0, 12)] * 5))
def test_a_solution_has_the_count_and_the_price(wanted):
    count = sum(wanted)
    total = sum(number * price for number, price in zip(wanted, PRICES, strict=True))
    found = largest_share_solution(count, total, PRICES, SHARES)
    assert found is not None
    assert sum(found) == count
    assert sum(number * price for number, price in zip(found, PRICES, strict=True)) == total


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6), st.floats(0, 0.2))
def test_life_courses_show_every_snapshot_its_number(counts, churn):
    courses = _life_courses(counts, churn)
    assert all(count >= 0 for count in courses.values())
    for snapshot, expected in enumerate(counts):
        present = sum(
            number for (first, last), number in courses.items() if first <= snapshot <= last
        )
        assert present == expected


@given(st.floats(0, 1e6))
def test_half_goes_up(value):
    assert half_up(value) - value <= 0.5
    assert value - half_up(value) < 0.5 + 1e-9
