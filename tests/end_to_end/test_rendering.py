"""Documents as files: the same bytes twice, evil names as characters, standards, accessibility.

The PDF is checked by an independent PDF/UA-1 checker and its claims are read from its
metadata; the HTML is opened in a real Chromium that is cut off from every network.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import outloud
import pikepdf
import pymupdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert.exporters.base import get_exporter
from nbformat import v4
from playwright.sync_api import Browser, Page

from coverage_lib.briefing import render
from coverage_lib.briefing.document import Document, make_document
from coverage_lib.briefing.render import (
    BriefingHTMLExporter,
    BriefingPDFExporter,
    render_html,
    render_pdf,
)
from coverage_lib.errors import BriefingError
from coverage_lib.present.blocks import (
    Block,
    Blocks,
    Language,
    cell,
    column,
    cover,
    figure,
    heading,
    key_figure,
    key_figures,
    link,
    list_block,
    note,
    page_break,
    paragraph,
    row,
    side_by_side,
    strong,
    table,
)

EVIL = '[x] #read("/etc/passwd") <script>alert(1)</script> | = 1+1'
LONG_NAME = "Desa" + "panjangsekali" * 6
BAND = "DATA SIMULASI — bukan angka resmi"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="480pt" height="120pt" viewBox="0 0 480 120">'
    '<defs><clipPath id="c"><path d="M0 0h480v120h-480z"/></clipPath></defs>'
    '<g clip-path="url(#c)"><path d="M0 120 L480 10" stroke="#0b3c5d" fill="none"/></g>'
    '<text x="20" y="40" style="font: 10px \'Source Sans 3\'">naik</text></svg>'
)


def village_rows(count: int) -> list[object]:
    return [
        row([cell(f"Desa {number}", header=True), cell(f"{number},5 %", bar=number % 100 / 100)])
        for number in range(count)
    ]


def every_kind(language: Language = "id", *, simulated: bool = True) -> Document:
    front = cover(
        title="Cakupan Jaminan Sosial",
        subtitle="Taklimat bulanan",
        region_name="Wilayah Contoh",
        region_kind="provinsi",
        region_code="99",
        period_label="Juni 2025",
        language=language,
        simulated=simulated,
        simulated_label=BAND if simulated else "",
        profile="demo",
        document_date="2025-06-20",
        as_of=[("Kepesertaan", "1 Juni 2025"), ("Klaim", "17 Juni 2025")],
        office="Kantor Contoh",
        keywords=["cakupan"],
        description="Contoh",
    )
    months = [column("p", "Program")] + [
        column(f"m{number}", f"{number % 12 + 1:02d}/{2020 + number // 12}", align="end")
        for number in range(60)
    ]
    blocks: list[Block] = [
        key_figures(
            [
                key_figure("a", "Peserta", "12.345", detail=["rincian satu", "rincian dua"]),
                key_figure("b", "Cakupan", "31,25 %", tone="attention"),
                key_figure("c", "Desa", "98,00 %", tone="good"),
                key_figure("d", "Peringkat", "data belum tersedia", status="not_available"),
            ]
        ),
        paragraph(["Awal ", strong("penting"), ", lihat ", link("#akhir", "bagian akhir"), "."]),
        heading(2, "awal", "Bagian awal"),
        table(
            "statuses",
            "Keadaan",
            [
                column("n", "Nama"),
                column("v", "Nilai", align="end"),
                column("s", "Bagian", align="end"),
            ],
            [
                row([cell(EVIL, header=True), cell("0", status="zero"), cell("50 %", bar=0.5)]),
                row(
                    [
                        cell(LONG_NAME, header=True),
                        cell("data belum tersedia", status="not_available"),
                        cell("•", status="suppressed"),
                    ]
                ),
                row(
                    [
                        cell("Wilayah tidak diketahui", header=True),
                        cell("7"),
                        cell("tidak sebanding", status="not_comparable"),
                    ],
                    role="unknown",
                ),
                row([cell("Jumlah", header=True), cell("9"), cell("40 %", bar=0.4)], role="total"),
            ],
            notes=["• dirahasiakan"],
            csv="nama;nilai\r\na;1\r\n",
        ),
        figure("trend", "Perkembangan", SVG, "Sebuah garis naik.", notes=["Sumber: contoh."]),
        heading(3, "kecepatan", "Kecepatan"),
        list_block(["satu", [paragraph("dua"), list_block(["tiga"], ordered=True)]]),
        side_by_side(
            (2, [heading(3, "kiri", "Kiri"), paragraph("isi kiri")]),
            (1, [figure("letak", "Letak", SVG, "Sebuah garis kecil.")]),
        ),
        note("attention", "Selisih", "Lingkupnya berbeda."),
        note("definition", "", EVIL),
        table("empty", "Tanpa baris", [column("a", "A")], []),
        heading(2, "akhir", "Bagian akhir"),
        table(
            "months",
            "Enam puluh bulan",
            months,
            [row([cell("JHT", header=True)] + [cell("1.234") for _ in range(60)])],
        ),
        table(
            "villages",
            "Desa",
            [column("d", "Desa"), column("c", "Cakupan", align="end")],
            village_rows(393),  # type: ignore[arg-type]
        ),
        figure("trend-again", "Sekali lagi", SVG, "Garis yang sama."),
    ]
    return make_document(front, blocks)


def squeezed(content: str) -> str:
    """The characters without the spaces and line ends that layout puts between them."""
    return re.sub(r"\s+", "", content)


def pdf_pages(pdf: bytes) -> list[str]:
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return [page.get_text() for page in opened]


@pytest.fixture(scope="module")
def document() -> Document:
    return every_kind()


@pytest.fixture(scope="module")
def pdf(document: Document) -> bytes:
    return render_pdf(document)


@pytest.fixture(scope="module")
def html(document: Document) -> str:
    return render_html(document)


def test_same_document_gives_the_same_bytes(document: Document, pdf: bytes, html: str) -> None:
    render._compiler.cache_clear()  # a compiler that has seen nothing
    assert render_pdf(document) == pdf
    assert render_html(document) == html
    assert render_pdf(every_kind()) == pdf


# PDF


def test_pdf_shows_names_as_characters(pdf: bytes) -> None:
    text = squeezed("".join(pdf_pages(pdf)))
    assert text.count(squeezed(EVIL)) == 2
    assert LONG_NAME in text
    assert "root:" not in text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("simulated", [True, False])
def test_pdf_is_accessible(language: Language, simulated: bool, tmp_path: Path) -> None:
    path = tmp_path / "briefing.pdf"
    path.write_bytes(render_pdf(every_kind(language, simulated=simulated)))
    result = outloud.check(str(path))
    assert result.errors == 0, list(result.findings)


def test_pdf_claims_its_standards_and_describes_itself(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "briefing.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        metadata = opened.open_metadata()
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert (
            metadata["dc:title"] == f"{BAND} · Cakupan Jaminan Sosial · Wilayah Contoh · Juni 2025"
        )
        assert metadata["dc:creator"] == ["Kantor Contoh"]
        assert metadata["dc:description"] == f"{BAND} — Contoh"
        assert BAND in str(metadata["pdf:Keywords"])
        assert str(metadata["xmp:CreateDate"]).startswith("2025-06-20")
        assert str(opened.Root.Lang) == "id"
        assert "/Outlines" in opened.Root
        box = opened.pages[0].mediabox
        assert [round(float(side)) for side in box[2:]] == [595, 842]


def test_pdf_carries_its_data_and_where_it_comes_from(
    pdf: bytes, html: str, tmp_path: Path
) -> None:
    path = tmp_path / "briefing.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        files = {
            name: (str(one.relationship), one.get_file().mime_type, one.description)
            for name, one in opened.attachments.items()
        }
        content = {name: one.get_file().read_bytes() for name, one in opened.attachments.items()}
    assert files == {
        "statuses.csv": ("/Data", "text/csv", "Tabel 1. Keadaan"),
        "manifest.json": (
            "/Source", "application/json", "Manifes: sumber, aturan, dan angka dokumen ini",
        ),
    }  # fmt: skip
    assert content["statuses.csv"].decode("utf-8-sig") == "nama;nilai\r\na;1\r\n"
    assert set(json.loads(content["manifest.json"])) == {"library", "figures"}
    downloads = re.findall(r'href="data:[^,]*;base64,([^"]+)" download="([^"]+)"', html)
    assert {name: base64.b64decode(data) for data, name in downloads} == content


def sections_on_pages(count: int, language: Language) -> Document:
    """A document of sections, each on a page of its own."""
    blocks: list[Block] = []
    for number in range(count):
        blocks += [page_break()] if number else []
        title = f"Section {number} with a title that is long enough to need a second line, or two"
        blocks += [heading(2, f"section-{number}", title), paragraph("Text. " * 20)]
    return make_document(every_kind(language).cover, blocks)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("count", [1, 4, 5, 30])
def test_pdf_lists_its_contents_beyond_four_pages(
    count: int, language: Language, tmp_path: Path
) -> None:
    path = tmp_path / "briefing.pdf"
    path.write_bytes(render_pdf(sections_on_pages(count, language)))
    pages = pdf_pages(path.read_bytes())
    assert len(pages) == count
    title = {"id": "Isi", "en": "Contents"}[language]
    listed = re.findall(r"(Section \d+)[^.\u2060]*[. ]+\u2060?(\d+)", " ".join(pages[0].split()))
    assert (title in pages[0].split("\n")) is (count > 4)
    if count > 4:
        assert listed == [(f"Section {number}", str(number + 1)) for number in range(count)]
    assert outloud.check(str(path)).errors == 0
    with pymupdf.open(path) as opened:
        marks = [
            (name.split(" with")[0], page) for level, name, page in opened.get_toc() if level == 2
        ]
    assert marks == [(f"Section {number}", number + 1) for number in range(count)]


def test_every_pdf_page_has_band_header_and_number(pdf: bytes) -> None:
    pages = pdf_pages(pdf)
    for number, text in enumerate(pages, start=1):
        assert BAND in text
        assert f"Halaman {number} dari {len(pages)}" in text
        assert "Wilayah Contoh · Juni 2025" in text or number == 1


def test_pdf_of_real_data_has_no_band() -> None:
    pdf = render_pdf(every_kind(simulated=False))
    assert "SIMULASI" not in "".join(pdf_pages(pdf))
    assert b"SIMULASI" not in pdf


def test_pdf_tables_repeat_their_header(pdf: bytes) -> None:
    pages = [text for text in pdf_pages(pdf) if re.search(r"Desa \d+", text)]
    assert len(pages) > 3
    assert all(re.search(r"Desa\s+Cakupan", text) for text in pages)
    assert len(re.findall(r"Desa \d+\n", "".join(pages))) == 393


def test_pdf_keeps_everything_on_the_page(pdf: bytes) -> None:
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        for page in opened:
            rights = [word[2] for word in page.get_text("words")]
            assert max(rights) <= page.rect.width - 20 / 25.4 * 72 + 0.5


def test_pdf_spells_out_what_no_font_has() -> None:
    front = every_kind().cover
    text = "".join(pdf_pages(render_pdf(make_document(front, [paragraph("a 😀 \u0007 b")]))))
    assert "a [U+1F600] [U+0007] b" in text


def test_pdf_template_names_an_unknown_kind(document: Document) -> None:
    broken = Document(document.cover, ({"kind": "video"},))  # type: ignore[arg-type]
    with pytest.raises(BriefingError, match=r"unknown block kind.*video"):
        render_pdf(broken)


def test_html_template_names_an_unknown_kind(document: Document) -> None:
    broken = Document(document.cover, ({"kind": "video"},))  # type: ignore[arg-type]
    with pytest.raises(BriefingError, match=r"unknown block kind.*video"):
        render_html(broken)


def test_pdf_without_a_date_claims_no_archive_standard() -> None:
    front = cover(title="T", region_name="", period_label="", language="id", document_date="")
    pdf = render_pdf(make_document(front, [paragraph("a")]))
    assert b"pdfuaid:part" in pdf
    assert b"pdfaid:part" not in pdf


# HTML


@pytest.fixture(params=[1280, 390, 360])
def page(
    request: pytest.FixtureRequest, browser: Browser, html: str, tmp_path: Path
) -> Iterator[Page]:
    """The file, opened by itself; any other request is stopped and remembered."""
    path = tmp_path / "briefing.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": request.param, "height": 800}, offline=True)
    outside: list[str] = []
    said: list[str] = []
    context.route(
        lambda url: url != path.as_uri() and not url.startswith("data:"),
        lambda route: (outside.append(route.request.url), route.abort()),
    )
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert outside == []
    assert said == []


def test_html_is_accessible(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


def test_html_fits_the_window_and_uses_its_font(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.fonts.check('600 16px \"Source Sans 3\"')")
    assert page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').length") > 1


def test_html_shows_names_as_characters(page: Page) -> None:
    assert page.locator("tbody th", has_text="etc/passwd").first.text_content() == EVIL
    assert page.locator("script").count() == 1


def test_html_identifiers_are_unique(page: Page) -> None:
    twice = page.evaluate(
        "(ids => ids.filter((id, at) => ids.indexOf(id) !== at))"
        "([...document.querySelectorAll('[id]')].map(element => element.id))"
    )
    assert twice == []


def test_html_tables_can_be_sorted(page: Page) -> None:
    villages = page.locator("#villages")
    first = villages.locator("tbody tr:first-child th")
    villages.get_by_role("button", name="Cakupan").click()
    villages.get_by_role("button", name="Cakupan").click()
    assert first.text_content() == "Desa 392"
    assert villages.locator("th[aria-sort=descending]").text_content() == "Cakupan"


def test_html_tables_are_sorted_with_the_keyboard_and_totals_stay(page: Page) -> None:
    table = page.locator("#statuses")
    assert table.get_by_role("button").count() == 0  # two rows that could change places
    villages = page.locator("#villages")
    villages.get_by_role("button", name="Desa", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert villages.locator("th[aria-sort=ascending]").text_content() == "Cakupan"
    page.keyboard.press("Space")
    assert villages.locator("th[aria-sort=descending]").text_content() == "Cakupan"
    assert villages.locator("th[aria-sort]").count() == 1


def test_html_begins_with_a_way_past_the_head(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "page-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    landmarks = "[...document.body.children].map(one => one.tagName).join(' ')"
    assert page.evaluate(landmarks) == "A HEADER MAIN FOOTER SCRIPT"


def test_html_is_read_without_script(browser: Browser, html: str) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    opened = context.new_page()
    opened.set_content(html)
    assert opened.locator("#villages tbody tr").count() == 393
    context.close()


def test_html_band_stays_in_sight(page: Page) -> None:
    page.locator("#villages tbody tr").nth(200).scroll_into_view_if_needed()
    box = page.locator(".ck-simulated").bounding_box()
    assert box is not None
    assert box["y"] == 0


def test_html_names_itself(html: str) -> None:
    assert f"<title>{BAND} · Cakupan Jaminan Sosial · Wilayah Contoh · Juni 2025</title>" in html
    assert f'<meta name="description" content="{BAND} — Contoh">' in html
    assert '<meta name="cakupan.simulated" content="true">' in html
    assert "default-src 'none'" in html
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    real = render_html(every_kind(simulated=False))
    assert "SIMULASI" not in real
    assert '<meta name="cakupan.simulated" content="false">' in real


# Exporters


@pytest.mark.parametrize(
    ("name", "kind", "extension", "beginning"),
    [
        ("briefing-html", BriefingHTMLExporter, ".html", "<!DOCTYPE html>"),
        ("briefing-pdf", BriefingPDFExporter, ".pdf", b"%PDF-1.7"),
    ],
)
def test_exporters_are_found_by_name(
    name: str, kind: type, extension: str, beginning: str | bytes
) -> None:
    bundle = Blocks((every_kind().cover, paragraph("isi")), "id")._repr_mimebundle_()
    shown = v4.new_output("display_data", data=dict(bundle))
    notebook = v4.new_notebook(cells=[v4.new_code_cell("rahasia()", outputs=[shown])])
    assert get_exporter(name) is kind
    output, resources = get_exporter(name)().from_notebook_node(notebook)
    assert output.startswith(beginning)
    assert resources["output_extension"] == extension
    assert kind().export_from_notebook.startswith("Briefing")
    text = output if isinstance(output, str) else "".join(pdf_pages(output))
    assert "isi" in text
    assert "rahasia" not in text


def test_html_tables_are_sorted_by_size_in_rupiah_and_what_has_no_number_stays_last(
    browser: Browser,
) -> None:
    cells = ["Rp92.6\u00a0billion", "Rp901\u00a0million", "suppressed", "\u2212Rp30\u00a0million"]
    rows = "".join(f'<tr><td class="ck-end">{cell}</td></tr>' for cell in cells)
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><main><table><thead><tr><th class="ck-end">Amount</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></main></html>"
    )
    page.add_script_tag(content=render._template_text("briefing.js"))
    button = page.get_by_role("button", name="Amount")
    button.click()
    assert page.locator("td").all_text_contents() == [cells[3], cells[1], cells[0], cells[2]]
    button.click()
    assert page.locator("td").all_text_contents() == [cells[0], cells[1], cells[3], cells[2]]
    page.close()
