"""A program that makes a small pack again and again, each time with another fault.

Run as `python pack_fault_driver.py WORK KIND`; each line of standard output is the JSON of one trial.
Everything is imported once; each pack is a fork of this process, which uses no thread.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from extracts import all_regions
from fault_driver import (
    DONE,
    EVENTS,
    KILLED,
    REALLY_KILLED_EACH,
    in_a_fork,
    kill_at,
    moments,
    quick_to_fork,
    say,
)
from packs import RESUME, left_behind, make_project, pack, seen, write_notebook

from coverage_lib.errors import BriefingError
from coverage_lib.release.state import code_and_libraries

#: Published before; made by a run that then failed; not there yet.
PUBLISHED, ASIDE, MISSING = "19", "19.01", "19.02"
ALL = (PUBLISHED, ASIDE, MISSING)
EVENTS |= {"os.link", "os.symlink"}


def make_base(folder: Path) -> None:
    """One briefing is published, one lies aside from a run that failed at the third."""
    make_project(folder)
    mended = folder / "mended"
    first = f"import os\nassert region != {MISSING!r} or os.path.exists({str(mended)!r})"
    write_notebook(folder, first=first)
    pack(folder, (PUBLISHED,))
    with suppress(BriefingError):
        pack(folder, (ASIDE, MISSING))
    mended.touch()


def digest(files: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(name.encode() + b"\0" + content)
    return whole.hexdigest()


def on_disk(project: Path) -> str:
    """Everything that a later run can see, as one hash; not when a kernel happened to be asked."""
    reports = project / "reports"
    return digest(
        {
            path.relative_to(reports).as_posix(): path.read_bytes() if path.is_file() else b""
            for path in sorted(reports.rglob("*"))
            if ".making-" not in path.as_posix()
        }
    )


def heal(project: Path, healed: dict[str, dict[str, object]]) -> dict[str, object]:
    """One more run, without a fault. The same state is healed once."""
    state = on_disk(project)
    if state not in healed:
        again = in_a_fork(lambda: pack(project, ALL, RESUME))
        healed[state] = {
            "again": again, "healed": digest(seen(project)), "left": left_behind(project)
        }  # fmt: skip
    return healed[state]


def trial(
    work: Path, base: Path, fault: Callable[[], None], healed: dict[str, dict[str, object]]
) -> dict[str, object]:
    """One pack with a fault, then one without: what readers find after each."""
    code = faulty_pack(work, base, fault)
    return {"code": code, "after": digest(seen(base))} | heal(base, healed)


def faulty_pack(work: Path, base: Path, fault: Callable[[], None]) -> int:
    """How a pack with a fault ends, in the project as it was first."""
    put_back(base, work / "kept")

    def faulty() -> None:
        fault()
        pack(base, ALL, RESUME)

    return in_a_fork(faulty)


def put_back(project: Path, kept: Path) -> None:
    """The project as a copy has it, in its own place: its path is part of what lies there."""
    shutil.rmtree(project)
    shutil.copytree(kept, project, symlinks=True)


def killed(
    work: Path, base: Path, healed: dict[str, dict[str, object]]
) -> Iterator[dict[str, object]]:
    """A trial of a pack that goes through, and of every moment at which it can be killed."""
    copies, code = moments(base, lambda: pack(base, ALL, RESUME), work / "moments")
    yield {"code": code, "after": digest(seen(base))} | heal(base, healed)
    for number, left in enumerate(copies):
        code, same = KILLED, True
        if number % REALLY_KILLED_EACH == 0:
            code = faulty_pack(work, base, partial(kill_at, number))
            really = on_disk(base)
        put_back(base, left)
        if number % REALLY_KILLED_EACH == 0:
            same = on_disk(base) == really
        done = {"code": code, "after": digest(seen(base)), "same": same}
        yield done | heal(base, healed)


def full_disk(base: Path, pages: int) -> dict[str, object]:
    """A pack into reports on a disk of their own with room for so many pages, then with more room."""
    disk = base / "reports"
    kept = base / "kept-reports"
    if not kept.exists():
        shutil.copytree(disk, kept, symlinks=True)
    used = sum((path.stat().st_size + 4095) // 4096 if path.is_file() else 1
               for path in kept.rglob("*"))  # fmt: skip
    mount = ["mount", "-t", "tmpfs", "-o", f"size={(used + pages) * 4096}", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        return {"mounted": False}
    try:
        shutil.copytree(kept, disk, symlinks=True, dirs_exist_ok=True)
        code = in_a_fork(lambda: pack(base, ALL, RESUME))
        after = digest(seen(base))
        subprocess.run(
            ["mount", "-o", "remount,size=64m", str(disk)], check=True, capture_output=True
        )
        return {"mounted": True, "code": code, "after": after} | heal(base, {})
    finally:
        subprocess.run(["umount", str(disk)], check=True, capture_output=True)


def two_at_once(base: Path) -> dict[str, object]:
    """Two runs of the same pack, started together: one waits for the other."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(in_a_fork(lambda: pack(base, ALL, RESUME)))
    code = in_a_fork(lambda: pack(base, ALL, RESUME))
    other = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"code": code, "other": other, "after": digest(seen(base))} | heal(base, {})


def main() -> None:
    work, kind = Path(sys.argv[1]), sys.argv[2]
    base = work / "project"
    base.mkdir(parents=True)
    all_regions()  # read once, like the code's hash, and not in every fork
    code_and_libraries()
    quick_to_fork()
    in_a_fork(lambda: make_base(base))
    aside = sorted((base / "reports" / ".aside").glob("*/*/*.json"))
    old = digest(seen(base))
    kept = work / "undisturbed"
    shutil.copytree(base, kept, symlinks=True)
    assert in_a_fork(lambda: pack(kept, ALL, RESUME)) == DONE
    say(sys.stdout, json.dumps({"old": old, "new": digest(seen(kept)), "aside": len(aside)}))
    healed: dict[str, dict[str, object]] = {}
    shutil.copytree(base, work / "kept", symlinks=True)
    if kind == "killed":
        for done in killed(work, base, healed):
            say(sys.stdout, json.dumps(done))
    elif kind == "file-size":
        for size in (0, 3_000, 60_000, 1 << 24):
            fault = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
            say(sys.stdout, json.dumps(trial(work, base, fault, healed)))
    elif kind == "full-disk":
        for pages in (0, 4, 40, 400):
            done = full_disk(base, pages)
            say(sys.stdout, json.dumps(done))
            if not done["mounted"]:
                break
    elif kind == "two-at-once":
        say(sys.stdout, json.dumps(two_at_once(base)))


if __name__ == "__main__":
    main()
