"""The contributions behind the benefits: collected, in arrears, and paid by others."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.claims.naming import (
    by_size,
    category_name,
    compared_amount,
    funder_name,
    largest_of,
)
from coverage_lib.present.parts.headline import headline_scope
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    counted_text,
    figure_text,
    known_value,
)
from coverage_lib.present.tables import (
    Line,
    amount_exponent,
    figure_entry,
    label,
    make_table,
    number_column,
    scaled_entry,
    text_column,
)

_AMOUNTS = ("contributions_due_idr", "contributions_collected_idr")


def contributions(releasable: Releasable, language: str) -> Blocks:
    """Collection, compliance, arrears by age and subsidised participants, as far as each is known.

    Empty where none of them is: bills and registers are other extracts than claims, so
    contributions are shown whether or not anything was paid.
    """
    context = open_part(releasable, language)
    said = [
        *_collection_sentences(context),
        *_compliance_sentences(context),
        *_arrears_sentences(context),
        *_subsidy_sentences(context),
    ]
    tables = [
        table
        for table in (_collection_table(context), _arrears_table(context), _subsidy_table(context))
        if table is not None
    ]
    if not said and not tables:
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "contributions", context.say("claims_notebook.section.contributions"))
    ]
    shown += [blocks.paragraph(joined(said))] if said else []
    return context.show([*shown, *tables])


def _collection_sentences(context: PartContext) -> list[list[Inline]]:
    rate = context.releasable.figure("collection_rate")
    due, collected = (context.releasable.figure(name) for name in _AMOUNTS)
    if not (rate.is_available and due.is_available and collected.is_available):
        return []
    words = context.words
    return [
        marked(
            context, "claims_notebook.contributions.collection", day=as_of_text(rate, words),
            rate=figure_text(rate, words), due=compared_amount(context, due),
            collected=compared_amount(context, collected),
        )
    ]  # fmt: skip


def _compliance_sentences(context: PartContext) -> list[list[Inline]]:
    paid = context.releasable.figure("employer_compliance")
    on_time = context.releasable.figure("employer_compliance_on_time")
    if not paid.is_available or paid.numerator is None or paid.denominator is None:
        return []
    words, language = context.words, context.language
    said = [
        marked(
            context, "claims_notebook.contributions.compliance", share=figure_text(paid, words),
            employers=decimal_text(paid.denominator, language),
            paid=decimal_text(paid.numerator, language),
        )
    ]  # fmt: skip
    if on_time.is_available:
        share = figure_text(on_time, words)
        said.append(marked(context, "claims_notebook.contributions.on_time", share=share))
    return said


def _arrears_sentences(context: PartContext) -> list[list[Inline]]:
    amount = context.releasable.figure("arrears_idr")
    accounts = context.releasable.figure("accounts_in_arrears")
    words = context.words
    if accounts.is_available and known_value(accounts) == 0:
        return [marked(context, "claims_notebook.contributions.no_arrears")]
    if not (amount.is_available and accounts.is_available):
        return []
    return [
        marked(
            context, "claims_notebook.contributions.arrears", amount=figure_text(amount, words),
            accounts=counted_text(accounts, words),
        )
    ]  # fmt: skip


def _subsidy_sentences(context: PartContext) -> list[list[Inline]]:
    persons = context.releasable.figure("subsidised_participants")
    words = context.words
    if not persons.is_available:
        return []
    if known_value(persons) == 0:
        return [marked(context, "claims_notebook.contributions.no_subsidy")]
    return [
        marked(
            context, "claims_notebook.contributions.subsidy", day=as_of_text(persons, words),
            persons=counted_text(persons, words),
        )
    ]  # fmt: skip


def _collection_table(context: PartContext) -> Block | None:
    """Due, collected and the rate by programme; None where no programme is known."""
    releasable, words = context.releasable, context.words
    programmes = by_size(releasable.figures("contributions_due_idr", "programme"))
    if not programmes:
        return None
    rows = [("programme", one, category_name(context, "programme", one)) for one in programmes]
    rows.append(("total", "total", context.say("total.all")))
    amounts = [
        [releasable.figure(name, dimension, category) for name in _AMOUNTS]
        for dimension, category, _ in rows
    ]
    exponent = amount_exponent([one for pair in amounts for one in pair])
    columns = [text_column("programme", context.say("column.programme"), 2.2)]
    columns += [
        number_column(name, context.say(f"claims_notebook.column.{name}_{exponent}"), 1.4)
        for name in _AMOUNTS
    ]
    columns.append(
        number_column("rate", context.say("claims_notebook.column.collection_rate"), 1.4)
    )
    lines = []
    for (dimension, category, name), pair in zip(rows, amounts, strict=True):
        is_total = dimension == "total"
        rate = releasable.figure("collection_rate", dimension, category)
        shown = figure_entry(rate, words, bar_of=None if is_total else 100.0)
        entries = (label(name), *(scaled_entry(one, words, exponent) for one in pair), shown)
        lines.append(Line(entries, "total" if is_total else "body"))
    total = releasable.figure("contributions_due_idr")
    notes = [basis_text(releasable, total, words), context.say("claims_notebook.note.due")]
    return make_table("collection-table", _collection_finding(context), columns, lines, notes=notes)


def _collection_finding(context: PartContext) -> str:
    rate = context.releasable.figure("collection_rate")
    if not rate.is_available:
        return context.say("claims_notebook.title.collection_plain")
    return context.say("claims_notebook.title.collection", rate=figure_text(rate, context.words))


def _arrears_table(context: PartContext) -> Block | None:
    """Accounts and rupiah by the age of the oldest month owed, youngest first."""
    releasable, words = context.releasable, context.words
    ages = sorted(
        {one.category for one in releasable.figures("accounts_in_arrears", "arrears_age")},
        key=lambda age: int(age.rstrip("+").partition("-")[0]),
    )
    accounts = releasable.figure("accounts_in_arrears")
    if not ages or (accounts.is_available and known_value(accounts) == 0):
        return None
    rows = [("arrears_age", age, _age_name(context, age)) for age in ages]
    rows.append(("total", "total", context.say("total.all")))
    names = ("accounts_in_arrears", "arrears_idr")
    pairs = [[releasable.figure(name, kind, age) for name in names] for kind, age, _ in rows]
    exponent = amount_exponent([pair[1] for pair in pairs])
    columns = [
        text_column("age", context.say("claims_notebook.column.arrears_age"), 2.2),
        number_column("accounts", context.say("claims_notebook.column.accounts"), 1.4),
        number_column("amount", context.say(f"claims_notebook.column.arrears_{exponent}"), 1.4),
    ]
    full = max((known_value(one) for one, _ in pairs[:-1] if one.is_available), default=0.0)
    lines = []
    for (kind, _, name), (count, amount) in zip(rows, pairs, strict=True):
        is_total = kind == "total"
        entries = (
            label(name),
            figure_entry(count, words, bar_of=None if is_total else full),
            scaled_entry(amount, words, exponent),
        )
        lines.append(Line(entries, "total" if is_total else "body"))
    return make_table(
        "arrears-table", _arrears_finding(context, accounts), columns, lines,
        notes=[basis_text(releasable, accounts, words), context.say("claims_notebook.note.arrears")],
    )  # fmt: skip


def _age_name(context: PartContext, age: str) -> str:
    months = age.replace("-", "\u2013")
    return context.say("claims_notebook.contributions.arrears_age", months=months)


def _arrears_finding(context: PartContext, total: Figure) -> str:
    figures = context.releasable.figures("accounts_in_arrears", "arrears_age")
    largest = largest_of(figures, total)
    if largest is None or len(figures) < 2:
        return context.say("claims_notebook.title.arrears_plain")
    return context.say(
        "claims_notebook.title.arrears", accounts=counted_text(largest, context.words),
        age=_age_name(context, largest.category),
    )  # fmt: skip


def _subsidy_table(context: PartContext) -> Block | None:
    """Participants whose contribution another pays, by who pays; None where there are none."""
    releasable, words = context.releasable, context.words
    persons = releasable.figures("subsidised_participants", "funder")
    total = releasable.figure("subsidised_participants")
    if not persons or (total.is_available and known_value(total) == 0):
        return None
    rows = [("funder", one, funder_name(context, one)) for one in by_size(persons)]
    rows.append(("total", "total", context.say("total.all")))
    full = max((known_value(one) for one in persons if one.is_available), default=0.0)
    columns = [
        text_column("funder", context.say("claims_notebook.column.funder"), 2.2),
        number_column("participants", context.say("claims_notebook.column.participants"), 1.4),
        number_column("months", context.say("claims_notebook.column.months"), 1.4),
    ]
    lines = []
    for dimension, category, name in rows:
        is_total = dimension == "total"
        count = releasable.figure("subsidised_participants", dimension, category)
        entries = (
            label(name),
            figure_entry(count, words, bar_of=None if is_total else full),
            figure_entry(releasable.figure("subsidised_months", dimension, category), words),
        )
        lines.append(Line(entries, "total" if is_total else "body"))
    notes = [basis_text(releasable, total, words), context.say("claims_notebook.note.subsidy")]
    if total.scope == "all" and headline_scope(releasable) == "excl_jakon":
        # The coverage notebook counts the same funders without them.
        notes.append(context.say("claims_notebook.note.subsidy_scope"))
    finding = _subsidy_finding(context, persons)
    return make_table("subsidy-table", finding, columns, lines, notes=[" ".join(notes)])


def _subsidy_finding(context: PartContext, persons: Sequence[Figure]) -> str:
    largest = largest_of(persons, context.releasable.figure("subsidised_participants"))
    if largest is None or len(persons) < 2:
        return context.say("claims_notebook.title.subsidy_plain")
    return context.say(
        "claims_notebook.title.subsidy", funder=funder_name(context, largest.category),
        persons=counted_text(largest, context.words),
    )  # fmt: skip
