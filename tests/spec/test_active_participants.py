"""Active participants: distinct persons whose membership covers them on the as-of date."""

from datetime import date

import pandas as pd
import pytest
from text_tables import register

from coverage_lib.indicators.participation.one_pass import ACTIVE, count_pair

INDICATORS = ("active_participants",)

AS_OF = date(2025, 6, 1)


def one_by_one(text: str, as_of: date) -> dict[str, pd.DataFrame]:
    """What each covered person counts as, alone in the register."""
    told = register(text, as_of)
    names = told.select("person_key", "village_code").distinct().execute()
    found = {}
    for person in sorted(set(names["person_key"])):
        alone = told.filter(told.person_key == person)
        pair = count_pair(alone, None, as_of, sorted(set(names["village_code"])), "19")
        active = pair[pair["standing_after"] == ACTIVE]
        assert active["persons"].sum() <= 1
        if len(active):
            found[person] = active
    return found


def counted(text: str, as_of: date = AS_OF) -> dict[str, str]:
    """Person -> the segment that the person counts in; those who are not covered are absent."""
    return {name: row["segment_after"].iloc[0] for name, row in one_by_one(text, as_of).items()}


def test_each_person_counts_once_in_the_strongest_segment():
    assert counted("""
        person | segment
        Ani    | BPU
        Ani    | PU
        Ani    | PU
        Budi   | BPU
        Citra  | JAKON
        Citra  | BPU
        Dedi   | PMI
        Dedi   | JAKON
        Eka    | JAKON
        """) == {"Ani": "PU", "Budi": "BPU", "Citra": "BPU", "Dedi": "JAKON", "Eka": "JAKON"}


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        ("2025-05-31", "", True),
        ("2025-06-01", "", True),  # covered from the first day on
        ("2025-06-02", "", False),
        ("2025-05-01", "2025-06-02", True),
        ("2025-05-01", "2025-06-01", False),  # the end date itself no longer counts
        ("2025-05-01", "2025-05-31", False),
        ("2025-06-01", "2025-06-01", False),  # began and ended on the day
    ],
)
def test_start_counts_and_end_does_not(start: str, end: str, covered: bool):
    told = f"person | segment | start | end\nAni | PU | {start} | {end}"
    assert ("Ani" in counted(told)) is covered


def test_a_second_membership_covers_when_the_first_has_ended():
    assert counted("""
        person | segment | end        | start
        Ani    | PU      | 2025-06-01 | 2019-01-01
        Ani    | BPU     |            | 2025-05-20
        """) == {"Ani": "BPU"}


def test_the_later_start_decides_where_a_person_counts_then_the_lower_village_code():
    found = one_by_one(
        """
        person | segment | start      | village
        Ani    | PU      | 2020-01-01 | 19.71.01.1004
        Ani    | PU      | 2024-01-01 | 19.01.01.1001
        Ani    | BPU     | 2025-01-01 | 19.02.01.1001
        Budi   | PU      | 2024-01-01 | 19.71.01.1004
        Budi   | PU      | 2024-01-01 | 19.01.01.1001
        """,
        AS_OF,
    )
    places = {name: row["village_after"].iloc[0] for name, row in found.items()}
    assert places == {"Ani": "19.01.01.1001", "Budi": "19.01.01.1001"}


def test_programmes_are_those_of_all_active_memberships_together():
    table = register(
        """
        person | segment | programmes      | end
        Ani    | PU      | JKK JKM JHT JP  |
        Ani    | BPU     | JKK JKM JKP     |
        Ani    | BPU     | JHT             | 2025-01-01
        Budi   | BPU     | JKK JKM         |
        Budi   | BPU     | JHT             | 2025-01-01
        """,
        AS_OF,
    )
    pair = count_pair(table, None, AS_OF, ["19.71.01.1004"], "19").set_index("segment_after")
    wanted = ["persons", "jkk_after", "jkm_after", "jht_after", "jp_after", "jkp_after"]
    assert pair.loc["PU", wanted].tolist() == [1, 1, 1, 1, 1, 1]
    assert pair.loc["BPU", wanted].tolist() == [1, 1, 1, 0, 0, 0]


def test_only_the_register_of_the_day_is_read():
    assert counted("""
        person | segment | as_of
        Ani    | PU      | 2025-06-01
        Budi   | PU      | 2025-04-28
        """) == {"Ani": "PU"}


def test_leap_day():
    told = """
        person | segment | start      | end        | paid_through
        Ani    | PU      | 2024-02-29 |            |
        Budi   | PU      | 2020-02-29 | 2024-02-29 |
        Citra  | PU      | 2020-02-29 | 2024-03-01 |
        """
    assert set(counted(told, date(2024, 2, 29))) == {"Ani", "Citra"}
    assert set(counted(told, date(2024, 2, 28))) == {"Budi", "Citra"}


def test_nobody_is_covered_in_a_register_of_ended_memberships():
    assert counted("person | segment | end\nAni | PU | 2024-01-01") == {}
