"""Definitions, denominators with vintage and scope, sources, and how to read the figures."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Releasable, SourceNote
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.formats import day_text
from coverage_lib.present.parts.headline import target_year
from coverage_lib.present.quantities import in_language, source_text, vintage_text
from coverage_lib.present.tables import Line, label, make_table, text_column, words_entry

# The percentages that a briefing shows.
_PERCENTAGES = ("coverage", "village_ecosystem_coverage")
_DEFINITIONS = ("active", "eligible", "coverage", "gap", "village", "claims")


def notes_and_sources(releasable: Releasable, language: str) -> Blocks:
    """What the words mean, what stands under the percentages, and where the figures come from."""
    return notes_with(releasable, language, "notes.definition", _DEFINITIONS, _PERCENTAGES)


def notes_with(
    releasable: Releasable,
    language: str,
    group: str,
    definitions: Sequence[str],
    percentages: Sequence[str],
    tables: Sequence[str] = (),
) -> Blocks:
    """Notes with the definitions of a notebook's own words, `<group>.<name>` in the words.

    `percentages` are the indicators whose denominators are listed, `tables` the tables whose
    sources are; without any, all sources.
    """
    context = open_part(releasable, language)
    shown: list[Block] = [blocks.heading(2, "notes", context.say("section.notes"))]
    if releasable.simulated:
        title = context.say("notes.simulated_title")
        shown.append(blocks.note("attention", title, context.say("notes.simulated")))
    shown.append(blocks.heading(3, "definitions", context.say("notes.definitions")))
    year = target_year(releasable)
    shown.append(
        blocks.list_block(
            [
                [blocks.paragraph(marked(context, f"{group}.{name}", year=year))]
                for name in definitions
            ]
        )
    )
    shown.append(blocks.heading(3, "reading", context.say("notes.reading")))
    readings = ["status", "rounding", "unknown_region"]
    if bool((releasable.rows["origin"] == "published").any()):
        readings.append("published")
    shown.append(blocks.list_block([context.say(f"notes.{name}") for name in readings]))
    found = (_denominators(context, percentages), _sources(context, tables))
    return context.show([*shown, *(table for table in found if table is not None)])


def _denominators(context: PartContext, percentages: Sequence[str]) -> Block | None:
    """Each denominator of the percentages shown once; None where none of them is available."""
    rows = context.releasable.rows
    used = rows[
        (rows["region_code"] == context.releasable.region.code)
        & rows["indicator"].isin(percentages)
        & (rows["status"] == "available")
    ]
    found: dict[tuple[str, str, str], list[str]] = {}
    for record in used.sort_values(["indicator", "as_of"], kind="stable").to_dict("records"):
        source = source_text(_plain(record["denominator_source"]), context.words) or context.say(
            "denominator.not_published"
        )
        key = (
            _indicator(context, str(record["indicator"])),
            source,
            vintage_text(_plain(record.get("denominator_vintage")), context.language),
        )
        scope = f"scope_short.{record['scope']}"
        # Of offices held in a village there is only one scope, which needs no word.
        shown = context.say(scope) if scope in context.words and record["scope"] != "all" else ""
        if shown not in found.setdefault(key, []):
            found[key].append(shown)
    if not found:
        return None
    columns = [
        text_column("used_for", context.say("column.used_for"), 1.5),
        text_column("denominator", context.say("column.denominator"), 2.5),
        text_column("vintage", context.say("column.vintage"), 1),
        text_column("scope", context.say("column.scope"), 2),
    ]
    lines = [
        Line(
            (label(name), words_entry(source), words_entry(vintage), words_entry("; ".join(scopes)))
        )
        for (name, source, vintage), scopes in found.items()
    ]
    return make_table("denominators-table", context.say("notes.denominators_title"), columns, lines)


def _indicator(context: PartContext, name: str) -> str:
    key = f"indicator.{name}"
    return context.say(key) if key in context.words else name


def _plain(value: object) -> str:
    return str(value) if isinstance(value, str) else ""


def _sources(context: PartContext, tables: Sequence[str]) -> Block | None:
    sources = [one for one in context.releasable.sources if not tables or one.table in tables]
    if not sources:
        return None
    language = context.language
    columns = [
        text_column("table", context.say("column.table"), 2.4),
        text_column("producer", context.say("column.producer"), 1.8),
        text_column("as_of", context.say("column.as_of"), 1.2),
        text_column("received", context.say("column.received"), 1.2),
    ]
    various = context.say("date.various")
    lines = [
        Line(
            (
                label(_source_title(context, source)),
                words_entry(in_language(source.producer, language)),
                words_entry(day_text(source.as_of, language) if source.as_of else various),
                words_entry(day_text(source.received, language) if source.received else various),
            )
        )
        for source in sources
    ]
    return make_table("sources-table", context.say("notes.sources_title"), columns, lines)


def _source_title(context: PartContext, source: SourceNote) -> str:
    """The table's name in the language of the briefing, with a word where it is simulated."""
    key = f"source_table.{source.table}"
    title = context.say(key) if key in context.words else source.title
    if not source.simulated:
        return title
    return context.say("notes.simulated_source", title=title)
