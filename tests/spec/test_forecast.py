"""Forecasts of active participants: what goes on, how sure it is, and how far earlier ones were off."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from text_tables import figure, figures

from coverage_lib.indicators.trajectory.forecast import (
    FEWEST_REPORTS,
    Reports,
    back_tests,
    forecast_persons,
    forecast_rows,
    month_ends_after,
)
from coverage_lib.periods import MEAN_MONTH_DAYS

INDICATORS = (
    "active_participants_forecast",
    "coverage_forecast",
    "forecast_error",
    "forecast_interval_hits",
)

START = date(2024, 1, 31)


def reports(*changes: float, every: int = 30, first: float = 1000) -> Reports:
    """Reports so many days apart, the first of 1,000 persons."""
    days = tuple(START + timedelta(days=every * step) for step in range(len(changes) + 1))
    return Reports(days, tuple(np.cumsum([first, *changes]).tolist()))


def rows_of(persons: list[float], workers: float | None = 4000.0, region: str = "19"):
    """Forecast rows from monthly reports, the last of 1 June 2025."""
    last = date(2025, 6, 1)
    days = [last - timedelta(days=round(30.4375 * step)) for step in range(len(persons))][::-1]
    stocks = pd.DataFrame(
        {"region_code": region, "as_of": days, "value": persons, "status": "available"}
    )
    coverage = pd.DataFrame(
        [
            {
                "region_code": region, "denominator": workers, "denominator_source": "BPS",
                "denominator_vintage": "2025", "status": "available" if workers else "not_available",
            }
        ]
    )  # fmt: skip
    return pd.concat(forecast_rows(stocks, coverage, "2025-06", last, "1"), ignore_index=True)


def value(rows: pd.DataFrame, indicator: str, category: str) -> float:
    (found,) = rows[(rows["indicator"] == indicator) & (rows["category"] == category)]["value"]
    return float(found)


UNEVEN = [1000, 1040, 1030, 1090, 1100, 1180, 1170, 1210, 1260, 1250, 1300, 1330, 1390, 1380]


@pytest.mark.parametrize(
    ("story", "changes", "expected"),
    [
        ("ten more at every report", (10, 10, 10, 10), 1050),
        ("nothing moves", (0, 0, 0, 0), 1000),
        ("ups and downs: the mean of the changes goes on", (10, 30, -20, 20), 1050),
        ("never below zero", (-240, -240, -240, -240), 0),
    ],
)
def test_the_mean_change_goes_on(story: str, changes: tuple[float, ...], expected: float):
    known = reports(*changes)
    found = forecast_persons(known, (known.days[-1] + timedelta(days=30),))
    assert found.expected == pytest.approx([expected]), story


def test_days_between_reports_count_and_not_reports():
    """40 persons in 20 days, then 20 in 40: 60 in 60 days is one a day."""
    known = Reports((START, START + timedelta(20), START + timedelta(60)), (1000, 1040, 1060))
    assert forecast_persons(known, (START + timedelta(70),)).expected == pytest.approx([1070])


def test_intervals_are_those_of_a_random_walk_with_drift():
    """Hyndman and Athanasopoulos, 5.5: standard error s x sqrt(h x (1 + h / changes)), steps even."""
    changes = np.array([10.0, 30.0, -20.0, 20.0])
    known = reports(*changes)
    days = tuple(known.days[-1] + timedelta(days=30 * step) for step in (1, 4))
    found = forecast_persons(known, days)
    for position, steps in enumerate((1, 4)):
        error = changes.std(ddof=1) * np.sqrt(steps * (1 + steps / len(changes)))
        for level, (lower, upper) in found.intervals.items():
            half = student.ppf(0.5 + level / 200, df=len(changes) - 1) * error
            assert upper[position] - found.expected[position] == pytest.approx(half)
            assert found.expected[position] - lower[position] == pytest.approx(half)


@pytest.mark.parametrize(
    ("as_of", "first", "last"),
    [
        ("2025-06-01", "2025-06-30", "2026-05-31"),
        ("2025-05-30", "2025-05-31", "2026-04-30"),
        ("2025-05-31", "2025-06-30", "2026-05-31"),
        ("2025-12-31", "2026-01-31", "2026-12-31"),
    ],
)
def test_the_next_twelve_month_ends_hold_a_year_end(as_of: str, first: str, last: str):
    ends = list(month_ends_after(date.fromisoformat(as_of)))
    assert (str(ends[0]), str(ends[-1]), len(ends)) == (first, last, 12)
    assert any((end.month, end.day) == (12, 31) for end in ends)


def test_a_forecast_of_a_year_as_rows():
    rows = rows_of(UNEVEN)
    persons = rows[rows["indicator"] == "active_participants_forecast"]
    assert len(persons) == 12 * 5
    monthly = (UNEVEN[-1] - UNEVEN[0]) / (len(UNEVEN) - 1)
    months = (date(2025, 12, 31) - date(2025, 6, 1)).days / MEAN_MONTH_DAYS
    expected = value(rows, "active_participants_forecast", "2025-12:expected")
    assert expected == pytest.approx(UNEVEN[-1] + monthly * months, rel=1e-3)
    assert value(rows, "coverage_forecast", "2025-12:expected") == pytest.approx(expected / 40)
    shares = rows[rows["indicator"] == "coverage_forecast"]
    assert set(shares["denominator_vintage"]) == {"2025"}


def test_where_nothing_moved_nothing_is_forecast_to_move():
    """14 reports of 1,000 persons among 4,000 workers: no forecast was off, no interval missed."""
    rows = rows_of([1000.0] * 14)
    december = {"dimension": "month_end", "category": "2025-12:expected"}
    assert figure(rows, "active_participants_forecast", **december)["value"] == 1000
    assert figure(rows, "coverage_forecast", **december)["value"] == 25
    errors = figures(rows, "forecast_error", dimension="method_months")
    assert (errors["drift:all"], errors["last_value:all"]) == (0, 0)
    hits = figures(rows, "forecast_interval_hits", dimension="level_months")
    assert (hits["80:all"], hits["95:all"]) == (100, 100)


def test_without_eligible_workers_there_is_no_forecast_of_coverage():
    rows = rows_of(UNEVEN, workers=None)
    shares = rows[rows["indicator"] == "coverage_forecast"]
    assert set(shares["qualifier"]) == {"denominator_missing"}
    assert set(shares["status"]) == {"not_available"}
    persons = rows[rows["indicator"] == "active_participants_forecast"]
    assert set(persons["status"]) == {"available"}


@pytest.mark.parametrize(("reports", "enough"), [(1, False), (2, False), (11, False), (12, True)])
def test_too_few_reports_give_no_forecast_and_say_so(reports: int, enough: bool):
    rows = rows_of(UNEVEN[:reports])
    assert set(rows["status"]) == ({"available"} if enough else {"not_available"})
    assert set(rows["qualifier"]) == ({"exact"} if enough else {"too_few_reports"})
    assert ("forecast_error" in set(rows["indicator"])) == enough


@pytest.mark.parametrize("region", ["19.71.01", "19.71.01.1004", "19.00.00.0000"])
def test_only_the_province_and_its_districts(region: str):
    stocks = pd.DataFrame(
        {"region_code": [region], "as_of": [START], "value": [1.0], "status": ["available"]}
    )
    assert forecast_rows(stocks, stocks.iloc[:0], "2024-01", START, "1") == []


def test_each_report_is_held_out_from_every_earlier_one_with_nine_before_it():
    """12 reports: fitted on 9, 10 and 11, so three of one month ahead, two of two, one of three."""
    tests = list(back_tests(reports(*[10.0, -5.0, 20.0] * 3, 10.0, 40.0)))
    assert sorted(test.months for test in tests) == [1, 1, 1, 2, 2, 3]


def test_the_error_is_that_of_the_forecasts_as_they_would_have_been_printed():
    """Ten more at every report, but a fall at the last: drift and last value are both wrong there."""
    known = reports(*[10.0] * 10, -100.0)
    assert len(known.days) == FEWEST_REPORTS
    ahead = [test for test in back_tests(known) if test.months == 1]
    drift = [abs(test.forecast["drift"] - test.came) for test in ahead]
    assert drift == pytest.approx([0, 0, 110])
    assert [abs(test.forecast["last_value"] - test.came) for test in ahead] == [10, 10, 100]
    assert [test.hits[95] for test in ahead] == [True, True, False]


def test_errors_and_hits_as_rows():
    rows = rows_of(UNEVEN)
    errors = rows[rows["indicator"] == "forecast_error"].set_index("category")
    assert {"drift:1", "last_value:1", "drift:all", "last_value:all"} <= set(errors.index)
    of_months = [name for name in errors.index if name.startswith("drift:") and name != "drift:all"]
    for column in ("numerator", "denominator"):
        assert errors.loc[of_months, column].sum() == pytest.approx(errors.loc["drift:all", column])
    hits = rows[rows["indicator"] == "forecast_interval_hits"].set_index("category")
    assert hits.loc["80:all", "denominator"] == 5 + 4 + 3 + 2 + 1
    assert hits.loc["80:all", "numerator"] <= hits.loc["95:all", "numerator"]


def test_the_same_reports_give_the_same_forecast():
    pd.testing.assert_frame_equal(rows_of(UNEVEN), rows_of(UNEVEN), check_exact=True)
