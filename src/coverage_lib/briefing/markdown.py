"""The Markdown of a notebook cell to blocks. Raw HTML in it is shown as text, never as markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

import mistune

from coverage_lib.present.block_check import SAFE_LINK, check_block
from coverage_lib.present.block_kinds import (
    Align,
    Block,
    Column,
    Heading,
    Inline,
    Row,
    cell,
    code,
    column,
    emphasis,
    line_break,
    link,
    row,
    strong,
    text,
)
from coverage_lib.present.plain import inline_text

Token = Mapping[str, object]

_parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "url"])


def markdown_blocks(source: str) -> tuple[Block, ...]:
    """The blocks of the text; nothing for blank text.

    Headings of level 1 and 2 become sections, deeper ones parts of a section. Links other
    than http(s), mailto and `#id` keep their words and lose their target. A quotation
    becomes a note; an image is named by its alternative text.
    """
    tokens = _parse(source)
    return tuple(_blocks(cast(Sequence[Token], tokens)))


def heading_level(source: str) -> int | None:
    """The level of the heading that the text begins with; none when it begins otherwise."""
    for token in cast(Sequence[Token], _parse(source)):
        if token["type"] == "heading":
            return cast(int, _attributes(token)["level"])
        if token["type"] != "blank_line":
            return None
    return None


def slug(content: str, fallback: str = "section") -> str:
    """An identifier made from a text: small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", content).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return made if re.match(r"[a-z]", made) else f"{fallback}-{made}".strip("-")


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    for token in tokens:
        for block in _token_blocks(token):
            yield check_block(block, "Markdown")


def _token_blocks(token: Token) -> Iterator[Block]:
    kind = token["type"]
    if kind == "heading":
        yield _heading(token)
    elif kind in ("paragraph", "block_text"):
        yield {"kind": "paragraph", "children": _inlines(_children(token))}
    elif kind == "list":
        items = [list(_blocks(_children(item))) for item in _children(token)]
        yield {"kind": "list", "ordered": bool(_attributes(token)["ordered"]), "items": items}
    elif kind == "block_code":
        yield {"kind": "code", "text": _raw(token).rstrip("\n")}
    elif kind == "block_html":
        yield {"kind": "paragraph", "children": [text(_raw(token).strip())]}
    elif kind == "block_quote":
        yield from _quotation(token)
    elif kind == "table":
        yield _table(token)
    elif kind == "thematic_break":
        yield {"kind": "divider"}
    elif kind != "blank_line":
        yield {"kind": "paragraph", "children": _inlines([token])}


def _heading(token: Token) -> Heading:
    content = inline_text(_inlines(_children(token))).strip() or "–"
    level: Literal[2, 3] = 2 if cast(int, _attributes(token)["level"]) <= 2 else 3
    return {"kind": "heading", "level": level, "id": slug(content), "text": content}


def _quotation(token: Token) -> Iterator[Block]:
    """A note for every run of paragraphs in the quotation; other blocks stand for themselves."""
    for block in _blocks(_children(token)):
        if block["kind"] == "paragraph":
            yield {
                "kind": "note",
                "role": "information",
                "title": "",
                "children": block["children"],
            }
        else:
            yield block


def _table(token: Token) -> Block:
    head, *bodies = _children(token)
    columns: list[Column] = []
    for number, head_cell in enumerate(_children(head), start=1):
        align: Align = "end" if _attributes(head_cell).get("align") == "right" else "start"
        columns.append(column(f"column_{number}", _cell_text(head_cell), align=align))
    rows: list[Row] = [
        row([cell(_cell_text(body_cell)) for body_cell in _children(body_row)])
        for body in bodies
        for body_row in _children(body)
    ]
    return {
        "kind": "table",
        "id": "table",
        "caption": "",
        "columns": columns,
        "rows": rows,
        "notes": [],
        "csv": "",
    }


def _cell_text(token: Token) -> str:
    return inline_text(_inlines(_children(token))).strip()


def _inlines(tokens: Sequence[Token]) -> list[Inline]:
    return [inline for token in tokens for inline in _token_inlines(token)]


def _token_inlines(token: Token) -> Iterator[Inline]:
    kind = token["type"]
    if kind == "text":
        yield text(html.unescape(_raw(token)))
    elif kind == "codespan":
        yield code(html.unescape(_raw(token)))
    elif kind == "strong":
        yield strong(_inlines(_children(token)))
    elif kind == "emphasis":
        yield emphasis(_inlines(_children(token)))
    elif kind == "link":
        target = str(_attributes(token).get("url", ""))
        words = _inlines(_children(token))
        if SAFE_LINK.fullmatch(target):
            yield link(target, words)
        else:
            yield from words
    elif kind == "linebreak":
        yield line_break()
    elif kind == "softbreak":
        yield text(" ")
    elif "children" in token:
        yield from _inlines(_children(token))
    else:
        yield text(_raw(token))


def _children(token: Token) -> Sequence[Token]:
    return cast(Sequence[Token], token.get("children", ()))


def _attributes(token: Token) -> Mapping[str, object]:
    return cast(Mapping[str, object], token.get("attrs", {}))


def _raw(token: Token) -> str:
    return str(token.get("raw", ""))
