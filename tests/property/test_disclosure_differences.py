"""Withheld counts do not come back as the difference of two indicators, nor one person's rupiah.

The attack on random archives, from published rows alone: what one figure leaves of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from bills import bills, inputs_of
from text_tables import register_frame, to_engine

from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.indicators.participation.attributes import DIMENSIONS, categories
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.reference.regions import is_unknown
from coverage_lib.suppression.families import load_families
from coverage_lib.suppression.small_counts import protect_small_counts
from coverage_lib.suppression.tables_of_rows import table_of

AS_OF = date(2025, 6, 17)
VILLAGES = ("19.71.01.1004", "19.71.02.1001", "19.01.01.1001", "19.05.01.2004", "19.00.00.0000")
SEEDS = (1, 2, 3)
BILLS = """employer | segment | month | village | due_jkk | due_jht | paid_jkk | paid_jht
    Bakery  | PU  | 2025-04 | 19.71.01.1004 | 100 | 300 | 100 | 300
    Bakery  | PU  | 2025-05 | 19.01.01.1001 | 100 | 300 | 100 | 100
    Fishers | BPU | 2025-05 | 19.05.01.2004 | 200 |     | 200 |"""
_KEY = ["region_code", "dimension", "category"]


def archive(seed: int) -> pd.DataFrame:
    """Claims of a year, few of them after May, few of JKK, and few with dates the wrong way round."""
    choose = np.random.default_rng(seed)
    rows = []
    for number in range(400):
        paid = date(2025, 1, 1) + timedelta(days=int(150 * choose.random()))
        if number % 40 == 0:
            paid = date(2025, 6, 2) + timedelta(days=int(choose.integers(15)))
        waited = -3 if number % 70 == 0 else int(choose.integers(20))
        rows.append(
            {
                "as_of_date": AS_OF,
                "claim_key": f"claim {number}",
                "paid_date": paid,
                "submitted_date": paid - timedelta(days=waited),
                "programme": str(
                    choose.choice(["JHT", "JKK", "JKM", "JP"], p=[0.6, 0.15, 0.15, 0.1])
                ),
                "benefit_type": None,
                "segment": str(choose.choice(["PU", "BPU"], p=[0.9, 0.1])),
                "membership_key": f"card {number}" if number % 130 else None,
                "village_code": VILLAGES[-1] if number in (7, 200) else VILLAGES[number % 4],
                "amount_idr": 1_000_000 + 7919 * number,
            }
        )
    return pd.DataFrame(rows, dtype=object)


def register(seed: int) -> pd.DataFrame:
    """Some hundred participants, a tenth of them in construction, most of whom are alike."""
    choose = np.random.default_rng(seed)
    rows = []
    for number in range(600):
        is_construction = number % 10 == 0
        usual = 0.9 if is_construction else 0.5
        attributes = {
            name: names[0] if choose.random() < usual else str(choose.choice(names[:-1]))
            for name in DIMENSIONS
            if (names := categories(name)) and name != "age_band"
        }
        rows.append(
            {
                "person": f"person {number}",
                "segment": "JAKON" if is_construction else "PU",
                "village": VILLAGES[int(choose.integers(len(VILLAGES)))],
                "birth_year": 1990 if choose.random() < usual else int(choose.integers(1950, 2010)),
                **attributes,
            }
        )
    return register_frame(pd.DataFrame(rows, dtype=object), AS_OF)


@cache
def measured(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The archive, all rows made from it, and those that are published."""
    claims = archive(seed)
    inputs = inputs_of(contribution_billing=bills(BILLS), claims=to_engine(claims))
    rows = join_rows([*claim_measures(inputs, "1"), *contribution_measures(inputs, "1")])
    rows = rows[rows["as_of"] <= AS_OF]
    return claims, rows, protect_small_counts(rows)


def shown(rows: pd.DataFrame, indicator: str, column: str = "value") -> pd.Series:
    found = rows[(rows["indicator"] == indicator) & (rows["period"] == "2025-06")]
    return found.set_index(_KEY)[column].dropna()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "indicator", ["claims_within_term", "payment_days_median", "payment_days_p90"]
)
def test_what_the_timed_claims_leave_of_all_claims_is_no_small_count(seed, indicator) -> None:
    """It would be the claims that were paid before they were submitted."""
    _, rows, protected = measured(seed)
    everything = shown(rows, "claims_paid") - shown(rows, indicator, "denominator")
    assert everything.between(1, 4).any(), "nothing to protect in this archive"
    left = shown(protected, "claims_paid") - shown(protected, indicator, "denominator")
    is_known = ~left.index.get_level_values("region_code").map(is_unknown)
    assert not left[is_known].between(1, 4).any()


def construction_alone(rows: pd.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """What participants with construction leave of those without, by place, kind and category."""
    of = rows[(rows["indicator"] == "active_participants") & rows["dimension"].isin(DIMENSIONS)]
    scopes = {scope: found.set_index(_KEY)["value"] for scope, found in of.groupby("scope")}
    left: dict[tuple[str, str], dict[str, float]] = {}
    for (region, dimension, category), number in (
        (scopes["incl_jakon"] - scopes["excl_jakon"]).dropna().items()
    ):
        left.setdefault((region, dimension), {})[category] = number
    return left


@pytest.mark.parametrize("seed", SEEDS)
def test_both_scopes_leave_no_few_construction_workers_of_a_kind(seed) -> None:
    """Nor with their number in all, which the segment tells of every place."""
    inputs = inputs_of(participants=to_engine(register(seed)))
    rows = join_rows([*participation_measures(inputs, "1"), *contribution_measures(inputs, "1")])
    protected = protect_small_counts(rows)
    everything, left = construction_alone(rows), construction_alone(protected)
    in_all = shown(protected, "active_participants").xs(("segment", "JAKON"), level=[1, 2])
    attacked = set()
    for (region, dimension), true in everything.items():
        few = {name for name, number in true.items() if 0 < number < 5}
        if is_unknown(region) or not few:
            continue
        attacked.add(dimension)
        told = left.get((region, dimension), {})
        assert not few & set(told)
        unknown = set(true) - set(told)
        if len(unknown) == 1 and (region, dimension) in left:
            assert in_all[region] - sum(told.values()) != true[unknown.pop()]
    assert attacked == set(DIMENSIONS), "nothing to protect in this register"
    assert any(number for told in left.values() for number in told.values()), "nothing left to show"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_ratio_of_whole_months_leaves_nobodys_amount_of_the_year(seed) -> None:
    claims, rows, protected = measured(seed)
    late = claims[claims["paid_date"] > date(2025, 5, 31)]
    left = shown(protected, "claims_amount_idr") - shown(protected, "claim_ratio", "numerator")
    # Bills begin in April: what is left are the claims of all other months.
    assert not set(left.dropna()) & set(late["amount_idr"].astype(float))
    ratios = protected[
        (protected["indicator"] == "claim_ratio") & (protected["dimension"] != "total")
    ]
    assert set(ratios["region_code"]) == {"19"}
    months = shown(rows, "claims_paid").xs("month", level="dimension")
    few = set(months[months.between(1, 4)].index.get_level_values("region_code"))
    assert few
    assert not few & set(shown(protected, "claim_ratio").index.get_level_values(0))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_amount_of_one_claim_is_published_or_left_by_those_beside_it(seed) -> None:
    """Of an unknown region too, though its count may be published."""
    claims, _, protected = measured(seed)
    nobody = claims[claims["village_code"] == "19.00.00.0000"]
    assert 0 < len(nobody) < 5
    amounts = shown(protected, "claims_amount_idr")
    totals = amounts.xs("total", level="dimension").droplevel("category")
    assert "19.00" not in totals.index
    districts = [code for code in totals.index if len(code) == 5]
    left = totals["19"] - totals[districts].sum()
    assert left != nobody["amount_idr"].sum()
    assert not set(amounts) & set(claims["amount_idr"].astype(float))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_families_hold_counts_of_the_same_rows(seed) -> None:
    """Attacked apart, the one could be a companion and the other be shown."""
    _, rows, _ = measured(seed)
    by_family = {family.name: dict(counted(rows, family)) for family in load_families().families}
    for one, other in combinations(by_family, 2):
        same = {
            (mine, theirs)
            for mine, numbers in by_family[one].items()
            for theirs, more in by_family[other].items()
            if numbers == more
        }
        assert not same, f"{one} and {other} hold the same counts: make them one family"


def counted(rows: pd.DataFrame, family) -> Iterator[tuple[tuple[str, str, str], dict[str, float]]]:
    """Per kind of count its numbers by region, where there are enough of them to tell it by."""
    of_family = rows[rows["indicator"].isin(family.indicators) & (rows["period"] == "2025-06")]
    table, _ = table_of(of_family, family)
    kinds: dict[tuple[str, str, str], dict[str, float]] = {}
    for cell, number in table.counts.items():
        if number:
            kind = kinds.setdefault((cell.counted, cell.dimension, cell.category), {})
            kind[cell.region_code] = number
    yield from (
        (kind, numbers) for kind, numbers in kinds.items() if len(set(numbers.values())) > 2
    )
