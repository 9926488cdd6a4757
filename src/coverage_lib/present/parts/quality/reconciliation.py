"""Published figures beside computed ones, each difference with its explanation and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from coverage_lib.disclosure import Releasable
from coverage_lib.indicators.quality.agreement import OUTCOMES
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, link, text
from coverage_lib.present.blocks import SAFE_LINK, Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import (
    day_text,
    decimal_text,
    percent_text,
    points_text,
    round_half_up,
    rupiah_text,
    short_rupiah_text,
)
from coverage_lib.present.places import row_name
from coverage_lib.present.quantities import published_places, short_scope_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)

_AGREEING = ("agrees", "agrees_as_rounded")
#: Findings that the publication's own note helps to understand.
_EXPLAINED = ("differs", "scope_differs")
#: What a reader has to see first; findings that are not named come before all others.
_WEIGHT = {
    "truncated_not_rounded": 1, "scope_differs": 2, "agrees_as_rounded": 3, "agrees": 4, "suppressed": 5,
    "not_computable": 6,
}  # fmt: skip
#: Differences that the short form names.
_MOST_NAMED = 3
_ORDER = (
    "active_participants", "coverage", "coverage_target", "gap_to_target", "eligible_workers", "rank_in_zone",
    "village_ecosystem_coverage", "claims_paid", "claims_amount_idr", "scholarship_children",
    "scholarship_amount_idr", "scholarship_maximum_idr",
)  # fmt: skip
#: What the categories of a dimension are called in words/, by dimension.
_SPELLED = ("school_level", "position", "position_group")
_CATEGORY_WORDS = ("segment", "programme", "school_level", "position", "position_group")


@dataclass(frozen=True)
class _Pair:
    """One published figure and what became of checking it."""

    region_code: str
    indicator: str
    dimension: str
    category: str
    scope: str
    as_of: date | None
    unit: str
    published: float | None
    from_parts: float | None
    computed: float | None
    computed_scope: str
    difference: float | None
    finding: str
    source: tuple[str, str]
    note: str
    qualifier: str

    @property
    def outcome(self) -> str:
        """What the verdict counts it as; a finding that is not known explains nothing."""
        return OUTCOMES.get(self.finding, "unexplained")


def reconciliation_in_full(releasable: Releasable, language: str) -> Blocks:
    """Every pair that has a computed side, what differs first, and the list of sources.

    Pairs of regions below name their region. Those that nothing can be computed for are counted in the introduction. Empty where
    nothing was published for the region.
    """
    context = open_part(releasable, language)
    pairs = sorted(_pairs(releasable.reconciliation), key=lambda pair: _WEIGHT.get(pair.finding, 0))
    listed = [pair for pair in pairs if pair.finding != "not_computable"]
    if not pairs:
        return context.show([])
    sources = list(dict.fromkeys(pair.source for pair in listed if pair.source[0]))
    shown: list[Block] = [
        blocks.heading(2, "reconciliation", context.say("section.reconciliation")),
        blocks.paragraph(_introduction(context, pairs)),
    ]
    if listed:
        shown.append(_table(context, listed, sources))
    if sources:
        shown.append(
            blocks.heading(3, "reconciliation-sources", context.say("reconciliation.sources_title"))
        )
        shown.append(
            blocks.list_block(
                [[blocks.paragraph(_source(context, *one))] for one in enumerate(sources, start=1)]
            )
        )
    return context.show(shown)


def reconciliation_sentences(context: PartContext) -> str:
    """How many published figures were checked, and those of the region itself that differ by name.

    Empty where nothing was published; the quality notebook has the table, the regions below too.
    """
    own = ("", context.releasable.region.code)
    pairs = _pairs(context.releasable.reconciliation)
    if not pairs:
        return ""
    said = [_introduction(context, pairs)]
    differing = sorted(
        (
            pair
            for pair in pairs
            if pair.region_code in own
            and pair.outcome in ("explained", "unexplained")
            and pair.difference
        ),
        key=lambda pair: pair.outcome == "explained",
    )
    if differing:
        named = tuple(
            context.say(
                "reconciliation.brief_item", name=_name(context, pair),
                difference=_difference(context, pair).text, finding=_finding(context, pair),
            )
            for pair in differing[:_MOST_NAMED]
        )  # fmt: skip
        said.append(context.say("reconciliation.brief", items="; ".join(named)))
    said.append(context.say("reconciliation.brief_more"))
    return " ".join(said)


def _introduction(context: PartContext, pairs: list[_Pair]) -> str:
    """What became of all pairs, counted as the verdict counts them."""
    outcomes = Counter(pair.outcome for pair in pairs)
    unchecked = outcomes["not_compared"]
    checked = len(pairs) - unchecked
    agreeing = decimal_text(outcomes["agrees"], context.language)
    sentences = [_counted(context, "reconciliation.intro", checked, agree=agreeing)]
    if checked:
        sentences += [
            _counted(context, f"reconciliation.{outcome}", outcomes[outcome])
            for outcome in ("explained", "unexplained")
        ]
        sentences.append(context.say("reconciliation.unaltered"))
        sentences.append(_counted(context, "reconciliation.not_checked", unchecked))
    return " ".join(sentence for sentence in sentences if sentence)


def _counted(context: PartContext, key: str, number: int, **values: str) -> str:
    return context.words.counted(
        key, number, count=decimal_text(number, context.language), **values
    )


def _pairs(frame: pd.DataFrame) -> list[_Pair]:
    found = [
        _pair({str(key): value for key, value in record.items()})
        for record in frame.to_dict("records")
    ]
    return sorted(found, key=_reading_order)


def _reading_order(pair: _Pair) -> tuple[int, int, str, str, str]:
    place = _ORDER.index(pair.indicator) if pair.indicator in _ORDER else len(_ORDER)
    day = pair.as_of.toordinal() if pair.as_of else 0
    return (
        place,
        -day,
        (pair.dimension != "total" and pair.dimension) or "",
        pair.category,
        pair.scope,
    )


def _pair(record: Mapping[str, object]) -> _Pair:
    return _Pair(
        region_code=_text(record, "region_code"),
        indicator=_text(record, "indicator"), dimension=_text(record, "dimension"),
        category=_text(record, "category"), scope=_text(record, "scope"), as_of=_day(record.get("as_of")),
        unit=_text(record, "unit"), published=_number(record, "published_value"),
        from_parts=_number(record, "value_from_parts"), computed=_number(record, "computed_value"),
        computed_scope=_text(record, "computed_scope"),
        difference=_number(record, "difference"), finding=_text(record, "finding"),
        source=(_text(record, "source_title"), _text(record, "source_url")), note=_text(record, "note"),
        qualifier=_text(record, "qualifier") or "exact",
    )  # fmt: skip


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _number(record: Mapping[str, object], name: str) -> float | None:
    value = record.get(name)
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return float(value)  # type: ignore[arg-type]


def _day(value: object) -> date | None:
    """A day as a date; a timestamp loses its time, anything else is no day."""
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if type(value) is date else None


def _table(context: PartContext, pairs: list[_Pair], sources: list[tuple[str, str]]) -> Block:
    columns = [
        text_column("figure", context.say("column.figure"), 2.6),
        number_column("published", context.say("column.published"), 1.3),
        number_column("computed", context.say("column.computed"), 1.3),
        number_column("difference", context.say("column.difference"), 1.3),
        text_column("finding", context.say("column.finding"), 2.6),
    ]
    lines = []
    for pair in pairs:
        finding = _finding(context, pair)
        if pair.source in sources:
            number = str(sources.index(pair.source) + 1)
            finding = context.say("reconciliation.with_source", finding=finding, number=number)
        entries = (
            label(_name(context, pair)),
            _published(context, pair),
            _computed(context, pair),
            _difference(context, pair),
            words_entry(finding),
        )
        lines.append(Line(entries))
    notes = [context.say("reconciliation.note")]
    if any(pair.computed is None and pair.from_parts is not None for pair in pairs):
        notes.append(context.say("reconciliation.note_from_parts"))
    title = context.say("reconciliation.table_title")
    return make_table("reconciliation-table", title, columns, lines, notes=notes)


def _published(context: PartContext, pair: _Pair) -> Entry:
    places = 2 if pair.published is None else published_places(pair.published)
    entry = _value(context, pair, pair.published, places)
    if entry.status == "not_available":
        return entry
    return replace(entry, text=context.say(f"qualifier.{pair.qualifier}", value=entry.text))


def _computed(context: PartContext, pair: _Pair) -> Entry:
    """The pipeline's own value, else the one from the published parts with its mark."""
    if pair.finding == "suppressed":
        return Entry(context.say("status.suppressed"), None, "suppressed")
    if pair.computed is not None or pair.from_parts is None:
        return _value(context, pair, pair.computed)
    entry = _value(context, pair, pair.from_parts)
    return replace(entry, text=context.say("reconciliation.from_parts", value=entry.text))


def _name(context: PartContext, pair: _Pair) -> str:
    key = f"indicator.{pair.indicator}"
    name = context.say(key) if key in context.words else pair.indicator
    if pair.dimension in _CATEGORY_WORDS:
        category = f"{pair.dimension}.{pair.category}"
        spelled = pair.dimension in _SPELLED and category in context.words
        shown = context.say(category) if spelled else pair.category
        name = context.say("reconciliation.figure_category", name=name, category=shown)
    if pair.region_code not in ("", context.releasable.region.code):
        name = context.say(
            "reconciliation.figure_category", name=_place(context, pair.region_code), category=name
        )
    day = day_text(pair.as_of, context.language) if pair.as_of else context.say("date.unknown")
    if pair.scope in ("all", "", "excl_jakon"):
        return context.say("reconciliation.figure_plain", name=name, day=day)
    scope = short_scope_text(pair.scope, context.words)
    return context.say("reconciliation.figure", name=name, scope=scope, day=day)


def _place(context: PartContext, code: str) -> str:
    """The name of a region below; further down than the children its code."""
    known = {child.code: child for child in context.releasable.children}
    return row_name(known[code], context.words) if code in known else code


def _value(context: PartContext, pair: _Pair, value: float | None, places: int = 2) -> Entry:
    if value is None:
        return Entry(context.say("status.not_available"), None, "not_available")
    if pair.unit == "percent":
        shown = percent_text(value, context.language, places)
    elif pair.unit == "idr":
        shown = short_rupiah_text(value, context.language)
    else:
        shown = decimal_text(value, context.language)
    return Entry(shown, value, "zero" if value == 0 else "available")


def _difference(context: PartContext, pair: _Pair) -> Entry:
    value = pair.difference
    if value is None or pair.qualifier == "at_least":
        return Entry("–", None, "not_available")
    if round_half_up(value, 2) == 0:
        return Entry("0", value, "zero")
    if pair.unit == "percent":
        shown = points_text(value, context.language)
    elif pair.unit == "idr":
        shown = (
            rupiah_text(value, context.language)
            if abs(value) < 10**6
            else short_rupiah_text(value, context.language)
        )
    else:
        shown = decimal_text(value, context.language, signed=True)
    return Entry(shown, value, "zero" if value == 0 else "available")


def _finding(context: PartContext, pair: _Pair) -> str:
    """The finding in words, with the scope compared with where the publication states none."""
    bounded = pair.finding in _AGREEING and pair.qualifier == "at_least"
    key = f"reconciliation.finding.{'agrees_at_least' if bounded else pair.finding}"
    shown = context.say(key) if key in context.words else pair.finding
    if pair.scope == "not_stated" and pair.computed_scope not in ("", "not_stated", "all"):
        scope = short_scope_text(pair.computed_scope, context.words)
        shown = context.say("reconciliation.compared", finding=shown, scope=scope)
    # Notes of observations are written in English.
    if pair.finding in _EXPLAINED and pair.note and context.language == "en":
        return context.say("reconciliation.finding_note", finding=shown, note=pair.note)
    return shown


def _source(context: PartContext, number: int, source: tuple[str, str]) -> list[Inline]:
    title, address = source
    start = text(context.say("reconciliation.source", number=str(number)))
    return [start, link(address, title) if SAFE_LINK.fullmatch(address) else text(title)]
