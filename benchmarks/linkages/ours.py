"""The library's rules and ranking, as `cakupan roster link` runs them."""

from __future__ import annotations

import duckdb

from coverage_lib.linkage.link import link


def find(connection: duckdb.DuckDBPyConnection) -> str:
    links = link(connection, "roster", "register").links
    return (
        f"SELECT row_id, nik, is_certain, rule, place_in_queue FROM {links} WHERE rule IS NOT NULL"
    )
