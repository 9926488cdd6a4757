"""Warm kernels in Jupyter's own programs: nbclient, papermill, the server of JupyterLab.

All processes here are real.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_kernels import LIGHT, Kernels, environment_for, notebook, own_kernels, wait_for_end
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import websocket_connect

from coverage_lib.kernels.client import PromptKernelClient

pytestmark = pytest.mark.usefixtures("own_event_loop")


@pytest.fixture(scope="module")
def kernels(runtime, tmp_path_factory) -> Iterator[Kernels]:
    with own_kernels(tmp_path_factory.mktemp("jupyter"), runtime) as made:
        made.specify("light", preload=list(LIGHT))
        yield made


def test_nbclient_meets_errors_timeouts_and_dead_kernels(kernels, tmp_path):
    def execute(*cells: str, **options: object) -> nbformat.NotebookNode:
        read = nbformat.read(notebook(tmp_path / "n.ipynb", *cells), as_version=4)
        return NotebookClient(read, **options).execute()

    told = execute("x = 20", "print(x + 1)", "import matplotlib.pyplot as p; p.plot([1]);")
    assert told.cells[1].outputs[0].text == "21\n"
    assert "image/png" in told.cells[2].outputs[0].data
    with pytest.raises(DeadKernelError):
        execute("import os; os._exit(1)")
    with pytest.raises(CellTimeoutError):
        execute("while True: pass", timeout=1)


def test_papermill_on_the_command_line(kernels, runtime, tmp_path):
    source = notebook(
        tmp_path / "in.ipynb",
        "import os, sys",
        "print(os.getppid(), sys.argv[0])",
        kernel="python3",
    )
    subprocess.run(
        ["papermill", "-k", "light", "in.ipynb", "out.ipynb", "--no-progress-bar"],
        cwd=tmp_path,
        env=environment_for(kernels, runtime),
        check=True,
        capture_output=True,
    )
    assert source.exists()
    told = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    parent, program = told.cells[1].outputs[0].text.split()
    with kernels.running() as kernel:
        assert kernel.value("__import__('sys').argv[0]") == program
    assert told.metadata.papermill.exception is None
    assert int(parent) > 1


@pytest.fixture
def jupyter_server(kernels, runtime) -> Iterator[str]:
    """The address of a real server, of which JupyterLab is a page; it needs no token here."""
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
            "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=",
            "--ServerApp.disable_check_xsrf=True", "--ServerApp.use_redirect_file=False",
        ],
        env=environment_for(kernels, runtime),
        cwd=kernels.folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with server:
        for line in server.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found:
                break
        # Nobody reads what it says later; a full pipe would stop it.
        threading.Thread(target=server.stderr.read, daemon=True).start()
        # It tells its address just before it listens there.
        port = int(found[0].rstrip("/").rpartition(":")[2])
        while server.poll() is None:
            with contextlib.suppress(ConnectionRefusedError):
                create_connection(("127.0.0.1", port)).close()
                break
        yield found[0]
        server.terminate()


async def run_through_server(address: str) -> dict[str, object]:
    """What a page of JupyterLab does: start, execute, interrupt, restart, delete."""
    browser = AsyncHTTPClient()

    async def ask(path: str, method: str = "POST", **content: object) -> dict[str, object]:
        body = json.dumps(content) if method == "POST" else None
        reply = await browser.fetch(f"{address}api/{path}", method=method, body=body)
        return json.loads(reply.body) if reply.body else {}

    async def hear(socket, kind: str, code: str) -> dict[str, object]:
        """The next message of the kind about this code; others may come of what ran before."""
        while True:
            message = json.loads(await socket.read_message())
            if message["msg_type"] == kind and message["parent_header"].get("msg_id") == code:
                return message["content"]

    told: dict[str, object] = {}
    kernel = (await ask("kernels", name="light"))["id"]
    for name in ("first", "again"):
        socket = await websocket_connect(
            f"{address.replace('http', 'ws')}api/kernels/{kernel}/channels"
        )

        async def execute(code: str, socket=socket) -> None:
            header = {"msg_id": code, "msg_type": "execute_request", "session": "s", "username": ""}
            content = {"code": code, "silent": False}
            message = {"channel": "shell", "header": header, "parent_header": {}}
            await socket.write_message(
                json.dumps({**message, "metadata": {}, "content": content, "buffers": []})
            )

        # One text, since what is printed in parts may arrive in parts.
        asks = (
            "import os; print(f\"{os.getpid()} {os.getppid()} {os.environ.get('JPY_PARENT_PID')}\")"
        )
        await execute(asks)
        told[name] = (await hear(socket, "stream", asks))["text"].split()
        runs_on = "print('begun', flush=True)\nwhile True: pass"
        await execute(runs_on)
        await hear(socket, "stream", runs_on)
        await ask(f"kernels/{kernel}/interrupt")
        told[f"{name} interrupted"] = (await hear(socket, "error", runs_on))["ename"]
        socket.close()
        if name == "first":
            await ask(f"kernels/{kernel}/restart")
    handle = os.pidfd_open(int(told["again"][0]))
    await ask(f"kernels/{kernel}", method="DELETE")
    told["ended"] = wait_for_end(handle)
    os.close(handle)
    told["left"] = await ask("kernels", method="GET")
    return told


def test_the_server_of_jupyterlab(jupyter_server):
    told = asyncio.run(run_through_server(jupyter_server))
    assert told["first interrupted"] == told["again interrupted"] == "KeyboardInterrupt"
    (first, parent, client), (again, same_parent, same_client) = told["first"], told["again"]
    assert first != again
    assert parent == same_parent != client == same_client, "forked, not started by the server"
    assert told["ended"]
    assert told["left"] == []


class SlowClient(PromptKernelClient):
    """Lets the kernel begin once it was asked twice."""

    begin: Path
    asked = 0

    def kernel_info(self, *given: object, **more: object) -> str:
        self.asked += 1
        if self.asked == 2:
            self.begin.write_text("now\n")
        return super().kernel_info(*given, **more)


def test_a_kernel_that_is_slow_to_answer_is_waited_for(kernels, tmp_path):
    """Its answers come one after another, each to an earlier question than the latest."""
    held = tmp_path / "held"
    os.mkfifo(held)
    kernels.specify("slow", warm=False)
    specification = kernels.folder / "kernels" / "slow" / "kernel.json"
    told = json.loads(specification.read_text())
    told["argv"] = ["sh", "-c", f'read _ < {held} && exec "$@"', "sh", *told["argv"]]
    specification.write_text(json.dumps(told))

    async def first_answer() -> int:
        found = kernels.manager("slow").kernel_spec_manager
        manager = AsyncKernelManager(kernel_name="slow", kernel_spec_manager=found)
        await manager.start_kernel()
        client = SlowClient(**manager.get_connection_info(session=True), parent=manager)
        client.begin = held
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=30)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
        return client.asked

    assert asyncio.run(first_answer()) >= 2
