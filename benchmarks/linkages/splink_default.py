"""Splink as its tutorial begins: its own comparisons, weights that it estimates, 0.95 and above accepted."""

from __future__ import annotations

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_ACCEPTED_FROM = 0.95
_PAIRS_TO_SAMPLE = 1_000_000
_SEED = 1


def find(connection: duckdb.DuckDBPyConnection) -> str:
    connection.execute(
        "CREATE TABLE l AS SELECT row_id AS unique_id, upper(name) AS name, nik_as_written AS nik, birth_date, village_code FROM roster"
    )
    connection.execute(
        "CREATE TABLE r AS SELECT row_number() OVER () AS unique_id, upper(name) AS name, nik, birth_date, village_code FROM register"
    )
    database = DuckDBAPI(connection)
    sides = [database.register(name, dataset_display_name=name) for name in ("l", "r")]
    # A list without any number cannot be weighed by it.
    has_numbers = connection.execute("SELECT count(nik) FROM l").fetchall()[0][0] > 0
    of_number = [block_on("nik")] if has_numbers else []
    rules = [*of_number, block_on("birth_date"), block_on("name")]
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            *([cl.ExactMatch("nik")] if has_numbers else []),
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=False),
            cl.ExactMatch("village_code"),
        ],
    )
    linker = Linker(sides, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [*of_number, block_on("birth_date", "name")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS_TO_SAMPLE, seed=_SEED)
    for rule in (block_on("birth_date"), block_on("name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=_ACCEPTED_FROM)
    left = "source_dataset_l = 'l'"
    return f"""
        WITH pairs AS (
            SELECT if({left}, unique_id_l, unique_id_r) AS row_id, if({left}, unique_id_r, unique_id_l) AS member,
                match_weight FROM {scored.physical_name}
        ), best AS (
            SELECT row_id, arg_max(member, match_weight) AS member FROM pairs GROUP BY row_id
        )
        SELECT row_id, r.nik, true AS is_certain, 'splink' AS rule, NULL::BIGINT AS place_in_queue
        FROM best JOIN r ON r.unique_id = member"""
