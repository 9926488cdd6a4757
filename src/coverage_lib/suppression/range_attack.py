"""The attack that suppression must withstand: what published sums leave open of withheld counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import highspy
import numpy as np
import numpy.typing as npt

from coverage_lib.errors import DisclosureError
from coverage_lib.suppression.count_tables import Balance, Cell, CountTable, Order

_Integers = npt.NDArray[np.int64]


class RangeAttack:
    """What an attacker knows of a table: its shown counts and its relations.

    A shown count is known; a withheld one is known to be a whole number of at least 1, since
    zeros are shown. `blank` are the cells of places that show nothing at all, where a
    withheld count may be 0 as well; so may one that is withheld for the sake of another.

    One linear program of HiGHS holds all of it. It is made once and goes on from its last
    solution: withholding one more count only widens its bounds, so that whatever was open
    before stays open. Raises DisclosureError where the counts do not fit their own sums.
    """

    def __init__(
        self,
        table: CountTable,
        withheld: Iterable[Cell],
        blank: Collection[Cell] = frozenset(),
    ) -> None:
        self._column = {member: number for number, member in enumerate(table.counts)}
        self._true: _Integers = np.array(
            [round(count) for count in table.counts.values()], dtype=np.int64
        )
        # The attacker knows no upper bound; with this one every table can still be doubled.
        self._most = 2 * int(self._true.max(initial=1)) + 10
        self._lower, self._upper = self._true.copy(), self._true.copy()
        self._least = np.minimum(self._true, 1)
        self._least[[self._column[cell] for cell in blank if cell in self._column]] = 0
        self._is_open = np.zeros(len(self._true), dtype=bool)
        self._set_equations(table)
        if not self._fits(self._true):
            names = ", ".join(sorted({cell.counted or "counts" for cell in table.counts}))
            raise DisclosureError(
                f"{names} do not add up to their totals, so nobody can say "
                "what they reveal: children and categories must sum to their total; correct the "
                "measures and compute them again."
            )
        self._program = self._start()
        for member in withheld:
            self.withhold(member)

    def withhold(self, member: Cell) -> None:
        """Take a count away from the attacker."""
        column = self._column[member]
        self._lower[column], self._upper[column] = self._least[column], self._most
        self._program.changeColBounds(column, float(self._least[column]), float(self._most))

    def is_open(self, member: Cell) -> bool:
        """Whether another table of whole numbers fits that differs in this count.

        The largest and the smallest value of the count are looked for; what is found counts
        only as a table of whole numbers that satisfies every sum exactly. So `True` is
        proven, whatever the solver's tolerances; `False` may be said of a count that is
        open, where only fractions were found.
        """
        column = self._column[member]
        for direction in (-1.0, 1.0):
            if self._is_open[column]:
                break
            self._program.changeColCost(column, direction)
            self._program.run()
            found = np.rint(np.array(self._program.getSolution().col_value)).astype(np.int64)
            if found.shape == self._true.shape and self._fits(found):
                self._is_open |= found != self._true
        self._program.changeColCost(column, 0.0)
        return bool(self._is_open[column])

    def _set_equations(self, table: CountTable) -> None:
        """Rows of factors, each with the least and the most that its sum can be."""
        terms = [relation.terms for relation in table.relations]
        sizes = [len(entry) for entry in terms]
        self._starts = np.cumsum([0, *sizes[:-1]], dtype=np.int32)[: len(terms)]
        self._columns = np.array(
            [self._column[cell] for entry in terms for cell, _ in entry], dtype=np.int32
        )
        self._factors = np.array([sign for entry in terms for _, sign in entry], dtype=np.int64)
        is_order = np.array([isinstance(entry, Order) for entry in table.relations], dtype=bool)
        is_balance = np.array([isinstance(entry, Balance) for entry in table.relations], dtype=bool)
        # What a balance comes to is told by published stocks.
        self._least_sum = np.where(is_balance, self._sums(self._true), 0)
        self._most_sum = np.where(is_order, self._most, self._least_sum)

    def _sums(self, table: _Integers) -> _Integers:
        if not len(self._starts):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(table[self._columns] * self._factors, self._starts)

    def _fits(self, table: _Integers) -> bool:
        if ((table < self._lower) | (table > self._upper)).any():
            return False
        sums = self._sums(table)
        return bool(((sums >= self._least_sum) & (sums <= self._most_sum)).all())

    def _start(self) -> highspy.Highs:
        program = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off"),
        ):  # fmt: skip
            program.setOptionValue(option, value)
        bounds = self._true.astype(np.float64)
        program.addVars(len(bounds), bounds, bounds)
        program.addRows(
            len(self._starts), self._least_sum.astype(np.float64), self._most_sum.astype(np.float64),
            len(self._columns), self._starts, self._columns, self._factors.astype(np.float64),
        )  # fmt: skip
        return program
