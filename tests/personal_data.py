"""Looking for persons in files of any kind: every number and name of the extracts, in one pass.

A file is taken apart as far as it goes: archives and workbooks into members, PDF into streams,
attachments and pages, Parquet into values, pictures into their texts, HTML and notebooks into what
is encoded in them. Each text is read once; its digits and words are looked up in sets, so that
it costs the same for ten persons as for a hundred thousand.

What counts as found: a NIK or card number however its digits are grouped; a name of two words or
more, in either order, in any case, whatever stands between the words. A day alone tells nobody's
birthday: it counts as a value of a Parquet file, and in a line of text that speaks of a birth or
has a pseudonym.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import html
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pymupdf
from demo_reading import read_csv, read_excel

LENGTHS = (16, 11)
#: Under these headers the extracts name persons, and say when they were born.
NAMES = {"NAMA LENGKAP", "NAMA IBU KANDUNG", "NAMA ANAK", "NAMA", "nama_tenaga_kerja", "atas_nama",
         "NAMA TENAGA KERJA", "NamaTenagaKerja"}  # fmt: skip
BIRTHS = {"TANGGAL LAHIR", "TGL LAHIR"}
#: Grouped in one way: the coordinates of a drawing, 0.9999995 365.76108, would be runs without end.
_GROUPED_DIGITS = [re.compile(rf"\d(?:{re.escape(between)}?\d){{10,}}") for between in " .'\u00a0-"]
_DIGITS = re.compile(r"\d{11,}")
_WORDS = re.compile(r"[^\W\d_]+")
# Not the end of a village's code, 19.01.01.2005.
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SPEAKS_OF_A_PERSON = re.compile(r"lahir|birth|born|\b[0-9a-f]{32}\b", re.IGNORECASE)
_ENCODED = re.compile(r"[A-Za-z0-9+/]{100,}={0,2}")
_TAGS = re.compile(r"<[^>]{1,2000}>")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Persons:
    """What identifies somebody: digits, names as tuples of lower-case words, days of birth."""

    numbers: frozenset[str]
    names: frozenset[tuple[str, ...]]
    births: frozenset[tuple[int, int, int]]

    @cached_property
    def names_by_first_word(self) -> dict[str, set[tuple[str, ...]]]:
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in self.names:
            for either_way in (name, name[::-1]):
                found.setdefault(either_way[0], set()).add(either_way)
        return found


def persons_of(incoming: Path) -> Persons:
    """Everybody in the extracts of a tidy month."""
    numbers: set[str] = set()
    names: set[tuple[str, ...]] = set()
    births: set[tuple[int, int, int]] = set()
    for path in sorted(incoming.iterdir()):
        if path.suffix not in (".csv", ".xlsx"):
            continue
        frame = read_csv(path) if path.suffix == ".csv" else read_excel(path)
        for header in frame.columns:
            cells = {str(cell) for cell in frame[header].unique()}
            digits = {re.sub(r"\D", "", cell.removesuffix(".0")) for cell in cells}
            if "NIK" in header.upper() or "KPJ" in header.upper():
                numbers |= {one for one in digits if len(one) in LENGTHS}
            if header in NAMES:
                words = {tuple(_WORDS.findall(cell.casefold())) for cell in cells}
                names |= {name for name in words if len(name) > 1}
            if header in BIRTHS:
                births |= {day for cell in cells for day in _days(cell)}
    return Persons(frozenset(numbers), frozenset(names), frozenset(births))


def findings_in_text(text: str, persons: Persons) -> Iterator[str]:
    """What of a person stands in a text; the kind alone, so that a failing test tells nobody."""
    for grouped in _GROUPED_DIGITS:
        for run in grouped.findall(text):
            if _has_number(re.sub(r"\D", "", run), persons):
                yield "number"
    words = _WORDS.findall(text.casefold())
    by_first = persons.names_by_first_word
    for place, word in enumerate(words):
        for name in by_first.get(word, ()):
            if tuple(words[place : place + len(name)]) == name:
                yield "name"
    for line in text.splitlines():
        if _SPEAKS_OF_A_PERSON.search(line) and not persons.births.isdisjoint(_days(line)):
            yield "birth date"


def findings_in_bytes(content: bytes, persons: Persons) -> Iterator[str]:
    """What of a person a file says, whatever the file is; kinds with the place within it."""
    for place, text in texts_of(content):
        yield from (f"{kind} in {place}" for kind in findings_in_text(text, persons))
    if content.startswith(b"PAR1"):
        yield from (f"birth date in {place}" for place in _days_in_parquet(content, persons))


def findings_below(folders: Iterable[Path], persons: Persons) -> list[str]:
    """Each file below the folders, its name included."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            found += [f"{kind} in a name" for kind in findings_in_text(path.name, persons)]
            if path.is_file():
                kinds = dict.fromkeys(findings_in_bytes(path.read_bytes(), persons))
                found += [f"{path.relative_to(folder)}: {kind}" for kind in kinds]
    return found


def texts_of(content: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """All texts that a file holds, with where; the file's own bytes first."""
    assert depth < 8, "packed more often than is sound"
    if content.startswith(b"PAR1"):
        yield from _parquet_texts(content)
        return
    for place, inner in _parts(content):
        yield from (
            (f"{place} {within}".strip(), text) for within, text in texts_of(inner, depth + 1)
        )
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b", _PNG, b"%PDF")):
        plain = content.decode("latin-1")
        yield "bytes", " ".join(_DIGITS.findall(plain))
        if content.startswith(b"%PDF"):
            with pymupdf.open(stream=content, filetype="pdf") as document:
                yield from ((f"page {page.number}", page.get_text()) for page in document)
        return
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        yield "UTF-16", content.decode("utf-16-le", errors="ignore")
    yield "", text
    if "<" in text:
        yield "text", html.unescape(_TAGS.sub(" ", text))
    if "\\u" in text or text.startswith("{"):
        with contextlib.suppress(ValueError):
            yield "JSON", json.dumps(json.loads(text), ensure_ascii=False)


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What is packed in a file."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                yield "member", info.filename.encode() + b"\n" + info.comment
                yield "member", archive.read(info)
    elif content.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(content)
    elif content.startswith(_PNG):
        yield from (("picture", text) for text in _png_texts(content))
    elif content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as document:
            for thing in document.objects:
                if isinstance(thing, pikepdf.Stream):
                    try:
                        yield "stream", thing.read_bytes()
                    except pikepdf.PdfError:  # a picture's own coding
                        yield "stream", thing.read_raw_bytes()
                elif not isinstance(thing, int | bool):
                    yield "object", bytes(thing.unparse()) if hasattr(thing, "unparse") else b""
    elif b"base64" in content or content.lstrip().startswith(b"{"):
        for run in _ENCODED.findall(content.decode("latin-1").replace("\\n", "")):
            with contextlib.suppress(binascii.Error):
                yield "encoded", base64.b64decode(run)


def _png_texts(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        if kind in (b"tEXt", b"eXIf"):
            yield data
        if kind in (b"zTXt", b"iTXt"):
            yield data
            for start in range(len(data)):
                if data[start : start + 1] == b"x":  # where compressed text may begin
                    with contextlib.suppress(zlib.error):
                        yield zlib.decompress(data[start:])
        at += 12 + length


def _parquet_texts(content: bytes) -> Iterator[tuple[str, str]]:
    file = pq.ParquetFile(io.BytesIO(content))
    for key, value in (file.schema_arrow.metadata or {}).items():
        yield "metadata", f"{key!r} {value!r}"
    for name, column in zip(file.schema_arrow.names, file.read().columns, strict=True):
        yield "column", name
        values = column.unique()
        if not pa.types.is_temporal(values.type):
            yield name, "\n".join(_value_text(value) for value in values.to_pylist())


def _value_text(value: object) -> str:
    """The whole part of a fraction: the decimals of thousands of shares hold any eleven digits by chance."""
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value))
    return str(value)


def _days_in_parquet(content: bytes, persons: Persons) -> Iterator[str]:
    table = pq.read_table(io.BytesIO(content))
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_temporal(column.type):
            days = pd.to_datetime(pd.Series(column.unique().to_pylist()).dropna())
            said = {(day.year, day.month, day.day) for day in days}
        else:
            said = {day for text in column.unique().to_pylist() for day in _days(str(text))}
        if not persons.births.isdisjoint(said):
            yield name


def _has_number(digits: str, persons: Persons) -> bool:
    return any(
        digits[start : start + length] in persons.numbers
        for length in LENGTHS
        for start in range(len(digits) - length + 1)
    )


def _days(text: str) -> set[tuple[int, int, int]]:
    first = {(int(y), int(m), int(d)) for d, m, y in _DAY_FIRST.findall(text)}
    return first | {(int(y), int(m), int(d)) for y, m, d in _YEAR_FIRST.findall(text)}
