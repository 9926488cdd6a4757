"""Hard cases of linking: readable rosters and registers, and what becomes of each row.

A register's line is NIK | name | birth date | village; a roster's the same with what is known, and then
what the linkage says: the rule with the NIK's last four digits, `?` before it for the queue, or `-`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.linkage.link import link
from coverage_lib.linkage.model import MODEL
from coverage_lib.linkage.pairs import REGISTER_COLUMNS, ROSTER_COLUMNS, find_pairs
from coverage_lib.linkage.rules import apply_rules

_TYPES = {"row_id": pa.int64(), "birth_date": pa.date32()}


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def relation_of(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([row[name] for row in rows], _TYPES.get(name, pa.string()))
            for name in names
        }
    )


def person(name: str, nik: str, birth: str, village: str, nik_name: str = "nik") -> dict[str, Any]:
    return {
        "name": name,
        nik_name: nik or None,
        "birth_date": date.fromisoformat(birth) if birth else None,
        "village_code": village or None,
    }


def linked(
    register: Sequence[dict[str, Any]], roster: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The links, in the order of the roster."""
    with duckdb.connect() as connection:
        offer(connection, register, roster)
        links = link(connection, "roster", "register").links
        return connection.sql(f"FROM {links} ORDER BY row_id").to_arrow_table().to_pylist()


def offer(
    connection: duckdb.DuckDBPyConnection,
    register: Sequence[dict[str, Any]],
    roster: Sequence[dict[str, Any]],
) -> None:
    rows = [{"row_id": number, **row} for number, row in enumerate(roster, 1)]
    connection.register("register", relation_of(register, REGISTER_COLUMNS))
    connection.register("roster", relation_of(rows, ROSTER_COLUMNS))


def told(row: dict[str, Any]) -> str:
    if row["rule"] is None:
        return "-"
    return f"{'' if row['is_certain'] else '? '}{row['rule']} {row['nik'][-4:]}"


def assert_links(register: str, roster: str) -> None:
    members = [person(name, nik, birth, village) for nik, name, birth, village in cells(register)]
    lines = cells(roster)
    rows = [
        person(name, nik, birth, village, "nik_as_written")
        for nik, name, birth, village, _ in lines
    ]
    assert [told(row) for row in linked(members, rows)] == [expected for *_, expected in lines]


CASES = {
    "as it should be": (
        "1901010101800001 | BUDI SANTOSO | 1980-01-01 | 19.01.01.2001",
        """
        1901010101800001 | Budi Santoso, S.Pd | 1980-01-01 | 19.01.01.2001 | nik_and_name 0001
        1901010101800001 | BOEDI S. |  |  | nik_and_name 0001
        1901011503770001 | BUDI SANTOSO | 1977-03-15 | 19.01.01.2001 | -
        """,
    ),
    "twins: the one who is not registered is not the other": (
        "1901010503900001 | HASAN BASRI | 1990-03-05 | 19.01.01.2001",
        """
        1901010503900001 | HASAN BASRI | 1990-03-05 | 19.01.01.2001 | nik_and_name 0001
        1901010503900002 | HUSEIN BASRI | 1990-03-05 | 19.01.01.2001 | -
        1901010503900002 | HASAN BAHRI | 1990-03-05 | 19.01.01.2001 | ? nik_nearly 0001
        """,
    ),
    "twins both registered, without numbers": (
        """
        1901014503900001 | SITI AMINAH | 1990-03-05 | 19.01.01.2001
        1901014503900002 | SITI AMINI | 1990-03-05 | 19.01.01.2001
        """,
        """
         | SITI AMINAH | 1990-03-05 | 19.01.01.2001 | name_birth_date_and_district 0001
         | SITI AMINI | 1990-03-05 | 19.01.01.2001 | name_birth_date_and_district 0002
         | SITI AMINA | 1990-03-05 | 19.01.01.2001 | ? birth_date_district_and_similar_name 0001
        """,
    ),
    "father and son of one name": (
        "1901010101600001 | SULAIMAN | 1960-01-01 | 19.01.01.2001",
        """
        1901010707880001 | SULAIMAN | 1988-07-07 | 19.01.01.2001 | -
         | SULAIMAN | 1988-07-07 | 19.01.01.2001 | -
         | SULAIMAN |  | 19.01.01.2001 | ? name_and_village 0001
        """,
    ),
    "a woman under her married name": (
        "1901014404850001 | DEWI LESTARI | 1985-04-04 | 19.01.01.2001",
        """
        1901014404850001 | DEWI HARTONO | 1985-04-04 | 19.01.01.2001 | nik_and_birth_date 0001
        """,
    ),
    "a woman under her married name, without a number": (
        "1901014404850001 | DEWI LESTARI | 1985-04-04 | 19.01.01.2001",
        """
         | DEWI HARTONO | 1985-04-04 | 19.01.01.2002 | ? birth_date_district_and_similar_name 0001
         | DEWI HARTONO | 1985-04-04 | 19.02.01.2002 | -
        """,
    ),
    "a slip in the name": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        " | AGUS SALYN | 1982-02-02 | 19.01.01.2001 | far_above_by_weight 0001",
    ),
    "words exchanged, with a slip": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        " | SALIM AGOS | 1982-02-02 | 19.01.01.2002 | far_above_by_weight 0001",
    ),
    "a slip in the birth date": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        " | AGUS SALIM | 1982-02-03 | 19.01.01.2001 | far_above_by_weight 0001",
    ),
    "a slip in the name, and two who claim one member": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
         | AGUS SALYN | 1982-02-02 | 19.01.01.2001 | ? birth_date_district_and_similar_name 0001
         | AGOS SALIM | 1982-02-02 | 19.01.01.2001 | ? birth_date_district_and_similar_name 0001
        """,
    ),
    "a slip in the name, but another number or district": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901021703820007 | AGUS SALYN | 1982-02-02 | 19.01.01.2001 | ? nik_differs 0001
         | AGUS SALYN | 1982-02-02 | 19.02.01.2001 | ? birth_date_and_similar_name 0001
        """,
    ),
    "without a birth date": (
        "1901011202820003 | AGUS SALIM | 1982-02-12 | 19.01.01.2001",
        """
        1901011302820003 | AGUS SALIM |  | 19.01.01.2001 | nik_one_slip 0003
         | AGUS SALYN |  | 19.01.01.2001 | ? name_and_village 0003
         | AGUS SALIM |  | 19.01.02.2001 | ? name_and_district 0003
        """,
    ),
    "one person on two rosters": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_and_name 0001
         | H. Agus Salim | 1982-02-02 | 19.01.01.2001 | name_birth_date_and_district 0001
        """,
    ),
    "two people under one number": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_and_name 0001
        1901010202820001 | ROHANI | 1985-06-06 | 19.01.01.2001 | ? nik_alone 0001
        """,
    ),
    "a twin under the other's number": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_and_name 0001
        1901010202820001 | ROHANI | 1982-02-02 | 19.01.01.2001 | ? nik_alone 0001
        """,
    ),
    "a twin under the other's number, who is in no roster": (
        "1901011505900001 | RUDI | 1990-05-15 | 19.01.01.2001",
        "1901011505900001 | RINA | 1990-05-15 | 19.01.01.2001 | ? nik_alone 0001",
    ),
    "a father under his son's number": (
        "1901010203850001 | AHMAD SULAIMAN | 1985-03-02 | 19.01.01.2001",
        """
        1901010203850001 | SULAIMAN | 1958-07-11 | 19.01.01.2001 | ? nik_alone 0001
        1901010203850001 | A | 1958-07-11 | 19.01.01.2001 | ? nik_alone 0001
        """,
    ),
    "a shorter name and another birth date under a copied number": (
        "1901010203850001 | AHMAD YANI | 1985-03-02 | 19.01.01.2001",
        """
        1901010203850001 | AHMAD YANI | 1985-03-02 | 19.01.01.2001 | nik_and_name 0001
        1901010203850001 | YANI | 2001-09-09 | 19.01.01.2001 | ? nik_alone 0001
        1901010203850001 | YANI | 1985-03-02 | 19.01.01.2001 | nik_and_name 0001
        """,
    ),
    "a number that a member has is never nobody's": (
        "1901010203850001 | AHMAD YANI | 1985-03-02 | 19.02.01.2001",
        """
        1901010203850001 | ROHANI |  | 19.01.01.2001 | ? nik_alone 0001
        1901010203850001 | ROHANI | 1970-10-10 | 19.01.01.2001 | ? nik_alone 0001
        """,
    ),
    "two who claim one member": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901010202820001 | BAMBANG | 1982-02-02 | 19.01.01.2001 | ? nik_alone 0001
        1901010202820001 | ROHANI | 1982-02-02 | 19.01.01.2001 | ? nik_alone 0001
        """,
    ),
    "moved to another district": (
        "1901010202820001 | AGUS SALIM | 1982-02-02 | 19.02.01.2001",
        """
        1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_and_name 0001
         | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | ? name_and_birth_date 0001
        """,
    ),
    "what a spreadsheet did to the number": (
        "1901010202820003 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        """
        1901010202820000 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_one_slip 0003
        1,90101E+15 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_cut_off 0003
        190101020282000 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_one_slip 0003
        1,90202E+15 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | ? nik_differs 0003
        """,
    ),
    "title and name exchanged": (
        "1901010202820003 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        " | S.Pd. AGUS SALIM | 1982-02-02 | 19.01.01.2001 | name_birth_date_and_district 0003",
    ),
    "two members of one name and birth date": (
        """
        1901010202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001
        1901020202820001 | AGUS SALIM | 1982-02-02 | 19.01.02.2001
        """,
        """
         | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | ? name_birth_date_and_district 0001
        1901020202820001 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | nik_and_name 0001
        """,
    ),
    "a namesake of one birth date elsewhere in the country": (
        "3201010202820001 | AGUS SALIM | 1982-02-02 | 32.01.01.2001",
        """
         | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | ? name_and_birth_date 0001
        1901010202820007 | AGUS SALIM | 1982-02-02 | 19.01.01.2001 | -
        """,
    ),
    "nothing to go by": (
        "1901010202820003 | AGUS SALIM | 1982-02-02 | 19.01.01.2001",
        " |  |  |  | -",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_becomes_of_each_row(case):
    assert_links(*CASES[case])


def test_a_common_name_and_a_birth_date_are_not_enough():
    """Forty-one namesakes in the district: that one of them shares the birth date is no wonder."""
    name, village = "SUPRIYADI", "19.01.01.2001"
    row = person(name, "", "1982-02-02", village, "nik_as_written")
    for namesakes, certain in ((40, True), (41, False)):
        members = [person(name, "1901010202820001", "1982-02-02", village)] + [
            person(name, f"19010101{number % 12 + 1:02d}700{number:03d}", f"1970-{number % 12 + 1:02d}-01", village)
            for number in range(1, namesakes)
        ]  # fmt: skip
        assert linked(members, [row])[0]["is_certain"] is certain


def test_the_queue_begins_with_the_likeliest():
    members = [
        person("AGUS SALIM", "1902010202820001", "1982-02-02", "19.02.01.2001"),
        person("DEWI LESTARI", "1901014404850001", "1985-04-04", "19.01.01.2001"),
    ]
    rows = [
        person("DEWI HARTONO", "", "1985-04-04", "19.01.01.2002", "nik_as_written"),
        person("AGUS SALIM", "", "1982-02-02", "19.01.01.2001", "nik_as_written"),
    ]
    married, moved = linked(members, rows)
    assert (moved["place_in_queue"], married["place_in_queue"]) == (1, 2)
    assert moved["weight"] > married["weight"] > 0


def test_the_more_could_be_meant_the_less_a_weight_says():
    """Of the thousands of a district one has a stranger's birth date sooner than of a few."""
    row = person("AGUS", "", "1982-02-02", "19.01.02.2001", "nik_as_written")
    for crowd, certain in ((1, True), (1200, False)):
        members = [person("AGUS SALIM", "1901010202820001", "1982-02-02", "19.01.01.2001")] + [
            person("WARGA", f"190101{number % 28 + 1:02d}0370{number:04d}", "", "19.01.01.2001")
            for number in range(1, crowd)
        ]
        assert linked(members, [row])[0]["is_certain"] is certain


def test_a_number_and_a_first_word_do_not_outweigh_another_birth_date():
    """However few live in the village: a brother under a copied number is not the member."""
    members = [person("AHMAD YANI", "1901010202820001", "1982-02-02", "19.01.01.2001")] + [
        person("WARGA", f"190201{number % 28 + 1:02d}0370{number:04d}", "", "19.02.01.2001")
        for number in range(1, 200)
    ]
    for birth, certain in (("1990-09-09", False), ("1982-02-20", True)):
        row = person("AHMAD FAUZI", "1901010202820001", birth, "19.01.01.2001", "nik_as_written")
        assert linked(members, [row])[0]["is_certain"] is certain


NAMES = st.sampled_from(["BUDI", "BUDI SANTOSO", "SITI AMINAH", "SITI AMINI", "M. ALI"])
BIRTHS = st.sampled_from(["1980-01-02", "1980-02-01", "1990-05-15"])
VILLAGES = st.sampled_from(["19.01.01.2001", "19.01.01.2002", "19.02.01.2001", "19.00.00.0000"])
NUMBERS = st.sampled_from(
    ["1901010201800001", "1901010201800002", "1901010102800001", "1901021505900001", "1901021505900010"]
)  # fmt: skip
WRITTEN = st.one_of(NUMBERS, st.sampled_from(["", "1,90101E+15", "190101020180000"]))
MEMBERS = st.lists(
    st.builds(person, NAMES, NUMBERS, BIRTHS, VILLAGES),
    max_size=5,
    unique_by=lambda one: one["nik"],
)
ROWS = st.lists(
    st.builds(person, NAMES, WRITTEN, BIRTHS | st.just(""), VILLAGES, st.just("nik_as_written")),
    min_size=1, max_size=5,
)  # fmt: skip


def certain(
    members: Sequence[dict[str, Any]], roster: Sequence[dict[str, Any]]
) -> list[str | None]:
    """The member whom the rules accept for each row, without the ranking of the others."""
    with duckdb.connect() as connection:
        offer(connection, members, roster)
        find_pairs(connection, "roster", "register", MODEL)
        accepted, _ = apply_rules(connection, MODEL)
        found = dict(connection.execute(f"SELECT row_id, nik FROM {accepted}").fetchall())
    return [found.get(number) for number in range(1, len(roster) + 1)]


@settings(max_examples=12, deadline=None)
@given(MEMBERS, ROWS, st.randoms(use_true_random=False))
def test_laws_of_what_is_certain(members, rows, random):
    found = certain(members, rows)
    assert {nik for nik in found if nik} <= {member["nik"] for member in members}
    order = random.sample(range(len(rows)), len(rows))
    shuffled = random.sample(members, len(members))
    in_other_order = certain(shuffled, [rows[place] for place in order])
    assert [found[place] for place in order] == in_other_order
    # Namesakes of one birth date elsewhere in the country change nothing.
    elsewhere = [
        member | {"nik": f"32{member['nik'][2:12]}7777", "village_code": "32.01.01.2001"}
        for member in members
    ]
    assert certain([*members, *elsewhere], rows) == found


def test_the_same_lists_give_the_same_links():
    register, roster = CASES["twins both registered, without numbers"]
    members = [person(name, nik, birth, village) for nik, name, birth, village in cells(register)]
    rows = [
        person(name, nik, birth, village, "nik_as_written")
        for nik, name, birth, village, _ in cells(roster)
    ]
    assert linked(members, rows) == linked(members, rows)
