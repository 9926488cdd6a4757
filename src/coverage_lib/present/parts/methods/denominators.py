"""What stands under the region's percentages, and the targets that they are held against."""

from __future__ import annotations

from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.indicators.definitions import definitions
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.quantities import as_of_text, short_scope_text, source_text, vintage_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    figure_entry,
    label,
    make_table,
    number_column,
    number_entry,
    text_column,
    words_entry,
)

_PERCENTAGES = (
    "coverage", "group_coverage", "village_ecosystem_coverage", "sdg_work_injury_coverage",
    "sdg_pension_coverage", "sdg_unemployment_coverage",
)  # fmt: skip


def denominators(releasable: Releasable, language: str) -> Blocks:
    """Denominators of the period with source, vintage and size; then the targets by year.

    One sentence where no percentage of the region is available.
    """
    context = open_part(releasable, language)
    shown: list[Block] = [
        blocks.heading(2, "denominators", context.say("methods.heading.denominators"))
    ]
    lines = _denominators(context)
    if lines:
        columns = [
            text_column("used_for", context.say("column.used_for"), 1.8),
            text_column("denominator", context.say("methods.column.source"), 2.6),
            text_column("vintage", context.say("column.vintage"), 0.8),
            text_column("as_of", context.say("column.as_of"), 1.1),
            text_column("scope", context.say("column.scope"), 1.5),
            number_column("size", context.say("methods.column.size"), 1),
        ]
        title = context.say("notes.denominators_title")
        notes = [context.say("methods.denominators_note")]
        shown.append(make_table("denominators-table", title, columns, lines, notes=notes))
    else:
        shown.append(blocks.paragraph(context.say("methods.denominators_none")))
    targets = _targets(context)
    if targets is not None:
        shown.append(targets)
    return context.show(shown)


def _denominators(context: PartContext) -> list[Line]:
    """One line for each indicator, source, vintage and date; scopes and sizes of it together."""
    rows = context.releasable.rows
    used = rows[
        (rows["region_code"] == context.releasable.region.code)
        & (rows["period"] == str(context.releasable.period))
        & rows["indicator"].isin(_PERCENTAGES)
        & (rows["status"] == "available")
    ]
    keys = ["indicator", "denominator_source", "denominator_vintage", "as_of"]
    lines = []
    plain = used.assign(
        denominator_source=used["denominator_source"].fillna(""),
        denominator_vintage=used["denominator_vintage"].fillna(""),
    )
    place = {name: number for number, name in enumerate(_PERCENTAGES)}
    ordered = plain.assign(place=plain["indicator"].map(place)).sort_values(
        ["place", "denominator_source", "denominator_vintage"], kind="stable"
    )
    for (indicator, source, vintage, as_of), group in ordered.groupby(keys, sort=False):
        scopes = tuple(
            short_scope_text(scope, context.words)
            for scope in sorted(set(group["scope"].astype(str)))
        )
        named = source_text(str(source), context.words)
        lines.append(
            Line(
                (
                    label(definitions()[str(indicator)].title[context.language]),
                    words_entry(named or context.say("denominator.not_published")),
                    words_entry(vintage_text(str(vintage), context.language)),
                    words_entry(
                        day_text(as_of, context.language) if isinstance(as_of, date) else ""
                    ),
                    words_entry(context.words.listing(scopes)),
                    _size(context, [*group["denominator"].dropna()], {*group["dimension"]}),
                )
            )
        )
    return lines


def _size(context: PartContext, sizes: list[float], dimensions: set[str]) -> Entry:
    """The denominator where there is one only; words where each category has its own."""
    if not sizes:
        return Entry("–", None, "not_available")
    if len(set(sizes)) == 1:
        return number_entry(int(sizes[0]), context.language)
    largest = int(max(sizes))
    if "total" in dimensions:
        return Entry(decimal_text(largest, context.language), largest)
    return Entry(context.say("methods.by_category"), None, "not_available")


def _targets(context: PartContext) -> Block | None:
    found = {
        (one.category, one.scope): one
        for one in _target_figures(context.releasable)
        if one.is_available
    }
    if not found:
        return None
    columns = [
        text_column("year", context.say("methods.column.year"), 0.8),
        number_column("target", context.say("methods.column.target"), 0.9),
        text_column("scope", context.say("column.scope"), 1.8),
        text_column("authority", context.say("methods.column.authority"), 3),
        text_column("as_of", context.say("column.as_of"), 1.2),
    ]
    lines = [
        Line(
            (
                label(year),
                figure_entry(one, context.words),
                words_entry(short_scope_text(scope, context.words)),
                words_entry(
                    source_text(one.denominator_source, context.words)
                    or context.say("methods.not_stated")
                ),
                words_entry(as_of_text(one, context.words)),
            )
        )
        for (year, scope), one in sorted(found.items())
    ]
    notes = [context.say("methods.targets_note")]
    return make_table(
        "targets-table", context.say("methods.targets_title"), columns, lines, notes=notes
    )


def _target_figures(releasable: Releasable) -> list[Figure]:
    """The region's targets of all years, oldest report first."""
    rows = releasable.rows
    years = rows.loc[rows["indicator"] == "coverage_target", "category"].astype(str)
    return [
        one
        for year in sorted(set(years))
        for one in releasable.series("coverage_target", category=year)
    ]
