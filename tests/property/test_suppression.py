"""Small counts: withheld, and not to be worked out from what is published beside them.

The attacker of these tests knows every published number and every sum, that a withheld count is
at least 1, and that counts from 1 January do not fall. It tries whole numbers, without a solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from count_attack import Equation, is_given_away
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coverage_lib.errors import DisclosureError
from coverage_lib.indicators.rows import Heading, join_rows, measure_rows, up_the_ladder
from coverage_lib.suppression import withholding
from coverage_lib.suppression.count_tables import Cell, CountTable, Order, Relation, Sum
from coverage_lib.suppression.small_counts import protect_small_counts

AS_OF = date(2025, 3, 17)
VILLAGES = (
    "19.01.01.1001", "19.01.01.1002", "19.01.01.0000", "19.71.01.1004", "19.71.02.1001",
    "19.00.00.0000",
)  # fmt: skip
PROGRAMMES = ("JHT", "JKK", "JKM")
AMOUNTS = {"claims_paid": "claims_amount_idr"}
LOWEST = {"total": 13, "programme": 8, "month": 5}  # length of the longest codes that have it
FAR = 10**6


def suppressed_cells(cells: dict[Cell, float], relations: Sequence[Relation]) -> set[Cell]:
    return withholding.suppressed_cells(CountTable(cells, tuple(relations)), 5)


counts = st.integers(0, 12) | st.sampled_from([0, 0, 1, 1, 2, 4, 5])
tables = st.fixed_dictionaries(
    dict.fromkeys(
        product(VILLAGES, PROGRAMMES, ("2024-12", "2025-01", "2025-02", "2025-03")), counts
    )
)
# A table of many cells takes minutes to shrink, and a small one is not much easier to read.
AS_FOUND = (Phase.explicit, Phase.generate)
few = settings(max_examples=10, phases=AS_FOUND, derandomize=True)


def measures_of(table: dict[tuple[str, str, str], int]) -> pd.DataFrame:
    """Claims of this year to a day and of the whole year before, with all their sums."""
    told = pd.DataFrame(
        [(*place, number) for place, number in table.items()],
        columns=["region_code", "programme", "month", "claims"],
    )
    blocks = []
    for period, as_of, year in (("2025-03", AS_OF, "2025"), ("2024-12", date(2024, 12, 31), "2024"),
                                ("2025-02", date(2025, 2, 28), "2025")):  # fmt: skip
        span = told[told["month"].str.startswith(year) & (told["month"] <= str(as_of)[:7])]
        for dimension in ("total", "programme", "month"):
            by = [] if dimension == "total" else [dimension]
            sums = up_the_ladder(span, by, ["claims"]).rename(columns={dimension: "category"})
            sums = sums[sums["region_code"].str.len() <= LOWEST[dimension]]
            for indicator, amount in AMOUNTS.items():
                for name, factor in ((indicator, 1), (amount, 1_000_003)):
                    heading = Heading(name, "x", period, as_of, dimension)
                    value = sums["claims"].astype(float) * factor
                    blocks.append(measure_rows(heading, sums.assign(value=value), "1"))
    return join_rows(blocks)


def is_unknown_place(code: str) -> bool:
    return any(set(part) == {"0"} for part in code.split("."))


def published_sums(rows: pd.DataFrame) -> list[tuple[int, list[int]]]:
    """(row of the total, rows of the parts), by the definition of an additive table."""
    place = ["indicator", "period", "as_of", "region_code", "dimension", "category"]
    number = {
        key: index for index, key in enumerate(rows[place].itertuples(index=False, name=None))
    }
    parts: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (*head, region, dimension, category), index in number.items():
        parent = region.rpartition(".")[0]
        if parent:
            parts[number[*head, parent, dimension, category], "region"].append(index)
        if dimension != "total":
            parts[number[*head, region, "total", "total"], dimension].append(index)
    return [(total, found) for (total, _), found in parts.items()]


def unknowns_of(
    rows: pd.DataFrame, protected: pd.DataFrame
) -> tuple[dict[int, int], list[int], list[Equation]]:
    """What an attacker sets up: (unknown of each suppressed row, true counts, equations)."""
    hidden = [
        int(index)
        for index in np.flatnonzero(protected["status"] == "suppressed")
        if rows["indicator"].iloc[index] in AMOUNTS
    ]
    same: dict[object, int] = {}
    unknown: dict[int, int] = {}
    for index in hidden:
        key: object = index
        # The same month is the same number in every span that holds all of it.
        if rows["dimension"].iloc[index] == "month" and rows["category"].iloc[index] < str(rows["as_of"].iloc[index])[:7]:  # fmt: skip
            key = tuple(rows[["indicator", "region_code", "category"]].iloc[index])
        unknown[index] = same.setdefault(key, len(same))
    values = rows["value"].tolist()
    true = [0] * len(same)
    for index, number in unknown.items():
        true[number] = int(values[index])
    equations = []
    for total, parts in published_sums(rows):
        factors: dict[int, int] = defaultdict(int)
        known = 0
        for index, sign in [(total, 1), *((part, -1) for part in parts)]:
            if index in unknown:
                factors[unknown[index]] += sign
            elif rows["indicator"].iloc[index] in AMOUNTS:
                known -= sign * int(values[index])
        if factors:
            equations.append((dict(factors), known, known))
    return unknown, true, equations + later_is_not_less(rows, unknown)


def later_is_not_less(rows: pd.DataFrame, unknown: dict[int, int]) -> list[Equation]:
    """A count from 1 January cannot fall until a later day of the same year."""
    places: dict[object, list[int]] = defaultdict(list)
    keys = rows[["indicator", "region_code", "dimension", "category"]]
    for index, key in enumerate(keys.itertuples(index=False, name=None)):
        if rows["indicator"].iloc[index] in AMOUNTS:
            places[*key, rows["as_of"].iloc[index].year].append(index)
    found = []
    for of_place in places.values():
        ordered = sorted(of_place, key=lambda index: rows["as_of"].iloc[index])
        for early, late in pairwise(ordered):
            factors, least = {}, 0
            for index, sign in ((late, 1), (early, -1)):
                if index in unknown:
                    factors[unknown[index]] = sign
                else:
                    least -= sign * int(rows["value"].iloc[index])
            if factors and not (len(factors) == 1 and unknown.get(early) == unknown.get(late)):
                found.append((factors, least, FAR))
    return found


def attack(rows: pd.DataFrame, protected: pd.DataFrame) -> list[tuple[object, ...]]:
    """Suppressed counts of 1 to 4 that one whole number only fits, given all that is published."""
    unknown, true, equations = unknowns_of(rows, protected)
    return [
        tuple(rows.iloc[index][:6])
        for index, number in unknown.items()
        if true[number] < 5
        and not is_unknown_place(rows["region_code"].iloc[index])
        and is_given_away(number, true, equations)
    ]


@given(tables)
@few
def test_no_suppressed_small_count_follows_from_what_is_published(table) -> None:
    rows = measures_of(table)
    assert attack(rows, protect_small_counts(rows)) == []


def test_a_table_like_that_of_a_province_withstands_the_attack() -> None:
    """Many villages, few claims in most: what the first version of the gate gave away."""
    draw = np.random.default_rng(19)
    villages = [
        f"19.0{regency}.0{district}.100{village}"
        for regency, district, village in product((1, 2, 3), (1, 2, 3), range(1, 6))
    ]
    table = {
        (village, programme, month): int(draw.poisson(mean))
        for village in villages
        for programme, mean in (("JHT", 2.5), ("JKK", 0.4), ("JKM", 0.2))
        for month in ("2024-12", "2025-01", "2025-02", "2025-03")
    }
    rows = measures_of(table)
    protected = protect_small_counts(rows)
    assert (protected["status"] == "suppressed").sum() > 50
    assert attack(rows, protected) == []


def test_the_attack_of_this_file_finds_what_is_only_hidden_in_name() -> None:
    """Without companions, or with two ones that make 2, it works numbers out."""
    table = dict.fromkeys(product(VILLAGES, PROGRAMMES, ("2025-01",)), 6)
    table["19.71.01.1004", "JKK", "2025-01"] = 1
    rows = measures_of(table)
    alone = rows.assign(status=np.where(rows["value"] == 1, "suppressed", "available"))
    assert (alone["status"] == "suppressed").any()
    assert attack(rows, alone)
    assert is_given_away(0, [1, 1], [({0: 1, 1: 1}, 2, 2)])
    assert not is_given_away(0, [1, 2], [({0: 1, 1: 1}, 3, 3)])
    assert is_given_away(0, [1, 2], [({0: 1, 1: 1}, 3, 3), ({1: 1}, 2, FAR)])


@given(tables)
@few
def test_what_is_withheld_and_what_is_not(table) -> None:
    rows = measures_of(table)
    protected = protect_small_counts(rows)
    shown = protected["status"] == "available"
    is_count = rows["indicator"].isin(list(AMOUNTS))
    known_place = ~rows["region_code"].map(is_unknown_place)
    small = rows["value"].between(1, 4)
    assert not (shown & is_count & small & known_place).any()
    assert (protected["value"][rows["value"] == 0] == 0).all()
    assert set(protected["status"]) <= {"available", "suppressed"}
    numbers = protected[["numerator", "denominator", "value"]]
    assert numbers[~shown].isna().all().all()
    assert protected["value"][shown].equals(rows["value"][shown])
    unchanged = [name for name in rows.columns if name not in {"status", *numbers.columns}]
    pd.testing.assert_frame_equal(rows[unchanged], protected[unchanged])


@given(tables)
@few
def test_no_single_sum_gives_a_count_away(table) -> None:
    """A sum hides nothing or at least two numbers, and never only ones, which add up to themselves."""
    rows = measures_of(table)
    hidden = (protect_small_counts(rows)["status"] == "suppressed").to_numpy()
    is_count = rows["indicator"].isin(list(AMOUNTS)).to_numpy()
    values = rows["value"].to_numpy()
    for total, parts in published_sums(rows):
        concealed = [index for index in (total, *parts) if hidden[index]]
        assert len(concealed) != 1
        if concealed and not hidden[total] and is_count[total]:
            assert values[concealed].sum() > len(concealed)


@given(tables)
@few
def test_amounts_follow_their_counts(table) -> None:
    """Of an unknown region even where the count is shown, and then some beside it."""
    protected = protect_small_counts(measures_of(table))
    place = ["period", "as_of", "region_code", "dimension", "category"]
    for count, amount in AMOUNTS.items():
        counted, paid = (
            protected[protected["indicator"] == name].set_index(place).sort_index()
            for name in (count, amount)
        )
        is_withheld = (counted["status"] == "suppressed") | counted["value"].between(1, 4)
        assert (paid.loc[is_withheld[is_withheld].index, "status"] == "suppressed").all()


@given(tables)
@settings(max_examples=10, phases=AS_FOUND, derandomize=True)
def test_a_month_is_withheld_in_all_spans_or_in_none(table) -> None:
    protected = protect_small_counts(measures_of(table))
    months = protected[(protected["dimension"] == "month") & (protected["category"] < "2025-03")]
    patterns = months.groupby(["indicator", "region_code", "category"])["status"].nunique()
    assert (patterns == 1).all()


@given(tables)
@settings(max_examples=5, phases=AS_FOUND, derandomize=True)
def test_published_figures_are_left_as_they_were_published(table) -> None:
    rows = measures_of(table).assign(origin="published")
    pd.testing.assert_frame_equal(protect_small_counts(rows), rows)


# The two ways in which hiding one companion a sum is not enough.


def grid(text: str) -> tuple[dict[Cell, float], list[Sum]]:
    """A table of numbers with its row and column totals, and the sums between them."""
    numbers = [[int(word) for word in line.split()] for line in text.strip().splitlines()]
    cells = {
        (row, column): float(value)
        for row, line in enumerate(numbers)
        for column, value in enumerate(line)
    }
    rows, columns = len(numbers), len(numbers[0])
    named = {
        (row, column): Cell("2025", f"19.{row + 1:02d}" if row < rows else "19", "d", f"{column}")
        for row, column in product(range(rows + 1), range(columns + 1))
    }
    for row in range(rows):
        cells[row, columns] = sum(cells[row, column] for column in range(columns))
    for column in range(columns + 1):
        cells[rows, column] = sum(cells[row, column] for row in range(rows))
    sums = [
        Sum(named[row, columns], tuple(named[row, column] for column in range(columns)))
        for row in range(rows + 1)
    ]
    sums += [
        Sum(named[rows, column], tuple(named[row, column] for row in range(rows)))
        for column in range(columns + 1)
    ]
    return {named[place]: value for place, value in cells.items()}, sums


def follows(cells: dict[Cell, float], sums: list[Sum], hidden: set[Cell], target: Cell) -> bool:
    number = {cell: index for index, cell in enumerate(sorted(hidden))}
    true = [int(cells[cell]) for cell in number]
    equations = []
    for entry in sums:
        signs = {cell: 1 if cell == entry.total else -1 for cell in entry.members}
        known = -sum(int(cells[cell]) * signs[cell] for cell in signs if cell not in hidden)
        factors = {number[cell]: sign for cell, sign in signs.items() if cell in hidden}
        if factors:
            equations.append((factors, known, known))
    return is_given_away(number[target], true, equations)


lines = st.lists(
    st.lists(st.sampled_from([0, 1, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=4, max_size=4),
    min_size=2,
    max_size=4,
)


@given(lines)
@settings(max_examples=40, phases=AS_FOUND, derandomize=True)
def test_no_small_count_of_a_small_table_follows_from_its_sums(numbers) -> None:
    cells, sums = grid("\n".join(" ".join(map(str, line)) for line in numbers))
    hidden = suppressed_cells(cells, sums)
    small = [cell for cell in sorted(cells) if 0 < cells[cell] < 5]
    assert set(small) <= hidden
    assert [cell for cell in small if follows(cells, sums, hidden, cell)] == []


def test_a_corner_of_ones_is_found_by_what_a_count_is_at_least() -> None:
    """Sums leave one number free here; that each is at least 1 fixes it."""
    cells, sums = grid("""
        1  1  90
        1  3  90
        90 90 90
        """)
    square = {cell for cell, count in cells.items() if 0 < count < 5}
    assert all(follows(cells, sums, square, cell) for cell in square)
    hidden = suppressed_cells(cells, sums)
    assert not any(follows(cells, sums, hidden, cell) for cell in square)


def test_a_count_to_an_earlier_day_bounds_the_later_one() -> None:
    """3 of the first half among 3 and 4 of the year: the order alone would tell the 3."""
    early = Cell("2025-06 2025-06-30", "19.01.01.1001", "total", "total")
    late = Cell("2025-12 2025-12-31", "19.01.01.1001", "total", "total")
    other = Cell("2025-12 2025-12-31", "19.01.01.1002", "total", "total")
    both = Cell("2025-12 2025-12-31", "19.01.01", "total", "total")
    third = Cell("2025-12 2025-12-31", "19.01.01.1003", "total", "total")
    cells = {early: 6.0, late: 6.0, other: 1.0, third: 7.0, both: 14.0}
    sums = [Sum(both, (late, other, third))]
    assert suppressed_cells(cells, sums) == {late, other}
    assert suppressed_cells(cells, [*sums, Order(early, late)]) > {late, other}


def test_counts_that_do_not_add_up_are_refused() -> None:
    total = Cell("2025", "19", "total", "total")
    parts = tuple(Cell("2025", f"19.0{number}", "total", "total") for number in (1, 2))
    cells = dict(zip((total, *parts), (9.0, 1.0, 7.0), strict=True))
    with pytest.raises(DisclosureError, match="do not add up"):
        suppressed_cells(cells, [Sum(total, parts)])


def test_a_cell_that_joins_two_closed_squares_is_found_and_hidden_better() -> None:
    """Each row and column hides two or three, yet the middle 3 is what its square leaves over."""
    cells, sums = grid("""
        2  3  90 90 90
        3  2  90 90 90
        90 90 3  90 90
        90 90 90 2  3
        90 90 90 3  2
        """)
    middle = next(cell for cell in cells if cell.region_code == "19.03" and cell.category == "2")
    small = {cell for cell, count in cells.items() if 0 < count < 5}
    assert [cell for cell in small if follows(cells, sums, small, cell)] == [middle]
    hidden = suppressed_cells(cells, sums)
    assert middle in hidden
    assert not any(follows(cells, sums, hidden, cell) for cell in small)


def test_ones_that_add_up_to_their_own_number_are_not_left_alone() -> None:
    """Two hidden numbers that make 2 can only be 1 and 1, since a zero is shown."""
    total = Cell("2025", "19", "total", "total")
    parts = tuple(Cell("2025", f"19.0{number}", "total", "total") for number in range(1, 5))
    cells = dict(zip((total, *parts), (20.0, 1.0, 1.0, 8.0, 10.0), strict=True))
    assert suppressed_cells(cells, [Sum(total, parts)]) == set(parts[:3])


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    cells, sums = grid("5 0 7\n0 9 8")
    assert suppressed_cells(cells, sums) == set()


def test_where_a_sum_shows_only_zeros_the_next_one_helps() -> None:
    """A province of one district of one programme: three names for one number, and no part left."""
    total, part = Cell("2025", "19", "total", "total"), Cell("2025", "19.01", "total", "total")
    more, rest = Cell("2025", "ID", "total", "total"), Cell("2025", "12", "total", "total")
    cells = {total: 3.0, part: 3.0, more: 53.0, rest: 50.0}
    sums = [Sum(total, (part,)), Sum(more, (total, rest))]
    assert suppressed_cells(cells, sums) == {total, part, rest}
