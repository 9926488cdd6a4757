"""Where a row counts whose place is not known."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from coverage_lib.reference.regions import unknown_village


def village_or_unknown(table: ir.Table, province: str) -> ir.StringValue:
    """The village of each row, never missing.

    Intake leaves none empty; a warehouse that the tables are read from may.
    """
    return ibis.coalesce(table.village_code, unknown_village(province))
