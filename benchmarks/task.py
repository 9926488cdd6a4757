"""What is computed: one month of a folder of simulated tables, and the parts of its marts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

MEMORY_LIMIT = "2GB"
THREADS = 2
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
BREAKDOWNS = ("sex", "age_band", "worker_group", "funder", "employer_sector")
#: First ages of the bands that BREAKDOWNS counts in, oldest first.
AGE_BANDS = (
    (65, "65_and_over"), (55, "55-64"), (45, "45-54"), (35, "35-44"), (25, "25-34"),
    (15, "15-24"), (0, "under_15"),
)  # fmt: skip
NO_FIGURE = "unknown"
_DUE_DAY, _UNPAID_MONTHS = 15, 3


@dataclass(frozen=True)
class Task:
    """The tables of a month. `earlier` and `later` are the register's dates, `paid` the claims'."""

    folder: Path
    earlier: date
    later: date
    paid: date

    def files(self, table: str) -> str:
        return str(self.folder / table / "*.parquet")

    def oldest_paid(self, day: date) -> date:
        """The month that a self-employed member must have paid to be covered on a day."""
        late = day.day > _DUE_DAY
        months = day.year * 12 + day.month - 1 - (1 if late else 2) - (_UNPAID_MONTHS - 1)
        return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Parts:
    """What an engine is asked for; the rest is done on these small frames, the same for all.

    `stock`: as_of, village_code, segment, persons, jkk, ... (persons in each programme).
    `breakdowns`: village_code, segment, dimension, category, persons, on the later day.
    `changes`: village_before, segment_before, village_after, segment_after, change, persons,
    of those whose place or segment differs. `claims`: village_code, programme, month, claims,
    amount_idr, from 1 January to the day of the claims.
    """

    stock: pd.DataFrame
    breakdowns: pd.DataFrame
    changes: pd.DataFrame
    claims: pd.DataFrame


def task_of(folder: Path) -> Task:
    days = sorted(date.fromisoformat(path.stem) for path in (folder / "participants").iterdir())
    paid = max(date.fromisoformat(path.stem) for path in (folder / "claims").iterdir())
    return Task(folder, days[-2], days[-1], paid)
