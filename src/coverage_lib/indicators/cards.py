"""Which claims can be looked for in the register by their card number."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from coverage_lib.indicators.inputs import Inputs


class ListedCards(NamedTuple):
    """The rows of the registers of the period and of the month before, and the days they speak of.

    A register need not keep who has left it, and cannot have who came after it. So only a
    claim paid between the two registers' dates, both included, is looked for; where there is
    one register, from the first of its month. Others are not checked.
    """

    register: ir.Table
    first: date
    last: date

    def speaks_of(self, paid_date: ir.DateValue) -> ir.BooleanValue:
        return paid_date.between(
            ibis.date(self.first.isoformat()), ibis.date(self.last.isoformat())
        )


def listed_cards(inputs: Inputs) -> ListedCards | None:
    """None without a register. Older extracts are left out even where the tables have them."""
    before = inputs.period.plus(-1)
    days = sorted(day for day, month in inputs.register_labels.items() if month >= before)
    if not days:
        return None
    rows = inputs.tables["participants"]
    recent = rows.filter(rows.as_of_date.isin([ibis.date(day.isoformat()) for day in days]))
    first = days[0] if len(days) > 1 else days[0].replace(day=1)
    return ListedCards(recent, first, days[-1])
