"""Money of the law: whole rupiah in, exact percentages, whole rupiah out.

Percentages are taken as they are written (0.24, not the nearest binary fraction), so that
nothing is lost before the one rounding at the end.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from coverage_lib.errors import UsageError

Percent = int | float | str | Decimal


def exact(percent: Percent) -> Fraction:
    """A percentage as the share it stands for: 0.24 is exactly 24/10000."""
    return Fraction(str(percent)) / 100


def half_up(amount: Fraction) -> int:
    """Whole rupiah; half a rupiah goes up. The law does not say how to round."""
    return floor(amount + Fraction(1, 2))


def percent_of(amount: int, percent: Percent) -> int:
    return half_up(amount * exact(percent))


def require_amount(name: str, amount: int) -> int:
    """The amount itself. Raises UsageError for a negative or fractional one, and for NaN."""
    if not amount >= 0 or amount % 1:
        raise UsageError(f"{name} is {amount!r}: whole rupiah of 0 or more were expected.")
    return amount
