"""A map of the children of a region, shaded by class of one figure.

The classes are equal steps with round limits, stated in the key; shades differ in lightness,
so the map works in grey. Regions without a figure are hatched; regions without a polygon are
listed beside the map by the caller (`without_polygon`). Where no child has a polygon there is
no map, which is not an error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path as Outline

from coverage_lib.present.drawing import SMALL, draw_svg
from coverage_lib.present.style import FIGURE_WIDTH_INCHES, PALETTE, SEQUENTIAL
from coverage_lib.reference.boundaries import Polygons, Ring

_HATCH = "////"
_MOST_NAMED = 12
#: Height to width below which the key goes under the map instead of beside it.
_WIDE = 0.62
#: A label that lies further off than this many points gets a line to its area.
_LED_FROM = 14.0
#: What it costs, in points of distance, that a label covers other land or needs a line.
_OVER_OTHERS = 7.0
_LINE_COST = 12.0
#: Left, bottom, right, top of a label in points.
_Box = tuple[float, float, float, float]
#: Where a label may go, the nearest first: up and down, then to the sides, then round about.
_SHIFTS: tuple[tuple[float, float], ...] = tuple(
    sorted(
        ((float(right), float(up)) for right in range(-96, 97, 12) for up in range(-60, 61, 6)),
        key=lambda shift: (math.hypot(shift[0] * 1.3, shift[1]), shift),
    )
)


@dataclass(frozen=True)
class Area:
    """One region on the map; `value` None where there is no figure, `text` then says why."""

    code: str
    name: str
    value: float | None
    text: str


@dataclass(frozen=True)
class Classes:
    """Limits of the classes, lowest first; class i holds limits[i] <= value < limits[i + 1]."""

    limits: tuple[float, ...]

    def number(self, value: float) -> int:
        found = int(np.searchsorted(self.limits, value, side="right")) - 1
        return min(max(found, 0), len(self.limits) - 2)


@dataclass(frozen=True)
class Group:
    """A region that several areas lie in."""

    code: str
    name: str


@dataclass(frozen=True)
class AreaMap:
    """Areas with their classes; with `groups` these carry the names, and the areas none."""

    areas: tuple[Area, ...]
    classes: Classes
    key_labels: tuple[str, ...]
    key_title: str
    missing_label: str
    groups: tuple[Group, ...] = ()


def equal_classes(values: Sequence[float], most: int = 5) -> Classes:
    """At most `most` classes of equal round width over the values; one class for equal values."""
    low, high = min(values), max(values)
    width = _round_width((high - low) / most if high > low else 1.0)
    first = math.floor(low / width) * width
    count = max(1, math.floor((high - first) / width) + 1)
    while count > most:
        width = _round_width(width * 1.01)
        first = math.floor(low / width) * width
        count = max(1, math.floor((high - first) / width) + 1)
    return Classes(tuple(round(first + step * width, 6) for step in range(count + 1)))


def _round_width(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if factor * power >= least:
            return factor * power
    return 10.0 * power


def map_svg(drawn: AreaMap, polygons: Mapping[str, Polygons]) -> str:
    """The map as SVG. Raises ValueError where none of the areas has polygons."""
    shapes = {area.code: polygons[area.code] for area in drawn.areas if area.code in polygons}
    if not shapes:
        raise ValueError("none of the regions has a polygon; leave the map out")
    west, south, east, north = extent(shapes)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    ratio = (north - south) * stretch / (east - west)
    width = FIGURE_WIDTH_INCHES
    is_wide = ratio < _WIDE
    height = width * 0.95 * ratio + 0.5 if is_wide else width * 0.8 * ratio
    height = min(4.4, max(2.6, height))
    borders = {group.code: polygons[group.code] for group in drawn.groups if group.code in polygons}
    return draw_svg(
        width,
        height,
        lambda axes: _paint(axes, drawn, shapes, borders, stretch, key_below=is_wide),
    )


def extent(shapes: Mapping[str, Polygons]) -> tuple[float, float, float, float]:
    """West, south, east, north of all outlines together, in degrees."""
    points = np.concatenate(
        [ring for polygons in shapes.values() for polygon in polygons for ring in polygon]
    )
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _paint(
    axes: Axes,
    drawn: AreaMap,
    shapes: Mapping[str, Polygons],
    borders: Mapping[str, Polygons],
    stretch: float,
    *,
    key_below: bool,
) -> None:
    ramp = _ramp(len(drawn.classes.limits) - 1)
    for area in drawn.areas:
        if area.code not in shapes:
            continue
        shown = area.value is not None
        axes.add_collection(
            PathCollection(
                [outline_path(polygon) for polygon in shapes[area.code]],
                facecolor=ramp[drawn.classes.number(area.value)]
                if area.value is not None
                else PALETTE.paper,
                edgecolor=PALETTE.paper if shown else PALETTE.not_available_edge,
                hatch=None if shown else _HATCH,
                linewidth=0.4 if borders else 0.7,
            )
        )
    for polygons in borders.values():
        lines = [outline_path(polygon) for polygon in polygons]
        axes.add_collection(
            PathCollection(lines, facecolor="none", edgecolor=PALETTE.ink, linewidth=0.8)
        )
    west, south, east, north = extent(shapes)
    margin = (east - west) * 0.02
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect(stretch, anchor="W")
    axes.set_axis_off()
    _paint_key(axes, drawn, ramp, below=key_below)
    sheet = axes.get_figure(root=True)
    if sheet is not None:
        # Labels are placed in points of the sheet, so the layout has to be settled first.
        sheet.draw_without_rendering()
    if borders:
        _label_groups(axes, drawn, borders)
    else:
        _label_areas(axes, drawn, shapes, ramp)


def _ramp(count: int) -> tuple[str, ...]:
    """Shades from light to dark that keep their distance for few classes too."""
    chosen = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4)}.get(count, (0, 1, 2, 3, 4))
    return tuple(SEQUENTIAL[position] for position in chosen)


def outline_path(polygon: Sequence[Ring]) -> Outline:
    """One polygon with its holes as a single path."""
    vertices: list[Ring] = []
    codes: list[int] = []
    for ring in polygon:
        vertices.append(ring)
        codes += (
            [int(Outline.MOVETO)]
            + [int(Outline.LINETO)] * (len(ring) - 2)
            + [int(Outline.CLOSEPOLY)]
        )
    return Outline(np.concatenate(vertices), codes)


def _label_areas(
    axes: Axes, drawn: AreaMap, shapes: Mapping[str, Polygons], ramp: Sequence[str]
) -> None:
    """Name and value in each area; where that place is taken, beside it with a thin line.

    Large areas go first. On a map of many areas the names stand alone: the table has the values.
    """
    named = len(shapes) <= _MOST_NAMED
    land = {code: _outline_in_points(axes, polygons) for code, polygons in shapes.items()}
    placed: list[_Box] = []
    for area in sorted(drawn.areas, key=lambda one: (-_size(shapes.get(one.code, ())), one.code)):
        if area.code not in shapes:
            continue
        content = f"{area.name}\n{area.text}" if named else area.name
        point = inner_point(shapes[area.code])
        label = _place_label(_in_points(axes, point), content, area.code, land, placed)
        if label is None:
            continue
        placed.append(label.box)
        dark = area.value is not None and ramp[drawn.classes.number(area.value)] in SEQUENTIAL[3:]
        _write_label(axes, content, point, label, on_dark=dark)


def _label_groups(axes: Axes, drawn: AreaMap, borders: Mapping[str, Polygons]) -> None:
    """The name of each group on a paper patch, since the shades below it differ."""
    land = {code: _outline_in_points(axes, polygons) for code, polygons in borders.items()}
    placed: list[_Box] = []
    for group in sorted(
        drawn.groups, key=lambda one: (-_size(borders.get(one.code, ())), one.code)
    ):
        if group.code not in borders:
            continue
        point = inner_point(borders[group.code])
        label = _place_label(_in_points(axes, point), group.name, group.code, land, placed)
        if label is not None:
            placed.append(label.box)
            _write_label(axes, group.name, point, replace(label, fits=False), on_dark=False)


@dataclass(frozen=True)
class _Label:
    """Where a label goes, as a shift in points; `fits` where it lies inside its own area."""

    shift: tuple[float, float]
    box: _Box
    fits: bool


def _write_label(
    axes: Axes, content: str, point: tuple[float, float], label: _Label, *, on_dark: bool
) -> None:
    """Bare text where it fits its area, else on a paper patch; a line to areas further off."""
    patch = {
        "boxstyle": "round,pad=0.12", "facecolor": PALETTE.paper, "edgecolor": "none", "alpha": 0.8,
    }  # fmt: skip
    line = {"arrowstyle": "-", "color": PALETTE.ink, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
    written = axes.annotate(
        content, point, xytext=label.shift, textcoords="offset points", ha="center", va="center",
        color=PALETTE.paper if label.fits and on_dark else PALETTE.ink,
        fontsize=SMALL, linespacing=1.0, annotation_clip=False, zorder=4,
        bbox=None if label.fits else patch,
        arrowprops=line if math.hypot(*label.shift) > _LED_FROM else None,
    )  # fmt: skip
    written.set_in_layout(False)


def _place_label(
    middle: tuple[float, float],
    content: str,
    code: str,
    land: Mapping[str, Outline],
    placed: Sequence[_Box],
) -> _Label | None:
    """The best free place: near its area and not over the land of another; None for none."""
    lines = content.split("\n")
    half_width = max(map(len, lines)) * SMALL * 0.24 + 1
    half_height = SMALL * 0.68 * len(lines) + 1.5
    across = np.array([0, -1, 1, -1, 1, 0, 0]) * half_width
    upward = np.array([0, -1, -1, 1, 1, -1, 1]) * half_height
    probes = [
        np.column_stack([middle[0] + right + across, middle[1] + up + upward])
        for right, up in _SHIFTS
    ]
    every = np.concatenate(probes)
    own = land[code].contains_points(every).reshape(len(_SHIFTS), -1)
    others = np.zeros_like(own)
    for name, outline in land.items():
        if name != code:
            others |= outline.contains_points(every).reshape(len(_SHIFTS), -1)
    west, south, east, north = land[code].get_extents().extents
    hides_area = (east - west) * (north - south) < 6 * half_width * half_height
    best: tuple[float, _Label] | None = None
    for number, (right, up) in enumerate(_SHIFTS):
        x, y = middle[0] + right, middle[1] + up
        box = (x - half_width, y - half_height, x + half_width, y + half_height)
        if any(_overlap(box, other) for other in placed):
            continue
        if hides_area and _overlap(box, (west, south, east, north)):
            continue
        away = math.hypot(right * 1.2, up)
        cost = (
            away
            + _OVER_OTHERS * int(others[number].sum())
            + (_LINE_COST if away > _LED_FROM else 0)
        )
        if best is None or cost < best[0]:
            best = (cost, _Label((right, up), box, bool(own[number].all())))
    return best[1] if best else None


def _in_points(axes: Axes, point: tuple[float, float]) -> tuple[float, float]:
    x, y = _scaled(axes, np.array([point]))[0]
    return float(x), float(y)


def _outline_in_points(axes: Axes, polygons: Polygons) -> Outline:
    outline = Outline.make_compound_path(*(outline_path(polygon) for polygon in polygons))
    return Outline(_scaled(axes, np.asarray(outline.vertices)), outline.codes)


def _scaled(axes: Axes, points: Ring) -> Ring:
    """Map coordinates as points on the sheet."""
    sheet = axes.get_figure()
    return np.asarray(axes.transData.transform(points)) * 72.0 / (sheet.dpi if sheet else 72.0)


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _size(polygons: Polygons) -> float:
    return max((_ring_area(polygon[0]) for polygon in polygons), default=0.0)


def _ring_area(ring: Ring) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def inner_point(polygons: Polygons) -> tuple[float, float]:
    """A point well inside the largest polygon: the middle of its widest level line."""
    ring = max((polygon[0] for polygon in polygons), key=_ring_area)
    low, high = ring[:, 1].min(), ring[:, 1].max()
    best = (0.0, float(ring[:, 0].mean()), float(ring[:, 1].mean()))
    for share in (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65):
        level = low + (high - low) * share
        crossings = _crossings(ring, float(level))
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > best[0] * 1.1:
                best = (right - left, (left + right) / 2, float(level))
    return best[1], best[2]


def _crossings(ring: Ring, level: float) -> list[float]:
    start, end = ring[:-1], ring[1:]
    cut = (start[:, 1] > level) != (end[:, 1] > level)
    start, end = start[cut], end[cut]
    share = (level - start[:, 1]) / (end[:, 1] - start[:, 1])
    return sorted(float(x) for x in start[:, 0] + share * (end[:, 0] - start[:, 0]))


def _paint_key(axes: Axes, drawn: AreaMap, ramp: Sequence[str], *, below: bool) -> None:
    patches = [
        Patch(facecolor=shade, edgecolor=PALETTE.rule_strong, linewidth=0.5, label=name)
        for shade, name in zip(ramp, drawn.key_labels, strict=True)
    ]
    if any(area.value is None for area in drawn.areas):
        patches.append(
            Patch(
                facecolor=PALETTE.paper, edgecolor=PALETTE.not_available_edge, hatch=_HATCH,
                linewidth=0.5, label=drawn.missing_label,
            )
        )  # fmt: skip
    axes.legend(
        handles=patches, title=drawn.key_title, frameon=False, fontsize=SMALL,
        loc="upper left" if below else "center left",
        bbox_to_anchor=(0.0, -0.01) if below else (1.0, 0.5), ncols=len(patches) if below else 1,
        title_fontsize=SMALL, alignment="left", handlelength=1.6, handleheight=1.0,
        labelspacing=0.35, borderaxespad=0.2, columnspacing=1.4,
    )  # fmt: skip
