"""The kernel provisioner `cakupan-warm`: Jupyter's own, but kernels are forked from a warm process.

Whatever cannot be forked is started as Jupyter always does, with a line that says why.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from socket import socket
from subprocess import SubprocessError
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.localinterfaces import localhost
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Float, List, Unicode

from coverage_lib.kernels.forked import ForkedKernel
from coverage_lib.kernels.launch import (
    CannotForkError,
    can_fork,
    open_streams,
    plan_start,
    switched_off,
)
from coverage_lib.kernels.leftovers import Owner, sweep
from coverage_lib.kernels.place import private_folder
from coverage_lib.kernels.request import PACKET_BYTES, Request, send_request, unpack

#: A warm process that died is replaced once.
_ATTEMPTS = 2
#: Longer than any import takes.
_ANSWER_SECONDS = 60

#: Once a client: what is left over is of earlier ones.
_sweep_once = cache(sweep)


class WarmProvisioner(LocalProvisioner):
    """Jupyter's LocalProvisioner in all but how the process starts.

    `preload` names the modules; `linger` is how many seconds the warm process stays when its
    last kernel has ended.
    """

    #: A ForkedKernel, or Jupyter's own.
    process: Any = None
    _owner: Owner | None = None
    preload = List(Unicode()).tag(config=True)
    linger = Float(30.0).tag(config=True)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Put connection file and sockets, not made yet, where only the user can reach them."""
        manager: Any = self.parent
        folder = private_folder() if manager is not None and os.name == "posix" else None
        if folder is not None:
            if not manager.connection_file:
                manager.connection_file = str(folder / f"kernel-{self.kernel_id}.json")
            if manager.transport == "tcp" and manager.ip == localhost():
                manager.transport = "ipc"
            if manager.transport == "ipc":
                manager.cache_ports = False
                manager.ip = str(folder / f"kernel-{self.kernel_id}")
            # Where files cannot be locked, or there is no room, tidiness is all that is lost.
            with suppress(OSError):
                _sweep_once(folder)
                self._owner = self._owner or Owner(folder, self.kernel_id)
        return dict(await super().pre_launch(**kwargs))

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it as usual where that cannot be done."""
        if switched_off(kwargs):
            return await super().launch_kernel(cmd, **kwargs)
        try:
            kernel = await self._fork(cmd, kwargs)
        except (CannotForkError, OSError, SubprocessError) as reason:
            self.log.warning("The kernel starts without a warm process: %s.", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Return when the kernel has ended; the caller would look only ten times a second."""
        process = self.process
        await super().kill(restart)
        if isinstance(process, ForkedKernel):
            await process.ended(5)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait for a kernel that ends by itself, for the same reason."""
        await super().shutdown_requested(restart)
        if isinstance(self.process, ForkedKernel):
            await self.process.ended(1)

    async def cleanup(self, restart: bool = False) -> None:
        """Say that the files of this kernel are of no more use; Jupyter has removed them by now."""
        await super().cleanup(restart)
        if self._owner is not None and not restart:
            self._owner.release()
            self._owner = None

    async def _fork(self, command: list[str], options: dict[str, Any]) -> ForkedKernel:
        if not can_fork():
            raise CannotForkError("this system cannot fork one")
        start = plan_start(command, options, self.preload, self.linger)
        with open_streams(options) as streams:
            for _ in range(_ATTEMPTS):
                connection = start.connect()
                try:
                    told = await _ask(connection, start.request, streams)
                except TimeoutError:
                    raise CannotForkError(
                        f"it does not answer; {start.place.log} may say why"
                    ) from None
                if told:
                    return ForkedKernel(told["pid"], connection, told.get("exit"))
        raise CannotForkError(f"it ends when it is asked; {start.place.log} may say why")


async def _ask(
    connection: socket, request: Request, streams: tuple[int, int, int]
) -> dict[str, int]:
    """What comes back: the kernel's process; its exit code, if it has ended; nothing at all.

    The connection is closed but for the first two. Raises TimeoutError where nobody answers.
    """
    told = b""
    try:
        send_request(connection, request, streams)
        loop = asyncio.get_running_loop()
        told = await asyncio.wait_for(loop.sock_recv(connection, PACKET_BYTES), _ANSWER_SECONDS)
    except ConnectionError:
        return {}
    finally:
        if not told:
            connection.close()
    return unpack(told) if told else {}
