"""What is published of each indicator, and how far down: families.yaml, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.errors import ConfigError, DisclosureError
from coverage_lib.reference.regions import LEVELS
from coverage_lib.yaml_reading import read_yaml

_FILE = "suppression/families.yaml"
_NONE = "none"  # a level: published for no region
_COLUMNS = {
    "value": ("value",),
    "numerator": ("numerator",),
    "share": ("numerator", "rest", "denominator"),
}


@dataclass(frozen=True)
class Count:
    """An indicator that counts. `columns` are the counts that a row of it tells: its value, its
    numerator, or of a share the numerator, the rest and the denominator.

    `crosses` gives the two dimensions that the categories `a/b` of a dimension cross.
    `levels` gives the lowest published region level of each dimension, `open` the reason why
    a dimension is published whatever its size. `outside_of` is the count that a share's
    denominator is a part of.
    """

    indicator: str
    columns: tuple[str, ...] = ("value",)
    levels: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)
    open_categories: Mapping[str, str] = field(default_factory=dict)
    open_columns: tuple[str, ...] = ()
    grows: bool = False
    crossing: tuple[str, ...] = ()
    sums_to: Mapping[str, str] = field(default_factory=dict)
    crosses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    companions: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    at_most: Mapping[str, str] = field(default_factory=dict)
    equals: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    denominator_of: str = ""
    outside_of: str = ""

    def named(self, column: str) -> str:
        """What the counts of a column are called: `claims_paid`, `claims_within_term.rest`."""
        if column == "value":
            return self.indicator
        owner = self.denominator_of if column == "denominator" else ""
        return f"{owner or self.indicator}.{column}"


@dataclass(frozen=True)
class Family:
    """Counts that say something about one another, and the figures that follow them.

    `follow` gives for each figure what has to be shown where it is shown: counts of the same
    place, or by dimension of the figure `count/dimension/category`, with {} for its
    own category and a `*` at the end for all that begin so. `fewest` gives the number that
    the counts of a figure must reach, `fixed` the lowest level of amounts that the law fixes.
    `withholds_unknown`: figures of unknown regions are withheld like all others.
    """

    name: str
    counts: Mapping[str, Count]
    together: tuple[str, ...]
    follow: Mapping[str, tuple[str, ...] | Mapping[str, tuple[str, ...]]]
    fixed: Mapping[str, str]
    fewest: Mapping[str, int] = field(default_factory=dict)
    withholds_unknown: bool = False

    @property
    def indicators(self) -> tuple[str, ...]:
        return (*self.counts, *self.follow)

    def needed_for(
        self, figure: str, dimension: str, category: str
    ) -> tuple[tuple[str, str, str], ...]:
        """(count, dimension, category) of all that has to be shown where the figure is shown.

        A category that ends in `*` stands for all that begin so.
        """
        needed = self.follow[figure]
        if not isinstance(needed, Mapping):
            return tuple((name, dimension, category) for name in needed)
        entries = (entry.format(category).split("/", 2) for entry in needed[dimension])
        return tuple((count, of, part) for count, of, part in entries)


@dataclass(frozen=True)
class Families:
    """All of families.yaml. `open` gives the lowest level by dimension, None for no limit.

    `beside` gives for a figure, as (indicator, dimension, category), the counts of other
    families that it repeats; `value_only` are figures without numerator and denominator.
    """

    threshold: int
    families: tuple[Family, ...]
    open: Mapping[str, Mapping[str, str] | None]
    beside: Mapping[tuple[str, str, str], tuple[tuple[str, str, str], ...]] = field(
        default_factory=dict
    )
    value_only: tuple[str, ...] = ()

    @property
    def indicators(self) -> frozenset[str]:
        return frozenset(self.open) | {
            name for family in self.families for name in family.indicators
        }

    def lowest_level(self, indicator: str, dimension: str) -> str:
        """The lowest region level of a dimension that is published; `none` where none is.

        Raises DisclosureError where the indicator or the dimension is not listed.
        """
        if indicator in self.open:
            levels = self.open[indicator]
            return LEVELS[-1] if levels is None else _level(indicator, dimension, levels)
        for family in self.families:
            if indicator in family.counts:
                count = family.counts[indicator]
                if dimension in count.open:
                    return LEVELS[-1]
                return _level(indicator, dimension, count.levels)
            if indicator in family.follow:
                return self._level_of_follower(family, indicator, dimension)
        raise DisclosureError(
            f"indicator {indicator} is not in {_FILE}: list it with the counts it is made of, or "
            "under `open` with the reason why it may always be shown; until then nothing is published."
        )

    def _level_of_follower(self, family: Family, indicator: str, dimension: str) -> str:
        needed = family.follow[indicator]
        if isinstance(needed, Mapping) and dimension not in needed:
            raise _unlisted(indicator, dimension, needed)
        counts = {(name, of) for name, of, _ in family.needed_for(indicator, dimension, "")}
        levels = [self.lowest_level(name, of) for name, of in sorted(counts)]
        return min([*levels, family.fixed.get(indicator, LEVELS[-1])], key=depth_of)


def depth_of(level: str) -> int:
    """0 for provinsi to 3 for desa; -1 for `none`."""
    return -1 if level == _NONE else LEVELS.index(level)


def _level(indicator: str, dimension: str, levels: Mapping[str, str]) -> str:
    if dimension not in levels:
        raise _unlisted(indicator, dimension, levels)
    return levels[dimension]


def _unlisted(indicator: str, dimension: str, listed: Mapping[str, object]) -> DisclosureError:
    return DisclosureError(
        f"{indicator} by {dimension} is not in {_FILE}, only by {', '.join(listed)}: add the "
        "dimension with its lowest region level; until then nothing is published."
    )


@cache
def load_families() -> Families:
    """The file as values. Raises ConfigError where a word in it is not known."""
    text = (resources.files("coverage_lib") / _FILE).read_text(encoding="utf-8")
    return read_families(read_yaml(text))


def read_families(document: Mapping[str, Any]) -> Families:
    families = tuple(_family(name, entry) for name, entry in document["families"].items())
    for name, entry in document["open"].items():
        if not entry.get("because"):
            raise ConfigError(f"{_FILE}: {name} is open without a reason; say why (`because`).")
    listed = [*document["open"], *(name for family in families for name in family.indicators)]
    twice = sorted({name for name in listed if listed.count(name) > 1})
    if twice:
        raise ConfigError(f"{_FILE} lists {', '.join(twice)} twice: once was expected.")
    return Families(
        document["threshold"],
        families,
        {name: entry.get("levels") for name, entry in document["open"].items()},
        {
            _figure(figure): tuple(map(_figure, counts))
            for figure, counts in document.get("beside", {}).items()
        },
        tuple(document.get("value_only", ())),
    )


def _figure(entry: str) -> tuple[str, str, str]:
    indicator, dimension, category = entry.split("/", 2)
    return indicator, dimension, category


def _family(name: str, entry: Mapping[str, Any]) -> Family:
    follow = {
        figure: tuple(needed)
        if isinstance(needed, list)
        else {dimension: tuple(entries) for dimension, entries in needed.items()}
        for figure, needed in entry.get("follow", {}).items()
    }
    return Family(
        name,
        {indicator: _count(indicator, more) for indicator, more in entry["counts"].items()},
        tuple(entry.get("together", ())),
        follow,
        entry.get("fixed", {}),
        entry.get("fewest", {}),
        _is_withheld(name, entry.get("unknown")),
    )


def _is_withheld(name: str, unknown: str | None) -> bool:
    if unknown not in (None, "withheld"):
        raise ConfigError(
            f"{_FILE}, {name}: unknown is {unknown}; `withheld` or nothing was expected."
        )
    return unknown is not None


def _count(indicator: str, entry: Mapping[str, Any]) -> Count:
    column = entry.get("column", "value")
    wrong = [level for level in entry["levels"].values() if level not in (*LEVELS, _NONE)]
    if column not in _COLUMNS or wrong:
        raise ConfigError(
            f"{_FILE}, {indicator}: {', '.join(wrong) or column} is not known; levels are "
            f"{', '.join(LEVELS)} and {_NONE}, columns {', '.join(_COLUMNS)}."
        )
    lists = {
        name: tuple(entry.get(name, ()))
        for name in ("open_columns", "crossing", "companions", "gains", "losses")
    }
    outside_of = entry.get("outside_of", "")
    return Count(
        indicator=indicator,
        columns=(*_COLUMNS[column], *(["outside"] if outside_of else [])),
        levels=entry["levels"],
        open=entry.get("open", {}),
        grows=entry.get("grows", False),
        sums_to=entry.get("sums_to", {}),
        crosses={name: (one, other) for name, (one, other) in entry.get("crosses", {}).items()},
        at_most=entry.get("at_most", {}),
        equals={own: _figure(other) for own, other in entry.get("equals", {}).items()},
        open_categories=entry.get("open_categories", {}),
        outside_of=outside_of,
        denominator_of=entry.get("denominator_of", ""),
        **lists,
    )
