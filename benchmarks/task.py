"""What is computed: one month of a folder of simulated tables, and the parts of its marts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from coverage_lib.periods import same_day_a_year_earlier

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
#: Where a payment of the two years belongs: the year, and of the one before up to the same day and after.
THIS_YEAR, TO_THE_DAY, AFTER_THE_DAY = "this_year", "to_the_day", "after_the_day"
#: What is counted of claims. Checked are those with a maximum, and those with a card number that
#: were paid between the two days of the register.
CLAIM_COUNTS = (
    "claims", "amount_idr", "above_maximum", "above_maximum_idr", "without_card",
    "paid_before_submission", "not_in_register",
)  # fmt: skip
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

    @property
    def year(self) -> date:
        """The first day of the year that claims are counted from."""
        return date(self.paid.year, 1, 1)

    @property
    def year_before(self) -> date:
        return date(self.paid.year - 1, 1, 1)

    @property
    def day_a_year_before(self) -> date:
        return same_day_a_year_earlier(self.paid)

    def oldest_paid(self, day: date) -> date:
        """The month that a self-employed member must have paid to be covered on a day.

        Whoever started in a later month is covered too.
        """
        late = day.day > _DUE_DAY
        months = day.year * 12 + day.month - 1 - (1 if late else 2) - (_UNPAID_MONTHS - 1)
        return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Parts:
    """What an engine is asked for; the rest is done on these small frames, the same for all.

    Of the register: `stock`: as_of, village_code, segment, persons, jkk, ... (persons in each
    programme). `lapsed`: village_code, segment, persons registered on the later day without
    being active. `breakdowns`: village_code, segment, dimension, category, persons, on the
    later day. `changes`: village_before, segment_before, village_after, segment_after, change,
    persons, of those whose place or segment differs.

    Of the archive: `claims`: village_code, programme, benefit_type, segment, stretch, month
    (2025-01), CLAIM_COUNTS, of the two years up to the day of the claims. `first_paid`: the
    first days of the archives of claims and of scholarships. `benefits`: region_code (three levels), programme (`total` for
    all), claims, amount_idr, median_idr, of the year. `payment_days`: subdistrict_code,
    programme, outcome, working_days, claims, of the year.

    `pending`: village_code, programme, submitted_date, pending, overlapping, contradictory.
    `scholarships`: village_code, programme, school_level, stretch, month, children,
    children_to_the_day, amount_idr, of the two years.
    """

    stock: pd.DataFrame
    lapsed: pd.DataFrame
    breakdowns: pd.DataFrame
    changes: pd.DataFrame
    claims: pd.DataFrame
    first_paid: tuple[date, date]
    benefits: pd.DataFrame
    payment_days: pd.DataFrame
    pending: pd.DataFrame
    scholarships: pd.DataFrame


def task_of(folder: Path) -> Task:
    days = sorted(date.fromisoformat(path.stem) for path in (folder / "participants").iterdir())
    paid = max(date.fromisoformat(path.stem) for path in (folder / "claims").iterdir())
    return Task(folder, days[-2], days[-1], paid)
