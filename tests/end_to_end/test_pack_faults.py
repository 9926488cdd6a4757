"""Faults while a pack is made: killed, no room, two at once. Readers see the old month or the new one.

Whatever happens, the next run with --resume ends with the very bytes that an undisturbed one gives,
and leaves nothing half made. The run prints at its end how often each fault was tried.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fault_driver import DONE, REFUSED
from fault_trials import Trial, assert_all_killed, line, trials_of


def trials_of_packs(work: Path, kind: str) -> tuple[Trial, list[Trial]]:
    first, trials = trials_of("pack_fault_driver.py", work, kind)
    assert first["aside"] == 1
    assert first["old"] != first["new"]
    return first, trials


def assert_whole(trial: Trial, undisturbed: Trial) -> None:
    """Old or new; then the new one, however the first run ended."""
    assert trial["after"] in (undisturbed["old"], undisturbed["new"])
    assert trial["again"] == DONE
    assert trial["healed"] == undisturbed["new"]
    assert trial["left"] == []


def note(record_property: Any, fault: str, trials: list[Trial], new: str) -> None:
    half = sum(trial["healed"] != new for trial in trials)
    record_property("pack fault", line(fault, len(trials), half))


def test_killed_before_every_change_of_the_file_system(tmp_path, record_property):
    undisturbed, trials = trials_of_packs(tmp_path, "killed")
    whole, *killed = trials
    assert whole["code"] == DONE
    assert_all_killed(killed)
    for trial in trials:
        assert_whole(trial, undisturbed)
    states = {trial["after"] for trial in killed}
    assert states == {undisturbed["old"], undisturbed["new"]}, "before the switch and after it"
    note(record_property, "SIGKILL at each change of a file or folder", killed, undisturbed["new"])


@pytest.mark.parametrize(
    ("kind", "name"),
    [("file-size", "no room: files cut at a size"), ("full-disk", "no room: a full disk")],
)
def test_no_room_to_write(tmp_path, record_property, kind, name):
    """A disk of its own can be mounted by some users only; the limit of file size is everybody's."""
    undisturbed, trials = trials_of_packs(tmp_path, kind)
    if not trials[0].get("mounted", True):
        assert kind == "full-disk"
        record_property("pack fault", line(f"{name} (cannot be mounted here)", 0, 0))
        return
    refused = [trial for trial in trials if trial["code"] == REFUSED]
    assert {trial["code"] for trial in trials} == {REFUSED, DONE}
    assert trials[0]["code"] == REFUSED
    assert trials[-1]["code"] == DONE
    for trial in trials:
        assert_whole(trial, undisturbed)
    assert {trial["after"] for trial in refused} == {undisturbed["old"]}
    note(record_property, name, trials, undisturbed["new"])


def test_two_at_once(tmp_path, record_property):
    undisturbed, trials = trials_of_packs(tmp_path, "two-at-once")
    for trial in trials:
        assert (trial["code"], trial["other"]) == (DONE, DONE)
        assert_whole(trial, undisturbed)
    note(record_property, "two runs of one pack at once", trials, undisturbed["new"])
