"""Tables as blocks: entries with a text for people and a raw value for the CSV beside it.

The CSV holds numbers as numbers (decimal point, no grouping) and neutralises text that a
spreadsheet would run as a formula; a figure without a value is an empty field with its
status in words nowhere pretended to be a number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Figure
from coverage_lib.present.block_kinds import Column, RowRole, Status, Table, cell, column, row
from coverage_lib.present.blocks import table
from coverage_lib.present.formats import decimal_text, round_half_up
from coverage_lib.present.quantities import (
    COUNTED_UNITS,
    Change,
    figure_text,
    known_value,
    number_text,
    of_figures,
    status_of,
)
from coverage_lib.present.words import Words

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

Raw = str | int | float | None


@dataclass(frozen=True)
class Entry:
    """One cell before it is drawn: what people read, and the raw value behind it."""

    text: str
    raw: Raw
    status: Status = "available"
    bar: float | None = None
    header: bool = False


@dataclass(frozen=True)
class Line:
    """One row of entries; `role` marks totals and the row of unknown regions."""

    entries: tuple[Entry, ...]
    role: RowRole = "body"


def label(content: str) -> Entry:
    """The entry that names its row."""
    return Entry(content, content, header=True)


def words_entry(content: str) -> Entry:
    return Entry(content, content)


def figure_entry(figure: Figure, words: Words, *, bar_of: float | None = None) -> Entry:
    """A figure without its unit, which the column says; `bar_of` is the value of a full bar."""
    status = status_of(figure)
    if not figure.is_available:
        return Entry(figure_text(figure, words), None, status)
    value = known_value(figure)
    shown = of_figures(
        words.say(f"qualifier.{figure.qualifier}", value=str(number_text(figure, words))), figure
    )
    bar = None if not bar_of else min(1.0, max(0.0, value / bar_of))
    return Entry(shown, _raw(figure), status, bar)


def not_applicable(words: Words) -> Entry:
    """For a figure that cannot exist, such as the coverage of an unknown region."""
    return Entry(words.say("status.not_applicable"), None, "not_available")


def scaled_entry(figure: Figure, words: Words, exponent: int) -> Entry:
    """An amount in units of ten to the `exponent`, two decimals; whole rupiah where 0."""
    status = status_of(figure)
    if not figure.is_available:
        return Entry(figure_text(figure, words), None, status)
    if status == "zero":
        return Entry(of_figures("0", figure), 0, status)
    scaled = round_half_up(known_value(figure)).scaleb(-exponent)
    shown = decimal_text(scaled, words.language, 2 if exponent else 0)
    shown = words.say(f"qualifier.{figure.qualifier}", value=shown)
    return Entry(of_figures(shown, figure), _raw(figure), status)


def change_entry(change: Change | None, words: Words) -> Entry:
    """A signed difference; words for none, because there is nothing to compare with."""
    if change is None:
        return Entry(words.say("status.not_available"), None, "not_available")
    unchanged = change.direction == "unchanged"
    return Entry(
        change.number(words), round(change.difference, 6), "zero" if unchanged else "available"
    )


def make_table(
    identifier: str,
    caption: str,
    columns: Sequence[Column],
    lines: Sequence[Line],
    *,
    notes: Sequence[str] = (),
    codes: Sequence[str] = (),
) -> Table:
    """A table block with its CSV; every line has one entry a column.

    `codes`, one a line, become a first column of the CSV that the drawn table leaves out.
    """
    rows = [
        row(
            [
                cell(one.text, status=one.status, bar=one.bar, header=one.header)
                for one in line.entries
            ],
            role=line.role,
        )
        for line in lines
    ]
    header = [one["key"] for one in columns]
    fields = [[entry.raw for entry in line.entries] for line in lines]
    if codes:
        header = ["code", *header]
        fields = [[code, *line] for code, line in zip(codes, fields, strict=True)]
    data = csv_text(header, fields)
    return table(
        identifier, caption, columns, rows, notes=[note for note in notes if note], csv=data
    )


def text_column(key: str, title: str, width: float | None = None) -> Column:
    return column(key, title, width=width)


def number_column(key: str, title: str, width: float | None = None) -> Column:
    return column(key, title, align="end", width=width)


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Raw]]) -> str:
    """Comma-separated text with a header line, CRLF line ends, formulas neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    writer.writerows([[_field(value) for value in line] for line in rows])
    return buffer.getvalue()


def neutralise(content: str) -> str:
    """Text that a spreadsheet takes as text: an apostrophe before what starts a formula."""
    return "'" + content if content.startswith(_FORMULA_STARTS) else content


def amount_exponent(figures: Sequence[Figure]) -> int:
    """The power of ten that the amounts of one column are best read in: 9, 6, or 0."""
    largest = max((abs(known_value(one)) for one in figures if one.is_available), default=0.0)
    return 9 if largest >= 10**10 else 6 if largest >= 10**7 else 0


def _field(value: Raw) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise(value)
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _raw(figure: Figure) -> Raw:
    value = known_value(figure)
    return int(value) if figure.unit in COUNTED_UNITS and float(value).is_integer() else value
