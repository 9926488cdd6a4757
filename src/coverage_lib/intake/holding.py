"""Readers and pulls side by side: what somebody reads is not removed under their hands.

A reader holds a shared lock on a generation's `pull.json` until it lets go of what it reads,
or ends, however it ends: the system gives up its locks. A pull that lets go of old generations
asks for the lock alone and without waiting; one that is being read stays until a later pull.
Windows renames no folder in which a file is open: there the open file is the lock.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    _LOCKS = False
else:
    _LOCKS = True


class Hold:
    """A shared lock on a file, for as long as this object lives. Raises FileNotFoundError."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        self._release = weakref.finalize(self, os.close, handle)
        if _LOCKS:
            fcntl.flock(handle, fcntl.LOCK_SH)


def move_unless_held(held: Path, folder: Path, target: Path) -> bool:
    """Rename `folder` unless somebody holds the file `held` of it; whether it was renamed.

    A reader that comes in the same instant waits, and then finds the file gone.
    """
    if not _LOCKS:
        try:
            folder.rename(target)
        except PermissionError:
            return False
        return True
    try:
        handle = os.open(held, os.O_RDWR)
    except FileNotFoundError:  # no generation that anybody could read
        folder.rename(target)
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.rename(target)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
