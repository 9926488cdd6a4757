"""Documents to HTML and PDF, and the two nbconvert exporters that do so for a notebook.

Both are pure: the same document gives the same bytes. The HTML is one file that asks for
nothing else. The PDF claims PDF/A-3a and PDF/UA-1, which Typst checks while it compiles.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import jinja2
import typst
from markupsafe import Markup
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode

from coverage_lib.briefing.attachments import attachments
from coverage_lib.briefing.document import (
    Document,
    caption_numbers,
    document_from_notebook,
    identifiers,
)
from coverage_lib.briefing.manifest_text import MANIFEST_NAME, manifest_text
from coverage_lib.briefing.pdf_layout import fonts_folder, palette_of_cover, pdf_data
from coverage_lib.errors import BriefingError
from coverage_lib.present import style
from coverage_lib.present.block_words import block_words
from coverage_lib.present.html import (
    FragmentSettings,
    block_style_sheet,
    json_link,
    render_fragment,
)

PDF_STANDARDS: Final[tuple[Literal["a-3a", "ua-1"], ...]] = ("a-3a", "ua-1")

_FONT_FACES = (
    ("SourceSans3-Regular.woff2", 400, "normal"),
    ("SourceSans3-Italic.woff2", 400, "italic"),
    ("SourceSans3-SemiBold.woff2", 600, "normal"),
    ("SourceSans3-Bold.woff2", 700, "normal"),
)


def render_html(document: Document, manifest: Mapping[str, Any] | None = None) -> str:
    """One self-contained HTML file: fonts, pictures and data are in it, nothing is fetched.

    `manifest` can be saved from its foot; without one it says no more than which figures there are.
    """
    script = _template_text("briefing.js")
    settings = FragmentSettings(numbers=caption_numbers(document), targets=identifiers(document))
    front = document.cover
    return (
        _environment()
        .get_template("briefing.html.j2")
        .render(
            cover=front,
            full_title=full_title(document),
            header=render_fragment([front], document.language, settings),
            main=render_fragment(document.blocks, document.language, settings),
            sections=[block for block in document.blocks if block["kind"] == "heading"],
            words=block_words(document.language),
            identity=front.get("identity", {}),
            style_sheet=_style_sheet(
                palette_of_cover(front), front["simulated_label"] if front["simulated"] else ""
            ),
            script=Markup(script),  # noqa: S704  # a file of this package
            manifest=json_link(manifest_text(manifest or _own_manifest(document))),
            manifest_name=MANIFEST_NAME,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def render_pdf(document: Document, manifest: Mapping[str, Any] | None = None) -> bytes:
    """An A4 PDF with the data of its tables and charts, and `manifest`, attached. What Typst refuses is a `BriefingError` with Typst's own message.

    A document without a date claims PDF/UA-1 alone: PDF/A asks for a date, and a made-up
    one would be a false statement.
    """
    files = attachments(document, manifest or _own_manifest(document))
    data = json.dumps(pdf_data(document, files), ensure_ascii=False, sort_keys=True)
    date = document.cover["document_date"]
    standards = PDF_STANDARDS if date else PDF_STANDARDS[1:]
    moment = datetime.fromisoformat(date or "1970-01-01").replace(tzinfo=UTC)
    try:
        compiled = _compiler().compile(
            sys_inputs={"doc": data, "title": full_title(document)},
            pdf_standards=list(standards),
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        reason = " ".join(str(error).split())
        raise BriefingError(f"the PDF cannot be made: {reason}.") from error
    if not isinstance(compiled, bytes):
        raise BriefingError("the PDF cannot be made: Typst returned no file.")
    return compiled


def _own_manifest(document: Document) -> Mapping[str, Any]:
    """What a notebook that was executed elsewhere knows by itself."""
    return {"library": {"cakupan": version("cakupan")}, "figures": document.figures}


def full_title(document: Document) -> str:
    """Title, region and period in one line, after the label of a simulated document."""
    front = document.cover
    parts = [front["title"], front["region_name"], front["period_label"]]
    title = " · ".join(part for part in parts if part)
    return f"{front['simulated_label']} · {title}" if front["simulated"] else title


class BriefingHTMLExporter(Exporter):
    """`jupyter nbconvert --to briefing-html`: the briefing as one HTML file."""

    export_from_notebook = "Briefing (HTML)"
    output_mimetype = "text/html"

    def __init__(self, config: Any = None, **settings: Any) -> None:
        super().__init__(config, **settings)  # type: ignore[no-untyped-call]

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # the base class only prepares
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The HTML of the notebook's document, and the resources that nbconvert passes on."""
        copy, passed = super().from_notebook_node(nb, resources, **kwargs)
        return render_html(document_from_notebook(copy, _notebook_name(passed))), passed


class BriefingPDFExporter(Exporter):
    """`jupyter nbconvert --to briefing-pdf`: the briefing as a PDF."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"

    def __init__(self, config: Any = None, **settings: Any) -> None:
        super().__init__(config, **settings)  # type: ignore[no-untyped-call]

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # the base class only prepares
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The PDF of the notebook's document, and the resources that nbconvert passes on."""
        copy, passed = super().from_notebook_node(nb, resources, **kwargs)
        return render_pdf(document_from_notebook(copy, _notebook_name(passed))), passed


def _notebook_name(resources: dict[str, Any]) -> str:
    return str(resources.get("metadata", {}).get("name") or "notebook")


def _templates() -> Path:
    return Path(__file__).parent / "templates"


@cache
def _template_text(name: str) -> str:
    return (_templates() / name).read_text(encoding="utf-8")


@cache
def _compiler() -> typst.Compiler:
    """One compiler for all documents of a process: it keeps the fonts and the templates read."""
    return typst.Compiler(
        str(_templates() / "briefing.typ"),
        root=str(_templates()),
        font_paths=[str(fonts_folder())],
        ignore_system_fonts=True,
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_templates()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _style_sheet(palette: style.Palette, band: str) -> Markup:
    """Fonts, blocks, page; on paper a simulated document has its label above every page."""
    parts = [_font_faces(), block_style_sheet(palette), _template_text("briefing.css")]
    if band:
        look = f'font: 700 9pt "{style.FONT_FAMILY}"; color: {style.PALETTE.simulated_ink};'
        parts.append(f"@page {{ @top-center {{ content: {_css_string(band)}; {look} }} }}")
    return Markup("\n".join(parts))  # noqa: S704  # files of this package and a CSS string


@cache
def _font_faces() -> str:
    faces = []
    for name, weight, slant in _FONT_FACES:
        content = base64.b64encode((fonts_folder() / name).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face {{ font-family: "{style.FONT_FAMILY}"; font-weight: {weight};'
            f" font-style: {slant};"
            f' src: url("data:font/woff2;base64,{content}") format("woff2"); }}'
        )
    return "\n".join(faces)


def _css_string(content: str) -> str:
    """A CSS string in which everything but letters, digits and spaces is a code point."""
    escaped = re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):06x}", content)
    return f'"{escaped}"'
