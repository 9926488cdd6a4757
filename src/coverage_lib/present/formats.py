"""All numbers and dates as text, in one place.

Rounding happens once, here, half up, on the shortest decimal form of the number: 12.345
prints as 12.35 although its binary value lies just below. Zero prints as "0", never as an
empty cell and never with a minus sign. Patterns and separators come from CLDR (Babel);
house conventions laid over it: a non-breaking space before % in Indonesian, Rp unspaced,
U+2212 as minus. Everything returns `str`; nothing here knows what a number means.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from babel.dates import format_date
from babel.numbers import format_decimal

from coverage_lib.periods import Month
from coverage_lib.present.words import words

Number = int | float | Decimal

MINUS = "\u2212"
_SCALES = (("trillion", 12), ("billion", 9), ("million", 6))


def round_half_up(value: Number, places: int = 0) -> Decimal:
    """A number with exactly `places` decimals, halves away from zero; never minus zero.

    Raises ValueError for what is not a finite number.
    """
    exact = (
        value
        if isinstance(value, Decimal)
        else Decimal(repr(value if isinstance(value, int) else float(value)))
    )
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a finite number and cannot be printed")
    with localcontext() as context:
        context.prec = 60
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def decimal_text(value: Number, language: str, places: int = 0, *, signed: bool = False) -> str:
    """`1.234.567`, `12,34`; with `signed` a plus or minus in front of anything but zero."""
    rounded = round_half_up(value, places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(abs(rounded), format=pattern, locale=language, decimal_quantization=False)
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


def percent_text(value: Number, language: str, places: int = 2) -> str:
    """`12,34 %` with a space that does not break, or `12.34%`."""
    return words(language).say("number.percent", value=decimal_text(value, language, places))


def points_text(value: Number, language: str, *, signed: bool = True) -> str:
    """A difference of percentages: `−1,25 poin persen`."""
    return words(language).say(
        "number.points", value=decimal_text(value, language, 2, signed=signed)
    )


def rupiah_text(value: Number, language: str) -> str:
    """Whole rupiah: `Rp12.500.000`; a negative amount is `−Rp5`."""
    text = decimal_text(abs(round_half_up(value)), language)
    return (MINUS if round_half_up(value) < 0 else "") + "Rp" + text


def short_rupiah_text(value: Number, language: str, *, least_places: int = 0) -> str:
    """Rupiah for reading aloud: `Rp45,6 miliar`, `Rp1,25 miliar`, `Rp750 juta`.

    Two decimals below ten, one from ten on, zeros at the end dropped down to `least_places`,
    which may be 1; below one million whole rupiah.
    """
    exact = abs(round_half_up(value))
    sign = MINUS if round_half_up(value) < 0 else ""
    for name, exponent in reversed(_SCALES):
        scaled = exact.scaleb(-exponent)
        rounded = round_half_up(scaled, 2 if scaled < 10 else 1)
        if rounded >= 1000 and name != "trillion":
            continue
        if exact < 10**6:
            break
        places = max(least_places, -int(rounded.normalize().as_tuple().exponent))
        number = decimal_text(rounded, language, places)
        return sign + words(language).say(f"number.{name}", value=number)
    return rupiah_text(value, language)


def day_text(day: date, language: str) -> str:
    """`1 Juni 2025`, `1 June 2025`."""
    return format_date(day, format="d MMMM y", locale=language)


def short_day_text(day: date, language: str) -> str:
    """`1 Jun 2025`, for axes and table headers."""
    return format_date(day, format="d MMM y", locale=language)


def month_text(month: Month, language: str) -> str:
    """`Juni 2025`, `June 2025`."""
    return format_date(month.first_day, format="MMMM y", locale=language)


def short_month_text(month: Month, language: str) -> str:
    """`Jun`, for the axis of a chart that says the year elsewhere."""
    return format_date(month.first_day, format="MMM", locale=language)
