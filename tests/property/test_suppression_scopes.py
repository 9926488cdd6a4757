"""Participants with and without construction: what they differ by is a count too, and protected."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from count_attack import recovered
from count_rows import SEXES, VILLAGES, Place, ladder, rows_of, sums_over_regions, withheld
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from coverage_lib.suppression.small_counts import protect_small_counts

few = settings(
    max_examples=8, phases=(Phase.explicit, Phase.generate), derandomize=True, deadline=None
)
numbers = st.integers(0, 12) | st.sampled_from([0, 0, 0, 1, 1, 2, 4, 5, 40])
PLACES = VILLAGES[:4]
#: Persons without construction, and of construction alone.
both_scopes = st.fixed_dictionaries(
    dict.fromkeys(
        product(PLACES, SEXES), st.tuples(numbers, st.sampled_from([0, 0, 0, 1, 2, 3, 5, 8, 30]))
    )
)
#: Nobody sees that construction has none of the second, but the third must have some: the zero of
#: those without construction is shown, and with construction it would be another zero.
ONE_OF_A_KIND = dict.fromkeys(product(PLACES, SEXES), (9, 0)) | {
    (PLACES[0], "female"): (6, 0),
    (PLACES[0], "male"): (20, 5),
    (PLACES[0], "unknown"): (0, 1),
}


def by_sex_of(told: Mapping[tuple[str, str], tuple[int, int]], *scopes: str) -> dict[Place, int]:
    """Rows by sex and in total, of each scope; persons of construction alone are told second."""
    counts: dict[Place, int] = {}
    for scope in scopes:
        weights = {"excl_jakon": (1, 0), "incl_jakon": (1, 1), "alone": (0, 1)}[scope]
        of_scope = {
            place: weights[0] * without + weights[1] * alone
            for place, (without, alone) in told.items()
        }
        for (region, sex), persons in ladder(of_scope).items():
            counts[region, "sex", sex, scope] = persons
            total = (region, "total", "total", scope)
            counts[total] = counts.get(total, 0) + persons
    return counts


@given(both_scopes)
@example(ONE_OF_A_KIND)
@few
def test_who_construction_adds_cannot_be_worked_out_though_no_row_shows_it(told) -> None:
    """Both scopes are published, and how many construction workers a place has."""
    scopes = ("excl_jakon", "incl_jakon", "alone")
    counts = by_sex_of(told, *scopes)
    rows = {place: persons for place, persons in counts.items() if place[3] != "alone"}
    rows |= {
        (region, "segment", "JAKON", "incl_jakon"): persons
        for (region, dimension, _, scope), persons in counts.items()
        if (dimension, scope) == ("total", "alone")
    }
    protected = protect_small_counts(rows_of("active_participants", rows))
    hidden = withheld(protected, "active_participants")
    by_sex = [place for place in counts if place[1] == "sex"]
    # What the scopes differ by is known where both are shown.
    hidden |= {
        place
        for place in by_sex
        if place[3] == "alone" and hidden & {(*place[:3], scope) for scope in scopes[:2]}
    }
    assert {place for place in by_sex if 0 < counts[place] < 5} <= hidden
    relations = sums_over_regions(by_sex)
    for region, scope in product({place[0] for place in by_sex}, scopes):
        parts = [((region, "sex", sex, scope), -1) for sex in SEXES]
        relations.append([((region, "total", "total", scope), 1), *parts])
    for region, dimension, sex, scope in by_sex:
        if scope == "incl_jakon":
            place = (region, dimension, sex)
            relations.append(
                [((*place, scope), 1), ((*place, "excl_jakon"), -1), ((*place, "alone"), -1)]
            )
    tiny = {place[::3] for place, persons in counts.items()
            if place[1] == "total" and 0 < persons < 5}  # fmt: skip
    is_blank = {"excl_jakon": ("excl_jakon",), "incl_jakon": scopes, "alone": scopes}
    blank = {
        place
        for place in hidden
        if place[3] == "alone" or any((place[0], scope) in tiny for scope in is_blank[place[3]])
    }
    assert recovered(counts, sorted(hidden), relations, blank) == []


@given(both_scopes)
@few
def test_the_headline_is_published_as_if_there_were_no_construction(told) -> None:
    def of_headline(*scopes: str) -> set[Place]:
        rows = rows_of("active_participants", by_sex_of(told, *scopes))
        hidden = withheld(protect_small_counts(rows), "active_participants")
        return {place for place in hidden if place[3] == "excl_jakon"}

    assert of_headline("excl_jakon", "incl_jakon") == of_headline("excl_jakon")


def test_few_construction_workers_of_a_village_hide_nothing_above_it() -> None:
    """All rows of theirs are withheld, and beside them a village: not the zeros up to the province."""
    told = dict.fromkeys(product(PLACES, SEXES), (20, 10))
    told |= {(village, "unknown"): (0, 0) for village in PLACES}
    told |= {(PLACES[0], "female"): (9, 0), (PLACES[0], "male"): (9, 4)}
    rows = rows_of("active_participants", by_sex_of(told, "excl_jakon", "incl_jakon"))
    assert withheld(protect_small_counts(rows), "active_participants") == {
        (region, "sex", sex, "incl_jakon")
        for region, sexes in ((PLACES[0], SEXES), (PLACES[1], ("female", "male")))
        for sex in sexes
    }


def test_flows_of_construction_are_protected_where_only_both_scopes_tell_them() -> None:
    """Segments are for districts; of a sub-district they are what both scopes leave."""
    flows = ("new", "reactivated", "moved_in", "lapsed", "ended", "moved_out")
    alone = dict.fromkeys(flows, 0) | {"new": 2, "lapsed": 2, "ended": 7}
    counts = {
        ("19.01.01", "flow", flow, scope): 9 + more
        for flow in flows
        for scope, more in (("excl_jakon", 0), ("incl_jakon", alone[flow]))
    }
    protected = protect_small_counts(rows_of("participant_flow", counts))
    assert withheld(protected, "participant_flow") == {
        ("19.01.01", "flow", flow, "incl_jakon") for flow in ("new", "lapsed")
    }
