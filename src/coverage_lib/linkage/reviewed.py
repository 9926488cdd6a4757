"""What people decided about pairs, laid over what rules and ranking found.

A pair that a human called the same person is certain, one that they called different is none, whatever the
rules say. Where they contradict one another or are unsure no rule decides: the row stays open.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from coverage_lib.intake.pseudonyms import PseudonymKey
from coverage_lib.linkage.link import Links
from coverage_lib.linkage.model import MODEL
from coverage_lib.linkage.reviews import (
    CONFLICT,
    DIFFERENT,
    NOT_REVIEWED,
    OPEN,
    SAME,
    UNSURE,
    Review,
    pair_key,
    standings,
)
from coverage_lib.linkage.rules import first_rule_sql

#: What stands in the place of a rule where a human decided.
REVIEWED_SAME, REVIEWED_DIFFERENT = REVIEWED = ("reviewed_same", "reviewed_different")
_KEYS, _FOUND, _SETTLED = "linkage_pair_keys", "linkage_found_pairs", "linkage_settled_pairs"
#: Pairs that are no candidates and can be looked at all the same.
ASIDE = "linkage_pairs_aside"
_RELATIONS = ("nik_relation", "birth_relation", "name_relation", "place_relation", "namesakes")


def settle_pairs(
    connection: duckdb.DuckDBPyConnection,
    roster: str,
    register: str,
    reviews: Sequence[Review],
    key: PseudonymKey,
    pairs: str,
) -> None:
    """Before the rules: take out of the table of pairs those that people called different, so that the next member
    is looked at, and let rows wait of which people disagree or are unsure. Of pairs that no rule fits nothing
    is known. `apply_reviews` has to follow.
    """
    relations = ", ".join(_RELATIONS)
    fitting = f"SELECT row_id, nik FROM {pairs} WHERE {first_rule_sql(MODEL)} IS NOT NULL"
    if not reviews:
        fitting += " AND false"
    _keep_keys(connection, fitting, roster, register, reviews, key)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_SETTLED} AS
        SELECT row_id, nik, {first_rule_sql(MODEL)} AS rule, {relations}
        FROM {pairs} JOIN {_KEYS} USING (row_id, nik) WHERE state <> '{OPEN}';
        DELETE FROM {pairs} AS pair USING {_KEYS} AS told
        WHERE told.row_id = pair.row_id AND told.nik = pair.nik AND state = '{DIFFERENT}';
        UPDATE {pairs} SET waits = true
        WHERE row_id IN (SELECT row_id FROM {_KEYS} WHERE state IN ('{CONFLICT}', '{UNSURE}'))
    """)


def apply_reviews(
    connection: duckdb.DuckDBPyConnection,
    links: Links,
    roster: str,
    register: str,
    reviews: Sequence[Review],
    key: PseudonymKey,
    deaths: str | None = None,
) -> None:
    """Change the tables of links and of candidates to what people decided; after `settle_pairs` and `link`.

    Links get `reviewed_by` and `reviewed_on`, null where nobody decided; candidates get `pair`, their
    key. A row that is called the same as two members stays open with both. The table ASIDE has, with
    the columns of a candidate, pairs that were decided, and certain ones of members for whom a death benefit
    was paid: `deaths` is a relation with the `kpj` of their memberships.
    """
    died = "SELECT NULL WHERE false"
    if deaths:
        died = f"SELECT nik FROM {register} WHERE kpj IN (SELECT kpj FROM {deaths})"
    asked = f"""SELECT row_id, nik FROM {links.candidates}
        UNION SELECT row_id, nik FROM {links.links} WHERE is_certain AND nik IN ({died})
        UNION SELECT row_id, nik FROM {_SETTLED}"""
    _keep_keys(connection, asked, roster, register, reviews, key)
    _keep_found(connection, links)
    _candidates_left(connection, links)
    connection.execute(f"""
        ALTER TABLE {links.links} ADD COLUMN reviewed_by VARCHAR;
        ALTER TABLE {links.links} ADD COLUMN reviewed_on DATE;
    """)
    if reviews:
        _reject(connection, links)
        _accept(connection, links)
        _number_queue(connection, links)
    _put_aside(connection, links, died)
    connection.execute(f"DROP TABLE {_KEYS}; DROP TABLE {_FOUND}; DROP TABLE {_SETTLED}")


def _keep_keys(
    connection: duckdb.DuckDBPyConnection,
    pairs: str,
    roster: str,
    register: str,
    reviews: Sequence[Review],
    key: PseudonymKey,
) -> None:
    """The key of every pair of a query, with what was decided about it. Of several rows of a member the least of each
    column is their evidence, so that their order does not matter.
    """
    rows = connection.execute(f"""
        WITH pair AS ({pairs}), member AS (
            SELECT nik, min(name) AS name, min(birth_date)::DATE AS birth_date,
                min(village_code) AS village_code
            FROM {register} WHERE nik IN (SELECT nik FROM pair) GROUP BY nik
        )
        SELECT row_id, row.name, nik_as_written, row.birth_date::DATE, row.village_code,
            nik, member.name, member.birth_date, member.village_code
        FROM pair JOIN member USING (nik) JOIN (SELECT * EXCLUDE (nik) FROM {roster}) AS row USING (row_id)
    """).fetchall()
    decided = standings(reviews)
    kept = []
    for row_id, *evidence in rows:
        pair = pair_key(key, evidence[:4], evidence[4:])
        standing = decided.get(pair, NOT_REVIEWED)
        last = standing.decisive if standing.state in (SAME, DIFFERENT) else None
        kept.append(
            {
                "row_id": row_id,
                "nik": evidence[4],
                "pair": pair,
                "state": standing.state,
                "reviewed_by": last.reviewer if last else None,
                "reviewed_on": last.day if last else None,
            }
        )
    schema = pa.schema(
        [("row_id", pa.int64()), ("nik", pa.string()), ("pair", pa.string()), ("state", pa.string()),
         ("reviewed_by", pa.string()), ("reviewed_on", pa.date32())]
    )  # fmt: skip
    connection.register("linkage_keys_told", pa.Table.from_pylist(kept, schema))
    # A row that is said to be two people contradicts itself.
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_KEYS} AS
        SELECT * REPLACE (CASE WHEN state = '{SAME}'
            AND count(*) FILTER (state = '{SAME}') OVER (PARTITION BY row_id) > 1 THEN '{CONFLICT}'
            ELSE state END AS state) FROM linkage_keys_told
    """)
    connection.unregister("linkage_keys_told")


def _keep_found(connection: duckdb.DuckDBPyConnection, links: Links) -> None:
    """All pairs with their relations as they were found; those that were taken out have no weight."""
    relations = ", ".join(_RELATIONS)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_FOUND} AS
        SELECT row_id, nik, rule, weight, {relations} FROM {links.candidates}
        UNION ALL SELECT row_id, nik, rule, weight, {relations} FROM {links.links} WHERE is_certain;
        INSERT INTO {_FOUND} SELECT row_id, nik, rule, NULL, {relations}
        FROM {_SETTLED} ANTI JOIN {_FOUND} USING (row_id, nik)
    """)


def _candidates_left(connection: duckdb.DuckDBPyConnection, links: Links) -> None:
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {links.candidates} AS
        SELECT candidate.*, pair
        FROM {links.candidates} AS candidate JOIN {_KEYS} USING (row_id, nik)
        WHERE row_id NOT IN (SELECT row_id FROM {_KEYS} WHERE state = '{SAME}')
    """)


def _reject(connection: duckdb.DuckDBPyConnection, links: Links) -> None:
    """Rows of which everybody near was called somebody else, with the latest who said so."""
    connection.execute(f"""
        UPDATE {links.links} AS link SET rule = '{REVIEWED_DIFFERENT}',
            reviewed_by = told.reviewed_by, reviewed_on = told.reviewed_on
        FROM (SELECT DISTINCT ON (row_id) * FROM {_KEYS} WHERE state = '{DIFFERENT}'
              ORDER BY row_id, reviewed_on DESC, pair) AS told
        WHERE told.row_id = link.row_id AND link.is_certain IS NULL
    """)


def _accept(connection: duckdb.DuckDBPyConnection, links: Links) -> None:
    taken = ", ".join(f"{name} = found.{name}" for name in _RELATIONS)
    connection.execute(f"""
        UPDATE {links.links} AS link SET nik = found.nik, rule = '{REVIEWED_SAME}', is_certain = true,
            weight = NULL, members = 1, place_in_queue = NULL,
            reviewed_by = found.reviewed_by, reviewed_on = found.reviewed_on, {taken}
        FROM (SELECT * FROM {_FOUND} JOIN {_KEYS} USING (row_id, nik) WHERE state = '{SAME}') AS found
        WHERE found.row_id = link.row_id
    """)


def _number_queue(connection: duckdb.DuckDBPyConnection, links: Links) -> None:
    connection.execute(f"""
        UPDATE {links.links} AS link SET place_in_queue = queue.place
        FROM (SELECT row_id, row_number() OVER (ORDER BY weight DESC, row_id) AS place
              FROM {links.links} WHERE NOT is_certain) AS queue
        WHERE queue.row_id = link.row_id
    """)


def _put_aside(connection: duckdb.DuckDBPyConnection, links: Links, died: str) -> None:
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {ASIDE} AS
        SELECT found.row_id, found.nik, pair, found.rule, found.weight, {", ".join(f"found.{name}" for name in _RELATIONS)}
        FROM {_FOUND} AS found JOIN {_KEYS} USING (row_id, nik) JOIN {links.links} AS link USING (row_id)
        WHERE state IN ('{SAME}', '{DIFFERENT}')
            OR link.is_certain AND link.nik = found.nik AND found.nik IN ({died})
    """)
