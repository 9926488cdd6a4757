"""Coverage at a glance: the figures that the rest of the notebook takes apart."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, KeyFigure, Tone
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text, month_text, round_half_up
from coverage_lib.present.parts.coverage.region_charts import basis_of, target_line
from coverage_lib.present.parts.coverage.region_rows import row_of
from coverage_lib.present.parts.headline import (
    headline_figure,
    headline_parts,
    headline_scope,
    meets,
    target_of,
)
from coverage_lib.present.parts.sentences import (
    coverage_sentences,
    place_of,
    target_sentence,
)
from coverage_lib.present.places import full_name
from coverage_lib.present.quantities import (
    as_of_text,
    change_since_previous,
    figure_text,
    known_value,
    scope_text,
    short_scope_text,
    status_of,
    vintage_of,
)
from coverage_lib.present.tables import csv_text

_WITH_CONSTRUCTION = "incl_jakon"
_FEWEST_BARS = 3


def coverage_at_a_glance(releasable: Releasable, language: str) -> Blocks:
    """Key figures and one paragraph: participants, coverage in both scopes, target and gap.

    Where nothing is known one sentence says so.
    """
    context = open_part(releasable, language)
    heading = blocks.heading(2, "glance", context.say("coverage_notebook.glance.heading"))
    tiles = list(_tiles(context))
    sentences = [
        _active_sentence(context),
        *coverage_sentences(context),
        _with_construction_sentence(context),
        _registered_sentence(context),
        target_sentence(context),
    ]
    said = joined(sentences)
    if not said:
        period = month_text(releasable.period, language)
        said = marked(context, "summary.nothing", period=period, place=place_of(context))
    shown: list[Block] = [heading]
    if tiles:
        shown.append(blocks.key_figures(tiles))
    shown.append(blocks.paragraph(said))
    return context.show(shown)


def _tiles(context: PartContext) -> Iterator[KeyFigure]:
    """Only what is known or hidden; a figure that no source holds has no tile."""
    releasable = context.releasable
    active = headline_figure(releasable, "active_participants")
    if active.status != "not_available":
        yield _tile(context, "active", active, _active_details(context, active))
    coverage, target = headline_figure(releasable, "coverage"), target_of(releasable)
    if coverage.status != "not_available":
        details = _coverage_details(context, coverage, target)
        tone: Tone = "neutral"
        if coverage.is_available and target.is_available:
            tone = "good" if meets(coverage, target) else "attention"
        yield _tile(context, "coverage", coverage, details, tone)
    gap = headline_figure(releasable, "gap_to_target")
    if gap.status != "not_available" and target.is_available:
        shown = figure_text(target, context.words)
        detail = context.say("key.detail.gap", target=shown, year=target.category)
        yield _tile(context, "gap", gap, [detail])
    for segment in ("PU", "BPU"):
        figure = releasable.figure("coverage", "segment", segment)
        if figure.status != "not_available":
            yield _tile(context, segment, figure, _of_potential(context, figure))
    wider = releasable.figure("coverage", scope=_WITH_CONSTRUCTION)
    if wider.status != "not_available" and coverage.scope != _WITH_CONSTRUCTION:
        yield _tile(context, "incl_jakon", wider, _of_potential(context, wider))


def _tile(
    context: PartContext, name: str, figure: Figure, details: list[str], tone: Tone = "neutral"
) -> KeyFigure:
    return blocks.key_figure(
        name.lower(),
        context.say(f"coverage_notebook.glance.tile.{name}"),
        figure_text(figure, context.words),
        status=status_of(figure),
        detail=[one for one in details if one],
        tone=tone,
    )


def _active_details(context: PartContext, active: Figure) -> list[str]:
    if not active.is_available:
        return []
    change = change_since_previous(context.releasable, active)
    details = [scope_text(active, context.words)]
    if change is not None:
        details.append(
            context.say(
                "key.detail.previous", day=as_of_text(change.earlier, context.words),
                value=figure_text(change.earlier, context.words), change=change.text(context.words),
            )
        )  # fmt: skip
    return details


def _coverage_details(context: PartContext, coverage: Figure, target: Figure) -> list[str]:
    words = context.words
    details = []
    if coverage.is_available:
        details.append(
            context.say(
                "coverage_notebook.glance.scope_day",
                scope=short_scope_text(coverage.scope, words), day=as_of_text(coverage, words),
            )
        )  # fmt: skip
        details += _of_potential(context, coverage)
    if target.is_available:
        shown = figure_text(target, words)
        details.append(context.say("key.detail.target", year=target.category, target=shown))
    return details


def _of_potential(context: PartContext, figure: Figure) -> list[str]:
    """`300 of 900 (2031)`, where both are known."""
    if figure.numerator is None or figure.denominator is None:
        return []
    vintage = vintage_of(context.releasable, figure)
    return [
        context.say(
            f"coverage_notebook.glance.{'of_vintage' if vintage else 'of'}",
            active=decimal_text(figure.numerator, context.language),
            eligible=decimal_text(figure.denominator, context.language), vintage=vintage,
        )
    ]  # fmt: skip


def _active_sentence(context: PartContext) -> list[Inline]:
    releasable, words = context.releasable, context.words
    active = headline_figure(releasable, "active_participants")
    if not active.is_available:
        return []
    number = int(round_half_up(known_value(active)))
    counted = words.counted("noun.workers", number, value=figure_text(active, words))
    values = {
        "day": as_of_text(active, words), "place": place_of(context), "active": counted,
        "scope": scope_text(active, words),
    }  # fmt: skip
    parts = headline_parts(releasable)
    if parts is None or parts.migrant is not None:
        return marked(context, "summary.active", **values)
    return marked(
        context, "summary.active_segments", formal=figure_text(parts.formal, words),
        informal=figure_text(parts.informal, words), **values,
    )  # fmt: skip


def _with_construction_sentence(context: PartContext) -> list[Inline]:
    releasable, words = context.releasable, context.words
    if headline_scope(releasable) == _WITH_CONSTRUCTION:
        return []
    active = releasable.figure("active_participants", scope=_WITH_CONSTRUCTION)
    coverage = releasable.figure("coverage", scope=_WITH_CONSTRUCTION)
    if not (active.is_available and coverage.is_available):
        return []
    return marked(
        context, "coverage_notebook.glance.with_construction",
        active=figure_text(active, words), coverage=figure_text(coverage, words),
    )  # fmt: skip


def _registered_sentence(context: PartContext) -> list[Inline]:
    releasable, words = context.releasable, context.words
    registered = headline_figure(releasable, "registered_participants")
    share = headline_figure(releasable, "active_share")
    if not (registered.is_available and share.is_available) or known_value(registered) == 0:
        return []
    return marked(
        context, "coverage_notebook.glance.registered",
        registered=figure_text(registered, words), share=figure_text(share, words),
    )  # fmt: skip


def beside_regions_above(releasable: Releasable, language: str) -> Blocks:
    """The coverage of a sub-district or village beside the regions that it lies in.

    Only coverage in the region's own scope is drawn. Empty where fewer than two regions above
    have one, as for a district: there the ranking holds the comparison.
    """
    context = open_part(releasable, language)
    rows = [
        row_of(releasable, region)
        for region in (releasable.region, *reversed(releasable.ancestors))
    ]
    known = [row for row in rows if row.is_headline and row.figure("coverage").is_available]
    if len(known) < _FEWEST_BARS or known[0].region.code != releasable.region.code:
        return context.show([])
    own, above = known[0].figure("coverage"), known[1].figure("coverage")
    difference = round_half_up(known_value(own) - known_value(above), 2)
    key = "equal" if difference == 0 else "higher" if difference > 0 else "lower"
    bars = tuple(
        Bar(
            full_name(row.region, context.words),
            row.figure("coverage").value,
            figure_text(row.figure("coverage"), context.words),
            emphasis=row is known[0],
        )
        for row in known
    )
    chart = BarChart(bars, target_line(context), context.say("by_region.unit"), context.language)
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in bars
    )
    target = chart.target.label + "." if chart.target else ""
    title = context.say(
        f"coverage_notebook.above.{key}",
        place=place_of(context), value=bars[0].text, other=bars[1].name, other_value=bars[1].text,
    )  # fmt: skip
    figure = blocks.figure(
        "regions-above-chart",
        title,
        bar_svg(chart),
        context.say("by_region.alt", values=values, target=target).strip(),
        notes=[f"{chart.unit}. {basis_of(context, own)}"],
        csv=csv_text(("name", "coverage"), [(bar.name, bar.value) for bar in bars]),
    )
    return context.show([figure])
