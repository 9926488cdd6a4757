"""Sentences about what changed and why: flows, causes, and where it is heading.

Each builder gives sentences, none where the figures are not known, so that the coverage
notebook and the briefing say the same in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure
from coverage_lib.periods import day_after_months, month_of
from coverage_lib.present.block_kinds import Inline
from coverage_lib.present.context import PartContext, marked
from coverage_lib.present.formats import day_text, decimal_text, month_text, round_half_up
from coverage_lib.present.parts.coverage.movements import (
    EFFECTS,
    INFLOWS,
    LEVEL,
    OUTFLOWS,
    UNKNOWN,
    CoverageChange,
    Flows,
    Outlook,
    change_to_tell,
    flows_of,
    outlook_of,
)
from coverage_lib.present.parts.headline import headline_figure, is_reached, target_of
from coverage_lib.present.parts.sentences import place_of, window_text
from coverage_lib.present.quantities import (
    as_of_text,
    direction_of,
    figure_text,
    known_value,
    short_scope_text,
    size_text,
)
from coverage_lib.reference.regions import LEVELS

Sentence = list[Inline]
#: Segments that may be named as the place of a change.
SEGMENTS = ("PU", "BPU", "PMI", "JAKON")
#: An interval that holds fewer than this share of what came, of the share it is meant to hold.
_TOO_NARROW = 0.9


def change_sentences(context: PartContext) -> list[Sentence]:
    """The short form: how many came and went, in which segment most, and why coverage moved."""
    flows = flows_of(context.releasable)
    said = [net_sentence(context, flows), segment_sentence(context, flows)] if flows else []
    return [one for one in [*said, *cause_sentences(context)] if one]


def flow_sentences(context: PartContext) -> list[Sentence]:
    """Net change, what came and what went, and the segment that moved most."""
    flows = flows_of(context.releasable)
    if flows is None:
        return []
    found = [
        net_sentence(context, flows),
        _passage_sentence(context, flows),
        segment_sentence(context, flows),
    ]
    return [one for one in found if one]


def net_sentence(context: PartContext, flows: Flows) -> Sentence:
    """From the stock before to the stock now; that it is hidden where it is."""
    words = context.words
    if not flows.net.is_available:
        day = as_of_text(flows.now, words)
        return marked(context, "coverage_change.net_hidden", place=place_of(context), day=day)
    known = flows.since is not None
    return marked(
        context,
        f"coverage_change.net.{direction_of(flows.net)}" + ("" if known else "_undated"),
        place=place_of(context),
        since=day_text(flows.since, context.language) if flows.since else "",
        day=as_of_text(flows.now, words),
        net=size_text(flows.net, words),
        before=decimal_text(flows.before, context.language),
        now=figure_text(flows.now, words),
    )


def _passage_sentence(context: PartContext, flows: Flows) -> Sentence:
    came, went = (_moves(context, flows, names) for names in (INFLOWS, OUTFLOWS))
    return marked(context, "coverage_change.passage", came=came, went=went)


def _moves(context: PartContext, flows: Flows, names: Sequence[str]) -> str:
    """The flows that are not zero as running text; words for none."""
    words = context.words
    moving = flows.moving(names)
    if not moving:
        way = "came" if names is INFLOWS else "went"
        return context.say(f"coverage_change.nobody.{way}")
    named = []
    for figure in moving:
        shown = figure_text(figure, words)
        if figure.is_available:
            key = f"coverage_change.flow.{figure.category}"
            named.append(words.counted(key, _count(figure), value=shown))
        else:
            name = context.say(f"coverage_change.hidden.{figure.category}", status=shown)
            named.append(name)
    return words.listing(tuple(named))


def segment_sentence(context: PartContext, flows: Flows) -> Sentence:
    """The segment that moved most in the direction of the whole; nothing where it did not move."""
    direction = direction_of(flows.net) if flows.net.is_available else "unchanged"
    if direction == "unchanged":
        return []
    sign = 1 if direction == "rising" else -1
    found = [
        (known_value(net) * sign, -place, net)
        for place, name in enumerate(SEGMENTS)
        if (net := context.releasable.figure("net_growth", "segment", name)).is_available
        and net.scope == flows.net.scope
        and known_value(net) * sign > 0
    ]
    if not found:
        return []
    net = max(found)[2]
    value = size_text(net, context.words)
    name = context.say(f"coverage_change.segment_in_text.{net.category}")
    return marked(context, f"coverage_change.segment.{direction}", segment=name, value=value)


def cause_sentences(context: PartContext, change: CoverageChange | None = None) -> list[Sentence]:
    """How coverage moved, which effects made it move, and what cannot be known."""
    change = change or change_to_tell(context.releasable)
    if change is None:
        return []
    found = [_total_sentence(context, change), *_effect_sentences(context, change)]
    return [one for one in found if one]


def _total_sentence(context: PartContext, change: CoverageChange) -> Sentence:
    words = context.words
    coverage = context.releasable.figure("coverage", scope=change.total.scope)
    differs = change.earlier_scope != change.total.scope
    return marked(
        context,
        f"coverage_change.total.{direction_of(change.total)}" + ("_scopes" if differs else ""),
        since=day_text(change.since, context.language), day=as_of_text(change.total, words),
        size=size_text(change.total, words), coverage=figure_text(coverage, words),
        earlier_scope=short_scope_text(change.earlier_scope, words),
        scope=short_scope_text(change.total.scope, words),
    )  # fmt: skip


def _effect_sentences(context: PartContext, change: CoverageChange) -> list[Sentence]:
    words = context.words
    moved = [change.effects[name] for name in EFFECTS if change.has(name)]
    named = tuple(
        context.say(f"coverage_change.effect.{_part(one)}", value=figure_text(one, words))
        for one in moved
    )
    kind = context.say(f"coverage_change.change.{direction_of(change.total)}")
    said: list[Sentence] = []
    if change.is_known and [_part(one) for one in moved] == ["participants"]:
        said.append(marked(context, "coverage_change.only_participants", change=kind))
    elif change.is_known and [_part(one) for one in moved] == ["denominator"]:
        said.append(marked(context, "coverage_change.only_denominator", change=kind))
    elif named:
        key = "some_effects" if change.has(UNKNOWN) else "effects"
        said.append(marked(context, f"coverage_change.{key}", effects=words.listing(named)))
    if change.implied and named:
        days = tuple(day_text(day, context.language) for day in change.implied)
        said.append(marked(context, "coverage_change.implied", days=words.listing(days)))
    if change.has(UNKNOWN):
        key = "coverage_change.unknown" if named else "coverage_change.all_unknown"
        why = reasons_text(context, change)
        rest = figure_text(change.effects[UNKNOWN], words)
        said.append(marked(context, key, value=rest, reasons=why))
    return said


def reasons_text(context: PartContext, change: CoverageChange) -> str:
    """Why a part of a change is not known, as running text."""
    named = tuple(
        context.say(
            f"coverage_change.reason.{code}", day=day_text(day, context.language) if day else ""
        )
        for code, day in change.reasons
    )
    return context.words.listing(named) or context.say("coverage_change.reason.none")


def _part(effect: Figure) -> str:
    return effect.category.rpartition(":")[2]


def outlook_sentences(context: PartContext) -> list[Sentence]:
    """The forecast with its interval, the target against it, and what such forecasts are worth.

    One sentence says why there is none; nothing below the district, where none is made.
    """
    outlook = outlook_of(context.releasable)
    if outlook is None:
        return _no_outlook(context)
    found = [
        _forecast_sentence(context, outlook),
        _target_sentence(context, outlook),
        *worth_sentences(context, outlook),
    ]
    return [one for one in found if one]


def _no_outlook(context: PartContext) -> list[Sentence]:
    releasable = context.releasable
    is_made_here = releasable.region.level in LEVELS[:2]
    if not is_made_here or not headline_figure(releasable, "coverage").is_available:
        return []
    return [marked(context, "coverage_change.forecast.none")]


def _forecast_sentence(context: PartContext, outlook: Outlook) -> Sentence:
    words = context.words
    return marked(
        context, f"coverage_change.forecast.{outlook.expected.indicator}",
        year=outlook.expected.category[:4], level=decimal_text(LEVEL, context.language),
        expected=figure_text(outlook.expected, words), lower=figure_text(outlook.lower, words),
        upper=figure_text(outlook.upper, words),
    )  # fmt: skip


def _target_sentence(context: PartContext, outlook: Outlook) -> Sentence:
    """Where the target lies to the interval; only percentages can be held against it."""
    target = target_of(context.releasable)
    if not target.is_available or outlook.expected.unit != "percent":
        return []
    value = known_value(target)
    place = "inside"
    if value > known_value(outlook.upper):
        place = "above"
    elif value <= known_value(outlook.lower):
        place = "below"
    shown = figure_text(target, context.words)
    return marked(context, f"coverage_change.target.{place}", target=shown, year=target.category)


def worth_sentences(context: PartContext, outlook: Outlook) -> list[Sentence]:
    """The error of earlier forecasts beside that of expecting no change, and the interval's hits."""
    words = context.words
    if not (outlook.error.is_available and outlook.baseline_error.is_available):
        return [marked(context, "coverage_change.worth.untested")]
    key = "better" if outlook.beats_no_change else "no_better"
    said = [
        marked(
            context, f"coverage_change.worth.{key}", error=figure_text(outlook.error, words),
            baseline=figure_text(outlook.baseline_error, words),
        )
    ]  # fmt: skip
    if outlook.hits.is_available and known_value(outlook.hits) < LEVEL * _TOO_NARROW:
        hits = figure_text(outlook.hits, words)
        level = decimal_text(LEVEL, context.language)
        said.append(marked(context, "coverage_change.worth.narrow", hits=hits, level=level))
    return said


def arrival_sentence(context: PartContext) -> Sentence:
    """When the recent paces reach the target: the day, or why there is none."""
    if is_reached(context.releasable):
        return []
    known = [one for one in arrivals(context) if one.is_available]
    if known:
        named = tuple(
            context.say(
                "coverage_change.arrival.item",
                window=window_text(context, one.category), day=arrival_text(context, one),
            )
            for one in known
        )  # fmt: skip
        return marked(context, "coverage_change.arrival.known", items=context.words.listing(named))
    if any(one.qualifier == "pace_not_positive" for one in arrivals(context)):
        return marked(context, "coverage_change.arrival.never")
    if any(one.qualifier == "later_than_bound" for one in arrivals(context)):
        return marked(context, "coverage_change.arrival.late")
    return []


def arrivals(context: PartContext) -> tuple[Figure, ...]:
    """When each recent pace reaches the target, the shortest window first."""
    releasable = context.releasable
    found = releasable.figures("target_reached_on", "window_months")
    return tuple(sorted(found, key=lambda one: int(one.category)))


def arrival_text(context: PartContext, arrival: Figure) -> str:
    """The month of an arrival, or why there is none."""
    if not arrival.is_available or arrival.as_of is None:
        key = f"coverage_change.no_arrival.{arrival.qualifier}"
        return context.say(key if key in context.words else "status.not_available")
    day = day_after_months(arrival.as_of, known_value(arrival))
    return month_text(month_of(day), context.language)


def _count(figure: Figure) -> int:
    return int(abs(round_half_up(known_value(figure))))
