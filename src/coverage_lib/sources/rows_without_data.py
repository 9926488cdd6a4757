"""Rows that are no data: blank ones, totals, headers repeated on each page, notes below the table.

Pure: cells of a row in, the kind of the row out. Each rule asks for all that it names; what
does not fit one wholly stays a data row, and the checks say what it lacks.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from coverage_lib.sources.headers import Header
from coverage_lib.tables import Column, Table

BLANK, REPEATED, TOTALS, NOTE = "blank", "repeated header", "totals", "note"
_QUANTITIES = {"integer", "decimal", "money", "flag"}
_TOTALS_WORDS = (
    r"(?i)^((sub|grand)[\s-]*)?(jumlah|total)"
    r"(\s+(jumlah|total|keseluruhan|seluruh|seluruhnya|semua|umum|akhir|halaman|ini))*\s*[:.]?$"
)
_NOTE_WORDS = (
    r"(?i)^((catatan|keterangan|sumber|notes?|source)\s*:"
    r"|(dicetak|printed|(tanggal|tgl\.?|waktu) cetak)\b"
    r"|(halaman|hal\.?|page)\s*:?\s*\d+(\s*(dari|of|/)\s*\d+)?$)"
)


def row_kind(
    cells: Sequence[ir.StringValue],
    of_column: Mapping[str, ir.StringValue],
    header: Header | None,
    table: Table,
) -> ir.StringValue:
    """Null for a row of data, else why it is none.

    Totals: the first filled cell is a word for them, and every required column that is no
    quantity is empty (but for that cell). Note: the only filled cell, which begins as notes
    do. Repeated header: every cell as in one row of the header; null where a file has none.
    """
    bare = [_bare(cell) for cell in cells]
    leading = ibis.coalesce(*bare)
    identifying = [_bare(of_column[column.name]) for column in identifying_columns(table)]
    nothing_else = _all([cell.isnull() | (cell == leading) for cell in identifying])
    filled = functools.reduce(operator.add, (cell.notnull().cast("int64") for cell in bare))
    kinds = [
        (leading.isnull(), BLANK),
        *((repeats, REPEATED) for repeats in _repetitions(bare, header)),
        (nothing_else & leading.re_search(_TOTALS_WORDS), TOTALS),
        (nothing_else & (filled == 1) & leading.re_search(_NOTE_WORDS), NOTE),
    ]
    return ibis.cases(*kinds, else_=ibis.null("string"))


def is_totals_or_note(text: str) -> bool:
    """Whether a line of one cell begins as totals or notes do."""
    return bool(re.search(_TOTALS_WORDS, text) or re.search(_NOTE_WORDS, text))


def identifying_columns(table: Table) -> tuple[Column, ...]:
    """The required columns that say what a row is of: all but quantities."""
    return tuple(
        column for column in table.columns if column.required and column.type not in _QUANTITIES
    )


def may_be_without_data(
    of_column: Mapping[str, ir.StringValue], header: Header | None, table: Table
) -> ir.BooleanValue:
    """A cheap look at two cells that no row of data lacks, so that few of millions are looked at closely."""
    names = [column.name for column in identifying_columns(table) if column.not_null][:2]
    suspects = []
    for name in names:
        cell = of_column[name]
        suspects += [cell.isnull(), cell < "!"]  # nothing, or something that begins with a blank
    if header is not None:
        position = header.positions[names[0]]
        texts = [cells[position].strip() for cells in header.texts if position < len(cells)]
        suspects.append(of_column[names[0]].isin(texts))
    return functools.reduce(operator.or_, suspects).fill_null(True)


def _repetitions(bare: Sequence[ir.StringValue], header: Header | None) -> list[ir.BooleanValue]:
    if header is None:
        return []
    repetitions = []
    for texts in header.texts:
        padded = [*texts, *[""] * (len(bare) - len(texts))]
        repetitions.append(
            _all(
                [
                    cell.isnull() if not text.strip() else cell == text.strip()
                    for cell, text in zip(bare, padded, strict=True)
                ]
            ).fill_null(False)
        )
    return repetitions


def _bare(cell: ir.StringValue) -> ir.StringValue:
    return cell.strip().nullif("")


def _all(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    return functools.reduce(operator.and_, conditions)
