"""A notebook's kernel, stock and warm, side by side: `python -m benchmarks.kernels`.

Stock is what papermill does without the project's kernel: `python3` on the ipc transport. The two
take turns, so that a machine that gets slower does so for both.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from time import perf_counter

import papermill
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from benchmarks.report import write_into

ROOT = Path(__file__).parents[1]
BEGIN = "<!-- benchmark of the kernels: written by make bench-kernels -->"
END = "<!-- end of the benchmark of the kernels -->"
PROMPT_CLIENT = "coverage_lib.kernels.client.PromptKernelClient"
STOCK = ("python3", Config({"KernelManager": {"transport": "ipc"}}))
WARM = ("cakupan", Config({"KernelManager": {"client_class": PROMPT_CLIENT}}))
FIRST = "print(1)"
IMPORTS = "from coverage_lib import briefing_parts, read_measures"
QUIET = ["--log-level=CRITICAL"]


@dataclass(frozen=True)
class Taken:
    """Seconds from the start on, of the stop, of a whole notebook; memory of the kernel alone."""

    first_result: float
    imports_done: float
    stop: float
    notebook: float
    own_megabytes: float


LABELS = {
    "first_result": ("start to the first result, s", 3),
    "imports_done": ("start to what the notebook imports, s", 3),
    "stop": ("stop, s", 3),
    "notebook": ("the whole briefing through papermill, s", 2),
    "own_megabytes": ("memory that is the kernel's own, MB", 0),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="of which the median counts")
    parser.add_argument("--project", type=Path, default=ROOT, help="with the month pulled")
    parser.add_argument("--period", default="2025-06")
    parser.add_argument("--region", default="19")
    parser.add_argument("--write", type=Path, help="document that gets the table")
    options = parser.parse_args(arguments)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with chdir(options.project):
        cold = asyncio.run(_start_and_stop(*WARM))[1]
        asyncio.run(_start_and_stop(*STOCK))
        found: dict[str, list[Taken]] = {"stock": [], "warm": []}
        for _ in range(options.runs):
            for name, (kernel, config) in (("stock", STOCK), ("warm", WARM)):
                first, imports, stop, own = asyncio.run(_start_and_stop(kernel, config))
                notebook = _run_notebook(kernel, config, options)
                found[name].append(Taken(first, imports, stop, notebook, own))
    text = table(found["stock"], found["warm"], cold)
    print(text)
    if options.write is not None:
        write_into(options.write, text, BEGIN, END)
    return 0


def table(stock: Sequence[Taken], warm: Sequence[Taken], cold: float) -> str:
    lines = ["| | stock | warm | warm takes |", "|---|---|---|---|"]
    for field in fields(Taken):
        label, digits = LABELS[field.name]
        one, other = (median(getattr(run, field.name) for run in runs) for runs in (stock, warm))
        lines.append(f"| {label} | {one:.{digits}f} | {other:.{digits}f} | {other / one:.2f} × |")
    lines.append(f"| the first kernel of all, to what the notebook imports, s | | {cold:.2f} | |")
    return "\n".join(lines)


async def _start_and_stop(kernel: str, config: Config) -> tuple[float, float, float, float]:
    manager = AsyncKernelManager(kernel_name=kernel, config=config)
    begun = perf_counter()
    await manager.start_kernel(extra_arguments=QUIET)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    await client.execute_interactive(FIRST, output_hook=_ignore)
    first = perf_counter() - begun
    await client.execute_interactive(IMPORTS, output_hook=_ignore)
    imports = perf_counter() - begun
    assert manager.provisioner is not None
    own = _own_megabytes(manager.provisioner.pid)
    begun = perf_counter()
    await manager.shutdown_kernel()
    stop = perf_counter() - begun
    client.stop_channels()
    return first, imports, stop, own


def _run_notebook(kernel: str, config: Config, options: argparse.Namespace) -> float:
    """As briefing/execute.py does it."""
    with tempfile.TemporaryDirectory() as folder:
        begun = perf_counter()
        papermill.execute_notebook(
            str(ROOT / "notebooks" / "briefing.ipynb"),
            str(Path(folder) / "briefing.ipynb"),
            parameters={"period": options.period, "region": options.region},
            cwd=str(options.project.resolve()),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_name=kernel,
            config=config,
            extra_arguments=QUIET,
        )
        return perf_counter() - begun


def _own_megabytes(pid: int) -> float:
    """What no other process shares."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    lines = (line.split() for line in text.splitlines())
    return sum(int(line[1]) for line in lines if line[0].startswith("Private_")) / 1000


def _ignore(message: object) -> None:
    """Outputs are not looked at."""


if __name__ == "__main__":
    raise SystemExit(main())
