"""Quality of the sources: what agrees between tables, and what cannot be true of a register."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, register, to_engine

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.quality.agreement import agreement_rows
from coverage_lib.indicators.quality.measures import quality_measures
from coverage_lib.indicators.rows import COLUMNS, Heading, join_rows, measure_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = (
    "completeness_regions",
    "consistency",
    "published_versus_computed",
    "register_anomalies",
)

AS_OF = date(2025, 6, 1)
PERIOD = Month(2025, 6)
NOBODY = pd.DataFrame(columns=list(COLUMNS))


def measure(participation: pd.DataFrame = NOBODY, **tables: str) -> pd.DataFrame:
    """Quality measures of tables told as text; `participants` in the short words of a story."""
    told = {
        name: register(text, AS_OF)
        if name == "participants"
        else to_engine(read_text(text).assign(as_of_date=AS_OF))
        for name, text in tables.items()
    }
    inputs = Inputs(told, load_regions(), "19", PERIOD)
    return join_rows(quality_measures(inputs, participation, "1"))


ANOMALIES = """
what                                | person | segment | employer_key | start      | end        | paid_through | birth_year | counts as
nothing odd                         | Ani    | PU      | e1           | 2020-01-01 |            | 2025-05      | 1990       |
ends on the day it starts           | Beni   | PU      | e1           | 2020-01-01 | 2020-01-01 | 2020-01      | 1990       |
ends before it starts               | Cici   | PU      | e1           | 2020-01-02 | 2020-01-01 | 2020-01      | 1990       | end_before_start
starts tomorrow                     | Dedi   | PU      | e1           | 2025-06-02 |            |              | 1990       | start_after_as_of
employer paid a month ahead         | Eka    | PU      | e1           | 2020-01-01 |            | 2025-07      | 1990       | paid_through_in_future
self-employed paid a year ahead     | Feri   | BPU     |              | 2020-01-01 |            | 2026-06      | 1990       |
self-employed paid more than that   | Gina   | BPU     |              | 2020-01-01 |            | 2026-07      | 1990       | paid_through_in_future
building contract paid as a whole   | Hadi   | JAKON   | e1           | 2020-01-01 |            | 2028-12      | 1990       |
may be 15 already                   | Ira    | PU      | e1           | 2020-01-01 |            | 2025-05      | 2010       |
15 only next year                   | Jaya   | PU      | e1           | 2020-01-01 |            | 2025-05      | 2011       | age_too_young
may be 100 still                    | Kiki   | PU      | e1           | 2020-01-01 |            | 2025-05      | 1924       |
past 100 whatever the birthday      | Lina   | PU      | e1           | 2020-01-01 |            | 2025-05      | 1923       | age_too_old
of an impossible age, but left      | Mira   | PU      | e1           | 2020-01-01 | 2024-01-01 | 2023-12      | 1890       |
no year of birth                    | Nana   | PU      | e1           | 2020-01-01 |            | 2025-05      |            |
"""


def test_each_anomaly_of_the_register_is_counted_once() -> None:
    told = read_text(ANOMALIES)
    expected = told["counts as"].dropna().value_counts().to_dict()
    lines = [line.rsplit("|", 1)[0].split("|", 1)[1] for line in ANOMALIES.strip().splitlines()]
    rows = measure(participants="\n".join(lines))
    found = figures(rows, "register_anomalies")
    assert {name: count for name, count in found.items() if count} == expected
    assert found["overlapping_memberships"] == 0  # a true zero, not a missing row
    line = figure(rows, "register_anomalies", dimension="anomaly", category="age_too_old")
    assert (line["numerator"], line["denominator"], line["unit"]) == (1, len(told), "memberships")


@pytest.mark.parametrize(
    ("memberships", "overlapping"),
    [
        # segment, employer, start, end of each membership of one person
        (["PU e1 2020-01-01 -"], 0),
        (["PU e1 2020-01-01 -", "PU e1 2021-01-01 -"], 1),
        (["PU e1 2020-01-01 -", "PU e1 2020-01-01 -"], 1),
        (["PU e1 2020-01-01 -", "PU e2 2021-01-01 -"], 0),  # two jobs at once are allowed
        (["PU e1 2020-01-01 -", "BPU - 2021-01-01 -"], 0),  # so are a job and a trade
        (["BPU - 2020-01-01 -", "BPU - 2021-01-01 -"], 1),
        # The end date itself no longer counts, so the next may begin on it.
        (["PU e1 2020-01-01 2021-01-01", "PU e1 2021-01-01 -"], 0),
        (["PU e1 2020-01-01 2021-01-02", "PU e1 2021-01-01 -"], 1),
        # The first runs on while the second comes and goes: the third overlaps the first.
        (["PU e1 2020-01-01 -", "PU e1 2021-01-01 2021-06-01", "PU e1 2022-01-01 -"], 2),
        (["PU e1 2020-01-01 2019-01-01", "PU e1 2019-06-01 -"], 0),  # runs on no day
    ],
)
def test_overlapping_memberships(memberships: list[str], overlapping: int) -> None:
    lines = ["person|segment|employer_key|start|end"]
    lines += ["Ani|" + "|".join(told.replace(" -", " ").split(" ")) for told in memberships]
    rows = measure(participants="\n".join(lines))
    assert figures(rows, "register_anomalies")["overlapping_memberships"] == overlapping


def test_rows_that_another_table_bears_out() -> None:
    rows = measure(
        participants="person|card|segment\nAni|card A|PU\nBudi|card B|BPU\nBudi|card C|BPU",
        claims="""
            claim_key | membership_key | paid_date  | village_code
            d1        | card A         | 2025-06-01 | 19.71.01.1004
            d2        | card Z         | 2025-06-01 | 19.71.01.1004
            d3        |                | 2025-06-01 | 19.00.00.0000
            d4        | card A         | 2025-06-01 | 19.71.01.1004
            d5        | card Y         | 2025-05-31 | 19.71.01.1004
        """,
        scholarships="claim_key | village_code\nd1 | 19.71.01.1004\nd9 | 19.71.01.1004",
        village_roster="""
            person_key | village_code
            Ani        | 19.71.01.1004
            Budi       | 19.71.01.1004
                       | 19.71.01.1004
        """,
    )
    assert figures(rows, "consistency") == {
        "claims:in_participants": 50.0,  # no card number: not found
        "scholarships:in_claims": 50.0,
        "village_roster:in_participants": pytest.approx(66.666667),
    }
    parts = rows[rows["indicator"] == "consistency"].set_index("category")
    found = {
        category: (row["numerator"], row["denominator"])
        for category, row in parts.to_dict("index").items()
    }
    assert found == {
        # No card number: not found. Paid before the register was made: not looked for.
        "claims:in_participants": (2, 4),
        "scholarships:in_claims": (1, 2),
        "village_roster:in_participants": (2, 3),  # two memberships of one person count once
    }
    assert figures(rows, "validity")["claims:region"] == 80.0


def test_a_summary_against_the_register_of_the_same_day() -> None:
    counted = pd.DataFrame(
        [("19.71", "PU", 5), ("19.71", "BPU", 2), ("19.01", "PU", 0), ("19.02", "PU", 3), ("19", "PU", 8)],
        columns=["region_code", "category", "value"],
    )  # fmt: skip
    heading = Heading("active_participants", "persons", str(PERIOD), AS_OF, "segment")
    rows = measure(
        measure_rows(heading, counted, "1"),
        participants="person|segment\nAni|PU",
        participant_summary="""
            month      | cut_off_date | region_code | segment | active_participants
            2025-06-01 | 2025-06-01   | 19.71       | PU      | 5
            2025-06-01 | 2025-06-01   | 19.71       | BPU     | 3
            2025-06-01 | 2025-06-01   | 19.01       | PU      | 0
            2025-05-01 | 2025-04-28   | 19.71       | PU      | 4
        """,
    )
    # Equal in one cell; another number in the second; the third, of 19.02, only the register has.
    line = figure(rows, "consistency", dimension="table_pair")
    assert line["category"] == "participant_summary:equals_participants"
    assert (line["numerator"], line["denominator"]) == (1, 3)


def test_regions_that_the_register_has_rows_of() -> None:
    rows = measure(
        participants="person|segment|village\nAni|PU|19.71.01.1004\nBudi|PU|19.01.00.0000"
    )
    heard = rows[rows["indicator"] == "completeness_regions"].set_index("category")["numerator"]
    assert heard.to_dict() == {"kabupaten": 2, "kecamatan": 1, "desa": 1}


def test_published_figures_by_what_the_comparison_finds() -> None:
    pairs = read_text("""
        region_code | finding
        19          | agrees
        19          | agrees_as_rounded
        19.71       | truncated_not_rounded
        19          | scope_differs
        19          | differs
        19          | suppressed
        19.01       | not_computable
        16          | differs
    """)
    (rows,) = agreement_rows(pairs, "19", PERIOD, "1")
    assert figures(rows, "published_versus_computed") == {
        "total": 7, "agrees": 2, "explained": 2, "unexplained": 1, "not_compared": 2,
    }  # fmt: skip
    assert agreement_rows(pairs, "31", PERIOD, "1") == []
