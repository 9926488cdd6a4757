"""Publishing: readers see the month as it was or as it is, whatever happens in between."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from coverage_lib.errors import BriefingError
from coverage_lib.periods import Month
from coverage_lib.release.publish import staged_month

MONTH = Month(2025, 6)


def put(folder: Path, **files: str) -> None:
    for name, content in files.items():
        path = folder / name
        path.unlink(missing_ok=True)  # a file of an earlier month is shared with what readers see
        path.write_text(content)


def publish(reports: Path, **files: str) -> None:
    with staged_month(reports, MONTH) as staging:
        put(staging.folder, **files)
        staging.publish()


def seen(reports: Path) -> dict[str, str]:
    """What a reader who looks for months finds; names that begin with a dot are not looked at."""
    return {
        path.relative_to(reports).as_posix(): path.read_text()
        for path in reports.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(reports).parts)
    }


def left_over(reports: Path) -> list[str]:
    return sorted(
        path.name for path in reports.iterdir() if path.is_dir() and path.name.startswith(".")
    )


def test_a_month_is_published_as_a_whole(tmp_path: Path) -> None:
    publish(tmp_path / "reports", a="1", b="2")
    assert seen(tmp_path / "reports") == {"2025-06/a": "1", "2025-06/b": "2"}
    assert left_over(tmp_path / "reports") == []


def test_what_was_published_before_stays_beside_the_new(tmp_path: Path) -> None:
    publish(tmp_path, a="1", b="2")
    publish(tmp_path, b="3", c="4")
    assert seen(tmp_path) == {"2025-06/a": "1", "2025-06/b": "3", "2025-06/c": "4"}


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with staged_month(tmp_path, MONTH) as staging:
        put(staging.folder, a="2", b="2")
        assert seen(tmp_path) == {"2025-06/a": "1"}
        staging.publish()
        assert seen(tmp_path) == {"2025-06/a": "2", "2025-06/b": "2"}


def test_a_failed_run_publishes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, a="1")

    def fail() -> None:
        with staged_month(tmp_path, MONTH) as staging:
            put(staging.folder, a="2")
            raise BriefingError("a cell failed")

    with pytest.raises(BriefingError):
        fail()
    assert seen(tmp_path) == {"2025-06/a": "1"}
    assert left_over(tmp_path) == []


def test_another_month_is_left_alone(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with staged_month(tmp_path, Month(2025, 7)) as staging:
        put(staging.folder, a="7")
        staging.publish()
    assert seen(tmp_path) == {"2025-06/a": "1", "2025-07/a": "7"}


MOMENTS = {
    "while it builds": "put(staging.folder, a='half'); die()",
    "between the two renames": "Path.rename = die_at(2, Path.rename); put(staging.folder, a='2'); staging.publish()",
    "before the first rename": "Path.rename = die_at(1, Path.rename); put(staging.folder, a='2'); staging.publish()",
    "before it clears up": "shutil.rmtree = lambda *a, **k: die(); put(staging.folder, a='2'); staging.publish()",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_put_right_by_the_next(tmp_path: Path, moment: str) -> None:
    reports = tmp_path / "reports"
    publish(reports, a="1", b="1")
    program = f"""
        import os, shutil, signal
        from pathlib import Path
        from coverage_lib.periods import Month
        from coverage_lib.release.publish import staged_month

        def die():
            os.kill(os.getpid(), signal.SIGKILL)

        def die_at(call, original):
            calls = []
            def rename(self, target):
                calls.append(target)
                return die() if len(calls) == call else original(self, target)
            return rename

        def put(folder, **files):
            for name, content in files.items():
                (folder / name).unlink()
                (folder / name).write_text(content)

        with staged_month(Path({str(reports)!r}), Month(2025, 6)) as staging:
            {MOMENTS[moment]}
        """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert killed.returncode == -signal.SIGKILL
    whole = [{}, {"2025-06/a": "1", "2025-06/b": "1"}, {"2025-06/a": "2", "2025-06/b": "1"}]
    assert seen(reports) in whole
    with staged_month(reports, MONTH):
        assert seen(reports) in whole[1:]
    assert left_over(reports) == []
    publish(reports, c="3")
    after = seen(reports)
    assert after.pop("2025-06/c") == "3"
    assert after in whole[1:]


def test_files_that_readers_hold_open_do_not_change_under_them(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with (tmp_path / "2025-06" / "a").open() as held:
        publish(tmp_path, a="2")
        assert held.read() == "1"
    assert seen(tmp_path) == {"2025-06/a": "2"}
