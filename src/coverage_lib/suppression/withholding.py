"""Which counts must be withheld so that what is published gives no small one back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from coverage_lib.errors import DisclosureError
from coverage_lib.reference.regions import is_unknown
from coverage_lib.suppression.count_tables import Balance, Cell, CountTable, Relation, Sum
from coverage_lib.suppression.range_attack import RangeAttack


def suppressed_cells(
    table: CountTable, threshold: int, *, with_unknown_regions: bool = False
) -> set[Cell]:
    """The cells to withhold: every small count, and enough others that none can be worked out.

    Small is from 1 to below the threshold, except where the region is unknown, if not asked
    for: those few could live anywhere in the parent, so the count points to nobody. Where a total that is
    published in any case is itself small, all its parts are withheld, with what goes with them
    and zeros included. Then,
    in each relation that gives a withheld cell away by itself, also the smallest other part
    that is not zero, `companions` of the table before all (the sum itself where no part is left). Last, the gate: for each small
    count, the attack on all relations at once must leave its largest and smallest whole
    number at least 1 apart (see RangeAttack.is_open); while it does not, the smallest count
    nearest to it is withheld too, and a zero where no other is left. Companions may be worked
    out, as long as that tells no small count. Raises DisclosureError where nothing is left to withhold, or where the
    counts do not add up.
    """
    return {
        cell
        for part in table.connected()
        for cell in _Withholding(part, threshold, with_unknown_regions).withheld()
    }


class _Withholding:
    """The state of one connected table: what is withheld so far, and which relations that touches."""

    def __init__(self, table: CountTable, threshold: int, with_unknown_regions: bool) -> None:
        self._table, self._threshold = table, threshold
        self._with_unknown_regions = with_unknown_regions
        self._relations_of: dict[Cell, list[Relation]] = defaultdict(list)
        for relation in table.relations:
            for cell, _ in relation.terms:
                self._relations_of[cell].append(relation)
        self._hidden: set[Cell] = set()
        self._blank: set[Cell] = set()
        self._unseen = {cell for cell in table.counts if cell in table.unseen}

    def withheld(self) -> set[Cell]:
        counts = self._table.counts
        small = sorted(cell for cell in counts if self._is_small(cell))
        if not small:
            return set()
        self._blank = {
            mate
            for relation in self._table.relations
            if isinstance(relation, Sum) and self._is_small_and_known(relation.total)
            for part in relation.parts
            for mate in self._table.with_mates(part)
            if mate not in self._table.known
        }
        self._withhold([*small, *sorted(self._blank)])
        attack = RangeAttack(self._table, sorted(self._hidden), self._blank | self._unseen)
        for cell in small:
            while not attack.is_open(cell):
                shown = self._hidden.copy()
                self._withhold([self._nearest_shown(cell)])
                for more in sorted(self._hidden - shown):
                    attack.withhold(more)
        return self._hidden

    def _is_small(self, cell: Cell) -> bool:
        return (
            0 < self._table.counts[cell] < self._threshold
            and cell not in self._table.known
            and (self._with_unknown_regions or not is_unknown(cell.region_code))
        )

    def _is_small_and_known(self, total: Cell) -> bool:
        return (
            0 < self._table.counts[total] < self._threshold
            and total in self._table.known
            and not is_unknown(total.region_code)
        )

    def _withhold(self, cells: Iterable[Cell]) -> None:
        """Withhold cells with their mates and, one relation after the other, companions."""
        waiting: dict[Relation, None] = {}
        for cell in cells:
            waiting |= dict.fromkeys(self._add(cell))
        while waiting:
            relation = next(iter(waiting))
            del waiting[relation]
            companion = self._companion(relation) if self._gives_itself_away(relation) else None
            if companion is not None:
                waiting |= dict.fromkeys([relation, *self._add(companion)])

    def _add(self, cell: Cell) -> list[Relation]:
        """The relations that withholding the cell and its mates may have changed."""
        fresh = [
            mate
            for mate in self._table.with_mates(cell)
            if mate not in self._hidden and mate not in self._table.known
        ]
        self._hidden |= set(fresh)
        return [relation for mate in fresh for relation in self._relations_of[mate]]

    def _gives_itself_away(self, relation: Relation) -> bool:
        """Whether the relation alone tells a withheld cell: it has only one, or only the least.

        A withheld part is never zero, so parts that add up to their own number are 1 each;
        in a blank place, and where no row shows it, it may be zero. What no row shows is only
        kept secret where it is small.
        """
        hidden = [(cell, sign) for cell, sign in relation.terms if cell in self._hidden]
        if not isinstance(relation, Sum | Balance):
            return False
        if not any(cell not in self._unseen or self._is_small(cell) for cell, _ in hidden):
            return False
        if len(hidden) == 1:
            return True
        if len({sign for _, sign in hidden}) != 1:
            return False
        return all(self._table.counts[cell] == self._least(cell) for cell, _ in hidden)

    def _least(self, cell: Cell) -> int:
        if cell in self._blank or cell in self._unseen:
            return 0
        return min(1, round(self._table.counts[cell]))

    def _companion(self, relation: Relation) -> Cell | None:
        """None where no count of the relation is left that may be withheld.

        A total of zero is none: it tells zeros, and withheld it would need one above, and so on up.
        """
        shown = [
            cell
            for cell, _ in relation.terms
            if cell not in self._hidden and cell not in self._table.known
        ]
        total = relation.total if isinstance(relation, Sum) else None
        parts = [cell for cell in shown if cell != total and self._table.counts[cell] > 0]
        if parts:
            return min(parts, key=self._cost)
        return total if total in shown and self._table.counts[total] > 0 else None

    def _cost(self, cell: Cell) -> tuple[bool, float, Cell]:
        return cell not in self._table.companions, self._table.counts[cell], cell

    def _cost_at_lowest_level(self, cell: Cell) -> tuple[bool, float, int, Cell]:
        is_dear, count, _ = self._cost(cell)
        return is_dear, count, -len(cell.region_code), cell

    def _nearest_shown(self, start: Cell) -> Cell:
        """The smallest shown count in a relation of the cell, else in one of its hidden companions'
        relations, and so on outwards; among equals that of the lowest level. Zeros come last.
        """
        counts, known = self._table.counts, self._table.known
        for least in (1, 0):
            seen, ring = {start}, {start}
            while ring:
                members = {
                    member
                    for cell in ring
                    for relation in self._relations_of[cell]
                    for member, _ in relation.terms
                } | {mate for cell in ring for mate in self._table.with_mates(cell)}
                shown = {cell for cell in members - self._hidden - known if counts[cell] >= least}
                if shown:
                    return min(shown, key=self._cost_at_lowest_level)
                ring = (members & self._hidden) - seen
                seen |= ring
        raise DisclosureError(
            f"the count of {start.counted} by {start.dimension} {start.category} of "
            f"{start.region_code} is below {self._threshold} and can be worked out, and nothing is "
            "left to withhold beside it: publish fewer breakdowns, or none for this place."
        )
