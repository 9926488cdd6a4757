"""Outlines of regions, for maps.

A region without an outline is simply not in the answer: two villages are younger than the
polygons, and other provinces' sub-districts do not come with the library. Coordinates are
longitude and latitude in degrees (WGS 84), simplified for small maps; data/boundaries/README
says where they come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from coverage_lib.errors import ReferenceDataError

#: A closed line of (longitude, latitude) points, shape (points, 2).
Ring = npt.NDArray[np.float64]
#: The parts of a region; each is an outer ring followed by its holes.
Polygons = tuple[tuple[Ring, ...], ...]


def outlines(codes: Iterable[str]) -> dict[str, Polygons]:
    """The outlines of those codes that have one, in the order asked for."""
    known = _all_outlines()
    return {code: known[code] for code in codes if code in known}


def outlines_beside(code: str) -> dict[str, Polygons]:
    """The outlines of a region and of its siblings, in code order; provinces are siblings too."""
    parent = code.rpartition(".")[0]
    known = _all_outlines()
    return {
        one: known[one]
        for one in sorted(known)
        if one.rpartition(".")[0] == parent and one.count(".") == code.count(".")
    }


@cache
def _all_outlines() -> dict[str, Polygons]:
    folder = resources.files("coverage_lib.reference") / "data" / "boundaries"
    found: dict[str, Polygons] = {}
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".geojson"):
            collection = json.loads(entry.read_text(encoding="utf-8"))
            for feature in collection["features"]:
                found[str(feature["properties"]["code"])] = _polygons(
                    feature["geometry"], entry.name
                )
    return found


def _polygons(geometry: dict[str, object], file_name: str) -> Polygons:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        raise ReferenceDataError(
            f"boundaries {file_name}: geometry {kind!r} found, Polygon or MultiPolygon expected; "
            "convert the file again."
        )
    if not isinstance(coordinates, list):
        raise ReferenceDataError(
            f"boundaries {file_name}: a geometry has no coordinates; convert the file again."
        )
    return tuple(
        tuple(np.asarray(ring, dtype=np.float64)[:, :2] for ring in polygon)
        for polygon in coordinates
    )
