"""Cells of tables that set regions side by side."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure
from coverage_lib.present.context import PartContext
from coverage_lib.present.parts.coverage.region_rows import RegionRow
from coverage_lib.present.tables import Entry, figure_entry

#: For a figure that cannot exist, such as the coverage of an unknown region; a note explains it.
DASH = "–"
COLUMN_LABELS = {
    "active": "coverage_notebook.column.active",
    "eligible": "column.eligible",
    "coverage": "column.coverage",
    "change": "coverage_notebook.column.change",
    "PU": "coverage_notebook.column.PU",
    "BPU": "coverage_notebook.column.BPU",
    "gap": "coverage_notebook.column.gap",
}


def region_entry(
    context: PartContext, row: RegionRow, figure: Figure, *, bar: bool = False
) -> Entry:
    """An unknown region has participants, but nothing that they could be a share of."""
    is_count = figure.indicator == "active_participants"
    if row.region.is_unknown and not figure.is_available and not is_count:
        return cannot_be()
    return figure_entry(figure, context.words, bar_of=100.0 if bar and row.is_headline else None)


def cannot_be() -> Entry:
    return Entry(DASH, None, "not_available")


def is_empty(row: RegionRow) -> bool:
    """An unknown region that holds nobody says nothing."""
    active = row.figure("active_participants")
    return row.region.is_unknown and (active.status == "not_available" or active.value == 0)


def dash_note(context: PartContext, rows: Sequence[RegionRow]) -> list[str]:
    """What a dash means, where one is printed."""
    if not any(row.region.is_unknown and not is_empty(row) for row in rows):
        return []
    meaning = context.say("status.not_applicable")
    return [context.say("coverage_notebook.region.dash", dash=DASH, meaning=meaning)]
