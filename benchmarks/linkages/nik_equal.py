"""Equal numbers and nothing else."""

from __future__ import annotations

import duckdb


def find(_connection: duckdb.DuckDBPyConnection) -> str:
    return """SELECT row_id, register.nik, true AS is_certain, 'nik' AS rule, NULL::BIGINT AS place_in_queue
        FROM roster JOIN register ON nik_as_written = register.nik"""
