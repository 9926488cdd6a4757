"""Subsidised participants, and the months of the calendar year paid for them, by funder."""

from datetime import date

import pandas as pd
import pytest
from bills import inputs_of
from text_tables import figure, figures, register

from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.indicators.contributions.subsidies import subsidising_funders

AS_OF = date(2025, 6, 1)


def measured(text: str) -> pd.DataFrame:
    participants = register(text, AS_OF)
    return pd.concat(contribution_measures(inputs_of(participants=participants), "1"))


def test_persons_by_funder_each_once():
    """Ani is paid for twice and counts where she earns a wage; Edi pays himself; Fia is gone."""
    rows = measured("""person | segment | funder        | village       | end
        Ani  | BPU | apbd_provinsi | 19.71.01.1004 |
        Ani  | PU  | dana_desa     | 19.01.01.1001 |
        Budi | BPU | dbh_sawit     | 19.01.01.1001 |
        Cici | BPU | csr           | 19.01.01.1001 |
        Dodi | PU  | pemberi_kerja | 19.01.01.1001 |
        Edi  | BPU | mandiri       | 19.01.01.1001 |
        Fia  | BPU | csr           | 19.01.01.1001 | 2025-05-01
        Gani | BPU |               | 19.01.01.1001 |""")
    assert figure(rows, "subsidised_participants")["value"] == 3
    assert figures(rows, "subsidised_participants", dimension="funder") == {
        "apbd_province": 0, "apbd_district": 0, "dbh_sawit": 1, "village_budget": 1, "csr": 1,
    }  # fmt: skip
    assert figure(rows, "subsidised_participants", of="19.71")["value"] == 0


@pytest.mark.parametrize(
    ("start", "paid_through", "months"),
    [
        ("2020-01-01", "2025-04", 4),  # January to April
        ("2025-03-31", "2025-04", 2),  # the month of the start counts
        ("2020-01-01", "2025-12", 12),  # paid in advance
        ("2020-01-01", "2026-03", 12),  # next year's months are next year's
        ("2025-05-20", "2025-04", 0),  # nothing paid since the start
        ("2020-01-01", "2024-12", 0),
    ],
)
def test_months_of_the_year(start: str, paid_through: str, months: int):
    rows = measured(f"""person | segment | funder | start | paid_through
        Ani | PU | csr | {start} | {paid_through}""")
    assert figure(rows, "subsidised_months")["value"] == months
    assert figures(rows, "subsidised_months", dimension="funder")["csr"] == months


def test_months_of_all_memberships_of_a_person_under_who_paid_them():
    rows = measured("""person | segment | funder | paid_through
        Ani | BPU | csr       | 2025-05
        Ani | PU  | dana_desa | 2025-03""")
    assert figure(rows, "subsidised_participants")["value"] == 1
    assert figure(rows, "subsidised_months")["value"] == 8
    found = figures(rows, "subsidised_months", dimension="funder")
    assert (found["csr"], found["village_budget"]) == (5, 3)


def test_a_membership_that_never_paid_has_no_months():
    rows = measured("""person | segment | funder | start | paid_through
        Ani | BPU | csr | 2025-05-20 | """)
    assert figure(rows, "subsidised_participants")["value"] == 1
    assert figure(rows, "subsidised_months")["value"] == 0


def test_no_spelling_means_two_funders():
    spellings = [word for words in subsidising_funders().values() for word in words]
    assert len(spellings) == len(set(spellings))
    assert not {"employer", "pemberi_kerja", "self", "mandiri"} & set(spellings)
