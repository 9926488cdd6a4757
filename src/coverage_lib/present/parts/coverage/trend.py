"""Coverage of the region itself: over time, and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.axes import Target
from coverage_lib.present.charts.trend import Point, TrendChart, TrendLine, trend_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text
from coverage_lib.present.parts.coverage.movements import is_explained
from coverage_lib.present.parts.headline import headline_figure, headline_scope, target_of
from coverage_lib.present.parts.sentences import place_of
from coverage_lib.present.quantities import (
    Change,
    as_of_text,
    basis_text,
    change_since_previous,
    figure_text,
    known_value,
    scope_text,
    short_scope_text,
    vintage_of,
)
from coverage_lib.present.tables import (
    Line,
    change_entry,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)

_SCOPES = ("excl_jakon", "not_stated", "incl_jakon", "all")
_LONGEST_BREAK_LABEL = 12


def coverage_trend(releasable: Releasable, language: str) -> Blocks:
    """Coverage over time, one line a scope; participants where coverage has too few points.

    With one point there is no line to draw and a sentence says so; with none the part is empty.
    """
    context = open_part(releasable, language)
    heading = blocks.heading(2, "trend", context.say("section.trend"))
    for indicator in ("coverage", "active_participants"):
        points = _points(releasable, indicator)
        if len({point.as_of for point in points}) >= 2:
            return context.show([heading, _trend_figure(context, indicator, points)])
    for indicator, key in (
        ("coverage", "trend.one_point"),
        ("active_participants", "trend.one_point_participants"),
    ):
        for point in _points(releasable, indicator)[-1:]:
            sentence = context.say(
                key, value=figure_text(point, context.words), day=as_of_text(point, context.words),
                scope=scope_text(point, context.words),
            )  # fmt: skip
            return context.show([heading, blocks.paragraph(sentence)])
    return context.show([])


def _points(releasable: Releasable, indicator: str) -> list[Figure]:
    return [
        one for one in releasable.series(indicator) if one.is_available and one.as_of is not None
    ]


def trend_chart(context: PartContext, indicator: str, points: Sequence[Figure]) -> TrendChart:
    """The data of the trend chart: scopes apart, the headline first."""
    releasable, words = context.releasable, context.words
    present = {point.scope for point in points}
    order = [scope for scope in _SCOPES if scope in present] + sorted(present - set(_SCOPES))
    lines = tuple(
        TrendLine(
            short_scope_text(scope, words),
            tuple(
                Point(point.as_of, known_value(point), figure_text(point, words))
                for point in points
                if point.scope == scope and point.as_of is not None
            ),
            joined=scope != "not_stated" or len(order) == 1,
        )
        for scope in order
    )
    level = None
    target = target_of(releasable, _headline(context, "coverage", points))
    if indicator == "coverage" and target.is_available:
        shown = context.say("trend.target", year=target.category, value=figure_text(target, words))
        level = Target(known_value(target), shown, int(target.category))
    breaks = _denominator_breaks(context, points, order[0]) if indicator == "coverage" else ()
    unit = context.say(f"trend.unit.{indicator}")
    return TrendChart(lines, level, breaks, unit, context.language)


def _denominator_breaks(
    context: PartContext, points: Sequence[Figure], scope: str
) -> tuple[tuple[date, str], ...]:
    """The first dates of each new denominator along one scope's line."""
    found: list[tuple[date, str]] = []
    earlier: tuple[str, str] | None = None
    for point in points:
        if point.scope != scope or point.as_of is None:
            continue
        vintage = vintage_of(context.releasable, point)
        current = (point.denominator_source, vintage)
        if earlier is not None and current != earlier:
            short = 0 < len(vintage) <= _LONGEST_BREAK_LABEL
            name = (
                context.say("trend.break", vintage=vintage)
                if short
                else context.say("trend.break_new")
            )
            found.append((point.as_of, name))
        earlier = current
    return tuple(found)


def _trend_figure(context: PartContext, indicator: str, points: Sequence[Figure]) -> Block:
    chart = trend_chart(context, indicator, points)
    headline = _headline(context, indicator, points)
    notes = [basis_text(context.releasable, headline, context.words)]
    change = change_since_previous(context.releasable, headline)
    if (
        change is not None
        and change.denominator_unknown
        and not is_explained(context.releasable, change.earlier)
    ):
        notes.append(context.say("summary.denominator_unknown"))
    if len(chart.lines) > 1:
        notes.append(context.say("trend.note_scopes"))
    if chart.breaks:
        notes.append(context.say("trend.note_breaks"))
    rows = [
        [
            point.as_of.isoformat() if point.as_of else "",
            point.scope,
            known_value(point),
            point.denominator,
            point.origin,
        ]
        for point in points
    ]
    return blocks.figure(
        "trend-chart",
        _trend_title(context, indicator, headline),
        trend_svg(chart),
        _trend_alt(context, chart),
        notes=notes,
        csv=csv_text(("as_of", "scope", indicator, "denominator", "origin"), rows),
    )


def _headline(context: PartContext, indicator: str, points: Sequence[Figure]) -> Figure:
    """The period's own figure, or the last known one where the period has none.

    The last one of the headline's scope, if there is any: another scope is another figure.
    """
    current = headline_figure(context.releasable, indicator)
    if current.is_available:
        return current
    own = [point for point in points if point.scope == headline_scope(context.releasable)]
    return (own or points)[-1]


def _trend_title(context: PartContext, indicator: str, headline: Figure) -> str:
    words = context.words
    stem = "trend.title" if indicator == "coverage" else "trend.title_participants"
    values = {
        "place": place_of(context), "value": figure_text(headline, words), "day": as_of_text(headline, words),
    }  # fmt: skip
    if headline.period != str(context.releasable.period):
        return context.say(f"{stem}.latest_missing", **values)
    change = change_since_previous(context.releasable, headline)
    if change is None:
        return context.say(f"{stem}.single", **values)
    values |= {
        "difference": change.text(words, signed=False), "earlier_day": as_of_text(change.earlier, words),
    }  # fmt: skip
    return context.say(f"{stem}.{change.direction}", **values)


def _trend_alt(context: PartContext, chart: TrendChart) -> str:
    from_points = [
        context.say(
            "trend.alt_line",
            name=line.name,
            points=", ".join(
                context.say(
                    "trend.alt_point", value=point.text, day=day_text(point.day, context.language)
                )
                for point in line.points
            ),
        )
        for line in chart.lines
    ]
    target = chart.target.label + "." if chart.target else ""
    return context.say("trend.alt", lines=" ".join(from_points), target=target).strip()


def coverage_by_segment(releasable: Releasable, language: str) -> Blocks:
    """Participants, eligible workers and coverage of each segment, with both totals apart.

    Construction stands below the headline total, because the headline leaves it out. Columns
    without any figure are left out; without any segment the part is empty.
    """
    context = open_part(releasable, language)
    rows = _segment_rows(context)
    if not any(figure.is_available for row in rows if row[3] == "body" for figure in row[1]):
        return context.show([])
    kept = [
        number
        for number in range(3)
        if any(row[1][number].status != "not_available" for row in rows)
    ]
    with_change = any(row[2] is not None for row in rows)
    columns = [text_column("segment", context.say("column.segment"), 2.4)]
    titles = ("active", "eligible", "coverage")
    columns += [
        number_column(titles[number], context.say(f"column.{titles[number]}"), 1.2)
        for number in kept
    ]
    if with_change:
        columns.append(number_column("change", context.say("column.change"), 1.2))
    lines = []
    for name, figures, change, role in rows:
        entries = [label(name)]
        for number in kept:
            bar = 100.0 if titles[number] == "coverage" else None
            entries.append(figure_entry(figures[number], context.words, bar_of=bar))
        if with_change:
            entries.append(change_entry(change, context.words))
        lines.append(Line(tuple(entries), "total" if role == "total" else "body"))
    table = make_table(
        "segment-table",
        _segment_title(context),
        columns,
        lines,
        notes=_segment_notes(context, rows),
    )
    return context.show([blocks.heading(2, "segment", context.say("section.segment")), table])


SegmentRow = tuple[str, tuple[Figure, Figure, Figure], Change | None, str]


def _segment_rows(context: PartContext) -> list[SegmentRow]:
    """PU, BPU and migrants, the headline total, then construction and the wider total."""
    rows: list[SegmentRow] = [_segment_row(context, name) for name in ("PU", "BPU")]
    rows += _known_segment(context, "PMI")
    scope = headline_scope(context.releasable)
    rows.append(_total_row(context, scope))
    rows += _known_segment(context, "JAKON")
    if scope != "incl_jakon":
        wider = _total_row(context, "incl_jakon")
        if any(figure.is_available for figure in (wider[1][0], wider[1][2])):
            rows.append(wider)
    return rows


def _known_segment(context: PartContext, name: str) -> list[SegmentRow]:
    """The row of a segment that not every source tells apart, if this one does."""
    row = _segment_row(context, name)
    return [row] if any(figure.status != "not_available" for figure in row[1]) else []


def _segment_row(context: PartContext, name: str) -> SegmentRow:
    releasable = context.releasable
    figures = (
        releasable.figure("active_participants", "segment", name),
        releasable.figure("eligible_workers", "segment", name),
        releasable.figure("coverage", "segment", name),
    )
    return (
        context.say(f"segment.{name}"),
        figures,
        change_since_previous(releasable, figures[2]),
        "body",
    )


def _total_row(context: PartContext, scope: str) -> SegmentRow:
    releasable = context.releasable
    coverage = releasable.figure("coverage", scope=scope)
    figures = (
        releasable.figure("active_participants", scope=scope),
        releasable.figure("eligible_workers"),
        coverage,
    )
    name = context.say("total.scope", scope=short_scope_text(scope, context.words))
    return name, figures, change_since_previous(releasable, coverage), "total"


def _segment_title(context: PartContext) -> str:
    releasable, words = context.releasable, context.words
    for indicator, key in (("coverage", "title_both"), ("active_participants", "title_counts")):
        formal = releasable.figure(indicator, "segment", "PU")
        informal = releasable.figure(indicator, "segment", "BPU")
        if formal.is_available and informal.is_available:
            shown = {"formal": figure_text(formal, words), "informal": figure_text(informal, words)}
            return context.say(f"by_segment.{key}", **shown)
    return context.say("by_segment.title_plain")


def _segment_notes(context: PartContext, rows: Sequence[SegmentRow]) -> list[str]:
    releasable, words = context.releasable, context.words
    coverage = headline_figure(releasable, "coverage")
    shown = (
        coverage if coverage.is_available else headline_figure(releasable, "active_participants")
    )
    notes = [basis_text(releasable, shown, words)] if shown.is_available else []
    if releasable.figure("eligible_workers", "segment", "JAKON").is_available:
        notes.append(context.say("by_segment.note_potential"))
    changes = [change for _, _, change, _ in rows if change is not None]
    days = sorted({as_of_text(change.earlier, words) for change in changes})
    if len(days) == 1:
        notes.append(context.say("by_segment.note_change", day=days[0]))
    changes = [one for one in changes if not is_explained(releasable, one.earlier)]
    if any(change.denominator_unknown for change in changes):
        notes.append(context.say("summary.denominator_unknown"))
    elif any(change.denominator_differs for change in changes):
        notes.append(context.say("summary.denominator_differs"))
    return notes
