"""Small counts are withheld, what is made from them with them, and nothing unlisted is published.

Health and financial data of a person are specific data (UU 27/2022): a village in which
one claim was paid in a month tells whose it was. families.yaml says what is protected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from coverage_lib.reference.regions import is_unknown
from coverage_lib.suppression.count_tables import Cell, CountTable
from coverage_lib.suppression.families import Families, Family, depth_of, load_families
from coverage_lib.suppression.tables_of_rows import table_of
from coverage_lib.suppression.withholding import suppressed_cells

_Place = tuple[str, str, str, str, str]  # indicator, period, region_code, dimension, category
_NUMBERS = ["numerator", "denominator", "value"]
_PLACE = ["indicator", "period", "region_code", "dimension", "category"]


def protect_small_counts(rows: pd.DataFrame, families: Families | None = None) -> pd.DataFrame:
    """The rows that may be published, with small counts suppressed and what follows them.

    Rows below the lowest published level of their dimension are left out. Suppressed rows
    keep their place with status `suppressed` and no numbers; a zero stays a zero, unless the
    published number of persons of a place is small itself or nothing else is left to
    withhold. A small count of an unknown region is shown; what is paid for it is not
    (`unknown` in families.yaml): one person's rupiah are theirs wherever they live. Where the rupiah a case is fixed by law,
    one withheld count of a region and span withholds all amounts of that region and span. All sums that are published (children to parent, categories to total, months to
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
            _withhold(protected, index)
    _withhold(protected, _beside_what_is_withheld(protected, families))
    is_bare = protected["indicator"].isin(families.value_only) & (protected["origin"] == "computed")
    protected.loc[is_bare, ["numerator", "denominator"]] = np.nan
    return protected


def _withhold(rows: pd.DataFrame, index: pd.Index) -> None:
    rows.loc[index, _NUMBERS] = np.nan
    rows.loc[index, "status"] = "suppressed"


def _beside_what_is_withheld(rows: pd.DataFrame, families: Families) -> pd.Index:
    """The rows of figures that repeat a withheld count of another family."""
    names = {indicator for indicator, _, _ in families.beside}
    counts = {indicator for listed in families.beside.values() for indicator, _, _ in listed}
    computed = rows[(rows["origin"] == "computed") & rows["indicator"].isin(names | counts)]
    withheld = set(_places(computed[computed["status"] == "suppressed"]))
    figures = computed[computed["indicator"].isin(names) & (computed["status"] == "available")]
    is_told = [
        any(
            (count, period, region, of, part) in withheld
            for count, of, part in families.beside.get((indicator, dimension, category), ())
        )
        for indicator, period, region, dimension, category in _places(figures)
    ]
    return figures.index[np.array(is_told, bool)]


def _published_levels(rows: pd.DataFrame, families: Families) -> pd.DataFrame:
    computed = rows["origin"] == "computed"
    pairs = rows.loc[computed, ["indicator", "dimension"]].drop_duplicates()
    lowest = {
        (indicator, dimension): depth_of(families.lowest_level(indicator, dimension))
        for indicator, dimension in sorted(pairs.itertuples(index=False, name=None))
    }
    depth = rows["region_code"].str.count(r"\.")
    keys = zip(rows["indicator"].tolist(), rows["dimension"].tolist(), strict=True)
    limits = pd.Series([lowest.get(key, -1) for key in keys], rows.index)
    return rows[~computed | (depth <= limits)].reset_index(drop=True)


def _is_hidden(rows: pd.DataFrame, family: Family, threshold: int) -> pd.Series:
    """Whether each row of a family is to be withheld."""
    table, cells_of_rows = table_of(rows, family)
    hidden = suppressed_cells(table, threshold)
    missing = hidden | _hidden_from_figures(table, family, threshold)
    is_hidden = pd.Series(False, rows.index)
    places: dict[_Place, float] = {}
    for name, (rows_of, cells) in cells_of_rows.items():
        is_hidden.loc[rows_of] = np.array([not hidden.isdisjoint(of_row) for of_row in cells], bool)
        is_counted = family.counts[name].columns[0] == "value"
        for place, of_row in zip(_places(rows.loc[rows_of]), cells, strict=True):
            number = table.counts.get(of_row[0], np.nan) if is_counted else np.inf
            number = number if missing.isdisjoint(of_row) else np.nan
            # Of several scopes at one place the least decides, and a withheld one before all.
            places[place] = float(np.minimum(number, places.get(place, np.inf)))
    is_count = rows["indicator"].isin(list(family.counts))
    figures = rows[~is_count & (rows["status"] == "available")]
    shown = _Shown(places)
    is_hidden.loc[figures.index] = np.array(
        [shown.lacks_a_count_of(place, family) for place in _places(figures)], bool
    )
    span = [rows[name] for name in ("period", "as_of", "region_code")]
    is_fixed = rows["indicator"].isin(list(family.fixed))
    return is_hidden | (is_fixed & is_hidden.groupby(span).transform("any"))


def _hidden_from_figures(table: CountTable, family: Family, threshold: int) -> set[Cell]:
    """What would be withheld were unknown regions like all others: figures of those are none
    to show, nor those of the companions that would give them back.
    """
    has_small = any(
        is_unknown(cell.region_code) and 0 < count < threshold
        for cell, count in table.counts.items()
    )
    if not (family.withholds_unknown and has_small):
        return set()
    return suppressed_cells(table, threshold, with_unknown_regions=True)


def _places(rows: pd.DataFrame) -> Iterator[_Place]:
    return zip(*(rows[name].tolist() for name in _PLACE), strict=True)


class _Shown:
    """The counts of a family by place, not a number where they are withheld or not available."""

    def __init__(self, places: Mapping[_Place, float]) -> None:
        self._places = places
        self._along: dict[_Place, list[tuple[str, float]]] = defaultdict(list)
        for (*head, category), number in places.items():
            count, period, region, dimension = head
            self._along[count, period, region, dimension, ""].append((category, number))

    def lacks_a_count_of(self, place: _Place, family: Family) -> bool:
        """Whether a count that a figure is made from is withheld, too few, or was not given."""
        indicator, period, region, dimension, category = place
        least = family.fewest.get(indicator, 0)
        for count, of, part in family.needed_for(indicator, dimension, category):
            if part.endswith("*"):
                along = self._along[count, period, region, of, ""]
                numbers = [number for name, number in along if name.startswith(part[:-1])]
                if not numbers or any(np.isnan(number) for number in numbers):
                    return True
            elif not self._places.get((count, period, region, of, part), np.nan) >= least:
                return True
        return False
