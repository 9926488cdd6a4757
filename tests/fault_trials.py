"""What a fault driver tells of its trials, and the line of the summary on a fault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fault_driver import KILLED

Trial = dict[str, Any]


def trials_of(driver: str, work: Path, kind: str) -> tuple[Trial, list[Trial]]:
    """What the undisturbed way gives, and all trials of a kind."""
    program = Path(__file__).with_name(driver)
    done = subprocess.run(
        [sys.executable, str(program), str(work), kind], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "unexpected" not in done.stderr, done.stderr
    first, *others = [json.loads(line) for line in done.stdout.splitlines()]
    return first, others


def assert_all_killed(killed: list[Trial]) -> None:
    """At enough moments; and a real SIGKILL leaves what a pull that stands still there has left."""
    assert [trial["code"] for trial in killed] == [KILLED] * len(killed)
    assert all(trial["same"] for trial in killed), "a SIGKILL leaves something else"
    assert len(killed) > 25, "too few moments: the driver no longer sees what is written"


def line(fault: str, tried: int, bad: int) -> str:
    return f"{fault:44} {tried:>5} {bad:>16}"
