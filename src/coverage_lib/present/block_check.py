"""What a valid block is: one table of fields a kind, for constructed and for read blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from coverage_lib.colours import is_colour
from coverage_lib.errors import BriefingError
from coverage_lib.present.block_kinds import Block

#: Anything that a reader's click may open. `javascript:` and `file:` are not among them.
SAFE_LINK = re.compile(r"(?:https?://|mailto:)\S+|#[\w.-]+", re.IGNORECASE)

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]*")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

#: Says nothing when the value is good, else what was expected.
Check = Callable[[object], str | None]


def _text(value: object) -> str | None:
    return None if isinstance(value, str) else "text expected"


def _filled_text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "text that is not empty expected"


def _boolean(value: object) -> str | None:
    return None if isinstance(value, bool) else "true or false expected"


def _identifier(value: object) -> str | None:
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        return None
    return "an identifier of small letters, digits and hyphens expected"


def _iso_date(value: object) -> str | None:
    """Empty is allowed: a notebook without a cover has no date of its own."""
    if isinstance(value, str) and (value == "" or is_iso_date(value)):
        return None
    return "a date as YYYY-MM-DD expected"


def is_iso_date(value: str) -> bool:
    """Whether the text is a day that exists, written as YYYY-MM-DD."""
    try:
        return bool(_ISO_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _share(value: object) -> str | None:
    if value is None or (_is_number(value) and 0 <= cast(float, value) <= 1):
        return None
    return "a number from 0 to 1, or none, expected"


def _width(value: object) -> str | None:
    if value is None or (_is_number(value) and cast(float, value) > 0):
        return None
    return "a number above 0, or none, expected"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _link_target(value: object) -> str | None:
    if isinstance(value, str) and SAFE_LINK.fullmatch(value):
        return None
    return "a link to http://, https://, mailto: or #id expected"


def _one_of(*allowed: object) -> Check:
    listed = ", ".join(str(value) for value in allowed)

    def check(value: object) -> str | None:
        known = any(type(value) is type(one) and value == one for one in allowed)
        return None if known else f"one of {listed} expected"

    return check


def _list_of(check: Check) -> Check:
    def check_list(value: object) -> str | None:
        if not isinstance(value, list):
            return "a list expected"
        for number, item in enumerate(value, start=1):
            problem = check(item)
            if problem:
                return f"item {number}: {problem}"
        return None

    return check_list


def _record(fields: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    extra = optional or {}

    def check(value: object) -> str | None:
        if not isinstance(value, Mapping):
            return "an object with fields expected"
        for name, check_field in fields.items():
            if name not in value:
                return f"field {name} is missing"
            problem = check_field(value[name])
            if problem:
                return f"field {name}: {problem}"
        for name in value:
            if name not in fields and name not in extra:
                return f"field {name} is not known"
        for name, check_field in extra.items():
            problem = check_field(value[name]) if name in value else None
            if problem:
                return f"field {name}: {problem}"
        return None

    return check


_STATUS = _one_of("available", "not_available", "suppressed", "not_comparable", "zero")


def _inline(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return "an inline object expected"
    kind = value.get("type")
    check = _INLINE_KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        return f"inline type {kind!r} is not known; known are {', '.join(_INLINE_KINDS)}"
    return check(value)


_INLINES = _list_of(_inline)
_INLINE_KINDS: dict[str, Check] = {
    "text": _record({"type": _text, "text": _text}),
    "code": _record({"type": _text, "text": _text}),
    "strong": _record({"type": _text, "children": _INLINES}),
    "emphasis": _record({"type": _text, "children": _INLINES}),
    "link": _record({"type": _text, "href": _link_target, "children": _INLINES}),
    "break": _record({"type": _text}),
}


def _nested_block(value: object) -> str | None:
    return _block_problem(value)


def _table_shape(value: object) -> str | None:
    table = cast(Mapping[str, list[Mapping[str, list[object]]]], value)
    expected = len(table["columns"])
    if not expected:
        return "a table needs at least one column"
    for number, row in enumerate(table["rows"], start=1):
        if len(row["cells"]) != expected:
            return f"row {number} has {len(row['cells'])} cells, {expected} columns expected"
    return None


def _cover_label(value: object) -> str | None:
    cover = cast(Mapping[str, object], value)
    if cover["simulated"] and not str(cover["simulated_label"]).strip():
        return "field simulated_label: a simulated document needs its label"
    return None


def _figure_picture(value: object) -> str | None:
    figure = cast(Mapping[str, str], value)
    if bool(figure["svg"]) == bool(figure.get("png_base64")):
        return "exactly one of svg and png_base64 expected"
    return None


def _colour(value: object) -> str | None:
    if isinstance(value, str) and (value == "" or is_colour(value)):
        return None
    return "a colour as #rrggbb expected"


_IDENTITY = _record(
    {"primary": _colour, "accent": _colour, "document_number": _text},
    {
        "logo": _record({"kind": _one_of("svg", "png"), "content": _filled_text, "alt": _text}),
        "signature": _record({"place": _text, "title": _text, "name": _text}),
    },
)


def _all_of(*checks: Check) -> Check:
    def check(value: object) -> str | None:
        return next((problem for one in checks if (problem := one(value))), None)

    return check


def _block(fields: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return _record({"kind": _text, **fields}, optional)


_BLOCK_KINDS: dict[str, Check] = {
    "cover": _all_of(
        _block(
            {
                "title": _filled_text,
                "subtitle": _text,
                "region_name": _text,
                "region_kind": _text,
                "region_code": _text,
                "period_label": _text,
                "language": _one_of("id", "en"),
                "simulated": _boolean,
                "simulated_label": _text,
                "profile": _text,
                "document_date": _iso_date,
                "as_of": _list_of(_record({"label": _text, "date": _text})),
                "office": _text,
                "keywords": _list_of(_text),
                "description": _text,
            },
            {"identity": _IDENTITY},
        ),
        _cover_label,
    ),
    "heading": _block({"level": _one_of(2, 3), "id": _identifier, "text": _filled_text}),
    "paragraph": _block({"children": _INLINES}),
    "list": _block({"ordered": _boolean, "items": _list_of(_list_of(_nested_block))}),
    "code": _block({"text": _text}),
    "key_figures": _block(
        {
            "items": _list_of(
                _record(
                    {
                        "id": _identifier,
                        "label": _filled_text,
                        "value": _filled_text,
                        "status": _STATUS,
                        "detail": _list_of(_text),
                        "tone": _one_of("neutral", "good", "attention"),
                    }
                )
            )
        }
    ),
    "table": _all_of(
        _block(
            {
                "id": _identifier,
                "caption": _text,
                "columns": _list_of(
                    _record(
                        {
                            "key": _text,
                            "label": _text,
                            "align": _one_of("start", "end"),
                            "width": _width,
                        }
                    )
                ),
                "rows": _list_of(
                    _record(
                        {
                            "role": _one_of("body", "total", "unknown"),
                            "cells": _list_of(
                                _record(
                                    {
                                        "text": _text,
                                        "status": _STATUS,
                                        "bar": _share,
                                        "header": _boolean,
                                    }
                                )
                            ),
                        }
                    )
                ),
                "notes": _list_of(_text),
                "csv": _text,
            }
        ),
        _table_shape,
    ),
    "figure": _all_of(
        _block(
            {
                "id": _identifier,
                "caption": _text,
                "svg": _text,
                "alt": _filled_text,
                "notes": _list_of(_text),
                "csv": _text,
            },
            {"png_base64": _text},
        ),
        _figure_picture,
    ),
    "note": _block(
        {
            "role": _one_of("information", "attention", "definition"),
            "title": _text,
            "children": _INLINES,
        }
    ),
    "divider": _block({}),
    "page_break": _block({}),
}

KNOWN_KINDS: tuple[str, ...] = tuple(_BLOCK_KINDS)


def _block_problem(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return "a block object expected"
    kind = value.get("kind")
    check = _BLOCK_KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        return f"block kind {kind!r} is not known; known are {', '.join(KNOWN_KINDS)}"
    problem = check(value)
    if problem is None:
        return None
    name = value.get("id") or value.get("title")
    return f"block {kind}{f' {name!r}' if isinstance(name, str) else ''}: {problem}"


def check_block(value: object, where: str = "") -> Block:
    """The same value, known to be a block; else a `BriefingError` that names the kind and field.

    `where` is put before the message: the cell or the call that the block comes from.
    """
    problem = _block_problem(value)
    if problem:
        raise BriefingError(f"{where}{': ' if where else ''}{problem}.")
    return cast(Block, value)
