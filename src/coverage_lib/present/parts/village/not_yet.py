"""Who of those holding an office in the village, and which workers, are not yet covered."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.locator import Locator, locator_svg
from coverage_lib.present.parts.village.counts import (
    ECOSYSTEM,
    Rest,
    groups_left,
    positions_left,
    rest_of,
)
from coverage_lib.present.parts.village.progress import progress_figure
from coverage_lib.present.places import full_name, short_name
from coverage_lib.present.quantities import as_of_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    label,
    make_table,
    number_column,
    text_column,
)
from coverage_lib.reference.boundaries import outlines_beside

#: Groups of workers that a sentence names.
_MOST_GROUPS = 3


def who_is_not_yet(releasable: Releasable, language: str) -> Blocks:
    """Posts by position with those not registered, groups of workers, where the place lies, and how
    far earlier lists have come.

    Counts only. A position that the region has not is left out; without any the map and the
    sentence stand alone; empty where there is nothing of it.
    """
    context = open_part(releasable, language)
    left: list[Block] = []
    positions = positions_left(releasable)
    if positions:
        left.append(_table(context, positions))
    said = _groups_sentence(context)
    if said:
        left.append(blocks.paragraph(said))
    progress = progress_figure(context)
    beside = [one for one in (_map(context, progress is None), progress) if one is not None]
    shown: list[Block] = []
    if left and beside:
        shown = [blocks.side_by_side((1.6, left), (1.0, beside))]
    elif left or beside:
        shown = [*left, *beside]
    if not shown:
        return context.show([])
    topic = "not_yet" if left else "map"
    return context.show(
        [blocks.heading(2, "not-yet", context.say(f"village_page.{topic}.section")), *shown]
    )


def _table(context: PartContext, positions: tuple[Rest, ...]) -> Block:
    total = rest_of(context.releasable.figure(ECOSYSTEM))
    columns = [
        text_column("position", context.say("column.position"), 2.4),
        number_column("left", context.say("village_page.not_yet.left"), 1),
        number_column("registered", context.say("village_page.not_yet.done"), 1),
        number_column("roster", context.say("village_page.not_yet.all"), 1),
    ]
    lines = [
        _line(context, context.say(f"position.{rest.figure.category}"), rest, "body")
        for rest in positions
    ]
    if total.status != "not_available" and len(positions) > 1:
        lines.append(_line(context, context.say("total.all"), total, "total"))
    day = as_of_text(positions[0].figure, context.words)
    return make_table(
        "not-yet-table", _title(context, positions), columns, lines,
        notes=[context.say("village_page.not_yet.note", day=day)],
    )  # fmt: skip


def _title(context: PartContext, positions: tuple[Rest, ...]) -> str:
    """The position with most to register; that all are; or what the table shows."""
    counts = [rest.count for rest in positions]
    most = positions[0]
    if most.count:
        return context.say(
            "village_page.not_yet.title_most",
            position=context.say(f"position.{most.figure.category}"), count=most.text(context),
            all=decimal_text(most.figure.denominator or 0, context.language),
        )  # fmt: skip
    key = "title_none" if all(count == 0 for count in counts) else "title"
    return context.say(f"village_page.not_yet.{key}")


def _line(context: PartContext, name: str, rest: Rest, role: RowRole) -> Line:
    figure = rest.figure
    sides = (figure.numerator, figure.denominator)
    return Line((label(name), rest.entry(context), *(_side(context, rest, one) for one in sides)), role)  # fmt: skip


def _side(context: PartContext, rest: Rest, value: float | None) -> Entry:
    if rest.count is None or value is None:
        return Entry(context.say(f"status.{rest.status}"), None, rest.status)
    return Entry(
        decimal_text(value, context.language), value, "zero" if value == 0 else "available"
    )


def _groups_sentence(context: PartContext) -> list[Inline]:
    """The groups with most uncovered workers, here or in the region around that knows them."""
    found = groups_left(context.releasable)
    if found is None:
        return []
    region, groups = found
    if not groups:
        return []
    named = tuple(
        context.say(
            "village_page.not_yet.group", count=rest.text(context),
            group=context.say(f"village_page.group.{rest.figure.category}"),
        )
        for rest in groups[:_MOST_GROUPS]
    )  # fmt: skip
    return marked(
        context, "village_page.not_yet.groups", place=full_name(region, context.words),
        groups=context.words.listing(named), day=as_of_text(groups[0].figure, context.words),
    )  # fmt: skip


def _map(context: PartContext, is_tall: bool) -> Block | None:
    """Where the region lies among its neighbours, or None where it has no outline."""
    releasable, words = context.releasable, context.words
    region = releasable.region
    polygons = outlines_beside(region.code)
    if region.code not in polygons or len(polygons) < 2:
        return None
    above = [one for one in releasable.ancestors if one.code == region.parent_code]
    name = full_name(region, words)
    key = "caption" if above else "caption_province"
    around = full_name(above[0], words) if above else ""
    return blocks.figure(
        "locator", context.say(f"village_page.map.{key}", place=name, around=around),
        locator_svg(Locator(region.code, short_name(region, words), is_tall), polygons),
        context.say(
            f"village_page.map.{'alt' if above else 'alt_province'}", place=name, around=around,
            count=decimal_text(len(polygons) - 1, context.language),
        ),
    )  # fmt: skip
