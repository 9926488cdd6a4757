"""Small counts are withheld, what is made from them with them, and nothing unlisted is published.

Health and financial data of a person are specific data (UU 27/2022): a village in which
one claim was paid in a month tells whose it was. families.yaml says what is protected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from coverage_lib.reference.regions import LEVELS
from coverage_lib.suppression.families import Families, Family, load_families
from coverage_lib.suppression.tables_of_rows import table_of
from coverage_lib.suppression.withholding import suppressed_cells

_Place = tuple[str, str, str, str, str]  # indicator, period, region_code, dimension, category
_PLACE = ["indicator", "period", "region_code", "dimension", "category"]


def protect_small_counts(rows: pd.DataFrame, families: Families | None = None) -> pd.DataFrame:
    """The rows that may be published, with small counts suppressed and what follows them.

    Rows below the lowest published level of their dimension are left out. Suppressed rows
    keep their place with status `suppressed` and no numbers; a zero stays a zero, unless the
    published number of persons of a place is small itself or nothing else is left to withhold. Where the rupiah a case is fixed
    by law, one withheld count of a region and span withholds all amounts of that region and
    span. All sums that are published (children to parent, categories to total, months to
    every span that holds them) are attacked together, see `suppressed_cells`; what other
    months or marts have published is not part of that. Figures that others published stay
    as they are. Raises DisclosureError for an indicator or dimension that families.yaml
    does not list, and what `suppressed_cells` raises.
    """
    families = families or load_families()
    protected = _published_levels(rows, families)
    computed = protected[protected["origin"] == "computed"]
    for family in families.families:
        of_family = computed[computed["indicator"].isin(family.indicators)]
        if not of_family.empty:
            index = of_family.index[_is_hidden(of_family, family, families.threshold)]
            protected.loc[index, ["numerator", "denominator", "value"]] = np.nan
            protected.loc[index, "status"] = "suppressed"
    return protected


def _published_levels(rows: pd.DataFrame, families: Families) -> pd.DataFrame:
    computed = rows["origin"] == "computed"
    pairs = rows.loc[computed, ["indicator", "dimension"]].drop_duplicates()
    lowest = {
        (indicator, dimension): LEVELS.index(families.lowest_level(indicator, dimension))
        for indicator, dimension in sorted(pairs.itertuples(index=False, name=None))
    }
    depth = rows["region_code"].str.count(r"\.")
    keys = zip(rows["indicator"].tolist(), rows["dimension"].tolist(), strict=True)
    limits = pd.Series([lowest.get(key, len(LEVELS)) for key in keys], rows.index)
    return rows[~computed | (depth <= limits)].reset_index(drop=True)


def _is_hidden(rows: pd.DataFrame, family: Family, threshold: int) -> pd.Series:
    """Whether each row of a family is to be withheld."""
    table, cells_of_rows = table_of(rows, family)
    hidden = suppressed_cells(table, threshold)
    is_hidden = pd.Series(False, rows.index)
    for rows_of, cells in cells_of_rows.values():
        is_hidden.loc[rows_of] = np.array([not hidden.isdisjoint(of_row) for of_row in cells], bool)
    is_count = rows["indicator"].isin(list(family.counts))
    places: dict[_Place, bool] = {}
    for place, hides in zip(_places(rows[is_count]), is_hidden[is_count], strict=True):
        places[place] = hides or places.get(place, False)
    figures = rows[~is_count & (rows["status"] == "available")]
    is_hidden.loc[figures.index] = np.array(
        [_lacks_a_count(place, family, places) for place in _places(figures)], bool
    )
    span = [rows[name] for name in ("period", "as_of", "region_code")]
    is_fixed = rows["indicator"].isin(list(family.fixed))
    return is_hidden | (is_fixed & is_hidden.groupby(span).transform("any"))


def _places(rows: pd.DataFrame) -> Iterator[_Place]:
    return zip(*(rows[name].tolist() for name in _PLACE), strict=True)


def _lacks_a_count(place: _Place, family: Family, places: Mapping[_Place, bool]) -> bool:
    """Whether a count that a figure is made from is withheld, or was not given to be checked."""
    indicator, period, region, dimension, category = place
    return any(
        places.get((count, period, region, of, part), True)
        for count, of, part in family.needed_for(indicator, dimension, category)
    )
