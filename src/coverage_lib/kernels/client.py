"""A client that works as soon as the kernel answers: an option of Jupyter's kernel manager.

`KernelManager.client_class` names it. Jupyter's own client reads on until nothing has come for
0.2 seconds, so that a program that takes any message for its own does not meet an old one;
nbclient and papermill look whose answer a message is, and gain the 0.2 seconds.
"""

from __future__ import annotations

import asyncio
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient

#: How long a first answer may take before the question is put again.
_SECONDS_TO_ASK_AGAIN = 1.0


class PromptKernelClient(AsyncKernelClient):
    """Jupyter's asynchronous client in all but the wait for a kernel that has answered."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  Jupyter's
        """Return when kernel and outputs are connected.

        Raises RuntimeError where the kernel has died, or does not answer within `timeout` seconds.
        """
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        asked: set[str] = set()
        while not await self._answers(asked):
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if deadline is not None and loop.time() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answers(self, asked: set[str]) -> bool:
        """Ask once more; whether one of the questions is answered, and traces are seen where outputs will come.

        The answers of a kernel that is slow to start come one after another, each to an earlier question.
        """
        asked.add(self.kernel_info())
        try:
            reply = await self.get_shell_msg(timeout=_SECONDS_TO_ASK_AGAIN)
            await self.get_iopub_msg(timeout=_SECONDS_TO_ASK_AGAIN)
        except Empty:
            return False
        return bool(reply["parent_header"].get("msg_id") in asked)
