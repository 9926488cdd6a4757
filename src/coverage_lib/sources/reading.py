"""What reading a file gives: rows of text that know where they stand, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from coverage_lib.sources.catalogue import Extract

#: A row is known by FILE, SHEET and LINE together.
FILE = "source_file"
LINE = "source_line"
#: The sheet of a workbook, the member of an archive, or `member!sheet`; null where a file is one table.
SHEET = "source_sheet"


@dataclass(frozen=True)
class FileReading:
    """How a file was taken; empty where there is nothing to say.

    `header_rows` are the lines of its first header. `left_out` are rows that are no data
    (blank, totals, notes, headers repeated) by kind: they are not among the rows received.
    `unmapped` are headers that the dictionary does not know, each with the columns that the
    file lacks and whose names are near. `number_style` is the dictionary's.
    """

    kind: str
    encoding: str = ""
    separator: str = ""
    number_style: str = ""
    header_rows: tuple[int, ...] = ()
    sheets: tuple[str, ...] = ()
    sheets_left_out: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    unmapped: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def notes(self) -> tuple[str, ...]:
        """What somebody who knows the file would want to hear; nothing for a plain one."""
        notes = []
        if self.encoding not in {"", "UTF-8"}:
            notes.append(f"read as {self.encoding}")
        if len(self.header_rows) > 1:
            notes.append(f"header in lines {' and '.join(map(str, self.header_rows))}")
        if len(self.sheets) > 1:
            notes.append(f"sheets read: {', '.join(self.sheets)}")
        if self.sheets_left_out:
            notes.append(f"sheets left out: {', '.join(self.sheets_left_out)}")
        if self.left_out:
            counted = ", ".join(f"{rows:,} {kind}" for kind, rows in self.left_out)
            notes.append(f"rows that are no data: {counted}")
        notes.extend(
            f"column {' '.join(header.split())} is not known (meant: {' or '.join(near)}?)"
            for header, near in self.unmapped
            if near
        )
        return tuple(notes)


#: Of what is no file, and of accounts from before readings were kept.
UNTOLD = FileReading("")


@dataclass(frozen=True)
class Part:
    """One table within a file: the whole file, a sheet, a member of an archive. `place` is what
    SHEET says in its rows, `title` are the cells above its header.
    """

    rows: ir.Table
    ignored: tuple[str, ...]
    absent: tuple[str, ...]
    reading: FileReading
    place: str | None = None
    title: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawTable:
    """The rows of one extract: `rows` has the dictionary's column names, LINE and SHEET.

    All but LINE is text. `ignored` are headers that the dictionary does not know; `absent`
    are optional columns that no part of the file has (they are null in `rows`). `titles` are the
    cells above the header of each part, by its SHEET.
    """

    extract: Extract
    rows: ir.Table
    ignored: tuple[str, ...]
    absent: tuple[str, ...]
    reading: FileReading = UNTOLD
    titles: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict, repr=False)


def join_parts(extract: Extract, parts: Sequence[Part]) -> RawTable:
    """All parts of a file, in their order, as one table."""
    rows = [part.rows for part in parts]
    readings = [part.reading for part in parts]
    counts: dict[str, int] = {}
    for kind, number in (pair for one in readings for pair in one.left_out):
        counts[kind] = counts.get(kind, 0) + number
    reading = FileReading(
        kind=_joined(one.kind for one in readings),
        encoding=_joined(one.encoding for one in readings),
        separator=_joined(one.separator for one in readings),
        number_style=readings[0].number_style,
        header_rows=readings[0].header_rows,
        sheets=_each_once(name for one in readings for name in one.sheets),
        sheets_left_out=_each_once(name for one in readings for name in one.sheets_left_out),
        members=_each_once(name for one in readings for name in one.members),
        left_out=tuple(sorted(counts.items())),
        unmapped=tuple(dict(pair for one in readings for pair in one.unmapped).items()),
    )
    absent = tuple(name for name in parts[0].absent if all(name in part.absent for part in parts))
    return RawTable(
        extract,
        ibis.union(*rows),
        _each_once(name for part in parts for name in part.ignored),
        absent,
        reading,
        {part.place: part.title for part in parts},
    )


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(text for text in _each_once(texts) if text)
