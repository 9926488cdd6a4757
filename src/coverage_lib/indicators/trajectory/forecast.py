"""Where active participants are heading: a forecast with intervals, and how far earlier ones were off.

The model is a random walk with drift over the dates of the reports: between two reports
that lie t months apart, persons change by t x drift plus an error whose variance grows
with t. That is a regression of the changes on t with weights 1/t, and the change over the
months ahead is its prediction, with an interval of Student's t that knows how uncertain
the drift itself is (Hyndman and Athanasopoulos, "Forecasting: principles and practice",
3rd ed., 5.2 and 5.5, where all steps are one month). docs/decisions.md has what other
models did on the same series.

Nothing is simulated, so the same reports give the same forecast. A forecast goes on from
what was; it knows of no budget, campaign or new regulation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage_lib.indicators.participation.coverage import HEADLINE
from coverage_lib.indicators.rows import Heading, measure_rows, records_of
from coverage_lib.periods import month_of, months_between

#: Percent of the months to come that an interval is meant to hold.
LEVELS = (80, 95)
#: Twelve month ends always hold the year's end, for which targets are set.
MONTHS_AHEAD = 12
#: Reports that a back-test fits on at least; with fewer the drift is mostly noise.
FEWEST_FITTED = 9
#: Reports that a forecast needs: three more than its first back-test is fitted on.
FEWEST_REPORTS = 12
TOO_FEW = "too_few_reports"
METHOD, BASELINE = "drift", "last_value"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reports:
    """Active persons of one region by cut-off date, oldest first, dates distinct."""

    days: tuple[date, ...]
    persons: tuple[float, ...]

    def first(self, count: int) -> Reports:
        return Reports(self.days[:count], self.persons[:count])


@dataclass(frozen=True)
class Forecast:
    """Expected persons on each day asked for, and (lower, upper) of each of LEVELS."""

    expected: Floats
    intervals: Mapping[int, tuple[Floats, Floats]]


@dataclass(frozen=True)
class BackTest:
    """One report held out: what came, what was forecast `months` before, by method and interval."""

    months: int
    came: float
    forecast: Mapping[str, float]
    hits: Mapping[int, bool]


def forecast_persons(reports: Reports, days: tuple[date, ...]) -> Forecast:
    """Persons on days after the last report. Needs three reports, for two changes to differ.

    Intervals hold the expected value and widen with the distance; where all changes lie on
    one line they have no width. No bound is below 0.
    """
    # A second to import: only a month whose marts are computed pays for it.
    from statsmodels.regression.linear_model import WLS  # noqa: PLC0415

    steps = np.array([months_between(*pair) for pair in pairwise(reports.days)])
    fitted: Any = WLS(np.diff(reports.persons), steps, weights=1 / steps).fit()
    ahead = np.array([months_between(reports.days[-1], day) for day in days])
    predicted: Any = fitted.get_prediction(ahead[:, None], weights=1 / ahead)
    last = reports.persons[-1]
    intervals = {}
    for level in LEVELS:
        bounds = predicted.conf_int(obs=True, alpha=1 - level / 100)
        intervals[level] = _not_below_zero(last, bounds[:, 0]), _not_below_zero(last, bounds[:, 1])
    return Forecast(_not_below_zero(last, predicted.predicted), intervals)


def back_tests(reports: Reports) -> Iterator[BackTest]:
    """Every report from FEWEST_FITTED + 1 on, forecast from each earlier one that has enough before it."""
    for count in range(FEWEST_FITTED, len(reports.days)):
        known = reports.first(count)
        later = reports.days[count:]
        forecast = forecast_persons(known, later)
        for index, (day, came) in enumerate(zip(later, reports.persons[count:], strict=True)):
            yield BackTest(
                months=max(1, round(months_between(known.days[-1], day))),
                came=came,
                forecast={METHOD: float(forecast.expected[index]), BASELINE: known.persons[-1]},
                hits={
                    level: bool(lower[index] <= came <= upper[index])
                    for level, (lower, upper) in forecast.intervals.items()
                },
            )


def forecast_rows(
    stocks: pd.DataFrame, coverage: pd.DataFrame, period: str, as_of: date, version: str
) -> list[pd.DataFrame]:
    """Forecasts of the province and its districts, and how earlier ones did.

    The expected values of the districts, the unknown one (`19.00`) with them, add up to the
    province's as long as all have the same reports and none falls to 0; bounds do not add up.

    `stocks` are headline active_participants rows in total, of all periods; `coverage` the
    headline coverage rows of the period, whose eligible workers the forecast of coverage
    keeps unchanged.

    active_participants_forecast and coverage_forecast: dimension `month_end`, category
    `2025-12:expected`, `2025-12:lower_80`, `2025-12:upper_80` and the same for 95, for the
    next 12 month ends. Not available with qualifier `too_few_reports` below FEWEST_REPORTS,
    and for coverage with `denominator_missing` without eligible workers.

    forecast_error: dimension `method_months`, category `drift:3`, `last_value:3` (nothing
    changes) for reports about three months ahead: sum of absolute errors ÷ sum of persons
    that came x 100, so MAPE weighted by size; `drift:all` is over all distances.
    forecast_interval_hits: dimension `level_months`, category `80:3`, `80:all`: held-out
    reports inside the interval ÷ held-out reports x 100, to be compared with 80.
    """
    eligible = {row["region_code"]: row for row in records_of(coverage)}
    ends = tuple(month_ends_after(as_of))
    persons, shares, errors, hits = [], [], [], []
    for region_code, reports in reports_by_region(stocks, as_of).items():
        enough = len(reports.days) >= FEWEST_REPORTS
        forecast = forecast_persons(reports, ends) if enough else None
        of_region = list(_forecast_records(region_code, ends, forecast))
        persons += of_region
        shares += [_as_share(record, eligible.get(region_code)) for record in of_region]
        if enough:
            tests = list(back_tests(reports))
            errors += list(_error_records(region_code, tests))
            hits += list(_hit_records(region_code, tests))
    blocks = (
        ("active_participants_forecast", "persons", "month_end", persons),
        ("coverage_forecast", "percent", "month_end", shares),
        ("forecast_error", "percent", "method_months", errors),
        ("forecast_interval_hits", "percent", "level_months", hits),
    )
    return [
        measure_rows(
            Heading(name, unit, period, as_of, dimension, HEADLINE), pd.DataFrame(records), version
        )
        for name, unit, dimension, records in blocks
        if records
    ]


def reports_by_region(stocks: pd.DataFrame, as_of: date) -> dict[str, Reports]:
    """The reports of the province and each district, the unknown one too, up to `as_of`, one a cut-off date."""
    found: dict[str, dict[date, float]] = defaultdict(dict)
    for row in records_of(stocks[stocks["status"] == "available"]):
        code = row["region_code"]
        day = pd.Timestamp(row["as_of"]).date()
        if len(code) <= len("19.71") and day <= as_of:
            found[code][day] = float(row["value"])
    return {
        code: Reports(tuple(sorted(values)), tuple(values[day] for day in sorted(values)))
        for code, values in sorted(found.items())
    }


def month_ends_after(day: date) -> Iterator[date]:
    """The next MONTHS_AHEAD month ends; the day itself is none of them."""
    month = month_of(day)
    first = 1 if day == month.last_day else 0
    for step in range(first, first + MONTHS_AHEAD):
        yield month.plus(step).last_day


def _not_below_zero(last: float, change: Floats) -> Floats:
    return np.maximum(last + np.asarray(change, dtype=np.float64), 0.0)


def _forecast_records(
    region_code: str, ends: tuple[date, ...], forecast: Forecast | None
) -> Iterator[dict[str, Any]]:
    missing = np.full(len(ends), np.nan)
    figures = {"expected": missing if forecast is None else forecast.expected}
    for level in LEVELS:
        lower, upper = (missing, missing) if forecast is None else forecast.intervals[level]
        figures |= {f"lower_{level}": lower, f"upper_{level}": upper}
    for index, end in enumerate(ends):
        for name, values in figures.items():
            yield {
                "region_code": region_code,
                "category": f"{month_of(end)}:{name}",
                "value": float(values[index]),
                "qualifier": TOO_FEW if forecast is None else "exact",
            }


def _as_share(record: Mapping[str, Any], coverage: Mapping[str, Any] | None) -> dict[str, Any]:
    """The forecast as a percentage of the eligible workers of today."""
    known = coverage is not None and coverage["status"] == "available"
    workers = float(coverage["denominator"]) if known and coverage is not None else np.nan
    is_there = known and not np.isnan(record["value"])
    is_reason = not known and record["qualifier"] == "exact"
    return {
        **record,
        "numerator": record["value"] if is_there else np.nan,
        "denominator": workers if is_there else np.nan,
        "value": 100.0 * record["value"] / workers,
        "qualifier": "denominator_missing" if is_reason else record["qualifier"],
        "denominator_source": coverage["denominator_source"] if coverage else "",
        "denominator_vintage": coverage["denominator_vintage"] if coverage else "",
    }


def _by_months(tests: list[BackTest]) -> dict[str, list[BackTest]]:
    """The tests by months ahead as text, and all of them together."""
    grouped: dict[str, list[BackTest]] = {"all": tests}
    for test in tests:
        grouped.setdefault(str(test.months), []).append(test)
    return grouped


def _error_records(region_code: str, tests: list[BackTest]) -> Iterator[dict[str, Any]]:
    for months, held_out in _by_months(tests).items():
        came = sum(test.came for test in held_out)
        for method in (METHOD, BASELINE):
            error = sum(abs(test.forecast[method] - test.came) for test in held_out)
            yield _ratio_record(region_code, f"{method}:{months}", error, came)


def _hit_records(region_code: str, tests: list[BackTest]) -> Iterator[dict[str, Any]]:
    for months, held_out in _by_months(tests).items():
        for level in LEVELS:
            inside = sum(test.hits[level] for test in held_out)
            yield _ratio_record(region_code, f"{level}:{months}", float(inside), len(held_out))


def _ratio_record(
    region_code: str, category: str, numerator: float, denominator: float
) -> dict[str, Any]:
    """100 x numerator ÷ denominator; not available where nobody came at all."""
    known = denominator > 0
    return {
        "region_code": region_code,
        "category": category,
        "numerator": numerator if known else np.nan,
        "denominator": float(denominator) if known else np.nan,
        "value": 100.0 * numerator / denominator if known else np.nan,
    }
