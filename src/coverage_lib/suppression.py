"""Small counts of persons with a benefit are withheld, and enough others that none can be worked out.

Health and financial data of a person are specific data (UU 27/2022): a village in which
one claim was paid in a month tells whose it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd

from coverage_lib.indicators.rows import records_of
from coverage_lib.reference.regions import is_unknown

THRESHOLD = 5
# A count, and the amount that follows its pattern.
PROTECTED = (
    ("claims_paid", "claims_amount_idr"),
    ("scholarship_children", "scholarship_amount_idr"),
)
_Cell = tuple[str, str, str]  # region_code, dimension, category


def protect_small_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with counts of 1 to 4 claims or children suppressed, amounts with their counts.

    Suppressed rows keep their place with status `suppressed` and no numbers; a zero stays
    a zero. In every sum that is published (children to parent, categories to total) either
    nothing is suppressed or at least two cells are, so that no single sum gives one back.
    Combinations of several sums, and differences between months, are not audited here.
    """
    protected = rows.copy()
    for count_name, amount_name in PROTECTED:
        counts = rows[(rows["indicator"] == count_name) & (rows["origin"] == "computed")]
        for (period, as_of), block in counts.groupby(["period", "as_of"], sort=True):
            cells = {
                (row["region_code"], row["dimension"], row["category"]): float(row["value"])
                for row in records_of(block)
            }
            hidden = suppressed_cells(cells)
            in_block = (
                protected["indicator"].isin([count_name, amount_name])
                & (protected["period"] == period)
                & (protected["as_of"] == as_of)
            )
            keys = protected.loc[in_block, ["region_code", "dimension", "category"]]
            is_hidden = [key in hidden for key in keys.itertuples(index=False, name=None)]
            index = keys.index[np.array(is_hidden, dtype=bool)]
            protected.loc[index, ["numerator", "denominator", "value"]] = np.nan
            protected.loc[index, "status"] = "suppressed"
    return protected


def suppressed_cells(cells: dict[_Cell, float]) -> set[_Cell]:
    """Which cells of one additive table must be withheld.

    First every count of 1 to 4, except where the region is unknown: those few could live
    anywhere in the parent, so the count points to nobody. Then, until nothing changes, in
    each sum that hides exactly one cell also the smallest other part that is not zero (the
    sum itself where no part is left).
    """
    hidden = {
        cell for cell, count in cells.items() if 0 < count < THRESHOLD and not is_unknown(cell[0])
    }
    sums = [(total, parts) for total, parts in _sums(cells)]
    changed = bool(hidden)
    while changed:
        changed = False
        for total, parts in sums:
            members = [total, *parts]
            if sum(cell in hidden for cell in members) != 1:
                continue
            candidates = [cell for cell in parts if cell not in hidden and cells[cell] > 0]
            companion = min(candidates, key=lambda cell: (cells[cell], cell), default=total)
            if companion not in hidden:
                hidden.add(companion)
                changed = True
    return hidden


def _sums(cells: Iterable[_Cell]) -> list[tuple[_Cell, list[_Cell]]]:
    """Every published sum as (total, parts): over child regions, and over categories."""
    known = set(cells)
    by_total: dict[tuple[_Cell, str], list[_Cell]] = defaultdict(list)
    for region, dimension, category in sorted(known):
        parent = region.rpartition(".")[0]
        if parent:
            by_total[((parent, dimension, category), "regions")].append(
                (region, dimension, category)
            )
        if dimension != "total":
            by_total[((region, "total", "total"), dimension)].append((region, dimension, category))
    return [(total, parts) for (total, _), parts in sorted(by_total.items()) if total in known]
