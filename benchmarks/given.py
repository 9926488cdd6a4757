"""What the law and the calendar say, as tables: input to the peers like the registers, not their work."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from coverage_lib.reference import rules
from coverage_lib.reference.age_bands import pending_age_bands
from coverage_lib.reference.benefit_types import (
    IGNORED_IN_SPELLINGS,
    UNKNOWN,
    codes_by_spelling,
    load_benefit_types,
)
from coverage_lib.reference.claim_limits import limit_periods
from coverage_lib.reference.working_days import load_calendar

#: What is taken out of a benefit type in lower case before it is looked up by its spelling.
IGNORED = IGNORED_IN_SPELLINGS
_END = date(9999, 12, 31)


def working_days() -> pa.Table:
    """day, working_day: the number of working days up to it; the difference of two is the time taken."""
    days, numbers = zip(*load_calendar().numbered_days(), strict=True)
    return pa.table({"day": pa.array(days, pa.date32()), "working_day": pa.array(numbers)})


def terms() -> pa.Table:
    """programme, valid_from, valid_to, term: working days that the law gives, by day of submission."""
    rows = [
        {
            "programme": programme,
            "valid_from": value.valid_from,
            "valid_to": value.valid_to or _END,
            "term": int(days),
        }
        for value in rules.load_rule("claim_term_working_days").values
        for programme, days in value.value.items()
    ]
    return pa.Table.from_pylist(rows)


def maxima(first: date, last: date) -> pa.Table:
    """programme, code, valid_from, valid_to, maximum_idr, by day of payment; no row where there is none."""
    rows = [
        {
            "programme": limit.programme,
            "code": limit.benefit_type,
            "valid_from": limit.valid_from,
            "valid_to": limit.valid_to,
            "maximum_idr": limit.maximum_idr,
        }
        for limit in limit_periods(first, last)
        if limit.maximum_idr is not None
    ]
    return pa.Table.from_pylist(rows)


def benefit_types() -> pa.Table:
    """spelling, code, benefit_type (what it is counted as); what has no row here is `other`."""
    types = load_benefit_types()
    rows = [
        {"spelling": spelling, "code": code, "benefit_type": types[code].counted_as}
        for spelling, code in codes_by_spelling().items()
    ]
    rows.append({"spelling": "", "code": UNKNOWN, "benefit_type": UNKNOWN})
    return pa.Table.from_pylist(rows)


def pending_bands() -> tuple[tuple[int, str], ...]:
    """The last working day of each band of age, the youngest first, and its name."""
    return tuple((band.last or 10**6, band.code) for band in pending_age_bands())
