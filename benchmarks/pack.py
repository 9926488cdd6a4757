"""A month's briefings made in several ways, side by side: `python -m benchmarks.pack`.

Same machine, same notebook, same data; every run is a process of its own, from start to end, imports
and the start of the warm process included. The demo month must be pulled and computed before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.process_tree import UsedByAll, run_with_all
from benchmarks.report import write_into

ROOT = Path(__file__).parents[1]
BEGIN = "<!-- benchmark of the pack: written by make bench-pack -->"
END = "<!-- end of the benchmark of the pack -->"
PERIOD = "2025-06"
LABELS = {
    "stock": "stock papermill, nbconvert and Chromium, one after another",
    "stock-2": "the same, two at a time",
    "ours": "Cakupan, one job",
    "ours-2": "Cakupan, two jobs",
}
#: What is run: the way, and how many briefings of villages; None for the whole pack.
RUNS: tuple[tuple[str, int | None], ...] = (
    ("stock", 20), ("stock-2", 20), ("ours", 20), ("ours-2", 20), ("ours-2", 50), ("ours-2", None),
    ("ours", None),
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One way, how many briefings it made, and what that took."""

    way: str
    briefings: int
    used: UsedByAll
    whole: bool = False

    @property
    def a_minute(self) -> float:
        return 60 * self.briefings / self.used.seconds


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    villages, every = _regions()
    runs: list[Run] = []
    for way, asked in RUNS:
        if way not in options.ways or (asked is None and not options.whole):
            continue
        chosen = every if asked is None else _spread(villages, round(asked * options.share))
        used = _run(way, chosen, options.chromium)
        runs.append(Run(way, len(chosen), used, asked is None))
        told = f"{runs[-1].a_minute:.1f} a minute, {used.cpu_seconds / len(chosen):.2f} CPU s each"
        print(f"bench: {LABELS[way]}, {len(chosen)}: {told}", file=sys.stderr)
    text = "\n".join([*_table(runs), *_further(runs)])
    print(text)
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(run) for run in runs], indent=1), "utf-8")
    if options.write is not None:
        write_into(options.write, text, BEGIN, END)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument("--share", type=float, default=1.0, help="of the samples")
    parser.add_argument("--no-whole", dest="whole", action="store_false", help="not all 448")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    parser.add_argument("--json", type=Path, help="file that gets the runs")
    parser.add_argument("--write", type=Path, help="document that gets the table")
    return parser.parse_args(arguments)


def _regions() -> tuple[list[str], list[str]]:
    """The villages of the province, and all its regions."""
    from coverage_lib.reference.regions import LEVELS, load_regions

    regions = load_regions()
    by_level = {level: [one.code for one in regions.at_level(level, "19")] for level in LEVELS}
    return by_level["desa"], [code for level in LEVELS for code in by_level[level]]


def _spread(codes: Sequence[str], number: int) -> list[str]:
    """So many of them, from all parts of the province."""
    return [codes[place * len(codes) // number] for place in range(max(number, 1))]


def _run(way: str, regions: Sequence[str], chromium: str) -> UsedByAll:
    with tempfile.TemporaryDirectory(prefix="pack-") as place:
        # A runtime folder of its own, so that no warm process is there before.
        environment = {
            **os.environ,  # noqa: TID251  what the program finds, but for where it keeps its sockets
            "JUPYTER_RUNTIME_DIR": f"{place}/r",
            "CAKUPAN_PROJECT": str(ROOT),
        }
        name, _, at_once = way.partition("-")
        if name == "stock":
            command = [
                sys.executable, "-m", "benchmarks.packs.stock", "--project", str(ROOT),
                "--out", f"{place}/out", "--period", PERIOD, "--chromium", chromium,
                "--at-once", at_once or "1", *regions,
            ]  # fmt: skip
        else:
            chosen = [word for code in regions for word in ("--region", code)]
            command = [
                str(Path(sys.executable).with_name("cakupan")), "report", "--period", PERIOD,
                "--out", f"{place}/out", "--jobs", at_once or "1", *chosen,
            ]  # fmt: skip
        return run_with_all(command, ROOT, environment)


def _table(runs: Sequence[Run]) -> Iterator[str]:
    """Every run, with how many times as many a minute as each of the stock ways."""
    yield (
        "| way | briefings | seconds | a minute | CPU seconds each | peak memory of all | × stock | "
        "× stock, two at a time |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    peers = [next((run for run in runs if run.way == way), None) for way in ("stock", "stock-2")]
    for run in runs:
        ratios = " | ".join(
            ""
            if peer is None or run.way.startswith("stock")
            else f"{run.a_minute / peer.a_minute:.1f} ×"
            for peer in peers
        )
        what = "all" if run.whole else "villages"
        yield (
            f"| {LABELS[run.way]} | {run.briefings} {what} | {run.used.seconds:.1f} | {run.a_minute:.1f} "
            f"| {run.used.cpu_seconds / run.briefings:.2f} | {run.used.peak_mb / 1000:.2f} GB | {ratios} |"
        )


def _further(runs: Sequence[Run]) -> Iterator[str]:
    """What each further briefing took from one of our runs to the next larger one with as many jobs.

    The start, which every run has once, falls out; a cost that grew with the number would show.
    """
    yield ""
    yield "| each further briefing | seconds | CPU seconds |"
    yield "|---|---|---|"
    for way in ("ours", "ours-2"):
        sizes = sorted((run for run in runs if run.way == way), key=lambda run: run.briefings)
        for less, more in pairwise(sizes):
            further = more.briefings - less.briefings
            seconds = (more.used.seconds - less.used.seconds) / further
            cpu_seconds = (more.used.cpu_seconds - less.used.cpu_seconds) / further
            what = f"{LABELS[way]}, from {less.briefings} to {more.briefings}"
            yield f"| {what} | {seconds:.2f} | {cpu_seconds:.2f} |"


if __name__ == "__main__":
    sys.exit(main())
