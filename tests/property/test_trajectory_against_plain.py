"""Gap, paces, arrival and SDG 1.3.1 equal the plain reference on random registers and summaries."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_trajectory import DAYS_A_MONTH, SCOPE, Key, from_stocks
from text_tables import engine

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.coverage import programme_rows
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.indicators.sdg import sdg_measures
from coverage_lib.indicators.trajectory.measures import trajectory_measures
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import load_regions

PERIOD = Month(2025, 6)
MONTHS = [PERIOD.plus(-back) for back in (0, 1, 3, 12)]
DISTRICTS = ["19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71"]
SAME = {
    "coverage_target", "gap_to_target", "required_monthly_pace", "recent_monthly_pace",
    "target_reached_on", "sdg_work_injury_coverage", "sdg_pension_coverage", "sdg_unemployment_coverage",
}  # fmt: skip

persons = st.integers(0, 400)


@st.composite
def summaries(draw) -> list[dict[str, object]]:
    """Reports of the last months, some of them missing, cut off on any day of the month."""
    months = [PERIOD, *draw(st.lists(st.sampled_from(MONTHS[1:]), unique=True))]
    cut_offs = {
        month: month.first_day.replace(day=draw(st.integers(1, month.last_day.day)))
        for month in months
    }
    return [
        {
            "month": month.first_day, "cut_off_date": cut_off, "region_code": district,
            "segment": segment, "active_participants": draw(persons),
        }
        for month, cut_off in cut_offs.items()
        for district in DISTRICTS
        for segment in ("PU", "BPU")
    ]  # fmt: skip


@st.composite
def stories(draw) -> dict[str, list[dict[str, object]]]:
    return {
        "participant_summary": draw(summaries()),
        "eligible_workers": [
            {
                "vintage": "2024", "valid_from": date(2024, 1, 1), "valid_to": date(2026, 12, 31), "region_code": district,
                "segment": segment, "eligible_workers": draw(st.integers(0, 2000)), "source": "BPS",
            }
            for district in DISTRICTS
            for segment in ("PU", "BPU")
        ],
        "coverage_targets": [
            {
                "year": 2025, "region_code": region, "target_pct": float(draw(st.integers(0, 100))),
                "scope": scope, "authority": "Governor",
            }
            for region in ("19", *draw(st.lists(st.sampled_from(DISTRICTS), unique=True)))
            for scope in ("excl_jakon", "incl_jakon")
        ],
        "labour_force": [
            {
                "date": day, "region_code": "19", "indicator": name, "value": float(draw(st.integers(1, 9000))),
                "source_title": "BPS",
            }
            for day in (date(2024, 8, 31), date(2025, 5, 31), date(2025, 6, 30))
            for name in ("employed", "labour_force")
        ],
    }  # fmt: skip


def figures(tables: dict[str, list[dict[str, object]]], programmes) -> dict[Key, float]:
    """The same tables through the library on DuckDB."""
    connection = engine()
    stored = {
        name: connection.create_table(ibis.util.gen_name(name), pa.Table.from_pylist(rows), temp=True)
        for name, rows in tables.items()
    }  # fmt: skip
    inputs = Inputs(stored, load_regions(), "19", PERIOD)
    participation = join_rows(participation_measures(inputs, "1"))
    as_of = participation.loc[participation["period"] == str(PERIOD), "as_of"].iloc[0]
    held = pd.DataFrame(
        [("19", name, scope, count) for (name, scope), count in programmes.items()],
        columns=["region_code", "programme", "scope", "persons"],
    )
    by_programme = [
        programme_rows(of_scope, str(PERIOD), as_of, scope, "1")
        for scope, of_scope in held.groupby("scope")
    ]
    participation = join_rows([participation, *by_programme])
    rows = join_rows(
        [
            *trajectory_measures(inputs, participation, "1"),
            *sdg_measures(inputs, participation, "1"),
        ]
    )
    rows = rows[(rows["status"] == "available") & rows["indicator"].isin(SAME)]
    columns = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    keys = rows[columns].itertuples(index=False, name=None)
    return {tuple(key): value for key, value in zip(keys, rows["value"], strict=True)}


def stocks(summary: list[dict[str, object]]) -> dict[tuple[str, str], tuple[date, float]]:
    found: dict[tuple[str, str], tuple[date, float]] = {}
    for row in summary:
        for region in ("19", str(row["region_code"])):
            place = (str(month_of(row["month"])), region)
            _, before = found.get(place, (None, 0.0))
            found[place] = (row["cut_off_date"], before + row["active_participants"])
    return found


@given(
    tables=stories(),
    programmes=st.fixed_dictionaries(
        {
            (name, scope): persons
            for name in ("JKK", "JKM", "JHT", "JP", "JKP")
            for scope in ("excl_jakon", "incl_jakon")
        }
    ),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_library_and_the_plain_reference_agree(tables, programmes):
    expected = from_stocks(
        tables, stocks(tables["participant_summary"]), programmes, str(PERIOD), "19"
    )
    found = figures(tables, programmes)
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-9), key


def test_the_plain_reference_on_figures_worked_out_by_hand():
    tables = {
        "eligible_workers": [
            {"valid_from": date(2024, 1, 1), "valid_to": None, "region_code": "19.71",
             "eligible_workers": 1000},
        ],
        "coverage_targets": [
            {"year": 2025, "region_code": "19", "scope": SCOPE, "target_pct": 60.0},
        ],
        "labour_force": [
            {"date": date(2025, 2, 28), "region_code": "19", "indicator": name, "value": 2000.0}
            for name in ("employed", "labour_force")
        ],
    }  # fmt: skip
    june, march = date(2025, 6, 1), date(2025, 3, 1)
    known = {("2025-06", "19"): (june, 400.0), ("2025-03", "19"): (march, 308.0)}
    held = {(name, SCOPE): 500.0 for name in ("JKK", "JHT", "JP", "JKP")}
    found = {
        key[0]: value for key, value in from_stocks(tables, known, held, "2025-06", "19").items()
    }
    assert found == {
        "coverage_target": 60, "gap_to_target": 200, "required_monthly_pace": pytest.approx(200 / 7),
        "recent_monthly_pace": pytest.approx(DAYS_A_MONTH),  # 92 persons in 92 days: one a day
        "target_reached_on": pytest.approx(200 / DAYS_A_MONTH),
        "sdg_work_injury_coverage": 25, "sdg_pension_coverage": 25, "sdg_unemployment_coverage": 25,
    }  # fmt: skip
