"""The regions within a region, by how many are not yet protected in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.headline import headline_figure, headline_scope
from coverage_lib.present.parts.sentences import known_children, level_word, place_of
from coverage_lib.present.parts.village.counts import ECOSYSTEM, Rest, rest_of
from coverage_lib.present.places import level_below, row_name, short_name
from coverage_lib.present.quantities import basis_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    not_applicable,
    number_column,
    text_column,
)
from coverage_lib.reference.regions import Region


@dataclass(frozen=True)
class RegionRow:
    """What one row shows; `workers` and `posts` are those left to cover or register."""

    region: Region
    active: Figure
    workers: Rest
    posts: Rest

    @property
    def is_known(self) -> bool:
        shares = (self.workers.status, self.posts.status)
        return self.active.status != "not_available" or set(shares) != {"not_available"}

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Most workers first, then most posts; what is not known last, unknown regions after it."""
        return (
            self.region.is_unknown,
            -1 if self.workers.count is None else -self.workers.count - 1,
            -1 if self.posts.count is None else -self.posts.count - 1,
            self.region.code,
        )


def regions_below(releasable: Releasable, language: str) -> Blocks:
    """One row a region within, those with most workers not yet protected first.

    Empty for a village, and where nothing is known of any of them. An unknown region has
    participants, but no workers that they could be a share of.
    """
    context = open_part(releasable, language)
    rows = sorted(
        (_row(releasable, child) for child in known_children(releasable)), key=lambda row: row.order
    )
    rows = [row for row in rows if row.is_known]
    if not any(not row.region.is_unknown for row in rows):
        return context.show([])
    heading = context.say("village_page.below.section", level=level_word(context))
    chart = not_yet_chart(context, rows)
    drawn = [_figure(context, rows, chart)] if chart is not None else []
    title = _title(context, rows) if chart is None else _plain_title(context)
    return context.show(
        [
            blocks.page_break(),
            blocks.heading(2, "below", heading),
            *drawn,
            _table(context, rows, title),
        ]
    )


def not_yet_chart(context: PartContext, rows: Sequence[RegionRow]) -> BarChart | None:
    """Workers not yet protected, most first; None where fewer than two regions tell them."""
    known = [row for row in rows if row.workers.count is not None]
    if len(known) < 2:
        return None
    bars = tuple(
        Bar(short_name(row.region, context.words), row.workers.count, row.workers.text(context))
        for row in rows
        if not row.region.is_unknown
    )
    return BarChart(bars, None, context.say("village_page.below.unit"), context.language)


def _figure(context: PartContext, rows: Sequence[RegionRow], chart: BarChart) -> blocks.Block:
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    example = next(row.workers.figure for row in rows if row.workers.count is not None)
    whole = headline_figure(context.releasable, "coverage")
    basis = basis_text(context.releasable, whole if whole.is_available else example, context.words)
    return blocks.figure(
        "below-chart", _title(context, rows), bar_svg(chart),
        context.say("village_page.below.alt", level=level_word(context), values=values),
        notes=[f"{chart.unit}. {basis}"],
        csv=csv_text(("name", "workers"), [(bar.name, bar.value) for bar in chart.bars]),
    )  # fmt: skip


def _row(releasable: Releasable, region: Region) -> RegionRow:
    scope, code = headline_scope(releasable), region.code
    return RegionRow(
        region,
        releasable.figure("active_participants", region_code=code, scope=scope),
        rest_of(releasable.figure("coverage", region_code=code, scope=scope)),
        rest_of(releasable.figure(ECOSYSTEM, region_code=code)),
    )


def _table(context: PartContext, rows: list[RegionRow], title: str) -> blocks.Block:
    releasable = context.releasable
    whole = _row(releasable, releasable.region)
    with_workers = any(row.workers.status != "not_available" for row in rows)
    with_posts = any(row.posts.status != "not_available" for row in rows)
    below = level_below(releasable.region) or releasable.region.level
    columns = [text_column("region", context.say(f"level_title.{below}"), 2.0)]
    titles = ["workers", "covered", "share"] if with_workers else ["covered"]
    titles += ["posts", "roster"] if with_posts else []
    columns += [number_column(one, context.say(f"village_page.below.{one}"), 1.1) for one in titles]
    lines = [
        _line(
            context, row, with_workers, with_posts, "unknown" if row.region.is_unknown else "body"
        )
        for row in rows
    ]
    lines.append(_line(context, whole, with_workers, with_posts, "total"))
    example = next((row.workers.figure for row in (whole, *rows) if row.workers.count is not None), None)  # fmt: skip
    notes = [basis_text(releasable, example, context.words)] if example else []
    return make_table(
        "below-table", title, columns, lines, notes=notes,
        codes=[row.region.code for row in (*rows, whole)],
    )  # fmt: skip


def _line(
    context: PartContext, row: RegionRow, with_workers: bool, with_posts: bool, role: RowRole
) -> Line:
    words = context.words
    name = place_of(context) if role == "total" else row_name(row.region, words)
    entries = [label(name)]
    unknown = row.region.is_unknown
    if with_workers:
        entries.append(not_applicable(words) if unknown else row.workers.entry(context))
    entries.append(figure_entry(row.active, words))
    if with_workers:
        share = row.workers.figure
        entries.append(not_applicable(words) if unknown else figure_entry(share, words, bar_of=100.0))  # fmt: skip
    if with_posts:
        unlisted = unknown and row.posts.status == "not_available"
        posts = not_applicable(words) if unlisted else row.posts.entry(context)
        roster = not_applicable(words) if unlisted else _roster(context, row.posts)
        entries += [posts, roster]
    return Line(tuple(entries), role)


def _roster(context: PartContext, posts: Rest) -> Entry:
    count = posts.figure.denominator
    if posts.count is None or count is None:
        return Entry(context.say(f"status.{posts.status}"), None, posts.status)
    return Entry(decimal_text(count, context.language), count)


def _title(context: PartContext, rows: Sequence[RegionRow]) -> str:
    """The region with most workers to protect, else with most posts; that none is left; or neutral."""
    known = [row for row in rows if not row.region.is_unknown]
    for key, rests in (
        ("title_workers", [(row.workers, row) for row in known]),
        ("title_posts", [(row.posts, row) for row in known]),
    ):
        counted = [(rest.count, rest, row) for rest, row in rests if rest.count is not None]
        if not counted:
            continue
        most = max(counted, key=lambda one: one[0])
        if most[0] == 0:
            continue
        name = row_name(most[2].region, context.words)
        return context.say(f"village_page.below.{key}", name=name, count=most[1].text(context))
    all_known = all(row.workers.count == 0 and row.posts.count in (0, None) for row in known)
    if not (known and all_known):
        return _plain_title(context)
    return context.say("village_page.below.title_none", level=level_word(context))


def _plain_title(context: PartContext) -> str:
    return context.say("village_page.below.title", level=level_word(context))
