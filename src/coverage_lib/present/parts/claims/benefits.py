"""Claims and amounts by programme, by type of benefit and by segment, with mean and median."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.parts.claims.naming import (
    benefit_name,
    by_size,
    category_name,
    programmes_by_amount,
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
    order = programmes_by_amount(releasable)
    ordered = (*order, *(one for one in known if one not in order))
    said = _benefit_sentence(context)
    shown: list[Block] = [_heading(context, "programme")]
    shown += [blocks.paragraph(said)] if said else []
    notes = [*_basis(context), context.say("claims.note_included")]
    shown.append(
        payment_table(
            context, "programme-table", _largest(context, "programme", category_name_of(context)),
            "programme", "programme", ordered, _PAID, name_of=category_name_of(context),
            count_title="claims", notes=notes, more=_BENEFIT, with_bars=True,
        )
    )  # fmt: skip
    types = _paid_categories(context, "benefit_type")
    if types:
        shown.append(
            payment_table(
                context, "benefit-table",
                _largest(context, "benefit_type", lambda code: benefit_name(context, code)),
                "benefit_type", "benefit_type", types, _PAID,
                name_of=lambda code: benefit_name(context, code), count_title="claims",
                notes=[context.say("claims_notebook.note.unpaid_types")], with_bars=True,
            )
        )  # fmt: skip
    return context.show(shown)


def claims_by_segment(releasable: Releasable, language: str) -> Blocks:
    """Claims and amounts by segment; empty where nothing was paid or no segment is known."""
    context = open_part(releasable, language)
    segments = tuple(
        one
        for one in by_size(releasable.figures("claims_amount_idr", "segment"))
        if one != "unknown" or _is_paid_or_hidden(context, "segment", one)
    )
    if not (is_paid(releasable) and segments):
        return context.show([])
    return context.show(
        [
            _heading(context, "segment"),
            payment_table(
                context, "segment-table",
                _largest(context, "segment", lambda name: segment_name(context, name)),
                "segment", "segment", segments, _PAID,
                name_of=lambda name: segment_name(context, name), count_title="claims",
                notes=_basis(context), with_bars=True,
            ),
        ]
    )  # fmt: skip


def category_name_of(context: PartContext) -> Callable[[str], str]:
    return lambda name: category_name(context, "programme", name)


def _heading(context: PartContext, name: str) -> Block:
    return blocks.heading(2, name, context.say(f"claims_notebook.section.{name}"))


def _basis(context: PartContext) -> list[str]:
    count = context.releasable.figure("claims_paid")
    return [basis_text(context.releasable, count, context.words)] if count.is_available else []


def _paid_categories(context: PartContext, dimension: str) -> tuple[str, ...]:
    """What was paid or is withheld, by size; what was truly nothing would fill a table with zeros."""
    ordered = by_size(context.releasable.figures("claims_amount_idr", dimension))
    return tuple(one for one in ordered if _is_paid_or_hidden(context, dimension, one))


def _is_paid_or_hidden(context: PartContext, dimension: str, category: str) -> bool:
    figures = [context.releasable.figure(name, dimension, category) for name in _PAID]
    return any(
        figure.status == "suppressed" or (figure.is_available and known_value(figure) > 0)
        for figure in figures
    )


def _largest(context: PartContext, dimension: str, name_of: Callable[[str], str]) -> str:
    """The finding: who took the most, of how much; a plain title where that is not known."""
    amounts: Sequence[Figure] = [
        one
        for one in context.releasable.figures("claims_amount_idr", dimension)
        if one.is_available and known_value(one) > 0
    ]
    total = context.releasable.figure("claims_amount_idr")
    if not (total.is_available and amounts):
        return context.say(f"claims_notebook.title.{dimension}_plain")
    largest = max(amounts, key=known_value)
    return context.say(
        f"claims_notebook.title.{dimension}", name=name_of(largest.category),
        amount=figure_text(largest, context.words), total=figure_text(total, context.words),
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
