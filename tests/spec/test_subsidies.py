"""Subsidised participants, and the months of the calendar year paid for them, by funder."""

from datetime import date

import pandas as pd
import pytest
from bills import inputs_of
from text_tables import figure, figures, register

from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.indicators.contributions.subsidies import subsidising_funders
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.tables import load_table

INDICATORS = ("subsidised_participants", "subsidised_months")

AS_OF = date(2025, 6, 1)


def measured(text: str) -> pd.DataFrame:
    participants = register(text, AS_OF)
    return pd.concat(contribution_measures(inputs_of(participants=participants), "1"))


def test_persons_by_funder_each_once():
    """Ani is paid for twice and counts where she earns a wage; Edi pays himself; Fia is gone."""
    rows = measured("""person | segment | funder        | village       | end
        Ani  | BPU | provincial_budget | 19.71.01.1004 |
        Ani  | PU  | village_budget     | 19.01.01.1001 |
        Budi | BPU | palm_oil_fund     | 19.01.01.1001 |
        Cici | BPU | csr           | 19.01.01.1001 |
        Dodi | PU  | employer | 19.01.01.1001 |
        Edi  | BPU | self | 19.01.01.1001 |
        Fia  | BPU | csr           | 19.01.01.1001 | 2025-05-01
        Gani | BPU |               | 19.01.01.1001 |""")
    assert figure(rows, "subsidised_participants")["value"] == 3
    assert figures(rows, "subsidised_participants", dimension="funder") == {
        "provincial_budget": 0, "district_budget": 0, "palm_oil_fund": 1, "village_budget": 1, "csr": 1,
    }  # fmt: skip
    assert figure(rows, "subsidised_participants", of="19.71")["value"] == 0


def test_a_person_is_where_the_active_are_counted():
    """Of equal memberships the lower village counts, whatever the card; then the earlier funder."""
    text = """person | card | segment | funder         | village
        Ani    | 1    | BPU     | csr            | 19.71.01.1004
        Ani    | 2    | BPU     | village_budget | 19.01.01.1001
        Budi   | 3    | BPU     | csr            | 19.01.01.1001
        Budi   | 4    | BPU     | village_budget | 19.01.01.1001"""
    rows = measured(text)
    told = inputs_of(participants=register(text, AS_OF))
    active = pd.concat(participation_measures(told, "1"))
    for region, expected in (("19.01", {"village_budget": 2}), ("19.71", {})):
        for name, found in (("subsidised_participants", rows), ("active_participants", active)):
            counts = figures(found, name, of=region, dimension="funder")
            assert {funder: count for funder, count in counts.items() if count} == expected, name


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
        Ani | PU  | village_budget | 2025-03""")
    assert figure(rows, "subsidised_participants")["value"] == 1
    assert figure(rows, "subsidised_months")["value"] == 8
    found = figures(rows, "subsidised_months", dimension="funder")
    assert (found["csr"], found["village_budget"]) == (5, 3)


def test_a_membership_that_never_paid_has_no_months():
    rows = measured("""person | segment | funder | start | paid_through
        Ani | BPU | csr | 2025-05-20 | """)
    assert figure(rows, "subsidised_participants")["value"] == 1
    assert figure(rows, "subsidised_months")["value"] == 0


def test_only_funders_of_the_dictionary_subsidise_and_employers_do_not():
    (funder,) = [column for column in load_table("participants").columns if column.name == "funder"]
    assert set(subsidising_funders()) <= set(funder.codes.values())
    assert not {"employer", "self"} & set(subsidising_funders())
