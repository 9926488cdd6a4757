"""Two small charts of columns one above the other, on one axis of months."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE

#: Heights in units of one chart: its columns, and the room above them for values and title.
_COLUMN, _ROOM = 0.58, 0.42


@dataclass(frozen=True)
class Columns:
    """One of the two charts: values with their texts, None where a text says why there is none."""

    unit: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class PairedColumns:
    """Two measures of the same months; the last month may be one that is not over."""

    months: tuple[str, ...]
    upper: Columns
    lower: Columns
    last_is_partial: bool


def paired_columns_svg(chart: PairedColumns) -> str:
    return draw_svg(FIGURE_WIDTH_INCHES, 2.75, lambda axes: _paint(axes, chart))


def _paint(axes: Axes, chart: PairedColumns) -> None:
    _paint_one(axes, chart, chart.lower, 0.0, PALETTE.primary)
    _paint_one(axes, chart, chart.upper, _COLUMN + _ROOM, PALETTE.primary_mid)
    places = range(len(chart.months))
    axes.set_xlim(-0.6, max(len(chart.months), 6) - 0.4)
    axes.set_ylim(0, 2 * (_COLUMN + _ROOM))
    axes.set_xticks(list(places), list(chart.months))
    axes.tick_params(axis="x", length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks([])


def _paint_one(
    axes: Axes, chart: PairedColumns, columns: Columns, foot: float, colour: str
) -> None:
    known = [value or 0.0 for value in columns.values]
    highest = max([*known, 0.0]) or 1.0
    heights = [value / highest * _COLUMN for value in known]
    drawn = axes.bar(range(len(heights)), heights, width=0.62, bottom=foot, color=colour)
    if chart.last_is_partial and heights:
        drawn[-1].set(facecolor=PALETTE.primary_soft, edgecolor=colour, hatch="////", linewidth=0.8)
    axes.plot([-0.5, len(heights) - 0.5], [foot, foot], color=PALETTE.rule_strong, linewidth=0.8)
    for place, (height, value, said) in enumerate(
        zip(heights, columns.values, columns.texts, strict=True)
    ):
        missing = value is None
        axes.annotate(
            said, (place, foot + height), xytext=(0, 3), textcoords="offset points", ha="center",
            va="bottom", fontsize=SMALL if len(heights) > 8 or missing else None,
            color=PALETTE.muted if missing else PALETTE.ink,
            fontstyle="italic" if missing else "normal", rotation=90 if missing else 0,
        )  # fmt: skip
    axes.annotate(
        columns.unit, (0, foot + _COLUMN + _ROOM), xycoords=("axes fraction", "data"),
        xytext=(0, -6), textcoords="offset points", ha="left", va="top",
        color=PALETTE.muted, fontsize=SMALL,
    )  # fmt: skip
