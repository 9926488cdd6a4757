"""When the target is reached: the gap at the pace of the last months, or the reason why no date is given."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import make_releasable, make_row
from text_tables import figure

from coverage_lib.indicators.trajectory.arrival import target_reached_rows
from coverage_lib.periods import day_after_months
from coverage_lib.present.listing import list_figures

INDICATORS = ("target_reached_on",)

AS_OF = date(2025, 6, 1)
NAN = float("nan")


def reached(gap: float | None, pace: float) -> dict[str, object]:
    """The row of one region whose gap is `gap`, None where the region has none."""
    gaps = pd.DataFrame(
        {
            "region_code": ["31"] if gap is None else ["19"],
            "value": [gap or 0.0],
            "denominator_source": ["BPS"],
            "denominator_vintage": ["2025"],
        }
    ).astype({"value": float})
    paces = pd.DataFrame({"region_code": ["19"], "category": ["3"], "value": [pace]})
    rows = target_reached_rows(gaps, paces, "2025-06", AS_OF, "1")
    return figure(rows, "target_reached_on", dimension="window_months")


@pytest.mark.parametrize(
    ("gap", "pace", "months", "day"),
    [
        (1200, 100, 12, date(2026, 6, 2)),  # 365.25 days: on the 366th it is reached
        (1000, 1000, 1, date(2025, 7, 2)),  # 30.4375 days
        (100, 1000, 0.1, date(2025, 6, 5)),  # 3.04 days
        (0, 100, 0, AS_OF),  # reached already
        (0, -50, 0, AS_OF),  # reached, whatever the pace
        (0, NAN, 0, AS_OF),
        (12_000, 100, 120, date(2035, 6, 2)),
    ],
)
def test_months_until_the_pace_closes_the_gap(gap, pace, months, day):
    found = reached(gap, pace)
    assert found["value"] == pytest.approx(months)
    assert (found["status"], found["qualifier"]) == ("available", "exact")
    assert (found["numerator"], found["category"]) == (gap, "3")
    assert (found["denominator_source"], found["denominator_vintage"]) == ("BPS", "2025")
    assert day_after_months(AS_OF, found["value"]) == day


@pytest.mark.parametrize(
    ("gap", "pace", "reason"),
    [
        (None, 100, "gap_missing"),
        (NAN, 100, "gap_missing"),  # no denominator
        (1200, NAN, "pace_missing"),  # no report that many months before
        (1200, 0, "pace_not_positive"),
        (1200, -3, "pace_not_positive"),
        (12_001, 100, "later_than_bound"),
    ],
)
def test_why_there_is_no_date(gap, pace, reason):
    found = reached(gap, pace)
    assert (found["status"], found["qualifier"]) == ("not_available", reason)
    assert pd.isna([found["value"], found["numerator"], found["denominator"]]).all()


@pytest.mark.parametrize("output", ["table", "csv", "json"])
def test_the_reader_sees_the_day(output):
    """Beside the months, in every form of the listing; nothing where there is no date."""
    rows = [
        make_row("target_reached_on", "19", months, "months", dimension="window_months", category=window)
        for window, months in (("1", 1.0), ("3", None))
    ]  # fmt: skip
    releasable = make_releasable()
    told = replace(releasable, rows=pd.DataFrame(rows).astype({"as_of": object}))
    listed = list_figures(told, ["target_reached_on"], output)
    assert listed.count("2031-07-02") == 1  # 30.4375 days after 1 June
    if output == "json":
        assert [row["day"] for row in json.loads(listed)] == ["2031-07-02", None]
