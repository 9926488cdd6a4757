"""A document to the data that the Typst template draws: sizes, numbers, printable characters.

Decisions that need counting are taken here, so that the template only draws.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import cast

from matplotlib.ft2font import FT2Font

from coverage_lib.briefing.attachments import Attachment
from coverage_lib.briefing.document import Document, caption_numbers, identifiers
from coverage_lib.briefing.table_layout import table_parts
from coverage_lib.errors import BriefingError
from coverage_lib.present import style
from coverage_lib.present.block_kinds import Block, Cover, FigureBlock, Logo, Table, figures_across
from coverage_lib.present.block_words import block_words
from coverage_lib.present.svg import clean_svg

Data = dict[str, object]

_MILLIMETRES_A_POINT = 25.4 / 72
_TALLEST_FIGURE = 190.0
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pdf_data(document: Document, files: Iterable[Attachment] = ()) -> Data:
    """JSON-ready data for `briefing.typ`; characters that no font has are spelt out as U+….

    `files` are attached as they are: nobody draws them.
    """
    numbers = caption_numbers(document)
    data: Data = {
        "cover": _cover(document.cover),
        "blocks": [_block(block, numbers) for block in document.blocks],
        "targets": sorted(identifiers(document)),
        "words": asdict(block_words(document.language)),
        "style": style.as_data(palette_of_cover(document.cover)),
    }
    return {**cast(Data, _printable(data)), "attachments": [asdict(file) for file in files]}


def palette_of_cover(front: Cover) -> style.Palette:
    """The colours of the office that the cover carries, or our own."""
    identity = front.get("identity")
    return style.palette_of(identity["primary"], identity["accent"]) if identity else style.PALETTE


def fonts_folder() -> Path:
    """Where the fonts of the project are; the only ones that a PDF uses beside Typst's own."""
    return Path(style.__file__).parent / "fonts"


def _cover(front: Cover) -> Data:
    identity = front.get("identity")
    if not identity:
        return {**front, "identity": {}}
    shown: Data = {name: text for name, text in identity.items() if name != "logo"}
    if "logo" in identity:
        shown["logo"] = _logo(identity["logo"])
    return {**front, "identity": shown}


def _logo(logo: Logo) -> Data:
    if logo["kind"] == "svg":
        return {**logo, "content": clean_svg(logo["content"], "logo", logo["alt"]).svg}
    return {**logo, "bytes": list(base64.b64decode(logo["content"])), "content": ""}


def _block(block: Block, numbers: Mapping[str, str]) -> Data:
    if block["kind"] == "table":
        return _table(block, numbers[block["id"]])
    if block["kind"] == "figure":
        return _figure(block, numbers[block["id"]])
    if block["kind"] == "key_figures":
        return {**block, "across": figures_across(block)}
    if block["kind"] == "list":
        items = [[_block(inner, numbers) for inner in item] for item in block["items"]]
        return {**block, "items": items}
    return dict(block)


def _figure(block: FigureBlock, number: str) -> Data:
    if not block["svg"]:
        return _pixel_figure(block, number)
    picture = clean_svg(block["svg"], block["id"], block["alt"])
    width = picture.width * _MILLIMETRES_A_POINT
    height = picture.height * _MILLIMETRES_A_POINT
    # A figure drawn nearly as wide as the text is meant to be as wide as the text.
    wanted = style.PAGE.text_width if width > 0.9 * style.PAGE.text_width else width
    fitting = min(wanted, width * _TALLEST_FIGURE / height)
    return {**block, "number": number, "svg": picture.svg, "width": fitting, "csv": ""}


def _pixel_figure(block: FigureBlock, number: str) -> Data:
    """A PNG at 96 pixels an inch, smaller where it would not fit; Typst gets its bytes."""
    try:
        content = base64.b64decode(block.get("png_base64", ""), validate=True)
    except ValueError:
        content = b""
    if content[:8] != _PNG_SIGNATURE:
        raise BriefingError(f"figure {block['id']}: the picture is not a PNG in base64.")
    width, height = (int.from_bytes(content[at : at + 4]) * 25.4 / 96 for at in (16, 20))
    fitting = min(width, style.PAGE.text_width, width * _TALLEST_FIGURE / max(height, 1.0))
    data: Data = {**block, "number": number, "width": fitting, "csv": "", "png_base64": ""}
    return {**data, "png_bytes": list(content)}


def _table(block: Table, number: str) -> Data:
    return {
        "kind": "table",
        "id": block["id"],
        "caption": block["caption"],
        "number": number,
        "notes": block["notes"],
        "parts": table_parts(block),
    }


def _printable(value: object) -> object:
    """The same data with every character that cannot be drawn written out, as `[U+1F600]`."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return "".join(_drawn(character) for character in value)
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [_printable(one) for one in value]
    return value


def _drawn(character: str) -> str:
    if ord(character) in _known_characters():
        return character
    return f"[U+{ord(character):04X}]"


@cache
def _known_characters() -> frozenset[int]:
    """What all weights of the font can draw, and the line end and tab."""
    fonts = sorted(fonts_folder().glob("*.ttf"))
    drawn = [frozenset(FT2Font(path).get_charmap()) for path in fonts]
    return frozenset.intersection(*drawn) | {0x09, 0x0A}
