"""`cakupan` in a process of its own, without the second that its imports take every time.

A server that holds the imported modules, and has done nothing with them, is copied for every
run. The copy gets the environment, the folder and the two streams that the program itself would.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess

#: What the verbs import; drawing is left to the kernels, which are started anew.
_MODULES = (
    "coverage_lib.cli",
    "typer._adapters",
    "coverage_lib.demo",
    "coverage_lib.intake.pull",
    "coverage_lib.marts",
    "coverage_lib.present.listing",
    "coverage_lib.release.pack",
    "ibis.backends.duckdb",
    "pyarrow.dataset",
    "statsmodels.regression.linear_model",
)
_processes = get_context("forkserver")
_processes.set_forkserver_preload([*_MODULES])


def run_copied(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as streams:
        told = [Path(streams) / name for name in ("output", "errors")]
        process = _processes.Process(
            target=_become_command, args=(tuple(arguments), dict(environment), folder, told)
        )
        process.start()
        process.join()
        output, errors = (path.read_text(encoding="utf-8") for path in told)
        assert process.exitcode is not None
        done = CompletedProcess(["cakupan", *arguments], process.exitcode, output, errors)
        process.close()
    return done


def _become_command(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, told: Sequence[Path]
) -> None:
    for stream, path in zip((sys.stdout, sys.stderr), told, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
        stream.reconfigure(encoding="utf-8")
    os.environ.clear()  # noqa: TID251  as the program finds it
    os.environ.update(environment)  # noqa: TID251
    os.chdir(folder)
    sys.argv = ["cakupan", *arguments]
    # As in the tests themselves: what the modules hold stays, and little else is in cycles.
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    from coverage_lib.cli import main  # noqa: PLC0415

    main()
