"""Claims and amounts by programme, by type of benefit and by segment, with mean and median."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, Table
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.parts.claims.burden import ratio_months
from coverage_lib.present.parts.claims.naming import (
    benefit_name,
    by_payment,
    category_name,
    compared_amount,
    largest_of,
    segment_name,
)
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.parts.claims.paid import PROGRAMMES
from coverage_lib.present.parts.claims.payments import known_categories, payment_table
from coverage_lib.present.quantities import basis_text, figure_text, known_value

_PAID = ("claims_paid", "claims_amount_idr")
_BENEFIT = (
    ("benefit_mean_idr", "claims_notebook.column.mean"),
    ("benefit_median_idr", "claims_notebook.column.median"),
)


def claims_by_programme(releasable: Releasable, language: str) -> Blocks:
    """Programmes with mean and median benefit, and where they are known types of benefit.

    Empty where nothing was paid, and where no programme is known, as in a village.
    """
    context = open_part(releasable, language)
    known = known_categories(context, _PAID, "programme", PROGRAMMES)
    if not (is_paid(releasable) and known):
        return context.show([])
    order = by_payment(releasable, "programme")
    ordered = (*order, *(one for one in known if one not in order))
    said = _benefit_sentence(context)
    shown: list[Block] = [_heading(context, "programme")]
    shown += [blocks.paragraph(said)] if said else []
    notes = [*_basis(context), context.say("claims.note_included")]
    shown.append(
        _table(
            context, "programme", ordered, lambda one: category_name(context, "programme", one),
            notes, _BENEFIT,
        )
    )  # fmt: skip
    types = _paid_categories(context, "benefit_type")
    if types:
        left_out = context.say("claims_notebook.note.unpaid_types")
        shown.append(
            _table(
                context, "benefit_type", types, lambda one: benefit_name(context, one),
                [*_basis(context), left_out],
            )
        )  # fmt: skip
    return context.show(shown)


def claims_by_segment(releasable: Releasable, language: str) -> Blocks:
    """Claims and amounts by segment; empty where nothing was paid or no segment is known."""
    context = open_part(releasable, language)
    segments = tuple(
        one
        for one in by_payment(releasable, "segment")
        if one != "unknown" or _is_paid_or_hidden(context, "segment", one)
    )
    if not (is_paid(releasable) and segments):
        return context.show([])
    ratio = releasable.figure("claim_ratio")
    notes = _basis(context)
    if any(one.is_available for one in releasable.figures("claim_ratio", "segment")):
        notes.append(context.say("claims_notebook.note.ratio", months=ratio_months(context, ratio)))
    table = _table(
        context, "segment", segments, lambda one: segment_name(context, one), notes,
        (("claim_ratio", "claims_notebook.column.claim_ratio"),),
    )  # fmt: skip
    return context.show([_heading(context, "segment"), table])


def _table(
    context: PartContext,
    dimension: str,
    categories: Sequence[str],
    name_of: Callable[[str], str],
    notes: Sequence[str],
    more: Sequence[tuple[str, str]] = (),
) -> Table:
    """Counts and amounts, with their short notes in one line: four lines would be a block."""
    table = payment_table(
        context, f"{dimension.replace('_', '-')}-table", _largest(context, dimension, name_of),
        dimension, dimension, categories, _PAID, name_of=name_of, count_title="claims",
        notes=notes, more=more, with_bars=True,
    )  # fmt: skip
    return {**table, "notes": [" ".join(table["notes"])]}


def _heading(context: PartContext, name: str) -> Block:
    return blocks.heading(2, name, context.say(f"claims_notebook.section.{name}"))


def _basis(context: PartContext) -> list[str]:
    count = context.releasable.figure("claims_paid")
    return [basis_text(context.releasable, count, context.words)] if count.is_available else []


def _paid_categories(context: PartContext, dimension: str) -> tuple[str, ...]:
    """What was paid or is withheld, by size; what was truly nothing would fill a table with zeros."""
    ordered = by_payment(context.releasable, dimension)
    return tuple(one for one in ordered if _is_paid_or_hidden(context, dimension, one))


def _is_paid_or_hidden(context: PartContext, dimension: str, category: str) -> bool:
    figures = [context.releasable.figure(name, dimension, category) for name in _PAID]
    return any(
        figure.status == "suppressed" or (figure.is_available and known_value(figure) > 0)
        for figure in figures
    )


def _largest(context: PartContext, dimension: str, name_of: Callable[[str], str]) -> str:
    """The finding: who took the most, of how much; a plain title where that is not known."""
    total = context.releasable.figure("claims_amount_idr")
    amounts = context.releasable.figures("claims_amount_idr", dimension)
    largest = largest_of(amounts, total)
    if largest is None or not total.is_available:
        return context.say(f"claims_notebook.title.{dimension}_plain")
    return context.say(
        f"claims_notebook.title.{dimension}", name=name_of(largest.category),
        amount=compared_amount(context, largest), total=compared_amount(context, total),
    )  # fmt: skip


def _benefit_sentence(context: PartContext) -> list[Inline]:
    """Median beside mean, and what it means that they differ."""
    releasable, words = context.releasable, context.words
    mean, median = (releasable.figure(name) for name, _ in _BENEFIT)
    values = {"mean": figure_text(mean, words), "median": figure_text(median, words)}
    if not mean.is_available:
        return []
    if not median.is_available:
        return marked(context, "claims_notebook.benefit.mean_only", **values)
    higher = known_value(mean) > known_value(median)
    key = "mean_higher" if higher else "median_higher"
    return marked(context, f"claims_notebook.benefit.{key}", **values)
