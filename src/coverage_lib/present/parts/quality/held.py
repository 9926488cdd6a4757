"""Rows in quarantine by reason, what was read by rule, what was corrected, and what changed."""

from __future__ import annotations

from collections import Counter
from datetime import date

from coverage_lib.disclosure import Releasable
from coverage_lib.intake.account import DUPLICATE
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, percent_text
from coverage_lib.present.parts.quality.naming import (
    column_title,
    count,
    count_entry,
    days_entry,
    fault_text,
    is_province,
    rest_notes,
    table_title,
)
from coverage_lib.present.tables import (
    Line,
    label,
    make_table,
    number_column,
    text_column,
    words_entry,
)
from coverage_lib.receipts import DriftNote, PullReceipt

_LISTED = 20
_NUMBERS = frozenset({"now", "before", "now_files", "before_files", "change", "expected"})


def quarantine(releasable: Releasable, language: str) -> Blocks:
    """Why rows were held back or lost a value, tables with most such rows first."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not is_province(releasable):
        return context.show([])
    shown: list[Block] = [
        blocks.heading(2, "quarantine", context.say("quality.heading.quarantine"))
    ]
    reasons = _reasons(context, receipt)
    if not reasons:
        return context.show([*shown, blocks.paragraph(context.say("quality.quarantine.nothing"))])
    return context.show([*shown, _reason_table(context, receipt, reasons)])


_Reasons = list[tuple[str, str, int, int]]  # table, reason, rows held back, values left out


def _reasons(context: PartContext, receipt: PullReceipt) -> _Reasons:
    """Each reason once a table: what differs in the extract's day alone is one reason."""
    held: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, str]] = Counter()
    for fault in receipt.faults:
        key = (fault.table, fault_text(context, fault))
        held[key] += fault.rejected
        kept[key] += fault.kept
    by_table: Counter[str] = Counter()
    for (table, _), rows in (held + kept).items():
        by_table[table] += rows
    ordered = sorted(
        held.keys() | kept.keys(),
        key=lambda key: (-by_table[key[0]], key[0], -held[key] - kept[key], key[1]),
    )
    return [(*key, held[key], kept[key]) for key in ordered]


def _reason_table(context: PartContext, receipt: PullReceipt, reasons: _Reasons) -> Block:
    most = float(max(max(held, kept) for _, _, held, kept in reasons))
    columns = [
        text_column("table", context.say("column.table"), 1.6),
        text_column("reason", context.say("quality.column.reason"), 3.2),
        number_column("held", context.say("quality.column.held"), 1.2),
        number_column("left_out", context.say("quality.column.left_out"), 1.2),
    ]
    lines = [
        Line(
            (
                label(table_title(context, table)), words_entry(reason),
                count_entry(context, held, bar_of=most), count_entry(context, kept, bar_of=most),
            )
        )
        for table, reason, held, kept in reasons[:_LISTED]
    ]  # fmt: skip
    table, reason, held, kept = max(reasons, key=lambda one: one[2] + one[3])
    title = context.say(
        "quality.quarantine.title", table=table_title(context, table), reason=reason,
        rows=context.words.counted("quality.noun.rows", held + kept, value=count(context, held + kept)),
    )  # fmt: skip
    total = receipt.total
    share = percent_text(
        100 * (total.rejected + total.duplicates) / total.received if total.received else 0,
        context.language,
    )
    notes = [context.say("quality.quarantine.note", share=share)]
    if any(fault.expected.startswith(DUPLICATE) for fault in receipt.faults):
        notes.append(context.say("quality.quarantine.note_duplicates"))
    notes += rest_notes(context, len(reasons) - _LISTED)
    return make_table("quarantine-table", title, columns, lines, notes=notes)


def repairs(releasable: Releasable, language: str) -> Blocks:
    """Cells that were read by a rule, the commonest first; one sentence where there were none."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not is_province(releasable):
        return context.show([])
    shown: list[Block] = [blocks.heading(3, "repairs", context.say("quality.heading.repairs"))]
    if not receipt.repairs:
        return context.show([*shown, blocks.paragraph(context.say("quality.repairs.nothing"))])
    ordered = sorted(receipt.repairs, key=lambda one: (-one.rows, one.table, one.column, one.rule))
    most = float(ordered[0].rows)
    columns = [
        text_column("rule", context.say("quality.column.rule"), 2.8),
        text_column("table", context.say("column.table"), 1.6),
        text_column("column", context.say("quality.column.column"), 1.4),
        number_column("cells", context.say("quality.column.cells"), 1.2),
    ]
    lines = [
        Line(
            (
                label(_rule(context, one.rule)), words_entry(table_title(context, one.table)),
                words_entry(column_title(context, one.table, one.column)),
                count_entry(context, one.rows, bar_of=most),
            )
        )
        for one in ordered[:_LISTED]
    ]  # fmt: skip
    cells = sum(one.rows for one in ordered)
    title = context.words.counted("quality.repairs.title", cells, cells=count(context, cells))
    notes = [context.say("quality.repairs.note")]
    notes += rest_notes(context, len(ordered) - _LISTED)
    shown.append(make_table("repairs-table", title, columns, lines, notes=notes))
    return context.show(shown)


def _rule(context: PartContext, rule: str) -> str:
    key = f"quality.rule.{rule}"
    return context.say(key) if key in context.words else rule


def corrections(releasable: Releasable, language: str) -> Blocks:
    """Known errors that corrections.yml puts right, in its order; one sentence where none does."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not is_province(releasable):
        return context.show([])
    shown: list[Block] = [
        blocks.heading(3, "corrections", context.say("quality.heading.corrections"))
    ]
    if not receipt.corrections:
        return context.show([*shown, blocks.paragraph(context.say("quality.corrections.nothing"))])
    columns = [
        text_column("table", context.say("column.table"), 1.4),
        text_column("reason", context.say("quality.column.why"), 2.8),
        text_column("who", context.say("quality.column.who"), 1.5),
        text_column("date", context.say("quality.column.date"), 1.1),
        text_column("status", context.say("quality.column.status"), 1),
        number_column("rows", context.say("quality.column.rows"), 0.7),
    ]
    lines = [
        Line(
            (
                label(table_title(context, one.table)), words_entry(one.reason), words_entry(one.who),
                days_entry(context, one.date),
                words_entry(context.say(f"quality.correction.{one.status}")),
                count_entry(context, one.rows),
            )
        )
        for one in receipt.corrections
    ]  # fmt: skip
    number = len(receipt.corrections)
    title = context.words.counted(
        "quality.corrections.title", number, number=count(context, number),
        rows=count(context, sum(one.rows for one in receipt.corrections)),
    )  # fmt: skip
    notes = [context.say("quality.corrections.note")]
    shown.append(make_table("corrections-table", title, columns, lines, notes=notes))
    return context.show(shown)


def drift(releasable: Releasable, language: str) -> Blocks:
    """How extracts differ from those before, one sentence each; one where there is no difference."""
    context = open_part(releasable, language)
    receipt = releasable.receipt
    if receipt is None or not is_province(releasable):
        return context.show([])
    shown: list[Block] = [blocks.heading(3, "drift", context.say("quality.heading.drift"))]
    if not receipt.drift:
        return context.show([*shown, blocks.paragraph(context.say("quality.drift.nothing"))])
    number = len(receipt.drift)
    intro = context.words.counted("quality.drift.intro", number, number=count(context, number))
    shown.append(blocks.paragraph(intro))
    shown.append(blocks.list_block([_drift_text(context, one) for one in receipt.drift]))
    return context.show(shown)


def _drift_text(context: PartContext, one: DriftNote) -> str:
    values = {
        name: count(context, int(value)) if name in _NUMBERS else value
        for name, value in one.values.items()
    }
    if one.kind == "file_gone":
        values["day"] = day_text(date.fromisoformat(one.values["day"]), context.language)
    if "now_files" in values:
        for when in ("now_files", "before_files"):
            values[when] = context.words.counted(
                "quality.noun.files", int(one.values[when]), value=values[when]
            )
    kind = one.kind
    if kind == "rows":
        grew = int(one.values["now"]) > int(one.values["before"])
        kind = "rows.more" if grew else "rows.fewer"
    told = context.say(f"quality.drift.{kind}", **values)
    if not one.table:
        return told
    return context.say("quality.drift.of", table=table_title(context, one.table), text=told)
