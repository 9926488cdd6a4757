"""Employer compliance: who has paid the latest month that had to be paid, in full and in time."""

from datetime import date

import pandas as pd
import pytest
from bills import bills, inputs_of
from text_tables import figure, figures

from coverage_lib.indicators.contributions.employers import due_date
from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.periods import Month

INDICATORS = ("employer_compliance", "employer_compliance_on_time")


HEAD = "employer | segment | month | due | paid | paid_date | sector | village"


def measured(lines: str) -> pd.DataFrame:
    told = bills(f"{HEAD}\n{lines}")
    return pd.concat(contribution_measures(inputs_of(contribution_billing=told), "1"))


def shares(rows: pd.DataFrame, **where: str) -> tuple[object, object, object]:
    in_full = figure(rows, "employer_compliance", **where)
    on_time = figure(rows, "employer_compliance_on_time", **where)
    assert in_full["denominator"] == on_time["denominator"]
    return in_full["numerator"], on_time["numerator"], in_full["denominator"]


@pytest.mark.parametrize(
    ("paid", "paid_date", "in_full", "on_time"),
    [
        ("100", "2025-06-15", 1, 1),  # the due day itself
        ("100", "2025-06-16", 1, 0),
        ("100", "", 1, 0),  # when, nobody knows
        ("120", "2025-06-01", 1, 1),
        ("99", "2025-06-01", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_one_employer(paid: str, paid_date: str, in_full: int, on_time: int):
    rows = measured(f"Bakery | PU | 2025-05 | 100 | {paid} | {paid_date} | | 19.71.01.1004")
    assert shares(rows) == (in_full, on_time, 1)
    assert figure(rows, "employer_compliance")["value"] == 100 * in_full


def test_an_employer_of_two_segments_counts_once_and_pays_all_or_does_not_comply():
    """It counts where the larger bill is; what is too much on one does not pay the other."""
    rows = measured("""Builder | PU    | 2025-05 | 100 | 150 | 2025-06-10 | Perdagangan | 19.71.01.1004
        Builder | JAKON | 2025-05 | 200 | 190 | 2025-06-10 | Konstruksi  | 19.01.01.1001""")
    assert shares(rows) == (0, 0, 1)
    assert shares(rows, of="19.01") == (0, 0, 1)
    assert figure(rows, "employer_compliance", of="19.71")["status"] == "not_available"
    assert figures(rows, "employer_compliance", dimension="sector") == {"Konstruksi": 0}


def test_only_employers_and_only_the_latest_due_month():
    """The self-employed have no employer; April is the past, June is not due; 0 due obliges nobody."""
    rows = measured("""Fishers | BPU | 2025-05 | 100 |     |            | | 19.71.01.1004
        Bakery | PU | 2025-04 | 100 |     |            | | 19.71.01.1004
        Bakery | PU | 2025-05 | 100 | 100 | 2025-06-02 | | 19.71.01.1004
        Bakery | PU | 2025-06 | 100 |     |            | | 19.71.01.1004
        Tailor | PU | 2025-05 | 0   |     |            | | 19.71.01.1004""")
    assert shares(rows) == (1, 1, 1)


def test_by_sector_with_the_unknown_ones():
    rows = measured("""Bakery | PU | 2025-05 | 100 | 100 | 2025-06-02 | Perdagangan | 19.71.01.1004
        Tailor | PU | 2025-05 | 100 | 50  | 2025-06-02 | Perdagangan | 19.71.01.1004
        Nobody | PU | 2025-05 | 100 | 100 | 2025-06-02 |             | 19.71.01.1004""")
    found = figures(rows, "employer_compliance", dimension="sector")
    assert found == {"Perdagangan": 50, "unknown": 100}


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (Month(2025, 5), date(2025, 6, 15)),
        (Month(2020, 9), date(2020, 10, 30)),  # the pandemic's longer term, PP 49/2020
        (Month(2021, 1), date(2021, 2, 28)),  # day 30 of a February is its last
        (Month(2021, 2), date(2021, 3, 15)),
    ],
)
def test_the_due_day(month: Month, day: date):
    assert due_date(month) == day
