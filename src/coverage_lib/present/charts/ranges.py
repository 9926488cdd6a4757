"""Ranges from a middle to a high value, each held against a limit of its own."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE


@dataclass(frozen=True)
class Range:
    """One row: from `low` to `high`, and the limit; None where there is none of them.

    `text` stands right of the row: the two values, or why there are none. `limit_text` is
    written above the mark of the limit. `is_beyond` tells that `high` passes the limit.
    """

    name: str
    low: float | None
    high: float | None
    limit: float | None
    text: str
    limit_text: str
    is_beyond: bool = False


@dataclass(frozen=True)
class RangeChart:
    """Rows in the order given on one axis that begins at zero; `unit` names what it counts."""

    ranges: tuple[Range, ...]
    unit: str


def range_svg(chart: RangeChart) -> str:
    height = max(1.3, 0.55 + 0.36 * len(chart.ranges))
    return draw_svg(FIGURE_WIDTH_INCHES, height, lambda axes: _paint(axes, chart))


def _paint(axes: Axes, chart: RangeChart) -> None:
    ends = [
        value for one in chart.ranges for value in (one.low, one.high, one.limit) if value is not None
    ]  # fmt: skip
    reach = max(ends, default=1.0) or 1.0
    for place, one in enumerate(chart.ranges):
        _paint_row(axes, place, one, reach)
    axes.set_ylim(len(chart.ranges) - 0.5, -0.75)
    axes.set_xlim(0, reach * 1.04)
    axes.set_yticks(range(len(chart.ranges)), [one.name for one in chart.ranges], color=PALETTE.ink)
    axes.tick_params(axis="both", length=0)
    axes.set_xticks([day for day in range(int(reach) + 1) if reach < 16 or day % 5 == 0])
    axes.grid(visible=True, axis="x")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(chart.unit, loc="left", fontsize=SMALL)


def _paint_row(axes: Axes, place: int, one: Range, reach: float) -> None:
    """The range as a bar with a dot at its low end, the limit as a standing mark across it."""
    if one.low is not None and one.high is not None:
        colour = PALETTE.attention_mark if one.is_beyond else PALETTE.primary_mid
        axes.plot(
            [one.low, one.high], [place, place], color=colour, linewidth=5, solid_capstyle="butt"
        )
        axes.plot([one.low], [place], "o", color=PALETTE.primary, markersize=6.5, zorder=3)
        axes.plot([one.high], [place], "|", color=colour, markersize=11, markeredgewidth=2)
    if one.limit is not None:
        axes.plot(
            [one.limit, one.limit], [place - 0.33, place + 0.33], color=PALETTE.ink, linewidth=1.4
        )
        axes.annotate(
            one.limit_text, (one.limit, place - 0.33), xytext=(0, 1), textcoords="offset points",
            ha="center", va="bottom", fontsize=SMALL, fontweight="semibold",
            bbox={"boxstyle": "square,pad=0.1", "facecolor": PALETTE.paper, "edgecolor": "none"},
        )  # fmt: skip
    missing = one.low is None or one.high is None
    axes.annotate(
        one.text, (reach * 1.04, place), xytext=(6, 0), textcoords="offset points", va="center",
        ha="left", annotation_clip=False, color=PALETTE.muted if missing else PALETTE.ink,
        fontstyle="italic" if missing else "normal", fontsize=SMALL,
    )  # fmt: skip
