"""How far the month's figures can be trusted, and what the senders are asked to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Releasable
from coverage_lib.intake.account import DUPLICATE
from coverage_lib.intake.national_ids import DIGITS_LOST
from coverage_lib.intake.places import PLACE_UNKNOWN
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline, KeyFigure, Tone, key_figure
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import month_text, percent_text
from coverage_lib.present.parts.quality.concerns import Concern, concerns, trust
from coverage_lib.present.parts.quality.naming import (
    by_category,
    column_title,
    count,
    count_entry,
    fault_text,
    is_province,
    province_of,
    rest_notes,
    table_title,
)
from coverage_lib.present.places import full_name
from coverage_lib.present.quantities import figure_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)
from coverage_lib.receipts import PullReceipt

#: Which advice a fault calls for, by the first words that are in what was expected.
_ADVICE = (
    (DUPLICATE, "duplicate"), (DIGITS_LOST, "text_number"), ("dropped by a correction", "corrected"),
    ("16 digits", "national_id"), ("card number", "card"), ("region code", "region"),
    ("several places", "region"), ("codes of the data dictionary", "code"), ("a date not after", "date"),
    ("a day as", "date"), ("a month as", "date"), ("a value was expected", "missing"),
    ("rupiah", "number"), ("number", "number"), ("at least", "number"), ("at most", "number"),
    ("one of ", "code"),
)  # fmt: skip
_LISTED = 7
_TOLD = 4


@dataclass(frozen=True)
class _Request:
    """One thing to mend: where, what was found in how many rows (None: it is no row's), what to do."""

    table: str
    found: str
    rows: int | None
    advice: str


def verdict(releasable: Releasable, language: str) -> Blocks:
    """The verdict in words; for the province also as large numbers."""
    context = open_part(releasable, language)
    shown: list[Block] = [
        blocks.heading(2, "verdict", context.say("quality.heading.verdict")),
        blocks.paragraph(joined(_sentences(context))),
    ]
    receipt = releasable.receipt
    if receipt is not None and receipt.total.received and is_province(releasable):
        shown.append(blocks.key_figures(list(_tiles(context, receipt))))
    return context.show(shown)


def to_mend(releasable: Releasable, language: str) -> Blocks:
    """What the senders are asked for, what meets most rows first; for the province."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not is_province(releasable):
        return context.show([])
    requests = sorted(_requests(context, receipt), key=lambda one: -(one.rows or 0))
    shown: list[Block] = [blocks.heading(2, "to-mend", context.say("quality.heading.to_mend"))]
    if not requests:
        return context.show([*shown, blocks.paragraph(context.say("quality.mend.nothing"))])
    first = requests[0]
    title = context.say(
        "quality.mend.title" if first.rows else "quality.mend.title_plain",
        table=table_title(context, first.table), found=first.found, rows=count(context, first.rows or 0),
    )  # fmt: skip
    return context.show([*shown, _request_table(context, title, requests)])


def _sentences(context: PartContext) -> list[list[Inline]]:
    releasable = context.releasable
    found = trust(releasable)
    period = month_text(releasable.period, context.language)
    said = [marked(context, f"quality.verdict.{found}", period=period)]
    receipt = releasable.receipt
    if receipt is not None and receipt.total.received:
        said.append(_rows_sentence(context, receipt))
    serious = [one for one in concerns(releasable) if one.weight == "serious"]
    if serious:
        said.append(marked(context, "quality.serious", items=_items(context, serious)))
    if is_province(releasable):
        said += [_published_sentence(context), _time_sentence(context)]
    else:
        place = full_name(province_of(releasable), context.words)
        said.append(marked(context, "quality.see_province", province=place))
    return said


def _rows_sentence(context: PartContext, receipt: PullReceipt) -> list[Inline]:
    total = receipt.total
    files = context.words.counted(
        "quality.noun.files", len(receipt.files), value=count(context, len(receipt.files))
    )
    held = total.rejected + total.duplicates
    return marked(
        context, f"quality.rows.{'held' if held else 'all'}",
        received=count(context, total.received), files=files, accepted=count(context, total.accepted),
        share=percent_text(100 * total.accepted / total.received, context.language),
        rejected=context.words.counted(
            "quality.noun.rejected", total.rejected, value=count(context, total.rejected)
        ),
        duplicates=context.words.counted(
            "quality.noun.duplicates", total.duplicates, value=count(context, total.duplicates)
        ),
    )  # fmt: skip


def _items(context: PartContext, found: Sequence[Concern]) -> str:
    told = [
        context.say(
            f"quality.concern.{one.check}",
            subject=_subject(context, one),
            value=figure_text(one.figure, context.words),
        )
        for one in found[:_TOLD]
    ]
    if len(found) > _TOLD:
        more = len(found) - _TOLD
        told.append(context.words.counted("quality.more", more, value=count(context, more)))
    return context.words.listing(tuple(told))


def _subject(context: PartContext, one: Concern) -> str:
    if one.check == "consistency":
        return context.say(f"quality.pair.{one.subject.replace(':', '.')}")
    if one.check == "completeness_regions":
        return context.say(f"level.{one.subject}")
    return table_title(context, one.subject.partition(":")[0])


def _published_sentence(context: PartContext) -> list[Inline]:
    outcomes = by_category(context.releasable, "published_versus_computed", "finding")
    number = {name: int(figure.value or 0) for name, figure in outcomes.items()}
    compared = sum(number.get(name, 0) for name in ("agrees", "explained", "unexplained"))
    if not compared:
        return []
    different = number.get("unexplained", 0)
    return marked(
        context, f"quality.published.{'some' if different else 'none'}",
        compared=context.words.counted("quality.noun.figures", compared, value=count(context, compared)),
        agree=count(context, number.get("agrees", 0)),
        explained=count(context, number.get("explained", 0)), different=count(context, different),
    )  # fmt: skip


def _time_sentence(context: PartContext) -> list[Inline]:
    waited = [
        int(figure.value)
        for figure in by_category(context.releasable, "timeliness_days", "table").values()
        if figure.value is not None
    ]
    if not waited:
        return []
    days = context.words.counted(
        "quality.noun.days", max(waited), value=count(context, max(waited))
    )
    return marked(context, "quality.time", days=days)


def _tiles(context: PartContext, receipt: PullReceipt) -> Iterator[KeyFigure]:
    total, words = receipt.total, context.words
    files = len(receipt.files)
    yield key_figure(
        "received", context.say("quality.key.received"), count(context, total.received),
        detail=[
            words.counted("quality.noun.files", files, value=count(context, files)),
            context.say("quality.key.tables", value=count(context, len(receipt.tables))),
        ],
    )  # fmt: skip
    held = total.rejected + total.duplicates
    tone: Tone = "good" if held == 0 else "neutral"
    yield key_figure(
        "accepted", context.say("quality.key.accepted"),
        percent_text(100 * total.accepted / total.received, context.language),
        detail=[context.say("quality.key.accepted_rows", value=count(context, total.accepted))], tone=tone,
    )  # fmt: skip
    yield key_figure(
        "quarantined", context.say("quality.key.quarantined"), count(context, held),
        status="zero" if held == 0 else "available",
        detail=[
            words.counted("quality.noun.rejected", total.rejected, value=count(context, total.rejected)),
            words.counted(
                "quality.noun.duplicates", total.duplicates, value=count(context, total.duplicates)
            ),
        ],
    )  # fmt: skip
    outcomes = by_category(context.releasable, "published_versus_computed", "finding")
    different = outcomes.get("unexplained")
    if different is not None and different.value is not None:
        yield key_figure(
            "differences", context.say("quality.key.differences"), count(context, different.value),
            status="zero" if different.value == 0 else "available",
            detail=[context.say("quality.key.differences_detail")],
            tone="good" if different.value == 0 else "attention",
        )  # fmt: skip


def _requests(context: PartContext, receipt: PullReceipt) -> Iterator[_Request]:
    grouped: dict[tuple[str, str, str], _Request] = {}
    for fault in receipt.faults:
        advice = next((key for words, key in _ADVICE if words in fault.expected), "other")
        key = (fault.table, fault.column, advice)
        before = grouped.get(key)
        text = before.found if before else fault_text(context, fault)
        rows = fault.rows + (before.rows or 0 if before else 0)
        grouped[key] = _Request(fault.table, text, rows, context.say(f"quality.advice.{advice}"))
    yield from (one for (_, _, advice), one in grouped.items() if advice != "corrected")
    for repair in receipt.repairs:
        if repair.rule == PLACE_UNKNOWN:
            found = context.say("quality.mend.place_unknown")
            yield _Request(repair.table, found, repair.rows, context.say("quality.advice.region"))
    for file in receipt.files:
        if file.declared is not None and file.declared != file.rows:
            found = context.say(
                "quality.mend.declared", file=file.name, declared=count(context, file.declared)
            )
            missing = abs(file.declared - file.rows)
            yield _Request(file.table, found, missing, context.say("quality.advice.declared"))
        if file.absent_columns:
            names = tuple(column_title(context, file.table, name) for name in file.absent_columns)
            found = context.say(
                "quality.mend.absent", file=file.name, columns=context.words.listing(names)
            )
            yield _Request(file.table, found, None, context.say("quality.advice.absent"))


def _request_table(context: PartContext, title: str, requests: Sequence[_Request]) -> Block:
    columns = [
        text_column("table", context.say("column.table"), 1.5),
        text_column("found", context.say("quality.column.found"), 2.6),
        number_column("rows", context.say("quality.column.rows"), 0.8),
        text_column("advice", context.say("quality.column.advice"), 2.8),
    ]
    lines = []
    for one in requests[:_LISTED]:
        entries: tuple[Entry, ...] = (
            label(table_title(context, one.table)), words_entry(one.found),
            Entry("–", None, "not_available") if one.rows is None else count_entry(context, one.rows),
            words_entry(one.advice),
        )  # fmt: skip
        lines.append(Line(entries))
    notes = [context.say("quality.mend.note")]
    notes += rest_notes(context, len(requests) - _LISTED)
    return make_table("to-mend-table", title, columns, lines, notes=notes)
