"""What each indicator of a region means, section by section in one table."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.indicators.definitions import Definition, definitions, sections
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.tables import (
    Line,
    band,
    label,
    make_table,
    text_column,
    words_entry,
)

_NONE = "—"


def introduction(releasable: Releasable, language: str) -> Blocks:
    """What the document is for, and whether its figures are simulated."""
    context = open_part(releasable, language)
    shown: list[Block] = [
        blocks.heading(2, "purpose", context.say("methods.heading.purpose")),
        blocks.paragraph(context.say("methods.purpose")),
    ]
    if releasable.simulated:
        title = context.say("notes.simulated_title")
        shown.append(blocks.note("attention", title, context.say("notes.simulated")))
    readings = ["status", "rounding", "unknown_region"]
    if bool((releasable.rows["origin"] == "published").any()):
        readings.append("published")
    shown.append(blocks.list_block([context.say(f"notes.{name}") for name in readings]))
    return context.show(shown)


def indicator_definitions(releasable: Releasable, language: str) -> Blocks:
    """The indicators that the region has a figure of, in the order of definitions.yaml.

    All of them where the region has none at all, since then nothing says which would be shown.
    """
    context = open_part(releasable, language)
    rows = releasable.rows
    own = set(rows.loc[rows["region_code"] == releasable.region.code, "indicator"]) & set(
        definitions()
    )
    names = own or set(definitions())
    shown: list[Block] = [
        blocks.heading(2, "indicators", context.say("methods.heading.indicators"))
    ]
    left_out = len(definitions()) - len(names)
    text = context.words.counted(
        "methods.indicators", left_out, number=decimal_text(len(names), language),
        left_out=decimal_text(left_out, language),
    )  # fmt: skip
    shown.append(blocks.paragraph(text))
    columns = [
        text_column("indicator", context.say("methods.column.indicator"), 1.5),
        text_column("computed", context.say("methods.column.computed"), 2.1),
        text_column("remarks", context.say("methods.column.remarks"), 4.4),
    ]
    lines: list[Line] = []
    for section in sections():
        wanted = [definitions()[name] for name in section.indicators if name in names]
        if wanted:
            lines.append(band(section.title[context.language], len(columns)))
            lines += [_line(context, one) for one in wanted]
    title = context.say("methods.indicators_title")
    return context.show([*shown, make_table("definitions-table", title, columns, lines)])


def _line(context: PartContext, one: Definition) -> Line:
    remarks = context.say(
        "methods.remarks", scope=one.scope[context.language], source=one.source[context.language],
        caveat=one.caveat[context.language],
    )  # fmt: skip
    return Line(
        (label(_name(context, one)), words_entry(_formula(context, one)), words_entry(remarks))
    )


def _name(context: PartContext, one: Definition) -> str:
    unit = context.say(f"methods.unit_name.{one.unit}")
    return context.say("methods.indicator", title=one.title[context.language], unit=unit)


def _formula(context: PartContext, one: Definition) -> str:
    """Numerator over denominator; the numerator alone where nothing is divided."""
    numerator, denominator = (text[context.language] for text in (one.numerator, one.denominator))
    if denominator.startswith(_NONE):
        rest = denominator.removeprefix(_NONE).strip()
        return f"{numerator} {rest}".strip()
    divided = one.unit in ("percent", "rows", "days") or "÷" in denominator
    key = "ratio" if divided else "beside"
    return context.say(f"methods.{key}", numerator=numerator, denominator=denominator)
