"""SDG 1.3.1: JKK ÷ employed, JP and JHT ÷ labour force, JKP ÷ labour force; the latest survey counts."""

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest
from text_tables import register

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.indicators.sdg import COMPONENTS, sdg_measures, sdg_rows, survey_figure
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = ("sdg_work_injury_coverage", "sdg_pension_coverage", "sdg_unemployment_coverage")

SURVEY = Path(__file__).parents[2] / "data" / "reference" / "bps_labour_babel.csv"
AS_OF = date(2025, 6, 1)
PERSONS = {"JKK": 200.0, "JKM": 200.0, "JHT": 150.0, "JP": 120.0, "JKP": 90.0}


def survey(*figures: tuple[str, str, float], region: str = "19") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "date": date.fromisoformat(day), "region_code": region, "indicator": name,
                "value": float(persons), "source_title": f"Survey of {day}",
            }
            for day, name, persons in figures
        ]
    )  # fmt: skip


def covered(scope: str = "excl_jakon") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region_code": "19", "category": list(PERSONS), "value": list(PERSONS.values()),
            "scope": scope, "period": "2025-06",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("sdg_work_injury_coverage", {"JKK": 25.0}),  # 200 of 800 employed
        ("sdg_pension_coverage", {"JP": 12.0, "JHT": 15.0}),  # of a labour force of 1,000
        ("sdg_unemployment_coverage", {"JKP": 9.0}),
    ],
)
def test_covered_of_those_who_work(indicator: str, expected: dict[str, float]):
    found = survey(("2025-02-28", "employed", 800), ("2025-02-28", "labour_force", 1000))
    rows = sdg_rows(covered(), found, indicator, "19", AS_OF, "1")
    assert dict(zip(rows["category"], rows["value"], strict=True)) == expected
    assert set(rows["denominator_vintage"]) == {"2025-02"}
    assert rows["denominator_source"].str.endswith("Survey of 2025-02-28").all()
    assert set(rows["period"]) == {"2025-06"}


@pytest.mark.parametrize(
    ("day", "persons", "vintage"),
    [
        ("2024-08-31", 700, "2024-08"),  # the day of the survey itself
        ("2025-02-27", 700, "2024-08"),
        ("2025-02-28", 800, "2025-02"),
        ("2026-01-01", 800, "2025-02"),  # nothing newer is known
    ],
)
def test_the_latest_survey_at_or_before_the_day(day: str, persons: float, vintage: str):
    found = survey(("2024-08-31", "employed", 700), ("2025-02-28", "employed", 800))
    figure = survey_figure(found, "19", "employed", date.fromisoformat(day))
    assert (figure["value"], f"{figure['day']:%Y-%m}") == (persons, vintage)


@pytest.mark.parametrize(
    ("figures", "region", "message"),
    [
        ([("2025-08-31", "employed", 1)], "19", "no employed of 19 for 2025-06-01 or before: it begins on 2025-08-31"),
        ([("2025-02-28", "labour_force", 1)], "19", "no employed of 19 .*it has none at all"),
        ([("2025-02-28", "employed", 1)], "14", "no employed of 19 .*it has none at all"),
        ([("2025-02-28", "employed", 1), ("2025-02-28", "employed", 2)], "19", "1, 2; one number"),
        ([("2025-02-28", "employed", 0)], "19", "0; one number"),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_known_is_an_error_that_names_it(figures, region, message):
    with pytest.raises(ReferenceDataError, match=message):
        survey_figure(survey(*figures, region=region), "19", "employed", AS_OF)


def test_the_real_survey_has_what_june_2025_needs():
    frame = pd.read_csv(SURVEY, dtype={"region_code": str})
    frame["date"] = [date.fromisoformat(day) for day in frame["date"]]
    assert set(frame["region_code"]) <= set(load_regions().by_code)
    for name in {figure for figure, _ in COMPONENTS.values()}:
        figure = survey_figure(frame, "19", name, AS_OF)
        assert f"{figure['day']:%Y-%m}" == "2025-02"


def test_each_scope_is_kept_apart():
    both = pd.concat([covered(), covered("incl_jakon").assign(value=400.0)], ignore_index=True)
    found = survey(("2025-02-28", "employed", 800))
    rows = sdg_rows(both, found, "sdg_work_injury_coverage", "19", AS_OF, "1")
    assert dict(zip(rows["scope"], rows["value"], strict=True)) == {
        "excl_jakon": 25.0,
        "incl_jakon": 50.0,
    }


def test_construction_workers_are_covered_too():
    """Budi builds; the survey counts him as employed. Without construction in the register: one scope."""
    employed = survey(("2025-02-28", "employed", 8), ("2025-02-28", "labour_force", 10))
    for segment, expected in (
        ("JAKON", {"excl_jakon": 12.5, "incl_jakon": 25.0}),
        ("BPU", {"excl_jakon": 25.0}),
    ):
        people = register(f"person | segment\nAni | PU\nBudi | {segment}", AS_OF)
        tables = {"participants": people, "labour_force": ibis.memtable(employed)}
        told = Inputs(tables, load_regions(), "19", Month(2025, 6))
        participation = join_rows(participation_measures(told, "1"))
        rows = join_rows(sdg_measures(told, participation, "1"))
        found = rows[rows["indicator"] == "sdg_work_injury_coverage"]
        assert dict(zip(found["scope"], found["value"], strict=True)) == expected
