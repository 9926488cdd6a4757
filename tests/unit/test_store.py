"""Generations of a month: which counts, which are kept, back to an earlier one, and readers meanwhile."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from extracts import PERIOD, csv_bytes, pull_project, register_project, summary

from coverage_lib.errors import StoreError
from coverage_lib.intake.history import Switch
from coverage_lib.intake.store import KEPT_GENERATIONS, PeriodStore

TABLE = "participant_summary"


def pull_with(folder: Path, rows: int) -> str:
    register_project(folder, {"a.csv": csv_bytes([summary(n) for n in range(rows)])}, TABLE)
    return pull_project(folder)[1].account.generation


def store_of(folder: Path) -> PeriodStore:
    return PeriodStore(folder / "data" / "store", "demo", PERIOD)


def names(store: PeriodStore) -> list[str]:
    return [stored.account.generation for stored in store.generations()]


def test_generations_are_listed_newest_first_and_the_last_ones_are_kept(tmp_path):
    made = [pull_with(tmp_path, rows) for rows in (1, 2, 3, 4)]
    assert names(store_of(tmp_path)) == made[:0:-1]
    assert len(made) - 1 == KEPT_GENERATIONS
    assert [switch.generation for switch in store_of(tmp_path).history()] == made


def test_rollback_and_the_next_pull(tmp_path):
    first, second = (pull_with(tmp_path, rows) for rows in (1, 2))
    store = store_of(tmp_path)
    day = date(2025, 7, 1)
    made_at = (store.folder / second / "pull.json").stat().st_mtime_ns
    assert store.roll_back(None, day).account.generation == first
    assert store.require_current().account.generation == first
    with pytest.raises(StoreError, match=f"no generation before {first} .* {second}, {first} were"):
        store.roll_back(None, day)
    assert pull_with(tmp_path, 2) == second
    assert store.require_current().account.generation == second
    assert (store.folder / second / "pull.json").stat().st_mtime_ns == made_at, "made again"
    assert [(switch.verb, switch.generation) for switch in store.history()] == [
        ("pull", first), ("pull", second), ("rollback", first), ("pull", second),
    ]  # fmt: skip
    assert store.history()[2] == Switch(day, "rollback", first)


def test_rollback_to_what_is_not_kept_names_what_is(tmp_path):
    made = [pull_with(tmp_path, rows) for rows in (1, 2, 3, 4)]
    with pytest.raises(StoreError) as refused:
        store_of(tmp_path).roll_back(made[0], date(2025, 7, 1))
    assert f"{made[0]} of {PERIOD} is not kept" in str(refused.value)
    assert ", ".join(made[:0:-1]) in str(refused.value)
    assert store_of(tmp_path).require_current().account.generation == made[3]


def test_what_counted_before_a_rollback_is_kept_longest(tmp_path):
    """Kept are those that counted last, not those that were made last."""
    made = [pull_with(tmp_path, rows) for rows in (1, 2, 3)]
    store_of(tmp_path).roll_back(made[0], date(2025, 7, 1))
    latest = pull_with(tmp_path, 4)
    assert set(names(store_of(tmp_path))) == {made[0], made[2], latest}


def test_what_is_being_read_is_not_removed(tmp_path):
    pull_with(tmp_path, 1)
    reading = store_of(tmp_path).require_current()
    for rows in (2, 3, 4, 5, 6):
        pull_with(tmp_path, rows)
    files = reading.files(TABLE)
    assert all(Path(name).is_file() for name in files)
    assert len(names(store_of(tmp_path))) == KEPT_GENERATIONS + 1
    quarantine = tmp_path / "data" / "quarantine" / "demo" / str(PERIOD)
    assert {path.name for path in quarantine.iterdir()} == set(names(store_of(tmp_path)))
    del reading
    pull_with(tmp_path, 7)
    assert not any(Path(name).exists() for name in files)
    assert len(names(store_of(tmp_path))) == KEPT_GENERATIONS


def test_every_folder_down_to_quarantine_is_the_owner_s_alone(tmp_path):
    (tmp_path / "data" / "quarantine").mkdir(parents=True, mode=0o755)
    pull_with(tmp_path, 1)
    for top in ("quarantine", "store"):
        folders = [tmp_path / "data" / top, *(tmp_path / "data" / top).rglob("*")]
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folders if path.is_dir()
                 and path.name != TABLE}  # fmt: skip
        assert modes == {0o700}
