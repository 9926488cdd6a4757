"""The first page: cover, key figures, and one paragraph that says what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import KeyFigure, Tone, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, decimal_text, month_text, round_half_up
from coverage_lib.present.parts.sentences import (
    is_reached,
    place_of,
    target_text,
    target_year,
    village_figures,
    window_text,
    zone_name,
)
from coverage_lib.present.places import kind_name, location
from coverage_lib.present.quantities import (
    as_of_text,
    change_since_previous,
    counted_text,
    figure_text,
    known_value,
    scope_text,
    status_of,
)

ZONE = "Sumatera"


def cover(releasable: Releasable, language: str) -> Blocks:
    """The masthead: what, where, which month, as of when, and whether the data are simulated."""
    context = open_part(releasable, language)
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
                title=context.say("cover.title"),
                subtitle=context.say("cover.subtitle"),
                region_name=f"{place}, {above}" if above else place,
                region_kind=kind_name(releasable.region, context.words),
                region_code=releasable.region.code,
                period_label=period,
                language=context.language,
                document_date=_document_date(releasable).isoformat(),
                simulated=releasable.simulated,
                simulated_label=context.say("cover.simulated") if releasable.simulated else "",
                profile=releasable.profile,
                as_of=_as_of_dates(context),
                office=_office_name(context),
                keywords=keywords,
                description=context.say("cover.description", place=place, period=period),
            )
        ]
    )  # fmt: skip


def _office_name(context: PartContext) -> str:
    """As configured; without that, the words' own neutral name."""
    return context.releasable.office.get(context.language) or context.say("cover.office")


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


def _document_date(releasable: Releasable) -> date:
    """The day on which the last input was known; without any, the first day of the period."""
    days = [
        day for note in releasable.sources for day in (note.as_of, note.received) if day is not None
    ]
    if not days:
        current = releasable.rows[releasable.rows["period"] == str(releasable.period)]
        days = [day for day in current["as_of"] if isinstance(day, date)]
    return max(days, default=releasable.period.first_day)


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
        status=status_of(figure), detail=[line for line in detail if line] if figure.is_available else [],
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
    active = releasable.figure("active_participants")
    formal = releasable.figure("active_participants", "segment", "PU")
    informal = releasable.figure("active_participants", "segment", "BPU")
    detail = []
    if formal.is_available and informal.is_available:
        detail.append(
            context.say(
                "key.detail.segments",
                formal=figure_text(formal, words),
                informal=figure_text(informal, words),
            )
        )
    if active.is_available:
        detail += [
            _previous_line(context, active),
            scope_text(active, words),
            _as_of_line(context, active),
        ]
    return _tile(context, "active", active, detail)


def _coverage_tile(context: PartContext) -> KeyFigure:
    releasable = context.releasable
    coverage, target = releasable.figure("coverage"), releasable.figure("coverage_target")
    detail: list[str] = []
    tone: Tone = "neutral"
    if target.is_available:
        detail.append(
            context.say(
                "key.detail.target",
                year=target_year(releasable),
                target=target_text(releasable, context),
            )
        )
        if coverage.is_available:
            tone = "good" if known_value(coverage) >= known_value(target) else "attention"
    if coverage.is_available:
        detail += [
            _previous_line(context, coverage),
            scope_text(coverage, context.words),
            _as_of_line(context, coverage),
        ]
    return _tile(context, "coverage", coverage, detail, tone=tone)


def _gap_tile(context: PartContext) -> KeyFigure:
    releasable = context.releasable
    gap, year = releasable.figure("gap_to_target"), target_year(releasable)
    if is_reached(gap):
        return _tile(
            context, "gap", gap, [context.say("key.detail.gap_reached", year=year)], tone="good"
        )
    detail = []
    if releasable.figure("coverage_target").is_available:
        detail.append(
            context.say("key.detail.gap", target=target_text(releasable, context), year=year)
        )
    if gap.is_available:
        detail.append(_as_of_line(context, gap))
    return _tile(context, "gap", gap, detail, tone="attention" if gap.is_available else "neutral")


def _rank_tile(context: PartContext) -> KeyFigure:
    ranks = context.releasable.figures("rank_in_zone", "zone")
    rank = ranks[0] if ranks else context.releasable.figure("rank_in_zone", "zone", ZONE)
    label = context.say("key.rank", zone=zone_name(context, rank))
    detail = []
    if rank.is_available and rank.denominator is not None:
        count = decimal_text(rank.denominator, context.language)
        detail.append(
            context.say("key.detail.rank", count=count, day=as_of_text(rank, context.words))
        )
    if rank.is_available and (rank.denominator is None or rank.origin == "published"):
        detail.append(_as_of_line(context, rank))
    return _tile(context, "rank", rank, detail, label=label)


def _pace_tile(context: PartContext) -> KeyFigure:
    pace = context.releasable.figure("required_monthly_pace")
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
                registered=decimal_text(figure.numerator, context.language),
                roster=decimal_text(figure.denominator, context.language),
            )
        )
    detail.append(_as_of_line(context, figure))
    return _tile(context, name, figure, detail)


def _claims_tile(context: PartContext) -> KeyFigure:
    releasable, words = context.releasable, context.words
    count, amount = releasable.figure("claims_paid"), releasable.figure("claims_amount_idr")
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
