"""The folder of reports is tried before anything is computed, and the trial leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from extracts import write_config
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.errors import StoreError
from coverage_lib.release.place import require_place


def test_a_folder_is_made_and_nothing_stays_in_it(tmp_path: Path) -> None:
    require_place(tmp_path / "a" / "b")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b"]


@pytest.mark.parametrize(
    ("place", "reason"), [("file", "it is a file"), ("file/below", "Not a directory")]
)
def test_a_file_in_its_place_is_told_with_the_folder(tmp_path, place: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=rf"reports .*{place} cannot be written \({reason}\)"):
        require_place(tmp_path / place)


def test_no_folder_can_be_made_among_those_of_the_system() -> None:
    with pytest.raises(StoreError, match="reports /proc/x cannot be written"):
        require_place(Path("/proc/x"))


@pytest.mark.parametrize("link", ["os.link", "os.symlink"])
def test_a_file_system_without_links_is_told(tmp_path: Path, link: str) -> None:
    """The hook stands for such a file system: it refuses where the system itself would."""
    program = f"""
import errno, sys
from pathlib import Path
from coverage_lib.errors import StoreError
from coverage_lib.release.place import require_place
def refuse(event, _):
    if event == {link!r}:
        raise PermissionError(errno.EPERM, "Operation not permitted")
sys.addaudithook(refuse)
try:
    require_place(Path({str(tmp_path)!r}))
except StoreError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "without hard or symbolic links (Operation not permitted)" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["report", "month"])
def test_a_wrong_folder_stops_before_the_store_is_asked(tmp_path, monkeypatch, verb: str) -> None:
    """Nothing was pulled here: what comes first is told."""
    write_config(tmp_path, {"claims": "data/incoming/*"})
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir(exist_ok=True)
    (notebooks / "briefing.ipynb").touch()
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    told = CliRunner().invoke(cli.app, [verb, "--period", "2025-06", "--out", "/proc/x"])
    assert isinstance(told.exception, StoreError)
    assert "the folder of reports /proc/x" in str(told.exception)
