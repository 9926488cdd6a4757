"""The month's end in one verb, as a scheduler starts it: twice, beside another, and stopped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from extracts import KEY_TEXT, PERIOD, csv_bytes, member, register_project
from filelock import FileLock
from packs import seen, write_notebook
from projects import Project

ASKED = ("--notebook", "uji", "--level", "provinsi", "--level", "kabupaten")


@pytest.fixture(scope="module")
def tried(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Project, subprocess.CompletedProcess[str]]:
    """A register of some rows with which one month was made, and what was told."""
    folder = tmp_path_factory.mktemp("month")
    rows = [member(number) for number in range(40)]
    register_project(folder, {"a.csv": csv_bytes(rows)})
    write_notebook(folder)
    project = Project(folder, folder)
    return project, month(project)


@pytest.fixture
def project(tried: tuple[Project, subprocess.CompletedProcess[str]], tmp_path: Path) -> Project:
    shutil.copytree(tried[0].folder, tmp_path / "copy", symlinks=True)
    return Project(tmp_path / "copy", tried[0].home)


def month(project: Project, *more: str) -> subprocess.CompletedProcess[str]:
    return project.run("month", "--period", str(PERIOD), *ASKED, *more, key=KEY_TEXT)


def test_all_of_it_and_the_second_time_nothing(
    tried: tuple[Project, subprocess.CompletedProcess[str]], project: Project
) -> None:
    first = tried[1]
    assert first.returncode == 0, first.stderr
    assert "participants         received        40 = accepted        40" in first.stdout
    assert "check: nothing to tell" in first.stderr
    assert "8 briefings in reports/2025-06 (8 made now, 0 were there)" in first.stdout
    before = seen(project.folder)
    assert len(before) == 17
    again = month(project)
    assert again.returncode == 0, again.stderr
    assert "nothing changed since the last pull" in again.stdout
    assert "(nothing to do)" in again.stdout
    assert seen(project.folder) == before


def test_a_month_that_is_not_fit_stops_before_its_briefings(project: Project) -> None:
    """More than half of the rows are unusable: the readers keep the month that they have."""
    before = seen(project.folder)
    extract = project.folder / "data" / "incoming" / str(PERIOD) / "b.csv"
    wrong = [member(100 + number, NIK="rusak") for number in range(30)]
    wrong += [member(200 + number, SEGMEN="rusak") for number in range(30)]
    extract.write_bytes(csv_bytes(wrong))
    shutil.copy(extract.with_name("a.csv.source.yml"), extract.with_name("b.csv.source.yml"))
    done = month(project)
    assert done.returncode == 7, done.stderr
    assert done.stderr.splitlines()[-1] == (
        "cakupan: the month is not fit for briefings: participants: only 40 of 100 rows were accepted. "
        "Correct the extracts and pull again; cakupan store show and cakupan quarantine list say more."
    )
    assert seen(project.folder) == before


def test_a_second_month_is_refused_while_one_runs(project: Project) -> None:
    with FileLock(project.folder / "reports" / ".month.lock"):
        done = month(project)
    assert done.returncode == 5
    assert done.stderr == "cakupan: another cakupan month is running here; wait for it to end.\n"


def test_a_failed_briefing_is_listed_and_the_next_run_goes_on(project: Project) -> None:
    flag = project.folder / "mended"
    write_notebook(
        project.folder,
        says="dua",
        first=f"import os\nassert region in ('19', '19.71') or os.path.exists({str(flag)!r})",
    )
    done = month(project)
    assert done.returncode == 8
    assert sum(line.startswith("month: failed: ") for line in done.stderr.splitlines()) == 6
    last = done.stderr.splitlines()[-1]
    assert last.startswith("cakupan: 6 of 8 briefings failed, so none is published; first: 19.01/")
    assert "see .failed/2025-06" in last
    flag.touch()
    again = month(project)
    assert again.returncode == 0, again.stderr
    assert "6 to make, 0 up to date, 2 made by an earlier run" in again.stderr
    assert not (project.folder / "reports" / ".failed").exists()
