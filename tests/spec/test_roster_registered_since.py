"""Registered since: of those on an earlier month's list, who is covered in a later one."""

from datetime import date

import pandas as pd
from text_tables import figure, figures, read_text

from coverage_lib.indicators.village import registered_since_rows

INDICATORS = ("roster_registered_since",)

PROGRESS = """
    list_month | month   | village_code  | position            | listed | registered_since
    2025-04    | 2025-06 | 19.71.01.1004 | neighbourhood_head  | 10     | 6
    2025-05    | 2025-06 | 19.71.01.1004 | neighbourhood_head  | 8      | 4
    2025-05    | 2025-06 | 19.71.01.1004 | village_institution | 2      | 0
    2025-05    | 2025-06 | 19.01.01.2001 | village_head        | 1      | 1
    2025-04    | 2025-05 | 19.71.01.1004 | neighbourhood_head  | 10     | 2
    """


def measured() -> pd.DataFrame:
    progress = read_text(PROGRESS).assign(as_of=date(2025, 6, 1))
    counts = {name: progress[name].astype("int64") for name in ("listed", "registered_since")}
    return registered_since_rows(progress.assign(**counts), "1")


def test_the_latest_list_before_the_month_counts():
    rows = measured()[measured()["period"] == "2025-06"]
    found = figure(rows, "roster_registered_since")
    assert (found["numerator"], found["denominator"]) == (5, 11)


def test_by_position():
    rows = measured()[measured()["period"] == "2025-06"]
    assert figures(rows, "roster_registered_since", dimension="position") == {
        "neighbourhood_head": 50.0,
        "village_institution": 0.0,
        "village_head": 100.0,
    }


def test_older_lists_stand_beside_it():
    rows = measured()[measured()["period"] == "2025-06"]
    found = figures(rows, "roster_registered_since", dimension="list_month", of="19.71")
    assert found == {"2025-04": 60.0, "2025-05": 40.0}


def test_earlier_months_are_periods_of_their_own():
    rows = measured()[measured()["period"] == "2025-05"]
    assert figures(rows, "roster_registered_since", dimension="list_month") == {"2025-04": 20.0}
