"""Who the participants are: programmes, age and sex, who pays, and for which employers."""

from __future__ import annotations

from collections.abc import Sequence

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block, Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.charts.bars import Bar, BarChart, bar_svg
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.formats import percent_text
from coverage_lib.present.parts.headline import headline_figure, headline_scope
from coverage_lib.present.quantities import basis_text, figure_text, known_value, short_scope_text
from coverage_lib.present.tables import (
    Entry,
    Line,
    csv_text,
    figure_entry,
    label,
    make_table,
    number_column,
    text_column,
)

#: Programmes in the order of the law.
PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")
_AGES_FROM_OLD = ("65_and_over", "55-64", "45-54", "35-44", "25-34", "15-24", "under_15", "unknown")
_WITH_CONSTRUCTION = "incl_jakon"
_UNKNOWN = "unknown"


def participants_by_programme(releasable: Releasable, language: str) -> Blocks:
    """Active participants of each programme, with and without construction; empty where unknown."""
    context = open_part(releasable, language)
    figures = [_of(context, "programme", name) for name in PROGRAMMES]
    if not any(figure.is_available for figure in figures):
        return context.show([])
    wider = [
        releasable.figure("active_participants", "programme", name, scope=_WITH_CONSTRUCTION)
        for name in PROGRAMMES
    ]
    is_wider = headline_scope(releasable) != _WITH_CONSTRUCTION and any(
        figure.is_available for figure in wider
    )
    total = headline_figure(releasable, "active_participants")
    columns = [
        text_column("programme", context.say("column.programme"), 2),
        number_column("active", context.say("column.active"), 1.2),
        number_column("share", context.say("coverage_notebook.programme.share"), 1.6),
    ]
    if is_wider:
        named = short_scope_text(_WITH_CONSTRUCTION, context.words)
        wider_label = context.say("coverage_notebook.programme.wider", scope=named)
        columns.append(number_column("active_incl_jakon", wider_label, 1.4))
    lines = []
    for name, figure, other in zip(PROGRAMMES, figures, wider, strict=True):
        entries = [
            label(context.say(f"programme.{name}")),
            figure_entry(figure, context.words),
            _share_entry(context, figure, total),
        ]
        lines.append(
            Line(tuple([*entries, figure_entry(other, context.words)] if is_wider else entries))
        )
    table = make_table(
        "programmes-table", _programme_title(context, figures), columns, lines,
        notes=[
            context.say("coverage_notebook.programme.note"),
            basis_text(releasable, _first_known(figures), context.words),
        ],
    )  # fmt: skip
    return context.show([blocks.heading(2, "programmes", _heading(context, "programme")), table])


def _programme_title(context: PartContext, figures: Sequence[Figure]) -> str:
    known = [figure for figure in figures if figure.is_available]
    low = min(known, key=known_value)
    high = max(known, key=known_value)
    if low.value == high.value:
        return context.say("coverage_notebook.programme.title_equal")
    return context.say(
        "coverage_notebook.programme.title",
        low=low.category, low_value=figure_text(low, context.words),
        high=high.category, high_value=figure_text(high, context.words),
    )  # fmt: skip


def _share_entry(context: PartContext, figure: Figure, total: Figure) -> Entry:
    """A count as a share of all participants; words where one of the two is not known."""
    share = _share(figure, total)
    if share is None:
        return Entry(context.say("status.not_available"), None, "not_available")
    entry = percent_text(share, context.language)
    return Entry(entry, round(share, 6), "zero" if share == 0 else "available", min(share / 100, 1))


def _share(figure: Figure, total: Figure) -> float | None:
    if not (figure.is_available and total.is_available) or not total.value:
        return None
    return known_value(figure) / known_value(total) * 100


def age_and_sex(releasable: Releasable, language: str) -> Blocks:
    """Bars of age bands, the oldest on top, and a sentence on women and men; empty where unknown.

    Age by sex is not published, so the two stand side by side.
    """
    context = open_part(releasable, language)
    said = _sex_sentence(context)
    ages = [_of(context, "age_band", name) for name in _AGES_FROM_OLD]
    ages = [figure for figure in ages if _is_worth_a_bar(figure)]
    if not said and not ages:
        return context.show([])
    heading = _heading(context, "age_sex" if ages else "sex")
    shown: list[Block] = [blocks.heading(2, "age-sex", heading)]
    if ages:
        largest = max((one for one in ages if one.is_available), key=known_value, default=None)
        if largest is not None and largest.category != _UNKNOWN:
            said = joined([said, _age_sentence(context, largest)])
    if said:
        shown.append(blocks.paragraph(said))
    if any(figure.is_available for figure in ages):
        shown.append(_bars(context, "age", ages, _age_title(context, ages)))
    return context.show(shown)


def _is_worth_a_bar(figure: Figure) -> bool:
    """Whether a category holds anybody or might: a true zero would be a bar without length."""
    return figure.status == "suppressed" or (figure.is_available and figure.value != 0)


def _sex_sentence(context: PartContext) -> list[Inline]:
    women, men = (_of(context, "sex", name) for name in ("female", "male"))
    total = headline_figure(context.releasable, "active_participants")
    shares = (_share(women, total), _share(men, total))
    if shares[0] is None or shares[1] is None:
        return []
    return marked(
        context, "coverage_notebook.age_sex.sex",
        women=figure_text(women, context.words), women_share=percent_text(shares[0], context.language),
        men=figure_text(men, context.words), men_share=percent_text(shares[1], context.language),
    )  # fmt: skip


def _age_sentence(context: PartContext, largest: Figure) -> list[Inline]:
    share = _share(largest, headline_figure(context.releasable, "active_participants"))
    if share is None:
        return []
    return marked(
        context, "coverage_notebook.age_sex.age",
        age=_category_name(context, largest), count=figure_text(largest, context.words),
        share=percent_text(share, context.language),
    )  # fmt: skip


def _age_title(context: PartContext, ages: Sequence[Figure]) -> str:
    young = next((one for one in ages if one.category == "15-24" and one.is_available), None)
    total = headline_figure(context.releasable, "active_participants")
    share = _share(young, total) if young is not None else None
    if young is None or share is None:
        return context.say("coverage_notebook.age_sex.title_plain")
    return context.say(
        "coverage_notebook.age_sex.title",
        age=_category_name(context, young), share=percent_text(share, context.language),
    )  # fmt: skip


def funders_and_sectors(releasable: Releasable, language: str) -> Blocks:
    """The sectors of the employers, and who pays the contributions; empty where neither is known."""
    context = open_part(releasable, language)
    shown: list[Block] = []
    for dimension, name in (("employer_sector", "sector"), ("funder", "funder")):
        figures = sorted(
            (
                figure
                for figure in releasable.figures(
                    "active_participants", dimension, scope=headline_scope(releasable)
                )
                if _is_worth_a_bar(figure)
            ),
            key=lambda one: (one.category == _UNKNOWN, -(one.value or 0.0), one.category),
        )
        known = [one for one in figures if one.is_available and one.category != _UNKNOWN]
        if known:
            title = context.say(
                f"coverage_notebook.{name}.title",
                name=_category_name(context, known[0]), value=figure_text(known[0], context.words),
                share=_share_text(context, known[0]),
            )  # fmt: skip
            shown.append(_bars(context, name, figures, title))
    heading = blocks.heading(2, "funders-sectors", _heading(context, "funder_sector"))
    return context.show([heading, *shown] if shown else [])


def _share_text(context: PartContext, figure: Figure) -> str:
    share = _share(figure, headline_figure(context.releasable, "active_participants"))
    known = share is not None
    return percent_text(share, context.language) if known else context.say("status.not_available")  # type: ignore[arg-type]


def _bars(context: PartContext, name: str, figures: Sequence[Figure], title: str) -> Block:
    """Categories in the order given, with persons and their share of all participants."""
    total = headline_figure(context.releasable, "active_participants")
    bars = []
    for figure in figures:
        shown = figure_text(figure, context.words)
        share = _share(figure, total)
        if share is not None:
            shown = context.say(
                "coverage_notebook.with_share",
                value=shown, share=percent_text(share, context.language),
            )  # fmt: skip
        bars.append(Bar(_category_name(context, figure), figure.value, shown))
    unit = context.say("coverage_notebook.persons")
    chart = BarChart(tuple(bars), None, unit, context.language)
    values = "; ".join(
        context.say("by_region.alt_value", name=bar.name, value=bar.text) for bar in bars
    )
    basis = basis_text(context.releasable, _first_known(figures), context.words)
    return blocks.figure(
        f"{name}-chart",
        title,
        bar_svg(chart),
        context.say(f"coverage_notebook.{name}.alt", values=values),
        notes=[f"{unit}. {basis}"],
        csv=csv_text((name, "persons"), [(figure.category, figure.value) for figure in figures]),
    )


def _first_known(figures: Sequence[Figure]) -> Figure:
    return next(figure for figure in figures if figure.is_available)


def _of(context: PartContext, dimension: str, category: str) -> Figure:
    return headline_figure(context.releasable, "active_participants", dimension, category)


def _category_name(context: PartContext, figure: Figure) -> str:
    """The category in words; a value that the words do not know as the data have it."""
    name = figure.category
    if figure.dimension == "age_band" and name != _UNKNOWN:
        if name.startswith("under_"):
            return context.say("coverage_notebook.age.under", age=name.removeprefix("under_"))
        if name.endswith("_and_over"):
            return context.say("coverage_notebook.age.over", age=name.removesuffix("_and_over"))
        return context.say("coverage_notebook.age.between", ages=name.replace("-", "–"))
    key = f"coverage_notebook.{figure.dimension}.{name}"
    return context.say(key) if key in context.words else name


def _heading(context: PartContext, name: str) -> str:
    return context.say(f"coverage_notebook.heading.{name}")
