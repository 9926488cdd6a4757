"""A command with all processes that come of it: what they took together, kernels and browsers too."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import psutil

_LOOK_EVERY_SECONDS = 0.2
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class UsedByAll:
    """Wall and CPU seconds of all processes, and the peak of their memory.

    Memory that processes share is counted once (PSS), as it is used once.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_with_all(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> UsedByAll:
    """Run a command to its end, then end what it left running. Raises CalledProcessError.

    Processes that it detaches become ours, so that nothing of their time is lost.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this system cannot adopt detached processes")
    before = getrusage(RUSAGE_CHILDREN)
    ended = threading.Event()
    peak = [0.0]
    watch = threading.Thread(target=_watch, args=(ended, peak))
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    watch.start()
    process.wait()
    seconds = time.perf_counter() - started
    ended.set()
    watch.join()
    _end_what_is_left()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    after = getrusage(RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return UsedByAll(seconds, cpu_seconds, peak[0])


def _watch(ended: threading.Event, peak: list[float]) -> None:
    while not ended.wait(_LOOK_EVERY_SECONDS):
        peak[0] = max(peak[0], sum(map(_pss_mb, psutil.Process().children(recursive=True))))


def _pss_mb(process: psutil.Process) -> float:
    """0 where the process is just ending."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return (
        sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        * 1024
        / 1e6
    )


def _end_what_is_left() -> None:
    """End our own children only, and wait for each: its time is known when it is waited for."""
    for child in psutil.Process().children():
        child.send_signal(signal.SIGTERM)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
