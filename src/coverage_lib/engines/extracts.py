"""The extracts of some days alone, of a table that holds several."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import ibis
import ibis.expr.types as ir


def of_days(table: ir.Table, days: Collection[date] | None) -> ir.Table:
    """The rows as of the days; all rows for None."""
    if days is None:
        return table
    return table.filter(table.as_of_date.isin([ibis.date(day.isoformat()) for day in sorted(days)]))
