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
_ASKED, _SLIPPED, _NEIGHBOURS, _CROWDS, _MET = _WORKING = (
    "linkage_asked", "linkage_slipped", "linkage_neighbours", "linkage_crowds", "linkage_met",
)  # fmt: skip
_MEMBER = "nik, birth_date, village_code, name_clean, name_key, own_word"
_WORTH_A_LOOK = 0.8  # names less alike are one person's only where the number says so
_PARTS = (0, 4, 8, 12)  # how many digits stand before each part of a number
#: How long the code of a place is that a relation speaks of.
_LENGTHS = {"village": 13, "district": 5, "province": 2}
#: Quickly told of two birth dates; of those that are one digit apart the year or the day is the same.
_MAY_BE_NEAR = """(row.birth_date IS NULL OR member.birth_date IS NULL
            OR year(row.birth_date) = year(member.birth_date)
            OR day(row.birth_date) = day(member.birth_date) AND month(row.birth_date) = month(member.birth_date))"""
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
    place_relation, namesakes (members of the member's district with that name), crowd and crowd_share (members of
    the place that both have in common, of the whole register where it is none, and their share of it), slip_in_serial,
    name_key and birth_date of the roster row, and `waits`: no rule may accept the row (false here). `row_id` must tell the rows of the roster apart; the
    register may have several rows of a person, who is known by the NIK: the nearest of each counts.
    """
    _prepare_roster(connection, roster)
    members = f"(SELECT {', '.join(REGISTER_COLUMNS)} FROM {register} WHERE nik IS NOT NULL)"
    _find_neighbours(connection, members)
    _count_crowds(connection, members)
    _meet(connection, members, model)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS {_pairs_query(model)}")
    for table in _WORKING:
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
    """The members of the roster's districts who bear a name of the roster or live in one of its villages."""
    here = f"""(SELECT * FROM {members} WHERE left(village_code, 5) IN
        (SELECT DISTINCT left(village_code, 5) FROM {ROSTER} WHERE village_code IS NOT NULL))"""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_NEIGHBOURS} AS
        SELECT {_MEMBER} FROM {with_names(here)}
        WHERE name_key IN (SELECT name_key FROM {ROSTER} WHERE name_key <> '')
            OR village_code IN (SELECT village_code FROM {ROSTER})
    """)


def _count_crowds(connection: duckdb.DuckDBPyConnection, members: str) -> None:
    """How many members there are in all, and in each province, district and village of the roster."""
    places = ", ".join(f"left(village_code, {length})" for length in (*_LENGTHS.values(), 0))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_CROWDS} AS
        SELECT area, sum(members)::BIGINT AS members
        FROM (SELECT unnest(list_distinct([{places}])) AS area, members
              FROM (SELECT coalesce(village_code, '') AS village_code, count(*) AS members FROM {members} GROUP BY ALL))
        GROUP BY area
    """)


def _meet(connection: duckdb.DuckDBPyConnection, members: str, model: Model) -> None:
    """Rows and members with one number or nearly so; one birth date and a name alike or one district; one
    village, a name alike and no other birth date; or one name and district and no other birth date.
    """
    written_kept, whole_kept = (
        ", ".join(_without_part(number, place) for place in _PARTS) for number in ("digits", "nik")
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_SLIPPED} AS
        SELECT row_id, digits, unnest([{written_kept}]) AS kept,
            unnest({list(_PARTS)}) AS place
        FROM {ROSTER} WHERE len(digits) = 16
    """)
    kept = " OR ".join(
        f"{_without_part('nik', place)} IN (SELECT kept FROM {_SLIPPED} WHERE place = {place})"
        for place in _PARTS
    )
    numbered = f"""(SELECT *, unnest([{whole_kept}]) AS kept, unnest({list(_PARTS)}) AS place
        FROM (SELECT * FROM {members} WHERE {kept}))"""
    slipped = f"""(SELECT DISTINCT row_id, {", ".join(REGISTER_COLUMNS)} FROM {numbered} AS member
        JOIN {_SLIPPED} AS row ON row.place = member.place AND row.kept = member.kept
        WHERE {_is_a_slip("row.digits", "member.nik")})"""
    written = f"(SELECT * FROM {members} WHERE nik IN (SELECT digits FROM {ROSTER}))"
    born = f"(SELECT * FROM {members} WHERE birth_date IN (SELECT day FROM {_ASKED}))"
    near = _birth_sql("member.birth_date", "row.birth_date")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_MET} AS
        SELECT row_id, {_of("member")} FROM {with_names(written)} AS member
            JOIN {ROSTER} AS row ON row.digits = member.nik
        UNION
        SELECT row_id, {_of("member")} FROM {with_names(slipped)} AS member JOIN {ROSTER} AS row USING (row_id)
        WHERE {_named_alike(_WORTH_A_LOOK)}
        UNION
        SELECT row_id, {_of("member")} FROM {with_names(born)} AS member
            JOIN {_ASKED} AS row ON row.day = member.birth_date
        WHERE {_named_alike(_WORTH_A_LOOK)}
            OR left(member.village_code, 5) = row.district
            OR {_is_a_slip("row.digits", "member.nik")}
        UNION
        SELECT row_id, {_of("member")} FROM {_NEIGHBOURS} AS member
            JOIN {ROSTER} AS row ON row.village_code = member.village_code
        WHERE {_MAY_BE_NEAR} AND {_named_alike(model.alike_name)} AND {near} <> '{DIFFERS}'
        UNION
        SELECT row_id, {_of("member")} FROM {_NEIGHBOURS} AS member
            JOIN {ROSTER} AS row ON row.name_key = member.name_key
                AND left(row.village_code, 5) = left(member.village_code, 5)
        WHERE {near} <> '{DIFFERS}'
    """)


def _named_alike(least: float) -> str:
    return f"""(jaro_winkler_similarity(member.name_key, row.name_key) >= {least}
            OR (row.own_word <> '' AND contains(member.name_clean, row.own_word)))"""


def _without_part(number: str, place: int) -> str:
    """Of sixteen digits those outside of one part: one slip leaves all of them as they are but in one part."""
    return f"({number}[:{place}] || {number}[{place + 5}:])"


def _is_a_slip(written: str, whole: str) -> str:
    """The dear distance is taken only where the cheap one is small: an engine's AND computes both."""
    distance = f"damerau_levenshtein({written}, {whole}) = 1"
    return (
        f"(CASE WHEN len({written}) = 16 THEN "
        f"CASE WHEN hamming({written}, {whole}) <= 2 THEN {distance} ELSE false END "
        f"WHEN len({written}) BETWEEN 14 AND 17 THEN {distance} ELSE false END)"
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
    lengths = " ".join(f"WHEN '{name}' THEN {length}" for name, length in _LENGTHS.items())
    return f"""
        WITH namesakes AS (
            SELECT name_key AS borne, left(village_code, 5) AS district,
                count(DISTINCT nik) AS namesakes
            FROM {_NEIGHBOURS} GROUP BY ALL
        ), met AS (
            SELECT row.row_id, row.name_key, row.birth_date, row.village_code, member.nik, {ranked},
                coalesce({slip_in_serial_sql("row.digits", "member.nik")}, false) AS in_serial,
                coalesce(namesakes, 0) AS namesakes
            FROM {_MET} AS member JOIN {ROSTER} AS row USING (row_id)
            LEFT JOIN namesakes ON borne = member.name_key AND district = left(member.village_code, 5)
        )
        SELECT pair.* EXCLUDE (village_code), false AS waits, members AS crowd,
            members / (SELECT max(members) FROM {_CROWDS}) AS crowd_share
        FROM (
            SELECT row_id, nik, any_value(name_key) AS name_key, any_value(birth_date) AS birth_date,
                any_value(village_code) AS village_code,
                {strongest}, any_value(in_serial) AS slip_in_serial, max(namesakes) AS namesakes
            FROM met GROUP BY row_id, nik
        ) AS pair JOIN {_CROWDS} ON area = left(coalesce(village_code, ''), CASE place_relation {lengths} ELSE 0 END)
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
    """`similar`: spelled nearly alike, also with words exchanged. `part`: every word of one name, or its first
    letter, is a word of the other. `alike` are words within with slips too.
    """
    row, member = (
        f"string_split({sounds_sql(f'{one}.name_clean')}, ' ')" for one in ("row", "member")
    )
    own = [sounds_sql(f"{one}.own_word") for one in ("row", "member")]
    keys = ("row.name_key", "member.name_key")
    exchanged = (_in_order(row), _in_order(member))
    likeness = f"jaro_winkler_similarity({keys[0]}, {keys[1]})"
    shorter = f"least(len({keys[0]}), len({keys[1]}))"
    return f"""CASE WHEN row.name_key = '' OR member.name_key = '' THEN '{UNKNOWN}'
        WHEN row.name_key = member.name_key THEN 'equal'
        WHEN {likeness} >= {model.similar_name} AND {shorter} >= {model.fewest_letters} THEN 'similar'
        WHEN {_slips(*keys)} <= {shorter} // {model.letters_a_slip} THEN 'similar'
        WHEN {_slips(*exchanged)} <= {shorter} // {model.letters_a_slip} THEN 'similar'
        WHEN {_words_within(row, member)} OR {_words_within(member, row)} THEN 'part'
        WHEN {likeness} >= {model.alike_name}
            OR {_words_within(row, member, model.letters_a_slip)} OR {_words_within(member, row, model.letters_a_slip)}
            THEN 'alike'
        WHEN {own[0]} = {own[1]} THEN 'first'
        ELSE '{DIFFERS}' END"""


def _slips(one: str, other: str) -> str:
    return f"damerau_levenshtein({one}, {other})"


def _in_order(words: str) -> str:
    return f"array_to_string(list_sort({words}), '')"


def _words_within(few: str, many: str, letters_a_slip: int | None = None) -> str:
    slip = (
        ""
        if letters_a_slip is None
        else f" OR len(word) >= {letters_a_slip} AND {_slips('word', 'other')} <= 1"
    )
    return (
        f"len(list_filter({few}, lambda word: len(list_filter({many}, lambda other: other = word "
        f"OR len(word) = 1 AND starts_with(other, word){slip})) = 0)) = 0"
    )


def _place_sql(one: str, other: str) -> str:
    """Of codes such as 19.01.05.2003; parts that are not known are 00 and 0000."""
    return f"""CASE WHEN {one} IS NULL OR {other} IS NULL THEN '{UNKNOWN}'
        WHEN {one} = {other} AND NOT ends_with({one}, '.0000') THEN 'village'
        WHEN left({one}, 5) = left({other}, 5) AND substr({one}, 4, 2) <> '00' THEN 'district'
        WHEN left({one}, 2) = left({other}, 2) THEN 'province'
        ELSE 'other' END"""
