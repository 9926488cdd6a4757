"""Publishing: readers see the month as it was or as it is, whatever happens in between."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from coverage_lib.errors import BriefingError
from coverage_lib.periods import Month
from coverage_lib.release.publish import ReportedMonth, held_month

MONTH = Month(2025, 6)


def put(folder: Path, **files: str) -> None:
    for name, content in files.items():
        path = folder / name
        path.unlink(missing_ok=True)  # a file of an earlier pack is shared with what readers see
        path.write_text(content)


def publish(reports: Path, **files: str) -> None:
    with held_month(reports, MONTH) as month:
        put(month.start_pack(), **files)
        month.publish()


def seen(reports: Path) -> dict[str, str]:
    """What a reader who looks for months finds; names that begin with a dot are not looked at."""
    return {
        Path(root, name).relative_to(reports).as_posix(): Path(root, name).read_text()
        for month in reports.glob("[0-9]*")
        for root, _, names in os.walk(month)
        for name in names
    }


def packs(reports: Path) -> list[str]:
    return sorted(path.name for path in (reports / ".packs" / str(MONTH)).iterdir())


def test_a_month_is_published_as_a_whole(tmp_path: Path) -> None:
    publish(tmp_path / "reports", a="1", b="2")
    assert seen(tmp_path / "reports") == {"2025-06/a": "1", "2025-06/b": "2"}
    assert packs(tmp_path / "reports") == ["1"]


def test_what_was_published_before_stays_beside_the_new(tmp_path: Path) -> None:
    publish(tmp_path, a="1", b="2")
    publish(tmp_path, b="3", c="4")
    assert seen(tmp_path) == {"2025-06/a": "1", "2025-06/b": "3", "2025-06/c": "4"}


def test_the_pack_before_stays_for_those_who_are_in_it_and_no_other(tmp_path: Path) -> None:
    for number in range(4):
        publish(tmp_path, a=str(number))
    assert packs(tmp_path) == ["3", "4"]
    assert (tmp_path / ".packs" / str(MONTH) / "3" / "a").read_text() == "2"


def test_an_old_pack_that_cannot_go_ends_no_run_and_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network disk, where a file that somebody reads leaves another name in its folder."""
    publish(tmp_path, a="1")
    publish(tmp_path, a="2")
    remove = os.rmdir

    def busy(path: str, **given: int | None) -> None:
        if Path(path).name == "1":
            raise OSError(errno.ENOTEMPTY, "Directory not empty")
        remove(path, **given)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", busy)
        publish(tmp_path, a="3")
        with held_month(tmp_path, MONTH):
            pass
    assert seen(tmp_path) == {"2025-06/a": "3"}
    assert packs(tmp_path) == ["1", "2", "3"]
    with held_month(tmp_path, MONTH):
        assert packs(tmp_path) == ["2", "3"]


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with held_month(tmp_path, MONTH) as month:
        put(month.start_pack(), a="2", b="2")
        assert seen(tmp_path) == {"2025-06/a": "1"}
        month.publish()
        assert seen(tmp_path) == {"2025-06/a": "2", "2025-06/b": "2"}


def test_a_failed_run_publishes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, a="1")

    def fail() -> None:
        with held_month(tmp_path, MONTH) as month:
            put(month.start_pack(), a="2")
            raise BriefingError("a cell failed")

    with pytest.raises(BriefingError):
        fail()
    assert seen(tmp_path) == {"2025-06/a": "1"}
    publish(tmp_path, b="1")
    assert seen(tmp_path) == {"2025-06/a": "1", "2025-06/b": "1"}
    assert packs(tmp_path) == ["1", "2"]


def test_another_month_is_left_alone(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with held_month(tmp_path, Month(2025, 7)) as month:
        put(month.start_pack(), a="7")
        month.publish()
    assert seen(tmp_path) == {"2025-06/a": "1", "2025-07/a": "7"}


def test_a_month_that_an_earlier_version_left_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / str(MONTH)).mkdir()
    put(tmp_path / str(MONTH), a="1", b="1")
    publish(tmp_path, a="2")
    assert (tmp_path / str(MONTH)).is_symlink()
    assert seen(tmp_path) == {"2025-06/a": "2", "2025-06/b": "1"}
    assert packs(tmp_path) == ["0", "1"]


def test_a_month_that_was_removed_by_hand_does_not_come_back(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    (tmp_path / str(MONTH)).unlink()
    publish(tmp_path, b="1")
    assert seen(tmp_path) == {"2025-06/b": "1"}


def test_a_second_run_is_refused_while_one_works(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        from pathlib import Path
        from coverage_lib.periods import Month
        from coverage_lib.release.publish import held_month
        with held_month(Path({str(tmp_path)!r}), Month(2025, 6)):
            print("held", flush=True)
            input()
        """)
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BriefingError, match="another run is making the briefings of 2025-06"):
            held_month(tmp_path, MONTH, wait_seconds=0).__enter__()
        other.communicate("\n")
    with held_month(tmp_path, MONTH, wait_seconds=0) as month:
        assert month == ReportedMonth(tmp_path, MONTH)


KILLED_AT_EACH_CHANGE = """
    import os, signal, sys
    from pathlib import Path
    from coverage_lib.periods import Month
    from coverage_lib.release.publish import held_month

    left = int(sys.argv[1])

    def watch(event, arguments):
        global left
        if event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "shutil.rmtree"}:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    with held_month(Path(sys.argv[2]), Month(2025, 6)) as month:
        folder = month.start_pack()
        for name in ("a", "b"):
            (folder / name).unlink()
            (folder / name).write_text("2")
        sys.addaudithook(watch)
        month.publish()
    """


@pytest.mark.parametrize("before", ["a link", "a folder of an earlier version"])
def test_killed_at_each_change_while_it_publishes(tmp_path: Path, before: str) -> None:
    """Old or new, whole; of a folder that becomes a link it may be away until the next run begins."""
    old = {"2025-06/a": "1", "2025-06/b": "1"}
    new = {"2025-06/a": "2", "2025-06/b": "2"}
    away = [{}] if before != "a link" else []
    for number in range(100):
        reports = tmp_path / str(number)
        if before == "a link":
            publish(reports, a="0")
            publish(reports, a="1", b="1")
        else:
            (reports / str(MONTH)).mkdir(parents=True)
            put(reports / str(MONTH), a="1", b="1")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                textwrap.dedent(KILLED_AT_EACH_CHANGE),
                str(number),
                str(reports),
            ],
            check=False,
        )
        assert seen(reports) in [old, new, *away]
        with held_month(reports, MONTH):
            assert seen(reports) in [old, new]
        publish(reports, c="3")
        after = seen(reports)
        assert after.pop("2025-06/c") == "3"
        assert after in [old, new]
        assert len(packs(reports)) == 2
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert number >= 3
    assert after == new


def test_files_that_readers_hold_open_do_not_change_under_them(tmp_path: Path) -> None:
    publish(tmp_path, a="1")
    with (tmp_path / "2025-06" / "a").open() as held:
        publish(tmp_path, a="2")
        assert held.read() == "1"
    assert seen(tmp_path) == {"2025-06/a": "2"}


def test_what_hands_have_put_there_stops_no_run_and_stays(tmp_path: Path) -> None:
    """A link that somebody pointed elsewhere, a copy of a pack beside the packs."""
    publish(tmp_path, a="1")
    (tmp_path / ".packs" / str(MONTH) / "1 (copy)").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / str(MONTH)).unlink()
    (tmp_path / str(MONTH)).symlink_to("elsewhere")
    publish(tmp_path, b="2")
    assert seen(tmp_path) == {"2025-06/b": "2"}
    assert packs(tmp_path) == ["1", "1 (copy)", "2"]
    assert (tmp_path / "elsewhere").is_dir()
