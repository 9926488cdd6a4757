"""Names of columns, as a file or a database has them, and the columns of the dictionary that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from coverage_lib.errors import SourceError
from coverage_lib.tables import Column, Table, normalise_header

#: From this likeness on a name may be meant.
NEAR = 0.75
_BRACKET_AT_THE_END = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


@dataclass(frozen=True)
class Columns:
    """`found` maps columns of the dictionary to names there, in the dictionary's order.

    `ignored` are names that mean no column; `absent` and `missing` are columns that no name
    means: those that may be left out, and those that may not.
    """

    found: Mapping[str, str]
    ignored: tuple[str, ...]
    absent: tuple[Column, ...]
    missing: tuple[Column, ...]

    def require_all(self, where: str) -> None:
        """Raises SourceError that names the first missing column and the nearest names there."""
        if not self.missing:
            return
        column = self.missing[0]
        near = nearest(column.aliases, self.ignored)
        hint = f" (nearest there: {', '.join(near)})" if near else ""
        raise SourceError(
            f"{where}: column {column.aliases[0]} is missing{hint}; one of "
            f"{', '.join(column.aliases)} was expected. Name it so in a view or query."
        )


def match_columns(names: Sequence[str], table: Table, where: str) -> Columns:
    """Which name means which column. Raises SourceError where two mean the same."""
    found: dict[str, str] = {}
    for column in table.columns:
        same = [name for name in names if means(name, column)]
        if len(same) > 1:
            raise SourceError(
                f"{where}: the columns {', '.join(same)} all mean {column.name}; keep one of them, "
                "in a view or query."
            )
        if same:
            found[column.name] = same[0]
    others = [column for column in table.columns if column.name not in found]
    return Columns(
        found,
        tuple(name for name in names if name not in found.values()),
        tuple(column for column in others if not column.required),
        tuple(column for column in others if column.required),
    )


def means(name: str, column: Column) -> bool:
    """Brackets at the end say a unit or a form and nothing else: `TGL LAHIR (dd-mm-yyyy)`."""
    bare = without_brackets(name)
    return column.accepts_header(name) or (bare != "" and column.accepts_header(bare))


def without_brackets(name: str) -> str:
    return _BRACKET_AT_THE_END.sub("", name)


def likeness(name: str, aliases: Iterable[str]) -> float:
    """1 for a name that ends in an alias or has all its several words, else how alike letters are."""
    words = _words(name)
    own = normalise_header(without_brackets(name))
    best = 0.0
    for alias in aliases:
        own_words = _words(alias)
        ends_so = words[-len(own_words) :] == own_words
        if ends_so or (len(own_words) > 1 and set(own_words) <= set(words)):
            return 1.0
        best = max(best, SequenceMatcher(None, own, normalise_header(alias)).ratio())
    return best


def nearest(aliases: Sequence[str], there: Iterable[str]) -> list[str]:
    """The names there that look most like a column of these aliases, the likest first; two at most."""
    scored = sorted(((likeness(name, aliases), name) for name in there), reverse=True)
    return [name for score, name in scored[:2] if score >= NEAR]


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z0-9]+", name.upper())
