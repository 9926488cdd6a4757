"""Which members of the register each roster row may be, and what both have in common.

The roster is small and the register may hold a nation: the register is read through, three times,
against what the roster asks for (numbers, birth dates, names of its districts), and only pairs that
some rule could take are kept. Memory grows with the roster.
"""

from __future__ import annotations

import duckdb

from coverage_lib.linkage.model import BIRTH_RELATIONS, NAME_RELATIONS, PLACE_RELATIONS, Model
from coverage_lib.linkage.names import sounds_sql, with_names
from coverage_lib.linkage.national_id import (
    DIFFERS,
    NATIONAL_ID_RELATIONS,
    UNKNOWN,
    birth_date_sql,
    relation_sql,
    slip_in_serial_sql,
    written_digits_sql,
)

#: What a roster and a register must have; further columns pass.
ROSTER_COLUMNS = ("row_id", "name", "nik_as_written", "birth_date", "village_code")
REGISTER_COLUMNS = ("nik", "name", "birth_date", "village_code")
ROSTER, PAIRS = "linkage_roster", "linkage_pairs"
_ASKED, _NEIGHBOURS, _MET = "linkage_asked", "linkage_neighbours", "linkage_met"
_MEMBER = "nik, birth_date, village_code, name_clean, name_key, own_word"
_WORTH_A_LOOK = 0.8  # names less alike are one person's only where the number says so
_RELATIONS = {
    "nik": NATIONAL_ID_RELATIONS,
    "birth": BIRTH_RELATIONS,
    "name": NAME_RELATIONS,
    "place": PLACE_RELATIONS,
}


def find_pairs(
    connection: duckdb.DuckDBPyConnection, roster: str, register: str, model: Model
) -> str:
    """Make the table of pairs of two relations and return its name.

    It has row_id, nik (the member's), the relations nik_relation, birth_relation, name_relation and
    place_relation, namesakes (members of the member's district with that name), slip_in_serial,
    and name_key and birth_date of the roster row. `row_id` must tell the rows of the roster apart; the
    register may have several rows of a person, who is known by the NIK: the nearest of each counts.
    """
    _prepare_roster(connection, roster)
    members = f"(SELECT {', '.join(REGISTER_COLUMNS)} FROM {register} WHERE nik IS NOT NULL)"
    _find_neighbours(connection, members)
    _meet(connection, members)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS {_pairs_query(model)}")
    for table in (_ASKED, _NEIGHBOURS, _MET):
        connection.execute(f"DROP TABLE {table}")
    return PAIRS


def _prepare_roster(connection: duckdb.DuckDBPyConnection, roster: str) -> None:
    """The roster with clean names, the digits of its numbers, and the days that it asks for."""
    digits = written_digits_sql("nik_as_written")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {ROSTER} AS
        SELECT *, {birth_date_sql("digits")} AS nik_birth_date
        FROM (SELECT * EXCLUDE (nik_as_written), {digits} AS digits FROM {with_names(f"(SELECT {', '.join(ROSTER_COLUMNS)} FROM {roster})")})
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_ASKED} AS
        SELECT DISTINCT row_id, day, digits, name_key, own_word, left(village_code, 5) AS district
        FROM (SELECT *, unnest([birth_date, nik_birth_date]) AS day FROM {ROSTER})
        WHERE day IS NOT NULL
    """)


def _find_neighbours(connection: duckdb.DuckDBPyConnection, members: str) -> None:
    """The members of the roster's districts who bear a name of the roster."""
    here = f"""(SELECT * FROM {members} WHERE left(village_code, 5) IN
        (SELECT DISTINCT left(village_code, 5) FROM {ROSTER} WHERE village_code IS NOT NULL))"""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_NEIGHBOURS} AS
        SELECT {_MEMBER} FROM {with_names(here)}
        WHERE name_key IN (SELECT name_key FROM {ROSTER} WHERE name_key <> '')
    """)


def _meet(connection: duckdb.DuckDBPyConnection, members: str) -> None:
    """Rows and members with one number, one birth date and something more, or one name and village."""
    numbered = f"(SELECT * FROM {members} WHERE nik IN (SELECT digits FROM {ROSTER}))"
    born = f"(SELECT * FROM {members} WHERE birth_date IN (SELECT day FROM {_ASKED}))"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_MET} AS
        SELECT row_id, {_of("member")} FROM {with_names(numbered)} AS member
            JOIN {ROSTER} AS row ON row.digits = member.nik
        UNION
        SELECT row_id, {_of("member")} FROM {with_names(born)} AS member
            JOIN {_ASKED} AS row ON row.day = member.birth_date
        WHERE jaro_winkler_similarity(member.name_key, row.name_key) >= {_WORTH_A_LOOK}
            OR (row.own_word <> '' AND contains(member.name_clean, row.own_word))
            OR {_may_be_a_slip("row.digits", "member.nik")}
        UNION
        SELECT row_id, {_of("member")} FROM {_NEIGHBOURS} AS member
            JOIN {ROSTER} AS row ON row.name_key = member.name_key
                AND row.village_code = member.village_code
    """)


def _may_be_a_slip(written: str, whole: str) -> str:
    return (
        f"(CASE WHEN len({written}) = 16 THEN hamming({written}, {whole}) <= 4 "
        f"WHEN len({written}) BETWEEN 14 AND 17 THEN damerau_levenshtein({written}, {whole}) = 1 END)"
    )


def _of(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in _MEMBER.split(", "))


def _pairs_query(model: Model) -> str:
    """Relations of every pair that met; of several rows of a member the strongest of each."""
    relations = {
        "nik": relation_sql("row.digits", "member.nik"),
        "birth": _birth_sql("row.birth_date", "member.birth_date"),
        "name": _name_sql(model),
        "place": _place_sql("row.village_code", "member.village_code"),
    }
    ranked = ", ".join(
        f"list_position({list(_RELATIONS[name])}, {expression}) AS {name}_rank"
        for name, expression in relations.items()
    )
    strongest = ", ".join(
        f"{list(names)}[min({name}_rank)] AS {name}_relation" for name, names in _RELATIONS.items()
    )
    return f"""
        WITH namesakes AS (
            SELECT name_key AS borne, left(village_code, 5) AS district,
                count(DISTINCT nik) AS namesakes
            FROM {_NEIGHBOURS} GROUP BY ALL
        ), met AS (
            SELECT row.row_id, row.name_key, row.birth_date, member.nik, {ranked},
                coalesce({slip_in_serial_sql("row.digits", "member.nik")}, false) AS in_serial,
                coalesce(namesakes, 0) AS namesakes
            FROM {_MET} AS member JOIN {ROSTER} AS row USING (row_id)
            LEFT JOIN namesakes ON borne = member.name_key AND district = left(member.village_code, 5)
        )
        SELECT row_id, nik, any_value(name_key) AS name_key, any_value(birth_date) AS birth_date,
            {strongest}, any_value(in_serial) AS slip_in_serial, max(namesakes) AS namesakes
        FROM met GROUP BY row_id, nik
    """


def _birth_sql(one: str, other: str) -> str:
    """`near`: day and month exchanged, one digit another, or only the year is known (1 January)."""
    texts = [f"strftime({day}, '%d%m%Y')" for day in (one, other)]
    exchanged = f"day({one}) = month({other}) AND month({one}) = day({other})"
    only_year = " OR ".join(f"strftime({day}, '%d%m') = '0101'" for day in (one, other))
    same_year = f"year({one}) = year({other})"
    return f"""CASE WHEN {one} IS NULL OR {other} IS NULL THEN '{UNKNOWN}'
        WHEN {one} = {other} THEN 'equal'
        WHEN {same_year} AND (({exchanged}) OR {only_year}) OR damerau_levenshtein({texts[0]}, {texts[1]}) = 1
            THEN 'near'
        ELSE '{DIFFERS}' END"""


def _name_sql(model: Model) -> str:
    """`part`: every word of one name, or its first letter, is a word of the other."""
    row, member = (
        f"string_split({sounds_sql(f'{one}.name_clean')}, ' ')" for one in ("row", "member")
    )
    own = [sounds_sql(f"{one}.own_word") for one in ("row", "member")]
    likeness = "jaro_winkler_similarity(row.name_key, member.name_key)"
    return f"""CASE WHEN row.name_key = '' OR member.name_key = '' THEN '{UNKNOWN}'
        WHEN row.name_key = member.name_key THEN 'equal'
        WHEN {likeness} >= {model.similar_name}
            AND least(len(row.name_key), len(member.name_key)) >= {model.fewest_letters} THEN 'similar'
        WHEN {_words_within(row, member)} OR {_words_within(member, row)} THEN 'part'
        WHEN {likeness} >= {model.alike_name} THEN 'alike'
        WHEN {own[0]} = {own[1]} THEN 'first'
        ELSE '{DIFFERS}' END"""


def _words_within(few: str, many: str) -> str:
    return (
        f"len(list_filter({few}, lambda word: len(list_filter({many}, lambda other: other = word "
        f"OR len(word) = 1 AND starts_with(other, word))) = 0)) = 0"
    )


def _place_sql(one: str, other: str) -> str:
    """Of codes such as 19.01.05.2003; parts that are not known are 00 and 0000."""
    return f"""CASE WHEN {one} IS NULL OR {other} IS NULL THEN '{UNKNOWN}'
        WHEN {one} = {other} AND NOT ends_with({one}, '.0000') THEN 'village'
        WHEN left({one}, 5) = left({other}, 5) AND substr({one}, 4, 2) <> '00' THEN 'district'
        WHEN left({one}, 2) = left({other}, 2) THEN 'province'
        ELSE 'other' END"""
