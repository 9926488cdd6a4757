"""The first page of the claims notebook: what was paid, and what each programme pays for.

A region without claims gets one sentence, and which of three depends on why: nothing was
paid, there is no figure, or the figure is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, KeyFigure, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text, month_text
from coverage_lib.present.parts.claims.naming import by_payment, category_name
from coverage_lib.present.parts.claims.paid import claims_sentence, year_before
from coverage_lib.present.parts.claims.payments import change_on_year
from coverage_lib.present.parts.sentences import place_of
from coverage_lib.present.quantities import (
    as_of_text,
    counted_text,
    figure_text,
    known_value,
    status_of,
)

Standing = Literal["paid", "none", "withheld", "not_available"]
#: One line of a page, however long the amounts are.
_MOST_TILES = 3
_PAID = ("claims_paid", "claims_amount_idr")


def claims_standing(releasable: Releasable) -> Standing:
    """Whether claims are known to be paid, known to be none, withheld, or not known at all."""
    count, amount = (releasable.figure(name) for name in _PAID)
    if count.is_available:
        return "paid" if known_value(count) else "none"
    if amount.is_available:
        return "paid"
    withheld = "suppressed" in (count.status, amount.status)
    return "withheld" if withheld else "not_available"


def is_paid(releasable: Releasable) -> bool:
    """Whether there is anything to break down."""
    return claims_standing(releasable) == "paid"


def claims_in_short(releasable: Releasable, language: str) -> Blocks:
    """Key figures, one paragraph, and a line a programme; without claims one sentence that says why."""
    context = open_part(releasable, language)
    heading = blocks.heading(2, "summary", context.say("section.summary"))
    standing = claims_standing(releasable)
    if standing != "paid":
        count = releasable.figure("claims_paid")
        said = marked(
            context, f"claims_notebook.standing.{standing}", place=place_of(context),
            day=as_of_text(count, context.words), period=month_text(releasable.period, context.language),
        )  # fmt: skip
        return context.show([heading, blocks.paragraph(said)])
    tiles = [tile for tile in _tiles(context) if tile["status"] != "not_available"][:_MOST_TILES]
    shown: list[Block] = [blocks.key_figures(tiles), heading]
    sentence = joined([claims_sentence(context), _withheld_amount(context)])
    if sentence:
        shown.append(blocks.paragraph(sentence))
    programmes = list(_programmes(context))
    if programmes:
        shown.append(blocks.paragraph(context.say("claims_notebook.programme_intro")))
        shown.append(blocks.list_block([[blocks.paragraph(one)] for one in programmes]))
    elif releasable.region.level == "desa":
        shown.append(blocks.paragraph(context.say("claims_notebook.village_only_totals")))
    return context.show(shown)


def _withheld_amount(context: PartContext) -> list[Inline]:
    """A count whose amount is withheld needs a word, or the amount would seem forgotten."""
    count, amount = (context.releasable.figure(name) for name in _PAID)
    if not (count.is_available and amount.status == "suppressed"):
        return []
    return marked(context, "claims_notebook.amount_withheld")


def _tiles(context: PartContext) -> Iterator[KeyFigure]:
    """The most telling first: of those that are known only one line is shown."""
    releasable, words = context.releasable, context.words
    count, amount = (releasable.figure(name) for name in _PAID)
    yield _tile(context, "claims_paid", count, [_until(context, count), *_previous(context, count)])
    before = _previous(context, amount)
    yield _tile(context, "claims_amount", amount, before or [_until(context, amount)])
    within = releasable.figure("claims_within_term")
    yield _tile(context, "within_term", within, _parts_of(context, within))
    pending = releasable.figure("pending_claims")
    yield _tile(context, "pending", pending, [_until(context, pending, "as_of")])
    frequency = releasable.figure("claim_frequency")
    per = context.say("claims_notebook.key.per", thousand=_thousand(context))
    yield _tile(context, "frequency", frequency, [per])
    children = releasable.figure("scholarship_children")
    paid = releasable.figure("scholarship_amount_idr")
    if not children.is_available or known_value(children):
        detail = [figure_text(paid, words)] if paid.is_available else []
        yield _tile(context, "scholarship_children", children, detail)
    ratio = releasable.figure("claim_ratio")
    yield _tile(context, "ratio", ratio, [context.say("claims_notebook.key.of_contributions")])


def _thousand(context: PartContext) -> str:
    return decimal_text(1000, context.language)


def _tile(context: PartContext, name: str, figure: Figure, detail: list[str]) -> KeyFigure:
    return key_figure(
        name.replace("_", "-"), context.say(f"claims_notebook.key.{name}"),
        figure_text(figure, context.words), status=status_of(figure),
        detail=[line for line in detail if line] if figure.is_available else [], tone="neutral",
    )  # fmt: skip


def _until(context: PartContext, figure: Figure, key: str = "until") -> str:
    published = "_published" if figure.origin == "published" else ""
    return context.say(
        f"claims_notebook.key.{key}{published}", day=as_of_text(figure, context.words)
    )


def _previous(context: PartContext, figure: Figure) -> list[str]:
    change = change_on_year(context, figure.indicator)
    if change is None:
        return []
    return [
        context.say(
            "key.detail.same_period", day=as_of_text(change.earlier, context.words),
            value=figure_text(change.earlier, context.words),
        )
    ]  # fmt: skip


def _parts_of(context: PartContext, share: Figure) -> list[str]:
    if share.numerator is None or share.denominator is None:
        return []
    return [
        context.say(
            "claims_notebook.key.parts",
            part=decimal_text(share.numerator, context.language),
            whole=decimal_text(share.denominator, context.language),
        )
    ]


def _programmes(context: PartContext) -> Iterator[list[Inline]]:
    """A line a programme, the largest first: what it pays for, how much, and the change."""
    for programme in by_payment(context.releasable, "programme"):
        yield joined([_programme_paid(context, programme), _meaning(context, programme)])


def _programme_paid(context: PartContext, programme: str) -> list[Inline]:
    releasable, words = context.releasable, context.words
    count, amount = (releasable.figure(name, "programme", programme) for name in _PAID)
    values = {
        "programme": category_name(context, "programme", programme),
        "claims": counted_text(count, words), "amount": figure_text(amount, words),
    }  # fmt: skip
    if not count.is_available:
        return marked(context, "claims_notebook.programme_paid.unknown", **values)
    if known_value(count) == 0:
        return marked(context, "claims_notebook.programme_paid.none", **values)
    if not amount.is_available:
        return marked(context, "claims_notebook.programme_paid.count_only", **values)
    change = change_on_year(context, "claims_amount_idr", "programme", programme)
    if change is None:
        return marked(context, "claims_notebook.programme_paid.single", **values)
    values |= {
        "difference": change.text(words, signed=False), "year": year_before(context, _PAID),
    }  # fmt: skip
    return marked(context, f"claims_notebook.programme_paid.{change.direction}", **values)


def _meaning(context: PartContext, programme: str) -> list[Inline]:
    key = f"claims_notebook.meaning.{programme}"
    return marked(context, key) if key in context.words else []
