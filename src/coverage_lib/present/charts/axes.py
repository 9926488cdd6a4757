"""What charts share: the target that a line or a bar is held against, and the axis of values."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from coverage_lib.present.drawing import SMALL
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.style import PALETTE


@dataclass(frozen=True)
class Target:
    """A level to reach; on a time axis drawn within its `year` only."""

    value: float
    label: str
    year: int | None = None


def value_axis(axes: Axes, unit: str, language: str, places: int) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=not places))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: decimal_text(value, language, places))
    )
    axes.grid(visible=True, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_title(unit, loc="left", color=PALETTE.muted, fontsize=SMALL)
