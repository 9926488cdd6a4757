"""Blocks to an HTML fragment: the same markup in JupyterLab and in the HTML briefing.

Every text goes through the template engine's escaping; the only markup that is let
through is the picture that `clean_svg` has rebuilt. The fragment has no identifiers that
two displays of the same notebook could share by accident: they begin with `prefix`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import jinja2
from markupsafe import Markup

from coverage_lib.errors import BriefingError
from coverage_lib.present import style
from coverage_lib.present.block_kinds import (
    Block,
    Cell,
    FigureBlock,
    KeyFigures,
    Language,
    Logo,
    Table,
    figures_across,
)
from coverage_lib.present.block_words import BlockWords, block_words
from coverage_lib.present.svg import clean_svg
from coverage_lib.present.traced import pieces_of

#: The byte order mark, with which Excel reads a CSV file as UTF-8.
CSV_START = "\ufeff"
_LONG_WORD = 24
_MUCH_TEXT = 40


@dataclass(frozen=True, slots=True)
class FragmentSettings:
    """What differs between a display in a notebook and a document of its own.

    `numbers` gives table and figure identifiers their caption number ("Tabel 1");
    `heading_offset` is added to heading levels; `targets` are the identifiers that `#…`
    links may point to (none: all of them).
    """

    prefix: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    targets: frozenset[str] | None = None


def render_fragment(
    blocks: Sequence[Block], language: Language, settings: FragmentSettings | None = None
) -> Markup:
    """The blocks as HTML without head, style or script. Same blocks, same characters."""
    context = settings or FragmentSettings()
    template = _environment().get_template("blocks.html.j2")
    words = block_words(language)
    drawing = _Drawing(context, words)
    drawn = template.render(blocks=blocks, words=words, language=language, drawing=drawing)
    return Markup(drawn.strip())  # noqa: S704  # the template escapes


def render_display(blocks: Sequence[Block], language: Language) -> str:
    """The fragment with its style, as JupyterLab shows it. No blocks give an empty text."""
    if not blocks:
        return ""
    seed = json.dumps(blocks, ensure_ascii=False, sort_keys=True).encode()
    prefix = f"ck{hashlib.sha256(seed).hexdigest()[:8]}-"
    fragment = render_fragment(blocks, language, FragmentSettings(prefix=prefix))
    template = _environment().get_template("display.html.j2")
    return template.render(fragment=fragment, style_sheet=block_style_sheet(), language=language)


@cache
def block_style_sheet(palette: style.Palette = style.PALETTE) -> Markup:
    """The CSS of the blocks, with the colours of `present.style` in it, or an office's own."""
    template = _environment().get_template("blocks.css.j2")
    return Markup(template.render(style.as_data(palette)).strip())  # noqa: S704  # our own values


def csv_link(csv: str) -> str:
    """A `data:` address that holds the CSV."""
    return _data_address("text/csv", CSV_START + csv)


def json_link(content: str) -> str:
    """A `data:` address that holds a JSON text."""
    return _data_address("application/json", content)


def _data_address(mime_type: str, content: str) -> str:
    encoded = base64.b64encode(content.encode()).decode("ascii")
    return f"data:{mime_type};charset=utf-8;base64,{encoded}"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the template asks for while it draws."""

    settings: FragmentSettings
    words: BlockWords

    def identifier(self, name: str) -> str:
        return f"{self.settings.prefix}{name}"

    def number(self, name: str) -> str:
        return self.settings.numbers.get(name, "")

    def target(self, href: str) -> str:
        """Where a link goes; empty when it points to nothing in this document."""
        if not href.startswith("#"):
            return href
        known = self.settings.targets
        return f"#{self.identifier(href[1:])}" if known is None or href[1:] in known else ""

    def traced(self, content: str) -> Markup:
        """A text with each of its figures in an element that has its id as value."""
        return Markup().join(
            Markup('<data value="{}">{}</data>').format(name, piece) if name else piece
            for piece, name in pieces_of(content)
        )

    def picture(self, figure: FigureBlock) -> Markup:
        if figure["svg"]:
            picture = clean_svg(figure["svg"], self.identifier(figure["id"]), figure["alt"])
            return Markup(picture.svg)  # noqa: S704  # rebuilt from what is allowed
        return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(
            figure.get("png_base64", ""), figure["alt"]
        )

    def logo(self, logo: Logo) -> Markup:
        if logo["kind"] == "svg":
            picture = clean_svg(logo["content"], self.identifier("logo"), logo["alt"])
            return Markup(picture.svg)  # noqa: S704  # rebuilt from what is allowed
        return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(
            logo["content"], logo["alt"]
        )

    def across(self, block: KeyFigures) -> int:
        return figures_across(block)

    def download(self, block: Table | FigureBlock) -> str:
        return csv_link(block["csv"])

    def has_bars(self, table: Table) -> list[bool]:
        """Column by column: does any of its cells have a bar?"""
        return [
            any(row["cells"][number]["bar"] is not None for row in table["rows"])
            for number in range(len(table["columns"]))
        ]

    def refuse(self, kind: str) -> str:
        raise BriefingError(f"the HTML cannot be made: unknown block kind {kind!r}.")

    def cell_classes(self, cell: Cell, align: str) -> str:
        """Alignment and, where they need it, how the text of the cell may wrap."""
        names = [f"ck-{align}"]
        if cell["status"] == "zero":
            names.append("ck-zero")
        if any(len(word) > _LONG_WORD for word in cell["text"].split()):
            names.append("ck-long-word")
        if len(cell["text"]) > _MUCH_TEXT:
            names.append("ck-much-text")
        return " ".join(names)

    def status_word(self, status: str) -> str:
        return self.words.statuses.get(status, "")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("coverage_lib.present", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
