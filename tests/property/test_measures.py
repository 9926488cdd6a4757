"""Laws of the measures, on small random registers of a few real and unknown places."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from text_tables import in_every_district, register_frame, to_engine

from coverage_lib.indicators.compute import compute_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.rows import KEY
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions, load_regions

AS_OF = date(2025, 6, 1)
CLAIMS_AS_OF = date(2025, 6, 17)
PERIOD = Month(2025, 6)
KNOWN = (
    "19.71.01.1004",
    "19.71.01.1006",
    "19.71.02.1001",
    "19.01.01.1001",
    "19.01.02.1001",
    "19.05.01.2004",
)
UNKNOWN = ("19.71.01.0000", "19.71.00.0000", "19.00.00.0000")
DAYS = ("2020-01-01", "2025-02-28", "2025-05-31", "2025-06-01", "2025-06-02")
PROGRAMMES = ("JKK JKM", "JKK JKM JHT", "JKK JKM JHT JP JKP", "")
Row = dict[str, object]
villages = st.sampled_from(KNOWN + UNKNOWN)


def few_or_many(row: st.SearchStrategy[Row], most: int) -> st.SearchStrategy[list[Row]]:
    """To compute is what takes the time, whatever the number of rows."""
    return st.lists(row, min_size=1, max_size=4) | st.lists(row, min_size=10, max_size=most)


laws = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

memberships = few_or_many(
    st.fixed_dictionaries(
        {
            "person": st.sampled_from([f"person {number}" for number in range(8)]),
            "segment": st.sampled_from(["PU", "BPU", "JAKON", "PMI"]),
            "village": villages,
            "start": st.sampled_from(DAYS),
            "end": st.sampled_from([None, *DAYS]),
            "paid_through": st.sampled_from([None, "2024-01", "2025-01", "2025-02", "2025-05"]),
            "programmes": st.sampled_from(PROGRAMMES),
        }
    ),
    25,
)
payments = few_or_many(
    st.fixed_dictionaries(
        {
            "paid_date": st.dates(date(2024, 1, 1), CLAIMS_AS_OF),
            "programme": st.sampled_from(["JHT", "JKM", "JKK", "JP", "JKP"]),
            "village_code": villages,
            "amount_idr": st.integers(1, 10**10),
        }
    ),
    25,
)
children = few_or_many(
    st.fixed_dictionaries(
        {
            "paid_date": st.dates(date(2024, 1, 1), CLAIMS_AS_OF),
            "programme": st.sampled_from(["JKM", "JKK"]),
            "school_level": st.sampled_from(["TK", "SD", "SMP", "SMA", "PT"]),
            "child_key": st.sampled_from([None, "Ani", "Budi", "Citra"]),
            "village_code": villages,
            "amount_idr": st.integers(1, 10**8),
        }
    ),
    15,
)


def few_regions() -> Regions:
    """The province, its districts and what leads to the villages: enough to see every level."""
    everything = load_regions()
    codes = {ancestor for code in KNOWN for ancestor in everything.ancestors(code)}
    codes |= {child.code for child in everything.children("19")} | {"19.71.01.1007"}
    return Regions({code: region for code, region in everything.by_code.items() if code in codes})


REGIONS = few_regions()
ELIGIBLE = pd.DataFrame(
    [
        ("2025", "2025-01-01", None, code, segment, workers, "BPS")
        for code, workers in {
            **dict.fromkeys(("19.03", "19.04", "19.05", "19.06"), 0),
            "19.71": 5, "19.01": 7, "19.02": 0,
        }.items()
        for segment in ("PU", "BPU", "JAKON")
    ],
    columns=["vintage", "valid_from", "valid_to", "region_code", "segment", "eligible_workers", "source"],
)  # fmt: skip


def measure(
    people: list[dict[str, object]] | None = None,
    claims: list[dict[str, object]] | None = None,
    scholarships: list[dict[str, object]] | None = None,
) -> pd.DataFrame:
    tables = {}
    if people is not None:
        frame = pd.DataFrame(people, dtype=object)
        register = in_every_district(register_frame(frame, AS_OF), AS_OF)
        tables["participants"] = to_engine(register)
        tables["eligible_workers"] = to_engine(ELIGIBLE)
    for name, rows in (("claims", claims), ("scholarships", scholarships)):
        if rows is not None:
            frame = pd.DataFrame(rows, dtype=object).assign(as_of_date=CLAIMS_AS_OF)
            frame["claim_key"] = [f"decision {number}" for number in range(len(frame))]
            absent = {"benefit_type", "segment", "membership_key", "submitted_date"} - {*frame}
            frame = frame.assign(**dict.fromkeys(sorted(absent)))
            tables[name] = to_engine(frame)
    return compute_measures(Inputs(tables, REGIONS, "19", PERIOD)).rows


def assert_children_sum_to_parents(rows: pd.DataFrame) -> None:
    """Every figure of every region that has children equals the sum of theirs."""
    key = [name for name in KEY if name != "region_code"]
    below = rows.assign(region_code=rows["region_code"].str.rpartition(".")[0])
    sums = below[below["region_code"] != ""].groupby([*key, "region_code"])["value"].sum()
    parents = rows.set_index([*key, "region_code"])["value"]
    joined = parents.to_frame("parent").join(sums.rename("children"), how="inner")
    assert not joined.empty
    assert joined["parent"].tolist() == joined["children"].tolist()


def of_persons(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the quality of the sources, which counts rows."""
    of_rows = rows["indicator"].isin(["validity", "register_anomalies"])
    return rows[~of_rows].reset_index(drop=True)


def total(rows: pd.DataFrame, indicator: str, **where: str) -> pd.Series:
    chosen = rows[rows["indicator"] == indicator]
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    return chosen.groupby(["period", "region_code"])["value"].sum()


def children_of_every_region_sum_to_it(rows: pd.DataFrame) -> None:
    assert_children_sum_to_parents(rows[rows["indicator"] == "active_participants"])


def segments_sum_to_the_total_and_programmes_stay_within_it(rows: pd.DataFrame) -> None:
    active = rows[rows["indicator"] == "active_participants"]
    segments = active[active["dimension"] == "segment"]
    headline = total(active, "active_participants", dimension="total", scope="excl_jakon")
    without = segments[segments["category"] != "JAKON"].groupby(["period", "region_code"])
    assert without["value"].sum().equals(headline)
    totals = {"excl_jakon": headline}
    if (segments["category"] == "JAKON").any():
        widest = total(active, "active_participants", dimension="total", scope="incl_jakon")
        assert total(segments, "active_participants").equals(widest)
        totals["incl_jakon"] = widest
    programmes = active[active["dimension"] == "programme"]
    assert set(programmes["scope"]) <= set(totals)
    columns = (programmes[name] for name in ("scope", "region_code", "value"))
    for scope, code, value in zip(*columns, strict=True):
        assert 0 <= value <= totals[scope][str(PERIOD), code]


def coverage_is_a_hundred_times_numerator_over_denominator(rows: pd.DataFrame) -> None:
    coverage = rows[rows["indicator"] == "coverage"]
    known = coverage[coverage["status"] == "available"]
    assert not known.empty
    assert np.allclose(known["value"], 100 * known["numerator"] / known["denominator"], rtol=1e-15)
    missing = coverage[coverage["status"] != "available"]
    assert missing[["numerator", "denominator", "value"]].isna().all().all()
    assert set(missing["status"]) <= {"not_available"}
    active = rows[(rows["indicator"] == "active_participants") & (rows["dimension"] == "total")]
    numerators = known[known["dimension"] == "total"].set_index(["region_code", "scope"])
    counted = active.set_index(["region_code", "scope"])["value"]
    assert (numerators["numerator"] == counted.reindex(numerators.index)).all()


def categories_of_every_breakdown_sum_to_the_total(rows: pd.DataFrame) -> None:
    active = rows[rows["indicator"] == "active_participants"]
    scopes = ["excl_jakon"]
    scopes += ["incl_jakon"] if (active["category"] == "JAKON").any() else []
    for dimension in ("sex", "age_band", "worker_group", "funder", "employer_sector"):
        assert set(active.loc[active["dimension"] == dimension, "scope"]) == set(scopes)
        for scope in scopes:
            totals = total(active, "active_participants", dimension="total", scope=scope)
            parts = total(active, "active_participants", dimension=dimension, scope=scope)
            assert parts.equals(totals.reindex(parts.index))


LAWS = (
    children_of_every_region_sum_to_it,
    segments_sum_to_the_total_and_programmes_stay_within_it,
    coverage_is_a_hundred_times_numerator_over_denominator,
    categories_of_every_breakdown_sum_to_the_total,
)


@given(memberships, st.randoms(use_true_random=False))
@laws
def test_laws_of_one_register_whatever_the_order_of_its_rows(people, random) -> None:
    """Every law of the same measures; memberships repeated and in another order change nothing."""
    # The card decides between memberships alike in all else, so it must be told.
    cards = {str(row): f"card {number}" for number, row in enumerate(people)}
    rows = measure([row | {"card": cards[str(row)]} for row in people])
    for law in LAWS:
        law(rows)
    shuffled = [*people, *people[: len(people) // 2 + 1]]
    random.shuffle(shuffled)
    after = measure([row | {"card": cards[str(row)]} for row in shuffled])
    pd.testing.assert_frame_equal(of_persons(rows), of_persons(after))


@given(memberships)
@laws
def test_every_covered_person_is_counted_wherever_they_live(people) -> None:
    """Sums over all villages, the unknown ones too, give each covered person once."""
    always = [row | {"start": "2020-01-01", "end": None, "segment": "PU"} for row in people]
    rows = measure(always)
    active = total(rows, "active_participants", dimension="total", scope="excl_jakon")
    persons = len({row["person"] for row in people})
    assert active[str(PERIOD), "19"] == persons
    villages_only = [code for _, code in active.index if len(code) == 13]
    assert active[str(PERIOD)][villages_only].sum() == persons


@pytest.mark.parametrize("programmes", PROGRAMMES)
def test_a_person_of_an_unknown_village_is_counted_above_it(programmes: str) -> None:
    unknown = {"person": "Ani", "segment": "PU", "village": "19.00.00.0000", "start": "2020-01-01"}
    rows = measure([unknown | {"programmes": programmes}])
    active = total(rows, "active_participants", dimension="total", scope="excl_jakon")
    assert [active[str(PERIOD), code] for code in ("19", "19.00", "19.00.00.0000")] == [1, 1, 1]
    assert active[str(PERIOD), "19.71"] == 0


@given(payments)
@laws
def test_claims_add_up_along_regions_programmes_and_months(claims) -> None:
    rows = measure(claims=claims)
    paid = rows[rows["indicator"].isin(["claims_paid", "claims_amount_idr"])]
    assert_children_sum_to_parents(paid[(paid["dimension"] != "month")])
    by_month = paid[paid["dimension"] == "month"]
    assert_children_sum_to_parents(by_month)
    for indicator in ("claims_paid", "claims_amount_idr"):
        totals = total(paid, indicator, dimension="total")
        for dimension in ("programme", "month"):  # not given at every level
            parts = total(paid, indicator, dimension=dimension)
            assert not parts.empty
            assert parts.equals(totals.reindex(parts.index))
    this_year = [row for row in claims if row["paid_date"] >= date(2025, 1, 1)]
    now = total(paid, "claims_amount_idr", dimension="total")[str(PERIOD), "19"]
    assert now == sum(row["amount_idr"] for row in this_year)


@given(children)
@laws
def test_scholarships_add_up_along_regions_and_levels(scholarships) -> None:
    rows = measure(scholarships=scholarships)
    paid = rows[rows["indicator"].isin(["scholarship_children", "scholarship_amount_idr"])]
    assert_children_sum_to_parents(paid[paid["indicator"] == "scholarship_children"])
    for indicator in ("scholarship_children", "scholarship_amount_idr"):
        totals = total(paid, indicator, dimension="total")
        for dimension in ("programme", "school_level"):  # not given at every level
            parts = total(paid, indicator, dimension=dimension)
            assert not parts.empty
            assert parts.equals(totals.reindex(parts.index))
    this_year = [row for row in scholarships if row["paid_date"] >= date(2025, 1, 1)]
    known = {row["child_key"] for row in this_year if row["child_key"]}
    nameless = sum(row["child_key"] is None for row in this_year)
    children_now = total(paid, "scholarship_children", dimension="total")
    assert children_now[str(PERIOD), "19"] == len(known) + nameless


def test_no_figure_is_given_twice() -> None:
    people = [{"person": "Ani", "segment": "JAKON", "village": KNOWN[0]}]
    claims = [
        {
            "paid_date": day, "programme": "JHT", "village_code": KNOWN[0], "amount_idr": 1,
            **dict.fromkeys(("submitted_date", "benefit_type", "segment", "membership_key")),
        }
        for day in (date(2024, 1, 1), date(2025, 2, 1))
    ]  # fmt: skip
    rows = measure(people, claims)
    assert not rows.duplicated(list(KEY)).any()
