"""Why coverage changed: the parts that are known, exactly, and the part that cannot be known.

The published series of Kepulauan Bangka Belitung, region 19, is read from the project's data.
"""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from coverage_lib.indicators.participation.change import (
    coverage_change_rows,
    published_change_measures,
    published_change_rows,
    published_points,
)
from coverage_lib.indicators.participation.decomposition import (
    ChangeDecomposition,
    CoveragePoint,
    decompose_change,
    exact,
)
from coverage_lib.indicators.rows import KEY

INDICATORS = ("coverage_change",)

OBSERVATIONS = Path(__file__).parents[2] / "data" / "reference" / "bpjstk_observations.csv"
EARLIER, LATER = date(2031, 1, 1), date(2031, 6, 1)


def point(
    day: date, value: float, scope: str = "excl_jakon", workers: int | None = None, **persons: int
) -> CoveragePoint:
    return CoveragePoint(
        day,
        exact(value),
        scope,
        {name: exact(number) for name, number in persons.items()},
        None if workers is None else exact(workers),
    )


def parts(change: ChangeDecomposition) -> dict[str, float | None]:
    """Percentage points, to the second decimal; None where they cannot be known."""
    known = {name: None if part is None else round(float(part), 2) for name, part in change.effects.items()}  # fmt: skip
    return known | {"unknown": round(float(change.unknown), 2)}


@pytest.mark.parametrize(
    ("story", "before", "after", "expected"),
    [
        (
            "more participants, the same workers",
            {"value": 20, "excl_jakon": 200, "workers": 1000},
            {"value": 25, "excl_jakon": 250, "workers": 1000},
            {"participants": 5, "denominator": 0, "scope": 0, "unknown": 0},
        ),
        (
            "the same participants, more workers",
            {"value": 20, "excl_jakon": 200, "workers": 1000},
            {"value": 16, "excl_jakon": 200, "workers": 1250},
            {"participants": 0, "denominator": -4, "scope": 0, "unknown": 0},
        ),
        (
            # +50 persons are worth 5 points at first and 4 at last, 4.5 on the mean.
            "both",
            {"value": 20, "excl_jakon": 200, "workers": 1000},
            {"value": 20, "excl_jakon": 250, "workers": 1250},
            {"participants": 4.5, "denominator": -4.5, "scope": 0, "unknown": 0},
        ),
        (
            "construction no longer counted",
            {"value": 25, "scope": "incl_jakon", "incl_jakon": 250, "excl_jakon": 200, "workers": 1000},
            {"value": 20, "excl_jakon": 200, "workers": 1000},
            {"participants": 0, "denominator": 0, "scope": -5, "unknown": 0},
        ),
        (
            # The denominator follows from the other two: 200 / 20 %, 250 / 20 %.
            "the denominator is not printed",
            {"value": 20, "excl_jakon": 200},
            {"value": 20, "excl_jakon": 250},
            {"participants": 4.5, "denominator": -4.5, "scope": 0, "unknown": 0},
        ),
        (
            "the numerator is not printed",
            {"value": 20, "workers": 1000},
            {"value": 20, "workers": 1250},
            {"participants": 4.5, "denominator": -4.5, "scope": 0, "unknown": 0},
        ),
        (
            "a percentage and nothing else",
            {"value": 20},
            {"value": 23, "excl_jakon": 230, "workers": 1000},
            {"participants": None, "denominator": None, "scope": None, "unknown": 3},
        ),
        (
            "no date has both scopes",
            {"value": 25, "scope": "incl_jakon", "incl_jakon": 250, "workers": 1000},
            {"value": 16, "excl_jakon": 200, "workers": 1250},
            {"participants": None, "denominator": -4.5, "scope": None, "unknown": -4.5},
        ),
        (
            "a scope that is not stated is not the same as another that is not stated",
            {"value": 20, "scope": "not_stated", "not_stated": 200, "workers": 1000},
            {"value": 25, "scope": "not_stated", "not_stated": 250, "workers": 1000},
            {"participants": None, "denominator": 0, "scope": None, "unknown": 5},
        ),
        (
            "printed percentages that are not quite their parts",
            {"value": 20.01, "excl_jakon": 200, "workers": 1000},
            {"value": 25, "excl_jakon": 250, "workers": 1000},
            {"participants": 5, "denominator": 0, "scope": 0, "unknown": -0.01},
        ),
        (
            "nobody is covered yet",
            {"value": 0, "excl_jakon": 0, "workers": 1000},
            {"value": 5, "excl_jakon": 50, "workers": 1000},
            {"participants": 5, "denominator": 0, "scope": 0, "unknown": 0},
        ),
        (
            "a denominator of zero is none",
            {"value": 0, "excl_jakon": 0, "workers": 0},
            {"value": 5, "excl_jakon": 50, "workers": 1000},
            {"participants": None, "denominator": None, "scope": None, "unknown": 5},
        ),
    ],
)  # fmt: skip
def test_the_parts_of_a_change(story: str, before: dict, after: dict, expected: dict):
    change = decompose_change(point(EARLIER, **before), point(LATER, **after))
    assert parts(change) == expected, story
    assert bool(change.reasons) == bool(change.unknown)


def reasons(change: ChangeDecomposition) -> set[str]:
    return {f"{reason.code} {reason.as_of or ''}".strip() for reason in change.reasons}


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, str], CoveragePoint]:
    observations = pd.read_csv(OBSERVATIONS, dtype={"region_code": str})
    points = published_points(observations, "19")
    return {(str(entry.as_of), f"{float(entry.value):.2f}"): entry for entry in points}


SERIES = {
    "end of 2023": ("2023-12-31", "42.90"),
    "June 2024": ("2024-06-30", "31.93"),
    "December 2024, without construction": ("2024-12-31", "35.00"),
    "December 2024, with construction": ("2024-12-31", "40.27"),
    "April 2025": ("2025-04-28", "32.20"),
    "June 2025": ("2025-06-01", "27.24"),
}


def test_the_published_series_is_all_there(published):
    assert set(published) == set(SERIES.values())


def test_what_scope_the_figures_have(published):
    """42.90 exceeds PU (42.83) and BPU (37.59), so it must hold construction (80.40) too."""
    scopes = {name: published[place].scope for name, place in SERIES.items()}
    assert scopes == {
        "end of 2023": "incl_jakon",
        "June 2024": "not_stated",
        "December 2024, without construction": "excl_jakon",
        "December 2024, with construction": "incl_jakon",
        "April 2025": "not_stated",
        "June 2025": "excl_jakon",
    }
    assert "scope" in published[SERIES["end of 2023"]].implied


@pytest.mark.parametrize(
    ("since", "until", "change", "expected", "why"),
    [
        (
            # The number of workers was put up from about 505 to 563 thousand. June does not
            # say whether it counts construction: participants and scope stay one.
            "end of 2023", "June 2024", -10.97,
            {"participants": None, "denominator": -4.05, "scope": None, "unknown": -6.92},
            {"scope_not_stated 2024-06-30", "rounding"},
        ),
        (
            "June 2024", "December 2024, without construction", 3.07,
            {"participants": None, "denominator": 0.00, "scope": None, "unknown": 3.07},
            {"scope_not_stated 2024-06-30", "rounding"},
        ),
        (
            # Two figures of one day: nothing changed but what is counted.
            "December 2024, without construction", "December 2024, with construction", 5.27,
            {"participants": 0, "denominator": 0, "scope": 5.27, "unknown": 0}, set(),
        ),
        (
            "end of 2023", "December 2024, with construction", -2.63,
            {"participants": 1.89, "denominator": -4.52, "scope": 0, "unknown": 0}, set(),
        ),
        (
            # April was printed as a percentage alone: of its change nothing can be said.
            "December 2024, without construction", "April 2025", -2.80,
            {"participants": None, "denominator": None, "scope": None, "unknown": -2.80},
            {"scope_not_stated 2025-04-28", "numerator_missing 2025-04-28", "denominator_missing 2025-04-28"},
        ),
        (
            "April 2025", "June 2025", -4.96,
            {"participants": None, "denominator": None, "scope": None, "unknown": -4.96},
            {"scope_not_stated 2025-04-28", "numerator_missing 2025-04-28", "denominator_missing 2025-04-28"},
        ),
        (
            # "Why did 35 % become 27.24 %?" 53 thousand participants fewer; that the number of
            # workers was put down to about 529 thousand hides a fifth of the fall.
            "December 2024, without construction", "June 2025", -7.76,
            {"participants": -9.72, "denominator": 1.96, "scope": 0, "unknown": 0}, set(),
        ),
        (
            "December 2024, with construction", "June 2025", -13.03,
            {"participants": -9.72, "denominator": 2.13, "scope": -5.44, "unknown": 0}, set(),
        ),
        (
            "end of 2023", "June 2025", -15.66,
            {"participants": None, "denominator": -1.61, "scope": None, "unknown": -14.05},
            {"scope_not_bridged"},
        ),
    ],
)  # fmt: skip
def test_what_the_published_series_tells(
    published, since: str, until: str, change: float, expected: dict, why: set[str]
):
    found = decompose_change(published[SERIES[since]], published[SERIES[until]])
    assert round(float(found.change), 2) == change
    assert parts(found) == expected
    assert reasons(found) == why


def test_every_step_of_the_series_adds_up_to_the_last_digit(published):
    for before, after in pairwise(published.values()):
        found = decompose_change(before, after)
        known = [part for part in found.effects.values() if part is not None]
        assert sum(known, found.unknown) == after.value - before.value == found.change


def test_a_part_published_twice_with_different_values_is_unknown():
    head = {"date": "2031-01-01", "region_code": "19", "unit": "", "scope": "excl_jakon"}
    observations = pd.DataFrame(
        [
            {**head, "indicator": "coverage_pct", "value": 20.0},
            {**head, "indicator": "participants_active", "value": 200.0},
            {**head, "indicator": "participants_active", "value": 210.0},
        ]
    )
    (found,) = published_points(observations, "19")
    assert (found.numerator, found.denominator) == (None, None)


def test_a_published_change_as_measures(published):
    change = decompose_change(published[SERIES["end of 2023"]], published[SERIES["June 2024"]])
    rows = published_change_rows(change, "19", "2024-06", "6", "1").set_index("category")
    assert rows.loc["6:total", "value"] == pytest.approx(-10.97)
    assert rows.loc["6:participants", "status"] == "not_available"
    assert rows.loc["6:unknown", "denominator_source"] == "scope_not_stated 2024-06-30; rounding"
    assert rows.loc["6:denominator", "denominator_source"] == (
        "denominator_implied 2023-12-31; scope_implied 2023-12-31"
    )
    assert set(rows["scope"]) == {"not_stated"}
    assert set(rows["origin"]) == {"published"}
    assert set(rows["denominator_vintage"]) == {"2023-12-31"}


@pytest.fixture(scope="module")
def published_rows() -> pd.DataFrame:
    """The changes of the published series as `cakupan indicators` has them, in every profile."""
    observations = pd.read_csv(OBSERVATIONS, dtype={"region_code": str})
    return pd.concat(published_change_measures(observations, "1"), ignore_index=True)


@pytest.mark.parametrize(
    ("until", "scope", "since", "expected"),
    [
        ("2024-06-30", "not_stated", "2023-12-31:incl_jakon",
         {"total": -10.97, "participants": None, "denominator": -4.05, "scope": None, "unknown": -6.92}),
        ("2024-12-31", "excl_jakon", "2024-06-30:not_stated",
         {"total": 3.07, "participants": None, "denominator": 0, "scope": None, "unknown": 3.07}),
        ("2024-12-31", "incl_jakon", "2024-12-31:excl_jakon",
         {"total": 5.27, "participants": 0, "denominator": 0, "scope": 5.27, "unknown": 0}),
        ("2025-04-28", "not_stated", "2024-12-31:excl_jakon",
         {"total": -2.8, "participants": None, "denominator": None, "scope": None, "unknown": -2.8}),
        ("2025-06-01", "excl_jakon", "2025-04-28:not_stated",
         {"total": -4.96, "participants": None, "denominator": None, "scope": None, "unknown": -4.96}),
        ("2025-06-01", "excl_jakon", "2024-12-31:excl_jakon",
         {"total": -7.76, "participants": -9.72, "denominator": 1.96, "scope": 0, "unknown": 0}),
    ],
)  # fmt: skip
def test_why_published_coverage_changed(published_rows, until, scope, since, expected):
    rows = published_rows[
        (published_rows["region_code"] == "19")
        & (published_rows["as_of"] == date.fromisoformat(until))
        & (published_rows["scope"] == scope)
        & published_rows["category"].str.startswith(f"{since}:")
    ]
    found = {
        category.rpartition(":")[2]: None if pd.isna(value) else round(value, 2) + 0.0
        for category, value in zip(rows["category"], rows["value"], strict=True)
    }
    assert found == expected
    assert set(rows["origin"]) == {"published"}


def test_what_is_unknown_in_a_published_change_is_said_with_its_reason(published_rows):
    of_unknown = published_rows[published_rows["category"].str.endswith(":unknown")]
    is_unknown = of_unknown["value"] != 0
    assert is_unknown.any()
    assert (of_unknown.loc[is_unknown, "denominator_source"] != "").all()


def test_every_pair_of_published_figures_of_a_region_is_there_once(published_rows):
    of_babel = published_rows[published_rows["region_code"] == "19"]
    assert len(of_babel) == len(SERIES) * (len(SERIES) - 1) // 2 * 5
    assert not published_rows.duplicated(list(KEY)).any()
    assert "ID" not in set(published_rows["region_code"])


def coverage_rows(day: str, *figures: tuple[str, str, float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "indicator": "coverage", "dimension": "total", "region_code": region, "scope": scope,
                "numerator": persons, "denominator": workers, "as_of": date.fromisoformat(day),
                "period": day[:7], "status": "available" if workers else "not_available",
            }
            for region, scope, persons, workers in figures
        ]
    )  # fmt: skip


def test_computed_changes_of_all_regions_and_scopes():
    before = coverage_rows(
        "2030-06-01", ("19", "excl_jakon", 200, 1000), ("19", "incl_jakon", 250, 1000),
        ("19.71", "excl_jakon", None, None),
    )  # fmt: skip
    after = coverage_rows(
        "2031-06-01", ("19", "excl_jakon", 250, 1250), ("19", "incl_jakon", 250, 1250),
        ("19.71", "excl_jakon", 10, 100),
    )  # fmt: skip
    rows = coverage_change_rows(before, after, "12", "1")
    found = {
        (row.region_code, row.scope, row.category): row.value
        for row in rows.itertuples()
        if row.status == "available"
    }
    assert found == {
        ("19", "excl_jakon", "12:total"): 0, ("19", "excl_jakon", "12:participants"): 4.5,
        ("19", "excl_jakon", "12:denominator"): -4.5, ("19", "excl_jakon", "12:scope"): 0,
        ("19", "excl_jakon", "12:unknown"): 0,
        ("19", "incl_jakon", "12:total"): -5, ("19", "incl_jakon", "12:participants"): 0,
        ("19", "incl_jakon", "12:denominator"): -5, ("19", "incl_jakon", "12:scope"): 0,
        ("19", "incl_jakon", "12:unknown"): 0,
    }  # fmt: skip
    assert set(rows["period"]) == {"2031-06"}
    assert (rows[rows["region_code"] == "19.71"]["status"] == "not_available").all()


def test_numbers_are_taken_as_they_are_written():
    assert exact(27.24) == Fraction(2724, 100)
    assert exact(0.1) + exact(0.2) == exact(0.3)
