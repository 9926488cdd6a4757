"""Bars and columns with their values written on them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.charts.axes import Target
from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE


@dataclass(frozen=True)
class Bar:
    """One bar; `value` None where there is no figure, `text` then says why."""

    name: str
    value: float | None
    text: str
    emphasis: bool = False


@dataclass(frozen=True)
class BarChart:
    """Lying bars with one name and one value each, in the order given; below zero allowed."""

    bars: tuple[Bar, ...]
    target: Target | None
    unit: str
    language: str


@dataclass(frozen=True)
class ColumnChart:
    """Standing columns over the months; the last may be a month that is not over."""

    columns: tuple[Bar, ...]
    unit: str
    language: str
    last_is_partial: bool


def bar_svg(chart: BarChart) -> str:
    height = 0.4 + 0.215 * len(chart.bars) + (0.2 if chart.target else 0)
    return draw_svg(FIGURE_WIDTH_INCHES, max(1.1, height), lambda axes: _paint_bars(axes, chart))


def column_svg(chart: ColumnChart) -> str:
    return draw_svg(FIGURE_WIDTH_INCHES, 2.3, lambda axes: _paint_columns(axes, chart))


def _paint_bars(axes: Axes, chart: BarChart) -> None:
    places = range(len(chart.bars))
    values = [bar.value or 0.0 for bar in chart.bars]
    colours = [PALETTE.primary if bar.emphasis else PALETTE.primary_mid for bar in chart.bars]
    axes.barh(list(places), values, height=0.66, color=colours)
    axes.set_ylim(len(chart.bars) - 0.45, -0.55)
    extent = [*values, chart.target.value if chart.target else 0.0, 0.0]
    reach = (max(extent) - min(extent)) or 1.0
    axes.set_xlim(
        min(extent) - (reach * 0.16 if min(extent) < 0 else 0), max(extent) + reach * 0.16
    )
    for place, bar in zip(places, chart.bars, strict=True):
        _label_bar(axes, place, bar)
    axes.set_yticks(list(places), [bar.name for bar in chart.bars], color=PALETTE.ink)
    for tick, bar in zip(axes.get_yticklabels(), chart.bars, strict=True):
        tick.set_fontweight("bold" if bar.emphasis else "regular")
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.axvline(0.0, color=PALETTE.rule_strong, linewidth=0.8)
    axes.set_xticks([])
    if chart.target:
        axes.axvline(chart.target.value, color=PALETTE.ink, linewidth=1.0, linestyle=(0, (4, 2)))
        axes.annotate(
            chart.target.label, (chart.target.value, 1), xycoords=("data", "axes fraction"),
            xytext=(0, 2), textcoords="offset points", ha="center", va="bottom",
            fontsize=SMALL, fontweight="semibold",
        )  # fmt: skip


def _label_bar(axes: Axes, place: int, bar: Bar) -> None:
    value = bar.value or 0.0
    below = value < 0
    axes.annotate(
        bar.text, (value, place), xytext=(-3 if below else 3, 0), textcoords="offset points",
        va="center_baseline", ha="right" if below else "left",
        color=PALETTE.ink if bar.value is not None else PALETTE.muted,
        fontstyle="normal" if bar.value is not None else "italic",
        fontweight="bold" if bar.emphasis else "regular",
        bbox={"boxstyle": "square,pad=0.12", "facecolor": PALETTE.paper, "edgecolor": "none"},
    )  # fmt: skip


def _paint_columns(axes: Axes, chart: ColumnChart) -> None:
    places = list(range(len(chart.columns)))
    values = [column.value or 0.0 for column in chart.columns]
    drawn = axes.bar(places, values, width=0.68, color=PALETTE.primary_mid)
    if chart.last_is_partial and places:
        drawn[-1].set(
            facecolor=PALETTE.primary_soft,
            edgecolor=PALETTE.primary_mid,
            hatch="////",
            linewidth=0.8,
        )
    axes.set_ylim(0, max([*values, 0.0]) * 1.15 or 1.0)
    axes.set_xlim(-0.6, max(len(places), 4) - 0.4)
    for place, column in zip(places, chart.columns, strict=True):
        axes.annotate(
            column.text, (place, column.value or 0.0), xytext=(0, 3), textcoords="offset points",
            ha="center", va="bottom", color=PALETTE.ink if column.value is not None else PALETTE.muted,
            fontsize=SMALL if len(places) > 8 else None,
        )  # fmt: skip
    axes.set_xticks(places, [column.name for column in chart.columns])
    axes.tick_params(axis="x", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_title(chart.unit, loc="left", color=PALETTE.muted, fontsize=SMALL)
