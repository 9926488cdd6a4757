"""Numbers and dates as text, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from coverage_lib.periods import Month
from coverage_lib.present import formats


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (0, "0", "0"),
        (-1234, "−1.234", "−1,234"),
        (0.5, "1", "1"),
        (-0.4, "0", "0"),
    ],
)
def test_whole_numbers(value, indonesian, english):
    assert formats.decimal_text(value, "id") == indonesian
    assert formats.decimal_text(value, "en") == english


def test_a_sign_is_shown_for_changes_but_never_for_zero():
    assert formats.decimal_text(12, "id", signed=True) == "+12"
    assert formats.decimal_text(-12, "id", signed=True) == "−12"
    assert formats.decimal_text(-0.001, "id", 2, signed=True) == "0,00"


def test_percentages():
    assert formats.percent_text(12.345, "id") == "12,35\u00a0%"
    assert formats.percent_text(12.345, "en") == "12.35%"
    assert formats.points_text(-1.25, "id") == "−1,25 poin persen"
    assert formats.points_text(1.25, "en") == "+1.25 percentage points"


@pytest.mark.parametrize(
    ("rupiah", "indonesian", "english"),
    [
        (45_600_000_000, "Rp45,6\u00a0miliar", "Rp45.6\u00a0billion"),
        (1_250_000_000, "Rp1,25\u00a0miliar", "Rp1.25\u00a0billion"),
        (750_000_000, "Rp750\u00a0juta", "Rp750\u00a0million"),
        (999_960_000, "Rp1\u00a0miliar", "Rp1\u00a0billion"),
        (2_000_000_000_000_000, "Rp2.000\u00a0triliun", "Rp2,000\u00a0trillion"),
        (999_999, "Rp999.999", "Rp999,999"),
        (0, "Rp0", "Rp0"),
        (-5_500_000, "−Rp5,5\u00a0juta", "−Rp5.5\u00a0million"),
    ],
)
def test_money_for_reading_aloud(rupiah, indonesian, english):
    assert formats.short_rupiah_text(rupiah, "id") == indonesian
    assert formats.short_rupiah_text(rupiah, "en") == english


def test_whole_rupiah():
    assert formats.rupiah_text(12_500_000, "id") == "Rp12.500.000"
    assert formats.rupiah_text(-5, "en") == "−Rp5"


def test_dates_and_months():
    assert formats.day_text(date(2031, 8, 1), "id") == "1 Agustus 2031"
    assert formats.day_text(date(2031, 8, 1), "en") == "1 August 2031"
    assert formats.month_text(Month(2031, 6), "id") == "Juni 2031"
    assert formats.short_month_text(Month(2031, 5), "id") == "Mei"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_not_a_number_cannot_be_printed(value):
    with pytest.raises(ValueError, match="finite"):
        formats.decimal_text(value, "id")
