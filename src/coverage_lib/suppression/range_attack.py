"""The attack that suppression must withstand: what published sums leave open of withheld counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import highspy
import numpy as np
import numpy.typing as npt

from coverage_lib.errors import DisclosureError

_Member = TypeVar("_Member", bound=Hashable)
_Integers = npt.NDArray[np.int64]


class RangeAttack(Generic[_Member]):
    """What an attacker knows of a table: its shown counts, its sums, and its orders.

    A shown count is known; a withheld one is known to be a whole number of at least 1,
    since zeros are shown. A sum is (total, parts), an order is (smaller, larger), of a count
    to a day and the same to a later day. Members that are 0 play no part.

    One linear program of HiGHS holds all of it. It is made once and goes on from its last
    solution: withholding one more count only widens its bounds, so that whatever was open
    before stays open. Raises DisclosureError where the counts do not fit their own sums.
    """

    def __init__(
        self,
        counts: Mapping[_Member, float],
        sums: Iterable[tuple[_Member, Sequence[_Member]]],
        orders: Iterable[tuple[_Member, _Member]],
        withheld: Iterable[_Member],
    ) -> None:
        self._column = {
            member: number
            for number, member in enumerate(member for member, count in counts.items() if count)
        }
        self._true: _Integers = np.array(
            [round(counts[member]) for member in self._column], dtype=np.int64
        )
        # The attacker knows no upper bound; with this one every table can still be doubled.
        self._most = 2 * int(self._true.max(initial=1)) + 10
        self._lower, self._upper = self._true.copy(), self._true.copy()
        self._is_open = np.zeros(len(self._true), dtype=bool)
        self._set_equations(list(sums), list(orders))
        if not self._fits(self._true):
            raise DisclosureError(
                "counts of claims or scholarships do not add up to their totals, so nobody can say "
                "what they reveal: children and categories must sum to their total; correct the "
                "measures and compute them again."
            )
        self._program = self._start()
        for member in withheld:
            self.withhold(member)

    def withhold(self, member: _Member) -> None:
        """Take a count away from the attacker."""
        column = self._column[member]
        self._lower[column], self._upper[column] = 1, self._most
        self._program.changeColBounds(column, 1.0, float(self._most))

    def is_open(self, member: _Member) -> bool:
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

    def _set_equations(
        self,
        sums: list[tuple[_Member, Sequence[_Member]]],
        orders: list[tuple[_Member, _Member]],
    ) -> None:
        equations = [((total, 1), *((part, -1) for part in parts)) for total, parts in sums]
        equations += [((larger, 1), (smaller, -1)) for smaller, larger in orders]
        starts: list[int] = []
        columns: list[int] = []
        factors: list[int] = []
        slack: list[int] = []
        for number, equation in enumerate(equations):
            known = [(self._column[one], sign) for one, sign in equation if one in self._column]
            if not known:
                continue
            starts.append(len(columns))
            columns += [column for column, _ in known]
            factors += [sign for _, sign in known]
            slack.append(0 if number < len(sums) else self._most)
        self._starts = np.array(starts, dtype=np.int32)
        self._columns = np.array(columns, dtype=np.int32)
        self._factors = np.array(factors, dtype=np.int64)
        self._slack = np.array(slack, dtype=np.int64)

    def _fits(self, table: _Integers) -> bool:
        if ((table < self._lower) | (table > self._upper)).any():
            return False
        if not len(self._starts):
            return True
        left = np.add.reduceat(table[self._columns] * self._factors, self._starts)
        return bool(((left >= 0) & (left <= self._slack)).all())

    def _start(self) -> highspy.Highs:
        program = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off"),
        ):  # fmt: skip
            program.setOptionValue(option, value)
        bounds = self._true.astype(np.float64)
        program.addVars(len(bounds), bounds, bounds)
        program.addRows(
            len(self._starts), np.zeros(len(self._starts)), self._slack.astype(np.float64),
            len(self._columns), self._starts, self._columns, self._factors.astype(np.float64),
        )  # fmt: skip
        return program
