"""How much of each group is reached: the part within the whole, on one scale of persons."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE


@dataclass(frozen=True)
class Reach:
    """One group: who is reached of all; `text` says both."""

    name: str
    reached: float
    whole: float
    text: str


@dataclass(frozen=True)
class ReachChart:
    """Groups in the order given; the two names explain the dark and the light part."""

    groups: tuple[Reach, ...]
    reached_name: str
    rest_name: str
    unit: str
    language: str


def reach_svg(chart: ReachChart) -> str:
    return draw_svg(
        FIGURE_WIDTH_INCHES, 0.55 + 0.235 * len(chart.groups), lambda axes: _paint(axes, chart)
    )


def _paint(axes: Axes, chart: ReachChart) -> None:
    places = list(range(len(chart.groups)))
    wholes = [max(group.whole, group.reached) for group in chart.groups]
    axes.barh(
        places, wholes, height=0.62, color=PALETTE.primary_soft, edgecolor=PALETTE.primary_mid,
        linewidth=0.5,
    )  # fmt: skip
    axes.barh(places, [group.reached for group in chart.groups], height=0.62, color=PALETTE.primary)
    reach = max([*wholes, 1.0])
    axes.set_xlim(0, reach * 1.34)
    axes.set_ylim(len(places) - 0.45, -0.55)
    for place, group in enumerate(chart.groups):
        axes.annotate(
            group.text, (wholes[place], place), xytext=(4, 0), textcoords="offset points",
            va="center_baseline", ha="left", color=PALETTE.ink,
        )  # fmt: skip
    axes.set_yticks(places, [group.name for group in chart.groups], color=PALETTE.ink)
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_xticks([])
    axes.set_title(
        f"{chart.unit}: ■ {chart.reached_name}  □ {chart.rest_name}", loc="left",
        color=PALETTE.muted, fontsize=SMALL,
    )  # fmt: skip
