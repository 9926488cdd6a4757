"""Completeness, timeliness, uniqueness and validity of every source, in one table each way."""

from __future__ import annotations

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, marked, open_part
from coverage_lib.present.parts.quality.naming import (
    by_category,
    column_title,
    count,
    is_province,
    share_entry,
    table_title,
)
from coverage_lib.present.quantities import figure_text, known_value
from coverage_lib.present.tables import (
    Line,
    csv_text,
    label,
    make_table,
    number_column,
    text_column,
)
from coverage_lib.tables import load_table, table_names

_SCORES = (
    "completeness_rows", "completeness_columns", "timeliness_days", "uniqueness", "validity",
    "share_quarantined",
)  # fmt: skip
_KINDS = ("nik", "kpj", "dates", "codes", "amounts", "region")
_BARS = 10
_NOTHING = 1e9


def scores(releasable: Releasable, language: str) -> Blocks:
    """One row a table, the least valid first; empty where no indicator of quality is known."""
    context = open_part(releasable, language)
    found = {name: by_category(releasable, name, "table") for name in _SCORES}
    names = sorted({table for figures in found.values() for table in figures})
    if not names or not is_province(releasable):
        return context.show([])
    validity = found["validity"]
    names.sort(key=lambda name: (_value(validity.get(name)), table_title(context, name)))
    columns = [text_column("table", context.say("column.table"), 2.2)]
    columns += [number_column(name, context.say(f"quality.score.{name}"), 1.0) for name in _SCORES]
    lines = [
        Line(
            (
                label(table_title(context, name)),
                *(share_entry(context, found[score].get(name)) for score in _SCORES),
            )
        )
        for name in names
    ]
    title = _title(context, validity, "quality.scores")
    notes = [context.say("quality.scores.note"), context.say("quality.scores.note_rows")]
    shown: list[Block] = [
        blocks.heading(2, "scores", context.say("quality.heading.scores")),
        make_table("scores-table", title, columns, lines, notes=notes, codes=names),
    ]
    sentence = _regions_sentence(context)
    if sentence:
        shown.insert(1, blocks.paragraph(sentence))
    return context.show(shown)


def validity(releasable: Releasable, language: str) -> Blocks:
    """Validity by kind of value, tables with a fault only; empty where there is none."""
    context = open_part(releasable, language)
    found = by_category(releasable, "validity", "table_kind")
    by_table: dict[str, dict[str, Figure]] = {}
    for category, figure in found.items():
        table, _, kind = category.partition(":")
        by_table.setdefault(table, {})[kind] = figure
    faulty = {
        table: kinds
        for table, kinds in by_table.items()
        if any(_value(kinds.get(kind)) < 100 for kind in _KINDS)
    }
    if not faulty or not is_province(releasable):
        return context.show([])
    names = sorted(faulty, key=lambda name: min(_value(faulty[name].get(kind)) for kind in _KINDS))
    columns = [text_column("table", context.say("column.table"), 2.2)]
    columns += [number_column(kind, context.say(f"quality.kind.{kind}"), 1.0) for kind in _KINDS]
    lines = [
        Line(
            (
                label(table_title(context, name)),
                *(share_entry(context, faulty[name].get(kind)) for kind in _KINDS),
            )
        )
        for name in names
    ]
    worst = min(
        (figure for kinds in faulty.values() for kind, figure in kinds.items() if kind in _KINDS),
        key=_value,
    )
    table, _, kind = worst.category.partition(":")
    title = context.say(
        "quality.validity.title", table=table_title(context, table),
        kind=context.say(f"quality.kind_plain.{kind}"), value=figure_text(worst, context.words),
    )  # fmt: skip
    notes = [context.say("quality.validity.note")]
    if len(by_table) > len(faulty):
        clean = len(by_table) - len(faulty)
        notes.append(
            context.words.counted("quality.validity.clean", clean, value=count(context, clean))
        )
    table_block = make_table("validity-table", title, columns, lines, notes=notes, codes=names)
    return context.show([table_block])


def filled_columns(releasable: Releasable, language: str) -> Blocks:
    """The columns that are filled least, as bars; empty where all are full or nothing is known."""
    context = open_part(releasable, language)
    found = by_category(releasable, "completeness_columns", "table_column")
    wanting = sorted(
        (
            figure for category, figure in found.items()
            if figure.value is not None and figure.value < 100 and _is_extract(category)
        ),
        key=lambda figure: (_value(figure), figure.category),
    )[:_BARS]  # fmt: skip
    if not wanting or not is_province(releasable):
        return context.show([])
    bars = tuple(
        Bar(_bar_name(context, one), known_value(one), figure_text(one, context.words))
        for one in wanting
    )
    full = sum(
        figure.value is not None and figure.value >= 100
        for category, figure in found.items()
        if _is_extract(category)
    )
    known = sum(_is_extract(category) for category in found)
    least = wanting[0]
    title = context.say(
        "quality.columns.title", full=count(context, full), all=count(context, known),
        column=_bar_name(context, least), value=figure_text(least, context.words),
    )  # fmt: skip
    values = "; ".join(context.say("quality.bar", name=bar.name, value=bar.text) for bar in bars)
    chart = BarChart(bars, None, context.say("quality.columns.unit"), language)
    data = csv_text(
        ("column", "filled_percent"), [(one.category, known_value(one)) for one in wanting]
    )
    figure = blocks.figure(
        "columns-chart", title, bar_svg(chart), context.say("quality.columns.alt", values=values),
        notes=[context.say("quality.columns.note")], csv=data,
    )  # fmt: skip
    return context.show([figure])


def _title(context: PartContext, validity: dict[str, Figure], key: str) -> str:
    known = {name: figure for name, figure in validity.items() if figure.value is not None}
    if not known:
        return context.say(f"{key}.title_plain")
    worst = min(known.values(), key=_value)
    if _value(worst) >= 100:
        return context.say(f"{key}.title_all")
    return context.say(
        f"{key}.title",
        table=table_title(context, worst.category),
        value=figure_text(worst, context.words),
    )


def _regions_sentence(context: PartContext) -> list[blocks.Inline]:
    """How many districts, sub-districts and villages the register has rows of."""
    found = by_category(context.releasable, "completeness_regions", "region_level")
    figure = found.get("desa")
    if figure is None or figure.numerator is None or figure.denominator is None:
        return []
    key = "all" if figure.numerator == figure.denominator else "some"
    return marked(
        context, f"quality.regions.{key}", heard=count(context, figure.numerator),
        all=count(context, figure.denominator),
    )  # fmt: skip


def _bar_name(context: PartContext, figure: Figure) -> str:
    table, _, column = figure.category.partition(":")
    return context.say(
        "quality.columns.name",
        column=column_title(context, table, column),
        table=table_title(context, table),
    )


def _is_extract(category: str) -> bool:
    """Whether a column is of a table of persons or cases: in others empty cells mean something."""
    table = category.partition(":")[0]
    return table not in table_names() or any(
        column.store == "pseudonym" for column in load_table(table).columns
    )


def _value(figure: Figure | None) -> float:
    return _NOTHING if figure is None or figure.value is None else figure.value
