"""Generated sentences that more than one part says, each from the figures that tables show."""

from __future__ import annotations

from typing import Literal

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import MEAN_MONTH_DAYS
from coverage_lib.present.block_kinds import Inline
from coverage_lib.present.context import PartContext, marked
from coverage_lib.present.formats import decimal_text, round_half_up
from coverage_lib.present.parts.coverage.movements import is_explained
from coverage_lib.present.parts.headline import (
    headline_figure,
    headline_scope,
    is_reached,
    target_of,
)
from coverage_lib.present.places import full_name, level_below
from coverage_lib.present.quantities import (
    as_of_text,
    change_since_previous,
    figure_text,
    known_value,
    numerator_size_text,
    of_figures,
)
from coverage_lib.reference.regions import Region

#: How a recent pace stands to the required one.
Standing = Literal["enough", "short", "shrinking", "standing"]

#: The windows a verdict looks at, the steadiest first.
_VERDICT_WINDOWS = ("12", "3", "1")


def place_of(context: PartContext) -> str:
    return full_name(context.releasable.region, context.words)


def level_word(context: PartContext) -> str:
    """The word for the level of the region's children; for a village its own level."""
    level = level_below(context.releasable.region) or context.releasable.region.level
    return context.say(f"level.{level}")


def window_text(context: PartContext, months: str) -> str:
    return context.words.counted("noun.months", int(months), value=months)


def recent_window_text(context: PartContext, months: str) -> str:
    """The months just past, as running text: `last month`, `last 3 months`."""
    return context.words.counted("verdict.window", int(months), value=months)


def verdict_pace(releasable: Releasable) -> Figure | None:
    """The recent pace that the verdict rests on: over twelve months, else three, else one."""
    for months in _VERDICT_WINDOWS:
        pace = headline_figure(releasable, "recent_monthly_pace", "window_months", months)
        if pace.is_available:
            return pace
    return None


def standing_of(pace: Figure, required: Figure) -> Standing:
    recent = round_half_up(known_value(pace))
    if recent < 0:
        return "shrinking"
    if recent == 0:
        return "standing"
    return "enough" if known_value(pace) >= known_value(required) else "short"


def pace_sentences(context: PartContext) -> list[list[Inline]]:
    """What reaching the target takes, and whether the recent pace is enough for it.

    Nothing where no whole person is missing.
    """
    releasable, words = context.releasable, context.words
    if is_reached(releasable):
        return [marked(context, "verdict.reached")]
    required = headline_figure(releasable, "required_monthly_pace")
    if not required.is_available or known_value(required) == 0:
        return []
    months = int(round_half_up(required.denominator or 0))
    said = [
        marked(
            context, "verdict.required", pace=figure_text(required, words),
            months=window_text(context, str(months)),
        )
    ]  # fmt: skip
    recent = verdict_pace(releasable)
    if recent is None:
        return [*said, marked(context, "verdict.unknown")]
    size = of_figures(decimal_text(abs(known_value(recent)), context.language), recent)
    key = f"verdict.{standing_of(recent, required)}"
    said.append(
        marked(context, key, window=recent_window_text(context, recent.category), recent=size)
    )
    if recent.category == "1":
        said.append(marked(context, "verdict.one_month", change=net_change_text(context, recent)))
    return said


def net_change_text(context: PartContext, pace: Figure) -> str:
    """What a pace was scaled from: the net change in persons and the days it took."""
    if pace.numerator is None or pace.denominator is None:
        return ""
    change = numerator_size_text(pace, context.words, signed=True)
    days = decimal_text(pace.denominator * MEAN_MONTH_DAYS, context.language)
    return context.say("gap.from_change", change=change, days=days)


def target_sentence(context: PartContext) -> list[Inline]:
    """Whether the year's target is reached, and how many workers are missing; or nothing."""
    releasable, words = context.releasable, context.words
    target, gap = target_of(releasable), headline_figure(releasable, "gap_to_target")
    if not target.is_available:
        return []
    values = {"year": target.category, "target": figure_text(target, words)}
    if is_reached(releasable):
        return marked(context, "summary.target.reached", **values)
    if not gap.is_available:
        return marked(context, "summary.target.known", **values)
    number = int(round_half_up(known_value(gap)))
    if number == 0:
        return marked(context, "summary.target.nearly", **values)
    workers = words.counted("noun.workers", number, value=figure_text(gap, words))
    return marked(context, "summary.target.short", gap=workers, **values)


def coverage_sentences(context: PartContext) -> list[list[Inline]]:
    """Coverage and its change since the last point of the same scope; nothing where unknown.

    Other denominators are pointed out unless it is known how much they moved the coverage.
    """
    releasable, words = context.releasable, context.words
    coverage = headline_figure(releasable, "coverage")
    if not coverage.is_available:
        return []
    shown, day = figure_text(coverage, words), as_of_text(coverage, words)
    change = change_since_previous(releasable, coverage)
    if change is None:
        return [marked(context, "summary.coverage.single", coverage=shown, day=day)]
    said = [
        marked(
            context, f"summary.coverage.{change.direction}", coverage=shown, day=day,
            difference=change.text(words, signed=False), earlier=figure_text(change.earlier, words),
            earlier_day=as_of_text(change.earlier, words),
        )
    ]  # fmt: skip
    if is_explained(releasable, change.earlier):
        return said
    if change.denominator_unknown and change.direction != "unchanged":
        said.append(marked(context, "summary.denominator_unknown"))
    elif change.denominator_differs and change.direction != "unchanged":
        said.append(marked(context, "summary.denominator_differs"))
    return said


def known_children(releasable: Releasable) -> tuple[Region, ...]:
    """The children in code order, those of unknown region last."""
    return tuple(sorted(releasable.children, key=lambda child: (child.is_unknown, child.code)))


def village_figures(releasable: Releasable) -> tuple[Figure, Figure]:
    """Village heads with officials, and RT/RW with community institutions."""
    name = "village_ecosystem_coverage"
    return (
        releasable.figure(name, "position_group", "heads_officials"),
        releasable.figure(name, "position_group", "rt_rw_lkd"),
    )


def zone_name(context: PartContext, rank: Figure) -> str:
    """The zone of a rank in the language's spelling, or as the data spell it."""
    key = f"zone.{rank.category}"
    return context.say(key) if key in context.words else rank.category


def own_rank(releasable: Releasable) -> Figure | None:
    """The region's rank in its own zone, in the headline scope where there is one."""
    for scope in (headline_scope(releasable), None):
        ranks = releasable.figures("rank_in_zone", "zone", scope=scope)
        if ranks:
            return ranks[0]
    return None
