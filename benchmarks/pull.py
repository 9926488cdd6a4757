"""A register brought in by three ways, side by side: `python -m benchmarks.pull`.

Every run is a process of its own, from start to end, imports included, on the same file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.report import write_into

ROOT = Path(__file__).parents[1]
VILLAGES = ROOT / "src/coverage_lib/reference/data/regions/regions_babel.csv"
BEGIN = "<!-- benchmark of the pull: written by make bench-pull -->"
END = "<!-- end of the benchmark of the pull -->"
LABELS = {"ours": "Cakupan", "bare_copy": "bare copy", "pandas_steps": "pandas, the same steps"}
ROWS = {"csv": 10_000_000, "parquet": 10_000_000, "xlsx": 1_000_000}


@dataclass(frozen=True)
class Run:
    """What one process took, and what it said of the rows."""

    way: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    received: int
    accepted: int


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "| file | rows | way | seconds | CPU seconds | peak memory | rows kept | ours takes of its time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in options.kinds:
        rows = round(ROWS[kind] * options.share)
        extract = folder / f"register_{rows}.{kind}"
        if not extract.is_file():
            _make(extract, rows)
        size = extract.stat().st_size / 1e9
        found = [_run(way, extract, folder / "out", options.runs) for way in options.ways]
        own = next((run for run in found if run.way == "ours"), None)
        for run in found:
            ratio = "" if own is None or run is own else f"{own.seconds / run.seconds:.2f} ×"
            lines.append(
                f"| .{kind}, {size:.2f} GB | {rows:,} | {LABELS[run.way]} | {run.seconds:.1f} "
                f"| {run.cpu_seconds:.1f} | {run.peak_mb / 1000:.2f} GB | {run.accepted:,} | {ratio} |"
            )
        if not options.keep:
            extract.unlink()
    text = "\n".join(lines)
    print(text)
    if options.write is not None:
        write_into(options.write, text, BEGIN, END)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--ways", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers of rows")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "bench")
    parser.add_argument("--keep", action="store_true", help="leave the files for the next time")
    parser.add_argument("--write", type=Path, help="document that gets the table")
    return parser.parse_args(arguments)


def _make(extract: Path, rows: int) -> None:
    """In a process of its own: what it needed is not counted in the peaks of those that follow."""
    code = (
        "import sys; from pathlib import Path; from benchmarks.register_rows import write_register; "
        "write_register(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code, str(extract), str(rows), str(VILLAGES)]
    subprocess.run(command, cwd=ROOT, check=True)


def _run(way: str, extract: Path, out: Path, repeats: int) -> Run:
    runs = []
    for _ in range(repeats):
        shutil.rmtree(out, ignore_errors=True)
        runs.append(_measured(way, extract, out))
        shutil.rmtree(out)
    middle = Run(
        way,
        median(run.seconds for run in runs),
        median(run.cpu_seconds for run in runs),
        median(run.peak_mb for run in runs),
        runs[0].received,
        runs[0].accepted,
    )
    told = f"{middle.seconds:.1f} s, {middle.cpu_seconds:.1f} CPU s, {middle.peak_mb / 1000:.2f} GB"
    print(f"bench: {extract.name}, {LABELS[way]}: {told}", file=sys.stderr)
    return middle


def _measured(way: str, extract: Path, out: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.pulls", way, str(extract), str(out)]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        said = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    outcome = json.loads(said)
    return Run(
        way,
        seconds,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * 1024 / 1e6,
        outcome["received"],
        outcome["accepted"],
    )


if __name__ == "__main__":
    sys.exit(main())
