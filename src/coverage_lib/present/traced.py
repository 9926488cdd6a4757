"""Text that knows which stretches of it are figures: each carries the figure's id.

A traced text is a text in every respect. Filling a template, joining and `+` keep the ids; other
string methods and f-strings give plain text, which costs the id and nothing else. Blocks hold such
texts; beside their JSON stands a list of traces, a path to a text and the ids in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from coverage_lib.errors import BriefingError

#: Where a figure begins and ends in a text, and its id; several ids with a space between them
#: are those of the figures that it was worked out from, such as a change.
Span = tuple[int, int, str]


class TracedText(str):
    """A text with the spans of its figures, in their order and apart from one another."""

    __slots__ = ("spans",)
    spans: tuple[Span, ...]

    def __new__(cls, content: str, spans: Iterable[Span] = ()) -> TracedText:
        made = super().__new__(cls, content)
        made.spans = tuple(spans)
        return made

    def __add__(self, other: str) -> str:
        return concatenated((self, other))

    def __radd__(self, other: str) -> str:
        return concatenated((other, self))


def traced(content: str, *identifiers: str) -> str:
    """The whole text as one figure; without an id, or without a character, plain text."""
    if not identifiers or not content:
        return content
    return TracedText(str(content), [(0, len(content), " ".join(identifiers))])


def spans_of(content: str) -> tuple[Span, ...]:
    return content.spans if isinstance(content, TracedText) else ()


def concatenated(parts: Iterable[str]) -> str:
    """The parts one after another, with their ids."""
    pieces, spans, length = [], [], 0
    for part in parts:
        pieces.append(str(part))
        spans += [(start + length, end + length, name) for start, end, name in spans_of(part)]
        length += len(part)
    content = "".join(pieces)
    return TracedText(content, spans) if spans else content


def joined_text(separator: str, parts: Sequence[str]) -> str:
    """`separator.join(parts)`, with their ids."""
    between = (piece for part in parts for piece in (separator, part))
    return concatenated(list(between)[1:])


def pieces_of(content: str) -> Iterator[tuple[str, str]]:
    """The text cut at its figures: (piece, id), the id empty for what lies between them."""
    limits = [0]
    names: dict[int, str] = {}
    for start, end, name in spans_of(content):
        limits += [start, end]
        names[start] = name
    for start, end in pairwise([*limits, len(content)]):
        if start < end:
            yield str(content)[start:end], names.get(start, "")


def traces_in(node: object, path: tuple[str | int, ...] = ()) -> Iterator[list[Any]]:
    """Every traced text of JSON data as [path, spans], in reading order."""
    if isinstance(node, TracedText):
        yield [list(path), [list(span) for span in node.spans]]
    elif isinstance(node, Mapping):
        for name, below in node.items():
            yield from traces_in(below, (*path, name))
    elif isinstance(node, list | tuple):
        for position, below in enumerate(node):
            yield from traces_in(below, (*path, position))


def identifiers_in(node: object) -> frozenset[str]:
    """The ids of all figures in JSON data, each by itself."""
    return frozenset(
        identifier
        for _, spans in traces_in(node)
        for _, _, names in spans
        for identifier in names.split(" ")
    )


def with_traces(data: Any, traces: object, where: str) -> Any:
    """JSON data with its texts traced again, in place.

    Traces that point to no text, or beyond its end, are a BriefingError that begins with `where`.
    """
    try:
        for path, spans in traces:  # type: ignore[attr-defined]
            holder = data
            for step in path[:-1]:
                holder = holder[step]
            content = holder[path[-1]]
            found = [(int(start), int(end), str(name)) for start, end, name in spans]
            bounds = [limit for start, end, _ in found for limit in (start, end)]
            if not isinstance(content, str) or [0, *bounds, len(content)] != sorted(
                [0, *bounds, len(content)]
            ):
                raise ValueError(path)  # noqa: TRY301  # told as one line below
            holder[path[-1]] = TracedText(content, found)
    except (TypeError, ValueError, LookupError):
        raise BriefingError(
            f"{where}the traces of figures do not fit the blocks. Run the notebook again with this"
            " version of the library."
        ) from None
    return data
