"""Rules one after another: each takes only pairs that are the only ones of both sides.

What a rule leaves open stays for the next, and what all leave open for a human.
"""

from __future__ import annotations

import duckdb

from coverage_lib.linkage.model import Model, Relations, Rule
from coverage_lib.linkage.pairs import PAIRS

ACCEPTED, OPEN = "linkage_accepted", "linkage_open"
#: Two rows that claim one member are the same person where both say what the register says.
_WHO = """CASE WHEN nik_relation = 'equal' AND name_relation IN ('equal', 'similar')
        OR nik_relation = 'equal' AND name_relation = 'part' AND birth_relation <> 'differs'
        OR name_relation = 'equal' AND birth_relation = 'equal' THEN ''
    ELSE name_key || ' ' || coalesce(birth_date::VARCHAR, '') END"""


def apply_rules(connection: duckdb.DuckDBPyConnection, model: Model) -> tuple[str, str]:
    """Decide the table of pairs; the names of the tables of accepted and of open pairs.

    Accepted: row_id, nik, rule. A row is accepted with at most one member. A member may be
    accepted for several rows only where these are one person's, who stands in two rosters. Open: the
    pairs that fit a rule, of rows that no rule accepted, with `rule` the first that fits. A member
    who was found for another row is among them: it may be one person, written in two ways. No rule
    accepts a row that `waits`.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {ACCEPTED} (row_id BIGINT, nik VARCHAR, rule VARCHAR, who VARCHAR)
    """)
    for rule in model.rules:
        if rule.accepts:
            _accept(connection, rule, model)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {OPEN} AS
        SELECT pair.* FROM (SELECT *, {_WHO} AS who, {first_rule_sql(model)} AS rule FROM {PAIRS}) AS pair
            ANTI JOIN {ACCEPTED} AS done ON done.row_id = pair.row_id
        WHERE rule IS NOT NULL
    """)
    return ACCEPTED, OPEN


def first_rule_sql(model: Model) -> str:
    """The first rule that a pair fits; null where none."""
    rules = " ".join(f"WHEN {fits_sql(rule, model)} THEN '{rule.name}'" for rule in model.rules)
    return f"CASE {rules} END"


def fits_sql(rule: Rule, model: Model) -> str:
    """Whether a pair has the relations that a rule asks for."""
    conditions = ["(" + " OR ".join(relations_sql(one) for one in rule.any_of) + ")"]
    if rule.rare_name:
        conditions.append(f"namesakes <= {model.most_namesakes}")
    if rule.own_serial:
        conditions.append("(NOT slip_in_serial OR name_relation = 'equal')")
    return "(" + " AND ".join(conditions) + ")"


def relations_sql(relations: Relations) -> str:
    """Whether each relation is one of those allowed; without any, always."""
    listed = {
        name: ", ".join(f"'{value}'" for value in allowed) for name, allowed in relations.items()
    }
    found = [f"{name}_relation IN ({allowed})" for name, allowed in listed.items()]
    return "(" + (" AND ".join(found) or "true") + ")"


def _accept(connection: duckdb.DuckDBPyConnection, rule: Rule, model: Model) -> None:
    connection.execute(f"""
        INSERT INTO {ACCEPTED}
        WITH fitting AS (
            SELECT pair.row_id, pair.nik, pair.who, pair.waits
            FROM (SELECT *, {_WHO} AS who FROM {PAIRS} WHERE {fits_sql(rule, model)}) AS pair
                ANTI JOIN {ACCEPTED} AS done ON done.row_id = pair.row_id
                ANTI JOIN {ACCEPTED} AS taken ON taken.nik = pair.nik AND taken.who <> pair.who
        ), of_row AS (
            SELECT row_id FROM fitting GROUP BY row_id HAVING count(*) = 1
        ), of_member AS (
            SELECT nik FROM fitting GROUP BY nik HAVING count(DISTINCT who) = 1
        )
        SELECT row_id, nik, '{rule.name}', who FROM fitting
            SEMI JOIN of_row USING (row_id) SEMI JOIN of_member USING (nik)
        WHERE NOT waits
    """)
