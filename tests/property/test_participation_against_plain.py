"""All measures of participation, on small random registers, are those of the plain reference."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plain_participation as plain
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from some_regions import regions_around
from text_tables import records, register_frame, to_engine

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.attributes import DIMENSIONS, categories
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import KEY, join_rows
from coverage_lib.periods import Month

PERIOD = Month(2025, 6)
OLD, EARLIER, LATER = date(2025, 3, 20), date(2025, 5, 1), date(2025, 6, 1)
VILLAGES = (
    "19.71.01.1004",
    "19.71.02.1001",
    "19.01.01.1001",
    "19.71.01.0000",
    "19.00.00.0000",
    None,
)
DAYS = ("2020-01-01", "2025-02-28", "2025-05-01", "2025-05-15", "2025-06-01", "2025-07-01")
WORDS = {name: categories(name)[:2] for name in DIMENSIONS if name != "age_band"}


REGIONS = regions_around(filter(None, VILLAGES))
DISTRICTS = [region.code for region in REGIONS.at_level("kabupaten", "19")]
memberships = st.lists(
    st.fixed_dictionaries(
        {
            "as_of": st.sampled_from([OLD, EARLIER, LATER, LATER]).map(date.isoformat),
            "person": st.sampled_from([f"person {number}" for number in range(8)]),
            "segment": st.sampled_from(["PU", "BPU", "BPU", "JAKON", "PMI"]),
            "village": st.sampled_from(VILLAGES),
            "start": st.sampled_from(DAYS),
            "end": st.sampled_from([None, None, *DAYS]),
            "paid_through": st.sampled_from([None, "2024-01", "2025-01", "2025-02", "2025-05"]),
            "programmes": st.sampled_from(["JKK JKM", "JKK JHT", "JKK JKM JHT JP JKP", ""]),
            "birth_year": st.sampled_from([None, 1950, 1960, 1990, 2000, 2012, 2026]),
            **{name: st.sampled_from([None, *words]) for name, words in WORDS.items()},
        }
    ),
    min_size=1,
    max_size=30,
)
workers = st.lists(st.integers(0, 9), min_size=len(DISTRICTS) * 3, max_size=len(DISTRICTS) * 3)


def denominators(column: str, by: str, names: tuple[str, ...], counts: list[int]) -> pd.DataFrame:
    places = [(code, name) for code in DISTRICTS for name in names]
    return pd.DataFrame(
        [
            ("2025", date(2025, 1, 1), None, code, name, count, "BPS")
            for (code, name), count in zip(places, counts, strict=True)
        ],
        columns=["vintage", "valid_from", "valid_to", "region_code", by, column, "source"],
    ).astype({"valid_to": object})


def summary() -> pd.DataFrame:
    """The month of the old extract, and one a year before the period."""
    return pd.DataFrame(
        [
            (month, cut_off, code, segment, count)
            for month, cut_off in ((date(2025, 3, 1), OLD), (date(2024, 6, 1), date(2024, 5, 31)))
            for count, code in enumerate(DISTRICTS)
            for segment in ("PU", "BPU")
        ],
        columns=["month", "cut_off_date", "region_code", "segment", "active_participants"],
    )


def computed(frames: dict[str, pd.DataFrame]) -> dict[plain.Key, float]:
    tables = {name: to_engine(frame) for name, frame in frames.items()}
    inputs = Inputs(tables, REGIONS, "19", PERIOD)
    rows = join_rows(participation_measures(inputs, "1"))
    assert not rows.duplicated(list(KEY)).any()
    rows = rows[rows["status"] == "available"]
    names = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    return dict(zip(rows[names].itertuples(index=False, name=None), rows["value"], strict=True))


@given(memberships, workers, workers, st.booleans())
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_all_figures_are_those_counted_by_hand(people, eligible, potential, summarised) -> None:
    # Every extract has every district that another has, and the period has a register.
    seed = {
        **people[0],
        "person": "everywhere",
        "segment": "PU",
        "end": None,
        "start": "2020-01-01",
    }
    people = people + [
        {**seed, "person": f"in {village}", "village": village, "as_of": day.isoformat()}
        for day in (OLD, EARLIER, LATER)
        for village in ("19.71.01.1004", *(f"{code}.01.1001" for code in DISTRICTS))
    ]
    frames = {
        "participants": register_frame(pd.DataFrame(people, dtype=object), LATER),
        "eligible_workers": denominators(
            "eligible_workers", "segment", ("PU", "BPU", "JAKON"), eligible
        ),
        "group_potential": denominators(
            "potential_workers", "worker_group", categories("worker_group")[:3], potential
        ),
    }
    if summarised:
        frames["participant_summary"] = summary()
    wanted = plain.measures(
        {name: records(frame) for name, frame in frames.items()}, PERIOD, "19", REGIONS.by_code
    )
    got = computed(frames)
    assert set(got) == set(wanted)
    assert got == pytest.approx(wanted, abs=1e-9)
