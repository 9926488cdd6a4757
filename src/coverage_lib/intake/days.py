"""Days and months as they are written. The day always stands before the month: 06/25/2025 is none."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.intake.values import Alternative, Form

_MONTH_WORDS = (
    ("JAN", "JANUARI", "JANUARY"), ("FEB", "FEBRUARI", "FEBRUARY", "PEB", "PEBRUARI"),
    ("MAR", "MARET", "MARCH"), ("APR", "APRIL"), ("MEI", "MAY"), ("JUN", "JUNI", "JUNE"),
    ("JUL", "JULI", "JULY"), ("AGU", "AGT", "AGS", "AUG", "AGUST", "AGUSTUS", "AUGUST"),
    ("SEP", "SEPT", "SEPTEMBER"), ("OKT", "OCT", "OKTOBER", "OCTOBER"),
    ("NOV", "NOP", "NOVEMBER", "NOPEMBER"), ("DES", "DEC", "DESEMBER", "DECEMBER"),
)  # fmt: skip
_DAY = r"^\d{1,2}-\d{1,2}-\d{4}$|^\d{4}-\d{2}-\d{2}$"
_MONTH = r"^\d{1,2}-\d{4}$|^\d{4}-\d{2}$"
_NAMED_DAY = r"^(\d{1,2})[-/. ]+([A-Z]{3,9})\.?[-/., ]+(\d{4}|\d{2})$"
_TIME = r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?$"
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # 18 May 1927 to 31 December 2099
#: Five digits that may be a day as DDMMYY whose first zero a spreadsheet has taken away.
_DAY_WITHOUT_ZERO = r"^[1-9](0[1-9]|1[0-2])\d\d"


@ibis.udf.scalar.builtin(name="try_strptime")
def _try_strptime(text: str, pattern: str) -> ibis.dtype("timestamp"):  # type: ignore[valid-type]
    """The engine's own parser; null where the text has another form or names no real day."""


def day_form(earliest: date, latest: date | None) -> Form:
    """A day. Two digits for a year are read where one century alone puts it between `earliest`
    and `latest` (None: no end); of two that could be meant none is chosen.
    """

    def others(
        text: ir.StringValue, bare: ir.StringValue, marked: ir.StringValue
    ) -> list[Alternative]:
        return [
            *_other_days(text, bare, marked, earliest, latest),
            (_day_of_serial(text), ibis.literal("excel_serial")),
        ]

    return Form(
        _day,
        others,
        (_without_time, lambda _text, bare: _months_as_numbers(bare)),
    )


def month_form(earliest: date) -> Form:
    """The first day of a month; a full date stands for the month that it lies in.

    Five digits are a month and year whose first zero is lost, never the number of a day.
    """

    def others(
        text: ir.StringValue, bare: ir.StringValue, marked: ir.StringValue, named: ir.StringValue
    ) -> list[Alternative]:
        return _other_months(text, bare, marked, named, earliest)

    return Form(
        _month,
        others,
        (
            _without_time,
            lambda _text, bare: _months_as_numbers(bare),
            lambda text, _bare, _marked: _months_as_numbers(ibis.literal("1-") + text.upper()),
        ),
    )


def _day(text: ir.StringValue) -> ir.DateValue:
    either = ibis.coalesce(_parsed(text, "%d-%m-%Y"), _parsed(text, "%Y-%m-%d"))
    return _where(text.re_search(_DAY), either)


def _month(text: ir.StringValue) -> ir.DateValue:
    month_first = _parsed(ibis.literal("01-") + text, "%d-%m-%Y")
    either = ibis.coalesce(month_first, _parsed(text + "-01", "%Y-%m-%d"))
    return _where(text.re_search(_MONTH), either)


def _without_time(text: ir.StringValue) -> ir.StringValue:
    return text.upper().re_replace(_TIME, "")


def _other_days(
    text: ir.StringValue,
    bare: ir.StringValue,
    marked: ir.StringValue,
    earliest: date,
    latest: date | None,
) -> list[Alternative]:
    timed = text.re_search(_TIME)
    named = bare.re_search(r"[A-Z]")
    day_first = marked.re_search(r"^\d{1,2}(-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{4}$")
    short = marked.re_search(r"^\d{1,2}(-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{2}$")
    year_first = marked.re_search(r"^\d{4}(-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}$")
    dashed = marked.re_replace(r"[/.]", "-")
    rule = ibis.cases((named, "month_name"), (timed, "time_of_day"), else_="date_separator")
    packed = bare.re_search(r"^(19|20)\d{6}$")
    return [
        (_where(short, _in_its_century(dashed, earliest, latest)), ibis.literal("two_digit_year")),
        (_where(day_first, _parsed(dashed, "%d-%m-%Y")), rule),
        (_where(year_first, _parsed(dashed, "%Y-%m-%d")), rule),
        (_where(packed, _parsed(bare, "%Y%m%d")), ibis.literal("date_without_separators")),
    ]


def _other_months(
    text: ir.StringValue,
    bare: ir.StringValue,
    marked: ir.StringValue,
    named: ir.StringValue,
    earliest: date,
) -> list[Alternative]:
    upper = text.upper()
    short = named.re_search(r"^1-\d{1,2}-\d{2}$") & upper.re_search("^[A-Z]")
    long = named.re_search(r"^1-\d{1,2}-\d{4}$") & upper.re_search("^[A-Z]")
    dashed = upper.re_replace(r"[/. ]", "-")
    packed = upper.re_search(r"^(19|20)\d{4}$")
    zero_lost = upper.re_search(r"^[1-9](19|20)\d\d$")
    days = ibis.coalesce(
        _day(text), *(value for value, _ in _other_days(text, bare, marked, earliest, None))
    )
    return [
        (_where(short, _in_its_century(named, earliest, None)), ibis.literal("two_digit_year")),
        (_where(long, _parsed(named, "%d-%m-%Y")), ibis.literal("month_name")),
        (
            _where(
                upper.re_search(r"^(\d{1,2}[/. ]\d{4}|\d{4}[-/. ]\d{1,2})$"),
                ibis.coalesce(
                    _parsed(ibis.literal("1-") + dashed, "%d-%m-%Y"),
                    _parsed(dashed + "-1", "%Y-%m-%d"),
                ),
            ),
            ibis.literal("date_separator"),
        ),
        (
            _where(packed, _parsed(upper + "01", "%Y%m%d")),
            ibis.literal("date_without_separators"),
        ),
        (
            _where(zero_lost, _parsed(ibis.literal("010") + upper, "%d%m%Y")),
            ibis.literal("leading_zeros"),
        ),
        (days.truncate("M"), ibis.literal("full_date")),
    ]


def _months_as_numbers(text: ir.StringValue) -> ir.StringValue:
    """`1 JUNI 2025` as `1-6-2025`; a text without a known word for a month stays as it is."""
    number = text.re_extract(_NAMED_DAY, 2).cases(
        *((word, str(month)) for month, words in enumerate(_MONTH_WORDS, 1) for word in words),
        else_=ibis.null("string"),
    )
    joined = text.re_extract(_NAMED_DAY, 1) + "-" + number + "-" + text.re_extract(_NAMED_DAY, 3)
    return ibis.coalesce(joined, text)


def _day_of_serial(text: ir.StringValue) -> ir.DateValue:
    """The number under which spreadsheets keep a day, where it is one of five digits that cannot
    be day, month and year: `10685` may be 2 April 1929, or 010685.
    """
    is_number = text.re_search(r"^[1-9]\d{4}([.,]0+)?$") & ~text.re_search(_DAY_WITHOUT_ZERO)
    digits = _where(is_number, text.left(5))
    serial = digits.try_cast("int64")
    plausible = _where(serial.between(_FIRST_SERIAL, _LAST_SERIAL), serial)
    return (ibis.date("1899-12-30") + plausible.as_interval("D")).cast("date")


def _in_its_century(dashed: ir.StringValue, earliest: date, latest: date | None) -> ir.DateValue:
    """The day of `d-m-yy`, in this century or the last; null where both or neither are possible."""
    start, year = dashed.re_extract(r"^(.*-)\d{2}$", 1), dashed.right(2)

    def possible(century: str) -> ir.DateValue:
        day = _parsed(start + century + year, "%d-%m-%Y")
        possible = day >= ibis.date(earliest.isoformat())
        if latest is not None:
            possible &= day <= ibis.date(latest.isoformat())
        return _where(possible, day)

    this, last = possible("20"), possible("19")
    return _where(this.isnull() | last.isnull(), ibis.coalesce(this, last))


def _parsed(text: ir.StringValue, form: str) -> ir.DateValue:
    return _try_strptime(text, form).cast("date")


def _where(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, value, ibis.null(value.type()))
