"""Claims that were submitted and not yet decided, by how long they wait and by programme."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.parts.claims.naming import by_size, category_name, largest_of
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    counted_text,
    figure_text,
    known_value,
)
from coverage_lib.present.tables import (
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)


def pending_claims(releasable: Releasable, language: str) -> Blocks:
    """A sentence, ages as bars, and a table by programme; empty where there is no list of submissions.

    A submission that waits is no payment, so the part does not ask whether anything was paid.
    """
    context = open_part(releasable, language)
    pending = releasable.figure("pending_claims")
    if pending.status == "not_available":
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "pending", context.say("claims_notebook.section.pending")),
        blocks.paragraph(_sentence(context, pending)),
    ]
    if pending.is_available and known_value(pending) > 0:
        chart = age_bars(context)
        shown += [_age_figure(context, chart)] if any(bar.value for bar in chart.bars) else []
        shown += [_table(context)] if _is_broken_down(releasable) else []
    return context.show(shown)


def _is_broken_down(releasable: Releasable) -> bool:
    return any(one.is_available for one in releasable.figures("pending_claims", "programme"))


def _sentence(context: PartContext, pending: Figure) -> list[Inline]:
    words, releasable = context.words, context.releasable
    day = as_of_text(pending, words)
    if not pending.is_available:
        return marked(context, "claims_notebook.pending.withheld")
    if known_value(pending) == 0:
        return marked(context, "claims_notebook.pending.none", day=day)
    said = marked(
        context, "claims_notebook.pending.sentence", day=day, claims=counted_text(pending, words)
    )
    median = releasable.figure("pending_days_median")
    if not median.is_available:
        return said
    waited = marked(context, "claims_notebook.pending.median", days=counted_text(median, words))
    return joined([said, waited])


def age_bars(context: PartContext) -> BarChart:
    """One bar a band of age, from the youngest to the oldest."""
    bars = [
        Bar(
            context.say("claims_notebook.pending.band", days=_band(figure.category)),
            figure.value,
            figure_text(figure, context.words),
        )
        for figure in sorted(
            context.releasable.figures("pending_claims", "age_band"), key=_first_day
        )
    ]
    return BarChart(tuple(bars), None, context.say("claims_notebook.unit.claims"), context.language)


def _first_day(figure: Figure) -> int:
    return int(figure.category.rstrip("+").partition("-")[0])


def _band(category: str) -> str:
    """`4-5` with the dash of a range."""
    return category.replace("-", "\u2013")


def _age_figure(context: PartContext, chart: BarChart) -> Block:
    total = context.releasable.figure("pending_claims")
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in chart.bars
    )
    return blocks.figure(
        "pending-chart", _finding(context), bar_svg(chart),
        context.say("claims_notebook.alt.pending", values=values),
        notes=[
            basis_text(context.releasable, total, context.words),
            context.say("claims_notebook.note.pending_age"),
        ],
        csv=csv_text(("age", "pending_claims"), [(bar.name, bar.value) for bar in chart.bars]),
    )  # fmt: skip


def _finding(context: PartContext) -> str:
    total = context.releasable.figure("pending_claims")
    largest = largest_of(context.releasable.figures("pending_claims", "age_band"), total)
    if largest is None:
        return context.say("claims_notebook.title.pending_plain")
    return context.say(
        "claims_notebook.title.pending", claims=counted_text(largest, context.words),
        days=_band(largest.category),
        total=counted_text(total, context.words),
    )  # fmt: skip


def _table(context: PartContext) -> Block:
    releasable, words = context.releasable, context.words
    figures = releasable.figures("pending_claims", "programme")
    full = max((known_value(one) for one in figures if one.is_available), default=0.0)
    columns = [
        text_column("programme", context.say("column.programme"), 2.2),
        number_column("pending", context.say("claims_notebook.column.pending"), 1.4),
        number_column("median", context.say("claims_notebook.column.pending_median"), 1.4),
    ]
    rows = [
        ("programme", one, category_name(context, "programme", one)) for one in by_size(figures)
    ]
    rows.append(("total", "total", context.say("total.all")))
    lines = []
    for dimension, category, name in rows:
        is_total = dimension == "total"
        pending = releasable.figure("pending_claims", dimension, category)
        median = releasable.figure("pending_days_median", dimension, category)
        entries = (
            label(name),
            figure_entry(pending, words, bar_of=None if is_total else full),
            figure_entry(median, words),
        )
        lines.append(Line(entries, "total" if is_total else "body"))
    return make_table(
        "pending-table", context.say("claims_notebook.title.pending_programme"), columns, lines,
        notes=[basis_text(releasable, releasable.figure("pending_claims"), words)],
    )  # fmt: skip
