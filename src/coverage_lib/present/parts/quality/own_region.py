"""What can be said of a region's own data: findings, persons without a place, figures there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.indicators.definitions import sections
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import percent_text
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.parts.quality.naming import count_entry
from coverage_lib.present.parts.sentences import level_word, place_of
from coverage_lib.present.quantities import as_of_text, figure_text
from coverage_lib.present.tables import (
    Line,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

_OF_CLAIMS = (
    "claims_without_membership", "claims_without_card_number", "claims_paid_before_submission",
    "claims_above_maximum", "pending_claims_overlapping", "submissions_contradictory",
)  # fmt: skip
_OF_CONTRIBUTIONS = ("contribution_mismatch", "contribution_findings")


def findings(releasable: Releasable, language: str) -> Blocks:
    """What cannot be right in the region's claims and contributions; empty where nothing is known.

    Figures that are not available are left out: they are not published at the region's level.
    """
    context = open_part(releasable, language)
    found = [
        (name, figure) for name, figure in _findings(context) if figure.status != "not_available"
    ]
    if not found:
        return context.show([])
    found.sort(key=lambda pair: (-(pair[1].value or 0), pair[1].value is not None, pair[0]))
    columns = [
        text_column("finding", context.say("quality.column.finding"), 3.6),
        text_column("as_of", context.say("column.as_of"), 1.2),
        number_column("number", context.say("quality.column.number"), 1),
    ]
    lines = [
        Line(
            (
                label(name),
                words_entry(as_of_text(figure, context.words)),
                figure_entry(figure, context.words),
            )
        )
        for name, figure in found
    ]
    name, first = found[0]
    if first.value:
        title = context.say(
            "quality.findings.title", finding=name, number=figure_text(first, context.words)
        )
    elif any(figure.status == "suppressed" for _, figure in found):
        title = context.say("quality.findings.title_few")
    else:
        title = context.say("quality.findings.title_none")
    notes = [context.say("quality.findings.note")]
    heading = context.say("quality.heading.findings")
    shown: list[Block] = [
        blocks.heading(2, "findings", heading),
        make_table("findings-table", title, columns, lines, notes=notes),
    ]
    return context.show(shown)


def _findings(context: PartContext) -> Iterator[tuple[str, Figure]]:
    releasable = context.releasable
    for name in _OF_CLAIMS:
        yield context.say(f"quality.finding.{name}"), releasable.figure(name)
    for name in _OF_CONTRIBUTIONS:
        for figure in releasable.figures(name, "finding"):
            yield context.say(f"quality.finding.{figure.category}"), figure


def places(releasable: Releasable, language: str) -> Blocks:
    """How many active participants of the region have no known part of it; empty for a village.

    Of a published number nothing is known about where its persons are.
    """
    context = open_part(releasable, language)
    unknown = next((child for child in releasable.children if child.is_unknown), None)
    total = releasable.figure("active_participants", scope=headline_scope(releasable))
    if not total.value or total.origin != "computed" or not releasable.children:
        return context.show([])
    values = {
        "place": place_of(context), "level": level_word(context),
        "total": figure_text(total, context.words), "day": as_of_text(total, context.words),
    }  # fmt: skip
    sentence = marked(context, "quality.places.none", **values)
    if unknown is not None:
        lost = releasable.figure("active_participants", region_code=unknown.code, scope=total.scope)
        if not lost.is_available or lost.value is None or lost.as_of != total.as_of:
            return context.show([])
        if lost.value:
            values["share"] = percent_text(100 * lost.value / total.value, context.language)
            values["lost"] = figure_text(lost, context.words)
            sentence = marked(context, "quality.places.some", **values)
    title = context.say("quality.heading.places")
    return context.show([blocks.heading(3, "places", title), blocks.paragraph(sentence)])


def figures_there_are(releasable: Releasable, language: str) -> Blocks:
    """How many of the period's figures of the region are available, withheld or missing, by section."""
    context = open_part(releasable, language)
    rows = releasable.rows
    own = rows[
        (rows["region_code"] == releasable.region.code) & (rows["period"] == str(releasable.period))
    ]
    counted: Counter[tuple[str, str]] = Counter(
        zip(own["indicator"].astype(str), own["status"].astype(str), strict=True)
    )
    heading = blocks.heading(2, "availability", context.say("quality.heading.availability"))
    if not counted:
        nothing = context.say("quality.availability.nothing", place=place_of(context))
        return context.show([heading, blocks.paragraph(nothing)])
    columns = [text_column("section", context.say("quality.column.section"), 2.6)]
    columns += [
        number_column(status, context.say(f"quality.available.{status}"), 1) for status in _STATUSES
    ]
    lines = []
    sums = dict.fromkeys(_STATUSES, 0)
    for section in sections():
        numbers = {
            status: sum(counted[name, status] for name in section.indicators)
            for status in _STATUSES
        }
        if any(numbers.values()):
            lines.append(_line(context, section.title[context.language], numbers))
            sums = {status: sums[status] + numbers[status] for status in _STATUSES}
    lines.append(_line(context, context.say("total.all"), sums, "total"))
    whole = sum(sums.values())
    title = context.say(
        "quality.availability.title",
        share=percent_text(100 * sums["available"] / whole if whole else 0, context.language),
    )
    notes = [context.say("quality.availability.note")]
    table = make_table("availability-table", title, columns, lines, notes=notes)
    return context.show([heading, table])


_STATUSES = ("available", "suppressed", "not_available", "not_comparable")


def _line(context: PartContext, name: str, numbers: dict[str, int], role: RowRole = "body") -> Line:
    return Line(
        (label(name), *(count_entry(context, numbers[status]) for status in _STATUSES)), role
    )
