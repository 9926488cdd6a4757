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

from coverage_lib.errors import DisclosureError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import is_unknown
from coverage_lib.suppression.range_attack import RangeAttack

THRESHOLD = 5
# A count, and the amount that follows its pattern.
PROTECTED = (
    ("claims_paid", "claims_amount_idr"),
    ("scholarship_children", "scholarship_amount_idr"),
)
# The law fixes the rupiah a child for each school level: with a few levels withheld, an amount
# tells how many children each has. Hence all amounts of a place are withheld with any count of it.
FIXED_AMOUNTS = frozenset({"scholarship_amount_idr"})
# What only grows over a year. A child moves with its latest payment, so children of a place may fall.
GROWING = frozenset({"claims_paid"})


class Cell(NamedTuple):
    """One count. `span` is what it is counted over; empty where the category itself says it.

    A whole month is one cell, however many years to date or full years it is shown in:
    what is withheld in one of them must be withheld in all.
    """

    span: str
    region_code: str
    dimension: str
    category: str


class Order(NamedTuple):
    """Of two counts from 1 January, the one to the earlier day cannot be the larger."""

    smaller: Cell
    larger: Cell


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
    a zero. Where the amount a child is fixed by law, one withheld count of a region and span
    withholds all amounts of that region and span. All sums that are published (children to
    parent, categories to total, months to every span that holds them) are attacked together,
    see `suppressed_cells`; what other months or marts have published is not part of that.
    """
    protected = rows.copy()
    for names in PROTECTED:
        of_table = rows[rows["indicator"].isin(names) & (rows["origin"] == "computed")]
        cells, sums, orders = _additive_tables(of_table[of_table["indicator"] == names[0]])
        hidden = suppressed_cells(cells, sums, orders if names[0] in GROWING else ())
        if not hidden:
            continue
        is_hidden = pd.Series([cell in hidden for cell in _cells_of(of_table)], of_table.index)
        place = [of_table[name] for name in ("period", "as_of", "region_code")]
        is_fixed = of_table["indicator"].isin(FIXED_AMOUNTS)
        is_hidden |= is_fixed & is_hidden.groupby(place).transform("any")
        index = of_table.index[is_hidden]
        protected.loc[index, ["numerator", "denominator", "value"]] = np.nan
        protected.loc[index, "status"] = "suppressed"
    return protected


def suppressed_cells(
    cells: Mapping[Cell, float], sums: Sequence[Sum], orders: Sequence[Order] = ()
) -> set[Cell]:
    """Which cells must be withheld so that what is published gives no small count back.

    First every count of 1 to 4, except where the region is unknown: those few could live
    anywhere in the parent, so the count points to nobody. Then, in each sum that hides
    exactly one cell, or whose hidden parts can only be 1 each, also the smallest other
    part that is not zero (the sum itself where no part is left). Last, the gate: for each
    hidden count below the threshold, the attack on all sums and orders at once must leave
    its largest and smallest whole number at least 1 apart (see RangeAttack.is_open); while
    it does not, the smallest count nearest to it is hidden too. Companions may be worked
    out, as long as that tells no small count. Raises DisclosureError where nothing is left
    to hide, or where the counts do not add up.
    """
    hidden = {
        cell
        for cell, count in cells.items()
        if 0 < count < THRESHOLD and not is_unknown(cell.region_code)
    }
    if not hidden:
        return hidden
    small = sorted(hidden)
    _hide_companions(cells, sums, hidden)
    attack = RangeAttack(cells, sums, orders, sorted(hidden))
    neighbours = _neighbours(sums, orders)
    for cell in small:
        while not attack.is_open(cell):
            shown = hidden.copy()
            hidden.add(_nearest_shown(cells, neighbours, hidden, cell))
            _hide_companions(cells, sums, hidden)
            for more in sorted(hidden - shown):
                attack.withhold(more)
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


def _neighbours(sums: Sequence[Sum], orders: Sequence[Order]) -> dict[Cell, list[tuple[Cell, ...]]]:
    """For each cell, the members of every sum and order that it stands in."""
    found: dict[Cell, list[tuple[Cell, ...]]] = defaultdict(list)
    for members in (*(entry.members for entry in sums), *orders):
        for cell in members:
            found[cell].append(tuple(members))
    return found


def _nearest_shown(
    cells: Mapping[Cell, float],
    neighbours: Mapping[Cell, Sequence[tuple[Cell, ...]]],
    hidden: set[Cell],
    start: Cell,
) -> Cell:
    """The smallest shown count that is not zero in a sum of the cell, else in one of its hidden
    companions' sums, and so on outwards; among equals that of the lowest level.
    """
    seen, ring = {start}, {start}
    while ring:
        members = {one for cell in ring for group in neighbours.get(cell, ()) for one in group}
        shown = {cell for cell in members if cell not in hidden and cells[cell] > 0}
        if shown:
            return min(shown, key=lambda cell: (cells[cell], -len(cell.region_code), cell))
        ring = (members & hidden) - seen
        seen |= ring
    raise DisclosureError(
        f"the count of {start.dimension} {start.category} of {start.region_code} is below "
        f"{THRESHOLD} and can be worked out, and nothing is left to withhold beside it: "
        "publish fewer breakdowns, or none for this place."
    )


def _additive_tables(
    counts: pd.DataFrame,
) -> tuple[dict[Cell, float], list[Sum], list[Order]]:
    """All cells of an indicator, all sums between them, and all orders, over every span."""
    cells: dict[Cell, float] = {}
    sums: list[Sum] = []
    orders: list[Order] = []
    earlier: dict[tuple[int, _Place], Cell] = {}
    for _, block in counts.groupby(["period", "as_of"], sort=True):
        of_block = _cells_of(block)
        cells |= dict(zip(of_block, block["value"].tolist(), strict=True))
        names = {(cell.region_code, cell.dimension, cell.category): cell for cell in of_block}
        sums += [
            Sum(names[total], tuple(names[part] for part in parts)) for total, parts in _sums(names)
        ]
        year = block["as_of"].iloc[0].year
        for place, cell in names.items():
            before = earlier.get((year, place), cell)
            orders += [Order(before, cell)] if before != cell else []
            earlier[year, place] = cell
    return cells, list(dict.fromkeys(sums)), orders


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
