"""Pending claims: submitted, not decided on the as-of date, and how many working days they wait."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, submission_list

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.claims.pending import pending_rows
from coverage_lib.periods import Month
from coverage_lib.reference.age_bands import band_of, pending_age_bands, read_age_bands
from coverage_lib.reference.regions import load_regions
from coverage_lib.reference.working_days import load_calendar

INDICATORS = (
    "pending_claims",
    "pending_days_median",
    "pending_claims_overlapping",
    "submissions_contradictory",
)

HERE = "19.71.01.1004"
HEAD = "submitted_date | decided_date | status | programme | membership_key | village_code\n"


def measured(text: str) -> pd.DataFrame:
    return pending_rows(
        submission_list(HEAD + text),
        Month(2025, 6),
        date(2025, 6, 17),
        load_calendar(),
        load_regions(),
        "19",
        "1",
    )


@pytest.mark.parametrize(
    ("submitted", "decided", "status", "waits", "contradicts"),
    [
        ("2025-06-16", "", "submitted", 1, 0),
        ("2025-06-17", "", "submitted", 1, 0),
        ("2025-06-18", "", "submitted", 0, 0),  # not yet submitted on the day
        ("2025-06-02", "2025-06-16", "approved", 0, 0),
        ("2025-06-02", "2025-06-17", "refused", 0, 0),  # decided on the day
        ("2025-06-02", "2025-06-18", "approved", 1, 0),  # decided later than the day
        ("2025-06-02", "2025-06-10", "withdrawn", 0, 0),
        ("2025-06-02", "2025-06-10", "submitted", 0, 1),  # the day says decided
        ("2025-06-02", "", "approved", 0, 1),  # the status says decided
        ("2025-06-02", "2025-06-01", "approved", 0, 1),  # decided before submitted
    ],
)
def test_what_waits(submitted: str, decided: str, status: str, waits: int, contradicts: int):
    rows = measured(f"{submitted} | {decided} | {status} | JKK | A1 | {HERE}")
    assert figure(rows, "pending_claims")["value"] == waits
    assert figure(rows, "pending_claims", of=HERE)["value"] == waits
    assert figure(rows, "submissions_contradictory")["value"] == contradicts


# As of Tuesday 17 June 2025; 6 and 9 June are Eid al-Adha and its joint leave, which is worked.
WAITING = f"""2025-06-17 | | submitted | JHT | A1 | {HERE}
    2025-06-13 | | submitted | JHT | A2 | {HERE}
    2025-06-12 | | submitted | JKM | A3 | {HERE}
    2025-06-10 | | submitted | JKM | A4 | 19.01.01.1001
    2025-06-02 | | submitted | JKK | A5 | 19.01.01.1001
    2025-01-02 | | submitted | JKK | A6 |"""


def test_a_claim_from_before_the_calendar_has_waited_since_its_first_day_at_least():
    rows = measured(f"2019-02-01 | | submitted | JHT | A1 | {HERE}")
    assert figures(rows, "pending_claims", dimension="age_band")["61+"] == 1
    first = load_calendar().first
    days = load_calendar().working_days_between(first, date(2025, 6, 17))
    assert figure(rows, "pending_days_median")["value"] == days


def test_by_age_in_working_days():
    rows = measured(WAITING)
    assert figures(rows, "pending_claims", dimension="age_band") == {
        "0-3": 3, "4-5": 1, "6-7": 0, "8-15": 1, "16-30": 0, "31-60": 0, "61+": 1,
    }  # fmt: skip
    both = figures(rows, "pending_claims", dimension="programme_age_band")
    assert {name: count for name, count in both.items() if count} == {
        "JHT/0-3": 2, "JKM/0-3": 1, "JKM/4-5": 1, "JKK/8-15": 1, "JKK/61+": 1,
    }  # fmt: skip
    assert figures(rows, "pending_claims", dimension="programme") == {
        "JKK": 2, "JKM": 2, "JHT": 2, "JP": 0, "JKP": 0,
    }  # fmt: skip


def test_the_median_age_is_of_each_regions_own_claims():
    """In Pangkalpinang 0, 2 and 3 working days; in Bangka 5 and, over the holiday, 10."""
    rows = measured(WAITING)
    assert figure(rows, "pending_days_median", of="19.71")["value"] == 2
    assert figure(rows, "pending_days_median", of="19.01")["value"] == 7.5
    assert figure(rows, "pending_days_median", of="19.01")["denominator"] == 2
    assert figure(rows, "pending_days_median", of="19.06")["status"] == "not_available"
    by_programme = figures(rows, "pending_days_median", dimension="programme")
    assert (by_programme["JHT"], by_programme["JKM"]) == (1, 4)


def test_two_that_wait_for_one_card_and_programme_overlap_and_both_count():
    """Another programme, a decided one and submissions without a card number do not."""
    rows = measured(
        f"""2025-06-10 |            | submitted | JHT | A1 | {HERE}
            2025-06-11 |            | submitted | JHT | A1 | {HERE}
            2025-06-12 |            | submitted | JKK | A1 | {HERE}
            2025-06-02 | 2025-06-09 | refused   | JKK | A1 | {HERE}
            2025-06-12 |            | submitted | JP  |    | {HERE}
            2025-06-12 |            | submitted | JP  |    | {HERE}"""
    )
    assert figure(rows, "pending_claims")["value"] == 5
    overlapping = figures(rows, "pending_claims_overlapping", dimension="programme")
    assert overlapping == {"JHT": 2, "JKK": 0, "JKM": 0, "JP": 0, "JKP": 0}


def test_unknown_places_stay_in_the_province_and_nothing_waiting_is_zero():
    rows = measured(WAITING)
    assert figure(rows, "pending_claims", of="19.00.00.0000")["value"] == 1
    assert figure(rows, "pending_claims", of="19.06")["value"] == 0
    nothing = measured(f"2025-06-02 | 2025-06-10 | approved | JKK | A1 | {HERE}")
    assert figure(nothing, "pending_claims")["value"] == 0
    assert figure(nothing, "pending_days_median")["status"] == "not_available"


def test_every_age_has_one_band():
    bands = [band_of(days) for days in range(200)]
    assert list(dict.fromkeys(bands)) == [band.code for band in pending_age_bands()]
    assert [band_of(days) for days in (0, 3, 4, 7, 8, 60, 61)] == [
        "0-3", "0-3", "4-5", "6-7", "8-15", "31-60", "61+",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bands",
    [
        "[]",
        "[{code: a, to: 3}]",
        "[{code: a, to: 3}, {code: b, to: 3}, {code: c, to: null}]",
        "[{code: a, to: null}, {code: b, to: null}]",
    ],
)
def test_bands_out_of_order_are_refused(bands: str):
    with pytest.raises(ReferenceDataError, match=r"pending_age_bands\.yml"):
        read_age_bands(f"bands: {bands}")
