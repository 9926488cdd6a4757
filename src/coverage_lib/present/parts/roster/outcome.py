"""What became of the rows of the rosters, in words and large numbers."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.linkage.decisions import ACTIVE, LAPSED, NEEDS_A_LOOK, NOT_REGISTERED
from coverage_lib.linkage.measures import COVERAGE, ROWS
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, KeyFigure, Tone, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import percent_text
from coverage_lib.present.quantities import as_of_text, figure_text, known_value, status_of

OUTCOMES = (ACTIVE, LAPSED, NOT_REGISTERED, NEEDS_A_LOOK)
_LINKED_LEVELS = ("provinsi", "kabupaten")
_TONES: dict[str, Tone] = {ACTIVE: "good", NEEDS_A_LOOK: "attention"}


def outcomes(releasable: Releasable, language: str) -> Blocks:
    """How many rows were found registered, lapsed, not registered or uncertain.

    Where no roster was linked, or the region is too small for it, a sentence says so.
    """
    context = open_part(releasable, language)
    shown: list[Block] = [blocks.heading(2, "outcomes", context.say("roster.heading.outcomes"))]
    total = releasable.figure(ROWS)
    if not total.is_available:
        missing = "level" if releasable.region.level not in _LINKED_LEVELS else status_of(total)
        note = "none" if missing == "not_available" else missing
        said = context.say(f"roster.missing.{note}", period=str(releasable.period))
        title = context.say("roster.missing.title")
        return context.show([*shown, blocks.note("information", title, said)])
    shown += [
        blocks.paragraph(joined(list(_sentences(context, total)))),
        blocks.key_figures(list(_tiles(context, total))),
    ]
    return context.show(shown)


def how_to_read(releasable: Releasable, language: str) -> Blocks:
    """What the outcomes mean and what is not in the figures; empty without a link run."""
    context = open_part(releasable, language)
    if not releasable.figure(ROWS).is_available:
        return context.show([])
    said = [
        [blocks.paragraph(marked(context, f"roster.reading.{name}"))]
        for name in ("certain", "look", "weight", "rows", "withheld")
    ]
    heading = blocks.heading(2, "reading", context.say("roster.heading.reading"))
    return context.show([heading, blocks.list_block(said)])


def share_of(figure: Figure, whole: Figure, language: str) -> str | None:
    """A part of a count in percent, None where one of them is not shown."""
    if not (figure.is_available and whole.is_available and whole.value):
        return None
    return percent_text(100 * known_value(figure) / known_value(whole), language)


def _sentences(context: PartContext, total: Figure) -> Iterator[list[blocks.Inline]]:
    releasable = context.releasable
    coverage = releasable.figure(COVERAGE)
    yield marked(
        context, f"roster.found.{'known' if coverage.is_available else 'withheld'}", rows=figure_text(total, context.words),
        day=as_of_text(total, context.words), coverage=figure_text(coverage, context.words),
    )  # fmt: skip
    uncertain = releasable.figure(ROWS, "outcome", NEEDS_A_LOOK)
    share = share_of(uncertain, total, context.language)
    if share is not None:
        key = "roster.uncertain" if uncertain.value else "roster.all_certain"
        yield marked(context, key, rows=figure_text(uncertain, context.words), share=share)


def _tiles(context: PartContext, total: Figure) -> Iterator[KeyFigure]:
    for outcome in OUTCOMES:
        figure = context.releasable.figure(ROWS, "outcome", outcome)
        share = share_of(figure, total, context.language)
        yield key_figure(
            outcome, context.say(f"roster.outcome.{outcome}"), figure_text(figure, context.words),
            status=status_of(figure), tone=_TONES.get(outcome, "neutral"),
            detail=[context.say("roster.share", share=share)] if share else [],
        )  # fmt: skip
