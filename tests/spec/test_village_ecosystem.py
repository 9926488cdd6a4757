"""Village ecosystem: posts of a roster that covered persons hold, matched by national id."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, register, to_engine

from coverage_lib.indicators.participation.participants import active_memberships
from coverage_lib.indicators.village import ecosystem_rows
from coverage_lib.linkage.national_id import mark_registered

INDICATORS = ("village_ecosystem_coverage",)

AS_OF = date(2025, 6, 1)
ROSTER = """
    village_code  | position            | person_key
    19.71.01.1004 | neighbourhood_head  | Ani
    19.71.01.1004 | neighbourhood_head  | Budi
    19.71.01.1004 | village_institution | Citra
    19.01.01.2001 | village_head        | Dedi
    19.01.01.2001 | village_official    | Eka
    19.01.01.2001 | village_official    |
    19.01.01.2001 | village_council     | Fitri
    19.00.00.0000 | village_council     | Gani
    """
PEOPLE = """
    person | segment | end
    Ani    | PU      |
    Ani    | BPU     |
    Citra  | PU      | 2025-01-01
    Dedi   | BPU     |
    Eka    | JAKON   |
    Gani   | PU      |
    """


def measured(roster: str = ROSTER) -> pd.DataFrame:
    people = active_memberships(register(PEOPLE, AS_OF), AS_OF)
    linked = mark_registered(to_engine(read_text(roster)), people)
    return ecosystem_rows(linked, "2025-06", date(2025, 6, 17), "19", "1")


def test_a_post_counts_once_however_many_memberships_its_holder_has():
    found = figure(measured(), "village_ecosystem_coverage")
    assert (found["numerator"], found["denominator"], found["value"]) == (4, 8, 50.0)


def test_by_position():
    assert figures(measured(), "village_ecosystem_coverage", dimension="position") == {
        "neighbourhood_head": 50.0,
        "village_institution": 0.0,  # her membership has ended
        "village_head": 100.0,
        "village_official": 50.0,  # a post without a usable NIK counts as not registered
        "village_council": 50.0,
    }


def test_groups_are_sums_of_positions():
    rows = measured()
    assert figures(rows, "village_ecosystem_coverage", dimension="position_group") == {
        "heads_officials": pytest.approx(200 / 3),
        "rt_rw_lkd": pytest.approx(100 / 3),
        "village_council": 50.0,
    }


def test_a_kelurahan_has_no_village_head_and_no_row_of_one():
    rows = measured()
    kelurahan = rows[rows["region_code"] == "19.71.01.1004"]
    assert set(kelurahan[kelurahan["dimension"] == "position"]["category"]) == {
        "neighbourhood_head",
        "village_institution",
    }
    assert "heads_officials" not in set(kelurahan["category"])


def test_posts_of_unknown_villages_stay_in_the_province():
    rows = measured()
    assert figure(rows, "village_ecosystem_coverage", of="19.00")["denominator"] == 1
    parts = ["19.00", "19.01", "19.71"]
    assert (
        sum(figure(rows, "village_ecosystem_coverage", of=code)["denominator"] for code in parts)
        == 8
    )


def test_one_person_with_two_posts_holds_both():
    rows = measured("""village_code | position | person_key
        19.01.01.2001 | village_head    | Ani
        19.01.01.2001 | village_council | Ani""")
    assert figure(rows, "village_ecosystem_coverage")["numerator"] == 2
