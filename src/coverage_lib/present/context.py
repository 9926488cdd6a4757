"""What every part of a briefing opens with: safe figures, a language, its words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coverage_lib.disclosure import Releasable
from coverage_lib.errors import UsageError
from coverage_lib.present.block_kinds import Block, Inline, Language, strong, text
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.figure_records import records_of
from coverage_lib.present.words import Words, words

SIMULATED = "DATA SIMULASI / SIMULATED DATA"


@dataclass(frozen=True)
class PartContext:
    """The figures that may be printed, and the words to print them with."""

    releasable: Releasable
    words: Words
    language: Language

    def say(self, key: str, /, **values: str) -> str:
        return self.words.say(key, **values)

    def show(self, blocks: Iterable[Block]) -> Blocks:
        """The blocks as a display, with the records of the figures in them.

        Data that can be taken from them say it too if simulated.
        """
        shown = tuple(blocks)
        if self.releasable.simulated:
            shown = tuple(_labelled(block) for block in shown)
        return Blocks(shown, self.language, records_of(self.releasable, shown))


def _labelled(block: Block) -> Block:
    """A block whose CSV names the data simulated in every row, where it has one."""
    if (block["kind"] == "table" or block["kind"] == "figure") and block["csv"]:
        lines = list(csv.reader(io.StringIO(block["csv"])))
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([*lines[0], "data"])
        writer.writerows([*line, SIMULATED] for line in lines[1:])
        block["csv"] = buffer.getvalue()
    return block


def open_part(releasable: Releasable, language: str) -> PartContext:
    """Check what a part was given. Raises TypeError for anything but a Releasable.

    A frame that has not passed disclosure control cannot be printed: the type is the gate,
    at run time too. Raises UsageError for a language without words.
    """
    if not isinstance(releasable, Releasable):
        raise TypeError(
            f"a part of a briefing prints a Releasable, not {type(releasable).__name__}: "
            "read figures with read_measures, or pass measures through disclosure first"
        )
    if language not in ("id", "en"):
        raise UsageError(f"language {language!r} is not known: id or en was expected.")
    return PartContext(releasable, words(language), "id" if language == "id" else "en")


def marked(context: PartContext, key: str, /, **values: str) -> list[Inline]:
    """A sentence whose `**…**` pieces are strong. Marks are read in the template only."""
    pieces = context.words.template(key).split("**")
    found: list[Inline] = []
    for position, piece in enumerate(pieces):
        if piece:
            filled = context.words.fill(piece, key, values)
            found.append(strong(filled) if position % 2 else text(filled))
    return found


def joined(sentences: Sequence[Sequence[Inline]]) -> list[Inline]:
    """Sentences one after another with a space between them."""
    found: list[Inline] = []
    for sentence in sentences:
        if not sentence:
            continue
        if found:
            found.append(text(" "))
        found.extend(sentence)
    return found
