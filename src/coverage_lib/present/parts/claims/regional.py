"""Claims of the region's children, ranked by how many were paid."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.claims.naming import largest_of
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.parts.sentences import known_children, level_word, place_of
from coverage_lib.present.places import level_below, row_name
from coverage_lib.present.quantities import basis_text, counted_text, known_value
from coverage_lib.present.tables import (
    Entry,
    Line,
    amount_exponent,
    figure_entry,
    label,
    make_table,
    number_column,
    scaled_entry,
    text_column,
)
from coverage_lib.reference.regions import Region

_INDICATORS = ("claims_paid", "claims_amount_idr", "claim_frequency", "claims_within_term")


def claims_by_region(releasable: Releasable, language: str) -> Blocks:
    """Children from most claims to least, those without a figure after them, the unknown last.

    Empty for a village, where nothing was paid, and where no child has a figure. A column
    that only the last row could fill is left out.
    """
    context = open_part(releasable, language)
    children = ranked_children(releasable)
    kept = [
        name
        for name in _INDICATORS
        if any(_figure(releasable, child, name).status != "not_available" for child in children)
    ]
    if not is_paid(releasable) or "claims_paid" not in kept:
        return context.show([])
    level = level_word(context)
    shown: list[Block] = [
        blocks.heading(2, "region", context.say("claims_notebook.section.region", level=level))
    ]
    shown.append(_table(context, children, kept))
    return context.show(shown)


def ranked_children(releasable: Releasable) -> tuple[Region, ...]:
    """The children in the order of the table, the unknown one only where it has a figure."""

    def order(child: Region) -> tuple[bool, bool, float, str]:
        count = _figure(releasable, child, "claims_paid")
        return child.is_unknown, not count.is_available, -(count.value or 0.0), child.code

    return tuple(
        sorted(
            (
                child
                for child in known_children(releasable)
                if not child.is_unknown or _is_held(releasable, child)
            ),
            key=order,
        )
    )


def _is_held(releasable: Releasable, child: Region) -> bool:
    """Whether there is any figure: an unknown region without claims needs no row."""
    figures = (_figure(releasable, child, name) for name in _INDICATORS)
    return any(one.status != "not_available" for one in figures)


def _figure(releasable: Releasable, region: Region, indicator: str) -> Figure:
    return releasable.figure(indicator, region_code=region.code)


def _table(context: PartContext, children: tuple[Region, ...], kept: list[str]) -> Block:
    releasable, words = context.releasable, context.words
    everyone = (*children, releasable.region)
    cells = {name: [_figure(releasable, one, name) for one in everyone] for name in kept}
    exponent = amount_exponent(cells.get("claims_amount_idr", []))
    full = max(
        (known_value(one) for one in cells["claims_paid"][:-1] if one.is_available), default=0.0
    )
    below = level_below(releasable.region) or releasable.region.level
    columns = [text_column("region", context.say(f"level_title.{below}"), 2.2)]
    for name in kept:
        suffix = f"_{exponent}" if name == "claims_amount_idr" else ""
        title = context.say(
            f"claims_notebook.column.{name}{suffix}", thousand=decimal_text(1000, context.language)
        )
        columns.append(number_column(name, title, 1.2))
    lines = []
    for place, region in enumerate(everyone):
        is_whole = place == len(children)
        name = place_of(context) if is_whole else row_name(region, words)
        entries: list[Entry] = [label(name)]
        for indicator in kept:
            figure = cells[indicator][place]
            with_bar = indicator == "claims_paid" and not is_whole
            entries.append(
                scaled_entry(figure, words, exponent)
                if indicator == "claims_amount_idr"
                else figure_entry(figure, words, bar_of=full if with_bar else None)
            )
        role: RowRole = "total" if is_whole else "unknown" if region.is_unknown else "body"
        lines.append(Line(tuple(entries), role))
    return make_table(
        "region-table", _finding(context, children), columns, lines,
        notes=_notes(context, children, kept), codes=[one.code for one in everyone],
    )  # fmt: skip


def _notes(context: PartContext, children: tuple[Region, ...], kept: list[str]) -> list[str]:
    count = context.releasable.figure("claims_paid")
    notes = [basis_text(context.releasable, count, context.words)] if count.is_available else []
    if "claim_frequency" in kept:
        notes.append(context.say("claims_notebook.note.ranking"))
    if any(_is_hidden_beside_its_count(context.releasable, child, kept) for child in children):
        notes.append(context.say("claims_notebook.note.withheld_beside_count"))
    return notes


def _is_hidden_beside_its_count(releasable: Releasable, child: Region, kept: list[str]) -> bool:
    """Whether something of a region is withheld for the sake of others: its own count is shown.

    A count of nothing hides nothing, and the unknown region is no place that a reader looks up.
    """
    count = _figure(releasable, child, "claims_paid")
    if child.is_unknown or not count.is_available or known_value(count) == 0:
        return False
    return any(_figure(releasable, child, name).status == "suppressed" for name in kept)


def _finding(context: PartContext, children: tuple[Region, ...]) -> str:
    """The child that surely has the most claims, where there are several."""
    counts = {
        child.code: _figure(context.releasable, child, "claims_paid")
        for child in children
        if not child.is_unknown
    }
    level = level_word(context)
    figure = largest_of(tuple(counts.values()), context.releasable.figure("claims_paid"))
    if figure is None or len(counts) < 2:
        return context.say("claims_notebook.title.region_plain", level=level)
    child = next(one for one in children if one.code == figure.region_code)
    return context.say(
        "claims_notebook.title.region", name=row_name(child, context.words),
        claims=counted_text(figure, context.words),
    )  # fmt: skip
