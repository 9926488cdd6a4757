"""Figures of the reference month, in full size, are what was published of it.

Reference figures are read from the published observations wherever they stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest
from projects import Project
from reference_figures import CLAIMS, ENROLMENT, published, value

from coverage_lib.indicators.published.reconciliation import compare


@pytest.fixture(scope="session")
def mart(demo_project: Project) -> pd.DataFrame:
    return demo_project.mart()


@pytest.mark.parametrize(
    ("name", "day", "indicator", "where"),
    [
        ("participants_active", ENROLMENT, "active_participants", {"scope": "excl_jakon"}),
        ("participants_active_pu", ENROLMENT, "active_participants", {"dimension": "segment", "category": "PU"}),
        ("participants_active_bpu", ENROLMENT, "active_participants", {"dimension": "segment", "category": "BPU"}),
        ("coverage_target_pct_2025", ENROLMENT, "coverage_target", {}),
        ("workers_still_to_protect_for_target", ENROLMENT, "gap_to_target", {}),
        ("rank_in_sumatra_zone", ENROLMENT, "rank_in_zone", {"dimension": "zone"}),
        ("claims_count_ytd", CLAIMS, "claims_paid", {}),
        ("scholarship_children_ytd", CLAIMS, "scholarship_children", {}),
    ],
)  # fmt: skip
def test_reference_figures_come_out_exactly(
    mart: pd.DataFrame, name: str, day: date, indicator: str, where: Mapping[str, object]
) -> None:
    assert value(mart, indicator, as_of=day, **where) == published(name, day)


@pytest.mark.parametrize(
    ("name", "day", "indicator", "where"),
    [
        ("coverage_pct", ENROLMENT, "coverage", {"scope": "excl_jakon"}),
        ("village_heads_officials_registered_pct", CLAIMS, "village_ecosystem_coverage", {"dimension": "position_group", "category": "heads_officials"}),
        ("claims_amount_ytd", CLAIMS, "claims_amount_idr", {}),
        ("scholarship_amount_ytd", CLAIMS, "scholarship_amount_idr", {}),
    ],
)  # fmt: skip
def test_reference_figures_come_out_as_printed(
    mart: pd.DataFrame, name: str, day: date, indicator: str, where: Mapping[str, object]
) -> None:
    own = value(mart, indicator, as_of=day, **where)
    unit = "idr" if "amount" in name else "percent"
    finding = compare(published(name, day), own, unit, "", "exact")
    assert finding in {"agrees", "agrees_as_rounded"}


def test_more_than_half_of_the_neighbourhoods(mart: pd.DataFrame) -> None:
    own = value(
        mart, "village_ecosystem_coverage", dimension="position_group", category="rt_rw_lkd"
    )
    assert published("rt_rw_lkd_registered_pct_min", CLAIMS) < own < 100


def test_the_maximum_scholarship_is_what_the_law_says(mart: pd.DataFrame) -> None:
    assert value(mart, "scholarship_maximum_idr") == 174_000_000


def test_the_implied_denominator(mart: pd.DataFrame) -> None:
    """Not published: active participants and gap together are the target's share of it."""
    active = published("participants_active", ENROLMENT)
    asked = active + published("workers_still_to_protect_for_target", ENROLMENT)
    share = published("coverage_target_pct_2025", ENROLMENT) / 100
    assert value(mart, "eligible_workers") == pytest.approx(asked / share, abs=1)


def test_earlier_published_points_come_out_in_their_own_scope(demo_project: Project) -> None:
    """Every published figure of the province that the pipeline computes itself agrees with it.

    One was cut off instead of rounded where it was published: coverage of June 2024.
    """
    pairs = demo_project.reconciliation()
    computed = pairs[(pairs["region_code"] == "19") & pairs["computed_value"].notna()]
    other = computed[~computed["finding"].isin(["agrees", "agrees_as_rounded"])]
    found = [
        (str(row.as_of), row.indicator, row.category, row.finding) for row in other.itertuples()
    ]
    assert found == [("2024-06-30", "coverage", "total", "truncated_not_rounded")]
    totals = computed[computed["category"] == "total"]
    points = {(str(row.as_of), row.indicator, row.computed_scope) for row in totals.itertuples()}
    assert points >= {
        ("2023-12-31", "active_participants", "incl_jakon"),
        ("2024-06-30", "active_participants", "incl_jakon"),
        ("2024-12-31", "coverage", "excl_jakon"),
        ("2024-12-31", "coverage", "incl_jakon"),
        ("2024-12-31", "claims_paid", "all"),
        ("2024-12-31", "claims_amount_idr", "all"),
        ("2024-12-31", "scholarship_children", "all"),
        ("2025-02-28", "active_participants", "incl_jakon"),
        ("2025-03-20", "active_participants", "incl_jakon"),
        ("2025-04-28", "coverage", "excl_jakon"),
        ("2025-06-01", "coverage", "excl_jakon"),
    }


@pytest.mark.parametrize("profile", ["demo", "published"])
def test_why_published_coverage_fell_is_told_in_every_profile(
    demo_project: Project, profile: str
) -> None:
    rows = demo_project.mart(profile)
    of_series = rows[(rows["indicator"] == "coverage_change") & (rows["origin"] == "published")]
    where = {"dimension": "effect", "as_of": ENROLMENT}
    parts = {
        part: value(of_series, "coverage_change", category=f"2024-12-31:excl_jakon:{part}", **where)
        for part in ("total", "participants", "denominator", "scope", "unknown")
    }
    earlier = published("coverage_pct", date(2024, 12, 31), "excl_jakon")
    later = published("coverage_pct", ENROLMENT, "excl_jakon")
    assert parts.pop("total") == pytest.approx(later - earlier)
    assert sum(parts.values()) == pytest.approx(later - earlier)
    assert parts["participants"] < later - earlier < 0 < parts["denominator"]


def test_the_forecast_comes_with_its_error(mart: pd.DataFrame) -> None:
    reach = {
        name: value(
            mart, "active_participants_forecast", dimension="month_end", category=f"2025-12:{name}"
        )
        for name in ("lower_95", "lower_80", "expected", "upper_80", "upper_95")
    }
    assert list(reach.values()) == sorted(reach.values())
    for method in ("drift", "last_value"):
        assert value(
            mart, "forecast_error", dimension="method_months", category=f"{method}:all"
        ) > 0  # fmt: skip
    regions = mart.loc[mart["indicator"] == "coverage_forecast", "region_code"]
    assert {code for code in regions if not code.endswith(".00")} == {
        "19", "19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71",
    }  # fmt: skip


def test_the_branch_of_bangka_island(mart: pd.DataFrame) -> None:
    """The branch office of Pangkalpinang serves the island: all districts but the two of Belitung."""
    island = ("19.01", "19.03", "19.04", "19.05", "19.71")
    first_quarter = ("2025-01", "2025-02", "2025-03")
    day = date(2025, 3, 31)
    for name, indicator, unit in (
        ("claims_count_ytd", "claims_paid", "claims"),
        ("claims_amount_ytd", "claims_amount_idr", "idr"),
    ):
        own = sum(
            value(mart, indicator, region_code=code, dimension="month", category=month)
            for code in island
            for month in first_quarter
        )
        told = published(name, day, "branch_pangkalpinang")
        assert compare(told, own, unit, "", "exact") in {"agrees", "agrees_as_rounded"}


def test_children_sum_to_their_parent_everywhere(mart: pd.DataFrame) -> None:
    """All additive figures, all levels and periods, as far as nothing in the sum is withheld."""
    additive = mart[
        mart["indicator"].isin(
            [
                "active_participants", "eligible_workers", "claims_paid", "claims_amount_idr",
                "scholarship_children", "scholarship_amount_idr",
            ]
        )
    ]  # fmt: skip
    key = ["indicator", "period", "as_of", "dimension", "category", "scope"]
    below = additive.assign(region_code=additive["region_code"].str.rpartition(".")[0])
    sums = below.groupby([*key, "region_code"])["value"].agg(["sum", "count", "size"])
    joined = additive.set_index([*key, "region_code"])[["value"]].join(sums, how="inner")
    whole = joined[(joined["count"] == joined["size"]) & joined["value"].notna()]
    assert len(whole) > 2000
    assert whole["value"].tolist() == whole["sum"].tolist()
    levels = whole.index.get_level_values("region_code").str.count(r"\.")
    assert set(levels) == {0, 1, 2}


def test_people_of_unknown_villages_are_shown(mart: pd.DataFrame) -> None:
    unknown = mart[
        (mart["indicator"] == "active_participants")
        & (mart["dimension"] == "total")
        & mart["region_code"].str.contains(r"\.00(?:00)?(?:\.|$)", regex=True)
    ]
    assert unknown["value"].sum() > 0


def test_no_small_count_is_in_the_mart(mart: pd.DataFrame) -> None:
    counts = mart[
        mart["indicator"].isin(["claims_paid", "scholarship_children"])
        & ~mart["region_code"].str.contains(r"\.00(?:00)?(?:\.|$)", regex=True)
    ]
    assert not counts["value"].between(1, 4).any()
    assert (counts["status"] == "suppressed").any()
