"""An executed notebook to a document: a cover and the blocks in reading order, no code.

Cells tagged `remove_cell` or `hide-in-briefing` are left out. What a cell shows is taken in
this order: our own blocks, Markdown, SVG, PNG, plain text (as code). A picture needs its
alternative text in the metadata of the output. Output on stderr is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from nbformat import NotebookNode

from coverage_lib.briefing.markdown import heading_level, markdown_blocks
from coverage_lib.errors import BriefingError
from coverage_lib.present.block_check import is_iso_date
from coverage_lib.present.block_kinds import FigureBlock, Table
from coverage_lib.present.block_words import block_words
from coverage_lib.present.blocks import (
    BLOCKS_MIME_TYPE,
    Block,
    Blocks,
    Cover,
    Language,
    blocks_from_json,
    check_block,
    cover,
)
from coverage_lib.present.figure_records import FigureRecords

HIDDEN_TAGS = frozenset({"remove_cell", "hide-in-briefing"})


@dataclass(frozen=True, slots=True)
class Document:
    """What HTML and PDF are drawn from. Identifiers are unique; no block is a cover.

    `figures` holds the records of the figures in its texts, by id.
    """

    cover: Cover
    blocks: tuple[Block, ...]
    figures: FigureRecords = field(default_factory=dict)

    @property
    def language(self) -> Language:
        return self.cover["language"]


def document_from_notebook(notebook: NotebookNode, name: str = "notebook") -> Document:
    """The document of an executed notebook.

    Without a cover the document gets a small one: its title is the notebook's metadata
    `title`, else its first level-1 heading, else `name`; its language is the one of the
    first display, else the metadata `language`, else Indonesian; its date is the metadata
    `date` where that is an ISO date, else none.

    A cell that failed, a picture without alternative text, output of a kind that cannot be
    drawn, and a block of an unknown kind are a `BriefingError` that names the cell.
    """
    title = str(notebook.metadata.get("title") or "")
    language: Language | None = None
    blocks: list[Block] = []
    figures: dict[str, Mapping[str, object]] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        if HIDDEN_TAGS & set(cell.metadata.get("tags", ())):
            continue
        if cell.cell_type == "markdown":
            made = list(markdown_blocks(cell.source))
            if not title and not blocks and heading_level(cell.source) == 1:
                title = cast(str, cast(Mapping[str, object], made.pop(0))["text"])
            blocks.extend(made)
        elif cell.cell_type == "code":
            for shown in _cell_displays(cell, f"cell {number}"):
                if isinstance(shown, Blocks):
                    language = language or shown.language
                    figures.update(shown.figures)
                    blocks.extend(shown.blocks)
                else:
                    blocks.extend(shown)
    covers = [block for block in blocks if block["kind"] == "cover"]
    front = covers[0] if covers else _small_cover(notebook, title or name, language)
    rest = [block for block in blocks if block["kind"] != "cover"]
    return make_document(front, rest, figures)


def make_document(
    front: Cover, blocks: Iterable[Block], figures: FigureRecords | None = None
) -> Document:
    """A document from blocks at hand: checked, identifiers made unique, heading order mended."""
    check_block(front)
    checked = [check_block(block) for block in blocks]
    ordered = tuple(_in_order(_with_unique_identifiers(checked)))
    return Document(front, ordered, dict(sorted((figures or {}).items())))


def caption_numbers(document: Document) -> dict[str, str]:
    """Names such as "Tabel 1" by identifier; tables and figures count separately."""
    words = block_words(document.language)
    counts = {"table": 0, "figure": 0}
    numbers: dict[str, str] = {}
    for block in captioned_blocks(document):
        kind = block["kind"]
        counts[kind] += 1
        noun = words.table if kind == "table" else words.figure
        numbers[block["id"]] = f"{noun} {counts[kind]}"
    return numbers


def captioned_blocks(document: Document) -> Iterator[Table | FigureBlock]:
    """Tables and figures in reading order, those in lists as well."""
    for block in _deep(document.blocks):
        if block["kind"] == "table" or block["kind"] == "figure":
            yield block


def identifiers(document: Document) -> frozenset[str]:
    """Everything that a `#…` link of the document may point to."""
    return frozenset(
        cast(str, cast(Mapping[str, object], block)["id"])
        for block in _deep(document.blocks)
        if block["kind"] in ("heading", "table", "figure")
    )


def _deep(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if block["kind"] == "list":
            for item in block["items"]:
                yield from _deep(item)


def _small_cover(notebook: NotebookNode, title: str, language: Language | None) -> Cover:
    asked = notebook.metadata.get("language")
    chosen: Language = language or ("en" if asked == "en" else "id")
    dated = str(notebook.metadata.get("date") or "")
    return cover(
        title=title,
        region_name="",
        period_label="",
        language=chosen,
        document_date=dated if is_iso_date(dated) else "",
    )


def _cell_displays(cell: NotebookNode, where: str) -> Iterator[Blocks | Sequence[Block]]:
    for output in cell.outputs:
        kind = output.output_type
        if kind == "error":
            raise BriefingError(
                f"{where}: the cell failed with {output.ename}: {_one_line(output.evalue)}."
                " Run the notebook without errors before it is made into a briefing."
            )
        if kind == "stream":
            if output.name == "stdout" and output.text.strip():
                yield [{"kind": "code", "text": output.text.rstrip("\n")}]
        else:
            yield _display(output, where)


def _display(output: NotebookNode, where: str) -> Blocks | Sequence[Block]:
    data = output.data
    if BLOCKS_MIME_TYPE in data:
        return blocks_from_json(data[BLOCKS_MIME_TYPE], where)
    if "text/markdown" in data:
        return markdown_blocks(data["text/markdown"])
    for mime_type in ("image/svg+xml", "image/png"):
        if mime_type in data:
            return [_picture(output, mime_type, where)]
    if "text/plain" in data:
        return [{"kind": "code", "text": data["text/plain"].rstrip("\n")}]
    if not data:
        return ()
    raise BriefingError(
        f"{where}: output of type {', '.join(sorted(data))} cannot be drawn. Show blocks of"
        " coverage_lib, Markdown, SVG, PNG or text, or tag the cell hide-in-briefing."
    )


def _picture(output: NotebookNode, mime_type: str, where: str) -> Block:
    described = {**output.metadata, **output.metadata.get(mime_type, {})}
    alt = str(described.get("alt") or "").strip()
    if not alt:
        raise BriefingError(
            f"{where}: a picture ({mime_type}) without alternative text. Show it with"
            " coverage_lib's figures, or put alt into the metadata of the display."
        )
    content = str(output.data[mime_type])
    block: FigureBlock = {
        "kind": "figure",
        "id": "figure",
        "caption": str(described.get("caption") or ""),
        "svg": content if mime_type == "image/svg+xml" else "",
        "alt": alt,
        "notes": [],
        "csv": "",
    }
    if mime_type == "image/png":
        block["png_base64"] = "".join(content.split())
    return check_block(block, where)


def _with_unique_identifiers(blocks: Sequence[Block], seen: set[str] | None = None) -> list[Block]:
    used = seen if seen is not None else set()
    unique: list[Block] = []
    for block in blocks:
        if block["kind"] == "list":
            items = [_with_unique_identifiers(item, used) for item in block["items"]]
            unique.append({**block, "items": items})
        elif block["kind"] in ("heading", "table", "figure"):
            wanted = cast(str, cast(Mapping[str, object], block)["id"])
            chosen, number = wanted, 1
            while chosen in used:
                number += 1
                chosen = f"{wanted}-{number}"
            used.add(chosen)
            unique.append(cast(Block, {**block, "id": chosen}))
        else:
            unique.append(block)
    return unique


def _in_order(blocks: Sequence[Block]) -> Iterator[Block]:
    """Parts of a section before any section become sections: no heading level is skipped."""
    section_seen = False
    for block in blocks:
        if block["kind"] == "heading":
            level = block["level"] if section_seen else 2
            section_seen = True
            yield {**block, "level": level}
        else:
            yield block


def _one_line(message: str) -> str:
    lines = message.strip().splitlines()
    return lines[-1] if lines else ""
