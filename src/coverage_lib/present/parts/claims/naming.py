"""What the categories of claims are called, and the order that programmes stand in."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present.context import PartContext
from coverage_lib.present.formats import short_rupiah_text
from coverage_lib.present.quantities import known_value, of_figures
from coverage_lib.reference.benefit_types import load_benefit_types


def category_name(context: PartContext, group: str, category: str) -> str:
    """The category in the words of the language, or as the data name it."""
    key = f"{group}.{category}"
    return context.say(key) if key in context.words else category


def own_name(context: PartContext, group: str, category: str) -> str:
    """The same for the groups that only the claims notebook names."""
    return category_name(context, f"claims_notebook.{group}", category)


def segment_name(context: PartContext, category: str) -> str:
    """The segment, or words for claims whose segment nobody wrote down."""
    return own_name(context, "segment", category) if category == "unknown" else (
        category_name(context, "segment", category)
    )  # fmt: skip


def funder_name(context: PartContext, category: str) -> str:
    """The funder as the coverage notebook calls it: one name in both."""
    return category_name(context, "coverage_notebook.funder", category)


def benefit_name(context: PartContext, category: str) -> str:
    """The benefit as the reference data call it; `other` and `unknown` in words."""
    known = load_benefit_types().get(category)
    return known.title[context.language] if known else own_name(context, "benefit", category)


def compared_amount(context: PartContext, figure: Figure) -> str:
    """An available amount beside another in one sentence, with one decimal: `Rp12,0 miliar`."""
    shown = short_rupiah_text(known_value(figure), context.language, least_places=1)
    return of_figures(context.say(f"qualifier.{figure.qualifier}", value=shown), figure)


def by_size(figures: Sequence[Figure]) -> tuple[str, ...]:
    """Categories from much to little, those without a value last, `unknown` after them."""
    ordered = sorted(
        figures,
        key=lambda one: (
            one.category == "unknown",
            not one.is_available,
            -(one.value or 0.0),
            one.category,
        ),
    )
    return tuple(one.category for one in ordered)


def largest_of(figures: Sequence[Figure], total: Figure | None = None) -> Figure | None:
    """The figure that is surely the largest, above zero and alone; None where none is.

    Figures that are hidden or not known might be larger. Only where `total` is what all of
    them add up to, and leaves less for those than the largest has, that cannot be.
    """
    known = sorted((one for one in figures if one.is_available), key=known_value, reverse=True)
    if not known or known_value(known[0]) == 0:
        return None
    first = known_value(known[0])
    if len(known) > 1 and known_value(known[1]) == first:
        return None
    if len(known) < len(figures):
        left = first
        if total is not None and total.is_available:
            left = known_value(total) - sum(map(known_value, known))
        if left >= first:
            return None
    return known[0]


def by_payment(releasable: Releasable, dimension: str) -> tuple[str, ...]:
    """Categories from the most rupiah paid to the least, by claims where an amount is hidden."""
    amounts = releasable.figures("claims_amount_idr", dimension)
    counts = releasable.figures("claims_paid", dimension)
    if counts and not all(one.is_available for one in amounts):
        return by_size(counts)
    return by_size(amounts)
