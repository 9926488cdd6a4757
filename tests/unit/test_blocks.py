"""Blocks: what the constructors accept, what a display shows, and that pictures are made safe."""

from __future__ import annotations

import base64
import json
import re

import pytest

from coverage_lib.errors import BriefingError
from coverage_lib.present.block_check import KNOWN_KINDS
from coverage_lib.present.blocks import (
    BLOCKS_MIME_TYPE,
    Blocks,
    blocks_from_json,
    cell,
    code_block,
    column,
    cover,
    divider,
    emphasis,
    figure,
    heading,
    key_figure,
    key_figures,
    line_break,
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
from coverage_lib.present.html import csv_link
from coverage_lib.present.style import CATEGORICAL, PALETTE
from coverage_lib.present.svg import clean_svg

EVIL = '[x] #read("/etc/passwd") <script>alert(1)</script> | = 1+1'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36">{}</svg>'


def one_of_each() -> Blocks:
    return Blocks(
        (
            cover(
                title="Judul",
                region_name="Wilayah",
                period_label="Juni 2025",
                language="id",
                document_date="2025-06-20",
                as_of=[("Klaim", "17 Juni 2025")],
            ),
            heading(2, "bagian", "Bagian"),
            paragraph(["Satu ", strong("dua"), line_break(), emphasis([link("#bagian", "tiga")])]),
            list_block(["a", [paragraph("b"), list_block(["c"], ordered=True)]]),
            side_by_side((2, [paragraph("kiri")]), (1, [heading(3, "kanan", "Kanan")])),
            code_block("x = 1"),
            key_figures([key_figure("k", "Label", "12", detail=["rincian"], tone="good")]),
            table("t", "Tabel", [column("a", "A")], [row([cell("1", bar=0.5)])], csv="a\r\n1\r\n"),
            figure("f", "Gambar", SVG.format("<path d='M0 0'/>"), "Sebuah garis."),
            note("attention", "Awas", "isi"),
            divider(),
            page_break(),
        ),
        "id",
    )


def test_every_kind_has_a_constructor() -> None:
    assert {block["kind"] for block in one_of_each().blocks} == set(KNOWN_KINDS)


def test_display_survives_json() -> None:
    shown = one_of_each()
    bundle = shown._repr_mimebundle_()
    assert blocks_from_json(json.loads(json.dumps(bundle[BLOCKS_MIME_TYPE]))) == shown


def test_display_gives_the_same_html_every_time() -> None:
    assert one_of_each()._repr_mimebundle_() == one_of_each()._repr_mimebundle_()


def test_display_shows_texts_as_characters() -> None:
    shown = Blocks(
        (
            heading(2, "h", EVIL),
            paragraph(EVIL),
            table("t", EVIL, [column("a", EVIL)], [row([cell(EVIL, header=True)])], notes=[EVIL]),
            key_figures([key_figure("k", EVIL, EVIL, detail=[EVIL])]),
            figure("f", EVIL, SVG.format(""), EVIL),
            note("information", EVIL, EVIL),
        ),
        "en",
    )
    html = str(shown._repr_mimebundle_()["text/html"])
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 13


def test_displays_are_joined_only_in_one_language() -> None:
    first, second = Blocks((paragraph("a"),), "id"), Blocks((paragraph("b"),), "id")
    assert len((first + second).blocks) == 2
    with pytest.raises(BriefingError, match="two languages"):
        _ = first + Blocks((), "en")


def test_unknown_kind_is_named() -> None:
    with pytest.raises(BriefingError, match=r"block kind 'video' is not known; known are cover"):
        blocks_from_json({"version": 1, "language": "id", "blocks": [{"kind": "video"}]}, "cell 3")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"kind": "heading", "level": 4, "id": "a", "text": "t"}, "level: one of 2, 3"),
        ({"kind": "heading", "level": 2, "id": "A b", "text": "t"}, "an identifier"),
        ({"kind": "paragraph"}, "field children is missing"),
        ({"kind": "divider", "colour": "red"}, "field colour is not known"),
        ({"kind": "paragraph", "children": [{"type": "html", "text": "x"}]}, "inline type 'html'"),
    ],
)
def test_wrong_field_is_named(block: dict[str, object], message: str) -> None:
    with pytest.raises(BriefingError, match=re.escape(message)):
        blocks_from_json({"version": 1, "language": "id", "blocks": [block]})


def test_table_rows_have_one_cell_a_column() -> None:
    with pytest.raises(BriefingError, match="row 1 has 1 cells, 2 columns expected"):
        table("t", "T", [column("a", "A"), column("b", "B")], [row([cell("1")])])


def test_bar_is_a_share() -> None:
    with pytest.raises(BriefingError, match="from 0 to 1"):
        table("t", "T", [column("a", "A")], [row([cell("1", bar=1.5)])])


def test_figure_needs_words() -> None:
    with pytest.raises(BriefingError, match="alt"):
        figure("f", "F", SVG.format(""), " ")


def test_simulated_cover_needs_its_label() -> None:
    with pytest.raises(BriefingError, match="simulated_label"):
        cover(
            title="T",
            region_name="",
            period_label="",
            language="id",
            document_date="2025-06-20",
            simulated=True,
        )


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "//host/x", ""])
def test_links_lead_only_to_pages(target: str) -> None:
    with pytest.raises(BriefingError, match="a link to http"):
        paragraph([link(target, "x")])


def test_statuses_differ_by_more_than_colour() -> None:
    statuses = ("available", "zero", "not_available", "suppressed", "not_comparable")
    cells = [cell("0" if status == "zero" else "x", status=status) for status in statuses]
    shown = Blocks(
        (table("t", "T", [column(s, s) for s in statuses], [row(cells)]),),
        "en",
    )
    html = str(shown._repr_mimebundle_()["text/html"])
    for status in ("not_available", "suppressed", "not_comparable"):
        assert f'<span class="ck-{status}"' in html
    style = html[: html.index("</style>")]
    shapes = {
        status: re.search(rf"\.ck-{status} \{{([^}}]*)\}}", style)[1]  # type: ignore[index]
        for status in ("not_available", "suppressed", "not_comparable")
    }
    assert "italic" in shapes["not_available"]
    assert "border" not in shapes["not_available"]
    assert "dashed" in shapes["suppressed"]
    assert "dotted" in shapes["not_comparable"]


def test_csv_link_holds_the_data() -> None:
    kind, content = csv_link("a;é\r\n").split(",", 1)
    assert kind == "data:text/csv;charset=utf-8;base64"
    assert base64.b64decode(content).decode("utf-8-sig") == "a;é\r\n"


# Pictures


def test_svg_loses_what_acts_or_fetches() -> None:
    evil = SVG.format(
        "<script>alert(1)</script><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p>"
        "</foreignObject><a href='javascript:alert(1)'><path d='M1 1'/></a>"
        "<path d='M0 0' onclick='alert(1)' style='fill:url(http://host/x)'/>"
        "<image href='http://host/pixel.png' width='1' height='1'/>"
        "<style>@import 'http://host/x.css'; .a {background: url(http://host/y)} .b {fill: red}"
        "</style><use href='other.svg#x'/><animate attributeName='href' to='javascript:x'/>"
    )
    cleaned = clean_svg(evil, "f", "alt").svg
    for word in (
        "script",
        "foreignObject",
        "javascript",
        "host",
        "onclick",
        "other.svg",
        "animate",
    ):
        assert word not in cleaned
    assert "#f-picture .b {fill: red}" in cleaned


def test_svg_identifiers_are_its_own() -> None:
    drawn = SVG.format(
        "<defs><clipPath id='c'><path d='M0 0'/></clipPath><path id='m' d='M0 0'/></defs>"
        "<g clip-path='url(#c)'><use href='#m' x='1'/></g>"
        "<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='#m'/>"
    )
    cleaned = clean_svg(drawn, "first", "alt").svg
    assert "url(#first-c)" in cleaned
    assert cleaned.count('href="#first-m"') == 2
    assert not {"c", "m"} & set(re.findall(r'id="([^"]+)"', cleaned))


def test_svg_is_named_and_measured() -> None:
    picture = clean_svg(SVG.format(""), "f", 'naik "pesat" <b>')
    assert (picture.width, picture.height) == (72.0, 36.0)
    assert 'role="img" aria-label="naik &quot;pesat&quot; &lt;b&gt;"' in picture.svg


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("<svg", "not well-formed"),
        ("<html/>", "svg expected"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "declares entities"),
        (SVG.format("<video2/>"), "element video2"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "no size"),
    ],
)
def test_svg_that_cannot_be_trusted_is_refused(svg: str, message: str) -> None:
    with pytest.raises(BriefingError, match=message):
        clean_svg(svg, "f", "alt")


# Style


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text_color", "ground"),
    [
        (PALETTE.ink, PALETTE.panel),
        (PALETTE.muted, PALETTE.primary_wash),
        (PALETTE.primary, PALETTE.primary_wash),
        (PALETTE.attention, PALETTE.attention_wash),
        (PALETTE.good, PALETTE.good_wash),
        (PALETTE.simulated_ink, PALETTE.simulated_wash),
        ("#dbe8f0", PALETTE.primary),
    ],
)
def test_texts_stand_out(text_color: str, ground: str) -> None:
    assert contrast(text_color, ground) >= 4.5


def test_series_stand_out() -> None:
    assert all(contrast(color, PALETTE.paper) >= 3 for color in CATEGORICAL)
