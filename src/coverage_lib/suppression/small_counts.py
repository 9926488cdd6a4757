"""Small counts of persons with a benefit are withheld, and enough others that none can be worked out.

Health and financial data of a person are specific data (UU 27/2022): a village in which
one claim was paid in a month tells whose it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from coverage_lib.periods import Month
from coverage_lib.reference.regions import is_unknown
from coverage_lib.suppression.sum_attack import determined_members

THRESHOLD = 5
# A count, and the amount that follows its pattern.
PROTECTED = (
    ("claims_paid", "claims_amount_idr"),
    ("scholarship_children", "scholarship_amount_idr"),
)


class Cell(NamedTuple):
    """One count. `span` is what it is counted over; empty where the category itself says it.

    A whole month is one cell, however many years to date or full years it is shown in:
    what is withheld in one of them must be withheld in all.
    """

    span: str
    region_code: str
    dimension: str
    category: str


class Sum(NamedTuple):
    """A published total and the parts that it is the sum of."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def members(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)


def protect_small_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with counts of 1 to 4 claims or children suppressed, amounts with their counts.

    Suppressed rows keep their place with status `suppressed` and no numbers; a zero stays
    a zero. All sums that are published (children to parent, categories to total, months to
    every span that holds them) are attacked together, see `suppressed_cells`; what other
    months or marts have published is not part of that.
    """
    protected = rows.copy()
    for names in PROTECTED:
        computed = rows[(rows["indicator"] == names[0]) & (rows["origin"] == "computed")]
        cells, sums = _additive_tables(computed)
        hidden = suppressed_cells(cells, sums)
        of_table = rows[rows["indicator"].isin(names) & (rows["origin"] == "computed")]
        is_hidden = [cell in hidden for cell in _cells_of(of_table)]
        index = of_table.index[np.array(is_hidden, dtype=bool)]
        protected.loc[index, ["numerator", "denominator", "value"]] = np.nan
        protected.loc[index, "status"] = "suppressed"
    return protected


def suppressed_cells(cells: Mapping[Cell, float], sums: Sequence[Sum]) -> set[Cell]:
    """Which cells must be withheld so that the published sums give none of them back.

    First every count of 1 to 4, except where the region is unknown: those few could live
    anywhere in the parent, so the count points to nobody. Then, in each sum that hides
    exactly one cell, or whose hidden parts can only be 1 each, also the smallest other
    part that is not zero (the sum itself where no part is left). Last, all sums at once:
    as long as linear algebra determines a hidden cell, one more of a sum of it is hidden.
    Raises DisclosureError where nothing is left to hide.
    """
    hidden = {
        cell
        for cell, count in cells.items()
        if 0 < count < THRESHOLD and not is_unknown(cell.region_code)
    }
    while hidden:
        _hide_companions(cells, sums, hidden)
        given_away = determined_members(
            {
                member: 1 if member == entry.total else -1
                for member in entry.members
                if member in hidden
            }
            for entry in sums
        )
        if not given_away:
            break
        _hide_more(cells, sums, hidden, given_away)
    return hidden


def _hide_companions(cells: Mapping[Cell, float], sums: Sequence[Sum], hidden: set[Cell]) -> None:
    changed = True
    while changed:
        changed = False
        for entry in sums:
            if _gives_itself_away(cells, entry, hidden):
                hidden.add(_companion(cells, entry, hidden))
                changed = True


def _gives_itself_away(cells: Mapping[Cell, float], entry: Sum, hidden: set[Cell]) -> bool:
    """Whether the sum alone tells a hidden cell: it has only one, or only ones.

    A hidden part is never zero, so hidden parts that add up to their own number are 1 each.
    """
    parts = [part for part in entry.parts if part in hidden]
    if entry.total in hidden:
        return not parts
    return len(parts) == 1 or (bool(parts) and sum(cells[part] for part in parts) == len(parts))


def _companion(cells: Mapping[Cell, float], entry: Sum, hidden: set[Cell]) -> Cell:
    candidates = [part for part in entry.parts if part not in hidden and cells[part] > 0]
    return min(candidates, key=lambda cell: (cells[cell], cell), default=entry.total)


def _hide_more(
    cells: Mapping[Cell, float], sums: Sequence[Sum], hidden: set[Cell], given_away: set[Cell]
) -> None:
    """Hide one more cell, in a sum of a cell that several sums together give away.

    Where those sums show nothing but zeros any more, then in any sum that hides a cell, at
    the lowest level first. This comes to an end: with all but zeros hidden, every multiple
    of the hidden numbers would fit as well as they do.
    """
    for cell in sorted(given_away):
        companions = {
            _companion(cells, entry, hidden) for entry in sums if cell in entry.members
        } - hidden
        if companions:
            hidden.add(min(companions, key=lambda other: (cells[other], other)))
            return
    shown = {
        member
        for entry in sums
        if not hidden.isdisjoint(entry.members)
        for member in entry.members
        if member not in hidden and cells[member] > 0
    }
    hidden.add(min(shown, key=lambda cell: (-len(cell.region_code), cells[cell], cell)))


def _additive_tables(counts: pd.DataFrame) -> tuple[dict[Cell, float], list[Sum]]:
    """All cells of an indicator and all sums between them, over every span."""
    cells: dict[Cell, float] = {}
    sums: list[Sum] = []
    for _, block in counts.groupby(["period", "as_of"], sort=True):
        of_block = _cells_of(block)
        cells |= dict(zip(of_block, block["value"].tolist(), strict=True))
        names = {(cell.region_code, cell.dimension, cell.category): cell for cell in of_block}
        sums += [
            Sum(names[total], tuple(names[part] for part in parts)) for total, parts in _sums(names)
        ]
    return cells, list(dict.fromkeys(sums))


def _cells_of(rows: pd.DataFrame) -> list[Cell]:
    columns = ["period", "as_of", "region_code", "dimension", "category"]
    return [
        Cell(
            "" if _is_whole_month(dimension, category, as_of) else f"{period} {as_of}",
            region,
            dimension,
            category,
        )
        for period, as_of, region, dimension, category in rows[columns].itertuples(
            index=False, name=None
        )
    ]


def _is_whole_month(dimension: str, category: str, as_of: date) -> bool:
    return dimension == "month" and Month.parse(category).last_day <= as_of


_Place = tuple[str, str, str]  # region_code, dimension, category


def _sums(places: Iterable[_Place]) -> list[tuple[_Place, list[_Place]]]:
    """Every sum of one span as (total, parts): over child regions, and over categories."""
    known = set(places)
    by_total: dict[tuple[_Place, str], list[_Place]] = defaultdict(list)
    for region, dimension, category in sorted(known):
        parent = region.rpartition(".")[0]
        if parent:
            by_total[((parent, dimension, category), "regions")].append(
                (region, dimension, category)
            )
        if dimension != "total":
            by_total[((region, "total", "total"), dimension)].append((region, dimension, category))
    return [(total, parts) for (total, _), parts in sorted(by_total.items()) if total in known]
