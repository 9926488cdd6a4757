"""One pass over raw rows: every cell read as the dictionary says, every fault with its reason.

Pure: raw table expression in, table expression out. Nothing runs until the caller asks.
A reason names the column and what was expected, a repair the column and its rule, neither
ever the value that stood there.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import Literal

from coverage_lib.intake.code_words import code_form
from coverage_lib.intake.days import day_form, month_form
from coverage_lib.intake.national_ids import (
    DIGITS_LOST,
    birth_date_differs,
    card_number_form,
    has_lost_digits,
    national_id_form,
)
from coverage_lib.intake.region_codes import region_form
from coverage_lib.intake.values import (
    AMBIGUOUS_NUMBER,
    TWO_NUMBERS,
    Form,
    Reading,
    flag_form,
    is_ambiguous_number,
    number_form,
    read,
    text_form,
)
from coverage_lib.reference.regions import Regions
from coverage_lib.tables import Column, Table

REASONS = "reasons"
LEFT_OUT = "left_out"
REPAIRS = "repairs"
BIRTH_DATE_DIFFERS = "nik_birth_date_differs"
MOST_LISTED_CODES = 12
_SEPARATOR = "; "
_STAGE = "stage"
_A_HUNDRED_YEARS = timedelta(days=36_524)  # less the day on which they are full
_Conditions = list[tuple[ir.BooleanValue, str | ir.StringValue]]


@dataclass(frozen=True)
class _Cell:
    """A column of a row: its text without blanks around it, and what that says."""

    column: Column
    text: ir.StringValue
    reading: Reading


def check_rows(
    rows: ir.Table,
    table: Table,
    regions: Regions,
    as_of: date | None,
    region_codes: str = "ministry",
) -> ir.Table:
    """Parsed columns under their dictionary names, then REASONS, LEFT_OUT and REPAIRS.

    Each of the three lists is empty where there is nothing to tell: faults that cost the row,
    faults that cost it only a value, and the rules by which a cell was read in another than
    its standard form. Other columns of `rows`, such as the line, pass as they are. A cell of
    blanks is missing. Columns of the table's region stay text here; `intake.places` resolves
    them. `region_codes` is the number system of codes without dots.
    """
    forms = {
        column.name: _form(column, table, regions, as_of, region_codes) for column in table.columns
    }
    made = _read_rows(rows, forms, {c.name for c in table.columns if c.type != "text"})
    cells = [_cell(made, column) for column in table.columns]
    found = [fault for cell in cells for fault in _faults(cell, as_of)]
    left_out = [
        (unusable, words)
        for cell in cells
        if cell.column.on_invalid == "keep_without"
        for unusable, words in _unreadable(cell)
    ]
    return made.select(
        *bookkeeping(rows, table),
        *(_stored(cell) for cell in cells),
        **{
            REASONS: _list_reasons(found),
            LEFT_OUT: _list_reasons(left_out),
            REPAIRS: _list_reasons(_repairs(cells)),
        },
    )


def _read_rows(rows: ir.Table, forms: Mapping[str, Form], by_form: Set[str]) -> ir.Table:
    """The texts of all columns, what those in standard form say, and of columns that have other
    forms (all but text) what the odd ones say.
    """
    texts = _stage(
        rows, {f"text_{name}": _without_blanks(rows[name]) for name in forms}, dropped=[*forms]
    )
    standard = _stage(
        texts,
        {f"standard_{name}": form.standard(texts[f"text_{name}"]) for name, form in forms.items()},
    )
    odd = {
        f"odd_{name}": ibis.ifelse(
            standard[f"standard_{name}"].isnull(), standard[f"text_{name}"], None
        )
        for name in forms
        if name in by_form
    }
    return _with_readings(
        _stage(standard, odd), {name: form for name, form in forms.items() if name in by_form}
    )


def _without_blanks(text: ir.StringValue) -> ir.StringValue:
    """Without the blanks around it; null where there is nothing else.

    Most cells have none, and to look for one at either end costs a fifth of taking them off:
    whatever sorts before `!` is a blank or nothing at all.
    """
    has_blanks = (text < "!") | (text.right(1) < "!")
    return ibis.ifelse(has_blanks, text.strip().nullif(""), text)


def _cell(made: ir.Table, column: Column) -> _Cell:
    name = column.name
    text, no_rule = made[f"text_{name}"], ibis.null("string")
    if column.type == "text":
        return _Cell(column, text, Reading(made[f"standard_{name}"], no_rule, ibis.literal(False)))
    reading = Reading(made[name], made[f"rule_{name}"], made[f"unreadable_{name}"])
    return _Cell(column, text, reading)


def _with_readings(rows: ir.Table, forms: Mapping[str, Form]) -> ir.Table:
    """Step after step, what odd texts say, then the value, rule and unreadable of every column."""
    for number in range(max((len(form.steps) for form in forms.values()), default=0)):
        made = {}
        for name, form in forms.items():
            if number < len(form.steps):
                before = [rows[f"step_{earlier}_{name}"] for earlier in range(number)]
                made[f"step_{number}_{name}"] = _if_odd(
                    rows[f"odd_{name}"], form.steps[number](rows[f"odd_{name}"], *before)
                )
        rows = _stage(rows, made)
    others: dict[str, ir.Value] = {}
    rules: dict[str, list[ir.StringValue]] = {}
    for name, form in forms.items():
        odd = rows[f"odd_{name}"]
        steps = [rows[f"step_{number}_{name}"] for number in range(len(form.steps))]
        rules[name] = []
        for number, (value, rule) in enumerate(form.others(odd, *steps)):
            others[f"other_{number}_{name}"] = _if_odd(odd, value)
            if not isinstance(rule.op(), Literal):
                others[f"named_{number}_{name}"] = _if_odd(odd, rule)
            rules[name].append(rule)
    rows = _stage(rows, others)
    readings = {
        name: read(
            rows[f"standard_{name}"],
            rows[f"odd_{name}"],
            [
                (
                    rows[f"other_{number}_{name}"],
                    rule if isinstance(rule.op(), Literal) else rows[f"named_{number}_{name}"],
                )
                for number, rule in enumerate(rules[name])
            ],
        )
        for name in forms
    }
    return _stage(
        rows,
        {name: reading.value for name, reading in readings.items()}
        | {f"rule_{name}": reading.rule for name, reading in readings.items()}
        | {f"unreadable_{name}": reading.unreadable for name, reading in readings.items()},
    )


def _if_odd(odd: ir.StringValue, value: ir.Value) -> ir.Value:
    """The engine works out what stands in a branch only for the rows that take it."""
    return ibis.ifelse(odd.isnull(), ibis.null(value.type()), value)


def bookkeeping(rows: ir.Table, table: Table) -> list[str]:
    """The columns that say where a row comes from: those that the dictionary does not have."""
    known = {column.name for column in table.columns}
    return [name for name in rows.columns if name not in known]


def blamed_columns(faults: str, table: Table) -> tuple[Column, ...]:
    """The columns that a row's list of faults names; none for a row that only repeats a key."""
    named = {fault.partition(": ")[0] for fault in faults.split(_SEPARATOR)}
    return tuple(column for column in table.columns if column.aliases[0] in named)


def listed_repairs(repairs: str) -> tuple[tuple[str, str], ...]:
    """The columns and rules of a row's list of repairs."""
    pairs = (one.partition(": ") for one in repairs.split(_SEPARATOR) if one)
    return tuple((column, rule) for column, _, rule in pairs)


def _stage(rows: ir.Table, made: dict[str, ir.Value], dropped: Sequence[str] = ()) -> ir.Table:
    """One select of its own: otherwise each use of a column would write out, and run, all that it
    is made of. What is not the same twice is never merged; the engine drops it, being unused.
    """
    kept = [name for name in rows.columns if name not in {*dropped, _STAGE}]
    return rows.select(*kept, **made, **{_STAGE: ibis.random()})


def _form(
    column: Column, table: Table, regions: Regions, as_of: date | None, region_codes: str
) -> Form:
    match column.type:
        case "text":
            return text_form(is_identifier=column.store == "pseudonym")
        case "code":
            return code_form(column)
        case "integer" | "money" | "decimal":
            return number_form(column.number_style or table.number_style, column.type)
        case "date":
            return day_form(*_possible_days(column, as_of))
        case "month":
            return month_form(date(column.earliest_year, 1, 1))
        case "flag":
            return flag_form()
        case "nik":
            return national_id_form(regions)
        case "kpj":
            return card_number_form()
        case "region":
            return region_form(regions, column.allow, column.code_system or region_codes)
        case other:
            raise AssertionError(f"the data dictionary admits no type {other}")


def _possible_days(column: Column, as_of: date | None) -> tuple[date, date | None]:
    """Between which days a year of two digits may lie; no end where None. Whoever is listed is
    not yet a hundred years old: without a day to count from no birth date has a beginning.
    """
    if column.is_birth_date:
        return (date.min if as_of is None else as_of - _A_HUNDRED_YEARS), as_of
    return date(column.earliest_year, 1, 1), as_of if column.not_after_as_of else None


def _stored(cell: _Cell) -> ir.Value:
    value = cell.reading.value
    named = value.fill_null(False) if cell.column.type == "flag" else value
    return named.name(cell.column.name)


def _words_of_fault(column: Column, expected: str) -> str:
    return f"{column.aliases[0]}: {expected}{_SEPARATOR}"


def _expected(column: Column) -> str:
    """What a cell of the column must be. Codes are listed where they, or their short list, fit on a line."""
    if column.listed_as:
        return f"one of {', '.join(column.listed_as)} was expected"
    if column.type == "code" and len(column.codes) <= MOST_LISTED_CODES:
        return f"one of {', '.join(column.codes)} was expected"
    return _EXPECTED.get(column.type, "")


def _list_reasons(found: _Conditions) -> ir.StringValue:
    """The words of all conditions that hold; put together only for rows that have one."""
    nothing = ibis.literal("")
    if not found:
        return nothing
    any_holds = functools.reduce(operator.or_, (holds for holds, _ in found))
    words = functools.reduce(operator.add, (ibis.ifelse(holds, text, "") for holds, text in found))
    return ibis.ifelse(any_holds, words, nothing)


def _unreadable(cell: _Cell) -> _Conditions:
    """The reason why a cell cannot be read: what was expected, that digits are lost, or that a
    mark leaves two numbers.
    """
    column, unreadable = cell.column, cell.reading.unreadable
    expected = _words_of_fault(column, _expected(column))
    if column.type == "text":
        return []
    if column.type in ("nik", "kpj"):
        special, words = has_lost_digits(cell.text, column.type), DIGITS_LOST
    elif column.type in ("integer", "money"):
        special, words = is_ambiguous_number(cell.text), TWO_NUMBERS
    else:
        return [(unreadable, expected)]
    known = ibis.ifelse(unreadable, special, False)
    return [(unreadable & ~known, expected), (known, _words_of_fault(column, words))]


def _faults(cell: _Cell, as_of: date | None) -> _Conditions:
    column, value = cell.column, cell.reading.value
    found = _unreadable(cell) if column.on_invalid == "reject" else []
    other: list[tuple[ir.BooleanValue, str]] = []
    if column.not_null:
        other.append((value.isnull() & ~cell.reading.unreadable, "a value was expected"))
    if column.minimum is not None:
        other.append((value < column.minimum, f"at least {column.minimum:g} was expected"))
    if column.maximum is not None:
        other.append((value > column.maximum, f"at most {column.maximum:,.0f} was expected"))
    if column.not_after_as_of and as_of is not None:
        other.append(
            (value > ibis.date(as_of.isoformat()), f"a date not after {as_of} was expected")
        )
    return found + [
        (fault.fill_null(False), _words_of_fault(column, words)) for fault, words in other
    ]


def _repairs(cells: Sequence[_Cell]) -> _Conditions:
    """The rules that read cells in another than their standard form, and ids that contradict."""
    found: _Conditions = []
    for cell in cells:
        name, rule = cell.column.name, cell.reading.rule
        if cell.column.type != "text":
            found.append((rule.notnull(), ibis.literal(f"{name}: ") + rule + _SEPARATOR))
        if cell.column.type == "decimal":
            ambiguous = ibis.ifelse(rule.isnull(), is_ambiguous_number(cell.text), False)
            words = f"{name}: {AMBIGUOUS_NUMBER}{_SEPARATOR}"
            found.append((ambiguous.fill_null(False), words))
    born = [cell for cell in cells if cell.column.is_birth_date]
    named = [cell for cell in cells if cell.column.type == "nik"]
    if len(born) == len(named) == 1:
        differs = birth_date_differs(named[0].reading.value, born[0].reading.value)
        words = f"{named[0].column.name}: {BIRTH_DATE_DIFFERS}{_SEPARATOR}"
        found.append((differs.fill_null(False), words))
    return found


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
