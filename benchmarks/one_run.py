"""One implementation on one folder, in a process of its own: `python -m benchmarks.one_run NAME FOLDER FILE`."""

from __future__ import annotations

import errno
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


def _is_out_of_memory(error: Exception) -> bool:
    """Engines with a limit of their own raise what they like, but say it in these words."""
    return isinstance(error, MemoryError) or "out of memory" in str(error).lower()


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except Exception as error:
        if not _is_out_of_memory(error):
            raise
        sys.exit(errno.ENOMEM)
