"""A register brought in by several ways, side by side: `python -m benchmarks.pull`.

Every run is a process of its own, from start to end, imports included, on the same file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.process import Used, run_within
from benchmarks.report import write_into

ROOT = Path(__file__).parents[1]
VILLAGES = ROOT / "src/coverage_lib/reference/data/regions/regions_babel.csv"
BEGIN = "<!-- benchmark of the pull: written by make bench-pull -->"
END = "<!-- end of the benchmark of the pull -->"
LABELS = {
    "ours": "Cakupan, within 8 GB",
    "ours_within_2gb": "Cakupan, within 2 GB",
    "bare_copy": "bare copy",
    "pandas_steps": "pandas, the same steps",
}
#: Rows of each file. pandas holds all of them as text: the smaller one shows it where it ends.
ROWS = (("csv", 1_000_000), ("csv", 10_000_000), ("parquet", 10_000_000), ("xlsx", 1_000_000))
HEADING = "| file | rows | way | seconds | CPU seconds | peak memory | rows kept | ours takes of its time |"


@dataclass(frozen=True)
class Run:
    """The median of what the processes of a way took, and how many rows they kept."""

    way: str
    used: Used
    accepted: int


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lines = [HEADING, "|---|---|---|---|---|---|---|---|"]
    for kind, full in ROWS:
        if kind not in options.kinds:
            continue
        rows = round(full * options.share)
        extract = folder / f"register_{rows}.{kind}"
        if not extract.is_file():
            _make(extract, rows)
        found = [_run(way, extract, folder, options) for way in options.ways]
        size = f".{kind}, {extract.stat().st_size / 1e9:.2f} GB | {rows:,}"
        lines.extend(_rows_of_table(size, found))
        if not options.keep:
            extract.unlink()
    text = "\n".join(lines)
    print(text)
    if options.write is not None:
        write_into(options.write, text, BEGIN, END)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = list(dict.fromkeys(kind for kind, _ in ROWS))
    parser.add_argument("--kinds", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--ways", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers of rows")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--limit", type=float, default=20.0, help="GB beyond which a run is ended")
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
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _run(way: str, extract: Path, folder: Path, options: argparse.Namespace) -> Run:
    out, said = folder / "out", folder / "said.json"
    command = [sys.executable, "-m", "benchmarks.pulls", way, str(extract), str(out), str(said)]
    runs = []
    for _ in range(options.runs):
        shutil.rmtree(out, ignore_errors=True)
        runs.append(run_within(command, ROOT, options.limit))
        shutil.rmtree(out, ignore_errors=True)
    used = Used(
        median(run.seconds for run in runs),
        median(run.cpu_seconds for run in runs),
        median(run.peak_mb for run in runs),
        any(run.is_out_of_memory for run in runs),
    )
    accepted = 0 if used.is_out_of_memory else json.loads(said.read_text("utf-8"))["accepted"]
    told = f"{used.seconds:.1f} s, {used.cpu_seconds:.1f} CPU s, {used.peak_mb / 1000:.2f} GB"
    print(f"bench: {extract.name}, {LABELS[way]}: {told}", file=sys.stderr)
    return Run(way, used, accepted)


def _rows_of_table(file: str, runs: Sequence[Run]) -> Iterator[str]:
    own = next((run for run in runs if run.way == "ours"), None)
    for run in runs:
        if run.used.is_out_of_memory:
            yield f"| {file} | {LABELS[run.way]} | not finished: out of memory | | | | |"
            continue
        ratio = "" if own is None or run is own else f"{own.used.seconds / run.used.seconds:.2f} ×"
        yield (
            f"| {file} | {LABELS[run.way]} | {run.used.seconds:.1f} | {run.used.cpu_seconds:.1f} "
            f"| {run.used.peak_mb / 1000:.2f} GB | {run.accepted:,} | {ratio} |"
        )


if __name__ == "__main__":
    sys.exit(main())
