"""Kernels forked from a warm process: like the stock ones in all that a notebook can see or do.

All processes here are real. What is measured is in benchmarks/kernels.py.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_core.utils import ensure_event_loop
from jupyter_kernels import (
    HERE,
    LIGHT,
    Kernels,
    children,
    environment_for,
    open_sockets,
    own_kernels,
    wait_for_end,
)

from coverage_lib.kernels import launch, provisioner
from coverage_lib.kernels.place import LONGEST_SOCKET_NAME, private_folder

pytestmark = pytest.mark.usefixtures("own_event_loop")


@pytest.fixture(scope="module")
def kernels(runtime, tmp_path_factory) -> Iterator[Kernels]:
    with own_kernels(tmp_path_factory.mktemp("jupyter"), runtime) as made:
        made.specify("light", preload=list(LIGHT))
        made.specify("stock", warm=False)
        yield made


# What a notebook can see of its process, as one literal.
LOOK = """
import collections, gc, locale, os, re, signal, stat, sys, threading, warnings
import numpy.random, matplotlib.pyplot, duckdb
def kinds():
    found = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")]
    return collections.Counter(re.sub(r":\\[\\d+\\]", "", name) for name in found)
def look():
    mask = os.umask(0o22); os.umask(mask)
    handlers = {s.name: str(signal.getsignal(s)).split(" at ")[0] for s in signal.valid_signals() if isinstance(s, signal.Signals)}
    return {
        "names": sorted(n for n in globals() if not n.startswith("_")),
        "settings": {k: str(v) for k, v in matplotlib.rcParams.items()},
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "mask": oct(mask),
        "arguments": [a for a in sys.argv if not a.endswith(".json")],
        "original": [a for a in sys.orig_argv if not a.endswith(".json")],
        "import path": sys.path,
        "handlers": handlers,
        "blocked": sorted(int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "input": os.read(0, 10),
        "own session": os.getsid(0) == os.getpgrp() == os.getpid(),
        "open": {k: n for k, n in kinds().items() if k not in ("socket", "anon_inode:[pidfd]")},
        "tables": [r[0] for r in duckdb.sql("show tables").fetchall()],
        "main": sys.modules["__main__"].__name__,
        "collector": (gc.isenabled(), gc.get_threshold()),
        "flags": str(sys.flags),
        "locale": locale.setlocale(locale.LC_ALL),
        "traced": (sys.gettrace(), sys.getprofile()),
        "recursion": sys.getrecursionlimit(),
        "main thread": threading.current_thread() is threading.main_thread(),
        "streams": (sys.__stdout__.fileno(), sys.__stderr__.fileno(), sys.__stdin__.fileno(), sys.__stdout__.encoding),
    }
"""

# Everything that LOOK sees, changed.
SPOIL = """
left_behind = 1
matplotlib.rcParams["font.size"] = 99
matplotlib.use("svg")
os.environ["LEFT_BEHIND"] = "1"
del os.environ["PATH"]
os.chdir("/")
os.umask(0)
sys.path.append("/left/behind")
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
left_open = os.pipe()
duckdb.sql("create table left_behind(x int)")
gc.set_threshold(1)
sys.setrecursionlimit(5000)
numpy.random.seed(1)
"""


def test_a_kernel_sees_what_a_stock_one_sees_whatever_another_did(kernels, tmp_path):
    no_history = ["--HistoryManager.enabled=False"]
    options = {"cwd": str(tmp_path), "env": {**HERE, "ASKED": "for"}, "extra_arguments": no_history}
    with kernels.running("stock", **options) as stock:
        expected = stock.value("look()", LOOK)
    with kernels.running(**options) as first:
        parent = first.parent
        seen_first = first.value("look()", LOOK)
        first.run(SPOIL)
        assert first.value("look()") != seen_first
        with kernels.running(**options) as beside:
            assert beside.parent == parent
            seen_beside = beside.value("look()", LOOK)
            held = [open_sockets(pid) for pid in (parent, first.pid, beside.pid)]
            assert len(set().union(*held)) == sum(map(len, held)), "no socket is held by two"
    with kernels.running(**options) as later:
        assert later.parent == parent
        seen_later = later.value("look()", LOOK)
    for seen in (seen_first, seen_beside, seen_later):
        for name in expected:
            assert seen[name] == expected[name], name
    assert expected["environment"]["ASKED"] == "for"
    assert expected["folder"] == str(tmp_path)


def test_the_warm_process_holds_nothing_of_a_run(kernels, tmp_path):
    secret = {**HERE, "CAKUPAN_PSEUDONYM_KEY": "only-for-tests"}
    with kernels.running(env=secret, cwd=str(tmp_path)) as kernel:
        warm = Path(f"/proc/{kernel.parent}")
        assert b"only-for-tests" not in (warm / "environ").read_bytes()
        assert (warm / "cwd").readlink() == Path("/")
        told = kernel.value("__import__('os').environ['CAKUPAN_PSEUDONYM_KEY']")
        assert told == "only-for-tests"


RANDOM = """
import random, numpy.random, uuid, secrets, tempfile
drawn = [random.random(), numpy.random.random(), numpy.random.default_rng().random(),
         str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(), tempfile.mktemp()]
"""


def test_no_two_kernels_draw_the_same(kernels):
    with kernels.running() as one, kernels.running() as other:
        assert one.parent == other.parent
        drawn = [kernel.value("drawn", RANDOM) for kernel in (one, other)]
    assert not set(drawn[0]) & set(drawn[1])


def test_inherited_numbers_work_after_the_fork(kernels):
    """Libraries for linear algebra have threads that a fork does not carry over."""
    code = "import numpy; a = numpy.ones((400, 400)); b = a @ a"
    with kernels.running() as kernel:
        assert kernel.value("float(b.sum())", code) == 400.0**3
        assert kernel.value("duckdb.execute('select 41 + 1').fetchone()", "import duckdb") == (42,)


def test_files_are_the_users_alone(kernels, runtime):
    with kernels.running() as kernel:
        file = Path(kernel.manager.connection_file)
        assert kernel.manager.transport == "ipc"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.parent == runtime / "cakupan"
        assert stat.S_IMODE(file.parent.stat().st_mode) & 0o777 == 0o700
        sockets = [path for path in file.parent.iterdir() if path.is_socket()]
        assert sum(path.name.startswith(file.stem) for path in sockets) == 5
        for path in sockets:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
            assert len(os.fsencode(path)) <= LONGEST_SOCKET_NAME
    left = {path.name[:4] for path in file.parent.iterdir()}
    assert left == {"warm"}, "the kernel's files went with it"


def test_a_long_or_open_folder_is_not_used(kernels, runtime, tmp_path, monkeypatch):
    temporary = runtime / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    own = temporary / f"cakupan-{os.getuid()}"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / ("long" * 25)))
    assert private_folder() == own
    with kernels.running() as kernel:
        assert Path(kernel.manager.connection_file).parent == own
        assert kernel.value("1 + 1") == 2
    own.chmod(0o755)
    assert private_folder() is None
    shutil.rmtree(own)
    own.symlink_to(tmp_path)
    assert private_folder() is None


def test_interrupt_restart_and_what_is_forgotten(kernels):
    with kernels.running() as kernel:
        parent, before = kernel.parent, kernel.pid
        kernel.run("left = 1")
        asked = kernel.client.execute(
            "print('begun', flush=True)\nwhile True: pass", stop_on_error=False
        )
        for message in iter(lambda: kernel.client.get_iopub_msg(timeout=30), None):
            if message["msg_type"] == "stream":
                break
        kernel.manager.interrupt_kernel()
        reply = kernel.client.get_shell_msg(timeout=30)
        assert reply["parent_header"]["msg_id"] == asked
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.value("left") == 1
        kernel.manager.restart_kernel(now=False)
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.pid != before
        assert kernel.parent == parent
        assert kernel.run("left")["ename"] == "NameError"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("import os; os._exit(7)", 7), ("import os, signal; os.kill(os.getpid(), 9)", -9)],
)
def test_how_a_kernel_ended_is_known(kernels, cell, code):
    with kernels.running() as kernel:
        parent, pid = kernel.parent, kernel.pid
        assert kernel.manager.is_alive()
        assert pid in children(parent)
        kernel.client.execute(cell)
        assert kernel.exit_code() == code
        assert not kernel.manager.is_alive()
        assert pid not in children(parent), "buried"
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.parent == parent


def test_shutdown_lets_a_kernel_put_its_things_in_order(kernels, tmp_path):
    with kernels.running(cwd=str(tmp_path)) as kernel:
        process = kernel.manager.provisioner.process
        kernel.run(
            "import atexit, pathlib, duckdb\n"
            "atexit.register(lambda: pathlib.Path('asked').touch())\n"
            "file = open('file', 'w'); file.write('not flushed')\n"
            "class Cycle: pass\n"
            "cycle = Cycle(); cycle.me = cycle; cycle.file = open('cycle', 'w'); cycle.file.write('nor this')\n"
            "data = duckdb.connect('data.db'); data.execute('create table t as select 1')"
        )
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel()
        assert process.returncode == 0
    assert (tmp_path / "asked").exists()
    assert (tmp_path / "file").read_text() == "not flushed"
    assert (tmp_path / "cycle").read_text() == "nor this"
    assert not (tmp_path / "data.db.wal").exists()


@pytest.mark.parametrize("warm_dies_first", [False, True])
def test_a_kernel_does_not_outlive_its_client(kernels, runtime, warm_dies_first):
    code = (
        "import sys; from jupyter_client.manager import start_new_kernel;"
        "manager, client = start_new_kernel(kernel_name='light');"
        "client.execute_interactive('import os; print(os.getpid(), os.getppid(), flush=True)',"
        "output_hook=lambda told: print(told['content'].get('text', ''), end='', flush=True));"
        "sys.stdin.read()"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment_for(kernels, runtime),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with client:
        kernel, warm = map(int, client.stdout.readline().split())
        handle = os.pidfd_open(kernel)
        if warm_dies_first:
            os.kill(warm, signal.SIGKILL)
        client.kill()
    assert wait_for_end(handle)
    os.close(handle)


def test_a_dead_warm_process_is_replaced_and_its_kernels_live_on(kernels):
    with kernels.running() as kernel:
        warm = kernel.parent
        handle = os.pidfd_open(warm)
        os.kill(warm, signal.SIGKILL)
        assert wait_for_end(handle)
        os.close(handle)
        assert kernel.manager.is_alive()
        assert kernel.value("6 * 7") == 42
        with kernels.running() as other:
            assert other.parent not in (warm, os.getpid())
        kernel.manager.provisioner.process.kill()
        assert kernel.exit_code() == 255
        assert not kernel.manager.is_alive()


def test_clients_that_come_together_share_one_process(kernels):
    kernels.specify("together", preload=["numpy"])
    gate = threading.Barrier(4)

    def parent(_: int) -> int:
        gate.wait()
        try:
            with kernels.running("together") as kernel:
                return kernel.parent
        finally:
            ensure_event_loop().close()

    with ThreadPoolExecutor(4) as threads:
        parents = set(threads.map(parent, range(4)))
    assert len(parents) == 1
    assert os.getpid() not in parents


def test_a_changed_module_is_read_anew(kernels, tmp_path):
    module = tmp_path / "figures_here.py"
    module.write_text("FIGURE = 1\n")
    kernels.specify("changing", preload=["figures_here"])
    environment = {**HERE, "PYTHONPATH": str(tmp_path)}
    with kernels.running("changing", env=environment) as kernel:
        parent = kernel.parent
        assert kernel.value("figures_here.FIGURE", "import figures_here") == 1
        module.write_text("FIGURE = 22\n")
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
        assert kernel.value("figures_here.FIGURE", "import figures_here") == 22
        assert kernel.parent not in (parent, os.getpid())


def test_forks_leave_nothing_in_the_warm_process(kernels):
    """Forty kernels that end at once: neither memory nor open files grow with them."""
    with kernels.running(env=HERE) as kernel:
        warm = Path(f"/proc/{kernel.parent}")
        manager = kernel.manager
        command = [*kernels.manager().kernel_spec.argv[:-2], "--version"]
        assert command[-2:] == ["ipykernel_launcher", "--version"]

        def fork(times: int) -> tuple[int, int]:
            for _ in range(times):
                started = asyncio.run(
                    manager.provisioner._fork(command, {"env": HERE, "stdout": -3})
                )
                assert started.wait(30) == 0
            status = (warm / "status").read_text()
            held = int(status.partition("RssAnon:")[2].split()[0])
            return held, len(list((warm / "fd").iterdir()))

        before, after = fork(5), fork(40)
        assert after[0] - before[0] < 512, "kB"
        assert after[1] <= before[1] + 1, "the last one may just be closed"
        assert children(int(warm.name)) == {kernel.pid}


def test_imports_that_fail_leave_a_stock_kernel(kernels, caplog):
    kernels.specify("broken", preload=["no_such_module"])
    with kernels.running("broken") as kernel:
        assert kernel.parent == os.getpid()
        assert kernel.value("1 + 1") == 2
    (told,) = [record.getMessage() for record in caplog.records if "warm" in record.getMessage()]
    assert "\n" not in told
    assert "it ends when it is asked" in told


def test_without_fork_or_switched_off_kernels_are_stock(kernels, caplog, monkeypatch):
    with kernels.running(env={**HERE, launch.SWITCH: "off"}) as kernel:
        assert kernel.parent == os.getpid()
    assert not caplog.records
    monkeypatch.setattr(provisioner, "can_fork", lambda: False)
    with kernels.running() as kernel:
        assert kernel.parent == os.getpid()
        assert kernel.value("1 + 1") == 2
    assert [record.getMessage() for record in caplog.records] == [
        "The kernel starts without a warm process: this system cannot fork one."
    ]


def test_what_only_popen_can_do_is_left_to_it(kernels):
    with kernels.running(stdout=subprocess.PIPE) as kernel:
        assert kernel.parent == os.getpid()
