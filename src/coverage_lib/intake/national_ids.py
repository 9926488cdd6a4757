"""National ids (NIK) and card numbers (KPJ), and what spreadsheets make of them.

A number that has lost a digit is never guessed: of all those that it could be, the others
are other people's.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from coverage_lib.intake.values import Alternative, Form
from coverage_lib.reference.regions import Regions

DIGITS_LOST = (
    "the number as text was expected, a spreadsheet has taken digits away that cannot be put back"
)
_SCIENTIFIC = r"(?i)^\d([.,]\d+)?E\+?\d+$"
_QUOTES_AND_BLANKS = "[\\s'\"`‘’“”\u00a0\u2007\u2009\u202f\u200b\ufeff]"
_DECIMAL_ZERO = r"[.,]0+$"
_LAST_EXACT = 2**53  # above it a number kept as a floating one may have lost its last digit
_NOBODY = "0" * 11  # how some lists write "no card"
#: The birth date within a NIK as DDMMYY, 40 added to the day for women: a day that there was, in
#: either century, so 29 February in leap years only (that 1900 was none does not matter: 2000 was).
_BIRTH = (
    r"(([04][1-9]|[15]\d|[26][0-8])(0[1-9]|1[0-2])\d\d"
    r"|([26]9|[37]0)(0[13-9]|1[0-2])\d\d"
    r"|[37]1(0[13578]|1[02])\d\d"
    r"|[26]902([02468][048]|[13579][26]))"
)


def national_id_form(regions: Regions) -> Form:
    """16 digits: a province that there is, district and sub-district above 00, a possible birth date.

    Districts are not looked up: a NIK keeps the code of its first registration, and regions
    have been split since.
    """
    provinces = "|".join(sorted(code for code in regions.by_code if "." not in code))
    possible = rf"^({provinces})(0[1-9]|[1-9]\d)(0[1-9]|[1-9]\d){_BIRTH}\d{{4}}$"

    def others(text: ir.StringValue) -> list[Alternative]:
        digits, rule = _digits_as_typed(text, r"NIK|(?:NO\.? ?)?KTP")
        was_float = text.re_replace(_QUOTES_AND_BLANKS, "").re_search(_DECIMAL_ZERO)
        exact = ~was_float | (digits.try_cast("int64") <= _LAST_EXACT).fill_null(False)
        fits = digits.re_search(possible) & exact
        return [(ibis.ifelse(fits, digits, ibis.null("string")), rule)]

    return Form(
        lambda text: ibis.ifelse(text.re_search(possible), text, ibis.null("string")), others
    )


def card_number_form() -> Form:
    """11 digits; leading zeros that a spreadsheet dropped are put back, eleven zeros mean none."""

    def others(text: ir.StringValue) -> list[Alternative]:
        digits, rule = _digits_as_typed(text, r"(?:NO\.? ?)?KPJ")
        fits = digits.re_search(r"^\d{8,11}$")
        padded = ibis.ifelse(fits, digits.lpad(11, "0"), ibis.null("string")).nullif(_NOBODY)
        is_padded = digits.length() < len(_NOBODY)
        return [(padded, ibis.ifelse(is_padded, ibis.literal("leading_zeros"), rule))]

    return Form(
        lambda text: ibis.ifelse(text.re_search(r"^\d{11}$"), text, ibis.null("string")).nullif(
            _NOBODY
        ),
        others,
    )


def has_lost_digits(text: ir.StringValue, type_: str) -> ir.BooleanValue:
    """Of an unreadable cell: whether it shows that a spreadsheet took digits away. Scientific
    notation does, a NIK of 15 digits (none begins with 0), one that was too long for a number.
    """
    bare = text.re_replace(_QUOTES_AND_BLANKS, "")
    if type_ == "kpj":
        return bare.re_search(_SCIENTIFIC)
    return bare.re_search(rf"{_SCIENTIFIC}|^\d{{15}}([.,]0+)?$|^9\d{{15}}[.,]0+$")


def birth_date_differs(national_id: ir.StringValue, birth_date: ir.DateValue) -> ir.BooleanValue:
    """Whether both are there and the id says another day; null where one is missing."""
    said = national_id.substr(6, 6).cast("int64")
    born = birth_date.day() * 10_000 + birth_date.month() * 100 + birth_date.year() % 100
    return (said != born) & (said != born + 400_000)


def _digits_as_typed(text: ir.StringValue, label: str) -> Alternative:
    """Without what exports put around a number, all of it reversible; and the rule's name."""
    unlabelled = text.re_replace(rf"^['\"]?\s*(?i:{label})\s*[:.]?\s*", "")
    bare = unlabelled.re_replace(_QUOTES_AND_BLANKS, "")
    digits = bare.re_replace(_DECIMAL_ZERO, "")
    rule = ibis.cases(
        (digits != bare, "decimal_zero"), (unlabelled != text, "label"), else_="quotes_or_blanks"
    )
    return digits, rule
