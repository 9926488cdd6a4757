"""The trap: equal numbers, and for the others an equal name and birth date where only one member has them."""

from __future__ import annotations

import duckdb


def find(_connection: duckdb.DuckDBPyConnection) -> str:
    return """
        WITH numbered AS (
            SELECT row_id, register.nik FROM roster JOIN register ON nik_as_written = register.nik
        ), named AS (
            SELECT row_id, min(register.nik) AS nik
            FROM (FROM roster ANTI JOIN numbered USING (row_id)) AS open JOIN register
                ON upper(open.name) = register.name AND open.birth_date = register.birth_date
            GROUP BY row_id HAVING count(*) = 1
        )
        SELECT row_id, nik, true AS is_certain, 'nik' AS rule, NULL::BIGINT AS place_in_queue FROM numbered
        UNION ALL SELECT row_id, nik, true, 'name and birth date', NULL FROM named"""
