"""Finding the header among the first rows of a file, and what each of its cells means.

Pure: rows of text in, positions of columns out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coverage_lib.errors import SourceError
from coverage_lib.sources.columns import NEAR, likeness, means, nearest, without_brackets
from coverage_lib.tables import Column, Table, normalise_header

HEADER_SEARCH_ROWS = 20
#: How many rows a header at the last of these may need: its second row, and one of column numbers.
FIRST_ROWS = HEADER_SEARCH_ROWS + 2
_NAMED = 2


@dataclass(frozen=True)
class Header:
    """Where the header stands (0-based rows) and which position fills which column.

    `texts` are the cells of its rows as they stand, for pages that repeat them. `unmapped`
    are the headers that mean no column, with the names of absent columns that are near. `above`
    are the filled cells of the rows above it: the title.
    """

    rows: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...]
    positions: dict[str, int]
    unmapped: tuple[tuple[str, tuple[str, ...]], ...]
    absent: tuple[str, ...]
    above: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The row below it."""
        return self.rows[-1] + 1

    @property
    def width(self) -> int:
        return max(len(cells) for cells in self.texts)

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.unmapped)

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(row + 1 for row in self.rows)


@dataclass(frozen=True)
class _Candidate:
    rows: tuple[int, ...]
    names: tuple[str, ...]
    hits: int


def find_header(rows: Sequence[Sequence[str]], table: Table, file_name: str) -> Header:
    """The one or two rows of the first twenty that name the most columns of the dictionary.

    Two rows are taken as one header only where they name more than any row alone: the upper
    one may span several cells of the lower. Raises SourceError where two cells mean one
    column, or a required column is missing.
    """
    best = _best_candidate(rows, table)
    last = best.rows[-1]
    positions: dict[str, int] = {}
    absent = []
    for column in table.columns:
        found = [index for index, name in enumerate(best.names) if means(name, column)]
        if len(found) > 1:
            names = ", ".join(repr(best.names[index]) for index in found)
            raise SourceError(
                f"{file_name}, row {last + 1}: the headers {names} all mean {column.name}; "
                "keep one of them."
            )
        if found:
            positions[column.name] = found[0]
        elif column.required:
            # A row that names fewer than two columns may be a person's: none of it is told.
            told = best.names if best.hits >= _NAMED else ()
            raise _missing_column(file_name, last, told, column)
        else:
            absent.append(column.name)
    used = set(positions.values())
    lacking = [column for column in table.columns if column.name in absent]
    unmapped = tuple(
        (name, _near_columns(name, lacking))
        for index, name in enumerate(best.names)
        if index not in used and name.strip()
    )
    below = (last + 1,) if _numbers_columns(rows[last + 1 : last + 2]) else ()
    texts = tuple(tuple(rows[row]) for row in (*best.rows, *below))
    above = tuple(cell for row in rows[: best.rows[0]] for cell in row if cell.strip())
    return Header((*best.rows, *below), texts, positions, unmapped, tuple(absent), above)


def header_hits(rows: Sequence[Sequence[str]], table: Table) -> int:
    """How many columns of the dictionary the best header among the rows names."""
    return _best_candidate(rows, table).hits


def names_all_required(rows: Sequence[Sequence[str]], table: Table) -> bool:
    names = _best_candidate(rows, table).names
    return all(
        any(means(name, column) for name in names) for column in table.columns if column.required
    )


def _best_candidate(rows: Sequence[Sequence[str]], table: Table) -> _Candidate:
    known = {normalise_header(alias) for column in table.columns for alias in column.aliases}
    best = _Candidate((0,), tuple(rows[0]) if rows else (), 0)
    for row, cells in enumerate(rows[:HEADER_SEARCH_ROWS]):
        hits = _hits(cells, table, known)
        if hits > best.hits:
            best = _Candidate((row,), tuple(cells), hits)
    for row, (upper, lower) in enumerate(pairwise(rows[: HEADER_SEARCH_ROWS + 1])):
        names = _joined_names(upper, lower, known)
        hits = _hits(names, table, known)
        if hits > best.hits:
            best = _Candidate((row, row + 1), names, hits)
    return best


def _hits(names: Sequence[str], table: Table, known: set[str]) -> int:
    """How many columns are named; a row without any known word is not looked at closely."""
    candidates = [name for name in names if _is_known(name, known)]
    return sum(any(means(name, column) for name in candidates) for column in table.columns)


def _joined_names(upper: Sequence[str], lower: Sequence[str], known: set[str]) -> tuple[str, ...]:
    """What each column is called under a header of two rows; merged cells span to the right."""
    names = []
    spanning = ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        spanning = above if above.strip() else spanning
        if not below.strip():
            names.append(above)
            continue
        joined = f"{spanning} {below}".strip()
        # `Tagihan` over `JKK` is TAGIHAN JKK; under a mere title the lower cell is all.
        options = (joined, below)
        names.append(next((name for name in options if _is_known(name, known)), joined))
    return tuple(names)


def _is_known(name: str, known: set[str]) -> bool:
    return bool({normalise_header(name), normalise_header(without_brackets(name))} & known)


def _numbers_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row only numbers the columns, `(1) (2) (3)`, as official forms do."""
    if not rows:
        return False
    filled = [cell.strip().strip("()") for cell in rows[0] if cell.strip()]
    return len(filled) > _NAMED and filled == [str(number + 1) for number in range(len(filled))]


def _near_columns(name: str, columns: Sequence[Column]) -> tuple[str, ...]:
    scored = sorted(
        ((likeness(name, column.aliases), column.name) for column in columns), reverse=True
    )
    return tuple(column for score, column in scored[:2] if score >= NEAR)


def _missing_column(
    file_name: str, row: int, headers: Sequence[str], column: Column
) -> SourceError:
    there = [" ".join(name.split()) for name in headers if name.strip()]
    near = nearest(column.aliases, there)
    hint = f" (nearest there: {', '.join(near)})" if near else ""
    several = f"; one of {', '.join(column.aliases)} was expected" if column.aliases[1:] else ""
    return SourceError(
        f"{file_name}, row {row + 1}: column {column.aliases[0]} is missing{hint}{several}. "
        "Correct the header and pull again."
    )
