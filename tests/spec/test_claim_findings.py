"""Findings: claims that cannot be right are counted, and stay in every other figure."""

from datetime import date

import ibis
import pandas as pd
import pytest
from text_tables import claim_archive, figure, figures, register

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.cards import ListedCards, listed_cards
from coverage_lib.indicators.claims.counts import claim_counts
from coverage_lib.indicators.claims.findings import finding_rows
from coverage_lib.indicators.claims.paid import claim_rows
from coverage_lib.indicators.inputs import Inputs
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
    listed = None
    if cards is not None:
        listed = ListedCards(register(cards, date(2025, 2, 4)), date(2025, 1, 2), date(2025, 2, 4))
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
    assert figures(rows, "claims_above_maximum_idr", dimension="programme") == {programme: above}


@pytest.mark.parametrize(
    ("programme", "benefit_type"),
    [
        # What hangs on a wage has no maximum without it; savings have none at all.
        ("JKK", "santunan_cacat_total_tetap"),
        ("JKK", "santunan_kematian"),
        ("JHT", "jaminan_hari_tua"),
    ],
)
def test_a_claim_without_a_maximum_is_not_said_to_be_below_it(programme: str, benefit_type: str):
    head = "programme | benefit_type | paid_date | village_code | amount_idr\n"
    claim = f"{programme} | {benefit_type} | 2025-03-03 | {HERE} | 900,000,000"
    rows = measured(head + claim)
    assert not rows["indicator"].str.startswith("claims_above_maximum").any()
    rows = measured(head + claim + f"\nJKM | | 2025-03-03 | {HERE} | 1")
    assert figures(rows, "claims_above_maximum", dimension="programme") == {"JKM": 0}
    assert figure(rows, "claims_above_maximum")["denominator"] == 1


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
    assert not (rows["indicator"] == "claims_above_maximum").any()


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


def test_a_card_that_two_rows_of_the_register_have_is_one_card():
    rows = measured(CLAIMS, cards=CARDS + "\nEka | BPU | X9\nEka | BPU | X9")
    assert figure(rows, "claims_without_membership")["value"] == 0


@pytest.mark.parametrize(
    ("paid", "missing", "checked"),
    [
        ("2025-01-01", None, 0),  # the register need not keep who had left before it was made
        ("2025-01-02", 1, 1),
        ("2025-02-04", 1, 1),
        ("2025-02-05", None, 0),  # nor can it have who came after
    ],
)
def test_only_claims_that_the_registers_speak_of_are_looked_for(
    paid: str, missing: int | None, checked: int
):
    head = "programme | membership_key | paid_date | village_code | amount_idr\n"
    rows = measured(f"{head}JHT | X9 | {paid} | {HERE} | 1", cards=CARDS)
    found = rows[(rows["indicator"] == "claims_without_membership") & (rows["region_code"] == "19")]
    assert set(found["value"]) == (set() if missing is None else {missing})
    assert set(found.loc[found["dimension"] == "total", "denominator"]) == (
        {checked} if checked else set()
    )


@pytest.mark.parametrize(
    ("days", "first", "last", "rows"),
    [
        (["2025-06-01"], "2025-06-01", "2025-06-01", 2),
        (["2025-05-28"], "2025-05-01", "2025-05-28", 2),  # the latest there is
        (["2025-05-02", "2025-06-01"], "2025-05-02", "2025-06-01", 4),
        (["2024-12-31", "2025-05-02", "2025-06-01"], "2025-05-02", "2025-06-01", 4),
    ],
)
def test_the_registers_that_are_looked_into(days: list[str], first: str, last: str, rows: int):
    """Those of the month and of the month before, whatever else the pull has."""
    extracts = [register(CARDS, date.fromisoformat(day)) for day in days]
    tables = {"participants": ibis.union(*extracts) if len(extracts) > 1 else extracts[0]}
    listed = listed_cards(Inputs(tables, load_regions(), "19", Month(2025, 6)))
    assert listed is not None
    assert (listed.first, listed.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert listed.register.count().execute() == rows


def test_without_a_register_nobody_is_missing_from_it():
    rows = measured(CLAIMS)
    assert not (rows["indicator"] == "claims_without_membership").any()
    assert figure(rows, "claims_without_card_number")["value"] == 2


def test_every_region_has_every_finding():
    rows = measured(CLAIMS, cards=CARDS)
    assert (rows["indicator"] == "claims_without_membership").any()
    for _, of_one in rows.groupby(["indicator", "dimension", "category"]):
        assert set(load_regions().by_code) & {"19", "19.06", "19.71.01", HERE} <= set(
            of_one["region_code"]
        )
        assert (of_one["status"] == "available").all()
