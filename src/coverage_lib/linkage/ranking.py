"""The open pairs in the order in which a human should see them, weighed by Splink.

The weights are data of the model and nothing is drawn or estimated; what is counted are the members of
a place. The same pairs always have the same weights. National id and birth date are one comparison: a NIK
holds the birth date.
"""

from __future__ import annotations

from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from coverage_lib.linkage.model import Comparison, Model, Relations
from coverage_lib.linkage.rules import ACCEPTED, OPEN, relations_sql

RANKED = "linkage_ranked"
_SCORED, _WEIGHED = "linkage_scored", "linkage_weighed"
#: Of how many members of a district a name is not rare any more.
FEW_NAMESAKES = 5


def splink_settings(model: Model) -> SettingsCreator:
    """The model as Splink takes it: each comparison's levels with their m and u."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair",
        probability_two_random_records_match=model.prior,
        blocking_rules_to_generate_predictions=[block_on("pair")],
        comparisons=[_comparison(comparison) for comparison in model.comparisons],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def rank_open_pairs(connection: duckdb.DuckDBPyConnection, model: Model) -> str:
    """Weigh the open pairs, accept those far above all others, and make the table of the rest.

    It has row_id, nik, rule, weight and the relations; pairs below the model's least weight are
    left out, but for those of an equal national id and of rows that wait: nobody may say that no member has it. `place_in_row` is 1 for the likeliest member of a row; those of one weight go by NIK.
    """
    pairs = _pairs_of(connection)
    if pairs:
        _weigh(connection, model)
    else:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_SCORED} (pair BIGINT, score DOUBLE)")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_WEIGHED} AS
        SELECT open.* EXCLUDE (pair, namesakes_relation), score - log2({_chances_sql(model)}) AS weight
        FROM linkage_to_weigh AS open JOIN {_SCORED} USING (pair)
    """)
    _accept_far_above(connection, model)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {RANKED} AS
        SELECT pair.* EXCLUDE (who, waits),
            row_number() OVER (PARTITION BY row_id ORDER BY weight DESC, nik) AS place_in_row,
            count(*) OVER (PARTITION BY row_id) AS members
        FROM {_WEIGHED} AS pair ANTI JOIN {ACCEPTED} AS done ON done.row_id = pair.row_id
        WHERE weight >= {model.least_weight} OR nik_relation = 'equal' OR waits
    """)
    connection.execute(f"DROP TABLE {_WEIGHED}; DROP TABLE {_SCORED}; DROP TABLE linkage_to_weigh")
    return RANKED


def _chances_sql(model: Model) -> str:
    """Of how many members a stranger could be one: those of the place that both have in common, and his twin.

    A whole number has one holder, wherever: there only how many share the place says something.
    """
    return f"CASE WHEN nik_relation = 'equal' THEN crowd_share ELSE crowd + {model.kin} END"


def _accept_far_above(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """The best pair of a row and of its member, where both others are far below."""
    step = model.by_weight
    fits = " OR ".join(relations_sql(one) for one in step.any_of)
    is_rare = f"namesakes <= {model.most_namesakes}"
    own_serial = "(nik_relation = 'equal' OR NOT slip_in_serial)"
    connection.execute(f"""
        INSERT INTO {ACCEPTED}
        WITH compared AS (
            SELECT *, max(weight) OVER (PARTITION BY row_id ORDER BY weight DESC, nik
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_of_row,
                row_number() OVER (PARTITION BY row_id ORDER BY weight DESC, nik) AS place_in_row
            FROM {_WEIGHED}
        ), far AS (
            SELECT * FROM compared
            WHERE place_in_row = 1 AND weight >= {step.least_weight} AND ({fits}) AND {is_rare} AND {own_serial} AND NOT waits
                AND weight - coalesce(next_of_row, -1000) >= {step.least_margin}
        )
        SELECT row_id, nik, '{step.name}', who FROM far
            ANTI JOIN {ACCEPTED} AS taken ON taken.nik = far.nik AND taken.who <> far.who
            ANTI JOIN {_WEIGHED} AS rival ON rival.nik = far.nik AND rival.who <> far.who
                AND rival.weight > far.weight - {step.least_margin}
    """)


def _pairs_of(connection: duckdb.DuckDBPyConnection) -> int:
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE linkage_to_weigh AS
        SELECT *, row_number() OVER (ORDER BY row_id, nik) AS pair,
            CASE WHEN namesakes <= {FEW_NAMESAKES} THEN 'few' ELSE 'many' END AS namesakes_relation
        FROM {OPEN}
    """)
    # Read to the end: the connection takes no other work before.
    return int(connection.execute("SELECT count(*) FROM linkage_to_weigh").fetchall()[0][0])


def _weigh(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Both sides of Splink are the pairs: what one side has in common with the other is known."""
    database = DuckDBAPI(connection)
    sides = [
        database.register("linkage_to_weigh", dataset_display_name=side)
        for side in ("roster", "register")
    ]
    linker = Linker(sides, splink_settings(model), log_level=None)
    scored = linker.inference.predict(threshold_match_weight=None)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_SCORED} AS
        SELECT pair_l AS pair, match_weight AS score FROM {scored.physical_name}
    """)
    scored.drop_table_from_database_and_remove_from_cache()


def _comparison(comparison: Comparison) -> dict[str, Any]:
    nothing_known = " AND ".join(f"{name}_relation_l = 'unknown'" for name in comparison.looks_at)
    unknown = {
        "sql_condition": nothing_known,
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    levels = [
        {
            "sql_condition": _condition(level.relations),
            "label_for_charts": _label(level.relations),
            "m_probability": level.m,
            "u_probability": level.u,
        }
        for level in comparison.levels
    ]
    return {"output_column_name": comparison.name, "comparison_levels": [unknown, *levels]}


def _condition(relations: Relations) -> str:
    if not relations:
        return "ELSE"
    found = []
    for name, allowed in relations.items():
        listed = ", ".join(f"'{value}'" for value in allowed)
        found.append(f"{name}_relation_l IN ({listed})")
    return " AND ".join(found)


def _label(relations: Relations) -> str:
    return ", ".join(f"{name} {' or '.join(allowed)}" for name, allowed in relations.items()) or (
        "anything else"
    )
