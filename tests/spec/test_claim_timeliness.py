"""Timeliness: working days from submission to payment, against the term that the law sets."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.claims.timeliness import timeliness_rows
from coverage_lib.reference.regions import load_regions
from coverage_lib.reference.working_days import load_calendar

INDICATORS = ("claims_within_term", "payment_days_median", "payment_days_p90")

HEAD = "programme | submitted_date | paid_date | village_code\n"
HERE = "19.71.01.1004"


def measured(text: str, as_of: str = "2025-06-17") -> pd.DataFrame:
    return timeliness_rows(
        to_engine(read_text(HEAD + text)),
        as_of[:7],
        date.fromisoformat(as_of),
        load_calendar(),
        load_regions(),
        "19",
        "1",
    )


@pytest.mark.parametrize(
    ("programme", "submitted", "paid", "outcome"),
    [
        # JKK within 7 working days: submitted on Monday 3 February, due on Wednesday 12.
        ("JKK", "2025-02-03", "2025-02-12", "within_term"),
        ("JKK", "2025-02-03", "2025-02-13", "late"),
        # JKM within 3: due on Thursday 6.
        ("JKM", "2025-02-03", "2025-02-06", "within_term"),
        ("JKM", "2025-02-03", "2025-02-07", "late"),
        # JHT within 5: due on Monday 10.
        ("JHT", "2025-02-03", "2025-02-10", "within_term"),
        ("JHT", "2025-02-03", "2025-02-11", "late"),
        # Over Eid al-Fitr: 31 March and 1 April are holidays.
        ("JKM", "2025-03-27", "2025-04-03", "within_term"),
        ("JKM", "2025-03-27", "2025-04-04", "late"),
        # Paid at once, or on a day without work.
        ("JKM", "2025-02-03", "2025-02-03", "within_term"),
        ("JKM", "2025-02-05", "2025-02-08", "within_term"),
        # The law sets no term for JP and JKP.
        ("JP", "2025-02-03", "2025-02-28", "no_term"),
        ("JKP", "2025-02-03", "2025-02-04", "no_term"),
        ("JKM", "", "2025-02-03", "submission_unknown"),
        ("JP", "", "2025-02-03", "submission_unknown"),
        # Holidays are known from 2023: how long it took before is not.
        ("JKM", "2022-12-30", "2025-02-03", "submission_outside_calendar"),
        ("JP", "2002-02-03", "2025-02-03", "submission_outside_calendar"),
        ("JKM", "2023-01-02", "2025-02-03", "late"),
        ("JKK", "2025-02-04", "2025-02-03", "paid_before_submission"),
        ("JKK", "2027-01-04", "2025-02-03", "paid_before_submission"),
        # Saturday before Sunday: no working day between, and still the wrong way round.
        ("JKK", "2025-02-09", "2025-02-08", "paid_before_submission"),
    ],
)
def test_what_became_of_a_claim(programme: str, submitted: str, paid: str, outcome: str):
    rows = measured(f"{programme}|{submitted}|{paid}|{HERE}")
    found = figures(rows, "claims_paid", dimension="timeliness")
    assert found == {name: float(name == outcome) for name in found}
    assert len(found) == 6


CLAIMS = f"""JKK | 2025-02-03 | 2025-02-04 | {HERE}
    JKK | 2025-02-03 | 2025-02-05 | {HERE}
    JKK | 2025-02-03 | 2025-02-28 | {HERE}
    JKM | 2025-02-03 | 2025-02-07 | 19.01.01.1001
    JP  | 2025-02-03 | 2025-02-17 |
    JHT |            | 2025-02-17 | {HERE}
    JHT | 2025-02-18 | 2025-02-17 | {HERE}
    JKM | 2024-12-01 | 2024-12-31 | {HERE}"""


@pytest.mark.parametrize(
    ("region", "category", "within", "of"),
    [
        ("19", "total", 2, 4),
        ("19", "JKK", 2, 3),
        ("19", "JKM", 0, 1),
        ("19.71", "total", 2, 3),
        ("19.71.01", "total", 2, 3),
        ("19.01", "total", 0, 1),
    ],
)
def test_the_share_paid_within_the_term(region: str, category: str, within: int, of: int):
    """Of the claims that have a term and two dates that agree, paid from 1 January."""
    dimension = "total" if category == "total" else "programme"
    found = figure(
        measured(CLAIMS), "claims_within_term", of=region, dimension=dimension, category=category
    )
    assert (found["numerator"], found["denominator"]) == (within, of)
    assert found["value"] == pytest.approx(100 * within / of)


@pytest.mark.parametrize("category", ["JHT", "JP", "JKP"])
def test_no_share_where_nothing_can_be_judged(category: str):
    """JHT has only a claim without submission and one paid before it, JP and JKP have no term."""
    found = figure(measured(CLAIMS), "claims_within_term", dimension="programme", category=category)
    assert found["status"] == "not_available"
    assert pd.isna(found["value"])


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [
        ([4], 4, 4),
        ([1, 2], 1.5, 2),
        ([1, 2, 9], 2, 9),
        ([1] * 9 + [5], 1, 1),  # nine in ten were paid within one day
        ([1] * 8 + [5] * 2, 1, 5),
        ([1] * 10 + [5], 1, 1),
        ([1] * 9 + [5] * 2, 1, 5),
        ([0, 0, 3, 3], 1.5, 3),
    ],
)
def test_median_and_ninetieth_percentile(days: list[int], median: float, p90: float):
    # From Monday 5 February 2024 there are working days on 6, 7, 12, 13, 15 ... (8 is a holiday).
    calendar = load_calendar()
    start = date(2024, 2, 5)
    paid = {
        calendar.working_days_between(start, day): day
        for day, _ in calendar.numbered_days()
        if date(2024, 3, 1) > day >= start and calendar.is_working_day(day)
    }
    text = "\n".join(f"JP|{start}|{paid[number]}|{HERE}" for number in days)
    rows = measured(text, "2024-06-17")
    assert figure(rows, "payment_days_median")["value"] == median
    assert figure(rows, "payment_days_p90", of="19.71.01")["value"] == p90
    assert figure(rows, "payment_days_p90")["denominator"] == len(days)
    assert figure(rows, "payment_days_median", of="19.06")["status"] == "not_available"


def test_a_claim_without_a_village_counts_where_the_place_is_unknown():
    rows = measured(CLAIMS)
    assert figures(rows, "claims_paid", of="19.00.00", dimension="timeliness")["no_term"] == 1


def test_one_old_submission_takes_nothing_from_the_others():
    rows = measured(f"JHT|2022-12-30|2025-01-06|{HERE}\nJHT|2025-01-02|2025-01-06|{HERE}")
    assert sum(figures(rows, "claims_paid", dimension="timeliness").values()) == 2
    share = figure(rows, "claims_within_term")
    assert (share["numerator"], share["denominator"]) == (1, 1)
    assert figure(rows, "payment_days_median")["value"] == 2


def test_a_payment_in_a_year_without_known_holidays_names_the_file():
    with pytest.raises(ReferenceDataError, match=r"holidays\.yml .* 2027"):
        measured(f"JHT|2026-12-30|2027-01-06|{HERE}", "2027-01-31")


def test_villages_have_none_and_no_figure_is_given_twice():
    rows = measured(CLAIMS)
    assert rows["region_code"].str.len().max() == len("19.71.01")
    assert not rows.duplicated(["indicator", "region_code", "dimension", "category"]).any()


def test_a_span_without_claims():
    rows = measured(f"JKM | 2024-12-01 | 2024-12-31 | {HERE}")
    assert set(figures(rows, "claims_paid", dimension="timeliness").values()) == {0}
    assert figure(rows, "claims_within_term")["status"] == "not_available"
    assert figure(rows, "payment_days_p90")["status"] == "not_available"
