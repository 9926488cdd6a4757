"""Claims paid and scholarships, from 1 January to the date of the claims data."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, text
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import round_half_up
from coverage_lib.present.parts.claims.naming import category_name, largest_of
from coverage_lib.present.parts.claims.payments import (
    change_on_year,
    known_categories,
    latest_day,
    payment_table,
    spans,
)
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    counted_text,
    figure_text,
    known_value,
)

PROGRAMMES = ("JHT", "JKM", "JKK", "JP", "JKP")
SCHOOL_LEVELS = ("TK", "SD", "SMP", "SMA", "PT")
_CLAIMS = ("claims_paid", "claims_amount_idr")
_SCHOLARSHIPS = ("scholarship_children", "scholarship_amount_idr")


def claims(releasable: Releasable, language: str) -> Blocks:
    """What was paid, in a sentence and by programme as a table.

    Empty where nothing of the current year is known: last year alone is no news.
    """
    context = open_part(releasable, language)
    count = releasable.figure("claims_paid")
    categories = known_categories(context, _CLAIMS, "programme", PROGRAMMES)
    shown: list[Block] = [blocks.heading(2, "claims", context.say("section.claims"))]
    if _is_withheld(context, _CLAIMS):
        return context.show([*shown, blocks.paragraph(context.say("claims.suppressed"))])
    if latest_day(context, _CLAIMS, releasable.period) is None:
        return context.show([])
    sentence = claims_sentence(context)
    if sentence:
        shown.append(blocks.paragraph(sentence))
    change = change_on_year(context, "claims_amount_idr")
    title = (
        context.say("claims.title.single")
        if change is None
        else context.say(
            f"claims.title.{change.direction}",
            difference=change.text(context.words, signed=False), year=year_before(context, _CLAIMS),
        )
    )  # fmt: skip
    notes = [_basis(context, count)] if count.is_available else []
    notes.append(context.say("claims.note_included"))
    if count.origin == "published" or not count.is_available:
        notes.append(context.say("claims.note_parts"))
    shown.append(
        payment_table(
            context, "claims-table", title, "programme", "programme", categories, _CLAIMS,
            name_of=lambda name: category_name(context, "programme", name), count_title="claims", notes=notes,
        )
    )  # fmt: skip
    return context.show(shown)


def _is_withheld(context: PartContext, indicators: tuple[str, str]) -> bool:
    """Whether the totals are suppressed: a table of nothing but that word helps nobody.

    So it is where one is suppressed and the other not given at this level.
    """
    states = {context.releasable.figure(name).status for name in indicators}
    return "suppressed" in states and states <= {"suppressed", "not_available"}


def year_before(context: PartContext, indicators: tuple[str, str]) -> str:
    """The year before that of the figures, which may be older than the period."""
    day = latest_day(context, indicators, context.releasable.period)
    return str((day.year if day else context.releasable.period.year) - 1)


def _basis(context: PartContext, figure: Figure) -> str:
    return basis_text(context.releasable, figure, context.words)


def claims_sentence(context: PartContext) -> list[Inline]:
    """How many claims, how much, and the change on the year before; empty where no count is known."""
    releasable, words = context.releasable, context.words
    count, amount = releasable.figure("claims_paid"), releasable.figure("claims_amount_idr")
    if not count.is_available:
        return []
    day = as_of_text(count, words)
    if known_value(count) == 0:
        return marked(context, "claims.sentence.none", day=day)
    if not amount.is_available:
        return marked(context, "summary.claims_count", day=day, claims=counted_text(count, words))
    change = change_on_year(context, "claims_amount_idr")
    values = {
        "day": day, "claims": counted_text(count, words), "amount": figure_text(amount, words),
        "year": year_before(context, _CLAIMS),
    }  # fmt: skip
    if change is None:
        said = marked(context, "claims.sentence.single", **values)
    else:
        values |= {
            "earlier": figure_text(change.earlier, words),
            "difference": change.text(words, signed=False),
        }
        said = marked(context, f"claims.sentence.{change.direction}", **values)
    return joined([said, _largest_sentence(context)])


def _largest_sentence(context: PartContext) -> list[Inline]:
    """Nothing where fewer than two are known, or where a hidden one might be larger."""
    amounts = context.releasable.figures("claims_amount_idr", "programme")
    largest = largest_of(amounts, context.releasable.figure("claims_amount_idr"))
    if largest is None or sum(one.is_available for one in amounts) < 2:
        return []
    name = category_name(context, "programme", largest.category)
    return marked(
        context, "claims.largest", programme=name, amount=figure_text(largest, context.words)
    )


def last_is_partial(context: PartContext, months: Sequence[Figure]) -> bool:
    """Whether the last month was not over on the date of the figures."""
    until = context.releasable.figure("claims_amount_idr").as_of or months[-1].as_of
    last = Month.parse(months[-1].category)
    return until is not None and last.first_day <= until < last.last_day


def scholarships(releasable: Releasable, language: str) -> Blocks:
    """Children and amounts by level of education and by programme, and the legal maximum.

    Empty where no payment is known: the maximum alone is law, not news.
    """
    context = open_part(releasable, language)
    children, amount = (releasable.figure(name) for name in _SCHOLARSHIPS)
    if children.status == "not_available" and amount.status == "not_available":
        return context.show([])
    shown: list[Block] = [blocks.heading(2, "scholarships", context.say("section.scholarships"))]
    if _is_withheld(context, _SCHOLARSHIPS):
        said = [text(context.say("scholarships.suppressed"))]
        both = joined([said, _maximum_sentence(context)])
        return context.show([*shown, blocks.paragraph(both)])
    sentences = joined(
        [_scholarship_sentence(context, children, amount), _maximum_sentence(context)]
    )
    if sentences:
        shown.append(blocks.paragraph(sentences))
    notes = [_basis(context, children)] if children.is_available else []
    tables = [
        _scholarship_table(context, group, title, order, notes)
        for group, title, order in (
            ("school_level", "table_title", SCHOOL_LEVELS),
            ("programme", "table_title_programme", ("JKK", "JKM")),
        )
        if known_categories(context, _SCHOLARSHIPS, group, order)
    ]
    if not tables and len(spans(context, "scholarship_children")) > 1:
        tables = [_scholarship_table(context, "school_level", "table_title_total", (), notes)]
    return context.show([*shown, *tables])


def _scholarship_table(
    context: PartContext, group: str, title: str, order: Sequence[str], notes: Sequence[str]
) -> Block:
    """The caption promises amounts only where the table has any: most levels are given none."""
    first = "level" if group == "school_level" else "programme"
    table = payment_table(
        context, f"scholarship-{first}", context.say(f"claims_notebook.scholarships.{title}"), first, group,
        known_categories(context, _SCHOLARSHIPS, group, order), _SCHOLARSHIPS,
        name_of=lambda name: category_name(context, group, name), count_title="children", notes=notes,
    )  # fmt: skip
    if any(column["key"].startswith(_SCHOLARSHIPS[1]) for column in table["columns"]):
        table["caption"] = context.say(f"scholarships.{title}")
    return table


def _scholarship_sentence(context: PartContext, children: Figure, amount: Figure) -> list[Inline]:
    words = context.words
    if not children.is_available:
        return []
    day = as_of_text(children, words)
    number = int(round_half_up(known_value(children)))
    if number == 0:
        return marked(context, "scholarships.sentence.none", day=day)
    if not amount.is_available:
        counted = words.counted("noun.children", number, value=figure_text(children, words))
        return marked(context, "scholarships.sentence.children_only", day=day, children=counted)
    values = {
        "day": day, "amount": figure_text(amount, words),
        "year": year_before(context, _SCHOLARSHIPS),
        "children": words.counted("noun.children", number, value=figure_text(children, words)),
    }  # fmt: skip
    change = change_on_year(context, "scholarship_children")
    if change is None:
        return marked(context, "scholarships.sentence.single", **values)
    values["earlier_children"] = words.counted(
        "noun.children",
        int(round_half_up(known_value(change.earlier))),
        value=figure_text(change.earlier, words),
    )
    return marked(context, f"scholarships.sentence.{change.direction}", **values)


def _maximum_sentence(context: PartContext) -> list[Inline]:
    maximum = context.releasable.figure("scholarship_maximum_idr")
    if not maximum.is_available:
        return []
    return marked(context, "scholarships.maximum", amount=figure_text(maximum, context.words))
