"""A small map that shows where a region lies among its neighbours."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from coverage_lib.present.drawing import draw_svg
from coverage_lib.present.maps import extent, inner_point, outline_path
from coverage_lib.present.style import PALETTE, TYPE_SIZES
from coverage_lib.reference.boundaries import Polygons

#: Inches: the sheet, and the land on it, as large as fits; the name stands right of the land.
_WIDTH, _LAND_WIDTH, _TALLEST = 2.45, 1.5, 1.75
_LOW = 0.85  # the tallest where another picture stands below
_LETTERS_A_LINE = 13


@dataclass(frozen=True)
class Locator:
    """The code and name of the region to be found; its neighbours are drawn without names.

    One that is not tall leaves room for a picture below it.
    """

    code: str
    name: str
    is_tall: bool = True


def locator_svg(locator: Locator, polygons: Mapping[str, Polygons]) -> str:
    """The map as SVG. Raises ValueError where the region itself has no outline."""
    if locator.code not in polygons:
        raise ValueError(f"{locator.code} has no outline; leave the map out")
    west, south, east, north = extent(polygons)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    ratio = (north - south) * stretch / (east - west)
    height = max(0.6, min(_LAND_WIDTH * ratio, _TALLEST if locator.is_tall else _LOW))
    return draw_svg(_WIDTH, height, lambda axes: _paint(axes, locator, polygons, stretch))


def _paint(axes: Axes, locator: Locator, polygons: Mapping[str, Polygons], stretch: float) -> None:
    for code, shapes in polygons.items():
        own = code == locator.code
        axes.add_collection(
            PathCollection(
                [outline_path(polygon) for polygon in shapes],
                facecolor=PALETTE.primary if own else PALETTE.primary_soft,
                edgecolor=PALETTE.paper,
                linewidth=0.6,
                zorder=2 if own else 1,
            )
        )
    west, south, east, north = extent(polygons)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(stretch, anchor="W")
    axes.set_axis_off()
    point = inner_point(polygons[locator.code])
    name = axes.annotate(
        textwrap.fill(locator.name, _LETTERS_A_LINE), point, ha="left", va="center",
        xytext=(east + (east - west) * 0.06, point[1]), textcoords="data", annotation_clip=False,
        color=PALETTE.ink, fontsize=TYPE_SIZES.chart, fontweight="bold", linespacing=1.05,
        arrowprops={
            "arrowstyle": "-", "color": PALETTE.ink, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 0,
            "relpos": (0.0, 0.5),
        },
    )  # fmt: skip
    name.set_zorder(3)
    name.set_in_layout(False)
