"""How often participants claim, and what is paid out of what comes in."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.axes import Target
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text, month_text, percent_text
from coverage_lib.present.parts.claims.naming import (
    by_payment,
    by_size,
    category_name,
    largest_of,
)
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.quantities import (
    as_of_text,
    figure_text,
    known_value,
    vintage_of,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

#: What is paid out equals what came in.
_EVEN = 100.0


def frequency_and_ratio(releasable: Releasable, language: str) -> Blocks:
    """One sentence each on what the two mean, ratios as bars, and a table by programme.

    Empty where nothing was paid or neither is known.
    """
    context = open_part(releasable, language)
    frequency, ratio = releasable.figure("claim_frequency"), releasable.figure("claim_ratio")
    if not is_paid(releasable) or not (frequency.is_available or ratio.is_available):
        return context.show([])
    which = "frequency" if not ratio.is_available else "ratio"
    key = f"{which}_alone" if not (frequency.is_available and ratio.is_available) else "frequency"
    shown: list[Block] = [
        blocks.heading(2, "frequency", context.say(f"claims_notebook.section.{key}"))
    ]
    if frequency.is_available:
        shown.append(blocks.paragraph(_frequency_sentence(context, frequency)))
    if ratio.is_available:
        shown.append(blocks.paragraph(_ratio_sentence(context, ratio)))
    chart = ratio_bars(context)
    if len([bar for bar in chart.bars if bar.value is not None]) > 2:
        shown.append(_ratio_figure(context, chart, ratio))
    programmes = by_payment(releasable, "programme")
    if any(one.is_available for one in releasable.figures("claim_frequency", "programme")):
        shown.append(_table(context, programmes))
    return context.show(shown)


def _frequency_sentence(context: PartContext, frequency: Figure) -> list[Inline]:
    thousand = decimal_text(1000, context.language)
    values = {
        "frequency": figure_text(frequency, context.words), "thousand": thousand,
        "day": as_of_text(frequency, context.words),
    }  # fmt: skip
    said = marked(context, "claims_notebook.frequency.sentence", **values)
    if frequency.denominator is None:
        return said
    average = decimal_text(frequency.denominator, context.language)
    return joined([said, marked(context, "claims_notebook.frequency.average", average=average)])


def _ratio_sentence(context: PartContext, ratio: Figure) -> list[Inline]:
    said = marked(
        context, "claims_notebook.ratio.sentence",
        ratio=figure_text(ratio, context.words), months=ratio_months(context, ratio),
    )  # fmt: skip
    return joined([said, marked(context, "claims_notebook.ratio.meaning")])


def ratio_months(context: PartContext, ratio: Figure) -> str:
    """The months that both tables cover in full, as the denominator names them, in words."""
    vintage = vintage_of(context.releasable, ratio)
    months = [Month.parse(one) for one in vintage.split("..") if one]
    if not months:
        return context.say("claims_notebook.ratio.months_unknown")
    names = [month_text(one, context.language) for one in months]
    if len(names) == 1 or names[0] == names[-1]:
        return names[0]
    return context.say("claims_notebook.ratio.months", first=names[0], last=names[-1])


def ratio_bars(context: PartContext) -> BarChart:
    """Programmes from the highest ratio to the lowest, the region itself first."""
    releasable, words = context.releasable, context.words
    bars = []
    whole = releasable.figure("claim_ratio")
    if whole.is_available:
        name = context.say("claims_notebook.all_programmes")
        bars.append(Bar(name, whole.value, figure_text(whole, words), True))
    figures = {one.category: one for one in releasable.figures("claim_ratio", "programme")}
    for category in by_size(tuple(figures.values())):
        figure = figures[category]
        name = category_name(context, "programme", category)
        bars.append(Bar(name, figure.value, _ratio_text(context, figure)))
    even = context.say("claims_notebook.ratio.even", value=percent_text(_EVEN, context.language, 0))
    unit = context.say("claims_notebook.unit.ratio")
    return BarChart(tuple(bars), Target(_EVEN, even), unit, context.language)


def _ratio_text(context: PartContext, figure: Figure) -> str:
    """A programme without contributions of its own has no ratio, which no source could supply."""
    if figure.is_available or figure.status == "suppressed":
        return figure_text(figure, context.words)
    return context.say("claims_notebook.ratio.none")


def _ratio_figure(context: PartContext, chart: BarChart, ratio: Figure) -> Block:
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    notes = [
        context.say("claims_notebook.note.ratio", months=ratio_months(context, ratio)),
        context.say("claims_notebook.note.savings"),
    ]
    return blocks.figure(
        "ratio-chart", _ratio_finding(context), bar_svg(chart),
        context.say("claims_notebook.alt.ratio", values=values), notes=notes,
        csv=csv_text(("name", "claim_ratio"), [(bar.name, bar.value) for bar in chart.bars]),
    )  # fmt: skip


def _ratio_finding(context: PartContext) -> str:
    """Which programmes paid more than they took in, or that none did."""
    ratios = [
        one
        for one in context.releasable.figures("claim_ratio", "programme")
        if one.is_available and known_value(one) > _EVEN
    ]
    if not ratios:
        return context.say("claims_notebook.title.ratio_none")
    ordered = sorted(ratios, key=known_value, reverse=True)
    names = tuple(
        context.say(
            "claims_notebook.title.ratio_part", name=one.category,
            ratio=figure_text(one, context.words),
        )
        for one in ordered
    )  # fmt: skip
    return context.say("claims_notebook.title.ratio", programmes=context.words.listing(names))


def _table(context: PartContext, programmes: Sequence[str]) -> Block:
    """Frequency by programme with the participants that it is counted against."""
    releasable, words = context.releasable, context.words
    thousand = decimal_text(1000, context.language)
    columns = [
        text_column("programme", context.say("column.programme"), 2.2),
        number_column("claims", context.say("claims_notebook.column.claims_paid"), 1),
        number_column("average", context.say("claims_notebook.column.average"), 1.4),
        number_column(
            "frequency", context.say("claims_notebook.column.claim_frequency", thousand=thousand), 1.4
        ),
    ]  # fmt: skip
    rows = [("programme", one, category_name(context, "programme", one)) for one in programmes]
    rows.append(("total", "total", context.say("claims_notebook.all_programmes")))
    lines = []
    for dimension, category, name in rows:
        frequency = releasable.figure("claim_frequency", dimension, category)
        entries: tuple[Entry, ...] = (
            label(name),
            figure_entry(releasable.figure("claims_paid", dimension, category), words),
            _average(context, frequency),
            figure_entry(frequency, words),
        )
        lines.append(Line(entries, "total" if dimension == "total" else "body"))
    day = as_of_text(releasable.figure("claim_frequency"), words)
    notes = [
        context.say("claims_notebook.note.frequency", day=day, thousand=thousand),
        context.say("claims_notebook.note.several_programmes"),
    ]
    return make_table(
        "frequency-table", _frequency_finding(context, thousand), columns, lines, notes=notes
    )


def _average(context: PartContext, frequency: Figure) -> Entry:
    if frequency.denominator is None:
        return words_entry(figure_text(frequency, context.words))
    shown = decimal_text(frequency.denominator, context.language)
    return Entry(shown, round(frequency.denominator, 6))


def _frequency_finding(context: PartContext, thousand: str) -> str:
    figures = context.releasable.figures("claim_frequency", "programme")
    highest = largest_of(figures)
    if highest is None or len(figures) < 2:
        return context.say("claims_notebook.title.frequency_plain", thousand=thousand)
    return context.say(
        "claims_notebook.title.frequency", thousand=thousand,
        programme=category_name(context, "programme", highest.category),
        frequency=figure_text(highest, context.words),
    )  # fmt: skip
