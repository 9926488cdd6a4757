"""The contribution indicators against plain Python, and their laws, on small random registers and bills."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_contributions import measures as plain_measures
from some_regions import regions_around
from text_tables import engine

from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.rows import join_rows
from coverage_lib.periods import Month

PERIOD = Month(2025, 6)
AS_OF = date(2025, 6, 17)
REGISTER_DAY = date(2025, 6, 1)
VILLAGES = ("19.71.01.1004", "19.71.02.1001", "19.01.01.1001", "19.71.00.0000", "19.00.00.0000")
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
laws = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
REGIONS = regions_around(VILLAGES)
villages = st.none() | st.sampled_from(VILLAGES)
segments = st.sampled_from(SEGMENTS)
months = st.sampled_from(
    [date(2025, number, 1) for number in range(1, 8)] + [date(2024, 9, 1), date(2023, 5, 1)]
)
amounts = st.none() | st.sampled_from([0, 100, 100, 250])
days = st.none() | st.sampled_from([date(2025, 6, 10), date(2025, 6, 15), date(2025, 6, 16)])
SCHEMAS = {
    "contribution_billing": {
        "as_of_date": pa.date32(), "employer_key": pa.string(), "month": pa.date32(),
        "segment": pa.string(), "village_code": pa.string(), "employer_sector": pa.string(),
        "paid_date": pa.date32(),
        **{f"{side}_{name}_idr": pa.int64() for side in ("due", "collected")
           for name in ("jkk", "jkm", "jht", "jp")},
    },
    "claims": {
        "as_of_date": pa.date32(), "paid_date": pa.date32(), "programme": pa.string(),
        "segment": pa.string(), "village_code": pa.string(), "amount_idr": pa.int64(),
    },
    "participants": {
        "as_of_date": pa.date32(), "person_key": pa.string(), "membership_key": pa.string(),
        "village_code": pa.string(), "segment": pa.string(), "funder": pa.string(),
        "start_date": pa.date32(), "end_date": pa.date32(), "paid_through_month": pa.date32(),
        "jht": pa.bool_(), "jp": pa.bool_(),
    },
    "contributions": {
        "as_of_date": pa.date32(), "month": pa.date32(), "person_key": pa.string(),
        "employer_key": pa.string(),
        "membership_key": pa.string(), "wage_idr": pa.int64(), "contribution_idr": pa.int64(),
    },
}  # fmt: skip
bill_lists = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "employer_key": st.sampled_from(["e1", "e2", "e3", "e4"]),
            "month": months,
            "segment": segments,
            "village_code": villages,
            "employer_sector": st.sampled_from([None, "trade", "construction"]),
            "paid_date": days,
            **{
                f"{side}_{name}_idr": amounts
                for side in ("due", "collected")
                for name in ("jkk", "jkm", "jht", "jp")
            },
        }
    ),
    min_size=1,
    max_size=14,
    # The key of the table: a second bill of an account and month goes to quarantine.
    unique_by=lambda row: (row["employer_key"], row["month"], row["segment"]),
)
claim_lists = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "paid_date": st.sampled_from(
                [date(2024, 12, 30), date(2025, 1, 31), date(2025, 5, 2), date(2025, 6, 3)]
            ),
            "programme": st.sampled_from(["JHT", "JKM", "JKK", "JP", "JKP"]),
            "segment": st.none() | segments,
            "village_code": villages,
            "amount_idr": st.integers(1, 10**9),
        }
    ),
    min_size=1,
    max_size=8,
)
memberships = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(REGISTER_DAY),
            "person_key": st.sampled_from(["p1", "p2", "p3", "p4", "p5"]),
            "membership_key": st.sampled_from([f"m{number}" for number in range(9)]),
            "village_code": st.sampled_from(VILLAGES),
            "segment": segments,
            "funder": st.sampled_from(
                [None, "self", "csr", "village_budget", "palm_oil_fund", "provincial_budget"]
            ),
            "start_date": st.dates(date(2024, 6, 1), date(2025, 6, 20)),
            "end_date": st.sampled_from([None, None, date(2025, 6, 1), date(2025, 7, 1)]),
            "paid_through_month": st.none() | months,
            "jht": st.booleans(),
            "jp": st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row["membership_key"],
)
paid_lists = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "month": st.sampled_from([date(2025, 2, 1), date(2025, 5, 1)]),
            "employer_key": st.sampled_from(["e1", "e2"]),
            "person_key": st.sampled_from(["p1", "p2", "p3"]),
            "membership_key": st.none() | st.sampled_from([f"m{number}" for number in range(12)]),
            "wage_idr": st.sampled_from([0, 1_099_999, 1_100_000, 4_567_891, 12_000_000]),
            "contribution_idr": st.sampled_from(
                [0, 16_800, 21_000, 90_000, 300_000, 460_000, 1_100_000]
            ),
        }
    ),
    min_size=1,
    max_size=10,
)


def inputs(**rows: list[dict[str, Any]]) -> Inputs:
    tables = {}
    for name, entries in rows.items():
        schema = pa.schema(SCHEMAS[name])
        given_rows = pa.Table.from_pylist(entries, schema=schema)
        tables[name] = engine().create_table(name, given_rows, temp=True, overwrite=True)
    return Inputs(tables, REGIONS, "19", PERIOD)


def measured(**rows: list[dict[str, Any]]) -> pd.DataFrame:
    return join_rows(contribution_measures(inputs(**rows), "1"))


def keyed(rows: pd.DataFrame) -> dict[tuple, float]:
    found = rows[(rows["status"] == "available") & (rows["origin"] == "computed")]
    names = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    keys = list(found[names].itertuples(index=False, name=None))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, found["value"], strict=True))


def assert_same(real: dict[tuple, float], plain: dict[tuple, float]) -> None:
    assert not set(real) ^ set(plain), sorted(set(real) ^ set(plain))[:5]
    unlike = {
        key: (real[key], plain[key])
        for key in real
        if abs(real[key] - plain[key]) > 1e-9 * max(1, abs(plain[key]))
    }
    assert not unlike, dict(list(unlike.items())[:5])


@given(bill_lists, claim_lists)
@laws
def test_bills_and_claims(bills, claims) -> None:
    tables = {"contribution_billing": bills, "claims": claims}
    assert_same(keyed(measured(**tables)), plain_measures(tables, PERIOD, "19", REGIONS.by_code))


@given(memberships, paid_lists)
@laws
def test_registers_and_lists(register, listed) -> None:
    tables = {"participants": register, "contributions": listed}
    assert_same(keyed(measured(**tables)), plain_measures(tables, PERIOD, "19", REGIONS.by_code))


ADDITIVE = {
    "contributions_due_idr", "contributions_collected_idr", "arrears_idr", "accounts_in_arrears",
    "subsidised_participants", "subsidised_months",
}  # fmt: skip


@given(bill_lists, memberships)
@laws
def test_parts_sum_to_their_total_and_children_to_their_parent(bills, register) -> None:
    """Segments, programmes, months, bands and funders to the total; each level to the one above."""
    rows = measured(contribution_billing=bills, participants=register)
    values = keyed(rows)
    for indicator, place, as_of, dimension, *_ in values:
        if indicator not in ADDITIVE or dimension == "total":
            continue
        parts = sum(
            value
            for key, value in values.items()
            if key[:2] == (indicator, place) and key[3] == dimension
        )
        assert parts == values[indicator, place, as_of, "total", "total", "all"]
    parents: dict[tuple, float] = {}
    for (indicator, place, as_of, dimension, category, scope), value in values.items():
        if indicator in ADDITIVE and place != "19":
            key = (indicator, place.rpartition(".")[0], as_of, dimension, category, scope)
            parents[key] = parents.get(key, 0) + value
    assert parents
    for key, value in parents.items():
        assert value == values[key]


@given(bill_lists)
@laws
def test_employers_of_the_children_are_those_of_the_parent(bills) -> None:
    rows = measured(contribution_billing=bills)
    shares = rows[
        rows["indicator"].str.startswith("employer_compliance") & (rows["dimension"] == "total")
    ].fillna({"numerator": 0, "denominator": 0})
    for _, of_one in shares.groupby("indicator"):
        by_length = of_one.groupby(of_one["region_code"].str.len())
        for column in ("numerator", "denominator"):
            assert len(set(by_length[column].sum())) == 1
    full, timely = (
        shares.loc[shares["indicator"] == name, "numerator"].to_numpy()
        for name in ("employer_compliance", "employer_compliance_on_time")
    )
    assert (timely <= full).all()
