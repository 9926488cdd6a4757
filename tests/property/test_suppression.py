"""Small counts: withheld, and not to be worked out from what is published beside them.

The attacker of these tests knows every published number and every sum. What the sums alone
give is found with numpy, apart from the project's own elimination.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coverage_lib.indicators.rows import Heading, join_rows, measure_rows, up_the_ladder
from coverage_lib.suppression.small_counts import (
    Cell,
    Sum,
    protect_small_counts,
    suppressed_cells,
)
from coverage_lib.suppression.sum_attack import determined_members

AS_OF = date(2025, 3, 17)
VILLAGES = (
    "19.01.01.1001", "19.01.01.1002", "19.01.01.0000", "19.71.01.1004", "19.71.02.1001",
    "19.00.00.0000",
)  # fmt: skip
PROGRAMMES = ("JHT", "JKK", "JKM")
AMOUNTS = {"claims_paid": "claims_amount_idr"}

counts = st.integers(0, 12) | st.sampled_from([0, 0, 1, 1, 2, 4, 5])
tables = st.fixed_dictionaries(
    dict.fromkeys(
        product(VILLAGES, PROGRAMMES, ("2024-12", "2025-01", "2025-02", "2025-03")), counts
    )
)
# A table of many cells takes minutes to shrink, and a small one is not much easier to read.
AS_FOUND = (Phase.explicit, Phase.generate)
few = settings(max_examples=15, phases=AS_FOUND)


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
            if dimension == "month":
                sums = sums[sums["region_code"].str.len() < 13]
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


def attack(rows: pd.DataFrame, protected: pd.DataFrame) -> list[tuple[object, ...]]:
    """Suppressed figures that have one value only, given all that is published."""
    hidden = [int(index) for index in np.flatnonzero(protected["status"] == "suppressed")]
    # The same month is the same number in every span that holds all of it.
    whole = {
        index for index in hidden
        if rows["dimension"].iloc[index] == "month" and rows["category"].iloc[index] < str(rows["as_of"].iloc[index])[:7]
    }  # fmt: skip
    same: dict[object, int] = {}
    column_of: dict[int, int] = {}
    for index in hidden:
        key: object = index
        if index in whole:
            key = tuple(rows[["indicator", "region_code", "category"]].iloc[index])
        column_of[index] = same.setdefault(key, len(same))
    matrix = []
    for total, parts in published_sums(rows):
        line = np.zeros(len(same))
        for index, sign in [(total, 1.0), *((part, -1.0) for part in parts)]:
            if index in column_of:
                line[column_of[index]] += sign
        if line.any():
            matrix.append(line)
    if not matrix:
        return [tuple(rows.iloc[index][:6]) for index in hidden]
    _, values, basis = np.linalg.svd(np.array(matrix))
    rank = int((values > 1e-9).sum())
    free = basis[rank:]
    fixed = {
        column
        for column in range(len(same))
        if not len(free) or np.abs(free[:, column]).max() < 1e-9
    }
    return [tuple(rows.iloc[index][:6]) for index, column in column_of.items() if column in fixed]


@given(tables)
@few
def test_no_suppressed_figure_follows_from_the_published_sums(table) -> None:
    rows = measures_of(table)
    assert attack(rows, protect_small_counts(rows)) == []


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
    protected = protect_small_counts(measures_of(table))
    place = ["period", "as_of", "region_code", "dimension", "category"]
    for count, amount in AMOUNTS.items():
        pattern = [
            protected[protected["indicator"] == name].set_index(place)["status"].sort_index()
            for name in (count, amount)
        ]
        pd.testing.assert_series_equal(*pattern)


@given(tables)
@settings(max_examples=10, phases=AS_FOUND)
def test_a_month_is_withheld_in_all_spans_or_in_none(table) -> None:
    protected = protect_small_counts(measures_of(table))
    months = protected[(protected["dimension"] == "month") & (protected["category"] < "2025-03")]
    patterns = months.groupby(["indicator", "region_code", "category"])["status"].nunique()
    assert (patterns == 1).all()


@given(tables)
@settings(max_examples=5, phases=AS_FOUND)
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


def test_a_cell_that_joins_two_closed_squares_is_found_and_hidden_better() -> None:
    """Each row and column hides two or three, yet the middle 3 is what its square leaves over."""
    cells, sums = grid("""
        2  3  90 90 90
        3  2  90 90 90
        90 90 3  90 90
        90 90 90 2  3
        90 90 90 3  2
        """)
    joined = [
        {cell: 1 if cell == entry.total else -1 for cell in entry.members if 0 < cells[cell] < 5}
        for entry in sums
    ]
    middle = next(cell for cell in cells if cell.region_code == "19.03" and cell.category == "2")
    assert determined_members(joined) == {middle}
    hidden = suppressed_cells(cells, sums)
    concealed = [
        {cell: 1 if cell == entry.total else -1 for cell in entry.members if cell in hidden}
        for entry in sums
    ]
    assert determined_members(concealed) == set()
    assert middle in hidden


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


@given(
    st.lists(
        st.dictionaries(st.integers(0, 9), st.sampled_from([1, -1]), min_size=1, max_size=5),
        max_size=9,
    )
)
@settings(max_examples=200)
def test_the_projects_elimination_finds_what_numpy_finds(equations) -> None:
    matrix = np.zeros((len(equations) + 1, 10))
    for number, equation in enumerate(equations):
        for column, factor in equation.items():
            matrix[number, column] = factor
    _, values, basis = np.linalg.svd(matrix)
    free = basis[int((values > 1e-9).sum()) :]
    used = {column for equation in equations for column in equation}
    expected = {column for column in used if not len(free) or np.abs(free[:, column]).max() < 1e-9}
    assert determined_members(equations) == expected
