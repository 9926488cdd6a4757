"""Regions of the ministry of home affairs: province, district, sub-district, village.

A code's length gives its level: `19`, `19.01`, `19.01.01`, `19.01.01.1001`. The number
`00` (`0000` for villages) stands for "region unknown" below a known parent, so that rows
with an unknown region keep a place at every level and children always sum to their parent.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

from coverage_lib.errors import ConfigError, UsageError

LEVELS = ("provinsi", "kabupaten", "kecamatan", "desa")
#: Characters of a code at each level: `19`, `19.71`, `19.71.01`, `19.71.01.1001`.
CODE_LENGTHS = dict(zip(LEVELS, (2, 5, 8, 13), strict=True))
UNKNOWN_PARTS = (".00", ".00", ".0000")  # what "region unknown" adds at each level below a province
_CODE_PATTERN = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", re.ASCII)
NEAR = 3
_FILES = ("regions_provinces.csv", "regions_kabkota_sumatra.csv", "regions_babel.csv")


@dataclass(frozen=True)
class Region:
    """One region. `kind` is the ministry's word (kota, kelurahan), `level` one of LEVELS."""

    code: str
    name: str
    kind: str

    @property
    def level(self) -> str:
        return LEVELS[self.code.count(".")]

    @property
    def parent_code(self) -> str | None:
        return self.code.rpartition(".")[0] or None

    @property
    def is_unknown(self) -> bool:
        return is_unknown(self.code)


def _bare_name(text: str) -> str:
    """Letters and digits alone, without the word for a kind of district."""
    named = re.sub(r"^\s*(kabupaten|kab\.?|kota)\s+", "", text.casefold())
    return "".join(character for character in named if character.isalnum())


def unknown_village(code: str) -> str:
    """The village code of what is somewhere in a region: `19.71.00.0000` of 19.71; a village's own."""
    return code + "".join(UNKNOWN_PARTS[code.count(".") :])


def is_unknown(code: str) -> bool:
    """Whether the code stands for "region unknown" at its own level or above."""
    return any(set(part) == {"0"} for part in code.split("."))


@dataclass(frozen=True)
class Regions:
    """All known regions by code, in code order."""

    by_code: Mapping[str, Region] = field(repr=False)

    def get(self, code: str) -> Region:
        """The region of a code, the unknown ones included. Raises UsageError otherwise."""
        known = self.by_code.get(code)
        if known is not None:
            return known
        parent = code.rpartition(".")[0]
        if _CODE_PATTERN.fullmatch(code) and parent and is_unknown(code):
            self.get(parent)
            return Region(code, "", "unknown")
        near = ", ".join(f"{region.code} {region.name}" for region in self._near(code))
        meant = f" (did you mean {near}?)" if near else ""
        raise UsageError(
            f"region {code!r} is not known{meant}: a ministry code such as 19, 19.01, 19.01.01 or "
            "19.01.01.1001 was expected; `cakupan regions` lists codes and names; add missing regions "
            "with `regions` in cakupan.toml."
        )

    def _near(self, text: str) -> list[Region]:
        """At most three regions of nearly that code or name, the likeliest first, then the largest."""
        sought = _bare_name(text)
        named = {region: _bare_name(region.name) for region in self.by_code.values()}
        coded = {region: _bare_name(region.code) for region in self.by_code.values()}
        known = coded if sought[:1].isdigit() else named
        if same := [region for region, name in known.items() if name == sought]:
            return sorted(same, key=lambda region: len(region.code))[:NEAR]
        close = difflib.get_close_matches(sought, dict.fromkeys(known.values()), NEAR, 0.75)
        return [
            region
            for name in close
            for region in sorted(known, key=lambda region: len(region.code))
            if known[region] == name
        ][:NEAR]

    def children(self, code: str) -> tuple[Region, ...]:
        return self._children.get(code, ())

    def at_level(self, level: str, within: str) -> tuple[Region, ...]:
        """The regions of a level that lie in `within`, itself included where it has that level."""
        if level not in LEVELS:
            raise UsageError(f"level {level!r} is not known: {', '.join(LEVELS)} were expected.")
        return tuple(
            region
            for region in self.by_code.values()
            if region.level == level
            and (region.code == within or region.code.startswith(f"{within}."))
        )

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes from the province down to the region itself."""
        parts = code.split(".")
        return tuple(".".join(parts[: depth + 1]) for depth in range(len(parts)))

    @cached_property
    def _children(self) -> dict[str, tuple[Region, ...]]:
        children: dict[str, list[Region]] = {}
        for region in self.by_code.values():
            if region.parent_code is not None:
                children.setdefault(region.parent_code, []).append(region)
        return {code: tuple(found) for code, found in children.items()}


def load_regions(extra_files: Iterable[Path] = ()) -> Regions:
    """The regions that come with the library, with a project's own lists laid over them.

    A list is a CSV with the columns code, name, level (the ministry's word) and parent.
    Raises ConfigError where a list cannot be read or holds a code of the wrong form.
    """
    own = _own_regions()
    extra = tuple(extra_files)
    if not extra:
        return own
    by_code = dict(own.by_code)
    for path in extra:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"regions list {path.name} cannot be read ({type(error).__name__}): a UTF-8 CSV "
                "with the columns code,name,level,parent was expected."
            ) from error
        _add_regions(by_code, text, path.name)
    return Regions(dict(sorted(by_code.items())))


@cache
def _own_regions() -> Regions:
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    by_code: dict[str, Region] = {}
    for name in _FILES:
        _add_regions(by_code, (folder / name).read_text(encoding="utf-8"), name)
    return Regions(dict(sorted(by_code.items())))


def _add_regions(by_code: dict[str, Region], text: str, file_name: str) -> None:
    reader = csv.DictReader(text.splitlines())
    missing = {"code", "name", "level"} - set(reader.fieldnames or ())
    if missing:
        raise ConfigError(
            f"regions list {file_name}: column {min(missing)} is missing; "
            "code,name,level,parent were expected."
        )
    for line, row in enumerate(reader, start=2):
        code = (row["code"] or "").strip()
        if _CODE_PATTERN.fullmatch(code) is None or is_unknown(code):
            raise ConfigError(
                f"regions list {file_name}, line {line}: {code!r} is not a region code; the form "
                "19, 19.01, 19.01.01 or 19.01.01.1001 was expected."
            )
        by_code[code] = Region(code, (row["name"] or "").strip(), (row["level"] or "").strip())
