"""The encoding of a text file: told by its mark, else UTF-8, else that of older Windows programs."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

from coverage_lib.errors import SourceError

UTF_8 = "UTF-8"
UTF_8_WITH_MARK = "UTF-8 with a byte order mark"
UTF_16_LITTLE = "UTF-16 LE"
UTF_16_BIG = "UTF-16 BE"
WINDOWS = "cp1252"
_CODECS = {
    UTF_8: "utf-8",
    UTF_8_WITH_MARK: "utf-8-sig",
    UTF_16_LITTLE: "utf-16-le",
    UTF_16_BIG: "utf-16-be",
    WINDOWS: "cp1252",
}
_BLOCK_BYTES = 1 << 20


def encoding_of_sample(sample: bytes) -> str:
    """What the first bytes of a file say; WINDOWS where they cannot be UTF-8.

    A character cut by the end of the sample is no fault of the file.
    """
    marks = {
        codecs.BOM_UTF8: UTF_8_WITH_MARK,
        codecs.BOM_UTF16_LE: UTF_16_LITTLE,
        codecs.BOM_UTF16_BE: UTF_16_BIG,
    }
    for mark, encoding in marks.items():
        if sample.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return WINDOWS
    return UTF_8


def decode_sample(sample: bytes, encoding: str) -> str:
    """The sample as text, without its mark and without a character that it cuts."""
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])(errors="replace")
    return decoder.decode(sample).removeprefix("\ufeff")


def is_engines_own(encoding: str) -> bool:
    """Whether the engine reads the file as it is, and would refuse a byte that is not UTF-8."""
    return encoding in {UTF_8, UTF_8_WITH_MARK}


def rewrite_as_utf_8(path: Path, target: Path, encoding: str, name: str) -> None:
    """Copy in blocks, as UTF-8 without a mark and with one kind of line end.

    The lines keep their numbers. Raises SourceError that names the first line with bytes
    that the encoding does not have.
    """
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])()
    lines_of = io.IncrementalNewlineDecoder(decoder, translate=True)
    lines = 0
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        block = b"-"
        first = True
        while block:
            block = source.read(_BLOCK_BYTES)
            try:
                text = lines_of.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(_CODECS[encoding], "replace")
                line = lines + len(before.splitlines()) + int(not before or before[-1] in "\r\n")
                raise _not_readable(name, line, encoding) from None
            if first:
                text = text.removeprefix("\ufeff")
                first = not text
            lines += text.count("\n")
            copy.write(text)


def _not_readable(name: str, line: int, encoding: str) -> SourceError:
    expected = {WINDOWS: "UTF-8 nor cp1252", UTF_8_WITH_MARK: "UTF-8, as its first bytes say"}
    neither = "neither " if encoding == WINDOWS else "not "
    return SourceError(
        f"{name}, line {line}: the text is {neither}{expected.get(encoding, encoding)}; save the "
        "file as CSV UTF-8 and pull again."
    )
