"""A forked kernel as its client sees it: what `subprocess.Popen` offers of a process it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess

from coverage_lib.kernels.request import PACKET_BYTES, unpack

#: The exit code of a kernel that ended when no warm process was left to see it.
UNSEEN_EXIT = 255


class ForkedKernel:
    """Known by the connection on which the warm process tells the exit code.

    Where that process died first, the kernel lives on and is watched through its handle; its
    exit code is then UNSEEN_EXIT.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket, returncode: int | None = None) -> None:
        self.pid = pid
        self.returncode = returncode
        self._connection = connection
        self._handle: int | None = None
        if returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._handle = os.pidfd_open(pid)
        else:
            self._close()

    def poll(self) -> int | None:
        """The exit code, negative for a signal, or None while the kernel runs."""
        if self.returncode is not None:
            return self.returncode
        try:
            packet = self._connection.recv(PACKET_BYTES)
        except BlockingIOError:
            return None
        except ConnectionError:
            packet = b""
        if packet:
            self.returncode = unpack(packet)["exit"]
        elif self._has_ended():
            self.returncode = UNSEEN_EXIT
        if self.returncode is not None:
            self._close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one. Raises subprocess.TimeoutExpired."""
        while self.poll() is None:
            if not select.select([self._watched()], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    async def ended(self, seconds: float) -> bool:
        """Whether the kernel ends within `seconds`; others may work meanwhile."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.poll() is None:
            told = asyncio.Event()
            watched = self._watched()
            loop.add_reader(watched, told.set)
            try:
                await asyncio.wait_for(told.wait(), deadline - loop.time())
            except TimeoutError:
                return False
            finally:
                loop.remove_reader(watched)
        return True

    def send_signal(self, number: int) -> None:
        """Send to the kernel alone; nothing happens once it has ended."""
        if self.poll() is None and self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask the kernel to end, as `Popen.terminate` does."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel at once, as `Popen.kill` does."""
        self.send_signal(signal.SIGKILL)

    def _has_ended(self) -> bool:
        return self._handle is None or bool(select.select([self._handle], [], [], 0)[0])

    def _watched(self) -> int:
        """What becomes readable at the end: the connection, or the handle if nobody speaks on it."""
        try:
            if self._connection.recv(1, socket.MSG_PEEK):
                return self._connection.fileno()
        except BlockingIOError:
            return self._connection.fileno()
        except ConnectionError:
            pass
        return self._connection.fileno() if self._handle is None else self._handle

    def _close(self) -> None:
        self._connection.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
