"""Where people can go: the office's service points as cakupan.toml names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from coverage_lib.errors import ConfigError
from coverage_lib.source_settings import refuse_unknown

_TEXTS = ("name", "address", "contact", "hours")
#: A code of another form serves nobody, and nobody would see it.
_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", re.ASCII)


@dataclass(frozen=True)
class ServicePoint:
    """One place to go to, as its office writes it; empty texts are not printed.

    `regions` are the codes of the regions that it serves, with all that lies in them; none: all.
    """

    name: str
    address: str = ""
    contact: str = ""
    hours: str = ""
    regions: tuple[str, ...] = ()

    def closeness(self, region_code: str) -> int:
        """How closely it belongs to a region: -1 not at all, 0 for all regions or a part of this
        one, else the number of parts of the served code, which is the region's or above it.
        """
        if not self.regions:
            return 0
        around = [
            code.count(".") + 1 for code in self.regions if f"{region_code}.".startswith(f"{code}.")
        ]
        inside = any(code.startswith(f"{region_code}.") for code in self.regions)
        return max(around, default=0 if inside else -1)


def nearest(points: tuple[ServicePoint, ...], region_code: str) -> tuple[ServicePoint, ...]:
    """The points that serve a region, those of the smallest region first; none of others."""
    serving = [point for point in points if point.closeness(region_code) >= 0]
    return tuple(sorted(serving, key=lambda point: -point.closeness(region_code)))


def service_points(entries: Any, where: str) -> tuple[ServicePoint, ...]:
    """The points of `[[office.service_points]]`. Raises ConfigError that names the entry."""
    if not isinstance(entries, list):
        raise ConfigError(f"{where}: [[office.service_points]] with name and address was expected.")
    return tuple(_point(entry, f"{where}, point {at}") for at, entry in enumerate(entries, start=1))


def _point(entry: Any, where: str) -> ServicePoint:
    if not isinstance(entry, dict):
        raise ConfigError(f'{where}: a table with name = "…" was expected.')
    refuse_unknown(entry, (*_TEXTS, "regions"), where)
    for name in _TEXTS:
        if not isinstance(entry.get(name, ""), str):
            raise ConfigError(f'{where}: {name} = "…" must be a text.')
    if not entry.get("name", "").strip():
        raise ConfigError(f'{where}: name = "…" is missing.')
    regions = entry.get("regions", [])
    if not isinstance(regions, list) or not all(
        isinstance(code, str) and _CODE.fullmatch(code) for code in regions
    ):
        raise ConfigError(
            f'{where}: regions = ["19.71"] was expected, a list of ministry codes, or no entry.'
        )
    return ServicePoint(**{name: entry.get(name, "") for name in _TEXTS}, regions=tuple(regions))
