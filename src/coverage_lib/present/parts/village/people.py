"""The top of the village page: who is covered, in the largest type."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import KeyFigure, Tone, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.headline import headline_figure, is_reached, target_of
from coverage_lib.present.parts.village.counts import ECOSYSTEM, Rest, rest_of
from coverage_lib.present.quantities import (
    as_of_text,
    figure_text,
    known_value,
    short_scope_text,
    status_of,
)


def who_is_covered(releasable: Releasable, language: str) -> Blocks:
    """Covered workers, their share, those not yet covered, and office holders not registered.

    A large number that nobody knows is left out, but for the first two, which say so.
    """
    context = open_part(releasable, language)
    return context.show([blocks.key_figures(list(_tiles(context)))])


def _tiles(context: PartContext) -> Iterator[KeyFigure]:
    releasable, words = context.releasable, context.words
    active = headline_figure(releasable, "active_participants")
    coverage = headline_figure(releasable, "coverage")
    as_of = context.say("key.detail.as_of", day=as_of_text(active, words))
    detail = [as_of, short_scope_text(active.scope, words)] if active.is_available else []
    yield _figure_tile(context, "covered", active, detail)
    yield _figure_tile(context, "share", coverage, _share_lines(context, coverage))
    left = rest_of(coverage)
    if left.count is not None:
        yield _rest_tile(context, "left", left, [_of(context, "of_workers", coverage)])
    posts = rest_of(releasable.figure(ECOSYSTEM))
    if posts.status != "not_available":
        lines = [] if posts.count is None else [_of(context, "of_posts", posts.figure)]
        yield _rest_tile(context, "posts", posts, lines)


def _share_lines(context: PartContext, coverage: Figure) -> list[str]:
    if not coverage.is_available:
        return []
    target = target_of(context.releasable)
    share = decimal_text(known_value(coverage), context.language)
    lines = [context.say("village_page.key.of_hundred", count=share)]
    if target.is_available:
        key = "target_reached" if is_reached(context.releasable) else "target"
        shown = figure_text(target, context.words)
        lines.append(context.say(f"village_page.key.{key}", year=target.category, target=shown))
    return lines


def _of(context: PartContext, key: str, figure: Figure) -> str:
    count = decimal_text(figure.denominator or 0, context.language)
    return context.say(f"village_page.key.{key}", count=count)


def _figure_tile(context: PartContext, name: str, figure: Figure, detail: list[str]) -> KeyFigure:
    return key_figure(
        name, context.say(f"village_page.key.{name}"), figure_text(figure, context.words),
        status=status_of(figure), detail=detail,
    )  # fmt: skip


def _rest_tile(context: PartContext, name: str, rest: Rest, detail: list[str]) -> KeyFigure:
    tone: Tone = "neutral" if rest.count is None else "good" if rest.count == 0 else "attention"
    return key_figure(
        name, context.say(f"village_page.key.{name}"), rest.text(context),
        status=rest.status, detail=detail, tone=tone,
    )  # fmt: skip
