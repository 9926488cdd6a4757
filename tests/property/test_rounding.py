"""Rounding happens once, half away from zero, on the number as people write it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from coverage_lib.present.formats import decimal_text, round_half_up, short_rupiah_text

finite = some.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
places = some.integers(min_value=0, max_value=4)


@given(finite, places)
def test_the_printed_number_is_within_half_a_unit(value, decimals):
    unit = Decimal(1).scaleb(-decimals)
    assert abs(round_half_up(value, decimals) - Decimal(repr(value))) * 2 <= unit


@given(some.integers(min_value=-(10**9), max_value=10**9), some.integers(min_value=1, max_value=4))
def test_a_tie_goes_away_from_zero(units, decimals):
    tie = (Decimal(abs(units)) + Decimal("0.5")).scaleb(-decimals)
    up = Decimal(abs(units) + 1).scaleb(-decimals)
    assert round_half_up(tie, decimals) == up
    assert round_half_up(-tie, decimals) == -up


@given(finite, places)
def test_the_sign_does_not_change_the_size(value, decimals):
    assert round_half_up(-value, decimals) == -round_half_up(value, decimals)


@given(finite, places)
def test_the_text_reads_back_as_the_rounded_number(value, decimals):
    text = decimal_text(value, "en", decimals)
    assert Decimal(text.replace(",", "").replace("−", "-")) == round_half_up(value, decimals)
    indonesian = decimal_text(value, "id", decimals)
    swapped = indonesian.translate(str.maketrans({".": ",", ",": "."}))
    assert swapped == text


@given(some.integers(min_value=10**6, max_value=10**15))
def test_short_money_never_has_a_thousand_of_a_smaller_scale(rupiah):
    number = short_rupiah_text(rupiah, "en").removeprefix("Rp").split("\u00a0")[0]
    assert Decimal(number.replace(",", "")) < 1000 or rupiah >= 999_950 * 10**9
