"""Bills and contribution lists the way a person would write them down, for tests of contributions.

employer  | month   | due | paid | paid_date
Bakery    | 2025-05 | 500 | 500  | 2025-06-10
"""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir
import pandas as pd
from text_tables import read_text, to_engine

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

AS_OF = date(2025, 6, 17)
PROGRAMMES = ("jkk", "jkm", "jht", "jp")
_NAMES = {"employer": "employer_key", "village": "village_code", "sector": "employer_sector"}


def bills(text: str, as_of: date = AS_OF) -> ir.Table:
    """Bills of the columns employer, month and what else a story needs.

    Without more a bill is for wage earners in Pangkalpinang. `due` and `paid` are put under
    JKK; `due_jht`, `paid_jp` and so on under their programmes.
    """
    given = read_text(text)
    amounts = {
        f"{side}_{name}_idr": given.get(
            f"{word}_{name}", given.get(word) if name == "jkk" else None
        )
        for side, word in (("due", "due"), ("collected", "paid"))
        for name in PROGRAMMES
    }
    usual = {"segment": "PU", "village": "19.71.01.1004", "sector": None, "paid_date": None}
    told = pd.DataFrame(
        {name: [value] * len(given) for name, value in usual.items()}, dtype=object
    ).assign(
        **{name: given[name] for name in given.columns if not name.startswith(("due", "paid_j"))}
    )
    told = told.drop(columns=["paid"], errors="ignore").rename(columns=_NAMES)
    empty = pd.Series([None] * len(given), dtype=object)
    return to_engine(
        told.assign(
            as_of_date=as_of.isoformat(),
            **{name: empty if cells is None else cells for name, cells in amounts.items()},
        )
    )


def paid_list(text: str, as_of: date = AS_OF) -> ir.Table:
    """A contribution list of the columns person, card, month, wage, paid, and employer if told."""
    names = {
        "person": "person_key", "card": "membership_key", "wage": "wage_idr",
        "paid": "contribution_idr", "employer": "employer_key",
    }  # fmt: skip
    rows = read_text(text).rename(columns=names)
    if "employer_key" not in rows:
        rows = rows.assign(employer_key="employer")
    return to_engine(rows.assign(as_of_date=as_of.isoformat()))


def inputs_of(period: str = "2025-06", **tables: ir.Table) -> Inputs:
    return Inputs(tables, load_regions(), "19", Month.parse(period))
