"""Rows of rosters by what linking found, and the share that is certain to be covered."""

from datetime import date

import pandas as pd
from text_tables import figure, figures, read_text

from coverage_lib.linkage.measures import link_measures
from coverage_lib.suppression.small_counts import protect_small_counts

INDICATORS = ("roster_rows", "roster_coverage")

LINKS = """
    village_code  | position           | outcome           | rule         | weight
    19.71.01.1004 | village_head       | registered_active | nik_and_name |
    19.71.01.1004 | neighbourhood_head | registered_lapsed | nik_and_name |
    19.01.01.2001 | village_head       | registered_active | nik_one_slip |
    19.01.01.2001 | neighbourhood_head | needs_a_look      | nik_nearly   | 13.9
    19.01.01.2001 | neighbourhood_head | needs_a_look      | nik_nearly   | 16.0
                  | neighbourhood_head | not_registered    |              |
    """


def links() -> pd.DataFrame:
    frame = read_text(LINKS)
    return frame.assign(weight=pd.to_numeric(frame["weight"]))


def measured() -> pd.DataFrame:
    return link_measures(links(), "2025-06", date(2025, 6, 1), "19", "1")


def test_rows_by_outcome():
    assert figures(measured(), "roster_rows", dimension="outcome") == {
        "registered_active": 2,
        "registered_lapsed": 1,
        "not_registered": 1,
        "needs_a_look": 2,
    }


def test_weights_fall_into_steps_of_four_bits():
    found = figures(measured(), "roster_rows", dimension="match_weight")
    assert found == {"12": 1, "16": 1, "none": 4}


def test_a_doubtful_row_is_not_covered():
    found = figure(measured(), "roster_coverage")
    assert (found["numerator"], found["denominator"]) == (2, 6)
    assert figures(measured(), "roster_coverage", dimension="position") == {
        "village_head": 100.0,
        "neighbourhood_head": 0.0,
    }


def test_a_row_of_an_unknown_village_counts_in_the_province():
    assert figure(measured(), "roster_rows")["value"] == 6
    assert figure(measured(), "roster_rows", of="19.00")["value"] == 1


def test_categories_and_regions_sum_to_the_total():
    rows = measured()
    counts = rows[rows["indicator"] == "roster_rows"]
    for region, of_region in counts.groupby("region_code"):
        sums = of_region.groupby("dimension")["value"].sum()
        assert set(sums) == {sums["total"]}, region
    totals = counts[counts["dimension"] == "total"].set_index("region_code")["value"]
    assert totals[totals.index.str.len() == 5].sum() == totals["19"]


def test_small_counts_are_withheld_and_no_village_is_shown():
    many = pd.concat([links()] * 3, ignore_index=True)
    one = many.iloc[[1]].assign(outcome="not_registered", rule=None)
    rows = link_measures(pd.concat([many, one]), "2025-06", date(2025, 6, 1), "19", "1")
    shown = protect_small_counts(rows)
    assert shown["region_code"].str.len().max() == 5
    assert set(shown.loc[shown["region_code"] == "19", "status"]) == {"available", "suppressed"}
    values = shown.loc[(shown["indicator"] == "roster_rows") & (shown["region_code"] == "19"), "value"]  # fmt: skip
    assert not values.between(1, 4).any()
