"""The first page: cover, key figures, and one paragraph that says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import KeyFigure, Layout, Tone, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, month_text, round_half_up
from coverage_lib.present.identity import document_date, identity_of
from coverage_lib.present.parts.headline import (
    headline_figure,
    headline_parts,
    headline_scope,
    is_reached,
    meets,
    participants_of_other_scopes,
    target_of,
)
from coverage_lib.present.parts.sentences import (
    own_rank,
    place_of,
    village_figures,
    window_text,
    zone_name,
)
from coverage_lib.present.places import kind_name, location
from coverage_lib.present.quantities import (
    as_of_text,
    change_since_previous,
    counted_text,
    denominator_size_text,
    figure_text,
    known_value,
    numerator_size_text,
    scope_text,
    short_scope_text,
    status_of,
)

#: The notebooks at whose end the office signs.
_SIGNED = ("briefing",)


def cover_of(notebook: str, layout: Layout = "pages") -> Callable[[Releasable, str], Blocks]:
    """The cover part of a notebook; its texts are `document.<notebook>` in the words."""

    def cover(releasable: Releasable, language: str) -> Blocks:
        """The masthead: what, where, which month, as of when, and whether data are simulated."""
        context = open_part(releasable, language)
        is_signed = notebook in _SIGNED
        return _cover(context, f"document.{notebook}", layout, is_signed=is_signed)

    return cover


def _subtitle(context: PartContext, document: str) -> str:
    """That of the region's level where the words have one."""
    own = f"{document}.subtitle_{context.releasable.region.level}"
    return context.say(own if own in context.words else f"{document}.subtitle")


def _cover(context: PartContext, document: str, layout: Layout, *, is_signed: bool) -> Blocks:
    releasable, language = context.releasable, context.language
    place, period = place_of(context), month_text(releasable.period, language)
    keywords = [
        word.strip()
        for word in context.say("cover.keywords", place=place, period=period).split(";")
    ]
    if releasable.simulated:
        keywords.insert(0, context.say("cover.keyword_simulated"))
    above = location(releasable, context.words)
    return context.show(
        [
            blocks.cover(
                title=context.say(f"{document}.title"),
                subtitle=_subtitle(context, document),
                region_name=f"{place}, {above}" if above else place,
                region_kind=kind_name(releasable.region, context.words),
                region_code=releasable.region.code,
                period_label=period,
                language=context.language,
                document_date=document_date(releasable).isoformat(),
                simulated=releasable.simulated,
                simulated_label=context.say("cover.simulated") if releasable.simulated else "",
                profile=releasable.profile,
                as_of=_as_of_dates(context),
                office=_office_name(context),
                keywords=keywords,
                description=context.say(f"{document}.description", place=place, period=period),
                identity=identity_of(releasable, context.language, is_signed=is_signed),
                layout=layout,
            )
        ]
    )  # fmt: skip


def _office_name(context: PartContext) -> str:
    """As configured; without that, the words' own neutral name."""
    return context.releasable.office.name.get(context.language) or context.say("cover.office")


def _as_of_dates(context: PartContext) -> list[tuple[str, str]]:
    """One date a topic, of the topics that have figures."""
    releasable = context.releasable
    topics = (
        ("enrolment", ("active_participants", "coverage")),
        ("village", ()),
        ("claims", ("claims_paid", "claims_amount_idr")),
    )
    found: list[tuple[str, str]] = []
    for topic, indicators in topics:
        figures = [releasable.figure(name) for name in indicators] or list(
            village_figures(releasable)
        )
        days = [one.as_of for one in figures if one.is_available and one.as_of is not None]
        if days:
            label = context.say(f"cover.as_of.{topic}")
            found.append((label, day_text(max(days), context.language)))
    return found


def key_figures(releasable: Releasable, language: str) -> Blocks:
    """The key figures as large numbers.

    Where most of them are not available only the first three and the available ones are
    shown; the summary says once what is missing.
    """
    context = open_part(releasable, language)
    tiles = list(_tiles(context))
    missing = sum(tile["status"] == "not_available" for tile in tiles)
    if missing * 2 > len(tiles):
        tiles = [
            tile
            for place, tile in enumerate(tiles)
            if place < 3 or tile["status"] != "not_available"
        ]
    return context.show([blocks.key_figures(tiles)])


def _tiles(context: PartContext) -> Iterator[KeyFigure]:
    releasable = context.releasable
    yield _active_tile(context)
    yield _coverage_tile(context)
    yield _gap_tile(context)
    yield _rank_tile(context) if releasable.region.level == "provinsi" else _pace_tile(context)
    heads, rt_rw = village_figures(releasable)
    # A town of urban villages only has no village heads to count.
    if heads.status != "not_available" or rt_rw.status == "not_available":
        yield _village_tile(context, "heads", heads)
    yield _village_tile(context, "rt_rw", rt_rw)
    yield _claims_tile(context)
    amount = releasable.figure("scholarship_amount_idr")
    children = releasable.figure("scholarship_children")
    # No scholarship at all needs no tile: "for 0 children" reads oddly. Nor does an amount that is
    # given for the province only: the children have their own section.
    is_none = amount.is_available and known_value(amount) == 0
    is_not_given_here = amount.status == "not_available" and children.status != "not_available"
    if not (is_none or is_not_given_here):
        yield _scholarship_tile(context)


def _tile(
    context: PartContext,
    name: str,
    figure: Figure,
    detail: list[str],
    *,
    tone: Tone = "neutral",
    label: str = "",
) -> KeyFigure:
    return key_figure(
        name.replace("_", "-"), label or context.say(f"key.{name}"), figure_text(figure, context.words),
        status=status_of(figure), detail=[line for line in detail if line],
        tone=tone,
    )  # fmt: skip


def _previous_line(context: PartContext, figure: Figure) -> str:
    change = change_since_previous(context.releasable, figure)
    if change is None:
        return ""
    other = figure.unit == "percent" and change.denominator_differs
    return context.say(
        "key.detail.previous_other_denominator" if other else "key.detail.previous",
        day=as_of_text(change.earlier, context.words),
        value=figure_text(change.earlier, context.words),
        change=change.text(context.words),
    )


def _as_of_line(context: PartContext, figure: Figure) -> str:
    key = "key.detail.published_as_of" if figure.origin == "published" else "key.detail.as_of"
    return context.say(key, day=as_of_text(figure, context.words))


def _active_tile(context: PartContext) -> KeyFigure:
    releasable, words = context.releasable, context.words
    active = headline_figure(releasable, "active_participants")
    if not active.is_available:
        others = [
            context.say(
                "key.detail.other_scope", value=figure_text(other, words),
                scope=scope_text(other, words), day=as_of_text(other, words),
            )
            for other in participants_of_other_scopes(releasable)
        ]  # fmt: skip
        return _tile(context, "active", active, others)
    detail = []
    parts = headline_parts(releasable)
    if parts is not None:
        values = {
            "formal": figure_text(parts.formal, words), "informal": figure_text(parts.informal, words),
        }  # fmt: skip
        if parts.migrant is None:
            detail.append(context.say("key.detail.segments", **values))
        else:
            values["migrant"] = figure_text(parts.migrant, words)
            detail.append(context.say("key.detail.segments_migrant", **values))
    detail += [
        _previous_line(context, active),
        short_scope_text(active.scope, words),
        _as_of_line(context, active),
    ]
    return _tile(context, "active", active, detail)


def _target_line(context: PartContext, key: str) -> str:
    """The target with its year; empty where none is known."""
    target = target_of(context.releasable)
    if not target.is_available:
        return ""
    return context.say(key, year=target.category, target=figure_text(target, context.words))


def _coverage_tile(context: PartContext) -> KeyFigure:
    releasable = context.releasable
    coverage, target = headline_figure(releasable, "coverage"), target_of(releasable)
    detail = [_target_line(context, "key.detail.target")]
    tone: Tone = "neutral"
    if coverage.is_available:
        if target.is_available:
            tone = "good" if meets(coverage, target) else "attention"
        detail += [
            _previous_line(context, coverage),
            short_scope_text(coverage.scope, context.words),
            _as_of_line(context, coverage),
        ]
    return _tile(context, "coverage", coverage, detail, tone=tone)


def _gap_tile(context: PartContext) -> KeyFigure:
    releasable = context.releasable
    gap = headline_figure(releasable, "gap_to_target")
    if not gap.is_available:
        return _tile(context, "gap", gap, [])
    if is_reached(releasable):
        reached = _target_line(context, "key.detail.gap_reached")
        return _tile(context, "gap", gap, [reached], tone="good")
    detail = [_target_line(context, "key.detail.gap"), _as_of_line(context, gap)]
    return _tile(context, "gap", gap, detail, tone="attention")


def _rank_tile(context: PartContext) -> KeyFigure:
    rank = own_rank(context.releasable)
    if rank is None:
        missing = context.releasable.figure("rank_in_zone", "zone")
        return _tile(context, "rank", missing, [], label=context.say("indicator.rank_in_zone"))
    label = context.say("key.rank", zone=zone_name(context, rank))
    detail = []
    if rank.is_available and rank.denominator is not None:
        count = denominator_size_text(rank, context.words)
        detail.append(
            context.say("key.detail.rank", count=count, day=as_of_text(rank, context.words))
        )
    if rank.is_available and rank.scope != headline_scope(context.releasable):
        detail.append(scope_text(rank, context.words))
    if rank.is_available and (rank.denominator is None or rank.origin == "published"):
        detail.append(_as_of_line(context, rank))
    return _tile(context, "rank", rank, detail, label=label)


def _pace_tile(context: PartContext) -> KeyFigure:
    pace = headline_figure(context.releasable, "required_monthly_pace")
    detail = []
    if pace.is_available and pace.denominator:
        months = window_text(context, str(int(pace.denominator)))
        detail.append(context.say("key.detail.pace", months=months))
    return _tile(context, "pace", pace, detail)


def _village_tile(context: PartContext, name: str, figure: Figure) -> KeyFigure:
    detail = []
    if figure.numerator is not None and figure.denominator is not None:
        detail.append(
            context.say(
                "key.detail.registered",
                registered=numerator_size_text(figure, context.words),
                roster=denominator_size_text(figure, context.words),
            )
        )
    if figure.is_available:
        detail.append(_as_of_line(context, figure))
    return _tile(context, name, figure, detail)


def _claims_tile(context: PartContext) -> KeyFigure:
    releasable, words = context.releasable, context.words
    count, amount = releasable.figure("claims_paid"), releasable.figure("claims_amount_idr")
    if not amount.is_available:
        return _tile(context, "claims", amount, [])
    detail = [
        context.say(
            "key.detail.claims", claims=counted_text(count, words), day=as_of_text(amount, words)
        )
    ]
    before = releasable.figure("claims_amount_idr", period=releasable.period.plus(-12))
    if before.is_available:
        detail.append(
            context.say(
                "key.detail.same_period",
                day=as_of_text(before, words),
                value=figure_text(before, words),
            )
        )
    return _tile(context, "claims", amount, detail)


def _scholarship_tile(context: PartContext) -> KeyFigure:
    releasable, words = context.releasable, context.words
    amount, children = (
        releasable.figure("scholarship_amount_idr"),
        releasable.figure("scholarship_children"),
    )
    if not amount.is_available:
        return _tile(context, "scholarships", amount, [])
    detail = []
    if children.is_available:
        number = int(round_half_up(known_value(children)))
        counted = words.counted("noun.children", number, value=figure_text(children, words))
        detail.append(
            context.say("key.detail.children", children=counted, day=as_of_text(children, words))
        )
    maximum = releasable.figure("scholarship_maximum_idr")
    if maximum.is_available:
        detail.append(context.say("key.detail.maximum", amount=figure_text(maximum, words)))
    return _tile(context, "scholarships", amount, detail)
