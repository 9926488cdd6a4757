"""The benchmark of packs: what it chooses, and how it compares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from projects import ROOT

sys.path.append(str(ROOT))

from benchmarks import pack, process_tree


@pytest.mark.parametrize("number", [1, 4, 20, 50])
def test_villages_come_from_all_parts(number: int) -> None:
    villages, every = pack._regions()
    assert (len(villages), len(every)) == (393, 448)
    chosen = pack._spread(villages, number)
    assert len(set(chosen)) == number
    if number >= 20:
        assert {code[:5] for code in chosen} == {code[:5] for code in villages}


def run(way: str, briefings: int, seconds: float) -> pack.Run:
    return pack.Run(way, briefings, process_tree.UsedByAll(seconds, 2 * seconds, 500.0))


def test_the_table_sets_ours_beside_both_stock_ways() -> None:
    lines = list(
        pack._table([run("stock", 20, 120), run("stock-2", 20, 60), run("ours-2", 50, 15)])
    )
    assert lines[2].endswith("| 20 villages | 120.0 | 10.0 | 12.00 | 0.50 GB |  |  |")
    assert lines[4].endswith("| 50 villages | 15.0 | 200.0 | 0.60 | 0.50 GB | 20.0 × | 10.0 × |")


def test_what_each_further_briefing_took_is_told_between_runs_with_as_many_jobs() -> None:
    runs = [run("ours", 448, 432), run("ours-2", 20, 10), run("ours-2", 50, 22), run("ours", 20, 4)]
    assert list(pack._further(runs))[3:] == [
        "| Cakupan, one job, from 20 to 448 | 1.00 | 2.00 |",
        "| Cakupan, two jobs, from 20 to 50 | 0.40 | 0.80 |",
    ]


def test_what_a_command_detaches_counts_and_ends_with_it(tmp_path: Path) -> None:
    """A process that left its parent, as the warm one does: it is ended, and its memory was seen."""
    code = (
        "import os, time, signal\n"
        "if os.fork() == 0:\n"
        "    os.setsid(); block = bytearray(60_000_000); open('ready', 'w').close(); signal.pause()\n"
        "while not os.path.exists('ready'): os.sched_yield()\n"
        "end = time.process_time() + 0.6\n"
        "while time.process_time() < end: pass\n"
    )
    program = (
        "import sys; from pathlib import Path; from benchmarks.process_tree import run_with_all; "
        "print(run_with_all([sys.executable, '-c', sys.argv[1]], Path(sys.argv[2]), {}).peak_mb)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, code, str(tmp_path)],
        cwd=ROOT, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert float(done.stdout) > 60
