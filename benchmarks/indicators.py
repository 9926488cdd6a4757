"""The marts of one month by four implementations, side by side: `python -m benchmarks.indicators`.

Every run is a process of its own, from start to end, imports included. This one stays small, for
Linux counts the memory of whoever starts a process in the peak of that process.
"""

from __future__ import annotations

import argparse
import math
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.process import Used, run_within
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
PANDAS_TO_MILLIONS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    earlier = folder / "runs.json"
    runs = read_runs(earlier)
    for millions in options.millions:
        out = folder / f"{millions:g}"
        try:
            tables = _make_tables(out, millions)
            runs = replace_runs(runs, _runs_of(tables, millions, options))
            write_runs(earlier, runs)
        except subprocess.CalledProcessError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
        finally:
            if not options.keep:
                shutil.rmtree(out, ignore_errors=True)
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
        "--repeated-to", type=float, default=4, help="millions above which each runs once"
    )
    parser.add_argument(
        "--limit", type=float, default=20, help="GB of memory at which a run is ended"
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


def _make_tables(out: Path, millions: float) -> Path:
    scale = millions * 1_000_000 / PERSONS_AT_SCALE_1
    command = [sys.executable, "-c", "from coverage_lib.cli import main; main()", "demo"]
    demo = ["--form", "tables", "--period", PERIOD, "--months", "2", "--scale", f"{scale:.4f}"]
    used = run_within([*command, *demo, "--out", str(out)], ROOT, math.inf)
    if used.is_out_of_memory:
        raise subprocess.CalledProcessError(-signal.SIGKILL, command)
    print(f"bench: tables of {millions:g} million persons: {_told(used)}", file=sys.stderr)
    return out / PERIOD


def _runs_of(tables: Path, millions: float, options: argparse.Namespace) -> list[Run]:
    """The implementations in turns, so that a machine that gets slower does so for all."""
    results = tables.parent / "results"
    results.mkdir(exist_ok=True)
    rounds = options.runs if millions <= options.repeated_to else 1
    left_out: dict[str, str] = {}
    if millions > PANDAS_TO_MILLIONS:
        left_out["pandas_frames"] = "not run: its frames would not fit into memory"
    found: dict[str, list[Used]] = {name: [] for name in options.only}
    for _ in range(rounds):
        for name in options.only:
            if name in left_out:
                continue
            command = [sys.executable, "-m", "benchmarks.one_run", name, str(tables)]
            command.append(str(results / f"{name}.parquet"))
            used = run_within(command, ROOT, options.limit)
            print(f"bench: {millions:g} million, {LABELS[name]}: {_told(used)}", file=sys.stderr)
            if used.is_out_of_memory:
                left_out[name] = f"not finished: out of memory ({options.limit:g} GB)"
            found[name].append(used)
    files = [str(results / f"{name}.parquet") for name in options.only if name not in left_out]
    if len(files) > 1:
        subprocess.run([sys.executable, "-m", "benchmarks.agreement", *files], cwd=ROOT, check=True)
    return [
        Run(millions, name, skipped=left_out[name])
        if name in left_out
        else middle(millions, name, found[name])
        for name in options.only
    ]


def _told(used: Used) -> str:
    took = f"{used.seconds:.1f} s, {used.cpu_seconds:.1f} CPU s, {used.peak_mb / 1000:.2f} GB"
    return f"{took}, ended: out of memory" if used.is_out_of_memory else took


if __name__ == "__main__":
    sys.exit(main())
