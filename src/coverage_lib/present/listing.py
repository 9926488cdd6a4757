"""Figures as plain long rows: for a terminal, a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date

import pandas as pd

from coverage_lib.disclosure import Releasable
from coverage_lib.indicators.definitions import sections
from coverage_lib.periods import day_after_months
from coverage_lib.present.context import SIMULATED
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.tables import neutralise

#: Indicators whose value is a number of months from the as-of date on.
_REACHED = frozenset({"target_reached_on"})
_TABLE_COLUMNS = (
    "indicator", "as_of", "dimension", "category", "numerator", "denominator", "value", "unit", "day",
    "scope", "status", "origin", "denominator_source",
)  # fmt: skip
_NUMBERS = ("numerator", "denominator", "value")
_PLACES = {
    "percent": 2, "percentage_points": 2, "claims_per_1000_persons": 2, "persons_per_month": 1,
}  # fmt: skip
#: Mostly whole, and printed with a decimal where they are not: a median of 3.5 days.
_HALVES = frozenset({"months", "days", "working_days"})

_Record = dict[str, str | int | float | None]


def list_figures(releasable: Releasable, indicators: Sequence[str], output: str) -> str:
    """The region's figures of the period as `table`, `csv` or `json`, in a fixed order.

    In csv and json numbers are not rounded beyond six decimals and not localised; a figure
    that is not available or suppressed has an empty value (null in JSON) and says so in
    `status`. The table is for reading: the indicators in the order of their sections, values
    with thousands separated and the decimals of their unit, the reason beside the status.
    `day` is the date that a value in months from the as-of date leads to; empty for everything else.
    """
    rows = releasable.rows
    chosen = rows[
        (rows["region_code"] == releasable.region.code) & (rows["period"] == str(releasable.period))
    ]
    if indicators:
        chosen = chosen[chosen["indicator"].isin(list(indicators))]
    mark: _Record = {"simulated": "true" if releasable.simulated else "false"}
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
    heading = f"{releasable.region.name} ({releasable.region.code}), {releasable.period}\n"
    return label + heading + _table(records)


def _plain(cell: object) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return None
    number = round(float(str(cell)), 6)
    return int(number) if number.is_integer() else number


def _csv(records: Sequence[_Record], names: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for record in records:
        cells = [record[name] for name in names]
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()


def _table(records: Sequence[_Record]) -> str:
    """Columns aligned with blanks, numbers to the right."""
    if not records:
        return "no figures\n"
    place = {name: at for at, name in enumerate(n for part in sections() for n in part.indicators)}
    ordered = sorted(
        records, key=lambda row: (place[str(row["indicator"])], row["dimension"] != "total")
    )
    lines = [list(_TABLE_COLUMNS), *map(_cells, ordered)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(_TABLE_COLUMNS))]
    numbers = {_TABLE_COLUMNS.index(name) for name in _NUMBERS}
    return "".join(
        "  ".join(
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )


def _cells(record: _Record) -> list[str]:
    """A record as it is printed; the places of what a ratio is made from are those of counts."""
    shown = {name: "" if record[name] is None else str(record[name]) for name in _TABLE_COLUMNS}
    unit = str(record["unit"])
    places = dict.fromkeys(_NUMBERS, 0) | {"value": _PLACES.get(unit, 0)}
    if unit in _HALVES and isinstance(record["value"], float):
        places["value"] = 1
    for name in _NUMBERS:
        if isinstance(number := record[name], int | float):
            shown[name] = decimal_text(number, "en", places[name])
    if record["qualifier"] not in (None, "exact"):
        shown["status"] += f" ({record['qualifier']})"
    return [shown[name] for name in _TABLE_COLUMNS]
