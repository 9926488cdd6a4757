"""Laws of the decomposition: exact, without a preferred order, the same read backwards."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.indicators.participation.decomposition import (
    EFFECTS,
    CoveragePoint,
    complete,
    decompose_change,
)

persons = st.integers(0, 10**6).map(Fraction)
workers = st.integers(1, 10**6).map(Fraction)
percentages = st.decimals(0, 150, places=2).map(Fraction)
scopes = st.sampled_from(["excl_jakon", "incl_jakon", "not_stated"])


@st.composite
def consistent_points(draw: st.DrawFn, day: date) -> CoveragePoint:
    """A date that tells everything, in one of the two scopes."""
    without, construction, eligible = draw(persons), draw(persons), draw(workers)
    numerators = {"excl_jakon": without, "incl_jakon": without + construction}
    scope = draw(st.sampled_from(sorted(numerators)))
    return CoveragePoint(day, 100 * numerators[scope] / eligible, scope, numerators, eligible)


@st.composite
def published_looking_points(draw: st.DrawFn, day: date) -> CoveragePoint:
    """A date that tells some of it, the parts not even in agreement."""
    return CoveragePoint(
        day,
        draw(percentages),
        draw(scopes),
        draw(st.dictionaries(scopes, persons)),
        draw(st.none() | workers | st.just(Fraction(0))),
    )


BEFORE, AFTER = date(2024, 12, 31), date(2025, 6, 1)


def in_every_order(before: CoveragePoint, after: CoveragePoint, shared: str) -> dict[str, Fraction]:
    """The effects as defined: what each adds when its turn comes, on the mean of all six orders."""
    states = [
        {
            "participants": point.numerators[shared],
            "scope": point.numerators[point.scope] - point.numerators[shared],
            "denominator": point.denominator,
        }
        for point in (before, after)
    ]

    def coverage(state: dict[str, Fraction]) -> Fraction:
        return 100 * (state["participants"] + state["scope"]) / state["denominator"]

    effects = dict.fromkeys(EFFECTS, Fraction(0))
    orders = list(permutations(EFFECTS))
    for order in orders:
        state = dict(states[0])
        for name in order:
            was = coverage(state)
            state[name] = states[1][name]
            effects[name] += (coverage(state) - was) / len(orders)
    return effects


@given(consistent_points(BEFORE), consistent_points(AFTER))
def test_effects_are_the_mean_over_all_orders(before, after) -> None:
    change = decompose_change(before, after)
    assert change.effects == in_every_order(before, after, after.scope)
    assert change.unknown == 0
    assert change.reasons == ()


@given(published_looking_points(BEFORE), published_looking_points(AFTER))
def test_known_and_unknown_parts_sum_exactly_to_the_change(before, after) -> None:
    change = decompose_change(before, after)
    known = [part for part in change.effects.values() if part is not None]
    assert sum(known, change.unknown) == after.value - before.value
    assert set(change.effects) == set(EFFECTS)
    assert change.reasons or change.unknown == 0
    if len(known) < len(EFFECTS):
        assert change.reasons, "what is not known says why"


@given(published_looking_points(BEFORE), published_looking_points(AFTER))
def test_read_backwards_every_part_changes_its_sign(before, after) -> None:
    """Only the share between participants and scope may be another: it is told in one's own scope."""
    there, back = decompose_change(before, after), decompose_change(after, before)
    assert back.unknown == -there.unknown
    for name in ("denominator", *(EFFECTS if before.scope == after.scope else ())):
        one, other = there.effects[name], back.effects[name]
        assert (one is None) == (other is None)
        assert one is None or other == -one


@given(published_looking_points(BEFORE))
def test_completing_keeps_what_is_given_and_is_done_once(point) -> None:
    completed = complete(point)
    assert complete(completed) == completed
    assert completed.value == point.value
    for scope, number in point.numerators.items():
        assert completed.numerators[scope] == number
    if point.denominator:
        assert completed.denominator == point.denominator
    if completed.implied:
        assert 100 * completed.numerator == completed.value * completed.denominator


@given(consistent_points(BEFORE), st.integers(1, 1000))
def test_the_size_of_the_region_does_not_matter(point, factor) -> None:
    larger = CoveragePoint(
        AFTER,
        point.value,
        point.scope,
        {scope: number * factor for scope, number in point.numerators.items()},
        point.denominator * factor,
    )
    change = decompose_change(point, larger)
    assert change.change == 0
    assert (
        change.effects["participants"] + change.effects["scope"] == -change.effects["denominator"]
    )
