"""Every notebook at every level, from one pulled month: its form, its files, its numbers.

The set is made once; each notebook comes in both languages. What a notebook says is looked at in
`tests/unit/test_*_parts.py`, the papermill way in `test_pipeline.py`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import outloud
import pikepdf
import pymupdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from briefing_set import SET, Made, account_of, executed_of, make_files, manifest_of, measures_of
from filelock import FileLock
from number_check import shown_text, unknown_numbers
from playwright.sync_api import Browser
from projects import Project

from coverage_lib.briefing import render
from coverage_lib.briefing.document import (
    Document,
    captioned_blocks,
    document_from_notebook,
    make_document,
)
from coverage_lib.briefing.plan import NOTEBOOKS
from coverage_lib.briefing.render import full_title, render_html, render_pdf
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import paragraph
from coverage_lib.present.formats import decimal_text
from coverage_lib.present.html import CSV_START
from coverage_lib.present.plain import inline_text
from coverage_lib.present.traced import identifiers_in

EACH = pytest.mark.parametrize("made", SET, ids=[made.name for made in SET])
SAMPLE = SET[1]
#: Kinds of blocks that hold lists of other blocks.
HOLDING = ("list", "side_by_side")
#: Pictures without data of their own, and why.
WITHOUT_DATA = {"locator": "says where a place is, and no figure"}
CONTENTS = {"id": "Isi", "en": "Contents"}


@pytest.fixture(scope="session")
def files(demo_project: Project, shared_folder: Path) -> Path:
    """The folder with the HTML, the PDF and the executed notebook of each briefing of the set."""
    folder = shared_folder / "briefing-set"
    with FileLock(shared_folder / "briefing-set.lock"):
        if not folder.exists():
            building = shared_folder / "briefing-set-building"
            building.mkdir(exist_ok=True)
            for made in SET:
                make_files(demo_project, made, building)
            building.rename(folder)
    return folder


@cache
def document_of(files: Path, made: Made) -> Document:
    return document_from_notebook(nbformat.read(files / f"{made.name}.ipynb", as_version=4))


@cache
def pages_of(path: Path) -> tuple[str, ...]:
    with pymupdf.open(path) as opened:
        return tuple(page.get_text() for page in opened)


def squeezed(content: str) -> str:
    return re.sub(r"\s+", "", content)


def test_each_notebook_comes_in_both_languages_and_at_all_levels() -> None:
    assert {(made.notebook, made.language) for made in SET} == {
        (notebook, language) for notebook in NOTEBOOKS for language in ("id", "en")
    }
    assert len(SET) == 4 * len(NOTEBOOKS)


# PDF


@EACH
def test_pdf_is_accessible_and_describes_itself(files: Path, made: Made) -> None:
    path, document = files / f"{made.name}.pdf", document_of(files, made)
    result = outloud.check(str(path))
    assert result.errors == 0, list(result.findings)
    with pikepdf.open(path) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert str(opened.Root.Lang) == made.language
        assert metadata["dc:title"] == full_title(document)
        assert metadata["dc:creator"] == [document.cover["office"]]


def test_a_briefing_is_short_and_a_village_gets_one_page(files: Path) -> None:
    lengths = {made.name: len(pages_of(files / f"{made.name}.pdf")) for made in SET}
    briefings = [count for name, count in lengths.items() if name.startswith("briefing-")]
    assert len(briefings) == 4
    assert max(briefings) <= 4
    (village,) = (name for name in lengths if re.match(r"village-19\.\d\d\.\d\d\.\d{4}-", name))
    assert lengths[village] == 1


@EACH
def test_pdf_has_bookmarks_and_contents(files: Path, made: Made) -> None:
    path, document = files / f"{made.name}.pdf", document_of(files, made)
    sections = [
        str(block["text"])
        for block in _deep(document.blocks)
        if block["kind"] == "heading" and block["level"] == 2
    ]
    with pymupdf.open(path) as opened:
        marks = [(name, page) for level, name, page in opened.get_toc() if level == 2]
    assert [name for name, _ in marks] == sections
    pages = pages_of(path)
    first = squeezed(pages[0])
    has_contents = CONTENTS[made.language] in pages[0].split("\n")
    assert has_contents is (len(pages) > 4)
    if has_contents:
        for name, page in marks:
            assert re.search(re.escape(squeezed(name)) + r"[.\u2060]*" + str(page), first), name


@EACH
def test_pdf_carries_its_data_and_its_manifest(
    files: Path, made: Made, demo_project: Project
) -> None:
    document = document_of(files, made)
    with pikepdf.open(files / f"{made.name}.pdf") as opened:
        attached = {
            name: one.get_file().read_bytes().decode() for name, one in opened.attachments.items()
        }
    manifest = json.loads(attached.pop("manifest.json"))
    expected = {
        f"{block['id']}.csv": CSV_START + block["csv"]
        for block in captioned_blocks(document)
        if block["csv"]
    }
    assert attached == expected
    for name, content in attached.items():
        lines = list(csv.reader(io.StringIO(content.removeprefix(CSV_START))))
        assert len({len(line) for line in lines}) == 1, name
        assert len(lines) > 1, name
    assert manifest["parameters"] == made.parameters
    assert manifest["notebook"]["name"] == f"{made.notebook}.ipynb"
    assert manifest["figures"] == document.figures
    assert {source["table"] for source in manifest["inputs"]} >= {"participants", "claims"}
    assert all(re.fullmatch("[0-9a-f]{64}", source["sha256"]) for source in manifest["inputs"])
    tables = {source["table"] for source in manifest["inputs"]}
    for name, record in manifest["figures"].items():
        assert record["definition_version"], name
        assert set(record["tables"]) <= tables, name


@EACH
def test_pdf_is_read_in_the_order_of_the_blocks(files: Path, made: Made) -> None:
    document = document_of(files, made)
    with pymupdf.open(files / f"{made.name}.pdf") as opened:
        text = squeezed("".join(_between_header_and_footer(page) for page in opened))
    position = text.index(squeezed(document.cover["title"]))
    for piece in _pieces(document.blocks):
        found = text.find(squeezed(piece), position)
        assert found >= 0, f"not found, or before what it comes after: {piece}"
        position = found + 1


def _between_header_and_footer(page: pymupdf.Page) -> str:
    """The text of a page without what stands on every page, which cuts paragraphs in two."""
    top = 0 if page.number == 0 else 22 / 25.4 * 72
    clip = pymupdf.Rect(0, top, page.rect.width, page.rect.height - 20 / 25.4 * 72)
    return str(page.get_text(clip=clip))


def _deep(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if block["kind"] in HOLDING:
            for item in block["items"]:  # type: ignore[typeddict-item]
                yield from _deep(item)


def _pieces(blocks: tuple[Block, ...] | list[Block]) -> Iterator[str]:
    """What a reader of the document must meet, one after another."""
    for block in blocks:
        if block["kind"] == "heading":
            yield block["text"]
        elif block["kind"] == "paragraph" or block["kind"] == "note":
            yield inline_text(block["children"])
        elif block["kind"] in HOLDING:
            for item in block["items"]:  # type: ignore[typeddict-item]
                yield from _pieces(item)
        elif block["kind"] == "table" or block["kind"] == "figure":
            yield block["caption"]
            yield from block["notes"]


@EACH
def test_every_number_is_a_measure_or_may_be_said(
    files: Path, made: Made, demo_project: Project
) -> None:
    text = shown_text(pages_of(files / f"{made.name}.pdf"))
    measures = measures_of(demo_project, made.region)
    account = account_of(demo_project)
    assert unknown_numbers(text, document_of(files, made), measures, account) == []


@pytest.mark.parametrize("made", [SET[0], SET[1]], ids=lambda made: made.name)
def test_an_invented_number_is_found(files: Path, made: Made, demo_project: Project) -> None:
    """The check above, held to what it is for: of forty numbers made up, nearly all are found.

    A few may be measures by chance, as there are many; more than that, and the check sees nothing.
    """
    document, measures = document_of(files, made), measures_of(demo_project, made.region)
    account, language = account_of(demo_project), document.language
    chance = np.random.default_rng(7)
    invented = [decimal_text(float(chance.uniform(1, 100)), language, 2) for _ in range(20)]
    invented += [decimal_text(int(chance.integers(2_000, 900_000)), language) for _ in range(20)]
    planted = make_document(
        document.cover, [*document.blocks, paragraph("; ".join(invented))], document.figures
    )
    with pymupdf.open(stream=render_pdf(planted), filetype="pdf") as opened:
        text = shown_text(page.get_text() for page in opened)
    found = unknown_numbers(text, planted, measures, account)
    assert set(found) <= set(invented)
    assert len(found) >= 36
    # A figure that was changed after it was printed is found as well.
    records = {name: {**record} for name, record in document.figures.items()}
    name = next(name for name in records if name.startswith(f"coverage:{made.region}:total"))
    shown = {**records[name], "value": 12.3456789, "numerator": None}
    other = replace(document, figures={**records, name: shown})
    changed = measures.rows.assign(value=measures.rows["value"] * 1.37, numerator=None)
    text = shown_text(pages_of(files / f"{made.name}.pdf"))
    assert unknown_numbers(text, other, replace(measures, rows=changed), account)


# HTML


@EACH
def test_html_is_accessible_fits_and_asks_nobody(files: Path, made: Made, browser: Browser) -> None:
    """At the width of a desk and of a phone, cut off from every network."""
    path = files / f"{made.name}.html"
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    wrong: list[str] = []
    context.route(
        lambda url: url != path.as_uri() and not url.startswith("data:"),
        lambda route: (wrong.append(route.request.url), route.abort()),
    )
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path.as_uri())
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    assert page.evaluate("document.documentElement.lang") == made.language
    context.close()
    assert wrong == []


@EACH
def test_html_names_its_figures_and_gives_its_data(files: Path, made: Made) -> None:
    html, document = (files / f"{made.name}.html").read_text("utf-8"), document_of(files, made)
    values = re.findall(r'<data value="([^"]+)">', html)
    printed = {name for names in values for name in names.split()}
    assert printed == set(document.figures) == identifiers_in(document.blocks)
    downloads = set(re.findall(r'download="([^"]+)"', html))
    with_data = {f"{block['id']}.csv" for block in captioned_blocks(document) if block["csv"]}
    assert downloads == with_data | {"manifest.json"}
    without = {block["id"] for block in captioned_blocks(document) if not block["csv"]}
    assert without <= set(WITHOUT_DATA)


# Both


def test_made_again_it_has_the_same_bytes(files: Path, demo_project: Project) -> None:
    render._compiler.cache_clear()  # a compiler that has seen nothing
    document = document_from_notebook(executed_of(demo_project, SAMPLE))
    manifest = manifest_of(demo_project, SAMPLE, document)
    assert document == document_of(files, SAMPLE)
    assert render_html(document, manifest).encode() == (files / f"{SAMPLE.name}.html").read_bytes()
    assert render_pdf(document, manifest) == (files / f"{SAMPLE.name}.pdf").read_bytes()
