"""Packs on a Dask cluster: a real scheduler and workers on the loopback, whole, failing and killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from packs import RESUME, left_behind, make_project, pack, seen, write_notebook

from coverage_lib.errors import BriefingError, ConfigError
from coverage_lib.release.workers import Workers

PLACES = ("19", "19.01", "19.02")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_project(tmp_path)
    return tmp_path


@dataclass(frozen=True)
class Cluster:
    """Where the scheduler listens, and the processes of its workers."""

    workers: Workers
    pids: frozenset[int]


@contextmanager
def cluster(
    workers: int, nanny: str = "--no-nanny", allowed_failures: int = 3
) -> Iterator[Cluster]:
    """A scheduler and workers of one thread, as its commands start them."""
    environment = {
        **os.environ,  # noqa: TID251
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
    }
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[str]:
            process = stack.enter_context(subprocess.Popen(
                [sys.executable, "-m", *arguments, "--no-dashboard"], text=True,
                stderr=subprocess.PIPE, env=environment,
            ))  # fmt: skip
            stack.callback(process.terminate)
            return process

        scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        assert scheduler.stderr is not None
        found = (re.search(r"Scheduler at: +(tcp://\S+)", line) for line in scheduler.stderr)
        address = next(match[1] for match in found if match)
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", nanny)
        started = [start(*worker) for _ in range(workers)]
        for process in started:
            assert process.stderr is not None
            assert any("Registered to:" in line for line in process.stderr)
        yield Cluster(Workers(scheduler=address), frozenset(each.pid for each in started))


def tell_maker(project: Path) -> str:
    """A cell that writes down the process below which it runs."""
    folder = project / "makers"
    folder.mkdir()
    return (
        "import os, pathlib\n"
        f"(pathlib.Path({str(folder)!r}) / region).write_text(os.environ['JPY_PARENT_PID'])"
    )


def makers(project: Path) -> dict[str, int]:
    return {path.name: int(path.read_text()) for path in (project / "makers").iterdir()}


def alone_or_fail(project: Path) -> str:
    """A cell that fails where the kernel of another briefing is at work."""
    return (
        "import fcntl\n"
        f"held = open({str(project / 'held')!r}, 'w')\n"
        "fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    )


def kill_maker(flag: Path, times: int) -> str:
    """A cell of the first region that kills the process below which it runs, so many times."""
    return (
        "import os, pathlib, signal\n"
        f"flag = pathlib.Path({str(flag)!r})\n"
        "before = int(flag.read_text()) if flag.exists() else 0\n"
        f"if region == '19' and before < {times}:\n"
        "    flag.write_text(str(before + 1))\n"
        "    for making in flag.parent.glob('reports/.aside/*/.making-*'):\n"
        "        (making / 'half').touch()\n"
        "    os.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGKILL)"
    )


def test_the_workers_of_a_cluster_make_the_same_bytes(project: Path) -> None:
    write_notebook(project, first=tell_maker(project))
    pack(project, PLACES)
    alone = seen(project)
    assert set(makers(project).values()) == {os.getpid()}
    with cluster(2) as found:
        pack(project, PLACES, workers=found.workers)
        assert seen(project) == alone
        assert makers(project).keys() == set(PLACES)
        assert set(makers(project).values()) == found.pids, "both, and nobody else"
        write_notebook(project, first=alone_or_fail(project) + "\nassert region != '19.01'")
        with pytest.raises(BriefingError, match=r"1 of 3 briefings failed.*19\.01/uji\.id"):
            pack(project, PLACES, workers=replace(found.workers, jobs=1))
    assert seen(project) == alone


def test_a_worker_of_one_thread_is_a_cluster(project: Path) -> None:
    write_notebook(project, first=tell_maker(project))
    with cluster(1) as found:
        pack(project, ["19"], workers=found.workers)
    assert set(makers(project).values()) == found.pids


@pytest.mark.parametrize(("workers", "nanny"), [(2, "--no-nanny"), (1, "--nanny")])
def test_a_worker_that_is_killed_is_done_without(project: Path, workers: int, nanny: str) -> None:
    """Another makes what it was at, or its nanny starts one in its place, at another address."""
    flag = project / "killed"
    write_notebook(project, first=kill_maker(flag, times=1))
    with cluster(workers, nanny) as found:
        pack(project, PLACES, workers=found.workers)
    assert flag.read_text() == "1"
    assert len(seen(project)) == 2 * len(PLACES) + 1
    assert left_behind(project) == []


@pytest.mark.parametrize(
    ("allowed_failures", "told"), [(0, "again and again"), (9, "no worker any more")]
)
def test_a_cluster_without_workers_any_more_ends_the_run(
    project: Path, monkeypatch: pytest.MonkeyPatch, allowed_failures: int, told: str
) -> None:
    """Dask gives the work up that kills them, or there is nobody left to take it."""
    for name in ("_SECONDS_BETWEEN_LOOKS", "_SECONDS_WITHOUT_WORKER"):
        monkeypatch.setattr(f"coverage_lib.release.cluster.{name}", 1)
    flag = project / "killed"
    write_notebook(project, first=kill_maker(flag, times=1))
    with (
        cluster(1, allowed_failures=allowed_failures) as found,
        pytest.raises(BriefingError, match=rf"{told}.*--resume") as caught,
    ):
        pack(project, PLACES[:2], workers=found.workers)
    assert caught.value.exit_code == 8
    assert flag.read_text() == "1"
    assert seen(project) == {}
    pack(project, PLACES[:2], RESUME)
    assert len(seen(project)) == 5
    assert left_behind(project) == []


def test_a_cluster_that_is_not_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=re.escape("pip install '.[dask]'")):
        pack(project, PLACES, workers=Workers(scheduler="tcp://127.0.0.1:1"))
    monkeypatch.undo()
    with pytest.raises(ConfigError, match="no Dask scheduler answers at carrier-pigeon"):
        pack(project, PLACES, workers=Workers(scheduler="carrier-pigeon://127.0.0.1:1"))
