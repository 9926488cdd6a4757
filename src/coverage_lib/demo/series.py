"""Active participants by date, segment and place: published points, and what lies between.

Everything hangs on one rule: province totals are fixed first, districts and the province's
"region unknown" split them by largest remainder, and villages split their district. So all
levels sum exactly, and the registers are drawn from the same counts as the monthly aggregates.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

import numpy as np

from coverage_lib.demo.allocation import Floats, Integers, apportion, half_up
from coverage_lib.demo.calibration import SEGMENTS, Anchor, Calibration
from coverage_lib.reference.regions import Regions

_AVERAGE_MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Place:
    """Where a membership says that its holder lives.

    `code` is the village's, or an invalid one such as 19.71.99.9999; `district` is "" where
    nothing at all is known. `kind` is village, unknown_village, unknown_subdistrict or
    unknown_district.
    """

    number: int
    code: str
    subdistrict: str
    district: str
    kind: str


@dataclass(frozen=True)
class Spread:
    """How persons spread over places: relative weights per segment, eligible and active."""

    places: tuple[Place, ...]
    districts: tuple[str, ...]
    eligible: Mapping[str, Floats]
    active: Mapping[str, Floats]


def province_totals(
    calibration: Calibration, anchors: tuple[Anchor, ...], as_of: date
) -> dict[str, int]:
    """Active persons of the province by segment, scaled; exact on the anchors' dates.

    Between two anchors a straight line with a little seeded noise, the same for a date in
    every period; outside them a constant monthly growth.
    """
    rules = calibration.section("between_anchors")
    random = np.random.default_rng([calibration.seed, as_of.toordinal()])
    noise = dict(zip(SEGMENTS, random.uniform(-1, 1, len(SEGMENTS)), strict=True))
    totals = {}
    for segment in SEGMENTS:
        earlier = [anchor for anchor in anchors if anchor.as_of <= as_of]
        later = [anchor for anchor in anchors if anchor.as_of >= as_of]
        if earlier and later:
            start, end = earlier[-1], later[0]
            days = max((end.as_of - start.as_of).days, 1)
            along = (as_of - start.as_of).days / days
            value = start.active[segment] * (1 - along) + end.active[segment] * along
            value *= 1 + 4 * along * (1 - along) * rules["wiggle"] * noise[segment]
        else:
            nearest = earlier[-1] if earlier else later[0]
            months = (as_of - nearest.as_of).days / _AVERAGE_MONTH_DAYS
            value = nearest.active[segment] * (1 + rules["monthly_growth"][segment]) ** months
        totals[segment] = calibration.scaled(half_up(value))
    return totals


def plan_spread(calibration: Calibration, regions: Regions) -> Spread:
    """Places with their weights: every village, and the ways in which a village is not known."""
    random = np.random.default_rng([calibration.seed, 1])
    population = _population()
    districts = tuple(region.code for region in regions.children(calibration.province))
    rules = calibration.section("districts")
    places: list[Place] = []
    size: list[float] = []
    for district in districts:
        villages = regions.at_level("desa", district)
        weights = np.exp(
            random.normal(0, calibration.assumptions["village_size_spread"], len(villages))
        )
        weights = weights / weights.sum() * population[district]
        for village, weight in zip(villages, weights, strict=True):
            places.append(
                Place(len(places), village.code, str(village.parent_code), district, "village")
            )
            size.append(float(weight))
    villages_size = np.array(size)
    activity = np.clip(
        np.exp(random.normal(0, calibration.assumptions["village_activity_spread"], len(size))),
        0.6,
        1.4,
    )
    unknown = _unknown_places(calibration, regions, districts, random, len(places))
    eligible: dict[str, Floats] = {}
    active: dict[str, Floats] = {}
    for segment in SEGMENTS:
        readiness = [rules[place.district]["eligible"][segment] for place in places]
        activeness = [rules[place.district]["active"][segment] for place in places]
        base = villages_size * np.array(readiness)
        eligible[segment] = base
        known = base * np.array(activeness) * activity
        extra = [
            share * known[[p.district == d for p in places]].sum() if d else share * known.sum()
            for _, d, share in unknown
        ]
        active[segment] = np.concatenate([known, np.array(extra)])
    places += [place for place, _, _ in unknown]
    return Spread(tuple(places), districts, eligible, active)


def active_by_place(spread: Spread, totals: Mapping[str, int]) -> dict[str, Integers]:
    """Whole active persons per place and segment; the sum is the province total."""
    result = {}
    for segment in SEGMENTS:
        counts = np.zeros(len(spread.places), dtype=np.int64)
        by_district = active_by_district(spread, segment, totals[segment])
        for district, total in by_district.items():
            chosen = np.flatnonzero([place.district == district for place in spread.places])
            counts[chosen] = apportion(total, spread.active[segment][chosen])
        result[segment] = counts
    return result


def active_by_district(spread: Spread, segment: str, total: int) -> dict[str, int]:
    """Whole active persons by district code; "" holds those whose district is not known."""
    names = (*spread.districts, "")
    owners = np.array([names.index(place.district) for place in spread.places])
    weights = np.bincount(owners, weights=spread.active[segment], minlength=len(names))
    return dict(zip(names, (int(count) for count in apportion(total, weights)), strict=True))


def _unknown_places(
    calibration: Calibration,
    regions: Regions,
    districts: tuple[str, ...],
    random: np.random.Generator,
    first_number: int,
) -> list[tuple[Place, str, float]]:
    """Places without a listed village, each with the district and share that set its weight."""
    shares = calibration.section("unknown_shares")
    found: list[tuple[Place, str, float]] = []
    for district in districts:
        subdistricts = regions.children(district)
        chosen = subdistricts[int(random.integers(len(subdistricts)))].code
        for code, subdistrict, kind, share in (
            (f"{chosen}.9999", chosen, "unknown_village", shares["village"]),
            (f"{district}.99.9999", "", "unknown_subdistrict", shares["district"]),
        ):
            place = Place(first_number + len(found), code, subdistrict, district, kind)
            found.append((place, district, share))
    nowhere = Place(first_number + len(found), "", "", "", "unknown_district")
    return [*found, (nowhere, "", shares["province"])]


def _population() -> dict[str, int]:
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    text = (folder / "population_area_sumatra.csv").read_text(encoding="utf-8")
    return {row["code"]: int(row["population"]) for row in csv.DictReader(text.splitlines())}
