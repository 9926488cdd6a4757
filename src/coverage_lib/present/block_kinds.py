"""The blocks that a briefing is made of: what a cell shows, and what HTML and PDF draw.

A block is a plain dict with a "kind", ready for JSON: all its texts are final, localised
strings that were formatted once, so that no renderer formats a number. The constructors
here are the only place that makes blocks; `block_check` says what a valid one is, for
those and for what is read back from a notebook. Users import both from `present.blocks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

Language = Literal["id", "en"]
Status = Literal["available", "not_available", "suppressed", "not_comparable", "zero"]
Tone = Literal["neutral", "good", "attention"]
Align = Literal["start", "end"]
RowRole = Literal["body", "total", "unknown"]
NoteRole = Literal["information", "attention", "definition"]


class TextInline(TypedDict):
    type: Literal["text"]
    text: str


class CodeInline(TypedDict):
    type: Literal["code"]
    text: str


class StrongInline(TypedDict):
    type: Literal["strong"]
    children: list[Inline]


class EmphasisInline(TypedDict):
    type: Literal["emphasis"]
    children: list[Inline]


class LinkInline(TypedDict):
    type: Literal["link"]
    href: str
    children: list[Inline]


class BreakInline(TypedDict):
    type: Literal["break"]


Inline = TextInline | CodeInline | StrongInline | EmphasisInline | LinkInline | BreakInline


class AsOf(TypedDict):
    label: str
    date: str


class Logo(TypedDict):
    kind: Literal["svg", "png"]
    content: str
    alt: str


class Signature(TypedDict):
    place: str
    title: str
    name: str


class Identity(TypedDict):
    primary: str
    accent: str
    document_number: str
    logo: NotRequired[Logo]
    signature: NotRequired[Signature]


class Cover(TypedDict):
    kind: Literal["cover"]
    title: str
    subtitle: str
    region_name: str
    region_kind: str
    region_code: str
    period_label: str
    language: Language
    simulated: bool
    simulated_label: str
    profile: str
    document_date: str
    as_of: list[AsOf]
    office: str
    keywords: list[str]
    description: str
    identity: NotRequired[Identity]


class Heading(TypedDict):
    kind: Literal["heading"]
    level: Literal[2, 3]
    id: str
    text: str


class Paragraph(TypedDict):
    kind: Literal["paragraph"]
    children: list[Inline]


class ListBlock(TypedDict):
    kind: Literal["list"]
    ordered: bool
    items: list[list[Block]]


class CodeBlock(TypedDict):
    kind: Literal["code"]
    text: str


class KeyFigure(TypedDict):
    id: str
    label: str
    value: str
    status: Status
    detail: list[str]
    tone: Tone


class KeyFigures(TypedDict):
    kind: Literal["key_figures"]
    items: list[KeyFigure]


class Column(TypedDict):
    key: str
    label: str
    align: Align
    width: float | None


class Cell(TypedDict):
    text: str
    status: Status
    bar: float | None
    header: bool


class Row(TypedDict):
    role: RowRole
    cells: list[Cell]


class Table(TypedDict):
    kind: Literal["table"]
    id: str
    caption: str
    columns: list[Column]
    rows: list[Row]
    notes: list[str]
    csv: str


class FigureBlock(TypedDict):
    kind: Literal["figure"]
    id: str
    caption: str
    svg: str
    alt: str
    notes: list[str]
    csv: str
    png_base64: NotRequired[str]


class Note(TypedDict):
    kind: Literal["note"]
    role: NoteRole
    title: str
    children: list[Inline]


class Divider(TypedDict):
    kind: Literal["divider"]


class PageBreak(TypedDict):
    kind: Literal["page_break"]


Block = (
    Cover
    | Heading
    | Paragraph
    | ListBlock
    | CodeBlock
    | KeyFigures
    | Table
    | FigureBlock
    | Note
    | Divider
    | PageBreak
)


def text(content: str) -> TextInline:
    """Characters as they are: nothing in them is markup."""
    return {"type": "text", "text": content}


def code(content: str) -> CodeInline:
    return {"type": "code", "text": content}


def strong(content: str | Sequence[Inline]) -> StrongInline:
    return {"type": "strong", "children": inlines(content)}


def emphasis(content: str | Sequence[Inline]) -> EmphasisInline:
    return {"type": "emphasis", "children": inlines(content)}


def link(href: str, content: str | Sequence[Inline]) -> LinkInline:
    """A link to http(s), mailto, or `#id` within the document; other targets are an error."""
    return {"type": "link", "href": href, "children": inlines(content)}


def line_break() -> BreakInline:
    return {"type": "break"}


def inlines(content: str | Sequence[Inline]) -> list[Inline]:
    """A string becomes one text; a sequence is taken as it is."""
    return [text(content)] if isinstance(content, str) else list(content)


def cell(
    content: str,
    *,
    status: Status = "available",
    bar: float | None = None,
    header: bool = False,
) -> Cell:
    """One cell of a table. `bar` is the share of the cell to fill, 0 to 1; none: no bar."""
    return {"text": content, "status": status, "bar": bar, "header": header}


def column(key: str, label: str, *, align: Align = "start", width: float | None = None) -> Column:
    """One column. `width` is relative to the other columns that have one; none: as needed."""
    return {"key": key, "label": label, "align": align, "width": width}


def row(cells: Sequence[Cell], *, role: RowRole = "body") -> Row:
    return {"role": role, "cells": list(cells)}


def key_figure(
    identifier: str,
    label: str,
    value: str,
    *,
    status: Status = "available",
    detail: Sequence[str] = (),
    tone: Tone = "neutral",
) -> KeyFigure:
    """One large number with the lines under it; `value` is text that was formatted already."""
    return {
        "id": identifier,
        "label": label,
        "value": value,
        "status": status,
        "detail": list(detail),
        "tone": tone,
    }


def figures_across(block: KeyFigures) -> int:
    """How many large numbers stand side by side: rows as even as they can be, four at most."""
    count = len(block["items"])
    longest = max((len(item["value"]) for item in block["items"]), default=0)
    if count <= 2:
        return 2
    if count in (3, 5, 6, 9) or longest > 13:
        return 3
    return 4
