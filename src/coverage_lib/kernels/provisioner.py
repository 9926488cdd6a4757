"""The kernel provisioner `cakupan-warm`: Jupyter's own, but kernels are forked from a warm process.

Whatever cannot be forked is started as Jupyter always does, with a line that says why.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.localinterfaces import localhost
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Float, List, Unicode

from coverage_lib.kernels.forked import ForkedKernel
from coverage_lib.kernels.launch import CannotForkError, can_fork, open_streams, plan_start
from coverage_lib.kernels.place import private_folder
from coverage_lib.kernels.request import PACKET_BYTES, send_request, unpack

#: A warm process that died is replaced once.
_ATTEMPTS = 2
#: Longer than any import takes.
_ANSWER_SECONDS = 60


class WarmProvisioner(LocalProvisioner):
    """Jupyter's LocalProvisioner in all but how the process starts.

    `preload` names the modules; `linger` is how many seconds the warm process stays when its
    last kernel has ended.
    """

    preload = List(Unicode()).tag(config=True)
    linger = Float(30.0).tag(config=True)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Put connection file and sockets, not made yet, where only the user can reach them."""
        manager = self.parent
        folder = private_folder() if manager is not None and can_fork() else None
        if folder is not None:
            if not manager.connection_file:
                manager.connection_file = str(folder / f"kernel-{self.kernel_id}.json")
            if manager.transport == "tcp" and manager.ip == localhost():
                manager.transport = "ipc"
            if manager.transport == "ipc":
                manager.cache_ports = False
                manager.ip = str(folder / f"kernel-{self.kernel_id}")
        return dict(await super().pre_launch(**kwargs))

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it as usual where that cannot be done."""
        try:
            kernel = await self._fork(cmd, kwargs)
        except CannotForkError as reason:
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

    async def _fork(self, command: list[str], options: dict[str, Any]) -> ForkedKernel:
        start = plan_start(command, options, self.preload, self.linger)
        with open_streams(options) as streams:
            for _ in range(_ATTEMPTS):
                connection = start.connect()
                try:
                    send_request(connection, start.request, streams)
                    told = await asyncio.wait_for(
                        asyncio.get_running_loop().sock_recv(connection, PACKET_BYTES),
                        _ANSWER_SECONDS,
                    )
                except asyncio.TimeoutError:
                    connection.close()
                    raise CannotForkError(f"it does not answer; {start.place.log} may say why") from None
                except ConnectionError:
                    told = b""
                except BaseException:
                    connection.close()
                    raise
                if told:
                    answer = unpack(told)
                    return ForkedKernel(answer["pid"], connection, answer.get("exit"))
                connection.close()
        raise CannotForkError(f"it ends when it is asked; {start.place.log} may say why")
