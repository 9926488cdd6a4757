"""One pass over raw rows: every cell parsed as the dictionary says, every fault with its reason.

Pure: raw table expression in, table expression out. Nothing runs until the caller asks.
A reason names the column and what was expected, never the value that stood there.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.reference.regions import UNKNOWN_PARTS, Regions
from coverage_lib.tables import Column, Table

REASONS = "reasons"
LEFT_OUT = "left_out"
_SEPARATOR = "; "
_DATE_PATTERN = r"^\d{1,2}-\d{1,2}-\d{4}$|^\d{4}-\d{2}-\d{2}$"
_NUMBER_PATTERNS = {
    "indonesian": r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$",
    "plain": r"^-?\d+(\.\d+)?$",
}


@ibis.udf.scalar.builtin(name="try_strptime")
def _try_strptime(text: str, pattern: str) -> ibis.dtype("timestamp"):  # type: ignore[valid-type]
    """The engine's own parser; null where the text has another form or names no real day."""


def check_rows(rows: ir.Table, table: Table, regions: Regions, as_of: date | None) -> ir.Table:
    """Parsed columns under their dictionary names, REASONS and LEFT_OUT: empty where all is well.

    Columns that are not the dictionary's say where a row stands and are passed on.

    A cell of blanks is missing. Of several faults in one row all are listed: those that
    cost the row in REASONS, those that cost it only a value in LEFT_OUT. Columns of the
    table's region stay text here; `intake.places` resolves them.
    """
    parsed: dict[str, ir.Value] = {}
    found: list[tuple[ir.BooleanValue, str]] = []
    left_out: list[tuple[ir.BooleanValue, str]] = []
    for column in table.columns:
        text = rows[column.name].strip().nullif("")
        value, valid = _parse(text, column, table.number_style, regions)
        faults = _faults(text, value, valid, column, as_of)
        if column.on_invalid == "keep_without":
            value = ibis.ifelse(valid, value, ibis.null(value.type()))
            unusable = (text.notnull() & ~valid).fill_null(False)
            left_out.append((unusable, _words_of_fault(column, _EXPECTED[column.type])))
        found.extend(
            (fault.fill_null(False), _words_of_fault(column, words)) for fault, words in faults
        )
        parsed[column.name] = value
    where = [rows[name] for name in rows.columns if name not in parsed]
    return rows.select(
        *where,
        **parsed,
        **{REASONS: _list_reasons(found), LEFT_OUT: _list_reasons(left_out)},
    )


def blamed_columns(faults: str, table: Table) -> tuple[Column, ...]:
    """The columns that a row's list of faults names; none for a row that only repeats a key."""
    named = {fault.partition(": ")[0] for fault in faults.split(_SEPARATOR)}
    return tuple(column for column in table.columns if column.aliases[0] in named)


def _words_of_fault(column: Column, expected: str) -> str:
    return f"{column.aliases[0]}: {expected}{_SEPARATOR}"


def _list_reasons(found: Sequence[tuple[ir.BooleanValue, str]]) -> ir.StringValue:
    """The words of all faults that hold; put together only for rows that have one."""
    nothing = ibis.literal("")
    if not found:
        return nothing
    any_fault = functools.reduce(operator.or_, (fault for fault, _ in found))
    words = functools.reduce(operator.add, (ibis.ifelse(fault, text, "") for fault, text in found))
    return ibis.ifelse(any_fault, words, nothing)


def _faults(
    text: ir.StringValue,
    value: ir.Value,
    valid: ir.BooleanValue,
    column: Column,
    as_of: date | None,
) -> list[tuple[ir.BooleanValue, str]]:
    faults: list[tuple[ir.BooleanValue, str]] = []
    if column.on_invalid == "reject" and column.type != "text":
        faults.append((text.notnull() & ~valid, _EXPECTED[column.type]))
    if column.not_null:
        faults.append((text.isnull(), "a value was expected"))
    if column.minimum is not None:
        faults.append((value < column.minimum, f"at least {column.minimum:g} was expected"))
    if column.maximum is not None:
        faults.append((value > column.maximum, f"at most {column.maximum:,.0f} was expected"))
    if column.not_after_as_of and as_of is not None:
        faults.append(
            (value > ibis.date(as_of.isoformat()), f"a date not after {as_of} was expected")
        )
    return faults


_EXPECTED = {
    "code": "one of the codes of the data dictionary was expected",
    "integer": "a whole number was expected",
    "decimal": "a number was expected",
    "money": "an amount in whole rupiah was expected",
    "date": "a day as dd-mm-yyyy was expected",
    "month": "a month as mm-yyyy was expected",
    "flag": "Y or nothing was expected",
    "nik": "16 digits with a possible birth date were expected",
    "kpj": "a card number of up to 11 digits was expected",
    "region": "a known region code was expected",
}


def _parse(
    text: ir.StringValue, column: Column, number_style: str, regions: Regions
) -> tuple[ir.Value, ir.BooleanValue]:
    """The parsed value, null where it cannot be read, and whether the text could be read."""
    match column.type:
        case "text":
            return text, text.notnull()
        case "code":
            value = text.upper().cases(
                *((code.upper(), stored) for code, stored in column.codes.items()),
                else_=ibis.null("string"),
            )
        case "integer" | "money":
            number = _number(text, number_style)
            whole = number.round(0) == number
            value = ibis.ifelse(whole, number.cast("int64"), ibis.null("int64"))
        case "decimal":
            value = _number(text, number_style).cast("float64")
        case "date":
            value = _day(text)
        case "month":
            value = _month(text)
        case "flag":
            value = text.upper().cases(
                *((word, True) for word in ("Y", "YA", "1", "X")),
                *((word, False) for word in ("N", "T", "TIDAK", "0", "-")),
                else_=ibis.null("boolean"),
            )
            return value.fill_null(False), value.notnull()
        case "nik":
            value = _nik(text)
        case "kpj":
            value = _card_number(text)
        case "region":
            known = text.isin([*regions.by_code, *_unknown_codes(regions), *column.allow])
            value = ibis.ifelse(known, text, ibis.null("string"))
        case other:
            raise AssertionError(f"the data dictionary admits no type {other}")
    return value, value.notnull()


def _unknown_codes(regions: Regions) -> list[str]:
    """The codes that stand for "region unknown" below each known region: 19.00, 19.00.00 and so on."""
    return [
        code + "".join(UNKNOWN_PARTS[level:end])
        for code in regions.by_code
        for level in (code.count("."),)
        for end in range(level + 1, len(UNKNOWN_PARTS) + 1)
    ]


def _number(text: ir.StringValue, style: str) -> ir.DecimalValue:
    """A number as Indonesians write it (`1.234.567,89`), or plain (`1234567.89`)."""
    bare = text.re_replace(r"^[Rr][Pp]\.?\s*", "").re_replace(r"\s", "")
    fits = bare.re_search(_NUMBER_PATTERNS[style])
    plain = bare.replace(".", "").replace(",", ".") if style == "indonesian" else bare
    return ibis.ifelse(fits, plain, ibis.null("string")).try_cast("decimal(24, 6)")


def _day(text: ir.StringValue) -> ir.DateValue:
    fits = text.re_search(_DATE_PATTERN)
    day_first = _try_strptime(text, "%d-%m-%Y").cast("date")
    year_first = _try_strptime(text, "%Y-%m-%d").cast("date")
    return ibis.ifelse(fits, ibis.coalesce(day_first, year_first), ibis.null("date"))


def _month(text: ir.StringValue) -> ir.DateValue:
    """The first day of the month."""
    day_first = _try_strptime(ibis.literal("01-") + text, "%d-%m-%Y").cast("date")
    year_first = _try_strptime(text + "-01", "%Y-%m-%d").cast("date")
    fits = text.re_search(r"^\d{1,2}-\d{4}$|^\d{4}-\d{2}$")
    return ibis.ifelse(fits, ibis.coalesce(day_first, year_first), ibis.null("date"))


def _digits_as_typed(text: ir.StringValue) -> ir.StringValue:
    """Without the quotes, blanks and `.0` that exports put around an id; all reversible."""
    return text.re_replace(r"[\s'\"`]", "").re_replace(r"[.,]0$", "")


def _nik(text: ir.StringValue) -> ir.StringValue:
    """16 digits whose birth date part can be one: day 1-31 (+ 40 for women), month 1-12."""
    digits = _digits_as_typed(text)
    fits = digits.re_search(r"^[1-9]\d{5}([04][1-9]|[1256]\d|[37][01])(0[1-9]|1[0-2])\d{6}$")
    return ibis.ifelse(fits, digits, ibis.null("string"))


def _card_number(text: ir.StringValue) -> ir.StringValue:
    """11 digits; leading zeros that Excel dropped are put back, and eleven zeros mean none."""
    digits = _digits_as_typed(text)
    padded = ibis.ifelse(digits.re_search(r"^\d{8,11}$"), digits.lpad(11, "0"), ibis.null("string"))
    return padded.nullif("0" * 11)
