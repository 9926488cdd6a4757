"""Archives from offices: what is in them is looked at before it is unpacked, and counted while it is.

Nothing is unpacked under a name of the archive's own, so no name can lead out of the folder.
"""

from __future__ import annotations

import copy
import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from coverage_lib.errors import SourceError
from coverage_lib.sources.no_room import pass_no_room

#: What a member may be; an archive within an archive is none.
MEMBER_KINDS = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".parquet")
_ENCRYPTED = 0x1
_OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_PASSWORD_STREAM = "EncryptedPackage".encode("utf-16-le")
_MACROS_STORAGE = "_VBA_PROJECT_CUR".encode("utf-16-le")
_BLOCK_BYTES = 1 << 20
#: Parts of a workbook that fetch data from elsewhere or run code.
_FOREIGN_PARTS = {
    "xl/externallinks/": "links to other workbooks",
    "xl/connections.xml": "connections to other data",
    "xl/querytables/": "connections to other data",
    "xl/vbaproject.bin": "macros",
    "xl/macrosheets/": "macros",
}


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to: bytes in all, members, and times its packed size.

    The ratio counts for members above `small_bytes`: a short text of blanks is no bomb.
    """

    total_bytes: int = 20 << 30
    members: int = 1000
    ratio: int = 250
    small_bytes: int = 10 << 20


ARCHIVE_LIMITS = Limits()
#: A workbook is held in memory, an archive's member is not.
WORKBOOK_LIMITS = Limits(total_bytes=4 << 30)


def unpack_zip(
    path: Path, name: str, scratch: Path, limits: Limits = ARCHIVE_LIMITS
) -> Iterator[tuple[str, Path]]:
    """Name and place of each member, one at a time; the place is gone when the next is asked for.

    Raises SourceError for an archive that is cut off, has a password, holds what is not
    read here, or would unpack to more than the limits allow, by what it says or really.
    """
    with _opened(path, name) as archive:
        _check_members(archive.infolist(), name, limits)
        members = [info for info in archive.infolist() if not _is_beside_the_point(info)]
        if not members:
            raise SourceError(
                f"{name} holds no file; one of {', '.join(MEMBER_KINDS)} was expected."
            )
        for number, info in enumerate(members):
            suffix = PurePosixPath(info.filename).suffix.lower()
            if suffix not in MEMBER_KINDS:
                raise SourceError(
                    f"{name}, member {info.filename!r}: files of the kinds {', '.join(MEMBER_KINDS)} "
                    "were expected; pack only these."
                )
            target = scratch / f"member_{number}{suffix}"
            with target.open("wb") as copied:
                _inflate(archive, info, name, copied)
            yield info.filename, target
            target.unlink()


def unpack_gzip(path: Path, name: str, target: Path, limits: Limits = ARCHIVE_LIMITS) -> None:
    """Unpack one compressed text. Raises SourceError as `unpack_zip` does."""
    most = min(limits.total_bytes, max(limits.small_bytes, limits.ratio * path.stat().st_size))
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as copied:
            while block := packed.read(_BLOCK_BYTES):
                written += len(block)
                if written > most:
                    raise _too_large(name)
                copied.write(block)
    except (OSError, EOFError, zlib.error) as error:
        pass_no_room(error)
        raise SourceError(
            f"{name} is cut off or is no gzip file; ask its producer for it again."
        ) from None


def check_workbook_members(path: Path, name: str, limits: Limits = WORKBOOK_LIMITS) -> None:
    """Look into an .xlsx before anything reads it. Raises SourceError as `unpack_zip` does.

    What links to other data or holds macros is refused too: its cells may show what was
    elsewhere, at another time.
    """
    with path.open("rb") as file:
        if file.read(len(_OLE_MARK)) == _OLE_MARK and _PASSWORD_STREAM in file.read():
            raise SourceError(
                f"{name} is protected by a password; remove the password and pull again."
            )
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, name, limits)
            for info in members:
                for part, what in _FOREIGN_PARTS.items():
                    if info.filename.lower().startswith(part):
                        raise _foreign(name, what)
                _inflate(archive, info, name, None)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise SourceError(
            f"{name} is not a readable Excel workbook ({type(error).__name__}); open it in Excel, save "
            "it again as .xlsx, and pull again."
        ) from None


def check_old_workbook(path: Path, name: str) -> None:
    """Raises SourceError where an .xls has macros; links are not looked for, nothing follows them."""
    with path.open("rb") as file:
        if file.read(len(_OLE_MARK)) == _OLE_MARK and _MACROS_STORAGE in file.read():
            raise _foreign(name, "macros")


def _foreign(name: str, what: str) -> SourceError:
    return SourceError(f"{name} has {what}; save a copy with values only as .xlsx and pull again.")


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _cut_off(name) from None


def _is_beside_the_point(info: zipfile.ZipInfo) -> bool:
    """Folders, and what systems and programs put beside files."""
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or "__MACOSX" in parts or parts[-1].startswith((".", "~$"))


def _check_members(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(members) > limits.members or sum(one.file_size for one in members) > limits.total_bytes:
        raise _too_large(name)
    seen = set()
    for info in members:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise SourceError(
                f"{name} holds a name that leads out of it; ask its producer for it again."
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise SourceError(f"{name} holds a link instead of a file; pack the file itself.")
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(
                f"{name} is protected by a password; remove the password and pull again."
            )
        if info.file_size > max(limits.small_bytes, limits.ratio * info.compress_size):
            raise _too_large(name)
        if info.filename in seen:
            raise SourceError(f"{name} holds two members of one name; pack each file once.")
        seen.add(info.filename)


def _inflate(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, copied: IO[bytes] | None
) -> None:
    """Unpack a member to its real end, which must be where the archive says.

    The archive's own reader stops at the size that it declares, so it is told a larger one.
    """
    to_the_end = copy.copy(info)
    to_the_end.file_size = info.file_size + 1
    written = 0
    try:
        with archive.open(to_the_end) as member:
            while block := member.read(_BLOCK_BYTES):
                written += len(block)
                if copied is not None:
                    copied.write(block)
    except NotImplementedError:
        raise SourceError(
            f"{name} is packed in a way that is not known here; pack it as an ordinary zip file."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        pass_no_room(error)
        raise _cut_off(name) from None
    if written != info.file_size:
        raise SourceError(
            f"{name} unpacks to another size than it says; ask its producer for it again."
        )


def _cut_off(name: str) -> SourceError:
    return SourceError(f"{name} is cut off or damaged; ask its producer for it again.")


def _too_large(name: str) -> SourceError:
    return SourceError(
        f"{name} unpacks to far more than a file of its size should; ask its producer for it again, "
        "or unpack it yourself and look."
    )
