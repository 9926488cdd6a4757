"""What tables, columns, reasons and days of a source are called, and which figures tell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.intake.reasons import in_indonesian
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.tables import Entry, figure_entry, number_entry
from coverage_lib.receipts import FaultCount
from coverage_lib.reference.regions import Region
from coverage_lib.tables import load_table, table_names

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NONE = "–"


def province_of(releasable: Releasable) -> Region:
    """The province that the sources are of: the region itself, or the one above it."""
    above = [one for one in releasable.ancestors if one.level == "provinsi"]
    return above[0] if above else releasable.region


def is_province(releasable: Releasable) -> bool:
    return releasable.region.level == "provinsi"


def by_category(releasable: Releasable, indicator: str, dimension: str) -> dict[str, Figure]:
    """The province's figures of an indicator by category, of each the latest extract's."""
    code = province_of(releasable).code
    return {one.category: one for one in releasable.figures(indicator, dimension, region_code=code)}


def table_title(context: PartContext, table: str) -> str:
    return load_table(table).title[context.language] if table in table_names() else table


def column_title(context: PartContext, table: str, column: str) -> str:
    """The label of a column of the dictionary; a region that was looked up is a column too."""
    if table in table_names():
        entry = load_table(table)
        for one in entry.columns:
            if one.name == column:
                return one.label[context.language]
        if entry.region is not None and entry.region.column == column:
            return context.say("quality.region_column")
    return column


def fault_text(context: PartContext, fault: FaultCount) -> str:
    """The fault in words, with its header as in the file; the only day in one is the extract's."""
    expected = in_indonesian(fault.expected) if context.language == "id" else fault.expected
    expected = _DAY.sub(context.say("quality.as_of_date"), expected)
    if not fault.column:
        return expected[:1].upper() + expected[1:]
    return context.say("quality.fault", column=fault.column, expected=expected)


def count(context: PartContext, number: float) -> str:
    return decimal_text(number, context.language)


def rest_notes(context: PartContext, rest: int) -> list[str]:
    """How many lines a table leaves out, as its last note; none where it lists all."""
    if rest <= 0:
        return []
    return [context.words.counted("quality.mend.rest", rest, value=count(context, rest))]


def count_entry(context: PartContext, number: int, *, bar_of: float | None = None) -> Entry:
    return number_entry(number, context.language, bar_of=bar_of)


def share_entry(context: PartContext, figure: Figure | None) -> Entry:
    """A figure of a table where many cannot be: a dash stands for those, a note says why."""
    if figure is None or figure.status == "not_available":
        return Entry(_NONE, None, "not_available")
    return figure_entry(figure, context.words)


def days_entry(context: PartContext, day: date | None) -> Entry:
    if day is None:
        return Entry(context.say("quality.various"), None)
    return Entry(day_text(day, context.language), day.isoformat())


def days_text(context: PartContext, days: Sequence[date | None]) -> str:
    """One day, or the first and the last of several."""
    known = sorted({day for day in days if day is not None})
    if not known:
        return context.say("quality.various")
    first, last = (day_text(day, context.language) for day in (known[0], known[-1]))
    return first if len(known) == 1 else context.say("quality.days", first=first, last=last)
