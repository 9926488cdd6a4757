"""Personal data older than it may be kept: what goes, what stays."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from extracts import (
    PERIOD,
    PULLED_ON,
    copy_project,
    csv_bytes,
    member,
    pull_project,
    register_project,
)
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.errors import UsageError
from coverage_lib.intake.retention import clear_left_behind, day_of_age, old_files, remove_files

TODAY = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("age", "today", "day"),
    [
        ("1d", "2025-03-01", "2025-02-28"),
        ("400d", "2025-12-31", "2024-11-26"),
        ("13m", "2025-12-31", "2024-11-30"),
        ("12m", "2024-02-29", "2023-02-28"),
        ("1m", "2025-07-15", "2025-06-15"),
    ],
)
def test_the_day_before_which_a_file_is_too_old(age, today, day):
    assert day_of_age(age, date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize("age", ["", "13", "0d", "-1d", "1y", "1.5m", "13 m"])
def test_another_age_is_refused(age):
    with pytest.raises(UsageError, match="400d or 13m"):
        day_of_age(age, TODAY)


def written(path: Path, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 12).timestamp()  # noqa: DTZ001
    os.utime(path, (at, at))


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pulled")
    bad = member(2, NIK="19710")
    register_project(folder, {"a.csv": csv_bytes([member(1), bad])})
    pull_project(folder)
    return folder


@pytest.fixture
def project(pulled, tmp_path, monkeypatch):
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    return copy_project(pulled, tmp_path)


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("incoming", [False, True])
def test_only_what_is_older_goes(project, incoming):
    settings, stored, _ = pull_project(project)
    (rows,) = (project / "data" / "quarantine").rglob("*.parquet")
    extract = project / "data" / "incoming" / str(PERIOD) / "a.csv"
    written(rows, PULLED_ON)
    store = files_below(project / "data" / "store")
    assert old_files(settings, PULLED_ON, incoming=incoming) == []
    found = old_files(settings, PULLED_ON + timedelta(days=1), incoming=incoming)
    assert found == [rows, extract, sidecar_of(extract)][: 1 + 2 * incoming]
    remove_files(found, settings)
    assert not rows.exists()
    assert not rows.parent.exists(), "an empty folder is left"
    assert extract.exists() != incoming
    assert files_below(project / "data" / "store") == store
    assert stored.account.tables[0].rejected == 1


def sidecar_of(extract: Path) -> Path:
    return extract.with_name(f"{extract.name}.source.yml")


@pytest.mark.parametrize("came_in", [True, False])
def test_an_extract_is_as_old_as_its_arrival_and_takes_along_what_describes_it(project, came_in):
    """Written long before it came in, or long after; one that never came in goes by its own day."""
    settings, _, _ = pull_project(project)
    extract = project / "data" / "incoming" / str(PERIOD) / ("a.csv" if came_in else "b.csv")
    extract.touch()
    sidecar_of(extract).touch()
    (came, never) = (PULLED_ON, date(2020, 1, 1))
    written(extract, date(2020, 1, 1))
    written(sidecar_of(extract), date(2025, 12, 1))
    (before,) = [day for day, so in ((came, True), (never, False)) if so == came_in]
    of_extract = {extract, sidecar_of(extract)}
    assert not of_extract & set(old_files(settings, before, incoming=True))
    assert of_extract <= set(old_files(settings, before + timedelta(days=1), incoming=True))


def test_a_dry_run_lists_and_removes_nothing(project):
    (rows,) = (project / "data" / "quarantine").rglob("*.parquet")
    written(rows, date(2020, 1, 1))
    listed = CliRunner().invoke(cli.app, ["purge", "--older-than", "13m", "--dry-run"]).output
    assert listed.splitlines()[0] == rows.relative_to(project).as_posix()
    assert "1 files" in listed
    assert "would be removed" in listed
    assert rows.exists()
    assert "removed" in CliRunner().invoke(cli.app, ["purge", "--older-than", "13m"]).output
    assert not rows.exists()


def test_what_a_killed_pull_left_goes_whatever_its_age(project):
    settings, stored, _ = pull_project(project)
    month = stored.folder.parent
    spilled = month / ".building-0123" / ".spill" / "persons.tmp"
    rejected = (
        project / "data" / "quarantine" / "demo" / str(PERIOD) / ".building-0123" / "x.parquet"
    )
    fetched, probed = month / ".fetched" / "0" / "rows.csv", month / ".probing" / "0" / "x.csv"
    in_use, forgotten = month / ".spill-reading", month / ".spill-killed"
    for path in (spilled, rejected, fetched, probed, in_use / "x", forgotten / "x"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"personal data")
    written(forgotten, date(2020, 1, 1))
    assert clear_left_behind(settings, date(2025, 1, 1)) == []
    assert not spilled.parent.parent.exists()
    assert not rejected.parent.exists()
    assert not fetched.parent.parent.exists()
    assert not probed.parent.parent.exists()
    assert not forgotten.exists()
    assert in_use.exists()
    assert stored.folder.is_dir()
