"""Notebooks to documents: which cells count, how Markdown maps, what is refused and how."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import NotebookNode, v4

from coverage_lib.briefing.document import caption_numbers, document_from_notebook, make_document
from coverage_lib.briefing.markdown import markdown_blocks, slug
from coverage_lib.errors import BriefingError
from coverage_lib.present.blocks import Blocks, cell, column, cover, heading, paragraph, row, table
from coverage_lib.present.plain import plain_text

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def code(*outputs: NotebookNode, tags: tuple[str, ...] = ()) -> NotebookNode:
    made = v4.new_code_cell("secret_code()", outputs=list(outputs))
    made.metadata["tags"] = list(tags)
    return made


def shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> NotebookNode:
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def display(blocks: Blocks) -> NotebookNode:
    return shown(dict(blocks._repr_mimebundle_()))


def notebook(*cells: NotebookNode, **metadata: str) -> NotebookNode:
    return v4.new_notebook(cells=list(cells), metadata=metadata)


def kinds(source: str) -> list[str]:
    return [block["kind"] for block in markdown_blocks(source)]


def front() -> Any:
    return cover(
        title="Judul",
        region_name="Wilayah",
        period_label="Juni 2025",
        language="en",
        document_date="2025-06-20",
    )


def test_cover_and_blocks_come_from_displays() -> None:
    document = document_from_notebook(
        notebook(code(display(Blocks((front(), paragraph("isi")), "en"))))
    )
    assert document.cover["title"] == "Judul"
    assert document.language == "en"
    assert document.blocks == (paragraph("isi"),)


def test_tagged_cells_are_left_out() -> None:
    hidden = [
        code(shown({"text/plain": "x"}), tags=(tag,)) for tag in ("remove_cell", "hide-in-briefing")
    ]
    assert document_from_notebook(notebook(*hidden)).blocks == ()


def test_code_is_never_shown() -> None:
    document = document_from_notebook(notebook(code(shown({"text/plain": "hasil"}))))
    assert document.blocks == ({"kind": "code", "text": "hasil"},)


def test_streams() -> None:
    document = document_from_notebook(
        notebook(
            code(
                v4.new_output("stream", name="stderr", text="warning"),
                v4.new_output("stream", name="stdout", text="printed\n"),
            )
        )
    )
    assert document.blocks == ({"kind": "code", "text": "printed"},)


def test_failed_cell_is_named() -> None:
    failed = v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(BriefingError, match=r"cell 2: the cell failed with KeyError: 'x'"):
        document_from_notebook(notebook(v4.new_markdown_cell("a"), code(failed)))


def test_own_blocks_win_over_other_forms() -> None:
    document = document_from_notebook(notebook(code(display(Blocks((paragraph("a"),), "en")))))
    assert [block["kind"] for block in document.blocks] == ["paragraph"]
    assert document.language == "en"


def test_unknown_block_names_kind_and_cell() -> None:
    bundle = {
        "application/vnd.cakupan.blocks+json": {
            "version": 1,
            "language": "id",
            "blocks": [{"kind": "video"}],
        }
    }
    with pytest.raises(BriefingError, match="cell 1: block kind 'video' is not known"):
        document_from_notebook(notebook(code(shown(bundle))))


def test_blocks_of_another_version_are_refused() -> None:
    bundle = {"application/vnd.cakupan.blocks+json": {"version": 9, "blocks": []}}
    with pytest.raises(BriefingError, match="version 9, version 1 expected"):
        document_from_notebook(notebook(code(shown(bundle))))


@pytest.mark.parametrize(("kind", "content"), [("image/svg+xml", SVG), ("image/png", PNG)])
def test_pictures_need_words(kind: str, content: str) -> None:
    with pytest.raises(BriefingError, match=r"cell 1: a picture .* without alternative text"):
        document_from_notebook(notebook(code(shown({kind: content}))))
    document = document_from_notebook(
        notebook(code(shown({kind: content}, {kind: {"alt": "Sebuah titik."}})))
    )
    assert document.blocks[0]["kind"] == "figure"
    assert document.blocks[0]["alt"] == "Sebuah titik."


def test_output_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(BriefingError, match="cell 1: output of type application/pdf"):
        document_from_notebook(notebook(code(shown({"application/pdf": "x"}))))


def test_small_cover() -> None:
    assert document_from_notebook(notebook(), "berkas").cover["title"] == "berkas"
    titled = document_from_notebook(notebook(v4.new_markdown_cell("# Judul\n\nisi")), "berkas")
    assert titled.cover["title"] == "Judul"
    assert [block["kind"] for block in titled.blocks] == ["paragraph"]
    named = document_from_notebook(
        notebook(v4.new_markdown_cell("# Judul"), title="Nama", date="2025-06-01", language="en")
    )
    assert (named.cover["title"], named.cover["document_date"]) == ("Nama", "2025-06-01")
    assert named.language == "en"


def test_identifiers_are_unique_and_numbers_follow_reading_order() -> None:
    one = table("t", "T", [column("a", "A")], [row([cell("1")])])
    document = make_document(front(), [heading(2, "t", "Bagian"), one, one])
    assert [block["id"] for block in document.blocks] == ["t", "t-2", "t-3"]  # type: ignore[typeddict-item]
    assert caption_numbers(document) == {"t-2": "Table 1", "t-3": "Table 2"}


def test_no_heading_level_is_skipped() -> None:
    document = make_document(front(), [heading(3, "a", "A"), heading(3, "b", "B")])
    assert [block["level"] for block in document.blocks] == [2, 3]  # type: ignore[typeddict-item]


# Markdown


def test_markdown_kinds() -> None:
    source = (
        "# Satu\n\n### Tiga\n\nparagraf\n\n- a\n- b\n\n1. c\n\n> kutipan\n\n```py\nx\n```\n\n---\n\n"
        "| a | b |\n|---|--:|\n| 1 | **2** |\n"
    )
    assert kinds(source) == [
        "heading", "heading", "paragraph", "list", "list", "note", "code", "divider", "table",
    ]  # fmt: skip
    assert [block["level"] for block in markdown_blocks(source)[:2]] == [2, 3]  # type: ignore[typeddict-item]


def test_markdown_inlines() -> None:
    (block,) = markdown_blocks("a **b _c_** `d` [e](https://x.id/) [f](#g)  \nh\ni &amp; \\*")
    assert block["kind"] == "paragraph"
    assert [child["type"] for child in block["children"]] == [
        "text", "strong", "text", "code", "text", "link", "text", "link", "break", "text",
        "text", "text",
    ]  # fmt: skip
    assert plain_text([block]) == "a b c d e f\nh i & *"


def test_markdown_html_is_text() -> None:
    blocks = markdown_blocks("<div onclick='x'>a</div>\n\nb <script>alert(1)</script>")
    assert plain_text(blocks) == "<div onclick='x'>a</div>\nb <script>alert(1)</script>"


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "file:///x", "y.ipynb"]
)
def test_markdown_links_that_lead_nowhere_keep_their_words(target: str) -> None:
    (block,) = markdown_blocks(f"[kata]({target})")
    assert block == paragraph("kata")


def test_markdown_image_is_named_by_its_words() -> None:
    (block,) = markdown_blocks("![sebuah peta](http://host/peta.png)")
    assert plain_text([block]) == "sebuah peta"
    assert "http" not in str(block)


def test_markdown_table_keeps_alignment() -> None:
    (block,) = markdown_blocks("| a | b |\n|---|--:|\n| 1 | **2** |\n")
    assert block["kind"] == "table"
    assert [one["align"] for one in block["columns"]] == ["start", "end"]
    assert [one["text"] for one in block["rows"][0]["cells"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("Cakupan & klaim", "cakupan-klaim"), ("2025", "section-2025"), ("العربية", "section")],
)
def test_slug(content: str, expected: str) -> None:
    assert slug(content) == expected
