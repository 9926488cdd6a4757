"""The section of claims against its plain reference, and the laws that its figures keep."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_claims import Key, measures
from text_tables import to_engine

from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.rows import join_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

PERIOD = Month(2025, 6)
REGIONS = load_regions()
REGISTERS = (date(2025, 4, 28), date(2025, 6, 1))
AS_OF = date(2025, 6, 17)
VILLAGES = ("19.71.01.1004", "19.71.02.1001", "19.01.01.1001", "19.71.00.0000", "19.00.00.0000")
CARDS = ("A1", "A2", "A3", "A4", "A5")
PROGRAMMES = ("JHT", "JKM", "JKK", "JP", "JKP")
laws = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
paid_days = st.dates(date(2023, 12, 1), AS_OF)
submission_days = st.dates(date(2022, 11, 1), AS_OF)
villages = st.sampled_from(VILLAGES)


def keyed(rows: list[dict], name: str) -> list[dict]:
    return [row | {name: f"{name} {place}"} for place, row in enumerate(rows)]


claims = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "paid_date": paid_days,
            "submitted_date": st.none() | submission_days,
            "programme": st.sampled_from(PROGRAMMES),
            "benefit_type": st.sampled_from(
                [None, "beasiswa", "Beasiswa SMA", "uang tunai", "santunan-kematian", "x y z"]
            ),
            "segment": st.sampled_from([None, "PU", "BPU", "JAKON", "PMI"]),
            "membership_key": st.sampled_from([None, "A1", "A2", "nobody"]),
            "village_code": st.none() | villages,
            "amount_idr": st.integers(1, 3 * 10**8) | st.sampled_from([2_250_000, 3_000_001]),
        }
    ),
    min_size=1,
    max_size=20,
)
scholarships = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "paid_date": paid_days,
            "child_key": st.sampled_from([None, "Ani", "Budi", "Eka"]),
            "school_level": st.sampled_from(["TK", "SD", "SMP", "SMA", "PT"]),
            "programme": st.sampled_from(["JKK", "JKM"]),
            "village_code": villages,
            "amount_idr": st.integers(1, 12_000_000),
        }
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: keyed(rows, "claim_key"))
submissions = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.just(AS_OF),
            "submitted_date": submission_days,
            "decided_date": st.none() | st.dates(date(2024, 6, 1), date(2025, 7, 31)),
            "status": st.sampled_from(["submitted", "submitted", "approved", "refused"]),
            "programme": st.sampled_from(PROGRAMMES),
            "membership_key": st.sampled_from([None, "A1", "A2"]),
            "village_code": villages,
        }
    ),
    min_size=1,
    max_size=15,
)
registers = st.lists(
    st.fixed_dictionaries(
        {
            "as_of_date": st.sampled_from(REGISTERS),
            "person_key": st.sampled_from(["Ani", "Budi", "Eka", "Gita"]),
            "membership_key": st.sampled_from(CARDS),
            # Every extract must have the same districts: those of Pangkalpinang alone.
            "village_code": st.sampled_from(VILLAGES[:2]),
            "segment": st.sampled_from(["PU", "BPU", "JAKON"]),
            "start_date": st.dates(date(2024, 6, 1), date(2025, 6, 30)),
            "end_date": st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31)),
            "paid_through_month": st.none()
            | st.sampled_from([date(2025, month, 1) for month in range(1, 7)]),
            **{name.lower(): st.booleans() for name in PROGRAMMES},
        }
    ),
    max_size=12,
)
#: So that the districts of every extract are the same.
ALWAYS = [
    {
        "as_of_date": day, "person_key": "Siti", "membership_key": "A9", "village_code": VILLAGES[0],
        "segment": "PU", "start_date": date(2020, 1, 1), "end_date": None,
        "paid_through_month": None, **{name.lower(): name == "JKK" for name in PROGRAMMES},
    }
    for day in REGISTERS
]  # fmt: skip


def computed(tables: dict[str, list[dict]]) -> pd.DataFrame:
    engine_tables = {
        name: to_engine(pd.DataFrame(rows, dtype=object)) for name, rows in tables.items()
    }
    inputs = Inputs(engine_tables, REGIONS, "19", PERIOD)
    return join_rows(claim_measures(inputs, "1"))


def figures_of(rows: pd.DataFrame) -> dict[Key, float]:
    shown = rows[(rows["status"] == "available") & (rows["origin"] == "computed")]
    names = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    assert not shown.duplicated(names).any()
    return {tuple(key): value for *key, value in shown[[*names, "value"]].itertuples(index=False)}


def differences(ours: dict[Key, float], plain: dict[Key, float]) -> list[str]:
    return [
        f"{key}: {ours.get(key)} computed, {plain.get(key)} by hand"
        for key in sorted({*ours, *plain})
        if key not in ours or key not in plain or ours[key] != pytest.approx(plain[key], rel=1e-12)
    ]


@given(claims, scholarships, submissions, registers)
@laws
def test_every_figure_is_that_of_the_plain_reference(paid, children, submitted, listed) -> None:
    tables = {
        "claims": paid,
        "scholarships": children,
        "claim_submissions": submitted,
        "participants": [*listed, *ALWAYS],
    }
    found = differences(
        figures_of(computed(tables)), measures(tables, PERIOD, "19", REGIONS.by_code)
    )
    assert not found, "\n".join(found[:20])


PARTITIONS = ("programme", "segment", "benefit_type", "month", "timeliness")


@given(claims, submissions)
@laws
def test_categories_and_children_add_up_to_their_total(paid, submitted) -> None:
    found = figures_of(computed({"claims": paid, "claim_submissions": submitted}))
    totals = {
        (name, code, day): value
        for (name, code, day, dimension, _, _), value in found.items()
        if dimension == "total"
    }
    by_dimension: dict[tuple, float] = defaultdict(float)
    by_parent: dict[tuple, float] = defaultdict(float)
    additive = ("claims_paid", "claims_amount_idr", "pending_claims", "claims_above_maximum")
    for (name, code, day, dimension, category, _), value in found.items():
        if name not in additive:
            continue
        if dimension != "total":
            by_dimension[name, code, day, dimension] += value
        if "." in code:
            by_parent[name, code.rpartition(".")[0], day, dimension, category] += value
    assert {dimension for *_, dimension in by_dimension} >= {*PARTITIONS, "age_band"}
    for (name, code, day, _), value in by_dimension.items():
        assert value == totals[name, code, day]
    for (name, code, day, dimension, category), value in by_parent.items():
        assert value == found[name, code, day, dimension, category, "all"]
