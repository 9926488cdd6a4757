"""How far several things are on their way to 100 percent: one bar each, in a track of the same length."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import PALETTE

#: Inches: as wide as the narrower side of a page, and the height of a row of each form.
_WIDTH, _ROW, _ROW_BELOW_NAME = 2.45, 0.132, 0.3


@dataclass(frozen=True)
class Progress:
    """One bar: percent of its track, and the text that says it; None where it is not known."""

    name: str
    percent: float | None
    text: str


@dataclass(frozen=True)
class ProgressChart:
    """Groups of bars from above; `is_roomy` puts name and text above each bar, else beside it."""

    groups: tuple[tuple[Progress, ...], ...]
    is_roomy: bool
    language: str

    @property
    def rows(self) -> tuple[Progress, ...]:
        return tuple(row for group in self.groups for row in group)


def progress_svg(chart: ProgressChart) -> str:
    row = _ROW_BELOW_NAME if chart.is_roomy else _ROW
    height = 0.06 + row * len(chart.rows) + _ROW / 2 * (len(chart.groups) - 1)
    return draw_svg(_WIDTH, height, lambda axes: _paint(axes, chart))


def _paint(axes: Axes, chart: ProgressChart) -> None:
    step = 2.0 if chart.is_roomy else 1.0
    places: list[float] = []
    place = 0.0
    for group in chart.groups:
        for _ in group:
            places.append(place)
            place += step
        place += 0.5
    height = 0.6
    axes.barh(
        places, [100.0] * len(places), height=height, color=PALETTE.primary_soft,
        edgecolor=PALETTE.primary_mid, linewidth=0.5,
    )  # fmt: skip
    known = [min(row.percent or 0.0, 100.0) for row in chart.rows]
    axes.barh(places, known, height=height, color=PALETTE.primary)
    axes.set_ylim(places[-1] + 0.5, -1.5 if chart.is_roomy else -0.5)
    axes.set_xlim(0, 100 if chart.is_roomy else 140)
    for at, row in zip(places, chart.rows, strict=True):
        _say(axes, at, row, chart.is_roomy)
    names = [] if chart.is_roomy else [row.name for row in chart.rows]
    axes.set_yticks(places if names else [], names, color=PALETTE.ink, fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _say(axes: Axes, at: float, row: Progress, is_roomy: bool) -> None:
    colour = PALETTE.muted if row.percent is None else PALETTE.ink
    if is_roomy:
        axes.annotate(row.name, (0, at - 1), va="center", ha="left", fontsize=SMALL, color=PALETTE.ink)  # fmt: skip
        axes.annotate(row.text, (100, at - 1), va="center", ha="right", fontsize=SMALL, color=colour)  # fmt: skip
    else:
        axes.annotate(
            row.text, (100, at), xytext=(3, 0), textcoords="offset points", va="center_baseline",
            ha="left", fontsize=SMALL, color=colour,
        )  # fmt: skip
