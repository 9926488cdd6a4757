"""Where a row belongs: code or names to one village code, unknown parts kept as unknown."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from coverage_lib.intake.region_codes import ministry_code
from coverage_lib.intake.values import MISSING_WORDS
from coverage_lib.reference.regions import Regions, is_unknown, unknown_village
from coverage_lib.tables import CODE_SYSTEMS

SEVERAL_PLACES = "name of several places"
#: Rules of a resolved place; those of its code are in `region_codes`.
NAME_ALIAS = "name_alias"
NAME_WITHOUT_PARENT = "name_without_parent"
PLACE_UNKNOWN = "place_unknown"
CODE_AND_NAME_DIFFER = "code_and_name_differ"
CODE_OF_OTHER_SYSTEM = "code_of_other_system"

_KIND_WORDS = re.compile(
    r"^(PROVINSI|PROV|KABUPATEN|KAB|KOTA|KECAMATAN|KEC|DESA|KELURAHAN|KEL)\b[.\s]*"
)


@dataclass(frozen=True)
class Place:
    """The village code of a row, the rules that led to it, and why there is none to be had.

    A row with a fault has the code of what is surely known of it.
    """

    village: str
    rules: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True)
class Places:
    """Finds village codes. `province` is where a row goes of which nothing else is known.

    `official` and `aliases` have the codes of all regions of a level that bear a name.
    """

    regions: Regions
    province: str
    official: Mapping[tuple[int, str], frozenset[str]]
    aliases: Mapping[tuple[int, str], frozenset[str]]

    def place_of(
        self, code: str | None, names: Sequence[str | None], system: str = "ministry"
    ) -> Place:
        """The village of a row, padded with the unknown parts where it is less sure.

        A code that is known, or whose beginning is, decides; names that agree with it say
        what it leaves open. Otherwise the names do, from the district down, each looked up
        within its parents. A name whose parent is not given may be one region's only; of
        several, the row has a fault. `system` is that of codes without dots.
        """
        given = [_bare(name) for name in names]
        dotted, code_rule = ministry_code(code, system)
        found = self._known_prefix(dotted)
        if found == self.province:
            place = self._by_names(self.province, given)
            lost = dotted and not self._says_unknown(dotted) and not any(given)
            return _with_rules(place, (PLACE_UNKNOWN,)) if lost else place
        rules = (code_rule,) if code_rule else ()
        if self._contradicts(found, given):
            others = (one for one in CODE_SYSTEMS if one != system)
            if any(self._agrees_wholly(ministry_code(code, one)[0], given) for one in others):
                rules = (*rules, CODE_OF_OTHER_SYSTEM)
            return Place(unknown_village(found), (*rules, CODE_AND_NAME_DIFFER))
        depth = found.count(".")
        deeper = [None] * depth + given[depth:]
        if any(deeper):
            return _with_rules(self._by_names(found, deeper), rules)
        is_whole = dotted == found or self._says_unknown(dotted)
        return Place(unknown_village(found), rules if is_whole else (*rules, PLACE_UNKNOWN))

    def village_of(
        self, code: str | None, names: Sequence[str | None], system: str = "ministry"
    ) -> str:
        """The village code of `place_of` alone."""
        return self.place_of(code, names, system).village

    def _by_names(self, start: str, names: Sequence[str | None]) -> Place:
        """From a known region down; `names` begin with the district."""
        within, depth, rules = frozenset({start}), start.count("."), []
        sure = start
        for level, name in enumerate(names, start=1):
            if name is None:
                continue
            is_gap = level > depth + 1
            found = self._named(level, name, within, is_gap=is_gap)
            if not found:
                rules.append(PLACE_UNKNOWN)
                break
            if is_gap:
                rules.append(NAME_WITHOUT_PARENT)
            if not found & self.official.get((level, name), frozenset()):
                rules.append(NAME_ALIAS)
            within, depth = found, level
            sure = next(iter(found)) if len(found) == 1 else sure
        if len(within) == 1:
            return Place(unknown_village(next(iter(within))), tuple(dict.fromkeys(rules)))
        parents = {code.rpartition(".")[0] for code in within}
        if len(parents) == 1 and NAME_WITHOUT_PARENT not in rules:
            return Place(unknown_village(parents.pop()), (*dict.fromkeys(rules), PLACE_UNKNOWN))
        return Place(unknown_village(sure), (), SEVERAL_PLACES)

    def _named(
        self, level: int, name: str, within: frozenset[str], *, is_gap: bool
    ) -> frozenset[str]:
        """The regions of a level and name in `within`. Below a known parent an official name counts
        before a spelling; where the parent is not known, whoever bears either is one of several.
        """

        def inside(codes: frozenset[str]) -> frozenset[str]:
            return frozenset(
                code for code in codes if any(code.startswith(f"{parent}.") for parent in within)
            )

        official = inside(self.official.get((level, name), frozenset()))
        spelled = inside(self.aliases.get((level, name), frozenset()))
        return official | spelled if is_gap else official or spelled

    def _contradicts(self, code: str, names: Sequence[str | None]) -> bool:
        """Whether a name of a level that the code reaches is none of the code's region there."""
        return any(
            name is not None and not self._bears(ancestor, name)
            for ancestor, name in zip(self.regions.ancestors(code)[1:], names, strict=False)
        )

    def _agrees_wholly(self, code: str, names: Sequence[str | None]) -> bool:
        known = code in self.regions.by_code and any(names)
        return known and not self._contradicts(code, names)

    def _bears(self, code: str, name: str) -> bool:
        key = (code.count("."), name)
        return code in self.official.get(key, ()) or code in self.aliases.get(key, ())

    def _says_unknown(self, code: str) -> bool:
        """Whether a code itself says that the rest is not known: 19, or 19.71.00.0000."""
        return code == self.province or is_unknown(code)

    def _known_prefix(self, code: str) -> str:
        parts = code.split(".")
        for depth in range(len(parts), 0, -1):
            prefix = ".".join(parts[:depth])
            if prefix in self.regions.by_code and (
                prefix == self.province or prefix.startswith(f"{self.province}.")
            ):
                return prefix
        return self.province


def _bare(name: str | None) -> str | None:
    """A name to look up; None where there is none, or a word for "missing" stands."""
    text = (name or "").strip()
    return None if text.upper() in MISSING_WORDS else normalise_name(text) or None


def _with_rules(place: Place, rules: tuple[str, ...]) -> Place:
    return Place(place.village, tuple(dict.fromkeys((*rules, *place.rules))), place.fault)


def normalise_name(name: str) -> str:
    """A region's name without its kind, case, blanks and punctuation; a village may be named Kota."""
    upper = name.strip().upper()
    return re.sub(r"[^A-Z0-9]", "", _KIND_WORDS.sub("", upper) or upper)


def load_places(regions: Regions, province: str) -> Places:
    """Places of a province by official names and the aliases that come with the library."""
    official: dict[tuple[int, str], set[str]] = {}
    for region in regions.by_code.values():
        if region.code.startswith(f"{province}."):
            key = (region.code.count("."), normalise_name(region.name))
            official.setdefault(key, set()).add(region.code)
    aliases: dict[tuple[int, str], set[str]] = {}
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    text = (folder / "name_aliases_babel.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        code = row["code"]
        if code in regions.by_code and code.startswith(f"{province}."):
            key = (code.count("."), normalise_name(row["alias"]))
            aliases.setdefault(key, set()).add(code)
    return Places(regions, province, _frozen(official), _frozen(aliases))


def _frozen(found: Mapping[tuple[int, str], set[str]]) -> dict[tuple[int, str], frozenset[str]]:
    return {key: frozenset(codes) for key, codes in found.items()}
