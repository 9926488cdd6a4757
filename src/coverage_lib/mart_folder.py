"""The folders of marts in a generation of the store, one a state of code, rules and libraries.

    <generation>/mart-<version>/measures.parquet, reconciliation.parquet
    <generation>/.mart.lock                  held by the one run that computes

A mart is whole or not there: it is built under a name with a dot, brought to the disk, renamed. Who
reads one holds it; the next run that computes another lets go of all that nobody holds.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from coverage_lib.intake.durable import sync_folder, sync_tree
from coverage_lib.intake.holding import Hold, move_unless_held

MEASURES, RECONCILIATION = "measures.parquet", "reconciliation.parquet"
#: What has a say in figures besides our own code, whichever engine computes them. A test compares it
#: with the imports.
LIBRARIES = (
    "duckdb",
    "highspy",
    "ibis-framework",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "sqlglot",
    "statsmodels",
)
_PREFIX, _REMOVED = "mart-", ".removed-"


def library_versions() -> str:
    """Python and the libraries that figures are computed with, a line each."""
    return "\n".join(
        [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)]
    )


def mart_folder(generation: Path, mart_version: str) -> Path:
    """Where the mart of a version lies, or will lie."""
    return generation / f"{_PREFIX}{mart_version}"


def hold_mart(folder: Path) -> Hold | None:
    """A hold on a mart, which stays while it lives; None where there is no whole one."""
    try:
        hold = Hold(folder / MEASURES)
    except FileNotFoundError:
        return None
    # It may have been let go of while the lock was waited for.
    return hold if (folder / MEASURES).is_file() else None


@contextmanager
def computing_alone(generation: Path) -> Iterator[None]:
    """One run at a time computes marts of a generation; what a killed one left is cleared first."""
    with FileLock(generation / ".mart.lock"):
        for pattern in (f".{_PREFIX}*-*", f"{_REMOVED}{_PREFIX}*"):
            for left in generation.glob(pattern):
                shutil.rmtree(left)
        yield


@contextmanager
def building_mart(folder: Path) -> Iterator[Path]:
    """A folder to write a mart into, which takes its place at the end; only while `computing_alone`.

    Nothing takes its place where the block raises.
    """
    building = folder.with_name(f".{folder.name}-{os.getpid()}")
    building.mkdir()
    try:
        yield building
        sync_tree(building)
        if folder.exists():  # no whole one: nobody could have held it
            shutil.rmtree(folder)
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    sync_folder(folder.parent)


def let_go_of_others(folder: Path) -> None:
    """Remove all other marts of the generation that nobody holds; only while `computing_alone`."""
    for other in sorted(folder.parent.glob(f"{_PREFIX}*")):
        removed = other.with_name(f"{_REMOVED}{other.name}")
        if other != folder and move_unless_held(other / MEASURES, other, removed):
            shutil.rmtree(removed)
