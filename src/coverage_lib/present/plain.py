"""Blocks as short plain text: what a terminal shows of a display."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coverage_lib.present.block_kinds import Block, Inline


def plain_text(blocks: Sequence[Block]) -> str:
    """One or a few lines a block; tables and figures only name themselves."""
    return "\n".join(line for block in blocks for line in _block_lines(block))


def inline_text(children: Iterable[Inline]) -> str:
    """The characters of the inlines without their emphasis."""
    return "".join(_inline_part(child) for child in children)


def _inline_part(inline: Inline) -> str:
    if inline["type"] == "break":
        return "\n"
    if inline["type"] == "text" or inline["type"] == "code":
        return inline["text"]
    return inline_text(inline["children"])


def _block_lines(block: Block) -> list[str]:
    match block["kind"]:
        case "cover":
            return [f"{block['title']} · {block['region_name']} · {block['period_label']}"]
        case "heading" | "code":
            return [block["text"]]
        case "paragraph":
            return [inline_text(block["children"])]
        case "list":
            return [f"- {plain_text(item)}" for item in block["items"]]
        case "side_by_side":
            return [line for item in block["items"] for line in plain_text(item).splitlines()]
        case "key_figures":
            return [f"{item['label']}: {item['value']}" for item in block["items"]]
        case "table":
            return [f"[{block['caption']}: {len(block['rows'])} x {len(block['columns'])}]"]
        case "figure":
            return [f"[{block['caption']}: {block['alt']}]"]
        case "note":
            return [f"{block['title']}: {inline_text(block['children'])}"]
        case "divider" | "page_break":
            return []
