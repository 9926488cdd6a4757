"""What a cell means: its standard form first, every other form by a named rule.

A repair is made only where exactly one value is possible. A cell in standard form is known by
one cheap test and never enters the costly branches. Dates are in `days`, ids in `national_ids`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

#: Words that lists and spreadsheets write where nothing is known; read in capital letters.
MISSING_WORDS = ("-", "–", "—", "#N/A", "N/A", "NULL", "NAN")
MISSING_WORD = "missing_word"
AMBIGUOUS_NUMBER = "ambiguous_number"
TWO_NUMBERS = "a whole number was expected, this mark may be one of thousands or of a fraction"

_BLANK = "[ \t\u00a0\u2007\u2009\u202f]"
_NUMBERS = {
    "indonesian": r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$",
    "plain": r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$",
}
_FRACTIONS = {"indonesian": r"(,\d+)?", "plain": r"(\.\d+)?"}
_READ_OTHERWISE_ELSEWHERE = r"^-?[1-9]\d{0,2}[.,]\d{3}$"
#: One whole number with a fraction of zeros, or another whose thousands the other style marks.
_TWO_WHOLE_NUMBERS = {
    "indonesian": r"^-?[1-9]\d{0,2},000$",
    "plain": r"^-?[1-9]\d{0,2}\.000$",
}

#: A value that is null where the text has another form, and the name of the rule that reads it.
Alternative = tuple[ir.Value, ir.StringValue]


@dataclass(frozen=True)
class Form:
    """How texts of a column are read: the standard form, then the others in their order.

    `steps` make of a text what the others need, each given the text and the steps before it;
    `others` are given the text and all steps. All of them see only texts that are not in the
    standard form. Of the others the first that gives a value counts, so each gives none where a
    text could also mean something else.
    """

    standard: Callable[[ir.StringValue], ir.Value]
    others: Callable[..., Sequence[Alternative]] = lambda *_texts: ()
    steps: tuple[Callable[..., ir.StringValue], ...] = ()


@dataclass(frozen=True)
class Reading:
    """`value` is null where a cell is missing or cannot be read, `unreadable` only then.

    `rule` names the rule that read the cell in another than its standard form; null where
    none had to. A word for "missing" has a rule and no value.
    """

    value: ir.Value
    rule: ir.StringValue
    unreadable: ir.BooleanValue


def read(standard: ir.Value, odd: ir.StringValue, alternatives: Sequence[Alternative]) -> Reading:
    """What a cell says, given its standard reading and, where that gives nothing, its odd text."""
    none, no_rule = ibis.null(standard.type()), ibis.null("string")
    missing = odd.upper().isin(MISSING_WORDS)
    found = ibis.coalesce(*(value for value, _ in alternatives)) if alternatives else none
    named = ibis.cases(
        (missing, ibis.literal(MISSING_WORD)),
        *((value.notnull(), rule) for value, rule in alternatives),
        else_=no_rule,
    )
    return Reading(
        ibis.ifelse(odd.isnull(), standard, found),
        ibis.ifelse(odd.isnull(), no_rule, named),
        ibis.ifelse(odd.isnull(), False, ~missing & found.isnull()),
    )


def number_form(style: str, kind: str) -> Form:
    """A number as Indonesians write it (`1.234.567,89`), or plain (`1,234,567.89`).

    `kind` is integer, money or decimal; the first two have no fraction but zeros, and of zeros
    not three: `150,000` may be 150 or 150000 and is neither.
    """

    def others(
        text: ir.StringValue, signed: ir.StringValue, bare: ir.StringValue, joined: ir.StringValue
    ) -> list[Alternative]:
        rule = ibis.cases(
            *([(is_ambiguous_number(joined), AMBIGUOUS_NUMBER)] if kind == "decimal" else []),
            (signed != text, "negative_in_brackets"),
            (joined != bare, "thousands_blanks"),
            (signed.endswith("%"), "percent_sign"),
            else_="currency_sign",
        )
        return [(_number(joined, style, kind), rule)]

    return Form(
        lambda text: _number(text, style, kind),
        others,
        (
            _without_brackets,
            lambda _text, signed: _without_signs(signed, kind),
            lambda _text, _signed, bare: _without_blanks(bare, style),
        ),
    )


def is_ambiguous_number(text: ir.StringValue) -> ir.BooleanValue:
    """`12,345`: a decimal fraction in one style, thousands in the other. Of decimals only: of a
    whole number `may_be_thousands` tells the one form that has both readings.
    """
    return text.re_search(_READ_OTHERWISE_ELSEWHERE)


def may_be_thousands(text: ir.StringValue, style: str) -> ir.BooleanValue:
    """`150,000` where whole numbers are written as Indonesians do: 150, or thousands of elsewhere."""
    return text.re_search(_TWO_WHOLE_NUMBERS[style])


def _number(text: ir.StringValue, style: str, kind: str) -> ir.NumericValue:
    thousands, mark = (".", ",") if style == "indonesian" else (",", ".")
    plain = text.replace(thousands, "").replace(mark, ".")
    fits = text.re_search(_NUMBERS[style])
    if kind != "decimal":
        fits &= ~may_be_thousands(text, style)
    number = ibis.ifelse(fits, plain, ibis.null("string")).try_cast("decimal(24, 6)")
    if kind == "decimal":
        return number.cast("float64")
    return ibis.ifelse(number.round(0) == number, number.cast("int64"), ibis.null("int64"))


def _without_brackets(text: ir.StringValue) -> ir.StringValue:
    """`(1.000)` as `-1.000`: how ledgers write what is negative."""
    in_brackets = text.re_search(r"^\([^()-]+\)$")
    return ibis.ifelse(in_brackets, ibis.literal("-") + text.re_replace(r"[()]", ""), text)


def _without_signs(text: ir.StringValue, kind: str) -> ir.StringValue:
    """Without `Rp` before and `,-` after an amount, or the percent sign of a decimal."""
    bare = text.re_replace(rf"{_BLANK}*%$", "") if kind == "decimal" else text
    bare = bare.re_replace(rf"^(-?){_BLANK}*(?i:rp|idr)\.?{_BLANK}*", r"\1")
    return bare.re_replace(r"[.,]--?$", "").re_replace(rf"^-{_BLANK}+", "-")


def _without_blanks(text: ir.StringValue, style: str) -> ir.StringValue:
    """Without the blanks between groups of three digits."""
    spaced = text.re_search(rf"^-?\d{{1,3}}({_BLANK}\d{{3}})+{_FRACTIONS[style]}$")
    return ibis.ifelse(spaced, text.re_replace(_BLANK, ""), text)


def flag_form() -> Form:
    """Words for yes and no; the caller reads a missing cell as no."""
    words = dict.fromkeys(("Y", "YA", "1", "X"), True)
    words |= dict.fromkeys(("N", "T", "TIDAK", "0", "-"), False)
    return Form(lambda text: text.upper().cases(*words.items(), else_=ibis.null("boolean")))


def text_form(is_identifier: bool) -> Form:
    """Any text; where it tells things apart, a word for "missing" is none of them."""
    if not is_identifier:
        return Form(lambda text: text)
    return Form(
        lambda text: ibis.ifelse(text.upper().isin(MISSING_WORDS), ibis.null("string"), text)
    )
