"""A program that pulls a small project again and again, each time with another fault.

Run as `python fault_driver.py WORK KIND`; each line of standard output is the JSON of one trial.
Everything is imported once; each pull is a fork of this process, which uses no thread.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO

import pyarrow.parquet as pq
from extracts import (
    PERIOD,
    all_regions,
    csv_bytes,
    member,
    pull_project,
    register_project,
    write_sidecar,
)
from ibis.backends.duckdb import Backend

from coverage_lib.errors import CakupanError
from coverage_lib.intake.store import PeriodStore
from coverage_lib.tables import pseudonym_domains

EVENTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "os.chmod"}
KILLED, REFUSED, DONE = -signal.SIGKILL, 5, 0


def say(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def in_a_fork(action: Callable[[], object]) -> int:
    """The exit code of an action in a process of its own; the signal as a negative number."""
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
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def make_project(folder: Path, persons: int) -> None:
    """A register with three wrong rows, and a small second table."""
    bad = [member(900 + n, NIK="rusak") for n in range(3)]
    rows = [*(member(n) for n in range(persons)), *bad]
    register_project(folder, {"kepesertaan.csv": csv_bytes(rows)})
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(
            "[[profiles.demo.sources]]\ntable = 'eligible_workers'\n"
            "files = 'data/{period}-workers.csv'\n"
        )
    path = folder / "data" / f"{PERIOD}-workers.csv"
    path.write_bytes(csv_bytes([workers(segment) for segment in ("PU", "BPU")]))
    write_sidecar(path, "eligible_workers")


def workers(segment: str) -> dict[str, str]:
    return {
        "VERSI": "2024", "BERLAKU MULAI": "01-01-2025", "KODE WILAYAH": "19.71",
        "SEGMEN": segment, "JUMLAH PEKERJA": "1000", "SUMBER": "contoh",
    }  # fmt: skip


def kill_at(number: int) -> None:
    """End this process by SIGKILL just before the n-th change of a file or folder.

    Counted are what Python does to the file system, and every Parquet file before it is
    written and after.
    """
    left = [number]

    def step() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writing = event == "open" and bool(
            isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if event in EVENTS or writing:
            step()

    written = Backend.to_parquet

    def to_parquet(*given: object, **named: object) -> None:
        step()
        written(*given, **named)
        step()

    Backend.to_parquet = to_parquet
    sys.addaudithook(watch)


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
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(base, project)
    before = state(project)

    def faulty() -> None:
        fault()
        pull_project(project)

    code = in_a_fork(faulty)
    after = state(project)
    return {"code": code, "before": before, "after": after} | heal(project, healed)


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
    healed: dict[str, dict[str, object]] = {}
    base.mkdir(parents=True)
    for persons in (20, 21, 22, 23):  # so many that an old generation has to go
        make_project(base, persons)
        if persons < 23:
            assert in_a_fork(lambda: pull_project(base)) == DONE
    say(sys.stdout, json.dumps({"undisturbed": undisturbed(work, base)}))
    if kind == "killed":
        for number in range(1000):
            done = trial(work, base, partial(kill_at, number), healed)
            say(sys.stdout, json.dumps(done))
            if done["code"] != KILLED:
                break
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
