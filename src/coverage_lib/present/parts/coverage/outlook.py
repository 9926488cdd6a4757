"""Where coverage is heading: the pace that the target asks for, arrivals, and a forecast."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.fan import Expected, FanChart, fan_svg
from coverage_lib.present.charts.trend import Point
from coverage_lib.present.context import PartContext, joined, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.coverage.change import (
    arrival_sentence,
    arrival_text,
    arrivals,
    outlook_sentences,
)
from coverage_lib.present.parts.coverage.movements import LEVEL, Outlook, outlook_of
from coverage_lib.present.parts.coverage.pace_charts import WINDOWS, pace_chart, pace_figure
from coverage_lib.present.parts.coverage.region_charts import target_line
from coverage_lib.present.parts.headline import headline_figure, headline_scope, is_reached
from coverage_lib.present.parts.sentences import (
    net_change_text,
    pace_sentences,
    place_of,
    recent_window_text,
    target_sentence,
    window_text,
)
from coverage_lib.present.quantities import basis_text, figure_text, known_value
from coverage_lib.present.tables import (
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

#: Reports that are drawn before the forecast: a year and a half of months.
_REPORTS = 18
_DISTANCES = ("1", "3", "6", "all")


def trajectory(releasable: Releasable, language: str) -> Blocks:
    """Target and gap, the pace that they ask for beside recent ones, and when these arrive.

    Empty where neither a target nor a recent pace is known; only the sentence where the
    target is reached.
    """
    context = open_part(releasable, language)
    recent = [
        headline_figure(releasable, "recent_monthly_pace", "window_months", months)
        for months in WINDOWS
    ]
    required = headline_figure(releasable, "required_monthly_pace")
    reached = is_reached(releasable)
    sentences = [target_sentence(context)]
    if not reached:
        sentences += [*pace_sentences(context), arrival_sentence(context)]
    said = joined(sentences)
    known = [figure for figure in (required, *recent) if figure.is_available]
    if not said and not known:
        return context.show([])
    shown: list[Block] = [blocks.heading(2, "gap", context.say("section.gap"))]
    if said:
        shown.append(blocks.paragraph(said))
    chart = None if reached else pace_chart(context, required, recent)
    if chart is not None:
        shown.append(pace_figure(context, chart, required, recent))
    if any(figure.is_available for figure in recent) and not reached:
        shown.append(_pace_table(context, required, recent))
    return context.show(shown)


def _pace_table(context: PartContext, required: Figure, recent: Sequence[Figure]) -> Block:
    """The required pace, and each recent one with what it was scaled from and its arrival."""
    arriving = {one.category: one for one in arrivals(context)}
    lines = []
    if required.is_available:
        lines.append(
            Line(
                (
                    label(context.say("gap.required")),
                    figure_entry(required, context.words),
                    words_entry(""),
                    words_entry(""),
                ),
                "total",
            )
        )
    for figure in recent:
        if not figure.is_available:
            continue
        arrival = arriving.get(figure.category)
        window = recent_window_text(context, figure.category)
        lines.append(
            Line(
                (
                    label(context.say("gap.recent", window=window)),
                    figure_entry(figure, context.words),
                    words_entry(net_change_text(context, figure)),
                    words_entry(arrival_text(context, arrival) if arrival else ""),
                )
            )
        )
    columns = [
        text_column("pace", context.say("coverage_notebook.outlook.pace"), 2),
        number_column("persons_per_month", context.say("coverage_notebook.outlook.monthly"), 1.2),
        text_column("scaled_from", context.say("coverage_notebook.outlook.scaled_from"), 2),
        text_column("reached", context.say("coverage_notebook.outlook.reached"), 2),
    ]
    basis = next(figure for figure in (required, *recent) if figure.is_available)
    notes = [
        context.say("coverage_notebook.outlook.arrival_note"),
        basis_text(context.releasable, basis, context.words),
    ]
    title = context.say("coverage_notebook.outlook.arrival_title")
    return make_table("pace-table", title, columns, lines, notes=notes)


def forecast(releasable: Releasable, language: str) -> Blocks:
    """The forecast to the end of the target's year, its interval, and what such forecasts are worth.

    One sentence where there are too few reports for one; empty below the district.
    """
    context = open_part(releasable, language)
    sentences = outlook_sentences(context)
    if not sentences:
        return context.show([])
    heading = blocks.heading(2, "forecast", context.say("coverage_notebook.heading.forecast"))
    shown: list[Block] = [heading, blocks.paragraph(joined(sentences))]
    outlook = outlook_of(releasable)
    if outlook is None:
        return context.show(shown)
    chart = forecast_chart(context, outlook)
    if chart is not None:
        shown.append(_figure(context, outlook, chart))
    table = _error_table(context, outlook)
    return context.show([*shown, table] if table is not None else shown)


def forecast_chart(context: PartContext, outlook: Outlook) -> FanChart | None:
    """Reports and the band ahead; None where no report of the same kind and scope is known."""
    releasable, words, language = context.releasable, context.words, context.language
    indicator = outlook.expected.indicator.removesuffix("_forecast")
    past = [
        Point(one.as_of, known_value(one), figure_text(one, words))
        for one in releasable.series(indicator, scope=headline_scope(releasable))
        if one.is_available and one.as_of is not None
    ][-_REPORTS:]
    ahead = tuple(_ahead(releasable, outlook))
    if not past or not ahead:
        return None
    level = decimal_text(LEVEL, language)
    return FanChart(
        tuple(past),
        ahead,
        target_line(context) if indicator == "coverage" else None,
        figure_text(outlook.expected, words),
        figure_text(outlook.lower, words),
        figure_text(outlook.upper, words),
        context.say("coverage_notebook.outlook.past"),
        context.say("coverage_notebook.outlook.band", level=level),
        context.say(f"trend.unit.{indicator}"),
        language,
    )


def _ahead(releasable: Releasable, outlook: Outlook) -> list[Expected]:
    """Month ends up to the end of the target's year, as far as all three numbers are known."""
    indicator, scope = outlook.expected.indicator, outlook.expected.scope
    last = outlook.expected.category.partition(":")[0]
    months = sorted(
        {
            one.category.partition(":")[0]
            for one in releasable.figures(indicator, "month_end", scope=scope)
        }
    )
    found = []
    for month in months:
        expected, lower, upper = (
            releasable.figure(indicator, "month_end", f"{month}:{part}", scope=scope)
            for part in ("expected", f"lower_{LEVEL}", f"upper_{LEVEL}")
        )
        if month > last or not (
            expected.is_available and lower.is_available and upper.is_available
        ):
            continue
        day = Month.parse(month).last_day
        found.append(Expected(day, known_value(expected), known_value(lower), known_value(upper)))
    return found


def _figure(context: PartContext, outlook: Outlook, chart: FanChart) -> Block:
    values = {
        "place": place_of(context), "year": outlook.expected.category[:4],
        "expected": chart.expected_label, "lower": chart.lower_label, "upper": chart.upper_label,
        "level": decimal_text(LEVEL, context.language),
        "last": chart.past[-1].text,
    }  # fmt: skip
    target = chart.target.label + "." if chart.target else ""
    series = context.releasable.figure(
        outlook.expected.indicator.removesuffix("_forecast"), scope=outlook.expected.scope
    )
    rows: list[tuple[str, float, float | None, float | None]] = [
        (one.day.isoformat(), one.value, None, None) for one in chart.past
    ]
    rows += [(one.day.isoformat(), one.value, one.lower, one.upper) for one in chart.ahead]
    key = outlook.expected.indicator
    return blocks.figure(
        "forecast-chart",
        context.say(f"coverage_notebook.outlook.title.{key}", **values),
        fan_svg(chart),
        context.say("coverage_notebook.outlook.alt", target=target, **values).strip(),
        notes=[
            f"{chart.unit}. {basis_text(context.releasable, series, context.words)}",
            *_error_note(context, outlook),
            context.say("coverage_notebook.outlook.note"),
        ],
        csv=csv_text(("day", "value", f"lower_{LEVEL}", f"upper_{LEVEL}"), rows),
    )


def _error_note(context: PartContext, outlook: Outlook) -> list[str]:
    """The error beside the chart, so that the chart is never quoted without it."""
    if not (outlook.error.is_available and outlook.baseline_error.is_available):
        return []
    return [
        context.say(
            "coverage_notebook.outlook.error_short",
            error=figure_text(outlook.error, context.words),
            baseline=figure_text(outlook.baseline_error, context.words),
        )
    ]  # fmt: skip


def _error_table(context: PartContext, outlook: Outlook) -> Block | None:
    """Errors of earlier forecasts by distance beside expecting no change; None where untested."""
    releasable, scope = context.releasable, outlook.expected.scope
    lines = []
    for distance in _DISTANCES:
        error, baseline, hits = (
            releasable.figure(name, dimension, f"{method}:{distance}", scope=scope)
            for name, dimension, method in (
                ("forecast_error", "method_months", "drift"),
                ("forecast_error", "method_months", "last_value"),
                ("forecast_interval_hits", "level_months", str(LEVEL)),
            )
        )
        if not error.is_available:
            continue
        name = (
            context.say("coverage_notebook.outlook.all_distances")
            if distance == "all"
            else window_text(context, distance)
        )
        entries = (figure_entry(one, context.words) for one in (error, baseline, hits))
        lines.append(Line((label(name), *entries), "total" if distance == "all" else "body"))
    if not lines:
        return None
    level = decimal_text(LEVEL, context.language)
    columns = [
        text_column("distance", context.say("coverage_notebook.outlook.distance"), 1.6),
        number_column("error", context.say("coverage_notebook.outlook.error"), 1.2),
        number_column("no_change", context.say("coverage_notebook.outlook.no_change"), 1.2),
        number_column("hits", context.say("coverage_notebook.outlook.hits", level=level), 1.2),
    ]
    title = context.say("coverage_notebook.outlook.error_title")
    notes = [context.say("coverage_notebook.outlook.error_note")]
    return make_table("forecast-error-table", title, columns, lines, notes=notes)
