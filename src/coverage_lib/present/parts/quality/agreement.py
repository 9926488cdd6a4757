"""Whether tables bear one another out, and what in the register cannot be true."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import percent_text
from coverage_lib.present.parts.quality.concerns import NO_FAULT
from coverage_lib.present.parts.quality.naming import (
    by_category,
    count,
    count_entry,
    is_province,
)
from coverage_lib.present.quantities import as_of_text, figure_text, known_value
from coverage_lib.present.tables import (
    Entry,
    Line,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)


def consistency(releasable: Releasable, language: str) -> Blocks:
    """Rows of one table that another bears out, the lowest share first; empty where none is known."""
    context = open_part(releasable, language)
    found = {
        category: figure
        for category, figure in by_category(releasable, "consistency", "table_pair").items()
        if figure.is_available
    }
    if not found or not is_province(releasable):
        return context.show([])
    ordered = sorted(found.values(), key=lambda figure: (known_value(figure), figure.category))
    columns = [
        text_column("pair", context.say("quality.column.pair"), 3.4),
        text_column("as_of", context.say("column.as_of"), 1.2),
        number_column("rows", context.say("quality.column.checked"), 0.9),
        number_column("found", context.say("quality.column.borne_out"), 0.9),
        number_column("share", context.say("quality.column.share"), 1.3),
    ]
    lines = [Line(_pair(context, figure)) for figure in ordered]
    notes = [context.say("quality.consistency.note")]
    if NO_FAULT in found:
        notes.append(context.say("quality.consistency.note_village"))
    faults = [one for one in ordered if one.category != NO_FAULT and known_value(one) < 100]
    if faults:
        title = context.say(
            "quality.consistency.title", pair=_pair_text(context, faults[0]),
            value=figure_text(faults[0], context.words),
        )  # fmt: skip
    else:
        title = context.say("quality.consistency.title_all")
    shown: list[Block] = [
        blocks.heading(2, "consistency", context.say("quality.heading.consistency")),
        make_table("consistency-table", title, columns, lines, notes=notes),
    ]
    return context.show(shown)


def _pair_text(context: PartContext, figure: Figure) -> str:
    key = f"quality.pair.{figure.category.replace(':', '.')}"
    return context.say(key) if key in context.words else figure.category


def _pair(context: PartContext, figure: Figure) -> tuple[Entry, ...]:
    return (
        label(_pair_text(context, figure)),
        words_entry(as_of_text(figure, context.words)),
        count_entry(context, int(figure.denominator or 0)),
        count_entry(context, int(figure.numerator or 0)),
        figure_entry(figure, context.words, bar_of=100.0),
    )


def anomalies(releasable: Releasable, language: str) -> Blocks:
    """Memberships that cannot be true, the commonest first, true zeros too."""
    context = open_part(releasable, language)
    found = by_category(releasable, "register_anomalies", "anomaly")
    known = [figure for figure in found.values() if figure.is_available]
    if not known or not is_province(releasable):
        return context.show([])
    ordered = sorted(known, key=lambda figure: (-known_value(figure), figure.category))
    columns = [
        text_column("anomaly", context.say("quality.column.anomaly"), 3.6),
        number_column("memberships", context.say("quality.column.memberships"), 1),
        number_column("share", context.say("quality.column.of_all"), 1),
    ]
    lines = [
        Line(
            (
                label(context.say(f"quality.anomaly.{figure.category}")),
                figure_entry(figure, context.words),
                _share(context, figure),
            )
        )
        for figure in ordered
    ]
    first = ordered[0]
    number = int(known_value(first))
    if number:
        title = context.say(
            "quality.anomalies.title", anomaly=context.say(f"quality.anomaly.{first.category}"),
            memberships=context.words.counted("quality.noun.memberships", number, value=count(context, number)),
        )  # fmt: skip
    else:
        title = context.say("quality.anomalies.title_none")
    notes = [
        context.say(
            "quality.anomalies.note", day=as_of_text(first, context.words),
            all=count(context, first.denominator or 0),
        )
    ]  # fmt: skip
    shown: list[Block] = [
        blocks.heading(2, "anomalies", context.say("quality.heading.anomalies")),
        make_table("anomalies-table", title, columns, lines, notes=notes),
    ]
    return context.show(shown)


def _share(context: PartContext, figure: Figure) -> Entry:
    if not figure.denominator:
        return Entry("–", None, "not_available")
    share = 100 * known_value(figure) / figure.denominator
    return Entry(
        percent_text(share, context.language), share, "zero" if share == 0 else "available"
    )
