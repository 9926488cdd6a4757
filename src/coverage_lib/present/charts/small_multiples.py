"""The same line for many regions: one small panel each, all on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.ticker import FuncFormatter, MaxNLocator

from coverage_lib.present.charts.trend import Point
from coverage_lib.present.drawing import SMALL, draw_sheet_svg
from coverage_lib.present.formats import decimal_text, short_day_text
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE

_ACROSS = 4
_PANEL_HEIGHT = 1.45
#: The first and the last date of an axis, kept within its panel.
_SIDES = ("left", "right")


@dataclass(frozen=True)
class Panel:
    """One region: its name and its line."""

    name: str
    points: tuple[Point, ...]
    emphasis: bool = False


@dataclass(frozen=True)
class SmallMultiples:
    """Panels in reading order, on common axes; the lines of the others stand behind each."""

    panels: tuple[Panel, ...]
    unit: str
    language: str


def small_multiples_svg(chart: SmallMultiples) -> str:
    rows = math.ceil(len(chart.panels) / _ACROSS)
    return draw_sheet_svg(
        FIGURE_WIDTH_INCHES, 0.35 + _PANEL_HEIGHT * rows, lambda sheet: _paint(sheet, chart, rows)
    )


def _paint(sheet: Sheet, chart: SmallMultiples, rows: int) -> None:
    grid = sheet.subplots(rows, _ACROSS, squeeze=False, sharex=True, sharey=True)
    values = [point.value for panel in chart.panels for point in panel.points]
    days = [point.day for panel in chart.panels for point in panel.points]
    top = max(values) * 1.15 or 1.0
    places: list[Axes] = list(grid.flat)
    for number, axes in enumerate(places):
        if number >= len(chart.panels):
            axes.set_axis_off()
            continue
        _paint_panel(axes, chart, number, top)
        axes.set_xticks(
            [_place(min(days)), _place(max(days))],
            [
                short_day_text(day, chart.language).split(" ", 1)[1]
                for day in (min(days), max(days))
            ],
        )
        for tick, side in zip(axes.xaxis.get_major_ticks(), _SIDES, strict=False):
            tick.label1.set(horizontalalignment=side, fontsize=SMALL)
        # The last panel of a column that the next row leaves empty needs its dates too.
        below = number + _ACROSS
        axes.tick_params(axis="x", labelbottom=below >= len(chart.panels), length=2)
    sheet.suptitle(chart.unit, x=0.005, ha="left", color=PALETTE.muted, fontsize=SMALL)


def _paint_panel(axes: Axes, chart: SmallMultiples, number: int, top: float) -> None:
    panel = chart.panels[number]
    for other in chart.panels:
        axes.plot(
            [_place(one.day) for one in other.points], [one.value for one in other.points],
            color=PALETTE.rule, linewidth=0.6,
        )  # fmt: skip
    axes.plot(
        [_place(one.day) for one in panel.points], [one.value for one in panel.points],
        color=PALETTE.primary, linewidth=1.6,
    )  # fmt: skip
    last = panel.points[-1]
    axes.plot([_place(last.day)], [last.value], color=PALETTE.primary, marker="o", markersize=3.2)
    above = max(one.value for one in panel.points[-4:])
    axes.annotate(
        last.text, (_place(last.day), above), xytext=(2, 5), textcoords="offset points",
        ha="right", va="bottom", color=PALETTE.primary, fontsize=SMALL, fontweight="semibold",
        bbox={"boxstyle": "square,pad=0.08", "facecolor": PALETTE.paper, "edgecolor": "none", "alpha": 0.8},
    )  # fmt: skip
    axes.set_ylim(0, top)
    axes.set_title(
        panel.name, loc="left", fontsize=SMALL, color=PALETTE.ink,
        fontweight="bold" if panel.emphasis else "semibold",
    )  # fmt: skip
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: decimal_text(value, chart.language))
    )
    axes.grid(visible=True, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=SMALL)


def _place(day: object) -> float:
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]
