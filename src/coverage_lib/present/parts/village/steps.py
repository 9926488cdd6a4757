"""Three next steps for a village, and where to go."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, line_break, strong, text
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.headline import headline_figure
from coverage_lib.present.parts.sentences import window_text
from coverage_lib.present.parts.village.counts import (
    ECOSYSTEM,
    groups_left,
    positions_left,
    rest_of,
)
from coverage_lib.present.places import full_name
from coverage_lib.reference import rules
from coverage_lib.service_points import ServicePoint, nearest

_MOST_POINTS = 2


def next_steps(releasable: Releasable, language: str) -> Blocks:
    """Register the posts, invite the workers, keep paying; beside it the service points.

    Three steps always: where a count is not known the step says what to find out. Without
    service points in the configuration a neutral text names the nearest office.
    """
    context = open_part(releasable, language)
    steps = [_posts_step(context), _workers_step(context), _paying_step(context)]
    made: list[Block] = [
        blocks.heading(2, "steps", context.say("village_page.steps.section")),
        blocks.list_block([[blocks.paragraph(step)] for step in steps], ordered=True),
    ]
    where: list[Block] = [
        blocks.heading(2, "where", context.say("village_page.where.section")),
        *_where(context),
    ]
    return context.show([blocks.side_by_side((1.6, made), (1.0, where))])


def _posts_step(context: PartContext) -> list[Inline]:
    rest = rest_of(context.releasable.figure(ECOSYSTEM))
    if rest.count is None:
        return marked(context, "village_page.steps.posts_unknown")
    if rest.count == 0:
        return marked(context, "village_page.steps.posts_done")
    most = positions_left(context.releasable)
    values = {
        "posts": context.words.counted("village_page.posts", rest.count, value=rest.text(context))
    }
    if not most or not most[0].count:
        return marked(context, "village_page.steps.posts", **values)
    position = context.say(f"village_page.position.{most[0].figure.category}")
    if most[0].count == rest.count:
        return marked(context, "village_page.steps.posts_one", position=position, **values)
    return marked(
        context, "village_page.steps.posts_most", position=position, most=most[0].text(context),
        **values,
    )  # fmt: skip


def _workers_step(context: PartContext) -> list[Inline]:
    rest = rest_of(headline_figure(context.releasable, "coverage"))
    if rest.count is None:
        return marked(context, "village_page.steps.workers_unknown")
    if rest.count == 0:
        return marked(context, "village_page.steps.workers_done")
    workers = context.words.counted("noun.workers", rest.count, value=rest.text(context))
    found = groups_left(context.releasable)
    if found is None or not found[1]:
        return marked(context, "village_page.steps.workers", workers=workers)
    region, left = found
    names = tuple(context.say(f"village_page.group.{one.figure.category}") for one in left[:2])
    values = {"workers": workers, "groups": context.words.listing(names)}
    if region.code == context.releasable.region.code:
        return marked(context, "village_page.steps.workers_groups", **values)
    place = full_name(region, context.words)
    return marked(context, "village_page.steps.workers_groups_around", place=place, **values)


def _paying_step(context: PartContext) -> list[Inline]:
    day = context.releasable.period.first_day
    due = decimal_text(rules.at("contribution_due_day", day).value, context.language)
    unpaid = str(int(rules.at("bpu_lapse_unpaid_months", day).value))
    return marked(
        context, "village_page.steps.paying", due=due, months=window_text(context, unpaid)
    )


def _where(context: PartContext) -> list[Block]:
    releasable = context.releasable
    points = nearest(releasable.service_points, releasable.region.code)[:_MOST_POINTS]
    if not points:
        return [blocks.paragraph(marked(context, "village_page.where.nearest"))]
    return [blocks.paragraph(_point(point)) for point in points]


def _point(point: ServicePoint) -> list[Inline]:
    """The name, and a line each for what else the configuration says."""
    said: list[Inline] = [strong(point.name)]
    reached = " · ".join(part for part in (point.hours, point.contact) if part)
    for line in (point.address, reached):
        if line:
            said += [line_break(), text(line)]
    return said
