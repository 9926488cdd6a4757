"""A bridge from what was to what is: one step for each thing that added or took away."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE

#: Share of the height that the smallest level may leave empty before the axis is cut.
_CUT_FROM = 0.5
_ROOM_ABOVE = 0.14
_CHARACTERS = 17


@dataclass(frozen=True)
class Step:
    """One column: a level (`is_level`) that stands on the ground, or a change from the level before."""

    name: str
    value: float
    text: str
    is_level: bool = False


@dataclass(frozen=True)
class WaterfallChart:
    """Levels and the changes between them, in order; the first and the last are levels.

    `cut_note` says in the chart that its axis does not begin at zero, where that is so.
    """

    steps: tuple[Step, ...]
    unit: str
    cut_note: str
    language: str

    def ends(self) -> tuple[tuple[float, float], ...]:
        """Where each column begins and ends."""
        found: list[tuple[float, float]] = []
        level = 0.0
        for step in self.steps:
            start = 0.0 if step.is_level else level
            level = step.value if step.is_level else level + step.value
            found.append((start, level))
        return tuple(found)

    def ground(self) -> float:
        """Where the axis begins: zero, or a round number below levels that are far from it."""
        levels = [end for _, end in self.ends()]
        low, high = min(levels), max(levels)
        if low <= 0 or low < high * _CUT_FROM:
            return 0.0
        spread = max(high - low, high * 0.04)
        step = 10.0 ** math.floor(math.log10(spread))
        return max(0.0, math.floor((low - spread * 0.6) / step) * step)


def waterfall_svg(chart: WaterfallChart) -> str:
    return draw_svg(FIGURE_WIDTH_INCHES, 2.0, lambda axes: _paint(axes, chart))


def _paint(axes: Axes, chart: WaterfallChart) -> None:
    ground, ends = chart.ground(), chart.ends()
    top = max(max(pair) for pair in ends)
    reach = (top - ground) or 1.0
    axes.set_ylim(ground, top + reach * _ROOM_ABOVE)
    axes.set_xlim(-0.5, max(len(ends), 4) - 0.5)
    for place, (step, (start, end)) in enumerate(zip(chart.steps, ends, strict=True)):
        bottom = max(min(start, end), ground)
        axes.bar(
            place, max(start, end) - bottom, bottom=bottom, width=0.62,
            color=_colour(step), edgecolor=_colour(step), linewidth=1.0,
        )  # fmt: skip
        axes.annotate(
            step.text, (place, max(start, end)), xytext=(0, 3), textcoords="offset points",
            ha="center", va="bottom", fontweight="bold" if step.is_level else "regular",
            color=PALETTE.ink,
        )  # fmt: skip
        if step.is_level and ground:
            _mark_cut(axes, place, ground, reach)
    _join(axes, ends)
    names = ["\n".join(textwrap.wrap(step.name, _width(chart.steps))) for step in chart.steps]
    axes.set_xticks(range(len(names)), names, fontsize=SMALL, color=PALETTE.ink, linespacing=1.05)
    axes.tick_params(axis="x", length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(not ground)
    axes.set_yticks([])
    unit = f"{chart.unit} {chart.cut_note}" if ground else chart.unit
    axes.set_title(unit, loc="left", color=PALETTE.muted, fontsize=SMALL)


def _width(steps: Sequence[Step]) -> int:
    """Characters that fit below one column."""
    return max(10, int(_CHARACTERS * 6 / max(len(steps), 6)))


def _colour(step: Step) -> str:
    if step.is_level:
        return PALETTE.primary
    return PALETTE.primary_mid if step.value >= 0 else PALETTE.attention_mark


def _mark_cut(axes: Axes, place: float, ground: float, reach: float) -> None:
    """Two slanted white lines across the foot of a column whose axis is cut."""
    for shift in (0.05, 0.085):
        low = ground + reach * shift
        axes.plot(
            [place - 0.36, place + 0.36], [low, low + reach * 0.035],
            color=PALETTE.paper, linewidth=1.6, zorder=3,
        )  # fmt: skip


def _join(axes: Axes, ends: Sequence[tuple[float, float]]) -> None:
    """A thin line from the end of each column to where the next begins."""
    for place, (_, end) in enumerate(ends[:-1]):
        axes.plot(
            [place + 0.31, place + 1 - 0.31], [end, end], color=PALETTE.rule_strong, linewidth=0.7
        )
