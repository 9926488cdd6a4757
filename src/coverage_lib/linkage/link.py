"""A roster and a register in, what became of every row out: pairs, rules, ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from coverage_lib.linkage.model import MODEL, Model
from coverage_lib.linkage.pairs import PAIRS, ROSTER, find_pairs
from coverage_lib.linkage.ranking import RANKED, rank_open_pairs
from coverage_lib.linkage.rules import ACCEPTED, OPEN, apply_rules

LINKED = "linkage_linked"
_OF_PAIR = "nik_relation, birth_relation, name_relation, place_relation, namesakes"


@dataclass(frozen=True)
class Links:
    """Tables of the connection: `links` has one row a row of the roster, `candidates` the open pairs that
    are worth a look, of the rows that are not certain (`ranking.py` says which columns).
    """

    links: str
    candidates: str


def link(
    connection: duckdb.DuckDBPyConnection,
    roster: str,
    register: str,
    model: Model = MODEL,
    settle: Callable[[str], None] | None = None,
) -> Links:
    """Link the rows of a roster to members of the register.

    `roster` and `register` are relations of the connection with the columns that `pairs.py` names.
    A link has row_id, nik of the member (null where nobody is near enough), `rule`, `is_certain`, the relations
    of the pair and `namesakes`; where it is not certain `weight`, the number of `members` that it
    may be, and `place_in_queue` from 1, the likeliest first. The same relations give the same links.
    `settle` is given the table of pairs before the rules: it may take pairs out and let rows wait.
    """
    find_pairs(connection, roster, register, model)
    if settle:
        settle(PAIRS)
    apply_rules(connection, model)
    rank_open_pairs(connection, model)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {LINKED} AS
        WITH decided AS (
            SELECT row_id, nik, rule, true AS is_certain, NULL::DOUBLE AS weight, 1 AS members, {_OF_PAIR}
            FROM {ACCEPTED} JOIN {PAIRS} USING (row_id, nik)
            UNION ALL
            SELECT row_id, nik, rule, false, weight, members, {_OF_PAIR}
            FROM {RANKED} WHERE place_in_row = 1
        )
        SELECT row.row_id, decided.* EXCLUDE (row_id), row.digits IS NOT NULL AS has_digits,
            row.birth_date IS NOT NULL AS has_birth_date, row.name_key <> '' AS has_name,
            CASE WHEN NOT is_certain THEN row_number() OVER (
                PARTITION BY is_certain ORDER BY weight DESC, row.row_id) END AS place_in_queue
        FROM {ROSTER} AS row LEFT JOIN decided USING (row_id)
        ORDER BY row.row_id
    """)
    for table in (PAIRS, ACCEPTED, OPEN, ROSTER):
        connection.execute(f"DROP TABLE {table}")
    return Links(LINKED, RANKED)
