"""The files that travel inside a PDF: the data of its tables and charts, and its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coverage_lib.briefing.document import Document, caption_numbers, captioned_blocks
from coverage_lib.briefing.manifest_text import MANIFEST_NAME, manifest_text
from coverage_lib.present.block_words import block_words
from coverage_lib.present.html import CSV_START


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file; `relationship` is PDF/A-3's word for what it is to the document."""

    name: str
    content: str
    description: str
    mime_type: str
    relationship: Literal["data", "source"]


def attachments(document: Document, manifest: Mapping[str, Any]) -> Iterator[Attachment]:
    """The CSV of each table and figure that has one, in reading order, then the manifest.

    A CSV has the bytes of the same download in the HTML.
    """
    words, numbers = block_words(document.language), caption_numbers(document)
    for block in captioned_blocks(document):
        if block["csv"]:
            described = f"{numbers[block['id']]}. {block['caption']}".strip()
            yield Attachment(
                f"{block['id']}.csv", CSV_START + block["csv"], described, "text/csv", "data"
            )
    yield Attachment(
        MANIFEST_NAME, manifest_text(manifest), words.manifest, "application/json", "source"
    )
