"""Real kernels, warm and stock, started as Jupyter's programs start them."""

from __future__ import annotations

import ast
import json
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from coverage_lib.kernels.install import kernel_specification

#: As whoever runs the tests has it: Jupyter's programs take it over, and so do kernels.
HERE = dict(os.environ)  # noqa: TID251
#: What these kernels have imported: enough to have state that could leak, and quick.
LIGHT = ("numpy.random", "matplotlib.pyplot", "duckdb")


@dataclass(frozen=True)
class Kernels:
    """A folder of kernel specifications, of which `light` is a warm kernel and `stock` is not."""

    folder: Path

    def specify(self, name: str, *, warm: bool = True, **config: Any) -> None:
        """Add a specification; `config` goes to the provisioner."""
        told = kernel_specification()
        provisioner = told["metadata"].pop("kernel_provisioner")
        if warm:
            provisioner["config"] = {"linger": 5.0, **config}
            told["metadata"]["kernel_provisioner"] = provisioner
        target = self.folder / "kernels" / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "kernel.json").write_text(json.dumps(told), encoding="utf-8")

    def manager(self, name: str = "light") -> KernelManager:
        found = KernelSpecManager(kernel_dirs=[str(self.folder / "kernels")])
        return KernelManager(kernel_name=name, kernel_spec_manager=found)

    @contextmanager
    def running(self, name: str = "light", **options: Any) -> Iterator[Kernel]:
        manager = self.manager(name)
        manager.start_kernel(**options)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield Kernel(manager, client)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()


@dataclass(frozen=True)
class Kernel:
    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str) -> dict[str, Any]:
        """Run a cell; returns the content of the reply, also of one that failed."""
        return self.client.execute(code, reply=True, timeout=60)["content"]

    def value(self, expression: str, after: str = "") -> Any:
        """A literal that the kernel computes, after running a cell."""
        reply = self.client.execute(
            after, user_expressions={"told": expression}, reply=True, timeout=60
        )["content"]
        assert reply["status"] == "ok", reply
        told = reply["user_expressions"]["told"]
        assert told["status"] == "ok", told
        return ast.literal_eval(told["data"]["text/plain"])

    @property
    def pid(self) -> int:
        return self.manager.provisioner.pid

    @property
    def parent(self) -> int:
        return self.value("__import__('os').getppid()")

    def exit_code(self) -> int:
        """Waits for the end, and asks as Jupyter does."""
        return self.manager.provisioner.process.wait(30)


def children(pid: int) -> set[int]:
    """All processes that a process has started and not yet buried."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def open_sockets(pid: int) -> set[str]:
    names = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return {name for name in names if name.startswith("socket:")}


def wait_for_end(handle: int) -> bool:
    """Whether the process behind a handle ends; half a minute is as good as never."""
    return bool(select.select([handle], [], [], 30)[0])


def notebook(path: Path, *cells: str, kernel: str = "light") -> Path:
    from nbformat import v4, write  # noqa: PLC0415

    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    made = v4.new_notebook(
        cells=[v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": spec}
    )
    write(made, path)
    return path


@contextmanager
def own_kernels(folder: Path, runtime: Path) -> Iterator[Kernels]:
    """Specifications and sockets of these tests alone, as all of Jupyter finds them while the block runs."""
    made = Kernels(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        patch.setenv("JUPYTER_PATH", str(made.folder))
        yield made


def environment_for(kernels: Kernels, runtime: Path) -> dict[str, str]:
    """For programs of Jupyter: where the specifications are, and where sockets may be."""
    return {
        **HERE,
        "JUPYTER_PATH": str(kernels.folder),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{HERE['PATH']}",
    }
