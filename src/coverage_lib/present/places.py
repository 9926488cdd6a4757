"""Names of regions and of their levels, as titles, rows and labels."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present.words import Words
from coverage_lib.reference.regions import LEVELS, Region

_PREFIXES = ("Kabupaten ", "Kota ", "Provinsi ", "Kecamatan ", "Kelurahan ", "Desa ")


def bare_name(region: Region) -> str:
    """The name without the ministry's word before it: `Bangka`, `Pangkal Pinang`."""
    for prefix in _PREFIXES:
        if region.name.startswith(prefix) and region.kind.lower() == prefix.strip().lower():
            return region.name.removeprefix(prefix)
    return region.name


def full_name(region: Region, words: Words) -> str:
    """The name with its level: `Kota Pangkal Pinang`, `Sungailiat Sub-district`."""
    if region.is_unknown or not region.name:
        return words.say("place.unknown")
    key = f"place.{region.kind}"
    return words.say(key if key in words else f"place.{region.level}", name=bare_name(region))


def row_name(region: Region, words: Words) -> str:
    """The name as a row of a table has it: districts with their word, lower levels bare."""
    if region.is_unknown or not region.name:
        return words.say("place.unknown")
    if region.level in ("provinsi", "kabupaten"):
        return full_name(region, words)
    return bare_name(region)


def short_name(region: Region, words: Words) -> str:
    """The shortest clear name, for a chart or a map: `Bangka`, but `Kota Pangkal Pinang`."""
    return (
        full_name(region, words)
        if region.kind == "kota"
        else bare_name(region) or words.say("place.unknown")
    )


def kind_name(region: Region, words: Words) -> str:
    key = f"kind.{region.kind}"
    return words.say(key if key in words else f"kind.{region.level}")


def level_below(region: Region) -> str | None:
    """The level of a region's children; None for a village."""
    position = LEVELS.index(region.level) + 1
    return LEVELS[position] if position < len(LEVELS) else None


def location(releasable: Releasable, words: Words) -> str:
    """Where the region lies below its province, small to large: `Kecamatan X, Kota Y`; or nothing."""
    above = [
        region
        for region in releasable.ancestors
        if region.code != releasable.region.code and region.level != "provinsi"
    ]
    ordered = sorted(above, key=lambda region: len(region.code), reverse=True)
    return ", ".join(full_name(region, words) for region in ordered)
