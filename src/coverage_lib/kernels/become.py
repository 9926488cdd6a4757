"""The forked child: it takes on what its client asked for, and is a kernel like any other."""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import ipykernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from coverage_lib.kernels.launch import LAUNCHER
from coverage_lib.kernels.request import Received, Request, pack

#: Cells do not outlive their notebook in a history on disk; arguments and the user's own
#: configuration of IPython say otherwise where they are to.
_SETTINGS = {"HistoryManager": {"enabled": False}}


def become_kernel(received: Received, client: socket.socket, by_imports: Mapping[str, str]) -> None:
    """Run the kernel in this process until it is shut down.

    `by_imports` is what the imports have put into the environment, and would again.
    """
    os.setsid()
    for number, stream in enumerate(received.streams):
        os.dup2(stream, number)
        os.close(stream)
    _take_on(received.request, by_imports)
    if not received.request.independent:
        watch = threading.Thread(target=_end_with, args=(received.client,), daemon=True)
        watch.start()
    # The parent that ipykernel itself would watch is not the client; 1 is nobody.
    app = IPKernelApp.instance(parent_handle=1, config=Config(_SETTINGS))
    app.initialize(sys.argv[1:])
    os.umask(received.request.umask)
    client.send(pack(pid=os.getpid()))
    client.close()
    app.start()
    # It may still be publishing; ipykernel closes what it publishes through before it waits for it.
    if app.control_thread.is_alive():
        app.control_thread.stop()
        app.control_thread.join(1)


def _take_on(request: Request, by_imports: Mapping[str, str]) -> None:
    """Environment, folder, arguments and random numbers: nothing of the warm process's own."""
    os.environ.clear()  # noqa: TID251  what the client gave is put in its place
    os.environ.update({**request.environment, **by_imports})  # noqa: TID251
    time.tzset()
    os.chdir(request.folder)
    # Sockets that the kernel is about to make are its user's alone.
    os.umask(0o077)
    launcher = request.command.index(LAUNCHER[0]) + len(LAUNCHER)
    program = Path(ipykernel.__path__[0]).with_name(f"{LAUNCHER[1]}.py")
    sys.argv[:] = [str(program), *request.command[launcher:]]
    sys.orig_argv[:] = request.command
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        # The standard library and OpenSSL do this by themselves after a fork.
        numpy_random.seed()


def _end_with(client: int) -> None:
    """End this process when the client's ends, as ipykernel does when its parent has gone."""
    watch = select.poll()
    watch.register(client, select.POLLIN)
    watch.poll()
    os._exit(1)
