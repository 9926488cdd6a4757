"""What came in and what became of it, table by table and file by file."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, RowRole
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import percent_text
from coverage_lib.present.parts.quality.naming import (
    count,
    count_entry,
    days_entry,
    days_text,
    is_province,
    table_title,
)
from coverage_lib.present.tables import (
    Entry,
    Line,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)
from coverage_lib.receipts import FileReceipt, PullReceipt, TableReceipt


def rows_received(releasable: Releasable, language: str) -> Blocks:
    """Tables with their rows, most refused first, and the sum that accounts for every row."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not receipt.tables or not is_province(releasable):
        return context.show([])
    total = receipt.total
    identity = marked(
        context, "quality.identity", received=count(context, total.received),
        accepted=count(context, total.accepted), rejected=count(context, total.rejected),
        duplicates=count(context, total.duplicates),
    )  # fmt: skip
    return context.show(
        [
            blocks.heading(2, "received", context.say("quality.heading.received")),
            blocks.paragraph(identity),
            _tables(context, receipt),
        ]
    )


def files_received(releasable: Releasable, language: str) -> Blocks:
    """Every file with its day, the day it came in and its rows; by table, in order of their days."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not receipt.files or not is_province(releasable):
        return context.show([])
    columns = [
        text_column("file", context.say("quality.column.file"), 2.6),
        text_column("as_of", context.say("column.as_of"), 1.3),
        text_column("received", context.say("column.received"), 1.3),
        number_column("days", context.say("quality.column.days"), 0.7),
        number_column("rows", context.say("quality.column.received"), 0.9),
        number_column("rejected", context.say("quality.column.rejected"), 0.8),
        number_column("duplicates", context.say("quality.column.duplicates"), 0.8),
    ]
    ordered = sorted(
        receipt.files, key=lambda file: (_place(receipt, file), str(file.as_of), file.name)
    )
    lines = [Line(_file(context, file)) for file in ordered]
    notes = [context.say("quality.files.note")]
    if any(file.retried for file in receipt.files):
        notes.append(context.say("quality.files.retried"))
    table = make_table("files-table", _files_title(context, receipt), columns, lines, notes=notes)
    return context.show([table])


def _files_title(context: PartContext, receipt: PullReceipt) -> str:
    waited = [file.days_waited for file in receipt.files if file.days_waited is not None]
    if not waited:
        return context.say("quality.files.title_plain")
    fastest, slowest = min(waited), max(waited)
    days = context.words.counted("quality.noun.days", slowest, value=count(context, slowest))
    key = "same" if fastest == slowest else "range"
    return context.say(f"quality.files.title.{key}", fastest=count(context, fastest), days=days)


def _place(receipt: PullReceipt, file: FileReceipt) -> int:
    names = [one.table for one in receipt.tables]
    return names.index(file.table) if file.table in names else len(names)


def _file(context: PartContext, file: FileReceipt) -> tuple[Entry, ...]:
    waited = file.days_waited
    return (
        label(file.name + (" *" if file.retried else "")),
        days_entry(context, file.as_of),
        days_entry(context, file.received_on),
        Entry("–", None, "not_available") if waited is None else count_entry(context, waited),
        count_entry(context, file.rows),
        count_entry(context, file.rejected),
        count_entry(context, file.duplicates),
    )


def _tables(context: PartContext, receipt: PullReceipt) -> Block:
    columns = [
        text_column("table", context.say("column.table"), 2.4),
        text_column("as_of", context.say("column.as_of"), 1.8),
        number_column("received", context.say("quality.column.received"), 0.9),
        number_column("accepted", context.say("quality.column.accepted"), 0.9),
        number_column("rejected", context.say("quality.column.rejected"), 0.8),
        number_column("duplicates", context.say("quality.column.duplicates"), 0.8),
    ]
    ordered = sorted(
        receipt.tables, key=lambda one: (-(one.rejected + one.duplicates), -one.received, one.table)
    )
    lines = [_table(context, receipt, one) for one in ordered]
    lines.append(_table(context, receipt, receipt.total, "total"))
    held = [one for one in receipt.tables if one.rejected + one.duplicates]
    clean = len(receipt.tables) - len(held)
    title = context.words.counted(
        "quality.received.title", clean, clean=count(context, clean),
        all=count(context, len(receipt.tables)),
    )  # fmt: skip
    total = receipt.total
    share = percent_text(
        100 * (total.rejected + total.duplicates) / total.received if total.received else 0,
        context.language,
    )
    notes = [context.say("quality.received.note", share=share)]
    return make_table("received-table", title, columns, lines, notes=notes)


def _table(
    context: PartContext, receipt: PullReceipt, one: TableReceipt, role: RowRole = "body"
) -> Line:
    files = receipt.files_of(one.table)
    days = days_text(context, [file.as_of for file in files]) if one.table else ""
    name = table_title(context, one.table) if one.table else context.say("total.all")
    entries = (
        label(name),
        words_entry(days),
        count_entry(context, one.received),
        count_entry(context, one.accepted),
        count_entry(context, one.rejected),
        count_entry(context, one.duplicates),
    )
    return Line(entries, role)
