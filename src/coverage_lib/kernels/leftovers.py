"""Files of kernels whose client was killed: known to be nobody's, and removed at the next start.

A client holds a lock on `kernel-<id>.owner` as long as it may start that kernel. The system gives the
lock up however the client ends, so no process number is looked at, which may be another's by then.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import weakref
from collections.abc import Iterable
from pathlib import Path

from coverage_lib.kernels.place import locked

with contextlib.suppress(ImportError):  # Windows, where this module is only imported
    import fcntl

OWNER_SUFFIX = ".owner"
#: A day. What has no owner may be of an earlier version, which starts a kernel just now.
_SECONDS_WITHOUT_OWNER = 86_400
#: The end of a name that has the kernel's or the warm process's before it.
_ENDS = re.compile(r"(-\d{1,4}|\.json|\.log|\.owner)$")


class Owner:
    """The lock of one client on the files of one kernel, until `release` or the client's end."""

    def __init__(self, folder: Path, kernel_id: str) -> None:
        self._path = folder / f"kernel-{kernel_id}{OWNER_SUFFIX}"
        # Nobody sweeps between the making of the file and the lock on it.
        with locked(folder):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._close = weakref.finalize(self, os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_SH)

    def release(self) -> None:
        """The kernel's files are gone, and it is not started again. A second time does nothing."""
        if self._close.alive:
            self._path.unlink(missing_ok=True)
            self._close()


def sweep(folder: Path) -> None:
    """Remove what no client owns and nobody listens on; what other programs put there stays.

    Files of an independent kernel stay while it runs. What never had an owner (a warm process, an
    earlier version) goes after a day. Only files of this user are looked at.
    """
    with locked(folder) as now:
        of_one: dict[str, list[Path]] = {}
        for path in sorted(folder.glob("kernel-*")) + sorted(folder.glob("warm-*")):
            of_one.setdefault(_ENDS.sub("", path.name), []).append(path)
        for files in of_one.values():
            with contextlib.suppress(OSError):  # it went by itself meanwhile
                _remove_leftovers(files, now)


def _remove_leftovers(files: Iterable[Path], now: float) -> None:
    """All files of a kernel or warm process, or none; the owner's last, so that a killed sweep goes on."""
    found = {path: path.lstat() for path in files}
    owners = [path for path in found if path.suffix == OWNER_SUFFIX]
    if any(status.st_uid != os.getuid() for status in found.values()):
        return
    newest = max(status.st_mtime for status in found.values())
    if not owners and now - newest < _SECONDS_WITHOUT_OWNER:
        return
    with contextlib.ExitStack() as opened:
        for owner in owners:
            file = opened.enter_context(owner.open("rb"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not any(_listens(path) for path in found if path.is_socket()):
            for path in sorted(found, key=lambda one: one in owners):
                path.unlink(missing_ok=True)


def _listens(address: Path) -> bool:
    """Whether somebody takes connections there, or may: only a refusal says that nobody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.setblocking(False)
        try:
            connection.connect(str(address))
        except ConnectionRefusedError:
            return False
        except OSError:
            return True
    return True
