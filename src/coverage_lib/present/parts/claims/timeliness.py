"""Whether claims are paid within the legal term, and in how many working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.ranges import Range, RangeChart, range_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.parts.claims.naming import category_name
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.parts.claims.paid import PROGRAMMES
from coverage_lib.present.quantities import (
    as_of_text,
    basis_text,
    counted_text,
    figure_text,
    known_value,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    not_applicable,
    number_column,
    text_column,
)
from coverage_lib.reference import rules

_TERM = "claim_term_working_days"
_DAYS = ("payment_days_median", "payment_days_p90")
#: Below this a table says it better than a chart of words.
_FEWEST_RANGES = 3
_INDICATORS = ("claims_within_term", *_DAYS)


def timeliness(releasable: Releasable, language: str) -> Blocks:
    """Share within the term, and median and ninetieth percentile against the term.

    The latter as a chart, as a table where most programmes are hidden.

    Empty where nothing was paid or no figure of time is known. The terms are those in force
    on the date of the figures; programmes without one are shown without.
    """
    context = open_part(releasable, language)
    if not is_paid(releasable) or not _is_known(releasable):
        return context.show([])
    law = legal_terms(releasable)
    shown: list[Block] = [
        blocks.heading(2, "timeliness", context.say("claims_notebook.section.timeliness"))
    ]
    said = joined([_share_sentence(context), _days_sentence(context)])
    shown += [blocks.paragraph(said)] if said else []
    chart = term_ranges(context, law.value)
    known = sum(one.high is not None for one in chart.ranges)
    if known >= _FEWEST_RANGES:
        shown.append(_figure(context, chart, law))
    elif known:
        shown.append(_days_table(context, law))
    if any(one.is_available for one in releasable.figures("claims_within_term", "programme")):
        shown.append(_table(context, law.value))
    return context.show(shown)


def _is_known(releasable: Releasable) -> bool:
    return any(releasable.figure(name).status != "not_available" for name in _INDICATORS)


def legal_terms(releasable: Releasable) -> rules.RuleValue:
    """The law on the date of the figures; its `value` holds working days by programme.

    Raises ReferenceDataError for a date that the rule does not know.
    """
    days = [releasable.figure(name).as_of for name in _INDICATORS]
    day = next((one for one in days if one is not None), releasable.period.last_day)
    return rules.at(_TERM, day)


def term_ranges(context: PartContext, terms: Mapping[str, int]) -> RangeChart:
    """Programmes with a term first, from the shortest term to the longest, then those without."""
    ranges = tuple(
        found
        for name in programmes_by_term(terms)
        if (found := _range(context, name, terms.get(name))) is not None
    )
    return RangeChart(ranges, context.say("claims_notebook.unit.working_days"))


def programmes_by_term(terms: Mapping[str, int]) -> tuple[str, ...]:
    """The programmes in the order of the chart and of the table."""
    return tuple(
        sorted(
            PROGRAMMES, key=lambda one: (one not in terms, terms.get(one, 0), PROGRAMMES.index(one))
        )
    )


def _range(context: PartContext, programme: str, term: int | None) -> Range | None:
    """None for a programme of which no figure of time is held."""
    releasable, words = context.releasable, context.words
    median, high = (releasable.figure(name, "programme", programme) for name in _DAYS)
    if median.status == "not_available" and high.status == "not_available":
        return None
    name = category_name(context, "programme", programme)
    limit = float(term) if term is not None else None
    limit_text = (
        context.say("claims_notebook.timeliness.limit", term=decimal_text(term, context.language))
        if term is not None
        else ""
    )
    if not (median.is_available and high.is_available):
        return Range(name, None, None, limit, figure_text(median, words), limit_text)
    said = context.say(
        "claims_notebook.timeliness.range",
        median=figure_text(median, words), high=figure_text(high, words),
    )  # fmt: skip
    if term is None:
        said = context.say("claims_notebook.timeliness.without_term", range=said)
    beyond = limit is not None and known_value(high) > limit
    return Range(name, median.value, high.value, limit, said, limit_text, beyond)


def _share_sentence(context: PartContext) -> list[Inline]:
    share = context.releasable.figure("claims_within_term")
    if share.status == "suppressed":
        return marked(context, "claims_notebook.timeliness.share_withheld")
    if not share.is_available or share.numerator is None or share.denominator is None:
        return []
    said = marked(
        context, "claims_notebook.timeliness.share",
        share=figure_text(share, context.words), day=as_of_text(share, context.words),
        within=decimal_text(share.numerator, context.language),
        claims=decimal_text(share.denominator, context.language),
    )  # fmt: skip
    return joined([said, marked(context, "claims_notebook.timeliness.lower_bound")])


def _days_sentence(context: PartContext) -> list[Inline]:
    median, high = (context.releasable.figure(name) for name in _DAYS)
    if not (median.is_available and high.is_available):
        return []
    return marked(
        context, "claims_notebook.timeliness.days",
        median=counted_text(median, context.words), high=counted_text(high, context.words),
    )  # fmt: skip


def _figure(context: PartContext, chart: RangeChart, law: rules.RuleValue) -> Block:
    high = context.releasable.figure(_DAYS[1])
    values = "; ".join(
        context.say("by_region.alt_value", name=one.name, value=_alt(context, one))
        for one in chart.ranges
    )
    notes = [
        basis_text(context.releasable, high, context.words),
        context.say("claims_notebook.note.ranges"),
        context.say("claims_notebook.note.term", reference=law.reference),
    ]
    return blocks.figure(
        "timeliness-chart", _finding(context, law.value), range_svg(chart),
        context.say("claims_notebook.alt.timeliness", values=values), notes=notes,
        csv=csv_text(
            ("programme", *_DAYS, "legal_term_working_days"),
            [(one.name, one.low, one.high, one.limit) for one in chart.ranges],
        ),
    )  # fmt: skip


def _alt(context: PartContext, one: Range) -> str:
    if not one.limit_text:
        return one.text
    return context.say("claims_notebook.alt.with_term", value=one.text, term=one.limit_text)


def _finding(context: PartContext, terms: Mapping[str, int]) -> str:
    """In how many days nine claims in ten were paid where that is more than the term.

    Not that nine in ten were late: most of them may still have been in time. Where none is
    above its term, that is said of all programmes that are known.
    """
    kept: list[str] = []
    late: list[Figure] = []
    for programme in programmes_by_term(terms):
        high = context.releasable.figure(_DAYS[1], "programme", programme)
        if programme not in terms or not high.is_available:
            continue
        if known_value(high) <= terms[programme]:
            kept.append(programme)
        else:
            late.append(high)
    if late:
        return _late_finding(context, terms, late)
    if kept:
        return context.say(
            "claims_notebook.title.timeliness_kept", programmes=context.words.listing(tuple(kept))
        )
    return context.say("claims_notebook.title.timeliness_plain")


def _late_finding(context: PartContext, terms: Mapping[str, int], late: Sequence[Figure]) -> str:
    """The days of each programme that is above its term, against that term."""
    which = "title.timeliness_late" if len(late) == 1 else "timeliness.late_part"
    said = tuple(
        context.say(
            f"claims_notebook.{which}", programme=one.category,
            days=counted_text(one, context.words),
            term=decimal_text(terms[one.category], context.language),
        )
        for one in late
    )  # fmt: skip
    if len(said) == 1:
        return said[0]
    programmes = context.words.listing(said)
    return context.say("claims_notebook.title.timeliness_several_late", programmes=programmes)


def _days_table(context: PartContext, law: rules.RuleValue) -> Block:
    """Median and ninetieth percentile by programme beside the term, hidden ones in words."""
    releasable, words = context.releasable, context.words
    columns = [text_column("programme", context.say("column.programme"), 2.2)]
    columns += [
        number_column(name, context.say(f"claims_notebook.column.{name}"), 1.4)
        for name in ("term", *_DAYS)
    ]
    lines = []
    for programme in programmes_by_term(law.value):
        days = [releasable.figure(name, "programme", programme) for name in _DAYS]
        if all(one.status == "not_available" for one in days):
            continue
        term = law.value.get(programme)
        entry = (
            not_applicable(words)
            if term is None
            else Entry(decimal_text(term, context.language), term)
        )
        name = label(category_name(context, "programme", programme))
        lines.append(Line((name, entry, *(figure_entry(one, words) for one in days))))
    total = [releasable.figure(name) for name in _DAYS]
    shown = (figure_entry(one, words) for one in total)
    name = label(context.say("claims_notebook.all_programmes"))
    lines.append(Line((name, not_applicable(words), *shown), "total"))
    notes = [
        basis_text(releasable, total[0], words),
        context.say("claims_notebook.note.term", reference=law.reference),
    ]
    return make_table("days-table", _finding(context, law.value), columns, lines, notes=notes)


def _table(context: PartContext, terms: Mapping[str, int]) -> Block:
    releasable, words = context.releasable, context.words
    columns = [
        text_column("programme", context.say("column.programme"), 2.2),
        number_column("term", context.say("claims_notebook.column.term"), 1.2),
        number_column("within", context.say("claims_notebook.column.within"), 1.2),
        number_column("timed", context.say("claims_notebook.column.with_term"), 1.2),
        number_column("share", context.say("claims_notebook.column.claims_within_term"), 1.4),
    ]
    lines = []
    for programme in programmes_by_term(terms):
        if programme not in terms:
            continue
        share = releasable.figure("claims_within_term", "programme", programme)
        term = terms[programme]
        entries = (
            label(category_name(context, "programme", programme)),
            Entry(decimal_text(term, context.language), term),
            *_share_entries(context, share),
        )
        lines.append(Line(entries))
    total = releasable.figure("claims_within_term")
    name = label(context.say("claims_notebook.all_with_term"))
    lines.append(Line((name, not_applicable(words), *_share_entries(context, total)), "total"))
    without = tuple(one for one in PROGRAMMES if one not in terms)
    notes = [basis_text(releasable, total, words)] if total.is_available else []
    if without:
        programmes = words.listing(without)
        notes.append(context.say("claims_notebook.note.without_term", programmes=programmes))
    return make_table(
        "timeliness-table", context.say("claims_notebook.title.within_term"), columns, lines,
        notes=notes,
    )  # fmt: skip


def _share_entries(context: PartContext, share: Figure) -> tuple[Entry, Entry, Entry]:
    """Numerator, denominator and share; all with the status of the share where it has no value."""
    shown = figure_entry(share, context.words, bar_of=100.0)
    if share.numerator is None or share.denominator is None:
        return shown, shown, shown
    parts = (share.numerator, share.denominator)
    within, claims = (Entry(decimal_text(one, context.language), int(one)) for one in parts)
    return within, claims, shown
