"""What the words of quality mean, and who is asked about them."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.indicators.quality.anomalies import limits
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import marked, open_part
from coverage_lib.present.formats import decimal_text, percent_text

_TERMS = (
    "completeness", "timeliness", "uniqueness", "validity", "consistency", "quarantine", "repair",
)  # fmt: skip


def how_to_read(releasable: Releasable, language: str) -> Blocks:
    """Definitions of the checks in a line each, and where the verdict draws its lines."""
    context = open_part(releasable, language)
    shown: list[Block] = [blocks.heading(2, "reading", context.say("quality.heading.reading"))]
    if releasable.simulated:
        title = context.say("notes.simulated_title")
        shown.append(blocks.note("attention", title, context.say("notes.simulated")))
    terms = [[blocks.paragraph(marked(context, f"quality.term.{name}"))] for name in _TERMS]
    shown.append(blocks.list_block(terms))
    trust = limits()["trust"]
    bounds = {
        name: percent_text(value, language, 0) if name.endswith("percent") else decimal_text(value, language)
        for name, value in trust.items()
    }  # fmt: skip
    shown.append(blocks.paragraph(marked(context, "quality.limits", **bounds)))
    return context.show(shown)
