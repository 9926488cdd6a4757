"""One implementation on one folder, in a process of its own: `python -m benchmarks.one_run NAME FOLDER FILE`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.task import task_of


def main(name: str, folder: Path, result: Path) -> None:
    """Write the rows of the marts that the implementation computes to a Parquet file."""
    task = task_of(folder)
    module = importlib.import_module(f"benchmarks.peers.{name}")
    if hasattr(module, "figures"):
        rows = module.figures(task)
    else:
        from benchmarks.figures import figures

        rows = figures(module.compute(task), task)
    rows.to_parquet(result, index=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
