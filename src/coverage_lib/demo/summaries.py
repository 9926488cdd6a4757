"""The aggregate tables: monthly participants, eligible workers, targets, the zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from coverage_lib.demo.allocation import apportion, half_up
from coverage_lib.demo.calibration import (
    SEGMENTS,
    Anchor,
    Calibration,
    Vintage,
    cut_off,
    vintage_at,
)
from coverage_lib.demo.series import Spread, active_by_district, province_totals
from coverage_lib.demo.write import day_text, decimal_text, write_csv
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions


def write_participant_summary(
    calibration: Calibration,
    anchors: tuple[Anchor, ...],
    spread: Spread,
    regions: Regions,
    period: Month,
    path: Path,
) -> Path:
    """Active persons by district and segment for the months to `period`.

    Persons whose district is not known stand under the province's unknown child, e.g. 19.00;
    a row of zero persons is written, so that every month has the same rows.
    """
    length = calibration.section("cut_offs")["months"]
    unknown = f"{calibration.province}.00"
    rows = []
    for month in (period.plus(step - length + 1) for step in range(length)):
        as_of = cut_off(calibration, month)
        totals = province_totals(calibration, anchors, as_of)
        counts = {name: active_by_district(spread, name, totals[name]) for name in SEGMENTS}
        for district in (*spread.districts, ""):
            name = regions.get(district).name if district else "Wilayah tidak diketahui"
            label = (f"{month.number:02d}-{month.year}", day_text(as_of), district or unknown, name)
            rows += [(*label, segment, counts[segment][district]) for segment in SEGMENTS]
    header = ("BULAN", "TANGGAL DATA", "KODE WILAYAH", "WILAYAH", "SEGMEN", "PESERTA AKTIF")
    return write_csv(path, header, rows)


def write_eligible_workers(
    vintages: tuple[Vintage, ...], spread: Spread, as_of: date, path: Path
) -> Path:
    """Eligible workers of every vintage that had begun by `as_of`; the newest one stays open."""
    rows: list[tuple[object, ...]] = []
    begun = [vintage for vintage in vintages if vintage.valid_from <= as_of]
    for vintage in begun:
        ends = (
            "" if vintage is begun[-1] or vintage.valid_to is None else day_text(vintage.valid_to)
        )
        for segment in SEGMENTS:
            for code, count in _eligible_by_place(vintage, spread, segment).items():
                rows.append(
                    (
                        vintage.year,
                        day_text(vintage.valid_from),
                        ends,
                        code,
                        segment,
                        count,
                        vintage.source,
                    )
                )
    header = (
        "TAHUN DATA",
        "BERLAKU MULAI",
        "BERLAKU SAMPAI",
        "KODE WILAYAH",
        "SEGMEN",
        "JUMLAH PEKERJA",
        "SUMBER",
    )
    return write_csv(path, header, rows)


def write_group_potential(
    calibration: Calibration,
    vintages: tuple[Vintage, ...],
    spread: Spread,
    as_of: date,
    path: Path,
) -> Path:
    """Potential workers of each group, as a share of the eligible ones of its segment.

    By district and for the vintage of `as_of` alone: that is what an office has of them.
    """
    rules = calibration.section("group_potential")
    vintage = vintage_at(vintages, as_of)
    rows = []
    for segment in SEGMENTS:
        eligible = dict.fromkeys(spread.districts, 0)
        for code, count in _eligible_by_place(vintage, spread, segment).items():
            eligible[_district_of(code, spread)] += count
        rows += [
            (vintage.year, day_text(vintage.valid_from), "", district, group.upper(),
             half_up(count * percent / 100), rules["source"])
            for group, percent in rules.get(segment, {}).items()
            for district, count in eligible.items()
        ]  # fmt: skip
    header = (
        "TAHUN DATA", "BERLAKU MULAI", "BERLAKU SAMPAI", "KODE WILAYAH", "KELOMPOK",
        "JUMLAH PEKERJA", "SUMBER",
    )  # fmt: skip
    return write_csv(path, header, rows)


def write_coverage_targets(calibration: Calibration, spread: Spread, path: Path) -> Path:
    """One target a year for the province, and the same for its districts."""
    rules = calibration.section("targets")
    published = calibration.read(rules["published"])
    percents = {rules["published_year"]: (published, rules["basis_published"])} | {
        year: (published + points, rules["basis_assumed"])
        for year, points in rules["points_from_published"].items()
    }
    rows = [
        (year, region, decimal_text(percent), rules["scope"], basis)
        for year, (percent, basis) in sorted(percents.items())
        for region in (calibration.province, *spread.districts)
    ]
    return write_csv(
        path, ("TAHUN", "KODE WILAYAH", "TARGET PERSEN", "RUANG LINGKUP", "DASAR"), rows
    )


def write_zone_summary(
    calibration: Calibration,
    vintages: tuple[Vintage, ...],
    regions: Regions,
    own_totals: Mapping[str, int],
    as_of: date,
    path: Path,
) -> Path:
    """Active and eligible persons of the zone's provinces on one date, without construction.

    The province's own row is what its registers give; the others stay at what
    demo_calibration.yml has for them.
    """
    zone = calibration.section("zone")
    rows = []
    for code in sorted([*zone["provinces"], calibration.province]):
        if code == calibration.province:
            workers = vintage_at(vintages, as_of).total
            active = own_totals["PU"] + own_totals["BPU"]
        else:
            entry = zone["provinces"][code]
            workers = calibration.scaled(calibration.read(entry["workers"], code))
            active = half_up(workers * calibration.read(entry["percent"], code) / 100)
        rows.append(
            (
                zone["name"],
                day_text(as_of),
                code,
                regions.get(code).name,
                active,
                workers,
                zone["scope"],
            )
        )
    header = (
        "ZONA",
        "TANGGAL DATA",
        "KODE PROVINSI",
        "PROVINSI",
        "PESERTA AKTIF",
        "JUMLAH PEKERJA",
        "RUANG LINGKUP",
    )
    return write_csv(path, header, rows)


def _district_of(code: str, spread: Spread) -> str:
    return next(district for district in spread.districts if code.startswith(district))


def _eligible_by_place(vintage: Vintage, spread: Spread, segment: str) -> dict[str, int]:
    """Whole eligible persons by village, or by district where the vintage stops there."""
    weights = spread.eligible[segment]
    villages = [place for place in spread.places if place.kind == "village"]
    counts: dict[str, int] = {}
    by_district: dict[str, float] = dict.fromkeys(spread.districts, 0.0)
    for place, weight in zip(villages, weights, strict=True):
        by_district[place.district] += float(weight)
    totals = apportion(vintage.eligible[segment], list(by_district.values()))
    for district, total in zip(by_district, totals, strict=True):
        if vintage.level != "desa":
            counts[district] = int(total)
            continue
        inside = [number for number, place in enumerate(villages) if place.district == district]
        for number, count in zip(inside, apportion(int(total), weights[inside]), strict=True):
            counts[villages[number].code] = int(count)
    return counts
