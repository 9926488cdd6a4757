"""Words of the dictionary for a code, and their forms with a number or a name behind them.

Only a column that has forms is read so: of others a word is a code or it is none.
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from coverage_lib.intake.values import Alternative, Form
from coverage_lib.tables import Column

WORDS_IN_A_FORM = "words_in_a_form"

_PARTS = {
    "{NUMBER}": r"(?:[0-9]{1,3}|[IVX]{1,5})",
    "{NAME}": r"([A-Z][A-Z']*(?: [A-Z][A-Z']*){0,3}(?: [0-9]{1,3})?)",
}
#: Marks and what stands for them, in this order. A comma may part two posts, as a stroke does.
_MARKS = ((r"([A-Z])([0-9])", r"\1 \2"), (r"[\s.:_\x{00A0}-]+", " "), (r" ?[,/] ?", "/"))
_PART = re.compile(r"(\{[A-Z]+\})")


def code_form(column: Column) -> Form:
    """A word as it stands in the dictionary; where the column has forms, also one of these, or a word
    that is written with other marks or blanks. Capital or small letters are the same.
    """
    codes = {code.upper(): stored for code, stored in column.codes.items()}

    def standard(text: ir.StringValue) -> ir.StringValue:
        return text.upper().cases(*codes.items(), else_=ibis.null("string"))

    def others(_text: ir.StringValue, words: ir.StringValue) -> list[Alternative]:
        return [(_by_form(words, column), ibis.literal(WORDS_IN_A_FORM))]

    return Form(standard, others, (_bare,)) if column.forms else Form(standard)


def _by_form(words: ir.StringValue, column: Column) -> ir.StringValue:
    forms = {**column.codes, **column.forms}
    return ibis.cases(
        *((_has_form(words, form, column), stored) for form, stored in forms.items()),
        else_=ibis.null("string"),
    )


def _has_form(words: ir.StringValue, form: str, column: Column) -> ir.BooleanValue:
    bare = _bare_word(form)
    if "{" not in bare:
        return words == bare
    pattern = "".join(_PARTS.get(part, re.escape(part)) for part in _PART.split(bare))
    fits = words.re_search(f"^{pattern}$")
    if "{NAME}" not in bare or not column.not_in_names:
        return fits
    other = "|".join(re.escape(word.upper()) for word in column.not_in_names)
    return fits & ~words.re_extract(f"^{pattern}$", 1).re_search(f"(?:^| )(?:{other})(?: |$)")


def _bare(text: ir.StringValue) -> ir.StringValue:
    """In capitals, one blank for marks and blanks and between a word and its number."""
    words = text.upper()
    for mark, other in _MARKS:
        words = words.re_replace(mark, other)
    return words.strip()


def _bare_word(form: str) -> str:
    words = form.upper()
    for mark, other in _MARKS:
        words = re.sub(mark.replace(r"\x{00A0}", "\u00a0"), other, words)
    return words.strip()
