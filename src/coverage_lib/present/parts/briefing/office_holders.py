"""The village ecosystem in the briefing: who is registered, and how far earlier lists have come."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Column, Inline, Row, Table
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.progress import Progress, ProgressChart
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.parts.sentences import known_children, level_word
from coverage_lib.present.parts.village.counts import POSITIONS
from coverage_lib.present.parts.village.ecosystem import village_ecosystem
from coverage_lib.present.parts.village.progress import (
    SINCE,
    drawn_progress,
    followed,
    progress_chart,
    progress_note,
)
from coverage_lib.present.places import row_name, short_name
from coverage_lib.present.quantities import figure_text, known_value
from coverage_lib.reference.regions import Region

#: More regions than this are told by the first and the last in a sentence.
_MOST_REGIONS = 8


def office_holders(releasable: Releasable, language: str) -> Blocks:
    """The table of posts; where a list is followed, beside it the progress by position and region.

    Empty where neither is known.
    """
    context = open_part(releasable, language)
    table = village_ecosystem(releasable, language).blocks
    found = followed(releasable)
    if found is None:
        return context.show(table)
    drawn = drawn_progress(
        context, found, position_and_region_chart(context), progress_note(context, found)
    )
    sentence = progress_sentence(context)
    said: list[Block] = [blocks.paragraph(sentence)] if sentence else []
    heading = blocks.heading(2, "village", context.say("section.village"))
    tables: list[Block] = [_narrow(context, one) for one in table if one["kind"] == "table"]
    if not tables:
        return context.show([heading, drawn, *said])
    return context.show([heading, blocks.side_by_side((1.6, [*tables, *said]), (1.0, [drawn]))])


def position_and_region_chart(context: PartContext) -> ProgressChart:
    """The positions in the order of the village's books, and the regions, the furthest first.

    Where neither is known, the lists of a village.
    """
    releasable = context.releasable
    positions = tuple(
        _row(context, context.say(f"roster_progress.position.{name}"), figure)
        for name in POSITIONS
        for figure in (releasable.figure(SINCE, "position", name),)
        if figure.is_available
    )
    ranked = _ranked(context)
    regions = tuple(_row(context, short_name(one, context.words), figure) for one, figure in ranked)
    if len(regions) > _MOST_REGIONS:
        regions = ()
    groups = tuple(group for group in (positions, regions) if len(group) > 1)
    if not groups:
        return progress_chart(context)
    return ProgressChart(groups, False, context.language)


def progress_sentence(context: PartContext) -> list[Inline]:
    """The furthest and the least far of regions that are too many to draw; empty for others."""
    words = context.words
    ranked = _ranked(context)
    if len(ranked) <= _MOST_REGIONS or ranked[0][1].value == ranked[-1][1].value:
        return []
    (best, best_figure), (slowest, slowest_figure) = ranked[0], ranked[-1]
    return marked(
        context, "roster_progress.regions", level=level_word(context),
        best=row_name(best, words), best_share=figure_text(best_figure, words),
        slowest=row_name(slowest, words), slowest_share=figure_text(slowest_figure, words),
    )  # fmt: skip


def _ranked(context: PartContext) -> list[tuple[Region, Figure]]:
    """The regions within that had people on the list, the furthest first."""
    found = [
        (child, figure)
        for child in known_children(context.releasable)
        if not child.is_unknown
        for figure in (context.releasable.figure(SINCE, region_code=child.code),)
        if figure.is_available
    ]
    return sorted(found, key=lambda one: (-known_value(one[1]), one[0].code))


def _row(context: PartContext, name: str, figure: Figure) -> Progress:
    return Progress(name, figure.value, figure_text(figure, context.words))


def _narrow(context: PartContext, table: Table) -> Table:
    """The table for one side of a page: without the subtotals, which its title says, and without in-cell
    bars; short names and heads, its notes in one.
    """
    short = {
        context.say(full): context.say(f"roster_progress.position.{name}")
        for name, full in (
            ("village_institution", "position.village_institution"),
            ("village_council", "position_group.village_council"),
        )
    }
    rows: list[Row] = [
        {**row, "cells": [{**cell, "bar": None, "text": short.get(cell["text"], cell["text"])} for cell in row["cells"]]}
        for row in table["rows"]
        if row["role"] == "body" or row is table["rows"][-1]
    ]  # fmt: skip
    columns: list[Column] = [
        {**one, "label": "%"} if one["key"] == "share" else one for one in table["columns"]
    ]
    notes = [" ".join(table["notes"])] if table["notes"] else []
    return {**table, "columns": columns, "rows": rows, "notes": notes}
