"""How wide the columns of a table are on an A4 page, and where a table that is too wide splits.

Widths are estimated from the texts, in four steps from roomy to tight; the first step at
which the table fits is taken. A table that fits at none is split by columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from coverage_lib.present import style
from coverage_lib.present.block_kinds import Cell, Table

Data = dict[str, object]

#: Mean width of a character in table type, cell padding, and the place of an in-cell bar, in
#: millimetres. The first is on the wide side: a table that is split too early still reads well.
_CHARACTER = 0.51 * style.TYPE_SIZES.table * 25.4 / 72
_PADDING = 3.4
_BAR = 20.0
#: How wide a column of text may ask to be before its text wraps, by step.
_TEXT_COLUMN = (75.0, 60.0, 45.0, 42.0)
_NARROWEST_TEXT = 22.0
_SHORT = 14
_FIGURES = frozenset({"available", "zero"})


def table_parts(block: Table) -> list[Data]:
    """The table as one part, or as several that each repeat the columns that name the rows."""
    for step in range(len(_TEXT_COLUMN)):
        widths = [_column_width(block, index, step) for index in range(len(block["columns"]))]
        if sum(widths) <= style.PAGE.text_width:
            return [_part(block, range(len(widths)), widths)]
    return [_part(block, columns, widths) for columns in _split_columns(block, widths)]


def _column_width(block: Table, index: int, step: int) -> float:
    """What a column asks for: labels wrap from step 1, words for figures from 2, all from 3."""
    column = block["columns"][index]
    cells = [row["cells"][index] for row in block["rows"]]
    label = column["label"]
    lines = [_in_two_lines(label) if step >= 1 else len(label)]
    lines += [_line_length(cell, step) for cell in cells]
    wanted = max(lines) * _CHARACTER
    barred = [len(cell["text"]) for cell in cells if cell["bar"] is not None]
    if barred:
        wanted = max(wanted, max(barred) * _CHARACTER + _BAR)
    wanted += _PADDING
    return wanted if column["align"] == "end" else min(wanted, _TEXT_COLUMN[step])


def _line_length(cell: Cell, step: int) -> int:
    wraps = step >= 3 or (step >= 2 and cell["status"] not in _FIGURES)
    return _in_two_lines(cell["text"]) if wraps else len(cell["text"])


def _in_two_lines(content: str) -> int:
    """How many characters wide a text is when it may wrap once; a short one does not wrap."""
    if len(content) <= _SHORT:
        return len(content)
    # Only ordinary spaces are places to wrap at: the no-break space in "Rp 1 miliar" is not.
    words = content.split(" ")
    breaks = [len(" ".join(words[:at])) for at in range(len(words) + 1)]
    return min(max(first, len(content) - first - 1) for first in breaks)


def _split_columns(block: Table, widths: Sequence[float]) -> list[list[int]]:
    every = list(range(len(widths)))
    # Text columns can wrap further: a table is only split when it is too wide even for that.
    least = [
        width if column["align"] == "end" else min(width, _NARROWEST_TEXT)
        for width, column in zip(widths, block["columns"], strict=True)
    ]
    if sum(least) <= style.PAGE.text_width or len(every) <= 2:
        return [every]
    named = _naming_columns(block)
    space = style.PAGE.text_width - sum(widths[index] for index in named)
    parts: list[list[int]] = []
    used = space + 1.0
    for index in every:
        if index in named:
            continue
        if used + widths[index] > space:
            parts.append(list(named))
            used = 0.0
        parts[-1].append(index)
        used += widths[index]
    return parts


def _naming_columns(block: Table) -> list[int]:
    """The columns that name a row, two at most; the first one when none is marked."""
    first = next(iter(block["rows"]), None)
    marked = [i for i, one in enumerate(first["cells"]) if one["header"]] if first else []
    return marked[:2] or [0]


def _part(block: Table, columns: Sequence[int], widths: Sequence[float]) -> Data:
    return {
        "columns": [
            {**block["columns"][index], "layout": _column_layout(block, index, columns, widths)}
            for index in columns
        ],
        "rows": [
            {"role": row["role"], "cells": [dict(row["cells"][index]) for index in columns]}
            for row in block["rows"]
        ],
    }


def _column_layout(
    block: Table, index: int, columns: Sequence[int], widths: Sequence[float]
) -> Data:
    """Fixed for figures and bars, a share of what is left for text that may wrap.

    One column always takes the room that is left: the ones with long text, or the row names.
    """
    column = block["columns"][index]
    bars = any(row["cells"][index]["bar"] is not None for row in block["rows"])
    if column["align"] == "end" or bars:
        return {"unit": "mm", "size": widths[index], "bar": _BAR if bars else 0}
    texts = [i for i in columns if block["columns"][i]["align"] == "start"]
    wrapping = [i for i in texts if widths[i] >= min(_TEXT_COLUMN) or block["columns"][i]["width"]]
    named = [i for i in _naming_columns(block) if i in texts] or texts
    if index in (wrapping or named[:1]):
        return {"unit": "fr", "size": column["width"] or _share(block, index), "bar": 0}
    return {"unit": "auto", "size": 0, "bar": 0}


def _share(block: Table, index: int) -> float:
    """The share of a text column: it grows with its texts, but slower, as they can wrap."""
    lengths = [len(row["cells"][index]["text"]) for row in block["rows"]]
    return round(sqrt(max(sum(lengths) / max(len(lengths), 1), 9.0)), 2)
