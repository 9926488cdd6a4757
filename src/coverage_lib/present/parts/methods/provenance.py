"""Where the figures came from, what is withheld, what computed them, and abbreviations."""

from __future__ import annotations

from itertools import zip_longest

from coverage_lib.disclosure import Releasable, SourceNote
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.quantities import in_language
from coverage_lib.present.tables import (
    Entry,
    Line,
    label,
    make_table,
    number_column,
    number_entry,
    text_column,
    words_entry,
)
from coverage_lib.suppression.families import load_families
from coverage_lib.tables import load_table, table_names

_RULES = ("small", "exceptions", "companions", "levels", "ratios", "construction", "check")
_ABBREVIATIONS = (
    "UCJ", "BPJS", "JKK", "JKM", "JHT", "JP", "JKP", "PU", "BPU", "PMI", "JAKON", "NIK", "KPJ", "NPP",
    "BPS", "Sakernas", "SDG", "ILO", "ASN", "APBN", "APBD", "DBH", "CSR", "BPD", "RT_RW", "LKD", "TK",
    "SD", "SMP", "SMA", "PT", "UU", "PP", "Perpres", "Permenaker",
)  # fmt: skip
_SHOWN = 16


def sources(releasable: Releasable, language: str) -> Blocks:
    """One line a table, producer and date with its files; empty where nothing was read."""
    context = open_part(releasable, language)
    if not releasable.sources:
        return context.show([])
    columns = [
        text_column("table", context.say("column.table"), 2),
        text_column("producer", context.say("column.producer"), 2),
        text_column("as_of", context.say("column.as_of"), 1.1),
        text_column("received", context.say("column.received"), 1.1),
        number_column("files", context.say("methods.column.files"), 0.7),
        text_column("kind", context.say("methods.column.kind"), 0.9),
    ]
    lines = [Line(_source(context, source)) for source in releasable.sources]
    simulated = sum(source.simulated for source in releasable.sources)
    title = context.say(
        "methods.sources_title", simulated=decimal_text(simulated, language),
        all=decimal_text(len(lines), language),
    ) if simulated else context.say("notes.sources_title")  # fmt: skip
    notes = [context.say("methods.sources_note")]
    return context.show(
        [
            blocks.heading(2, "sources", context.say("methods.heading.sources")),
            make_table("sources-table", title, columns, lines, notes=notes),
        ]
    )


def _source(context: PartContext, source: SourceNote) -> tuple[Entry, ...]:
    receipt = context.releasable.receipt
    files = [
        file
        for file in (receipt.files_of(source.table) if receipt else ())
        if (file.as_of, file.producer) == (source.as_of, source.producer)
    ]
    various = context.say("quality.various")
    days = (
        day_text(day, context.language) if day else various
        for day in (source.as_of, source.received)
    )
    known = source.table in table_names()
    title = load_table(source.table).title[context.language] if known else source.title
    return (
        label(title),
        words_entry(in_language(source.producer, context.language)),
        *(words_entry(day) for day in days),
        number_entry(len(files), context.language) if files else Entry("–", None, "not_available"),
        words_entry(context.say(f"methods.kind.{'simulated' if source.simulated else 'real'}")),
    )


def disclosure_control(releasable: Releasable, language: str) -> Blocks:
    """What is withheld, in plain words, with the threshold in force."""
    context = open_part(releasable, language)
    families = load_families()
    fewest = max(
        (number for family in families.families for number in family.fewest.values()), default=0
    )
    values = {
        "threshold": decimal_text(families.threshold, language),
        "largest": decimal_text(families.threshold - 1, language),
        "fewest": decimal_text(fewest, language),
    }
    return context.show(
        [
            blocks.heading(2, "disclosure", context.say("methods.heading.disclosure")),
            blocks.paragraph(context.say("methods.disclosure.why")),
            blocks.list_block(
                [context.say(f"methods.disclosure.{name}", **values) for name in _RULES]
            ),
        ]
    )


def versions(releasable: Releasable, language: str) -> Blocks:
    """What computed the figures; empty where they were not read from a mart."""
    context = open_part(releasable, language)
    known = releasable.versions
    if known is None:
        return context.show([])
    named = [
        ("cakupan", known.cakupan), ("definitions", known.definitions),
        ("rules", known.rules_sha256[:_SHOWN]), ("measures", known.measures[:_SHOWN]),
    ]  # fmt: skip
    if releasable.receipt is not None:
        named.append(("generation", releasable.receipt.generation))
    named.append(("profile", releasable.profile))
    columns = [
        text_column("what", context.say("methods.column.what"), 3),
        text_column("version", context.say("methods.column.version"), 1.6),
    ]
    lines = [
        Line((label(context.say(f"methods.version.{name}")), words_entry(value)))
        for name, value in named
    ]
    table = make_table(
        "versions-table", context.say("methods.versions_title"), columns, lines,
        notes=[context.say("methods.versions_note")],
    )  # fmt: skip
    shown: list[Block] = [
        blocks.heading(2, "versions", context.say("methods.heading.versions")),
        table,
    ]
    return context.show(shown)


def abbreviations(releasable: Releasable, language: str) -> Blocks:
    """What the abbreviations stand for, programmes and segments first."""
    context = open_part(releasable, language)
    short, meaning = (context.say(f"methods.column.{name}") for name in ("short", "meaning"))
    columns = [
        text_column("short", short, 0.9),
        text_column("meaning", meaning, 2.6),
        text_column("short_too", short, 0.9),
        text_column("meaning_too", meaning, 2.6),
    ]
    half = (len(_ABBREVIATIONS) + 1) // 2
    pairs = zip_longest(_ABBREVIATIONS[:half], _ABBREVIATIONS[half:])
    lines = [Line((*_meaning(context, left), *_meaning(context, right))) for left, right in pairs]
    title = context.say("methods.abbreviations_title")
    return context.show(
        [
            blocks.heading(2, "abbreviations", context.say("methods.heading.abbreviations")),
            make_table("abbreviations-table", title, columns, lines),
        ]
    )


def _meaning(context: PartContext, name: str | None) -> tuple[Entry, Entry]:
    if name is None:
        return words_entry(""), words_entry("")
    return label(name.replace("_", "/")), words_entry(context.say(f"methods.abbreviation.{name}"))
