"""Lapse: a self-employed participant (BPU) with three unpaid months is no longer covered."""

from datetime import date

import pytest
from text_tables import register

from coverage_lib.indicators.participation.participants import active_memberships, last_due_month

INDICATORS = ("active_participants",)


def is_covered(as_of: str, segment: str, paid_through: str, start: str = "2020-01-01") -> bool:
    day = date.fromisoformat(as_of)
    told = f"person|segment|paid_through|start\nAni|{segment}|{paid_through}|{start}"
    return len(active_memberships(register(told, day), day).execute()) == 1


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        # The contribution of a month is due on the 15th of the next, late from the 16th.
        ("2025-06-01", "2025-04"),
        ("2025-06-15", "2025-04"),
        ("2025-06-16", "2025-05"),
        ("2025-01-15", "2024-11"),
        ("2025-01-16", "2024-12"),
        ("2024-02-29", "2024-01"),
        # In the pandemic it was due on the 30th, or the last day of a shorter month.
        ("2020-12-30", "2020-10"),
        ("2020-12-31", "2020-11"),
        ("2021-02-28", "2020-12"),
    ],
)
def test_last_month_that_had_to_be_paid(as_of: str, month: str):
    assert last_due_month(date.fromisoformat(as_of)) == date.fromisoformat(f"{month}-01")


@pytest.mark.parametrize(
    ("as_of", "segment", "paid_through", "covered"),
    [
        # On 15 June April had to be paid: two unpaid months are allowed, three are not.
        ("2025-06-15", "BPU", "2025-04", True),
        ("2025-06-15", "BPU", "2025-02", True),
        ("2025-06-15", "BPU", "2025-01", False),
        # One day later May is late too.
        ("2025-06-16", "BPU", "2025-03", True),
        ("2025-06-16", "BPU", "2025-02", False),
        # Paid ahead.
        ("2025-06-16", "BPU", "2026-01", True),
        # Over the turn of the year.
        ("2025-01-16", "BPU", "2024-10", True),
        ("2025-01-16", "BPU", "2024-09", False),
        # An employer's arrears do not end a worker's protection, nor do those of the others.
        ("2025-06-16", "PU", "2019-01", True),
        ("2025-06-16", "PU", "", True),
        ("2025-06-16", "JAKON", "2019-01", True),
        ("2025-06-16", "PMI", "2019-01", True),
    ],
)
def test_three_unpaid_months_end_the_cover(
    as_of: str, segment: str, paid_through: str, covered: bool
):
    assert is_covered(as_of, segment, paid_through) is covered


@pytest.mark.parametrize(
    ("start", "covered"),
    [
        # Nothing was ever paid: the unpaid months count from the start. On 1 June
        # February, March and April are due.
        ("2025-06-01", True),
        ("2025-04-30", True),
        ("2025-03-01", True),
        ("2025-02-28", False),
        ("2020-01-01", False),
    ],
)
def test_a_membership_that_never_paid_counts_from_its_start(start: str, covered: bool):
    assert is_covered("2025-06-01", "BPU", "", start) is covered


@pytest.mark.parametrize(
    ("start", "paid_through", "covered"),
    [
        # A new membership with the last paid month of the one before: it is as good as none.
        ("2025-05-01", "2025-01", True),
        ("2025-06-01", "2020-01", True),
        ("2025-03-31", "2025-01", True),
        # February, March and April of its own are unpaid.
        ("2025-02-01", "2024-12", False),
        # Of a month since the start, paid months count as ever.
        ("2025-02-01", "2025-02", True),
    ],
)
def test_months_before_the_start_are_not_unpaid(start: str, paid_through: str, covered: bool):
    assert is_covered("2025-06-01", "BPU", paid_through, start) is covered
