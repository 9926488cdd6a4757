"""Sheets that print well on A4: titles, a head that repeats, rows, pages with numbers.

Text is text whatever it begins with, and stays so when somebody types over it; numbers have the dots of
Indonesian whatever language a spreadsheet speaks. Nothing here knows what a cell means.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coverage_lib.handover.words import say
from coverage_lib.present.tables import neutralise

_STAMP = datetime(2020, 1, 1)  # noqa: DTZ001  Excel knows no time zone; this never changes
_A4 = 9
_FONT_SIZE = 10
_LINE_HEIGHT = 1.3  # of the size of its letters
#: Letters of the usual size in one unit of a column's width, wide typefaces too; plain sentences have
#: few capitals.
_LETTERS_A_WIDTH, _LETTERS_A_WIDTH_OF_NOTES = 1.0, 1.12
_INDENT_WIDTH = 1.5
_COUNT = r"[>=1000000]#\.###\.##0;[>=1000]#\.##0;0"
_RUPIAH = r'[>=1000000]"Rp"#\.###\.##0;[>=1000]"Rp"#\.##0;"Rp"0'
_BOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "font_size": 12, "text_wrap": True, "valign": "bottom"},
    "warning": {"bold": True, "font_color": "#9C0006", "text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DDE6EE", "border": 1, "indent": 1, "num_format": "@"},
    "head_right": {"bold": True, "text_wrap": True, "align": "right", "valign": "vcenter", "bg_color": "#DDE6EE", "border": 1, "indent": 1, "num_format": "@"},
    "text": {"text_wrap": True, "valign": "vcenter", "border": 1, "indent": 1, "num_format": "@"},
    "count": {"align": "right", "valign": "vcenter", "border": 1, "indent": 1, "num_format": _COUNT},
    "rupiah": {"align": "right", "valign": "vcenter", "border": 1, "indent": 1, "num_format": _RUPIAH},
    "right": {"align": "right", "valign": "vcenter", "border": 1, "indent": 1, "num_format": "@"},
    "total_text": {"bold": True, "valign": "vcenter", "border": 1, "top": 2, "indent": 1, "num_format": "@"},
    "total_count": {"bold": True, "align": "right", "valign": "vcenter", "border": 1, "top": 2, "indent": 1, "num_format": _COUNT},
    "total_right": {"bold": True, "align": "right", "valign": "vcenter", "border": 1, "top": 2, "indent": 1, "num_format": "@"},
    "middle": {"align": "center", "valign": "vcenter", "border": 1, "num_format": "0"},
    "plain": {"num_format": "@", "border": 1},
    "plain_head": {"num_format": "@", "bold": True, "border": 1},
    "needed": {"num_format": "@", "bg_color": "#FFF2A8", "border": 1},
    "optional": {"num_format": "@", "bg_color": "#EFEFEF", "border": 1},
}  # fmt: skip

Value = str | int | None


@dataclass(frozen=True)
class Cell:
    """A value, its form (one of _FORMATS) and over how many columns it goes."""

    value: Value
    form: str = "text"
    span: int = 1


Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """Lines from the top of a grid of columns. `head` is the line that repeats on each page and under
    which rows stay put and are filtered; None where the sheet has several small tables. `breaks` are
    lines that begin a page, `choices` the codes that a column's cells may have, `least_points` the height of a line below
    the head that is written on by hand.
    """

    name: str
    widths: tuple[float, ...]
    lines: tuple[Line, ...]
    head: int | None = None
    landscape: bool = False
    pages_wide: int = 1
    repeated_columns: int = 0
    breaks: tuple[int, ...] = ()
    least_points: float = 0
    choices: dict[int, tuple[str, ...]] = field(default_factory=dict)


def text_line(text: str, form: str, columns: int) -> Line:
    """One text over all columns."""
    return (Cell(text, form, columns),)


def row_line(values: Sequence[Value], forms: Sequence[str] | str = "text") -> Line:
    named = [forms] * len(values) if isinstance(forms, str) else forms
    return tuple(Cell(value, form) for value, form in zip(values, named, strict=True))


def workbook_bytes(sheets: Sequence[Sheet], title: str, header: str) -> bytes:
    """The workbook, made in memory: not encrypted, so never to be written to a disk.

    `title` stands at the foot of each page, `header` at its head. The same sheets give the same bytes.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _BOOK_OPTIONS) as book:
        book.set_properties({"created": _STAMP, "title": title})
        forms = {
            name: book.add_format({"font_size": _FONT_SIZE, **form})
            for name, form in _FORMATS.items()
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, forms)
        for worksheet in book.worksheets():
            worksheet.set_header(f"&L&8{_code(header)}&R&8&A")
            worksheet.set_footer(f"&L&8{_code(title)}&R&8{say('page')}")
    return buffer.getvalue()


def _write(target: Worksheet, sheet: Sheet, forms: dict[str, Any]) -> None:
    for column, width in enumerate(sheet.widths):
        target.set_column(column, column, width)
    for row, line in enumerate(sheet.lines):
        is_below = sheet.head is not None and row > sheet.head
        least = sheet.least_points if is_below else 0
        target.set_row(row, max(_height(line, sheet.widths), least))
        column = 0
        for cell in line:
            _write_cell(target, row, column, cell, forms)
            column += cell.span
    _set_page(target, sheet)


def _write_cell(
    target: Worksheet, row: int, column: int, cell: Cell, forms: dict[str, Any]
) -> None:
    form = forms[cell.form]
    value = neutralise(cell.value) if isinstance(cell.value, str) else cell.value
    if cell.span > 1:
        target.merge_range(row, column, row, column + cell.span - 1, "", form)
    if value is None or value == "":
        target.write_blank(row, column, None, form)
    elif isinstance(value, int):
        target.write_number(row, column, value, form)
    else:
        target.write_string(row, column, value, form)


def _set_page(target: Worksheet, sheet: Sheet) -> None:
    last_row, last_column = len(sheet.lines) - 1, len(sheet.widths) - 1
    target.set_paper(_A4)
    if sheet.landscape:
        target.set_landscape()
    target.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    target.fit_to_pages(sheet.pages_wide, 0)
    target.set_h_pagebreaks(list(sheet.breaks))
    target.hide_gridlines(1)
    target.print_area(0, 0, last_row, last_column)
    target.ignore_errors({"number_stored_as_text": f"A1:{_letters(last_column)}{last_row + 1}"})
    if sheet.repeated_columns:
        target.repeat_columns(0, sheet.repeated_columns - 1)
    if sheet.head is None:
        return
    target.repeat_rows(sheet.head)
    target.freeze_panes(sheet.head + 1, sheet.repeated_columns)
    target.autofilter(sheet.head, 0, max(last_row, sheet.head), last_column)
    for column, codes in sheet.choices.items():
        if last_row > sheet.head:
            target.data_validation(
                sheet.head + 1,
                column,
                last_row,
                column,
                {"validate": "list", "source": list(codes)},
            )


def _height(line: Line, widths: Sequence[float]) -> float:
    """Points that a line needs: not every spreadsheet fits it to text that goes on below itself."""
    column, lines, size = 0, 1, _FONT_SIZE
    for cell in line:
        width = sum(widths[column : column + cell.span])
        column += cell.span
        form = _FORMATS[cell.form]
        if isinstance(cell.value, str) and form.get("text_wrap"):
            size = max(size, form.get("font_size", _FONT_SIZE))
            width -= _INDENT_WIDTH if "indent" in form else 0
            density = _LETTERS_A_WIDTH_OF_NOTES if cell.form == "note" else _LETTERS_A_WIDTH
            letters = int(width * density * _FONT_SIZE / size)
            lines = max(lines, len(textwrap.wrap(cell.value, max(letters, 1))))
    return lines * size * _LINE_HEIGHT + 2


def _code(text: str) -> str:
    """A text in a page's head or foot, where & begins an instruction."""
    return text.replace("&", "&&")


def _letters(column: int) -> str:
    return str(xl_col_to_name(column))
