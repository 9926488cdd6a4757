"""Where a row belongs: code or names to one village code, unknown parts kept as unknown."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from coverage_lib.reference.regions import Regions, unknown_village

_KIND_WORDS = re.compile(
    r"^(PROVINSI|PROV|KABUPATEN|KAB|KOTA|KECAMATAN|KEC|DESA|KELURAHAN|KEL)\b[.\s]*"
)


@dataclass(frozen=True)
class Places:
    """Finds village codes. `province` is where a row goes of which nothing else is known."""

    regions: Regions
    province: str
    by_name: Mapping[tuple[str, str], str]

    def village_of(self, code: str | None, names: Sequence[str | None]) -> str:
        """The village code of a row, padded with the unknown parts where it is less sure.

        A code that is known, or whose beginning is, decides; otherwise the names do, from
        the district down, each looked up within its parent. A name that two regions of one
        parent bear is unknown.
        """
        found = self._known_prefix(code)
        if found == self.province and names:
            for name in names:
                child = self.by_name.get((found, normalise_name(name or "")))
                if child is None:
                    break
                found = child
        return unknown_village(found)

    def _known_prefix(self, code: str | None) -> str:
        parts = (code or "").strip().split(".")
        for depth in range(len(parts), 0, -1):
            prefix = ".".join(parts[:depth])
            if prefix in self.regions.by_code and (
                prefix == self.province or prefix.startswith(f"{self.province}.")
            ):
                return prefix
        return self.province


def normalise_name(name: str) -> str:
    """A region's name without its kind, case, blanks and punctuation."""
    upper = name.strip().upper()
    return re.sub(r"[^A-Z0-9]", "", _KIND_WORDS.sub("", upper))


def load_places(regions: Regions, province: str) -> Places:
    """Places of a province by official names and the aliases that come with the library.

    A spelling that only an alias has gives way to an official name of another region.
    """
    official: dict[tuple[str, str], set[str]] = {}
    for region in regions.by_code.values():
        if region.parent_code is not None:
            official.setdefault((region.parent_code, normalise_name(region.name)), set()).add(
                region.code
            )
    aliases: dict[tuple[str, str], set[str]] = {}
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    text = (folder / "name_aliases_babel.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        known = regions.by_code.get(row["code"])
        if known is not None and known.parent_code is not None:
            key = (known.parent_code, normalise_name(row["alias"]))
            aliases.setdefault(key, set()).add(known.code)
    found = {key: next(iter(codes)) for key, codes in aliases.items() if len(codes) == 1}
    found |= {key: next(iter(codes)) for key, codes in official.items() if len(codes) == 1}
    for key, codes in official.items():
        if len(codes) > 1:
            found.pop(key, None)
    return Places(regions, province, found)
