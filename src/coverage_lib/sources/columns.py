"""Names of columns, as a database has them, and the columns of the dictionary that they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from coverage_lib.errors import SourceError
from coverage_lib.tables import Column, Table


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
        same = [name for name in names if column.accepts_header(name)]
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


def nearest(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """The names there that look most like one of those wanted; two at most."""
    by_case = {name.upper().replace("_", " "): name for name in there}
    near = [
        match
        for name in wanted
        for match in get_close_matches(
            name.upper().replace("_", " "), list(by_case), n=2, cutoff=0.6
        )
    ]
    return [by_case[match] for match in dict.fromkeys(near)][:2]
