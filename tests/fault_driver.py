"""A program that pulls a small project again and again, each time with another fault.

Run as `python fault_driver.py WORK KIND`; each line of standard output is the JSON of one trial.
Everything is imported once; each pull is a fork of this process, which uses no thread.

What SIGKILL leaves of a pull is what the disk holds at that moment: one pull is stopped before each
change that it makes, and the disk as it is then copied. Every tenth moment is a pull that is really
killed too, and has left the very same.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

import pyarrow.parquet as pq
from extracts import (
    PERIOD,
    all_regions,
    csv_bytes,
    national_id,
    pull_project,
    register_project,
    summary,
    write_sidecar,
)
from ibis.backends.duckdb import Backend
from jupyter_core.paths import jupyter_runtime_dir

from coverage_lib.errors import CakupanError
from coverage_lib.intake.store import PeriodStore
from coverage_lib.tables import pseudonym_domains

EVENTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "os.chmod"}
KILLED, REFUSED, DONE = -signal.SIGKILL, 5, 0
#: Of so many moments one is tried with a real SIGKILL too.
REALLY_KILLED_EACH = 10


def quick_to_fork() -> None:
    """What the modules hold stays as it is, and nobody looks through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def say(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def in_a_fork(action: Callable[[], object]) -> int:
    """The exit code of an action in a process of its own; the signal as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(_forked(action), 0)[1])


def _forked(action: Callable[[], object]) -> int:
    """The number of a process that does the action, and ends."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 0
        try:
            action()
        except CakupanError as error:
            say(sys.stderr, f"  {type(error).__name__}: {error}")
            code = error.exit_code
        except BaseException as error:  # noqa: BLE001  a fork must never go on as its parent
            say(sys.stderr, f"  unexpected: {error!r}")
            code = 99
        os._exit(code)
    return child


def make_project(folder: Path, persons: int) -> None:
    """A roster with three wrong rows, and a small second table: the narrowest that there are."""
    rows = [post(number) for number in range(persons)]
    rows += [post(900 + number, JABATAN="rusak") for number in range(3)]
    register_project(folder, {"perangkat.csv": csv_bytes(rows)}, "village_roster")
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(
            "[[profiles.demo.sources]]\ntable = 'participant_summary'\n"
            "files = 'data/{period}-summary.csv'\n"
        )
    path = folder / "data" / f"{PERIOD}-summary.csv"
    path.write_bytes(csv_bytes([summary(1), summary(2)]))
    write_sidecar(path, "participant_summary")


def post(number: int, **changes: str) -> dict[str, str]:
    return {
        "KODE DESA": "19.01.01.2003", "NAMA": f"ORANG CONTOH {number}", "NIK": national_id(number),
        "TGL LAHIR": "", "JABATAN": "Kepala Desa",
    } | changes  # fmt: skip


def kill_at(number: int) -> None:
    """End this process by SIGKILL just before the n-th change of a file or folder."""
    left = [number]

    def step() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    at_each_change(step)


def stop_at_each_change() -> None:
    """Stop this process, with all its threads, just before each change, until it is sent on."""
    at_each_change(lambda: os.kill(os.getpid(), signal.SIGSTOP))


def at_each_change(step: Callable[[], None]) -> None:
    """Counted are what Python does to the file system, and every Parquet file before it is
    written and after. Not in Jupyter's folder of sockets: a kernel may clear there what others left.
    """
    sockets = jupyter_runtime_dir()

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writing = event == "open" and bool(
            isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if (event in EVENTS or writing) and not str(arguments[0]).startswith(sockets):
            step()

    written = Backend.to_parquet

    def to_parquet(*given: object, **named: object) -> None:
        step()
        written(*given, **named)
        step()

    Backend.to_parquet = to_parquet
    sys.addaudithook(watch)


def moments(project: Path, action: Callable[[], object], kept: Path) -> tuple[list[Path], int]:
    """Copies of the project before each change that an action makes, and its exit code."""

    def stopping() -> None:
        stop_at_each_change()
        action()

    copies: list[Path] = []
    child = _forked(stopping)
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return copies, os.waitstatus_to_exitcode(status)
        copies.append(kept / f"{len(copies):03}")
        shutil.copytree(project, copies[-1], symlinks=True)
        os.kill(child, signal.SIGCONT)


def store_of(project: Path) -> Path:
    return project / "data" / "store" / "demo" / str(PERIOD)


def state(project: Path) -> dict[str, object]:
    """What a reader finds: the generation, and the rows that are really in its files."""
    stored = PeriodStore(project / "data" / "store", "demo", PERIOD).current()
    if stored is None:
        return {"generation": None, "rows": 0, "rejected": 0}
    rows = sum(
        pq.read_table(path).num_rows for name in stored.tables for path in stored.files(name)
    )
    quarantine = project / "data" / "quarantine" / "demo" / str(PERIOD)
    rejected = sum(
        pq.read_table(path).num_rows
        for path in (quarantine / stored.account.generation).glob("*.parquet")
    )
    return {"generation": stored.account.generation, "rows": rows, "rejected": rejected}


def left_behind(project: Path) -> list[str]:
    """Half-made folders, of store and quarantine."""
    return sorted(
        path.name
        for top in ("store", "quarantine")
        for path in (project / "data" / top).rglob(".*")
        if path.name != ".lock"
    )


def on_disk(project: Path) -> str:
    """Everything that a later pull can see, as one hash."""
    digest = hashlib.sha256()
    for path in sorted((project / "data").rglob("*")):
        digest.update(path.relative_to(project).as_posix().encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def heal(project: Path, healed: dict[str, dict[str, object]]) -> dict[str, object]:
    """One more pull, without a fault. The same state is healed once: a pull reads nothing else."""
    seen = on_disk(project)
    if seen not in healed:
        again = in_a_fork(lambda: pull_project(project))
        lines = (store_of(project) / "history").read_text(encoding="utf-8").splitlines()
        healed[seen] = {
            "again": again, "healed": state(project), "left_at_last": left_behind(project),
            "history": [line.split()[-1] for line in lines],
        }  # fmt: skip
    return healed[seen]


def trial(
    work: Path, base: Path, fault: Callable[[], None], healed: dict[str, dict[str, object]]
) -> dict[str, object]:
    """One pull with a fault, then one without: what the store holds after each."""
    project = work / "trial"
    before, code = faulty_pull(project, base, fault)
    return {"code": code, "before": before, "after": state(project)} | heal(project, healed)


def faulty_pull(
    project: Path, base: Path, fault: Callable[[], None]
) -> tuple[dict[str, object], int]:
    """The state of a copy of the project before a pull with a fault, and how that ended."""
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(base, project)
    before = state(project)

    def faulty() -> None:
        fault()
        pull_project(project)

    return before, in_a_fork(faulty)


def killed(
    work: Path, base: Path, healed: dict[str, dict[str, object]]
) -> Iterator[dict[str, object]]:
    """A trial of a pull that goes through, and of every moment at which it can be killed."""
    project = work / "trial"
    shutil.copytree(base, project)
    before = state(project)
    copies, code = moments(project, lambda: pull_project(project), work / "moments")
    yield {"code": code, "before": before, "after": state(project)} | heal(project, healed)
    for number, left in enumerate(copies):
        code, same = KILLED, True
        if number % REALLY_KILLED_EACH == 0:
            _, code = faulty_pull(work / "killed", base, partial(kill_at, number))
            same = on_disk(work / "killed") == on_disk(left)
        done = {"code": code, "before": before, "after": state(left), "same": same}
        yield done | heal(left, healed)


def undisturbed(work: Path, base: Path) -> dict[str, object]:
    project = work / "undisturbed"
    shutil.copytree(base, project)
    assert in_a_fork(lambda: pull_project(project)) == DONE
    return state(project)


def main() -> None:
    work, kind = Path(sys.argv[1]), sys.argv[2]
    base = work / "base"
    all_regions()  # read once, like the dictionary, and not in every fork
    pseudonym_domains()
    quick_to_fork()
    healed: dict[str, dict[str, object]] = {}
    base.mkdir(parents=True)
    for persons in (20, 21, 22, 23):  # so many that an old generation has to go
        make_project(base, persons)
        if persons < 23:
            assert in_a_fork(lambda: pull_project(base)) == DONE
    say(sys.stdout, json.dumps(undisturbed(work, base)))
    if kind == "killed":
        for done in killed(work, base, healed):
            say(sys.stdout, json.dumps(done))
    elif kind == "file-size":
        for size in (0, 20, 300, 1000, 2000, 4000, 1 << 20):
            limit = (size, size)
            fault = partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit)
            say(sys.stdout, json.dumps(trial(work, base, fault, healed)))
    elif kind == "full-disk":
        for pages in (1, 2, 3, 5, 8, 40):
            done = full_disk(work, base, pages)
            say(sys.stdout, json.dumps(done))
            if not done["mounted"]:
                break


def full_disk(work: Path, base: Path, pages: int) -> dict[str, object]:
    """A pull into a store on a disk of its own with room for so many pages, then with more room."""
    project = work / f"full-{pages}"
    shutil.copytree(base, project)
    disk = project / "data" / "store"
    used = sum((path.stat().st_size + 4095) // 4096 if path.is_file() else 0
               for path in disk.rglob("*"))  # fmt: skip
    mount = ["mount", "-t", "tmpfs", "-o", f"size={(used + pages) * 4096}", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        return {"mounted": False}
    try:
        shutil.copytree(base / "data" / "store", disk, dirs_exist_ok=True)
        before = state(project)
        code = in_a_fork(lambda: pull_project(project))
        after = state(project)
        room = ["mount", "-o", "remount,size=64m", str(disk)]
        subprocess.run(room, check=True, capture_output=True)
        return {"mounted": True, "code": code, "before": before, "after": after} | heal(project, {})
    finally:
        subprocess.run(["umount", str(disk)], check=True, capture_output=True)


if __name__ == "__main__":
    main()
