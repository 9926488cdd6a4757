"""The warm process: it has done the imports, and is forked for every kernel.

It has no thread of its own, no event loop, no connection to data. It ends when no kernel has
run for a while, and takes no more requests once a file of what it has imported has changed.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coverage_lib.kernels.place import LOG_SUFFIX
from coverage_lib.kernels.preload import KERNEL_MODULES
from coverage_lib.kernels.request import (
    MalformedRequestError,
    Received,
    pack,
    receive_request,
)


@dataclass(frozen=True)
class Kernel:
    """A kernel that runs: the process, a handle that tells of its end, the way to its client."""

    pid: int
    handle: int
    client: socket.socket
    independent: bool


@dataclass(frozen=True)
class Forked:
    """What a child of the warm process has to become, and where it says that it has."""

    received: Received
    client: socket.socket


@dataclass
class WarmProcess:
    """Forks on request until no kernel has run for `linger` seconds, or a file of `files` changed."""

    listener: socket.socket
    linger: float
    files: Mapping[str, int]
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _kernels: dict[int, Kernel] = field(default_factory=dict)
    _listening: bool = True

    def serve(self) -> Forked | None:
        """None at the end; in a forked child what it has to become, nothing of this left open."""
        self.listener.setblocking(False)
        self._selector.register(self.listener, selectors.EVENT_READ)
        while self._listening or self._kernels:
            events = self._selector.select(None if self._kernels else self.linger)
            if not events:
                self._stop_listening()
            for key, _ in events:
                if isinstance(key.fileobj, int):
                    self._bury(self._kernels.pop(key.fileobj))
                elif key.fileobj is self.listener:
                    self._accept()
                # With the end of its kernel a client may have been let go of, an instant ago.
                elif isinstance(key.fileobj, socket.socket) and key.fileobj.fileno() >= 0:
                    forked = self._hear(key.fileobj)
                    if forked is not None:
                        return forked
        return None

    def _accept(self) -> None:
        if not self._listening:
            return
        try:
            client, _ = self.listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError:
            # No more open files are allowed: who asks now finds nobody here, and starts another.
            self._stop_listening()
            return
        peer = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", peer)[1] == os.getuid():
            self._selector.register(client, selectors.EVENT_READ)
        else:
            client.close()

    def _hear(self, client: socket.socket) -> Forked | None:
        """A request makes a kernel; a client that hangs up takes its kernel with it.

        What is no request is noted in the log, and leaves a kernel that the client has as it is.
        """
        running = [kernel for kernel in self._kernels.values() if kernel.client is client]
        try:
            received = receive_request(client)
        except MalformedRequestError as error:
            _log(f"This is no request: {error}.")
            if not running:
                self._hang_up(client)
            return None
        if received is None:
            self._selector.unregister(client)
            if not running:
                client.close()
            elif not running[0].independent:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(running[0].pid, signal.SIGKILL)
            return None
        if running:
            received.close()
            return None
        if changed(self.files):
            # Whoever asked asks again, and finds nobody here: a new process is started.
            self._stop_listening()
            self._hang_up(client)
            received.close()
            return None
        return self._fork(received, client)

    def _fork(self, received: Received, client: socket.socket) -> Forked | None:
        """None in this process; where the system allows no more, the client is hung up on."""
        try:
            with warnings.catch_warnings():
                # Of threads that would be missing in the child: see preload.py.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError as error:
            _log(f"No kernel can be forked: {error.strerror}.")
            received.close()
            self._hang_up(client)
            return None
        if pid == 0:
            self._let_go(client)
            return Forked(received, client)
        # Room for the handle of the child, which came with the request.
        received.close()
        kernel = Kernel(pid, os.pidfd_open(pid), client, received.request.independent)
        self._kernels[kernel.handle] = kernel
        self._selector.register(kernel.handle, selectors.EVENT_READ)
        return None

    def _hang_up(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        client.close()

    def _bury(self, kernel: Kernel) -> None:
        _, status = os.waitpid(kernel.pid, 0)
        self._selector.unregister(kernel.handle)
        os.close(kernel.handle)
        with contextlib.suppress(OSError):
            kernel.client.send(pack(pid=kernel.pid, exit=os.waitstatus_to_exitcode(status)))
        with contextlib.suppress(KeyError):
            self._selector.unregister(kernel.client)
        kernel.client.close()

    def _stop_listening(self) -> None:
        """The name goes before the socket, so that it can only be our own that is removed."""
        if self._listening:
            name = Path(self.listener.getsockname())
            name.with_suffix(LOG_SUFFIX).unlink(missing_ok=True)
            name.unlink(missing_ok=True)
            self._selector.unregister(self.listener)
            self.listener.close()
            self._listening = False

    def _let_go(self, client: socket.socket) -> None:
        """In the child: close all that belongs to the parent or to other kernels."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)
            elif isinstance(key.fileobj, socket.socket) and key.fileobj is not client:
                key.fileobj.close()
        for kernel in self._kernels.values():
            kernel.client.close()
        self._selector.close()


def load(modules: Iterable[str]) -> None:
    """Import all; the collector of garbage shall never visit, and so copy, what is shared."""
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def imported_files() -> dict[str, int]:
    """When each file was last written that a module came from, or says it has read, in nanoseconds."""
    known = [vars(module) for module in list(sys.modules.values())]
    files = [module.get("__file__") for module in known]
    files += [file for module in known for file in module.get("READ_FILES", ())]
    return {file: _written(file) for file in files if file}


def changed(files: Mapping[str, int]) -> bool:
    """Whether a file was written since, or is gone."""
    return any(_written(file) != when for file, when in files.items())


def _log(line: str) -> None:
    with contextlib.suppress(OSError):  # no room is no reason to end
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _written(file: str) -> int:
    try:
        return os.stat(file).st_mtime_ns  # noqa: PTH116  of two thousand: twice as fast
    except OSError:
        return 0


@dataclass
class LastExit:
    """Ends the process when all other exit functions have run, so register it before any.

    IPython has emptied the notebook's namespace by then. What the interpreter would do now is
    to take two thousand modules apart, and so copy every page that kernels share.
    """

    code: int = 1

    def __call__(self) -> None:
        """End here, with what was printed so far; nothing after it is run."""
        gc.collect()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(self.code)


def main() -> None:
    """Leave the client, do the imports, serve; a child of it becomes a kernel and ends as one.

    Arguments: the number of the listening socket, the seconds to linger, the modules as JSON.
    """
    if os.fork():
        # The client waits for this one only, and is not the parent of the other.
        os._exit(0)
    os.setsid()
    last_exit = LastExit()
    atexit.register(last_exit)
    if not sys.flags.safe_path:
        del sys.path[0]
    listening, linger, modules = sys.argv[1:]
    listener = socket.socket(fileno=int(listening))
    listener.set_inheritable(False)
    before = dict(os.environ)  # noqa: TID251  only compared
    load((*KERNEL_MODULES, *json.loads(modules)))
    by_imports = dict(os.environ.items() - before.items())  # noqa: TID251
    forked = WarmProcess(listener, float(linger), imported_files()).serve()
    try:
        if forked is not None:
            become = importlib.import_module("coverage_lib.kernels.become")
            become.become_kernel(forked.received, forked.client, by_imports)
        last_exit.code = 0
    except SystemExit as end:
        last_exit.code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise


if __name__ == "__main__":
    main()
