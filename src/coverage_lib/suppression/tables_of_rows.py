"""From the measure rows of a family to the table of its counts, with all their relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from coverage_lib.periods import Month
from coverage_lib.suppression.count_tables import Balance, Cell, CountTable, Order, Relation, Sum
from coverage_lib.suppression.families import Count, Family

HEADLINE, WITH_CONSTRUCTION = "excl_jakon", "incl_jakon"
#: What a count with construction leaves of the one without: no row shows it, everybody can subtract.
CONSTRUCTION_ALONE = "jakon_alone"
_HEAD = ["period", "as_of", "region_code", "dimension", "category", "scope"]
_NUMBERS = ["value", "numerator", "denominator"]


class _Place(NamedTuple):
    region_code: str
    dimension: str
    category: str
    scope: str


class RowCells(NamedTuple):
    """The cells of the rows of a count: by row, in the order of the count's columns."""

    rows: pd.Index
    cells: list[tuple[Cell, ...]]


def table_of(rows: pd.DataFrame, family: Family) -> tuple[CountTable, dict[str, RowCells]]:
    """All counts of a family over every span, their relations, and which cells a row tells.

    A figure that is not available tells nothing: sums that it is a part of are not known to
    anybody. Of a share it means that there was nothing to share, which is a count of zero.
    """
    counts: dict[Cell, float] = {}
    relations: list[Relation] = []
    known: set[Cell] = set()
    companions: set[Cell] = set()
    mates: dict[object, set[Cell]] = defaultdict(set)
    cells_of_rows: dict[str, RowCells] = {}
    for name, count in family.counts.items():
        is_own = rows["indicator"] == name
        # Published whatever its size and no total of others: nothing to protect or to learn.
        is_own &= ~rows["dimension"].isin(set(count.open) - {"total"})
        is_own &= ~rows["category"].isin(list(count.open_categories))
        shown = rows[is_own].sort_values(["period", "as_of"], kind="stable")
        own = _with_construction_alone(shown, count)
        cells = cells_of(own, count)
        cells_of_rows[name] = RowCells(shown.index, cells[: len(shown)])
        for position, numbers in enumerate(_numbers(own, count, counts)):
            counts |= {
                of_row[position]: number
                for of_row, number in zip(cells, numbers, strict=True)
                if not np.isnan(number)
            }
        known |= {cell for of_row in cells for cell in of_row if _is_known(cell, count)}
        companions |= {
            of_row[0]
            for of_row in cells
            if {of_row[0].category, of_row[0].dimension} & set(count.companions)
        }
        bundle = "" if name in family.together else name
        periods = own["period"].tolist()
        for of_row, period in zip(cells, periods, strict=True):
            where = of_row[0]
            span = period if where.span else ""
            mates[bundle, span, *where[1:4]] |= set(of_row)
        relations += _relations_of(own, count, cells)
    relations = [
        relation
        for relation in dict.fromkeys(relations)
        if all(cell in counts for cell, _ in relation.terms)
    ]
    together: dict[Cell, tuple[Cell, ...]] = {}
    for group in mates.values():
        together |= _together(sorted(cell for cell in group if cell in counts))
    unseen = frozenset(cell for cell in counts if cell.scope == CONSTRUCTION_ALONE)
    # The headline is shown before what has construction in it.
    companions |= {cell for alone in unseen for cell in together.get(alone, ())}
    table = CountTable(
        counts, tuple(relations), frozenset(known), together, frozenset(companions), unseen
    )
    return table, cells_of_rows


def _with_construction_alone(rows: pd.DataFrame, count: Count) -> pd.DataFrame:
    """The rows, and below them one of construction alone for each place that both scopes have.

    Not where the categories of construction are rows themselves, as segments are.
    """
    place = [name for name in _HEAD if name != "scope"]
    without = rows.loc[rows["scope"] == HEADLINE, [*place, *_NUMBERS]]
    with_construction = rows[rows["scope"] == WITH_CONSTRUCTION]
    pairs = with_construction.merge(
        without, on=place, how="left", suffixes=("", "_without"), indicator="found"
    )
    is_alone = pairs["found"] == "left_only"
    span = ["period", "as_of", "region_code", "dimension"]
    told = pairs.loc[is_alone, span]
    told = told.assign(
        dimension=told["dimension"].map(lambda name: count.sums_to.get(name, "total"))
    )
    places_told = set(told.itertuples(index=False, name=None))
    is_told = [one in places_told for one in pairs[span].itertuples(index=False, name=None)]
    pairs = pairs[~is_alone & ~np.array(is_told, bool)]
    if pairs.empty:
        return rows
    left = {name: pairs[name] - pairs[f"{name}_without"] for name in _NUMBERS}
    alone = pairs[list(rows.columns)].assign(scope=CONSTRUCTION_ALONE, **left)
    return pd.concat([rows, alone])


def _together(place: list[Cell]) -> dict[Cell, tuple[Cell, ...]]:
    """What is withheld with each cell of a place: all the others.

    Where construction alone is a cell too, nothing but itself withholds the headline.
    """
    if len(place) < 2:
        return {}
    is_split = any(cell.scope == CONSTRUCTION_ALONE for cell in place)
    others = tuple(cell for cell in place if not (is_split and cell.scope == HEADLINE))
    return dict.fromkeys(place, tuple(place)) | dict.fromkeys(others, others)


def cells_of(rows: pd.DataFrame, count: Count) -> list[tuple[Cell, ...]]:
    """A cell a column of the count, for each row."""
    names = [count.named(column) for column in count.columns]
    found = []
    columns = [rows[name].tolist() for name in _HEAD]
    for period, as_of, region, dimension, category, scope in zip(*columns, strict=True):
        month = category.rpartition("/")[2] if dimension.endswith("month") else ""
        whole = bool(month) and Month.parse(month).last_day <= as_of
        span = "" if whole else f"{period} {as_of}"
        found.append(tuple(Cell(span, region, dimension, category, name, scope) for name in names))
    return found


def _numbers(rows: pd.DataFrame, count: Count, counts: Mapping[Cell, float]) -> list[list[float]]:
    """By column; what a share leaves of another count is taken from the `counts` found before."""
    if count.columns[0] == "value":
        return [rows["value"].tolist()]
    if len(count.columns) == 1:
        return [rows[count.columns[0]].tolist()]
    numerator, denominator = (rows[name].fillna(0.0) for name in ("numerator", "denominator"))
    numbers = [numerator.tolist(), (denominator - numerator).tolist(), denominator.tolist()]
    if not count.outside_of:
        return numbers
    wholes = (cells[0]._replace(counted=count.outside_of) for cells in cells_of(rows, count))
    outside = [
        counts.get(whole, np.nan) - part for whole, part in zip(wholes, numbers[2], strict=True)
    ]
    return [*numbers, outside]


def _is_known(cell: Cell, count: Count) -> bool:
    column = cell.counted.rpartition(".")[2]
    return cell.dimension in count.open or column in count.open_columns


def _relations_of(
    rows: pd.DataFrame, count: Count, cells: list[tuple[Cell, ...]]
) -> Iterator[Relation]:
    spans = list(zip(rows["period"].tolist(), rows["as_of"].tolist(), strict=True))
    for own in zip(*cells, strict=True):
        by_span: dict[object, dict[_Place, Cell]] = defaultdict(dict)
        for span, cell in zip(spans, own, strict=True):
            place = _Place(cell.region_code, cell.dimension, cell.category, cell.scope)
            by_span[span][place] = cell
        for places in by_span.values():
            sums = (*_region_sums(places, count), *_category_sums(places, count))
            for total, parts in (*sums, *_scope_sums(places)):
                if total in places:
                    yield Sum(places[total], tuple(places[part] for part in parts))
        if count.grows:
            yield from _growth(rows, own)
    for of_row in cells:
        yield from _relations_of_a_row(dict(zip(count.columns, of_row, strict=True)), count)
    if count.gains:
        yield from _balances([of_row[0] for of_row in cells], count)


def _relations_of_a_row(cells: Mapping[str, Cell], count: Count) -> Iterator[Relation]:
    if "rest" in cells:
        yield Sum(cells["denominator"], (cells["numerator"], cells["rest"]))
    if "outside" in cells:
        whole = cells["denominator"]._replace(counted=count.outside_of)
        yield Sum(whole, (cells["denominator"], cells["outside"]))
    for column, other in count.at_most.items():
        yield Order(cells[column], cells[column]._replace(counted=other))
    for column, (name, dimension, category) in count.equals.items():
        cell = cells[column]
        if cell.dimension == "total":
            total = cell._replace(counted=name, dimension=dimension, category=category)
            yield Sum(total, (cell,))


def _part(category: str) -> str:
    """`new` of `PU:new`, or the category itself."""
    return category.rpartition(":")[2]


_PlacesOfSum = tuple[_Place, list[_Place]]


def _region_sums(places: Iterable[_Place], count: Count) -> Iterator[_PlacesOfSum]:
    children: dict[_Place, list[_Place]] = defaultdict(list)
    for place in sorted(places):
        parent = place.region_code.rpartition(".")[0]
        if parent and _part(place.category) not in count.crossing:
            children[place._replace(region_code=parent)].append(place)
    yield from children.items()


def _scope_sums(places: Iterable[_Place]) -> Iterator[_PlacesOfSum]:
    """With construction there are those without, and those of construction alone."""
    for place in sorted(places):
        if place.scope == CONSTRUCTION_ALONE:
            yield (
                place._replace(scope=WITH_CONSTRUCTION),
                [place._replace(scope=HEADLINE), place],
            )


def _totals(count: Count) -> set[str]:
    """The dimensions that others sum to."""
    return {"total", *count.sums_to.values()}


def _category_sums(places: Collection[_Place], count: Count) -> Iterator[_PlacesOfSum]:
    """Categories sum to their total of the same scope. Where the categories with construction
    are those that have that scope alone, their total is the one without, and they. Categories
    that cross two dimensions sum to those of either.
    """
    totals = _totals(count)
    parts: dict[tuple[_Place, str], list[_Place]] = defaultdict(list)
    for place in sorted(places):
        if place.dimension in totals or _part(place.category) in count.crossing:
            continue
        if place.dimension in count.crosses:
            for to, category in zip(
                count.crosses[place.dimension], place.category.split("/"), strict=True
            ):
                parts[place._replace(dimension=to, category=category), place.dimension].append(
                    place
                )
            continue
        to = count.sums_to.get(place.dimension, "total")
        category = "total" if to == "total" else _part(place.category)
        total = place._replace(dimension=to, category=category)
        parts[total, place.dimension].append(place)
    for (total, _), found in parts.items():
        without = total._replace(scope=HEADLINE)
        is_split = total.scope == WITH_CONSTRUCTION and without in places
        is_split &= not any(part._replace(scope=HEADLINE) in places for part in found)
        yield total, [*([without] if is_split else []), *found]


def _growth(rows: pd.DataFrame, cells: tuple[Cell, ...]) -> Iterator[Order]:
    """Rows are in the order of their spans; a later one of the same year has no less."""
    earlier: dict[object, Cell] = {}
    years = [as_of.year for as_of in rows["as_of"]]
    for cell, year in zip(cells, years, strict=True):
        place = (year, *cell[1:])
        before = earlier.get(place, cell)
        if before != cell:
            yield Order(before, cell)
        earlier[place] = cell


def _balances(cells: list[Cell], count: Count) -> Iterator[Balance]:
    groups: dict[Cell, Mapping[str, list[Cell]]] = {}
    for cell in sorted(set(cells)):
        group = cell._replace(category=cell.category.rpartition(":")[0])
        sides = groups.setdefault(group, {"gains": [], "losses": []})
        sides["gains" if _part(cell.category) in count.gains else "losses"].append(cell)
    for sides in groups.values():
        yield Balance(tuple(sides["gains"]), tuple(sides["losses"]))
