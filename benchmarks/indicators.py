"""The marts of one month by four implementations, side by side: `python -m benchmarks.indicators`.

Every run is a process of its own, from start to end, imports included. This one stays small, for
Linux counts the memory of whoever starts a process in the peak of that process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import (
    LABELS,
    Run,
    middle,
    read_runs,
    replace_runs,
    table,
    write_into,
    write_runs,
)

ROOT = Path(__file__).parents[1]
PERIOD = "2025-08"  # its registers and the ones before are of the first of a month
# Distinct persons of the two registers of that period at --scale 1; more only multiplies them.
PERSONS_AT_SCALE_1 = 193_748
REPEATED_TO_MILLIONS = 10
PANDAS_TO_MILLIONS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    earlier = folder / "runs.json"
    runs = read_runs(earlier)
    for millions in options.millions:
        tables = _make_tables(folder, millions)
        try:
            runs = replace_runs(runs, _runs_of(tables, millions, options))
            write_runs(earlier, runs)
        except subprocess.CalledProcessError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
        finally:
            if not options.keep:
                shutil.rmtree(tables.parent)
    text = table(runs)
    print(text)
    if options.write is not None:
        write_into(options.write, text)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--millions", type=float, nargs="+", default=[1, 4, 10, 40], help="sizes of the register"
    )
    parser.add_argument(
        "--runs", type=int, default=3, help="runs of each, of which the median counts"
    )
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="for the tables"
    )
    parser.add_argument("--keep", action="store_true", help="leave the tables for the next time")
    parser.add_argument(
        "--write", type=Path, help="document that gets the table between its markers"
    )
    parser.add_argument(
        "--only", nargs="+", choices=list(LABELS), default=list(LABELS), help="implementations"
    )
    return parser.parse_args(arguments)


def _make_tables(folder: Path, millions: float) -> Path:
    out = folder / f"{millions:g}"
    scale = millions * 1_000_000 / PERSONS_AT_SCALE_1
    command = [sys.executable, "-c", "from coverage_lib.cli import main; main()", "demo"]
    options = ["--form", "tables", "--period", PERIOD, "--months", "2", "--scale", f"{scale:.4f}"]
    run = _measured([*command, *options, "--out", str(out)], millions, "tables")
    print(f"bench: tables of {millions:g} million persons: {_told(run)}", file=sys.stderr)
    return out / PERIOD


def _runs_of(tables: Path, millions: float, options: argparse.Namespace) -> list[Run]:
    results = tables.parent / "results"
    results.mkdir(exist_ok=True)
    repeats = options.runs if millions <= REPEATED_TO_MILLIONS else 1
    found: list[Run] = []
    for name in options.only:
        if name == "pandas_frames" and millions > PANDAS_TO_MILLIONS:
            reason = "not run: its frames would not fit into memory"
            found.append(Run(millions, name, skipped=reason))
            continue
        command = [sys.executable, "-m", "benchmarks.one_run", name, str(tables)]
        command.append(str(results / f"{name}.parquet"))
        found.append(middle([_measured(command, millions, name) for _ in range(repeats)]))
        print(f"bench: {millions:g} million, {LABELS[name]}: {_told(found[-1])}", file=sys.stderr)
    files = [str(results / f"{run.name}.parquet") for run in found if not run.skipped]
    if len(files) > 1:
        subprocess.run([sys.executable, "-m", "benchmarks.agreement", *files], cwd=ROOT, check=True)
    return found


def _measured(command: list[str], millions: float, name: str) -> Run:
    """Run a process to its end. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(millions, name, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def _told(run: Run) -> str:
    return f"{run.seconds:.1f} s, {run.cpu_seconds:.1f} CPU s, {run.peak_mb / 1000:.2f} GB"


if __name__ == "__main__":
    sys.exit(main())
