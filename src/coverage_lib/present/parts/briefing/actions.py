"""What to do next month: a table of rules, each from one indicator to one sentence.

A rule says nothing where its figure is missing or suppressed, or counts fewer than `least`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import day_text, decimal_text, month_text, round_half_up
from coverage_lib.present.parts.headline import headline_scope, target_year
from coverage_lib.present.parts.sentences import known_children, place_of
from coverage_lib.present.parts.village.counts import Rest, groups_left, positions_left
from coverage_lib.present.parts.village.progress import followed, pace_to_all
from coverage_lib.present.places import row_name
from coverage_lib.present.quantities import as_of_text, figure_text, known_value, of_figures
from coverage_lib.reference import rules
from coverage_lib.reference.age_bands import pending_age_bands

#: How many regions, positions and groups one action names.
_REGIONS, _POSITIONS, _GROUPS = 3, 2, 3


@dataclass(frozen=True)
class Finding:
    """The count that an action is about, and what its sentence `actions.<rule>.<variant>` says."""

    count: int
    variant: str
    values: dict[str, str]


@dataclass(frozen=True)
class ActionRule:
    """`find` reads `indicator`; an action follows from a count of at least `least`."""

    name: str
    indicator: str
    least: int
    find: Callable[[PartContext], Finding | None]


@dataclass(frozen=True)
class Action:
    name: str
    count: int
    sentence: list[Inline]


def actions_of(context: PartContext) -> list[Action]:
    """The actions that the figures ask for, in the order of the rules."""
    found = [(rule, rule.find(context)) for rule in RULES]
    return [
        Action(
            rule.name, finding.count,
            marked(context, f"actions.{rule.name}.{finding.variant}", **finding.values),
        )
        for rule, finding in found
        if finding is not None and finding.count >= rule.least
    ]  # fmt: skip


def next_month(releasable: Releasable, language: str) -> Blocks:
    """The actions as a numbered list; empty where the figures ask for none or tell nothing."""
    context = open_part(releasable, language)
    actions = actions_of(context)
    if not actions:
        return context.show([])
    items = [[blocks.paragraph(action.sentence)] for action in actions]
    heading = blocks.heading(2, "actions", context.say("section.actions"))
    return context.show([heading, blocks.list_block(items, ordered=True)])


def _regions(context: PartContext) -> Finding | None:
    """The regions within that have the largest gaps; for a region without any its own gap."""
    releasable, words = context.releasable, context.words
    scope = headline_scope(releasable)
    gaps = [
        (known_value(gap), child, gap)
        for child in known_children(releasable)
        if not child.is_unknown
        for gap in (releasable.figure("gap_to_target", region_code=child.code, scope=scope),)
        if gap.is_available and known_value(gap) > 0
    ]
    gaps = sorted(gaps, key=lambda one: (-one[0], one[1].code))[:_REGIONS]
    year = target_year(releasable)
    if gaps:
        named = tuple(
            context.say(
                "actions.regions.item", name=row_name(child, words), count=figure_text(gap, words)
            )
            for _, child, gap in gaps
        )
        values = {"regions": words.listing(named), "day": as_of_text(gaps[0][2], words)}
        count = sum(_whole(gap) for _, _, gap in gaps)
        return Finding(count, "children", values | {"year": year})
    own = releasable.figure("gap_to_target", scope=scope)
    pace = releasable.figure("required_monthly_pace", scope=scope)
    if not (own.is_available and pace.is_available):
        return None
    values = {
        "place": place_of(context), "pace": figure_text(pace, words), "gap": figure_text(own, words),
        "day": as_of_text(own, words), "year": year,
    }  # fmt: skip
    return Finding(_whole(own), "own", values)


def _positions(context: PartContext) -> Finding | None:
    """The positions with most left; where a list is followed, the pace at which all would be registered."""
    left = [rest for rest in positions_left(context.releasable) if rest.count]
    finding = _rests(context, left[:_POSITIONS], "village_page.position")
    found = followed(context.releasable)
    pace = None if found is None else pace_to_all(context.releasable, found)
    if finding is None or found is None or pace is None:
        return finding
    number, left_text = (
        of_figures(decimal_text(one, context.language), found.figure)
        for one in (pace.number, found.left)
    )
    values = {
        "month": month_text(found.month, context.language), "left": left_text, "pace": number,
        "due": day_text(pace.due, context.language),
    }  # fmt: skip
    return replace(finding, variant="most_pace", values=finding.values | values)


def _groups(context: PartContext) -> Finding | None:
    """The region's own groups only: those around it are somebody else's to reach."""
    found = groups_left(context.releasable)
    if found is None or found[0].code != context.releasable.region.code:
        return None
    return _rests(context, list(found[1][:_GROUPS]), "village_page.group")


def _rests(context: PartContext, rests: list[Rest], words_group: str) -> Finding | None:
    if not rests:
        return None
    named = tuple(
        context.say(
            "actions.item", name=context.say(f"{words_group}.{rest.figure.category}"),
            count=rest.text(context),
        )
        for rest in rests
    )  # fmt: skip
    day = as_of_text(rests[0].figure, context.words)
    values = {"items": context.words.listing(named), "day": day}
    return Finding(sum(rest.count or 0 for rest in rests), "most", values)


def _payments(context: PartContext) -> Finding | None:
    """Self-employed participants to win back, and accounts to collect from."""
    releasable, words = context.releasable, context.words
    lapsed = releasable.figure("participant_flow", "segment_flow", "BPU:lapsed")
    accounts = releasable.figure("accounts_in_arrears")
    employers = releasable.figure("accounts_in_arrears", "segment", "PU")
    counts = [one for one in (lapsed, accounts) if one.is_available and known_value(one) > 0]
    if not counts:
        return None
    values = {
        "lapsed": figure_text(lapsed, words), "accounts": figure_text(accounts, words),
        "employers": figure_text(employers, words), "day": as_of_text(counts[-1], words),
        "lapsed_day": as_of_text(lapsed, words),
    }  # fmt: skip
    if lapsed not in counts:
        named = "accounts_employers" if employers.is_available else "accounts"
        return Finding(_whole(accounts), named, values)
    forgiven = not rules.at("bpu_arrears_due_on_return", releasable.period.first_day).value
    values["law"] = context.say(f"actions.payments.{'forgiven' if forgiven else 'owed'}")
    variant = "both" if accounts in counts else "lapsed"
    return Finding(sum(map(_whole, counts)), variant, values)


def _pending(context: PartContext) -> Finding | None:
    """Claims that wait longer than the longest legal term; at least so many where a part is hidden."""
    releasable = context.releasable
    term = max(rules.at("claim_term_working_days", releasable.period.first_day).value.values())
    codes = [
        band.code
        for earlier, band in zip(pending_age_bands(), pending_age_bands()[1:], strict=False)
        if earlier.last is not None and earlier.last >= term
    ]
    figures = [releasable.figure("pending_claims", "age_band", code) for code in codes]
    known = [figure for figure in figures if figure.is_available]
    if not known:
        return None
    count = sum(map(_whole, known))
    values = {
        "claims": context.words.counted(
            "noun.claims", count, value=decimal_text(count, context.language)
        ),
        "term": decimal_text(term, context.language), "day": as_of_text(known[0], context.words),
    }  # fmt: skip
    return Finding(count, "all" if len(known) == len(figures) else "at_least", values)


def _whole(figure: Figure) -> int:
    return int(round_half_up(known_value(figure)))


RULES: tuple[ActionRule, ...] = (
    ActionRule("regions", "gap_to_target", 1, _regions),
    ActionRule("payments", "participant_flow, accounts_in_arrears", 1, _payments),
    ActionRule("groups", "group_coverage", 1, _groups),
    ActionRule("positions", "village_ecosystem_coverage", 1, _positions),
    ActionRule("pending", "pending_claims", 1, _pending),
)
