"""Faults while a pull runs: killed, no room, a file that changes. No row is lost, none comes twice.

Whatever happens, a reader finds the old state or the new one, whole; the next pull of the same
files gives the very generation that an undisturbed pull gives, and leaves nothing half made.
The run prints at its end how often each fault was tried.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from extracts import csv_bytes, member, pull_project, register_project
from fault_driver import DONE, REFUSED, left_behind, state
from fault_trials import Trial, assert_all_killed, line, trials_of

from coverage_lib.errors import SourceError
from coverage_lib.intake import writing

DRIVER = "fault_driver.py"


def assert_nothing_lost(trial: Trial, undisturbed: Trial) -> None:
    """Old or new, whole; then the new one, however the first pull ended."""
    assert trial["after"] in (trial["before"], undisturbed)
    assert trial["again"] == DONE
    assert trial["healed"] == undisturbed
    assert trial["left_at_last"] == []
    assert trial["history"][-1] == undisturbed["generation"]
    assert len(set(trial["history"])) == len(trial["history"]), "a switch was noted twice"


def lost(trials: list[Trial], undisturbed: Trial) -> int:
    return sum(
        abs(undisturbed[rows] - trial["healed"][rows])
        for trial in trials
        for rows in ("rows", "rejected")
    )


def note(record_property: Any, fault: str, trials: list[Trial], rows: int) -> None:
    record_property("fault", line(fault, len(trials), rows))


def test_killed_before_every_change_of_the_file_system(tmp_path, record_property):
    undisturbed, trials = trials_of(DRIVER, tmp_path, "killed")
    whole, *killed = trials
    assert whole["code"] == DONE
    assert_all_killed(killed)
    for trial in trials:
        assert_nothing_lost(trial, undisturbed)
    states = {trial["after"]["generation"] for trial in killed}
    assert len(states) == 2, "killed before the switch and after it"
    note(record_property, "SIGKILL at each change of a file or folder", killed,
         lost(killed, undisturbed))  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"),
    [("file-size", "no room: files cut at a size"), ("full-disk", "no room: a full disk")],
)
def test_no_room_to_write(tmp_path, record_property, kind, name):
    """A disk of its own can be mounted by some users only; the limit of file size is everybody's."""
    undisturbed, trials = trials_of(DRIVER, tmp_path, kind)
    if not trials[0].get("mounted", True):
        assert kind == "full-disk"
        record_property("fault", line(f"{name} (cannot be mounted here)", 0, 0))
        return
    *refused, last = trials
    assert {trial["code"] for trial in trials} == {REFUSED, DONE}
    assert refused[0]["code"] == REFUSED
    assert last["code"] == DONE
    for trial in trials:
        assert_nothing_lost(trial, undisturbed)
        if trial["code"] == REFUSED:
            assert trial["after"] in (trial["before"], undisturbed)
    note(record_property, name, trials, lost(trials, undisturbed))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_at_a_line(path: Path) -> None:
    """What is left is a good file: only that it changed tells it from the whole one."""
    lines = path.read_bytes().splitlines(keepends=True)
    os.truncate(path, sum(map(len, lines[:4])))


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(csv_bytes([member(700)]).splitlines(keepends=True)[1])


def replace_alike(path: Path) -> None:
    """The same size and the same time of change, another content."""
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"ORANG CONTOH 3", b"ORANG CONTOH 4"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = (cut, cut_at_a_line, grow, replace_alike, Path.unlink)


@pytest.mark.parametrize("moment", ["before it is read", "after it is read"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_file_that_changes_while_it_is_read(
    tmp_path, monkeypatch, record_property, change, moment
):
    """The reading itself is the real one; the file changes just before it, or just after."""
    register_project(tmp_path, {"a.csv": csv_bytes([member(n) for n in range(9)])})
    pull_project(tmp_path)
    before = state(tmp_path)
    register_project(tmp_path, {"a.csv": csv_bytes([member(n) for n in range(10)])})
    path = next(tmp_path.glob("data/incoming/*/a.csv"))
    really_read = writing.read_extract

    def read_while_it_changes(*given):
        if moment == "before it is read":
            change(path)
            return really_read(*given)
        raw = really_read(*given)
        change(path)
        return raw

    monkeypatch.setattr(writing, "read_extract", read_while_it_changes)
    with pytest.raises(SourceError, match=r"a\.csv changed while it was read"):
        pull_project(tmp_path)
    assert state(tmp_path) == before
    assert left_behind(tmp_path) == []
    record_property("fault", line(f"a file: {change.__name__}, {moment}", 1, 0))


def test_a_line_of_history_that_a_crash_cut_short_is_added_again(tmp_path):
    """The pointer moves first; where its line is missing or torn the next pull writes it."""
    register_project(tmp_path, {"a.csv": csv_bytes([member(1)])})
    _, stored, _ = pull_project(tmp_path)
    history = stored.folder.parent / "history"
    whole = history.read_text()
    for kept in (0, 5, len(whole) - 2):
        history.write_text(whole[:kept])
        pull_project(tmp_path)
        assert history.read_text().endswith(whole)
        assert history.read_text().count(whole) == 1
