"""What was, and what is expected: a line that goes on as a band that widens with the distance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import matplotlib.dates as mdates
from matplotlib.axes import Axes

from coverage_lib.present.charts.axes import Target, value_axis
from coverage_lib.present.charts.trend import Point
from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.formats import short_day_text
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE

_PATCH = {"boxstyle": "square,pad=0.1", "facecolor": PALETTE.paper, "edgecolor": "none"}
_TICKS = 6


@dataclass(frozen=True)
class Expected:
    """What is expected on one day, and between which bounds."""

    day: date
    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class FanChart:
    """Reports by day, what is expected after the last of them, and the level to reach.

    The labels stand at the last day: what is expected, the bounds, and the name of the band.
    """

    past: tuple[Point, ...]
    ahead: tuple[Expected, ...]
    target: Target | None
    expected_label: str
    lower_label: str
    upper_label: str
    past_name: str
    band_name: str
    unit: str
    language: str
    places: int = 0


def fan_svg(chart: FanChart) -> str:
    return draw_svg(FIGURE_WIDTH_INCHES, 2.6, lambda axes: _paint(axes, chart))


def _paint(axes: Axes, chart: FanChart) -> None:
    last = chart.past[-1]
    days = [last.day, *(one.day for one in chart.ahead)]
    lower = [last.value, *(one.lower for one in chart.ahead)]
    upper = [last.value, *(one.upper for one in chart.ahead)]
    first, end = chart.past[0].day, days[-1]
    top = max(
        [*upper, *(one.value for one in chart.past), chart.target.value if chart.target else 0.0]
    )
    axes.set_ylim(0, top * 1.14 or 1.0)
    axes.set_xlim(_place(first - timedelta(days=8)), _place(end + timedelta(days=4)))
    axes.fill_between(
        [_place(day) for day in days], lower, upper, color=PALETTE.primary_soft, linewidth=0
    )
    axes.plot(
        [_place(day) for day in days], [last.value, *(one.value for one in chart.ahead)],
        color=PALETTE.primary_mid, linewidth=1.5, linestyle=(0, (3, 1.5)),
    )  # fmt: skip
    axes.plot(
        [_place(one.day) for one in chart.past], [one.value for one in chart.past],
        color=PALETTE.primary, linewidth=1.7, marker="o", markersize=3.2,
    )  # fmt: skip
    _label_past(axes, chart)
    _label_end(axes, chart, top)
    if chart.target:
        _paint_target(axes, chart.target, end)
    value_axis(axes, chart.unit, chart.language, chart.places)
    _ticks(axes, [*(one.day for one in chart.past), *days], chart.language)


def _label_past(axes: Axes, chart: FanChart) -> None:
    last, first = chart.past[-1], chart.past[0]
    is_falling = len(chart.past) > 1 and last.value < chart.past[-2].value
    for point, shift, side in ((last, -7 if is_falling else 7, "right"), (first, 7, "left")):
        if point is first and len(chart.past) < 3:
            continue
        axes.annotate(
            point.text, (_place(point.day), point.value), xytext=(0, shift),
            textcoords="offset points", ha=side, va="top" if shift < 0 else "bottom", color=PALETTE.primary, fontsize=SMALL, fontweight="semibold",
            bbox=_PATCH, zorder=4,
        )  # fmt: skip
    middle = chart.past[len(chart.past) // 2]
    axes.annotate(
        chart.past_name, (_place(middle.day), min(one.value for one in chart.past)),
        xytext=(0, -8), textcoords="offset points", ha="center", va="top",
        color=PALETTE.primary, fontsize=SMALL,
    )  # fmt: skip


def _label_end(axes: Axes, chart: FanChart, top: float) -> None:
    """Bounds and expected value right of the band, kept a line apart."""
    last = chart.ahead[-1]
    right = axes.get_xlim()[1]
    step = top * 0.085
    middle = last.value
    for text, height, weight in (
        (chart.upper_label, max(last.upper, middle + step), "regular"),
        (chart.expected_label, middle, "semibold"),
        (chart.lower_label, min(last.lower, middle - step), "regular"),
    ):
        axes.annotate(
            text, (right, height), xytext=(4, 0), textcoords="offset points", va="center",
            ha="left", color=PALETTE.primary_mid, fontsize=SMALL, fontweight=weight,
            annotation_clip=False,
        )  # fmt: skip
    axes.annotate(
        chart.band_name, (_place(last.day), last.lower), xytext=(-2, -3),
        textcoords="offset points", ha="right", va="top", color=PALETTE.primary_mid, fontsize=SMALL,
    )  # fmt: skip


def _paint_target(axes: Axes, target: Target, end: date) -> None:
    left = axes.get_xlim()[0]
    if target.year is not None:
        left = max(left, _place(date(target.year, 1, 1)))
    axes.plot(
        [left, _place(end)], [target.value] * 2, color=PALETTE.ink, linewidth=1.0,
        linestyle=(0, (4, 2)),
    )  # fmt: skip
    axes.annotate(
        target.label, (_place(end), target.value), xytext=(0, 4), textcoords="offset points",
        ha="right", va="bottom", color=PALETTE.ink, fontsize=SMALL, fontweight="semibold",
        bbox=_PATCH, zorder=4,
    )  # fmt: skip


def _ticks(axes: Axes, days: list[date], language: str) -> None:
    first, last = min(days), max(days)
    least = max((last - first).days / _TICKS, 1)
    kept = [last]
    for day in sorted(set(days), reverse=True):
        if (kept[-1] - day).days >= least:
            kept.append(day)
    axes.set_xticks(
        [_place(day) for day in sorted(kept)],
        [short_day_text(day, language).replace(" ", "\u00a0", 1) for day in sorted(kept)],
    )


def _place(day: date) -> float:
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]
