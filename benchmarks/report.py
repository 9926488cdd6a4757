"""The runs as a Markdown table, and its place in a document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.process import Used

BEGIN = "<!-- benchmark of the indicators: written by make bench-indicators -->"
END = "<!-- end of the benchmark of the indicators -->"
LABELS = {
    "ours": "Cakupan",
    "duckdb_sql": "DuckDB SQL by hand",
    "polars_lazy": "Polars",
    "pandas_frames": "pandas",
}


@dataclass(frozen=True)
class Run:
    """What one process took. `skipped` says why there is none to compare."""

    millions: float
    name: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    skipped: str = ""


def middle(millions: float, name: str, used: Sequence[Used]) -> Run:
    """The medians of what several runs of one implementation and size took."""
    values = ((one.seconds, one.cpu_seconds, one.peak_mb) for one in used)
    return Run(millions, name, *(median(column) for column in zip(*values, strict=True)))


def read_runs(file: Path) -> list[Run]:
    """The runs of earlier times, none where there is no file yet."""
    if not file.is_file():
        return []
    return [Run(**run) for run in json.loads(file.read_text(encoding="utf-8"))]


def write_runs(file: Path, runs: Sequence[Run]) -> None:
    file.write_text(json.dumps([asdict(run) for run in runs], indent=1), encoding="utf-8")


def replace_runs(earlier: Sequence[Run], new: Sequence[Run]) -> list[Run]:
    """All runs by size, a new one in the place of the earlier one of its size and implementation."""
    found = {(run.millions, run.name): run for run in (*earlier, *new)}
    return sorted(found.values(), key=lambda run: (run.millions, list(LABELS).index(run.name)))


def table(runs: Sequence[Run]) -> str:
    """All sizes and implementations, with how much of the others' time and memory ours takes."""
    lines = [
        "| million persons | implementation | seconds | CPU seconds | peak memory | ours takes of its time | of its memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        same_size = (one for one in runs if one.millions == run.millions)
        own = next((one for one in same_size if one.name == "ours"), None)
        if run.skipped:
            lines.append(f"| {run.millions:g} | {LABELS[run.name]} | {run.skipped} | | | | |")
            continue
        ratios = (
            "| |"
            if own is None or own.skipped or run is own
            else f"{own.seconds / run.seconds:.2f} × | {own.peak_mb / run.peak_mb:.2f} × |"
        )
        lines.append(
            f"| {run.millions:g} | {LABELS[run.name]} | {run.seconds:.1f} | {run.cpu_seconds:.1f} "
            f"| {run.peak_mb / 1000:.2f} GB | {ratios}"
        )
    return "\n".join(lines)


def write_into(document: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Put a text between the two markers of a document. Raises ValueError where they are missing."""
    before, found, rest = document.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{document}: the lines {begin} and {end} were expected.")
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
