"""Writing so that a crash, of the program or of the machine, leaves the old state or the new one.

What counts is on the disk before the name that points to it: a file before it is renamed,
a folder before the pointer names it.
"""

from __future__ import annotations

import os
from pathlib import Path

OWNER_ONLY = 0o700


def replace_text(path: Path, text: str) -> None:
    """Put a text file in place as a whole; readers see the old one or the new one."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file in one write. A line that a crash cut short has no end: it counts for nothing."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        os.lseek(handle, max(0, size - 1), os.SEEK_SET)
        cut_short = size > 0 and os.read(handle, 1) != b"\n"
        os.write(handle, f"{chr(10) if cut_short else ''}{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Bring every file below a folder to the disk, and the folders themselves."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(Path(root, name))
        _sync(Path(root))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: what was renamed there stays renamed."""
    _sync(folder)


def private_folder(folder: Path, root: Path) -> None:
    """Make a folder below `root`; it and all between, `root` included, are the owner's alone."""
    between = [part for part in folder.parents if part.is_relative_to(root)]
    for part in (*reversed(between), folder):
        part.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        if part.stat().st_mode & 0o777 != OWNER_ONLY:
            part.chmod(OWNER_ONLY)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows opens no folder, and has no such call for one
        return
    # Windows brings to the disk only what was opened to write.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
