"""Figures as plain long rows: for a terminal, a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date

import pandas as pd

from coverage_lib.disclosure import Releasable
from coverage_lib.periods import day_after_months
from coverage_lib.present.context import SIMULATED
from coverage_lib.present.tables import neutralise

#: Indicators whose value is a number of months from the as-of date on.
_REACHED = frozenset({"target_reached_on"})
_TABLE_COLUMNS = (
    "indicator", "region_code", "period", "as_of", "dimension", "category", "numerator", "denominator",
    "value", "unit", "day", "scope", "status", "qualifier", "origin", "denominator_source",
)  # fmt: skip


def list_figures(releasable: Releasable, indicators: Sequence[str], output: str) -> str:
    """The region's figures of the period as `table`, `csv` or `json`, in a fixed order.

    Numbers are not rounded beyond six decimals and not localised; a figure that is not
    available or suppressed has an empty value (null in JSON) and says so in `status`. `day` is
    the date that a value in months from the as-of date leads to; empty for everything else.
    """
    rows = releasable.rows
    chosen = rows[
        (rows["region_code"] == releasable.region.code) & (rows["period"] == str(releasable.period))
    ]
    if indicators:
        chosen = chosen[chosen["indicator"].isin(list(indicators))]
    mark: dict[str, str | int | float | None] = {
        "simulated": "true" if releasable.simulated else "false"
    }
    days = [
        day_after_months(as_of, value) if indicator in _REACHED and status == "available" else None
        for indicator, as_of, value, status in zip(
            *(chosen[name] for name in ("indicator", "as_of", "value", "status")), strict=True
        )
    ]
    records = [
        {str(name): _plain(cell) for name, cell in row.items()} | {"day": _plain(day)} | mark
        for row, day in zip(chosen.to_dict("records"), days, strict=True)
    ]
    names = [*(str(name) for name in rows.columns), "day", *mark]
    if output == "json":
        return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
    if output == "csv":
        return _csv(records, names)
    label = f"{SIMULATED}\n" if releasable.simulated else ""
    return label + _table(records)


def _plain(cell: object) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return None
    number = round(float(str(cell)), 6)
    return int(number) if number.is_integer() else number


def _csv(records: Sequence[dict[str, str | int | float | None]], names: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for record in records:
        cells = [record[name] for name in names]
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()


def _table(records: Sequence[dict[str, str | int | float | None]]) -> str:
    """Columns aligned with blanks, numbers to the right."""
    if not records:
        return "no figures\n"
    lines = [list(_TABLE_COLUMNS)]
    lines += [
        ["" if record[name] is None else str(record[name]) for name in _TABLE_COLUMNS]
        for record in records
    ]
    widths = [max(len(line[index]) for line in lines) for index in range(len(_TABLE_COLUMNS))]
    numbers = {_TABLE_COLUMNS.index(name) for name in ("numerator", "denominator", "value")}
    return "".join(
        "  ".join(
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )
