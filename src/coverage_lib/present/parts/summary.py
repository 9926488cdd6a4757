"""The main points that the key figures add up to, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text, month_text, round_half_up
from coverage_lib.present.parts.headline import (
    headline_figure,
    headline_parts,
    headline_scope,
    is_reached,
    participants_of_other_scopes,
)
from coverage_lib.present.parts.sentences import (
    coverage_sentences,
    known_children,
    level_word,
    own_rank,
    pace_sentences,
    place_of,
    target_sentence,
    village_figures,
    zone_name,
)
from coverage_lib.present.places import row_name
from coverage_lib.present.quantities import (
    as_of_text,
    counted_text,
    figure_text,
    known_value,
    scope_text,
)


def summary(releasable: Releasable, language: str) -> Blocks:
    """One point a topic, a sentence or two each, and once what is missing.

    Where nothing is known one paragraph says so in place of the points.
    """
    context = open_part(releasable, language)
    topics = [
        [_active_sentence(context), _other_scope_sentence(context)],
        [*coverage_sentences(context), _scope_sentence(context)],
        [
            target_sentence(context),
            *([] if is_reached(releasable) else pace_sentences(context)),
        ],
        [_rank_sentence(context), _extremes_sentence(context)],
        [_village_sentence(context)],
        _claims_sentences(context),
    ]
    points = [joined(sentences) for sentences in topics if any(sentences)]
    said: Block
    if points:
        said = blocks.list_block([[blocks.paragraph(point)] for point in points])
    else:
        period = month_text(releasable.period, language)
        nothing = marked(context, "summary.nothing", period=period, place=place_of(context))
        said = blocks.paragraph(nothing)
    heading = blocks.heading(2, "summary", context.say("section.summary"))
    return context.show([heading, said, *_missing_notes(context)])


def _active_sentence(context: PartContext) -> list[Inline]:
    releasable, words = context.releasable, context.words
    active = headline_figure(releasable, "active_participants")
    if not active.is_available:
        return []
    number = int(round_half_up(known_value(active)))
    values = {
        "day": as_of_text(active, words), "place": place_of(context), "scope": scope_text(active, words),
        "active": words.counted("noun.workers", number, value=figure_text(active, words)),
    }  # fmt: skip
    parts = headline_parts(releasable)
    if parts is None:
        return marked(context, "summary.active", **values)
    values |= {
        "formal": figure_text(parts.formal, words), "informal": figure_text(parts.informal, words),
    }  # fmt: skip
    if parts.migrant is None:
        return marked(context, "summary.active_segments", **values)
    values["migrant"] = figure_text(parts.migrant, words)
    return marked(context, "summary.active_segments_migrant", **values)


def _scope_sentence(context: PartContext) -> list[Inline]:
    """The scope of the coverage where no sentence about participants has named it."""
    releasable = context.releasable
    coverage = headline_figure(releasable, "coverage")
    active = headline_figure(releasable, "active_participants")
    if active.is_available or not coverage.is_available:
        return []
    return marked(context, "summary.scope", scope=scope_text(coverage, context.words))


def _other_scope_sentence(context: PartContext) -> list[Inline]:
    """Participants of another scope, where the headline's own are not known."""
    releasable, words = context.releasable, context.words
    if headline_figure(releasable, "active_participants").is_available:
        return []
    for active in participants_of_other_scopes(releasable):
        number = int(round_half_up(known_value(active)))
        counted = words.counted("noun.workers", number, value=figure_text(active, words))
        return marked(
            context, "summary.active_other", active=counted, scope=scope_text(active, words),
            day=as_of_text(active, words), place=place_of(context),
        )  # fmt: skip
    return []


def _rank_sentence(context: PartContext) -> list[Inline]:
    rank = own_rank(context.releasable)
    if rank is None:
        return []
    zone = zone_name(context, rank)
    if rank.status == "not_comparable":
        return marked(context, "summary.rank_not_comparable", zone=zone)
    if not rank.is_available or rank.denominator is None:
        return []
    return marked(
        context, "summary.rank", zone=zone, place=place_of(context),
        count=decimal_text(rank.denominator, context.language), rank=figure_text(rank, context.words),
    )  # fmt: skip


def _extremes_sentence(context: PartContext) -> list[Inline]:
    releasable = context.releasable
    scope = headline_scope(releasable)
    figures = [
        (known_value(figure), child, figure)
        for child in known_children(releasable)
        if not child.is_unknown
        for figure in (releasable.figure("coverage", region_code=child.code, scope=scope),)
        if figure.is_available
    ]
    if len(figures) < 3:
        return []
    low, high = min(figures, key=lambda one: one[0]), max(figures, key=lambda one: one[0])
    if low[0] == high[0]:
        return []
    words = context.words
    return marked(
        context, "summary.extremes", level=level_word(context),
        high=row_name(high[1], words), high_value=figure_text(high[2], words),
        low=row_name(low[1], words), low_value=figure_text(low[2], words),
    )  # fmt: skip


def _village_sentence(context: PartContext) -> list[Inline]:
    heads, rt_rw = village_figures(context.releasable)
    values = {
        "heads": figure_text(heads, context.words),
        "rt_rw": figure_text(rt_rw, context.words),
    }
    if heads.is_available and rt_rw.is_available:
        return marked(context, "summary.village.both", **values)
    if heads.is_available:
        return marked(context, "summary.village.heads", **values)
    return marked(context, "summary.village.rt_rw", **values) if rt_rw.is_available else []


def _claims_sentences(context: PartContext) -> list[list[Inline]]:
    releasable, words = context.releasable, context.words
    count, amount = releasable.figure("claims_paid"), releasable.figure("claims_amount_idr")
    if not count.is_available:
        return []
    day = as_of_text(count, words)
    if known_value(count) == 0:
        return [marked(context, "summary.claims_none", day=day)]
    if not amount.is_available:
        return [marked(context, "summary.claims_count", day=day, claims=counted_text(count, words))]
    said = [
        marked(
            context, "summary.claims", day=day, claims=counted_text(count, words),
            amount=figure_text(amount, words),
        )
    ]  # fmt: skip
    children = releasable.figure("scholarship_children")
    paid = releasable.figure("scholarship_amount_idr")
    if children.is_available and paid.is_available and known_value(children) > 0:
        number = int(round_half_up(known_value(children)))
        counted = words.counted("noun.children", number, value=figure_text(children, words))
        said.append(
            marked(
                context, "summary.scholarships", amount=figure_text(paid, words), children=counted
            )
        )
    return said


def _missing_notes(context: PartContext) -> list[Block]:
    """At most two notes: what the sources lack, and what is withheld."""
    missing: list[str] = []
    suppressed: list[str] = []
    for topic, figures in _topics(context):
        if any(figure.is_available for figure in figures):
            continue
        withheld = any(figure.status == "suppressed" for figure in figures)
        comparable = not any(figure.status == "not_comparable" for figure in figures)
        name = context.say(f"topic.{topic}", level=level_word(context))
        if withheld:
            suppressed.append(name)
        elif comparable:
            missing.append(name)
    title = context.say("summary.missing_title")
    values = {
        "place": place_of(context),
        "period": month_text(context.releasable.period, context.language),
    }
    found: list[Block] = []
    if missing:
        topics = context.words.listing(tuple(missing))
        found.append(
            blocks.note("attention", title, context.say("summary.missing", topics=topics, **values))
        )
    if suppressed:
        topics = context.words.listing(tuple(suppressed))
        label = context.say("status.suppressed").capitalize()
        found.append(
            blocks.note("information", label, context.say("summary.suppressed", topics=topics))
        )
    return found


def _topics(context: PartContext) -> Iterator[tuple[str, list[Figure]]]:
    """Each topic of the briefing with the figures that would make its section."""
    releasable = context.releasable
    figure, figures = releasable.figure, releasable.figures
    yield "active_participants", [figure("active_participants")]
    yield "coverage", [figure("coverage")]
    yield "gap_to_target", [figure("gap_to_target")]
    yield "segment", [*figures("active_participants", "segment"), *figures("coverage", "segment")]
    if releasable.region.level != "desa":
        yield (
            "region",
            [
                figure(name, region_code=child.code)
                for child in releasable.children
                for name in ("coverage", "active_participants")
            ],
        )
    yield "recent_monthly_pace", list(figures("recent_monthly_pace", "window_months"))
    if releasable.region.level == "provinsi":
        yield "rank_in_zone", list(figures("rank_in_zone", "zone"))
    name = "village_ecosystem_coverage"
    yield name, [figure(name), *figures(name, "position_group"), *figures(name, "position")]
    yield "claims_paid", [figure("claims_paid"), figure("claims_amount_idr")]
    # Below the sub-district nothing is published by programme, whatever the sources hold.
    if figure("claims_paid").is_available and releasable.region.level != "desa":
        yield "claims_programme", list(figures("claims_paid", "programme"))
    yield "scholarship_children", [figure("scholarship_children"), figure("scholarship_amount_idr")]
