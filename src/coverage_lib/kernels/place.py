"""Where the warm process of a user, an environment and a working set is to be found."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

with suppress(ImportError):  # Windows, where this module is only imported
    import fcntl
    import resource
    from socket import AF_UNIX, SOCK_SEQPACKET, socket

#: Linux takes 107 bytes for the name of a socket (sun_path without its end mark), macOS 103.
LONGEST_SOCKET_NAME = 103
#: The longest name that is put into the folder: a kernel's id, its channel.
_NAME_LENGTH = len("/kernel-00000000-0000-0000-0000-000000000000-5")

#: Of the file beside the socket that holds what the warm process prints.
LOG_SUFFIX = ".log"

#: Differ from run to run, and no library reads them while it is imported.
_OF_ONE_RUN = {"PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "PYTEST_CURRENT_TEST"}
_OF_ONE_RUN_BEGIN = ("CAKUPAN_", "JPY_", "KERNEL_")


def private_folder() -> Path | None:
    """A folder of the user alone, short enough for the names of sockets; None where there is none.

    Jupyter's own runtime folder is taken where its name allows, else one for temporary files.
    One that others may read or that belongs to someone else is not used.
    """
    own = f"cakupan-{os.getuid()}"
    for folder in (Path(jupyter_runtime_dir()) / "cakupan", Path(tempfile.gettempdir()) / own):
        if len(os.fsencode(folder)) + _NAME_LENGTH > LONGEST_SOCKET_NAME:
            continue
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
        except OSError:
            continue
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if private and found.st_uid == os.getuid():
            return folder
    return None


@contextmanager
def locked(folder: Path) -> Iterator[float]:
    """Alone among all who would start a process in the folder, or tidy it. The lock goes with its holder.

    Gives the time, by the clock of the folder's file system.
    """
    with (folder / "warm.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.utime(file.fileno())
        yield os.fstat(file.fileno()).st_mtime


@dataclass(frozen=True)
class Place:
    """Where one warm process listens, and where it writes what it has to say."""

    folder: Path
    key: str

    @property
    def address(self) -> Path:
        """The socket of the warm process."""
        return self.folder / f"warm-{self.key}"

    @property
    def log(self) -> Path:
        """What it has said, for a day after its end; nothing where it ended by itself."""
        return self.address.with_suffix(LOG_SUFFIX)

    def connect(self) -> socket | None:
        """A connection to the process that listens here, or None."""
        connection = socket(AF_UNIX, SOCK_SEQPACKET)
        connection.settimeout(10)
        try:
            connection.connect(str(self.address))
        except OSError:
            connection.close()
            return None
        connection.setblocking(False)
        return connection

    def listen(self) -> socket:
        """A socket that takes connections, in place of one that a dead process left."""
        self.address.unlink(missing_ok=True)
        listener = socket(AF_UNIX, SOCK_SEQPACKET)
        listener.bind(str(self.address))
        self.address.chmod(0o600)
        listener.listen(128)
        return listener


def lasting_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a warm process may know: no name of a run, nothing of the project's."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if name not in _OF_ONE_RUN and not name.startswith(_OF_ONE_RUN_BEGIN)
    }


def key_of(command: Sequence[str], environment: Mapping[str, str], folder: str) -> str:
    """Names what cannot be changed after the imports: two kernels share a process if all is equal.

    The interpreter and what it is told to load, the whole environment (but for what names one
    run), and what a process inherits: limits, processors, priority, control group, namespaces.
    """
    inherited = {
        "user": os.getuid(),
        "boot": Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"),
        "namespaces": [Path(f"/proc/self/ns/{kind}").stat().st_ino for kind in ("pid", "mnt")],
        "group": Path("/proc/self/cgroup").read_text(encoding="utf-8"),
        "processors": sorted(os.sched_getaffinity(0)),
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "limits": {
            name: resource.getrlimit(getattr(resource, name))
            for name in dir(resource)
            if name.startswith("RLIMIT_")
        },
    }
    asked = {
        "command": list(command),
        "environment": lasting_environment(environment),
        "folder": folder,
    }
    text = json.dumps(asked | inherited, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def folder_of_imports(cwd: Path, environment: Mapping[str, str]) -> str:
    """Where the imports are made: anywhere, unless the kernel's folder would have a say in them.

    It has where the import path is told relative to it, and through a matplotlibrc in it.
    """
    relative = any(
        not Path(entry).is_absolute()
        for entry in environment.get("PYTHONPATH", "").split(os.pathsep)
        if entry
    )
    return str(cwd) if relative or (cwd / "matplotlibrc").exists() else "/"


def umask_now() -> int:
    """The mask of this process for new files; `os.umask` could only tell it by changing it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("Umask:")[2].split()[0], 8)
