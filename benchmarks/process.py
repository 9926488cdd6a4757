"""One command as a process of its own: what it took, and its end where it takes too much memory."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY_MS = 100
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Used:
    """Wall and CPU seconds, the peak of the resident memory, and whether it was ended for that."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    is_out_of_memory: bool = False


def run_within(command: Sequence[str], folder: Path, limit_gb: float) -> Used:
    """Run a process to its end, or end it once more than `limit_gb` of it are resident.

    Out of memory is also whom the system kills, for nobody else does, and who ends with ENOMEM,
    as a run does whose engine has a limit of its own. Raises CalledProcessError where a process
    fails otherwise.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    descriptor = os.pidfd_open(process.pid)
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        while not ended.poll(_LOOK_EVERY_MS):
            if _resident_bytes(process.pid) > limit_gb * 1e9:
                process.kill()
                break
    finally:
        os.close(descriptor)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    is_out_of_memory = process.returncode in (-signal.SIGKILL, errno.ENOMEM)
    if process.returncode and not is_out_of_memory:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Used(
        seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, is_out_of_memory
    )


def _resident_bytes(process_id: int) -> int:
    """0 where the process is just ending."""
    try:
        pages = Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * _PAGE
