"""The office's own look: what cakupan.toml may say of it, and where it stands in a briefing."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import outloud
import pymupdf
import pytest
from builders import make_releasable
from extracts import write_config
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.briefing.document import Document, make_document
from coverage_lib.briefing.render import render_html, render_pdf
from coverage_lib.cli.briefings import Asked, jobs_of
from coverage_lib.colours import WHITE, contrast, mixed
from coverage_lib.config import load_settings
from coverage_lib.errors import ConfigError
from coverage_lib.office import LEAST_CONTRAST, WASH, Logo, Office, Signature, read_office
from coverage_lib.periods import Month
from coverage_lib.present.blocks import note, page_break, paragraph
from coverage_lib.present.identity import check_logo
from coverage_lib.present.notebooks import briefing, claims
from coverage_lib.present.style import LEAST_CONTRAST_OF_MARKS, PALETTE, palette_of
from coverage_lib.reference.regions import load_regions

WHERE = "cakupan.toml, [office]"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle r="18" cx="20" cy="20"/></svg>'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg=="
)
OFFICE = Office(
    name={"id": "Dinas Contoh", "en": "Example Office"},
    logo=Logo("svg", SVG),
    primary="#14532d",
    accent="#8a5a00",
    document_number="{number}/TK/{month}/{year}",
    signature=Signature("Pangkalpinang", {"id": "Kepala Dinas", "en": "Head of the Office"}),
)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def document(notebook: object, office: Office, language: str = "id") -> Document:
    measures = replace(make_releasable("provinsi"), office=office)
    (front,) = notebook.cover(measures, language).blocks  # type: ignore[attr-defined]
    return make_document(front, [paragraph("Isi")])


def text_of(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return "\n".join(page.get_text() for page in opened)


# cakupan.toml


def test_everything_may_be_left_out(tmp_path: Path) -> None:
    assert read_office({}, tmp_path, WHERE) == Office()


@pytest.mark.parametrize(
    ("name", "content", "kind"), [("l.svg", SVG.encode(), "svg"), ("l.png", PNG, "png")]
)
def test_a_logo_is_read_from_its_file(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    found = read_office({"logo": name}, tmp_path, WHERE).logo
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"colour": "#000000"}, "colour is not known"),
        ({"id": 5}, 'id = "…" was expected'),
        ({"primary": "navy"}, "a colour such as #0b3c5d was expected"),
        ({"primary": "#0b3c5"}, "a colour such as #0b3c5d was expected"),
        ({"primary": "#2f9fd6"}, "primary #2f9fd6 has a contrast of 2.7:1"),
        ({"accent": "#d9772b"}, "accent #d9772b has a contrast of 3.2:1"),
        ({"logo": "nowhere.svg"}, "logo nowhere.svg cannot be read"),
        ({"logo": "/etc/passwd"}, "relative to the project"),
        ({"logo": "text.svg"}, "neither an SVG nor a PNG"),
        ({"logo": "html.svg"}, "neither an SVG nor a PNG"),
        ({"logo": "script.svg"}, r"may act or fetch \(script\)"),
        ({"logo": "handler.svg"}, r"may act or fetch \(onload\)"),
        ({"logo": "link.svg"}, r"may act or fetch \(href\)"),
        ({"logo": "large.png"}, "larger than 500 kB"),
        ({"document_number": "{nomor}/2025"}, "document_number may hold {number}, {month}, {year}, {region}"),
        ({"document_number": "{number"}, "document_number may hold"),
        ({"document_number": "{}"}, "document_number may hold"),
        ({"document_number": "{number:{width}}"}, "document_number may hold"),
        ({"document_number": "{year:roman}"}, "document_number may hold"),
        ({"signature": "Budi"}, r"\[office.signature\]: a table with place, title, name"),
        ({"signature": {"place": "X"}}, r"title = \{ id"),
        ({"signature": {"title": {"id": "a", "en": "b"}, "nip": "1"}}, "nip is not known"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(tmp_path: Path, entry: dict[str, object], told: str) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"'
    files = {
        "text.svg": b"words", "html.svg": b"<html></html>",
        "script.svg": f"{head}><script>1</script></svg>".encode(),
        "handler.svg": f'{head} onload="1"></svg>'.encode(),
        "link.svg": f'{head}><image href="https://example.org/x.png"/></svg>'.encode(),
        "large.png": PNG + b"0" * 500_000,
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=told) as caught:
        read_office(entry, tmp_path, WHERE)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("cakupan.toml, [office")


@pytest.mark.parametrize(
    ("logo", "told"),
    [
        (Logo("svg", '<svg xmlns="http://www.w3.org/2000/svg"/>'), "the SVG has no size"),
        (Logo("svg", SVG.replace("circle", "blink")), "element blink of the SVG is not allowed"),
        (Logo("svg", SVG.replace("0 0 40 40", "- - - -")), "the SVG file is damaged"),
        (Logo("png", base64.b64encode(PNG[:40]).decode()), "the PNG file is damaged"),
        (Logo("png", base64.b64encode(PNG[:8]).decode()), "the PNG file is damaged"),
        (Logo("png", base64.b64encode(PNG[:45] + b"xx" + PNG[47:]).decode()), "is damaged"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_told_before_anything_is_made(
    logo: Logo, told: str, tmp_path: Path
) -> None:
    write_config(tmp_path, {"claims": "data/claims.csv"})
    settings = replace(load_settings(tmp_path), office=Office(logo=logo))
    asked = Asked(next(iter(settings.profiles.values())), Month(2025, 6))
    with pytest.raises(ConfigError, match=told) as caught:
        jobs_of(asked, settings, load_regions())
    assert str(caught.value).startswith(f"{WHERE}: logo cannot be shown: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("logo", [Logo("svg", SVG), Logo("png", base64.b64encode(PNG).decode())])
def test_a_logo_that_can_be_shown_passes(logo: Logo) -> None:
    check_logo(Office(logo=logo), WHERE)


# Colours


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.005)


@given(COLOURS, COLOURS)
def test_every_colour_that_is_let_through_can_be_read(primary: str, accent: str) -> None:
    try:
        office = read_office({"primary": primary, "accent": accent}, Path(), WHERE)
    except ConfigError:
        return
    palette = palette_of(office.primary, office.accent)
    assert contrast(palette.primary, mixed(primary, WHITE, WASH)) >= LEAST_CONTRAST
    for text, ground in (
        (palette.primary, WHITE), (palette.primary, palette.primary_wash), (WHITE, palette.primary),
        (palette.on_primary, palette.primary), (palette.accent, WHITE), (palette.link, WHITE),
        (palette.ink, palette.primary_wash), (palette.muted, palette.primary_wash),
    ):  # fmt: skip
        assert contrast(text, ground) >= LEAST_CONTRAST
    assert contrast(palette.primary_mid, WHITE) >= LEAST_CONTRAST_OF_MARKS


def test_without_colours_the_palette_is_our_own() -> None:
    assert palette_of("", "") == PALETTE
    assert palette_of("", "#8a5a00") == replace(PALETTE, accent="#8a5a00")


# On the page


def test_without_configuration_nothing_is_added() -> None:
    made = document(briefing, Office())
    assert "identity" not in made.cover
    html = render_html(made)
    assert '<section class="page-signature"' not in html
    assert '<div class="ck-logo"' not in html


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_office_shows_itself_on_both_forms(language: str, tmp_path: Path) -> None:
    made = document(briefing, OFFICE, language)
    html, pdf = render_html(made), render_pdf(made)
    said = ["\u2026\u2026\u2026\u2026/TK/VI/2031", OFFICE.name[language], "Pangkalpinang"]
    assert OFFICE.signature is not None
    said.append(OFFICE.signature.title[language])
    for words in said:
        assert words in html
        assert words in text_of(pdf)
    assert "--primary: #14532d" in html
    assert PALETTE.primary not in html
    assert "Kepala Dinas" not in render_html(document(briefing, OFFICE, "en"))
    path = tmp_path / "briefing.pdf"
    path.write_bytes(pdf)
    result = outloud.check(str(path))
    assert result.errors == 0, list(result.findings)


def test_a_png_logo_and_a_name_are_drawn() -> None:
    assert OFFICE.signature is not None
    logo = Logo("png", base64.b64encode(PNG).decode())
    office = replace(OFFICE, logo=logo, signature=replace(OFFICE.signature, name="Contoh Nama"))
    made = document(briefing, office)
    assert 'alt="Lambang Dinas Contoh"' in render_html(made)
    assert "nama dan tanda tangan" not in render_html(made)
    assert "Contoh Nama" in text_of(render_pdf(made))


@pytest.mark.parametrize("lines", [30, 33, 36, 39])
def test_the_signature_stays_on_the_page_of_the_note_before_it(lines: int) -> None:
    (front,) = briefing.cover(replace(make_releasable("provinsi"), office=OFFICE), "id").blocks
    body = [paragraph(f"Baris {number}") for number in range(lines)]
    last = note("definition", "", "Catatan terakhir.")
    with pymupdf.open(
        stream=render_pdf(make_document(front, [*body, last])), filetype="pdf"
    ) as made:
        (page,) = [page.get_text() for page in made if "Kepala Dinas" in page.get_text()]
    assert "Catatan terakhir." in page


@pytest.mark.parametrize("layout", ["pages", "sheet"])
@pytest.mark.parametrize("office", [Office(), OFFICE], ids=["plain", "signed"])
def test_the_running_head_stands_clear_of_the_band(layout: str, office: Office) -> None:
    (front,) = briefing.cover(replace(make_releasable("provinsi"), office=office), "id").blocks
    front = {**front, "layout": layout, "simulated": True, "simulated_label": "DATA SIMULASI"}
    pages = make_document(front, [paragraph("Isi"), page_break(), paragraph("Isi")])
    with pymupdf.open(stream=render_pdf(pages), filetype="pdf") as made:
        (head, *_) = made[1].search_for(front["title"])
        (body, *_) = made[1].search_for("Isi")
        (band, *_) = made[1].search_for("DATA SIMULASI")
    eight_millimetres = 8 / 25.4 * 72
    assert band.y1 < eight_millimetres < head.y0
    assert head.y1 + head.height < body.y0


def test_only_the_briefing_is_signed() -> None:
    made = document(claims, OFFICE)
    assert "Kepala Dinas" not in render_html(made)
    assert "Kepala Dinas" not in text_of(render_pdf(made))
