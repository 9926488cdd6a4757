"""Parts of other notebooks cut to what a briefing has room for."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, Table, line_break, text
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import day_text
from coverage_lib.present.parts.claims.paid import claims, scholarships
from coverage_lib.present.parts.coverage.region_charts import bars_figure
from coverage_lib.present.parts.coverage.region_rows import (
    charted,
    is_anything_known,
    ranked,
    rows_of_children,
)
from coverage_lib.present.parts.coverage.region_table import region_table
from coverage_lib.present.parts.coverage.trend import coverage_by_segment, coverage_trend
from coverage_lib.present.parts.quality.reconciliation import reconciliation_sentences
from coverage_lib.present.parts.sentences import level_word

#: More children than this are read in the table; as bars they would fill a page.
_MOST_BARS = 10
_FEWEST_POINTS = 3
_DEFINITIONS = ("active", "coverage")


def regions_in_brief(releasable: Releasable, language: str) -> Blocks:
    """Bars and table of the children, the highest coverage first; no map.

    Empty for a village and where nothing is known. Many children, and villages, stand in the
    table only.
    """
    context = open_part(releasable, language)
    rows = rows_of_children(releasable)
    if not is_anything_known(rows):
        return context.show([])
    level = level_word(context)
    shown: list[Block] = [blocks.heading(2, "region", context.say("section.region", level=level))]
    comparable = tuple(row for row in rows if row.is_headline)
    indicator = charted(comparable)
    has_villages = releasable.region.level == "kecamatan"
    drawn = indicator is not None and len(rows) <= _MOST_BARS and not has_villages
    if indicator is not None and drawn:
        shown.append(bars_figure(context, "region-chart", comparable, indicator, level))
    ordered = ranked(rows, indicator) if indicator is not None else rows
    table = region_table(context, ordered, with_segments=False)
    return context.show([*shown, _cut(table, with_bars=not drawn)])


def segments_in_brief(releasable: Releasable, language: str) -> Blocks:
    """The table of segments with its notes in one."""
    shown = coverage_by_segment(releasable, language).blocks
    context = open_part(releasable, language)
    return context.show(_cut(block) if block["kind"] == "table" else block for block in shown)


def claims_in_brief(releasable: Releasable, language: str) -> Blocks:
    """What was paid, by programme where that is known, and scholarships in a sentence.

    Empty where nothing of the current year is known.
    """
    context = open_part(releasable, language)
    paid: list[Block] = []
    for block in claims(releasable, language).blocks:
        if block["kind"] == "heading" or block["kind"] == "paragraph":
            paid.append(block)
        elif block["kind"] == "table" and len(block["rows"]) > 1:
            paid.append(_cut(block))
    if not paid:
        return context.show([])
    granted = scholarships(releasable, language).blocks
    said = [block for block in granted if block["kind"] == "paragraph"]
    return context.show([*paid, *said])


def _cut(table: Table, *, with_bars: bool = True) -> Table:
    """The table with its notes in one, without in-cell bars where a chart above shows the same."""
    rows = table["rows"]
    if not with_bars:
        rows = [{**row, "cells": [{**cell, "bar": None} for cell in row["cells"]]} for row in rows]  # fmt: skip
    return {**table, "rows": rows, "notes": [" ".join(table["notes"])] if table["notes"] else []}


def trend_in_brief(releasable: Releasable, language: str) -> Blocks:
    """The line of coverage where it has three days or more; two days are told in words already."""
    context = open_part(releasable, language)
    days = {one.as_of for one in releasable.series("coverage") if one.is_available}
    if len(days) < _FEWEST_POINTS:
        return context.show([])
    return coverage_trend(releasable, language)


def notes_in_brief(releasable: Releasable, language: str) -> Blocks:
    """The definitions that the figures need, how to read them, how published figures compare, and
    the sources by date. The methods and quality notebooks have the rest.
    """
    context = open_part(releasable, language)
    lines = [marked(context, f"notes.definition.{name}") for name in _DEFINITIONS]
    lines.append(marked(context, "notes.status"))
    if bool((releasable.rows["origin"] == "published").any()):
        lines.append(marked(context, "notes.published"))
    checked = reconciliation_sentences(context)
    if checked:
        lines.append([*marked(context, "reconciliation.brief_lead"), text(checked)])
    lines += [line for line in (_sources(context), marked(context, "brief.more")) if line]
    said: list[Inline] = []
    for line in lines:
        said += [line_break(), *line] if said else line
    return context.show([blocks.note("definition", context.say("section.notes"), said)])


def _sources(context: PartContext) -> list[Inline]:
    """The tables by their latest date, newest last; those of various dates first."""
    latest: dict[str, tuple[str, str]] = {}
    for source in sorted(context.releasable.sources, key=lambda one: str(one.as_of or "")):
        key = f"source_table.{source.table}"
        title = context.say(key) if key in context.words else source.title
        day = day_text(source.as_of, context.language) if source.as_of else ""
        latest[source.table] = (title, day)
    if not latest:
        return []
    by_day: dict[str, list[str]] = {}
    for title, day in latest.values():
        by_day.setdefault(day, []).append(title)
    named = [
        context.say(
            "brief.source" if day else "brief.source_undated",
            titles=context.words.listing(tuple(titles)), day=day,
        )
        for day, titles in by_day.items()
    ]  # fmt: skip
    return marked(context, "brief.sources", sources="; ".join(named))
