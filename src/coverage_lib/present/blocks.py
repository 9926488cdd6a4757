"""Display objects: what the last line of a notebook cell returns.

`Blocks` shows itself in JupyterLab as HTML and carries the same blocks as JSON in a mime
type of its own, from which the HTML and PDF briefings are drawn. The constructors check
what they are given and raise `BriefingError` with the kind and the field.

    Blocks((heading(2, "claims", "Claims"), paragraph(["Paid: ", strong("12")])), language="en")
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coverage_lib.errors import BriefingError
from coverage_lib.present.block_check import KNOWN_KINDS, SAFE_LINK, check_block
from coverage_lib.present.block_kinds import (
    Align,
    AsOf,
    Block,
    Cell,
    CodeBlock,
    Column,
    Cover,
    Divider,
    FigureBlock,
    Heading,
    Identity,
    Inline,
    KeyFigure,
    KeyFigures,
    Language,
    ListBlock,
    Note,
    NoteRole,
    PageBreak,
    Paragraph,
    Row,
    RowRole,
    Status,
    Table,
    Tone,
    cell,
    code,
    column,
    emphasis,
    inlines,
    key_figure,
    line_break,
    link,
    row,
    strong,
    text,
)
from coverage_lib.present.figure_records import FigureRecords
from coverage_lib.present.html import render_display
from coverage_lib.present.plain import plain_text
from coverage_lib.present.traced import traces_in, with_traces

#: The mime type under which a cell's output carries its blocks.
BLOCKS_MIME_TYPE = "application/vnd.cakupan.blocks+json"
BLOCKS_VERSION = 1

__all__ = [
    "BLOCKS_MIME_TYPE",
    "BLOCKS_VERSION",
    "KNOWN_KINDS",
    "SAFE_LINK",
    "Align",
    "AsOf",
    "Block",
    "Blocks",
    "Cell",
    "Column",
    "Cover",
    "Identity",
    "Inline",
    "KeyFigure",
    "Language",
    "NoteRole",
    "Row",
    "RowRole",
    "Status",
    "Tone",
    "blocks_from_json",
    "cell",
    "check_block",
    "code",
    "code_block",
    "column",
    "cover",
    "divider",
    "emphasis",
    "figure",
    "heading",
    "key_figure",
    "key_figures",
    "line_break",
    "link",
    "list_block",
    "note",
    "page_break",
    "paragraph",
    "plain_text",
    "row",
    "strong",
    "table",
    "text",
]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks in reading order and the language of their texts; `+` appends another display.

    `figures` are the records of the figures that the texts carry the ids of.
    No blocks at all is allowed and shows nothing. The blocks are checked once, here.
    """

    blocks: tuple[Block, ...]
    language: Language
    figures: FigureRecords = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, block in enumerate(self.blocks, start=1):
            check_block(block, f"display, block {number}")

    def __add__(self, other: Blocks) -> Blocks:
        if other.language != self.language:
            raise BriefingError(
                f"displays in two languages cannot be joined: {self.language} and"
                f" {other.language}. Make both with the same language."
            )
        figures = {**self.figures, **other.figures}
        return Blocks(self.blocks + other.blocks, self.language, figures)

    def as_json(self) -> dict[str, object]:
        """The form under `BLOCKS_MIME_TYPE`."""
        return {
            "version": BLOCKS_VERSION,
            "language": self.language,
            "blocks": list(self.blocks),
            "traces": list(traces_in(self.blocks)),
            "figures": {name: dict(record) for name, record in sorted(self.figures.items())},
        }

    def _repr_mimebundle_(self, **_selection: object) -> dict[str, object]:
        return {
            BLOCKS_MIME_TYPE: self.as_json(),
            "text/html": render_display(self.blocks, self.language),
            "text/plain": plain_text(self.blocks),
        }


def blocks_from_json(value: object, where: str = "") -> Blocks:
    """What `Blocks.as_json` gave, read back and checked; `where` begins every error message."""
    place = f"{where}: " if where else ""
    if not isinstance(value, dict) or not isinstance(value.get("blocks"), list):
        raise BriefingError(f"{place}{BLOCKS_MIME_TYPE} needs an object with a list of blocks.")
    if value.get("version") != BLOCKS_VERSION:
        raise BriefingError(
            f"{place}blocks of version {value.get('version')!r}, version {BLOCKS_VERSION}"
            " expected. Run the notebook again with this version of the library."
        )
    language = value.get("language")
    if language not in ("id", "en"):
        raise BriefingError(f"{place}language {language!r} is not known; use id or en.")
    for block in value["blocks"]:
        check_block(block, where)
    read = with_traces(copy.deepcopy(value["blocks"]), value.get("traces", []), place)
    figures = value.get("figures", {})
    if not isinstance(figures, dict):
        raise BriefingError(f"{place}figures must be an object of records by id.")
    return Blocks(tuple(read), "id" if language == "id" else "en", figures)


def cover(
    *,
    title: str,
    region_name: str,
    period_label: str,
    language: Language,
    document_date: str,
    subtitle: str = "",
    region_kind: str = "",
    region_code: str = "",
    simulated: bool = False,
    simulated_label: str = "",
    profile: str = "",
    as_of: Iterable[tuple[str, str]] = (),
    office: str = "",
    keywords: Sequence[str] = (),
    description: str = "",
    identity: Identity | None = None,
) -> Cover:
    """The masthead and the document's metadata; at most one a document, the first one counts.

    `simulated_label` goes on every page and may only be empty when `simulated` is false.
    `identity` is how the office shows itself: logo, colours, number of the document, signature.
    `as_of` holds (label, localised date) pairs; `document_date` is ISO and sets the file's date.
    """
    block: Cover = {
        "kind": "cover",
        "title": title,
        "subtitle": subtitle,
        "region_name": region_name,
        "region_kind": region_kind,
        "region_code": region_code,
        "period_label": period_label,
        "language": language,
        "simulated": simulated,
        "simulated_label": simulated_label,
        "profile": profile,
        "document_date": document_date,
        "as_of": [{"label": label, "date": date} for label, date in as_of],
        "office": office,
        "keywords": list(keywords),
        "description": description,
    }
    if identity is not None:
        block["identity"] = identity
    check_block(block)
    return block


def heading(level: Literal[2, 3], identifier: str, content: str) -> Heading:
    """A section (2) or a part of one (3). `identifier` becomes the target of `#…` links."""
    block: Heading = {"kind": "heading", "level": level, "id": identifier, "text": content}
    check_block(block)
    return block


def paragraph(content: str | Sequence[Inline | str]) -> Paragraph:
    """One paragraph; strings among the inlines are taken as text."""
    block: Paragraph = {"kind": "paragraph", "children": _mixed(content)}
    check_block(block)
    return block


def list_block(items: Sequence[str | Sequence[Block]], *, ordered: bool = False) -> ListBlock:
    """A list; an item is a text, or blocks of its own."""
    made: list[list[Block]] = [
        [paragraph(item)] if isinstance(item, str) else list(item) for item in items
    ]
    block: ListBlock = {"kind": "list", "ordered": ordered, "items": made}
    check_block(block)
    return block


def code_block(content: str) -> CodeBlock:
    """Text in a fixed-width font with its line ends kept."""
    return {"kind": "code", "text": content}


def key_figures(items: Sequence[KeyFigure]) -> KeyFigures:
    """Large numbers in a grid, in their order; four of them fill one line of a page."""
    block: KeyFigures = {"kind": "key_figures", "items": list(items)}
    check_block(block)
    return block


def table(
    identifier: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    notes: Sequence[str] = (),
    csv: str = "",
) -> Table:
    """A table; without rows it says so in words. Every row has one cell a column.

    A cell with `header=True` names its row (the first column as a rule). `csv` is the data
    of the table for a download, with formula characters already neutralised.
    """
    block: Table = {
        "kind": "table",
        "id": identifier,
        "caption": caption,
        "columns": list(columns),
        "rows": list(rows),
        "notes": list(notes),
        "csv": csv,
    }
    check_block(block)
    return block


def figure(
    identifier: str,
    caption: str,
    svg: str,
    alt: str,
    *,
    notes: Sequence[str] = (),
    csv: str = "",
) -> FigureBlock:
    """A chart or a map. `alt` says in words what it shows, and may not be empty."""
    block: FigureBlock = {
        "kind": "figure",
        "id": identifier,
        "caption": caption,
        "svg": svg,
        "alt": alt,
        "notes": list(notes),
        "csv": csv,
    }
    check_block(block)
    return block


def note(role: NoteRole, title: str, content: str | Sequence[Inline | str]) -> Note:
    """A quiet box beside the text."""
    block: Note = {"kind": "note", "role": role, "title": title, "children": _mixed(content)}
    check_block(block)
    return block


def divider() -> Divider:
    return {"kind": "divider"}


def page_break() -> PageBreak:
    """The next block begins a page of the PDF; HTML shows nothing."""
    return {"kind": "page_break"}


def _mixed(content: str | Sequence[Inline | str]) -> list[Inline]:
    if isinstance(content, str):
        return inlines(content)
    return [text(part) if isinstance(part, str) else part for part in content]
