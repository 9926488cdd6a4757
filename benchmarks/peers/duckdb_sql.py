"""The marts as somebody who knows DuckDB well writes them by hand.

Nearly everybody holds one active membership, so memberships are counted in one scan; the few
who hold several are found by the hash of their key, and put right.
"""

from __future__ import annotations

import tempfile
from datetime import date

import duckdb

from benchmarks.peers.duckdb_claims import claim_parts
from benchmarks.task import (
    AGE_BANDS,
    BREAKDOWNS,
    MEMORY_LIMIT,
    NO_FIGURE,
    PROGRAMMES,
    SEGMENTS,
    THREADS,
    Parts,
    Task,
)  # fmt: skip

_RANK = "CASE segment " + " ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(SEGMENTS)) + " END"
# Ten digits of the village and one of the segment: a number takes less room in a join than words.
_PLACE = f"replace(village_code, '.', '')::BIGINT * 10 + ({_RANK})"
_HELD = ", ".join(PROGRAMMES)


def compute(task: Task) -> Parts:
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET threads = {THREADS}")
        connection.execute("SET temp_directory = ?", [spill])
        connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        for statement in _preparations(task):
            connection.execute(statement)
        queries = {
            "stock": _STOCK, "lapsed": _lapsed(task), "breakdowns": _breakdowns(task),
            "changes": _changes(task),
        }  # fmt: skip
        register = {name: connection.execute(query).fetch_df() for name, query in queries.items()}
        return Parts(**register, **claim_parts(connection, task))


def _is_open(day: object) -> str:
    return f"""as_of_date = DATE '{day}' AND start_date <= DATE '{day}'
        AND coalesce(end_date > DATE '{day}', true)"""


def _has_paid(task: Task, day: date) -> str:
    oldest = task.oldest_paid(day)
    return f"""(segment <> 'BPU' OR coalesce(paid_through_month >= DATE '{oldest}', false)
        OR start_date >= DATE '{oldest}' + INTERVAL 1 MONTH)"""


def _preparations(task: Task) -> list[str]:
    bands = " ".join(
        f"WHEN {task.later.year} - birth_year >= {first} THEN '{name}'" for first, name in AGE_BANDS
    )
    listed = ", ".join(
        f"coalesce({name}, '{NO_FIGURE}') AS {name}" for name in BREAKDOWNS if name != "age_band"
    )
    either = " OR ".join(
        f"({_is_open(day)} AND {_has_paid(task, day)})" for day in (task.earlier, task.later)
    )
    return [
        f"CREATE VIEW register AS FROM read_parquet('{task.files('participants')}')",
        f"""CREATE VIEW active AS SELECT as_of_date, hash(person_key) AS hashed, person_key,
            village_code, segment, {_PLACE} AS place, start_date, membership_key, {_HELD}, {listed},
            coalesce(CASE {bands} END, '{NO_FIGURE}') AS age_band
            FROM register WHERE {either}""",
        # Two persons with the same hash come along here and are told apart below. One day after
        # the other, so that only one day's hashes are in memory.
        "CREATE TABLE several (as_of_date DATE, hashed UBIGINT)",
        *(
            f"""INSERT INTO several SELECT DATE '{day}', hashed FROM active
            WHERE as_of_date = DATE '{day}' GROUP BY hashed HAVING count(*) > 1"""
            for day in (task.earlier, task.later)
        ),
        "CREATE TABLE few AS FROM active SEMI JOIN several USING (as_of_date, hashed)",
        f"""CREATE TABLE chosen AS
            SELECT * REPLACE ({", ".join(f"bool_or({p}) OVER person AS {p}" for p in PROGRAMMES)})
            FROM few WINDOW person AS (PARTITION BY as_of_date, person_key)
            QUALIFY row_number() OVER
                (person ORDER BY {_RANK}, start_date DESC, village_code, membership_key) = 1""",
    ]


_SUMS = ", ".join(f"sum({name}) AS {name}" for name in PROGRAMMES)
_STOCK = f"""
    WITH parts AS (
        {" UNION ALL ".join(
            f"SELECT as_of_date, village_code, segment, {sign}count(*) AS persons, "
            + ", ".join(f"{sign}count(*) FILTER ({p}) AS {p}" for p in PROGRAMMES)
            + f" FROM {rows} GROUP BY ALL"
            for sign, rows in (("", "active"), ("-", "few"), ("", "chosen"))
        )})
    SELECT as_of_date AS as_of, village_code, segment, sum(persons) AS persons, {_SUMS}
    FROM parts GROUP BY ALL"""  # fmt: skip


def _lapsed(task: Task) -> str:
    """Whoever holds open memberships on the later day, but none that is active."""
    return f"""
    WITH lapsed AS MATERIALIZED (
        SELECT person_key, village_code, segment, start_date FROM register
        WHERE {_is_open(task.later)} AND NOT {_has_paid(task, task.later)}
    ), covered AS (
        SELECT person_key FROM active SEMI JOIN lapsed USING (person_key)
        WHERE as_of_date = DATE '{task.later}'
    ), persons AS (
        SELECT arg_min(village_code, (-epoch(start_date), village_code)) AS village_code,
            any_value(segment) AS segment
        FROM lapsed ANTI JOIN covered USING (person_key) GROUP BY person_key
    )
    SELECT village_code, segment, count(*) AS persons FROM persons GROUP BY ALL"""


def _breakdowns(task: Task) -> str:
    sets = ", ".join(f"(village_code, segment, {name})" for name in BREAKDOWNS)
    dimension = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in BREAKDOWNS)
    parts = " UNION ALL ".join(
        f"""SELECT village_code, segment, CASE {dimension} END AS dimension,
            coalesce({", ".join(BREAKDOWNS)}) AS category, {sign}count(*) AS persons
            FROM {rows} WHERE as_of_date = DATE '{task.later}' GROUP BY GROUPING SETS ({sets})"""
        for sign, rows in (("", "active"), ("-", "few"), ("", "chosen"))
    )
    return f"""SELECT village_code, segment, dimension, category, sum(persons) AS persons
        FROM ({parts}) GROUP BY ALL"""


def _changes(task: Task) -> str:
    def persons(day: object) -> str:
        return f"""SELECT person_key, place FROM active
                ANTI JOIN several USING (as_of_date, hashed) WHERE as_of_date = DATE '{day}'
            UNION ALL SELECT person_key, place FROM chosen WHERE as_of_date = DATE '{day}'"""

    def decoded(side: str) -> str:
        digits = f"lpad((place_{side} // 10)::VARCHAR, 10, '0')"
        code = " || '.' || ".join(f"{digits}[{part}]" for part in ("1:2", "3:4", "5:6", "7:10"))
        segments = ", ".join(f"'{name}'" for name in SEGMENTS)
        return f"{code} AS village_{side}, [{segments}][place_{side} % 10 + 1] AS segment_{side}"

    return f"""
    WITH changed AS MATERIALIZED (
        SELECT coalesce(b.person_key, a.person_key) AS person_key, b.place AS place_before,
            a.place AS place_after
        FROM ({persons(task.earlier)}) AS b
        FULL JOIN ({persons(task.later)}) AS a ON a.person_key = b.person_key
        WHERE a.place IS DISTINCT FROM b.place
    ), known AS (
        SELECT DISTINCT person_key FROM register SEMI JOIN changed USING (person_key)
        WHERE as_of_date = DATE '{task.earlier}'
    ), still_open AS (
        SELECT DISTINCT person_key FROM register SEMI JOIN changed USING (person_key)
        WHERE {_is_open(task.later)}
    )
    SELECT {decoded("before")}, {decoded("after")},
        CASE WHEN place_before IS NULL THEN if(known.person_key IS NULL, 'new', 'reactivated')
             WHEN place_after IS NULL THEN if(still_open.person_key IS NULL, 'ended', 'lapsed')
             ELSE 'stayed' END AS change, count(*) AS persons
    FROM changed LEFT JOIN known USING (person_key) LEFT JOIN still_open USING (person_key)
    GROUP BY ALL"""
