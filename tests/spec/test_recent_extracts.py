"""Which extract of a table counts for a month: the latest, a month old at most, in January of the year."""

from datetime import date, timedelta

import pandas as pd
import pytest
from text_tables import claim_archive, figure, read_text, register, to_engine

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.claims.measures import claim_measures
from coverage_lib.indicators.claims.spans import EARLIER, spans_of
from coverage_lib.indicators.inputs import Inputs, recent_date
from coverage_lib.indicators.rows import join_rows
from coverage_lib.indicators.trajectory.measures import trajectory_measures
from coverage_lib.indicators.village import village_measures
from coverage_lib.marts import measures_of
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import load_regions


def inputs(period: str, *days: str, table: str = "claims") -> Inputs:
    given = to_engine(read_text("as_of_date\n" + "\n".join(days)))
    return Inputs({table: given}, load_regions(), "19", Month.parse(period))


@pytest.mark.parametrize(
    ("period", "days", "expected"),
    [
        ("2025-06", ["2025-05-17", "2025-06-17", "2025-07-01"], "2025-06-17"),
        ("2025-06", ["2025-05-01"], "2025-05-01"),
        ("2025-06", ["2025-06-30"], "2025-06-30"),
        ("2025-01", ["2024-12-31", "2025-01-01"], "2025-01-01"),
        ("2025-01", ["2024-12-31"], "2024-12-31"),
    ],
)
def test_the_latest_extract_that_is_not_later_than_the_period(period, days, expected):
    assert recent_date(inputs(period, *days), "claims") == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (["2025-04-30"], "table claims is as of 2025-04-30, too old for 2025-06"),
        (["2025-07-01"], "table claims has no extract as of 2025-06 or before: 2025-07-01"),
    ],
)
def test_an_extract_that_is_too_old_is_refused(days, message):
    with pytest.raises(MeasureError, match=message):
        recent_date(inputs("2025-06", *days), "claims")


def test_what_is_counted_from_january_needs_an_extract_of_the_year():
    """The whole of 2024 is not the first month of 2025."""
    archive = claim_archive(
        """as_of_date | paid_date  | programme | village_code  | amount_idr
        2024-12-31    | 2024-01-05 | JHT       | 19.71.01.1004 | 1"""
    )
    told = Inputs({"claims": archive}, load_regions(), "19", Month(2025, 1))
    with pytest.raises(MeasureError, match=r"claims is as of 2024-12-31, .* an extract of 2025:"):
        claim_measures(told, "1")


def test_a_roster_of_another_year_is_refused():
    people = register("person | segment\nAni | PU", date(2025, 6, 1))
    roster = to_engine(
        read_text(
            """as_of_date | village_code  | position     | person_key
            2023-06-01    | 19.71.01.1004 | village_head | Ani"""
        )
    )
    told = Inputs(
        {"participants": people, "village_roster": roster}, load_regions(), "19", Month(2025, 6)
    )
    with pytest.raises(
        MeasureError, match="village_roster is as of 2023-06-01, too old for 2025-06"
    ):
        measures_of(told)
    assert village_measures(told, "1") == []


def test_no_period_and_no_day_has_two_spans():
    """On every day of a year and a bit, for its own month and the one after in the same year."""
    reaching_back = pd.DataFrame({"stretch": [EARLIER], "month": ["2023-11"]})
    for offset in range(400):
        day = date(2025, 1, 1) + timedelta(days=offset)
        for period in (month_of(day), month_of(day).plus(1)):
            if period.year == day.year:
                spans = spans_of(period, day, reaching_back)
                assert len({span.period for span in spans}) == len(spans), (period, day)
                assert len({span.last for span in spans}) == len(spans), (period, day)


def test_in_january_target_and_months_left_are_those_of_the_year():
    """A report of January as of the last of December has the whole year before it."""
    day = date(2024, 12, 31)
    names = ["indicator", "region_code", "period", "as_of", "dimension", "category", "scope"]
    participation = pd.DataFrame(
        [[name, "19", "2025-01", day, "total", "total", "excl_jakon"] for name in ("coverage", "active_participants")],
        columns=names,
    ).assign(value=[25.0, 100.0], numerator=100.0, status="available", denominator=400.0, denominator_source="BPS", denominator_vintage="2024")  # fmt: skip
    targets = to_engine(
        read_text(
            """year | region_code | scope      | target_pct | authority
            2024    | 19          | excl_jakon | 30         | Governor
            2025    | 19          | excl_jakon | 40         | Governor"""
        )
    )
    told = Inputs({"coverage_targets": targets}, load_regions(), "19", Month(2025, 1))
    rows = join_rows(trajectory_measures(told, participation, "1"))
    assert figure(rows, "coverage_target")["category"] == "2025"
    assert figure(rows, "coverage_target")["value"] == 40
    pace = figure(rows, "required_monthly_pace")
    assert (pace["numerator"], pace["denominator"], pace["value"]) == (60, 12, 5)
