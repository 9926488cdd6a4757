"""Lines over time: one series of one scope each, with marks, dashes and names of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import matplotlib.dates as mdates
from matplotlib.axes import Axes

from coverage_lib.present.charts.axes import Target, value_axis
from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.formats import short_day_text
from coverage_lib.present.style import CATEGORICAL, FIGURE_WIDTH_INCHES, PALETTE

#: Points in time that do not need a tall chart.
_FEW_DAYS = 3
#: What the name and value at the end of a line take, in inches of the chart's height.
_TWO_LINES = 0.43
_MARKS = ("o", "s", "D", "^")
#: Paper behind a label, so that lines do not run through its letters.
_PATCH = {"boxstyle": "square,pad=0.1", "facecolor": PALETTE.paper, "edgecolor": "none"}
_DASHES = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)))


@dataclass(frozen=True)
class Point:
    day: date
    value: float
    text: str


@dataclass(frozen=True)
class TrendLine:
    """One series of one scope; `joined` draws a line between its points."""

    name: str
    points: tuple[Point, ...]
    joined: bool = True


@dataclass(frozen=True)
class TrendChart:
    """Series over time; `breaks` are dates from which another denominator holds, with a label."""

    lines: tuple[TrendLine, ...]
    target: Target | None
    breaks: tuple[tuple[date, str], ...]
    unit: str
    language: str
    places: int = 0


def trend_svg(chart: TrendChart) -> str:
    return draw_svg(FIGURE_WIDTH_INCHES, _height(chart), lambda axes: _paint_trend(axes, chart))


def _height(chart: TrendChart) -> float:
    days = {point.day for line in chart.lines for point in line.points}
    return 2.1 if len(days) <= _FEW_DAYS else 2.55


def _paint_trend(axes: Axes, chart: TrendChart) -> None:
    days = [point.day for line in chart.lines for point in line.points]
    values = [point.value for line in chart.lines for point in line.points]
    span = max((max(days) - min(days)).days, 30)
    top = max([*values, chart.target.value if chart.target else 0.0]) * 1.14 or 1.0
    axes.set_xlim(min(days) - timedelta(days=span * 0.03), max(days) + timedelta(days=span * 0.03))  # type: ignore[arg-type]
    axes.set_ylim(0, top)
    for number, line in enumerate(chart.lines):
        _paint_line(axes, line, number, joined=line.joined)
    _label_line_ends(axes, chart, top)
    if chart.target:
        _paint_level(axes, chart, chart.target, top)
    for day, name in chart.breaks:
        axes.axvline(day, color=PALETTE.rule_strong, linewidth=0.7, linestyle=(0, (1, 2)))  # type: ignore[arg-type]
        axes.annotate(
            name, (_position(day), 0.02), xycoords=("data", "axes fraction"),
            xytext=(3, 0), textcoords="offset points", color=PALETTE.muted, fontsize=SMALL, va="bottom",
        )  # fmt: skip
    value_axis(axes, chart.unit, chart.language, chart.places)
    _date_axis(axes, chart.language, days)


def _paint_line(axes: Axes, line: TrendLine, number: int, *, joined: bool) -> None:
    colour = CATEGORICAL[number % len(CATEGORICAL)]
    axes.plot(
        [point.day for point in line.points],  # type: ignore[arg-type]
        [point.value for point in line.points],
        color=colour,
        linewidth=1.7 if joined else 0,
        linestyle=_DASHES[number % len(_DASHES)],
        marker=_MARKS[number % len(_MARKS)],
        markersize=3.6 if joined else 5,
        markerfacecolor=colour if number == 0 else PALETTE.paper,
        markeredgecolor=colour,
        markeredgewidth=1.0,
        clip_on=False,
    )


def _label_line_ends(axes: Axes, chart: TrendChart, top: float) -> None:
    """Name and last value right of each line, pushed apart where they would overlap."""
    step = top * _TWO_LINES / _height(chart)
    ends = sorted(
        ((line.points[-1].value, number, line) for number, line in enumerate(chart.lines)),
        key=lambda end: (end[0], end[1]),
    )
    right = axes.get_xlim()[1]
    newest = max(line.points[-1].day for line in chart.lines)
    heights = _apart([value for value, _, _ in ends], step)
    for place, (_, number, line) in enumerate(ends):
        height = heights[place]
        colour = PALETTE.attention if number == 1 else CATEGORICAL[number % len(CATEGORICAL)]
        axes.annotate(
            _end_label(line, newest, chart.language), (right, height), xytext=(5, 0),
            textcoords="offset points", va="center", ha="left", color=colour,
            fontsize=SMALL, fontweight="semibold", annotation_clip=False, linespacing=1.0,
        )  # fmt: skip
        if len(line.points) > 1:
            first = line.points[0]
            below = place == 0 and len(ends) > 1 and first.value > top * 0.15
            axes.annotate(
                first.text, (_position(first.day), first.value), xytext=(0, -6 if below else 6),
                textcoords="offset points", ha="left", va="top" if below else "bottom",
                color=colour, fontsize=SMALL, zorder=4, bbox=_PATCH,
            )  # fmt: skip


def _apart(values: Sequence[float], step: float) -> list[float]:
    """Heights at least a step apart, in the order of the rising values and close to them."""
    groups: list[list[float]] = []
    for value in values:
        group = [value]
        while (
            groups
            and _middle(group) - _middle(groups[-1]) < step * (len(group) + len(groups[-1])) / 2
        ):
            group = groups.pop() + group
        groups.append(group)
    return [
        max(_middle(group) - step * (len(group) - 1) / 2, 0.0) + step * place
        for group in groups
        for place in range(len(group))
    ]


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _end_label(line: TrendLine, newest: date, language: str) -> str:
    """Last value and name; with its date where other lines go on to a later one."""
    last = line.points[-1]
    dated = "" if last.day == newest else f" ({short_day_text(last.day, language)})"
    return f"{last.text}{dated}\n{line.name}"


def _position(day: date) -> float:
    """Where a day lies on a date axis."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def _paint_level(axes: Axes, chart: TrendChart, target: Target, top: float) -> None:
    """The target as a line over its year, labelled at its end where the series leave room."""
    left, right = axes.get_xlim()
    if target.year is not None:
        left = max(left, _position(date(target.year, 1, 1)))
        right = min(right, _position(date(target.year, 12, 31)))
    axes.plot(
        [left, right], [target.value] * 2, color=PALETTE.ink, linewidth=1.0, linestyle=(0, (4, 2))
    )
    room = top * 0.12
    above = [
        point.value
        for line in chart.lines
        for point in line.points
        if target.value <= point.value <= target.value + room
    ]
    axes.annotate(
        target.label, (right, target.value), xytext=(0, -4 if above else 4),
        textcoords="offset points", ha="right", va="top" if above else "bottom",
        color=PALETTE.ink, fontsize=SMALL, fontweight="semibold", zorder=4, bbox=_PATCH,
    )  # fmt: skip


def _date_axis(axes: Axes, language: str, days: Sequence[date]) -> None:
    """A tick at the points themselves where they are few, else at even steps between them."""
    distinct = sorted(set(days))
    wanted = _spread(distinct, most=6)
    axes.set_xticks(
        [_position(day) for day in wanted],
        [short_day_text(day, language).replace(" ", "\u00a0", 1) for day in wanted],
    )


def _spread(days: Sequence[date], most: int) -> list[date]:
    """First and last day and those between that keep a clear distance, the last day first."""
    least = (days[-1] - days[0]).days / most
    kept = [days[-1]]
    for day in reversed(days[:-1]):
        if (kept[-1] - day).days >= least:
            kept.append(day)
    return sorted(kept)
