"""Rank in the zone: 1 + the provinces with higher coverage, on one date and in one scope."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.indicators.zone import rank_rows

INDICATORS = ("rank_in_zone",)

HEAD = "zone | cut_off_date | region_code | active_participants | eligible_workers | scope\n"


def ranked(text: str, last_day: str = "2025-06-30") -> pd.DataFrame:
    table = to_engine(read_text(HEAD + text)).execute()
    return rank_rows(table, "19", "2025-06", date.fromisoformat(last_day), "1")


@pytest.mark.parametrize(
    ("others", "rank"),
    [
        ((10, 20), 1),
        ((40, 20), 2),
        ((40, 50), 3),
        ((30, 20), 1),  # equal to the first: both are first
        ((30, 40), 2),
        ((30, 30), 1),
    ],
)
def test_rank_counts_the_provinces_above(others: tuple[int, int], rank: int):
    rows = ranked(f"""Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 16 | {others[0]} | 100 | excl_jakon
        Sumatera | 2025-06-01 | 17 | {others[1]} | 100 | excl_jakon""")
    found = figure(rows, "rank_in_zone", dimension="zone")
    assert (found["value"], found["denominator"], found["category"]) == (rank, 3, "Sumatera")
    assert found["as_of"] == date(2025, 6, 1)


def test_rank_is_by_share_and_not_by_size():
    rows = ranked("""Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 12 | 2000000 | 9000000 | excl_jakon""")
    assert figure(rows, "rank_in_zone", dimension="zone")["value"] == 1


def test_only_the_latest_date_and_nothing_later_than_the_period():
    text = """Sumatera | 2025-05-01 | 19 | 90 | 100 | excl_jakon
        Sumatera | 2025-05-01 | 16 | 10 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon
        Sumatera | 2025-07-01 | 19 | 90 | 100 | excl_jakon
        Sumatera | 2025-07-01 | 16 | 10 | 100 | excl_jakon"""
    assert figure(ranked(text), "rank_in_zone", dimension="zone")["value"] == 2
    assert figure(ranked(text, "2025-05-31"), "rank_in_zone", dimension="zone")["value"] == 1
    assert ranked(text, "2025-04-30").empty


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (
            "the province is missing in this scope",
            """Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon
               Sumatera | 2025-06-01 | 17 | 40 | 100 | excl_jakon
               Sumatera | 2024-06-01 | 19 | 40 | 100 | excl_jakon""",
        ),
        (
            "the province is missing on the latest date",
            """Sumatera | 2025-05-01 | 19 | 40 | 100 | excl_jakon
               Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon
               Sumatera | 2025-06-01 | 17 | 40 | 100 | excl_jakon""",
        ),
        ("there is nobody to compare with", "Sumatera | 2025-06-01 | 19 | 40 | 100 | excl_jakon"),
    ],
)
def test_not_comparable(why: str, text: str):
    found = figure(ranked(text), "rank_in_zone", dimension="zone")
    assert found["status"] == "not_comparable", why
    assert pd.isna([found["value"], found["numerator"], found["denominator"]]).all()


def test_zones_of_other_provinces_give_no_row():
    rows = ranked("""Jawa | 2025-06-01 | 31 | 40 | 100 | excl_jakon
        Jawa | 2025-06-01 | 32 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 16 | 20 | 100 | excl_jakon""")
    assert list(rows[rows["dimension"] == "zone"]["category"]) == ["Sumatera"]
    assert set(rows["category"]) == {"Sumatera", "Sumatera:19", "Sumatera:16"}


@pytest.mark.parametrize(("day", "rows"), [("2025-04-30", 0), ("2025-05-01", 1)])
def test_a_rank_is_one_month_old_at_most(day: str, rows: int):
    found = ranked(f"""Sumatera | {day} | 19 | 30 | 100 | excl_jakon
        Sumatera | {day} | 16 | 20 | 100 | excl_jakon""")
    assert rows == (0 if found.empty else (found["dimension"] == "zone").sum())


def test_figures_with_and_without_construction_are_not_mixed():
    rows = ranked("""Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 16 | 20 | 100 | excl_jakon
        Sumatera | 2025-06-01 | 19 | 35 | 100 | incl_jakon
        Sumatera | 2025-06-01 | 16 | 45 | 100 | incl_jakon""")
    by_scope = {
        scope: figure(rows, "rank_in_zone", dimension="zone", scope=scope)["value"]
        for scope in ("excl_jakon", "incl_jakon")
    }
    assert by_scope == {"excl_jakon": 1, "incl_jakon": 2}


#: Six provinces of one zone; only three can be compared with and without construction apart.
MIXED = """Sumatera | 2025-06-01 | 19 | 30 | 100  | excl_jakon
        Sumatera | 2025-06-01 | 16 | 40 | 100  | excl_jakon
        Sumatera | 2025-06-01 | 17 | 20 | 100  | excl_jakon
        Sumatera | 2025-06-01 | 14 | 50 |      | excl_jakon
        Sumatera | 2025-05-01 | 13 | 50 | 100  | excl_jakon
        Sumatera | 2023-12-31 | 12 | 50 | 100  | excl_jakon
        Sumatera | 2025-06-01 | 21 | 50 | 100  | incl_jakon"""


def test_who_is_compared_and_who_is_left_out_and_why():
    rows = ranked(MIXED)
    rows = rows[rows["scope"] == "excl_jakon"]
    assert figure(rows, "rank_in_zone", dimension="zone")["denominator"] == 3
    assert figures(rows, "rank_in_zone", dimension="zone_compared") == {
        "Sumatera:16": 1, "Sumatera:17": 3, "Sumatera:19": 2,
    }  # fmt: skip
    left_out = rows[rows["dimension"] == "zone_excluded"]
    assert dict(zip(left_out["category"], left_out["qualifier"], strict=True)) == {
        "Sumatera:12": "other_date",
        "Sumatera:13": "other_date",
        "Sumatera:14": "denominator_missing",
        "Sumatera:21": "other_scope",
    }
    assert set(left_out["status"]) == {"not_comparable"}
    assert left_out[["value", "numerator", "denominator"]].isna().all().all()


def test_every_province_of_the_zone_is_either_compared_or_left_out():
    rows = ranked(MIXED)
    of_scope = rows[(rows["scope"] == "excl_jakon") & (rows["dimension"] != "zone")]
    named = [category.split(":")[1] for category in of_scope["category"]]
    assert sorted(named) == ["12", "13", "14", "16", "17", "19", "21"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("""Sumatera | 2025-06-01 | 19 | 30 |     | excl_jakon
            Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon""", "denominator_missing"),
        ("""Sumatera | 2025-05-01 | 19 | 30 | 100 | excl_jakon
            Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon""", "other_date"),
        ("""Sumatera | 2025-06-01 | 19 | 30 | 100 | incl_jakon
            Sumatera | 2025-06-01 | 16 | 40 | 100 | excl_jakon""", "other_scope"),
        ("""Sumatera | 2025-06-01 | 19 | 30 | 100 | excl_jakon
            Sumatera | 2025-06-01 | 16 | 40 | 100 | incl_jakon""", "nobody_to_compare"),
    ],
)  # fmt: skip
def test_why_the_province_itself_has_no_rank(text: str, reason: str):
    found = figure(ranked(text), "rank_in_zone", dimension="zone", scope="excl_jakon")
    assert (found["status"], found["qualifier"]) == ("not_comparable", reason)
