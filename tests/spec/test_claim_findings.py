"""Findings: claims that cannot be right are counted, and stay in every other figure."""

from datetime import date

import pandas as pd
import pytest
from text_tables import claim_archive, figure, figures, register

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.claims.counts import claim_counts
from coverage_lib.indicators.claims.findings import finding_rows
from coverage_lib.indicators.claims.paid import claim_rows
from coverage_lib.periods import Month
from coverage_lib.reference.claim_limits import limit_periods
from coverage_lib.reference.regions import load_regions

INDICATORS = (
    "claims_above_maximum",
    "claims_above_maximum_idr",
    "claims_without_membership",
    "claims_without_card_number",
    "claims_paid_before_submission",
)

HERE = "19.71.01.1004"
CARDS = "person | segment | card\nAni | PU | A1\nBudi | PU | B1"


def counted(text: str, as_of: str = "2025-06-17", cards: str | None = None) -> pd.DataFrame:
    day = date.fromisoformat(as_of)
    limits = limit_periods(date(day.year, 1, 1), day)
    listed = None if cards is None else register(cards, date(2025, 6, 1))
    return claim_counts(claim_archive(text), day, limits, listed, "19").execute()


def measured(text: str, as_of: str = "2025-06-17", cards: str | None = None) -> pd.DataFrame:
    counts = counted(text, as_of, cards)
    day = date.fromisoformat(as_of)
    return finding_rows(counts, Month.parse(as_of[:7]), day, load_regions(), "19", "1")


@pytest.mark.parametrize(
    ("programme", "benefit_type", "paid", "amount", "above"),
    [
        # JKP: 45 % of Rp5 million a month until 6 February 2025, then 60 % (PP 37/2021, PP 6/2025).
        ("JKP", "uang_tunai", "2025-02-06", 2_250_000, 0),
        ("JKP", "uang_tunai", "2025-02-06", 2_250_001, 1),
        ("JKP", "uang_tunai", "2025-02-07", 2_250_001, 0),
        ("JKP", "Uang Tunai", "2025-02-07", 3_000_001, 1),
        # JKM: Rp42 million for a death, and what is not named up to that and all scholarships.
        ("JKM", "santunan_kematian", "2025-03-03", 42_000_000, 0),
        ("JKM", "santunan_kematian", "2025-03-03", 42_000_500, 500),
        ("JKM", "", "2025-03-03", 216_000_000, 0),
        ("JKM", "salah ketik", "2025-03-03", 216_000_001, 1),
        # One year of one child, not of all children together.
        ("JKK", "beasiswa SMA", "2025-03-03", 3_000_001, 1),
        ("JKK", "beasiswa", "2025-03-03", 174_000_000, 0),
        # What hangs on a wage has no maximum without it; savings have none at all.
        ("JKK", "santunan_cacat_total_tetap", "2025-03-03", 900_000_000, 0),
        ("JHT", "jaminan_hari_tua", "2025-03-03", 9_000_000_000, 0),
    ],
)
def test_above_the_maximum_of_the_law_on_the_day_of_payment(
    programme: str, benefit_type: str, paid: str, amount: int, above: int
):
    rows = measured(
        "programme | benefit_type | paid_date | village_code | amount_idr\n"
        f"{programme} | {benefit_type} | {paid} | {HERE} | {amount}"
    )
    assert figure(rows, "claims_above_maximum")["value"] == (above > 0)
    assert figure(rows, "claims_above_maximum_idr", of=HERE)["value"] == above
    of_programme = figures(rows, "claims_above_maximum_idr", dimension="programme")
    assert of_programme == {name: above * (name == programme) for name in of_programme}


def test_a_claim_that_cannot_be_right_stays_in_what_was_paid():
    counts = counted(
        "programme | benefit_type | paid_date | village_code | amount_idr\n"
        f"JKP | uang_tunai | 2025-03-03 | {HERE} | 9,000,000"
    )
    rows = claim_rows(counts, Month(2025, 6), date(2025, 6, 17), load_regions(), "19", "1")
    assert figure(rows, "claims_amount_idr")["value"] == 9_000_000


def test_a_maximum_that_nobody_has_entered_is_an_error_that_names_the_rule():
    """Between March 2017 and February 2023 the highest monthly pension is not known."""
    claim = f"programme | benefit_type | paid_date | village_code | amount_idr\nJP | {{}} | 2020-01-02 | {HERE} | 1"
    with pytest.raises(ReferenceDataError, match=r"jp_pension_maximum_idr\.yml"):
        measured(claim.format("pensiun bulanan"), "2020-01-31")
    rows = measured(claim.format("manfaat_pensiun"), "2020-01-31")
    assert figure(rows, "claims_above_maximum")["value"] == 0


CLAIMS = f"""programme | membership_key | submitted_date | paid_date | village_code | amount_idr
    JHT | A1 | 2025-02-03 | 2025-02-04 | {HERE}        | 1
    JHT | X9 | 2025-02-03 | 2025-02-04 | {HERE}        | 1
    JKK | X9 | 2025-02-05 | 2025-02-04 | 19.01.01.1001 | 1
    JKK |    | 2025-02-04 | 2025-02-04 | {HERE}        | 1
    JKK |    |            | 2025-02-04 |               | 1
    JKK | X8 | 2024-02-05 | 2024-02-04 | {HERE}        | 1"""


def test_claims_of_nobody_in_the_register_and_of_nobody_at_all():
    """Of this year alone; a card that two claims name is two claims."""
    rows = measured(CLAIMS, cards=CARDS)
    found = {
        name: figures(rows, f"claims_{name}", dimension="programme")
        for name in ("without_membership", "without_card_number", "paid_before_submission")
    }
    shown = {name: {p: n for p, n in by.items() if n} for name, by in found.items()}
    assert shown == {
        "without_membership": {"JHT": 1, "JKK": 1},
        "without_card_number": {"JKK": 2},
        "paid_before_submission": {"JKK": 1},
    }
    assert figure(rows, "claims_without_membership", of="19.01")["value"] == 1
    assert figure(rows, "claims_without_card_number", of="19.00.00.0000")["value"] == 1


def test_a_card_of_any_extract_of_the_register_is_known():
    rows = measured(CLAIMS, cards=CARDS + "\nEka | BPU | X9\nEka | BPU | X9")
    assert figure(rows, "claims_without_membership")["value"] == 0


def test_without_a_register_nobody_is_missing_from_it():
    rows = measured(CLAIMS)
    assert not (rows["indicator"] == "claims_without_membership").any()
    assert figure(rows, "claims_without_card_number")["value"] == 2


def test_every_region_has_every_finding():
    rows = measured(CLAIMS, cards=CARDS)
    for _, of_one in rows.groupby(["indicator", "dimension", "category"]):
        assert set(load_regions().by_code) & {"19", "19.06", "19.71.01", HERE} <= set(
            of_one["region_code"]
        )
        assert (of_one["status"] == "available").all()
