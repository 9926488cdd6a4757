"""Claims and amounts by month of payment, as two small charts on one axis."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.paired_columns import Columns, PairedColumns, paired_columns_svg
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import (
    decimal_text,
    month_text,
    round_half_up,
    short_month_text,
)
from coverage_lib.present.parts.claims.naming import largest_of
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.parts.claims.paid import last_is_partial
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    counted_text,
    figure_text,
    known_value,
)
from coverage_lib.present.tables import amount_exponent, csv_text


def claims_by_month(releasable: Releasable, language: str) -> Blocks:
    """The chart of months; empty where nothing was paid or fewer than two months are known."""
    context = open_part(releasable, language)
    months = _months(releasable)
    known = [amount for _, amount in months if amount.is_available]
    if not is_paid(releasable) or len(known) < 2:
        return context.show([])
    return context.show(
        [
            blocks.heading(2, "month", context.say("claims_notebook.section.month")),
            _month_figure(context, months),
        ]
    )


def _months(releasable: Releasable) -> tuple[tuple[Figure, Figure], ...]:
    """Count and amount of each month in order."""
    categories = sorted(
        {
            figure.category
            for name in ("claims_paid", "claims_amount_idr")
            for figure in releasable.figures(name, "month")
        }
    )
    return tuple(
        (
            releasable.figure("claims_paid", "month", category),
            releasable.figure("claims_amount_idr", "month", category),
        )
        for category in categories
    )


def month_columns(context: PartContext, months: Sequence[tuple[Figure, Figure]]) -> PairedColumns:
    """The data of the chart: counts above, amounts below, in one unit that suits the largest."""
    words, language = context.words, context.language
    counts, amounts = [count for count, _ in months], [amount for _, amount in months]
    partial = last_is_partial(context, amounts)
    names = [short_month_text(Month.parse(one.category), language) for one in amounts]
    if partial:
        names[-1] = context.say("claims.partial_label", month=names[-1])
    exponent = amount_exponent(amounts)
    scaled = [
        round_half_up(known_value(one)).scaleb(-exponent) if one.is_available else None
        for one in amounts
    ]
    return PairedColumns(
        tuple(names),
        Columns(
            context.say("claims_notebook.unit.claims"),
            tuple(one.value if one.is_available else None for one in counts),
            tuple(figure_text(one, words) for one in counts),
        ),
        Columns(
            context.say(f"claims.unit_{exponent}"),
            tuple(None if one is None else float(one) for one in scaled),
            tuple(
                figure_text(figure, words)
                if value is None
                else decimal_text(value, language, 1 if exponent else 0)
                for figure, value in zip(amounts, scaled, strict=True)
            ),
        ),
        partial,
    )


def _month_figure(context: PartContext, months: Sequence[tuple[Figure, Figure]]) -> Block:
    words, language = context.words, context.language
    chart = month_columns(context, months)
    notes = [basis_text(context.releasable, months[-1][1], words)]
    if chart.last_is_partial:
        last = month_text(Month.parse(months[-1][1].category), language)
        until = context.releasable.figure("claims_amount_idr")
        shown = until if until.as_of else months[-1][1]
        note = context.say("claims.partial_month", month=last, day=as_of_text(shown, words))
        notes.append(f"* {note}")
    values = "; ".join(
        context.say(
            "claims_notebook.alt.month", month=month_text(Month.parse(count.category), language),
            claims=counted_text(count, words), amount=figure_text(amount, words),
        )
        for count, amount in months
    )  # fmt: skip
    return blocks.figure(
        "month-chart", _finding(context, months), paired_columns_svg(chart),
        context.say("claims_notebook.alt.months", values=values), notes=notes,
        csv=csv_text(
            ("month", "claims_paid", "claims_amount_idr"),
            [(count.category, count.value, amount.value) for count, amount in months],
        ),
    )  # fmt: skip


def _finding(context: PartContext, months: Sequence[tuple[Figure, Figure]]) -> str:
    """The month of the highest amount and of the most claims, as far as they are sure."""
    words, language = context.words, context.language
    paid = context.releasable.figure("claims_paid")
    total = context.releasable.figure("claims_amount_idr")
    highest = largest_of([amount for _, amount in months], total)
    if highest is None:
        return context.say("claims_notebook.title.month_plain")
    values = {
        "month": month_text(Month.parse(highest.category), language),
        "amount": figure_text(highest, words),
    }
    most = largest_of([count for count, _ in months], paid)
    if most is None:
        return context.say("claims.chart_title", **values)
    values["claims"] = counted_text(most, words)
    if most.category == highest.category:
        return context.say("claims_notebook.title.month", **values)
    values["other_month"] = month_text(Month.parse(most.category), language)
    return context.say("claims_notebook.title.month_apart", **values)
