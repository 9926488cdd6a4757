"""Pictures of a page and of charts, small and grey: `python tests/pictures.py` makes them anew.

Fonts are embedded and nothing else is drawn with, so only our own code can change them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymupdf

from coverage_lib.briefing.document import make_document
from coverage_lib.briefing.render import render_pdf
from coverage_lib.present.blocks import (
    Block,
    Cover,
    cell,
    column,
    cover,
    figure,
    heading,
    key_figure,
    key_figures,
    note,
    paragraph,
    row,
    table,
)
from coverage_lib.present.charts.bars import (
    Bar,
    BarChart,
    ColumnChart,
    Target,
    bar_svg,
    column_svg,
)

FOLDER = Path(__file__).parent / "pictures"
#: Dots an inch: enough to see where everything is, too few to see how a letter is drawn.
RESOLUTION = 36


def front() -> Cover:
    return cover(
        title="Judul contoh",
        subtitle="Anak judul",
        region_name="Wilayah Contoh",
        period_label="Juni 2031",
        language="id",
        simulated=True,
        simulated_label="DATA SIMULASI",
        document_date="2031-06-20",
        as_of=[("Kepesertaan", "1 Juni 2031")],
        office="Kantor Contoh",
    )


def page_blocks() -> list[Block]:
    columns = [
        column("n", "Nama"),
        column("v", "Nilai", align="end"),
        column("s", "Bagian", align="end"),
    ]
    return [
        key_figures(
            [
                key_figure("a", "Peserta", "12.345", detail=["rincian"]),
                key_figure("b", "Cakupan", "31,25 %", tone="attention"),
                key_figure("c", "Desa", "98,00 %", tone="good"),
                key_figure("d", "Peringkat", "data belum tersedia", status="not_available"),
            ]
        ),
        heading(2, "bagian", "Bagian"),
        paragraph("Kalimat contoh yang cukup panjang untuk mengisi lebih dari satu baris. " * 3),
        table(
            "statuses",
            "Keadaan angka",
            columns,
            [
                row([cell("Nol", header=True), cell("0", status="zero"), cell("50 %", bar=0.5)]),
                row(
                    [
                        cell("Belum ada", header=True),
                        cell("data belum tersedia", status="not_available"),
                        cell("dirahasiakan", status="suppressed"),
                    ]
                ),
                row([cell("Jumlah", header=True), cell("9"), cell("40 %", bar=0.4)], role="total"),
            ],
            notes=["Catatan di bawah tabel."],
        ),
        note("attention", "Perhatian", "Isi catatan."),
        note("definition", "", "Isi definisi."),
    ]


def charts() -> Iterator[tuple[str, str]]:
    """A name and an SVG each, of invented figures."""
    values = (62.0, 48.5, 31.0, None)
    texts = ("62,00 %", "48,50 %", "31,00 %", "data belum tersedia")
    bars = tuple(
        Bar(f"Wilayah {number}", value, said, emphasis=number == 1)
        for number, (value, said) in enumerate(zip(values, texts, strict=True), start=1)
    )
    yield "bars", bar_svg(BarChart(bars, Target(55.0, "target 55 %"), "persen", "id"))
    amounts = tuple(
        Bar(name, value, f"{value:.1f}".replace(".", ","))
        for name, value in (("Jan", 1.4), ("Feb", 1.3), ("Mar", 1.5), ("Apr", 0.7))
    )
    yield "columns", column_svg(ColumnChart(amounts, "miliar rupiah", "id", True))


def pictures() -> Iterator[tuple[str, pymupdf.Pixmap]]:
    """Each picture by name: one page, and one page a chart."""
    yield "page", _first_page(page_blocks())
    for name, svg in charts():
        yield name, _first_page([figure(name, "Keterangan gambar", svg, "Gambar contoh.")])


def _first_page(blocks: list[Block]) -> pymupdf.Pixmap:
    pdf = render_pdf(make_document(front(), blocks))
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return opened[0].get_pixmap(dpi=RESOLUTION, colorspace=pymupdf.csGRAY)


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures():
        picture.save(FOLDER / f"{name}.png")


if __name__ == "__main__":
    write()
