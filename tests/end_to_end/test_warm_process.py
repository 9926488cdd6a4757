"""The warm process by itself: who starts it, what it hears, what others leave in its folder."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from jupyter_kernels import (
    HERE,
    Kernel,
    Kernels,
    children,
    environment_for,
    own_kernels,
    wait_for_end,
)
from packs import make_project
from typer.testing import CliRunner

from coverage_lib.cli import app
from coverage_lib.kernels import place
from coverage_lib.kernels.leftovers import Owner, sweep
from coverage_lib.kernels.place import locked
from coverage_lib.kernels.request import LONGEST_REQUEST, PACKET_BYTES, Request, send_request
from coverage_lib.kernels.warm import changed

#: A client that says what its kernel and the warm process are, then does as it is told.
CLIENT = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="bare")
client.execute_interactive("import os; print(os.getpid(), os.getppid(), flush=True)",
    output_hook=lambda told: print(told["content"].get("text", ""), end="", flush=True))
sys.stdin.read()
client.stop_channels()
manager.shutdown_kernel(now=True)
manager.cleanup_resources()
"""


pytestmark = pytest.mark.usefixtures("own_event_loop")


@pytest.fixture(scope="module")
def kernels(runtime, tmp_path_factory) -> Iterator[Kernels]:
    with own_kernels(tmp_path_factory.mktemp("jupyter"), runtime) as made:
        made.specify("bare", preload=[])
        yield made


def client_of(environment: dict[str, str], stack: ExitStack) -> subprocess.Popen[str]:
    return stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-c", CLIENT], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )
    )  # fmt: skip


def warm_processes(runtime: Path) -> set[int]:
    """The processes that serve, or are about to, below a folder of sockets; not their kernels."""
    mark = f"JUPYTER_RUNTIME_DIR={runtime}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"coverage_lib.kernels.warm" in words and mark in environment:
            found.add(int(entry.name))
    return found - set().union(*map(children, found))


def waiting_for(file: Path) -> int:
    """How many processes wait for the lock on a file: Linux marks them with an arrow."""
    inode = f":{file.stat().st_ino} "
    lines = Path("/proc/locks").read_text().splitlines()
    return sum("->" in line and inode in line for line in lines)


def test_two_clients_at_once_start_one_warm_process(kernels, tmp_path_factory):
    """Both have found nobody there and wait at the lock when it is opened for them."""
    with tempfile.TemporaryDirectory(prefix="cw-") as name, ExitStack() as stack:
        runtime = Path(name)
        folder = runtime / "cakupan"
        folder.mkdir(mode=0o700)
        with locked(folder):
            clients = [client_of(environment_for(kernels, runtime), stack) for _ in range(2)]
            while waiting_for(folder / "warm.lock") < 2:
                ahead = select.select([client.stdout for client in clients], [], [], 0)[0]
                assert not ahead, "nobody waits for a lock"
        told = [tuple(map(int, client.stdout.readline().split())) for client in clients]
        (first, warm), (second, same) = told
        assert first != second
        assert warm_processes(runtime) == {warm} == {same}
        assert children(warm) == {first, second}
        for client in clients:
            client.stdin.close()
        assert [client.wait() for client in clients] == [0, 0]
        os.kill(warm, signal.SIGTERM)


def handles_of(stack: ExitStack, content: object) -> list[int]:
    """What comes with a request: its file, empty streams, this process as the client."""
    number = os.memfd_create("request")
    stack.callback(os.close, number)
    os.write(number, content if isinstance(content, bytes) else json.dumps(content).encode())
    nothing = os.open(os.devnull, os.O_RDWR)
    stack.callback(os.close, nothing)
    client = os.pidfd_open(os.getpid())
    stack.callback(os.close, client)
    return [number, nothing, nothing, nothing, client]


WHOLE = {"command": ["python"], "environment": {}, "folder": "/", "umask": 0, "independent": False}
WORD = [b"start"]
#: What the word is, what its file says, how many open files come with it.
MALFORMED = {
    "another word": ([b"stop"], WHOLE, 5),
    "rubbish": ([bytes(range(256))], b"\0\xff", 5),
    "longer than a packet": ([b"start" + b" " * PACKET_BYTES * 40], WHOLE, 5),
    "no files": (WORD, WHOLE, 0),
    "half of the files": (WORD, WHOLE, 3),
    "half a text": (WORD, json.dumps(WHOLE)[:40].encode(), 5),
    "nothing in it": (WORD, b"", 5),
    "too deep": (WORD, b"[" * 100_000, 5),
    "a list": (WORD, [], 5),
    "a name too many": (WORD, {**WHOLE, "other": 1}, 5),
    "no command": (WORD, {**WHOLE, "command": None}, 5),
    "numbers for texts": (WORD, {**WHOLE, "environment": {"PATH": 1}}, 5),
}


def connection_to(kernel: Kernel) -> socket.socket:
    """Another one to the process that a kernel was forked from."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(30)
    connection.connect(address_of(kernel))
    return connection


def address_of(kernel: Kernel) -> str:
    return kernel.manager.provisioner.process._connection.getpeername()


def hung_up(connection: socket.socket) -> bool:
    """It ends; with a reset where something that was sent stays unread."""
    try:
        return connection.recv(PACKET_BYTES) == b""
    except ConnectionError:
        return True


def test_a_malformed_request_leaves_the_warm_process_as_it_was(kernels, runtime):
    with kernels.running("bare") as kernel:
        warm = kernel.parent
        open_before = len(list(Path(f"/proc/{warm}/fd").iterdir()))
        for name, (word, content, number) in MALFORMED.items():
            with ExitStack() as stack, connection_to(kernel) as connection:
                handles = handles_of(stack, content)[:number]
                socket.send_fds(connection, word, handles)
                assert hung_up(connection), name
        with ExitStack() as stack, connection_to(kernel) as connection:
            endless = os.open("/dev/zero", os.O_RDONLY)
            stack.callback(os.close, endless)
            socket.send_fds(connection, WORD, [endless, *handles_of(stack, WHOLE)[1:]])
            assert hung_up(connection), "a file without an end"
        with ExitStack() as stack, connection_to(kernel) as connection:
            handles = handles_of(stack, WHOLE)
            os.write(handles[0], b" " * LONGEST_REQUEST)
            socket.send_fds(connection, WORD, handles)
            assert hung_up(connection), "a file that is too long"
        connection_to(kernel).close()
        with connection_to(kernel) as gone:
            send_request(gone, Request(("python",), {}, "/", 0, False), (0, 1, 2))
        with connection_to(kernel) as connection:
            connection.send(b"stop")
            assert hung_up(connection), "it has heard all that was before"
        assert kernel.value("6 * 7") == 42
        assert kernel.parent == warm
        with kernels.running("bare") as other:
            assert other.parent == warm
        while children(warm) != {kernel.pid}:
            assert warm in warm_processes(runtime)
        assert len(list(Path(f"/proc/{warm}/fd").iterdir())) <= open_before + 1
        log = Path(address_of(kernel)).with_suffix(".log").read_text()
        assert log.count("This is no request") == len(MALFORMED) + 3
        assert "Error" not in log.replace("Error.", ""), "no traceback"


def test_rubbish_on_the_way_to_a_kernel_leaves_the_kernel_alone(kernels):
    with kernels.running("bare") as kernel:
        warm = kernel.parent
        connection = kernel.manager.provisioner.process._connection
        connection.send(b"rubbish")
        with ExitStack() as stack:
            socket.send_fds(connection, WORD, handles_of(stack, WHOLE))
        with connection_to(kernel) as other:
            other.send(b"stop")
            assert hung_up(other)
        assert kernel.value("6 * 7") == 42
        assert children(warm) == {kernel.pid}
        kernel.client.execute("import os; os._exit(7)")
        assert kernel.exit_code() == 7, "it is told on the same connection"


def test_a_kernel_and_its_client_that_end_together_take_nobody_with_them(kernels, runtime):
    """Both ends are told in one breath to a warm process that was held up."""
    environment = environment_for(kernels, runtime)
    with kernels.running("bare", env=environment) as kernel, ExitStack() as stack:
        warm = kernel.parent
        client = client_of(environment, stack)
        ended, same = map(int, client.stdout.readline().split())
        assert same == warm
        handle = os.pidfd_open(ended)
        os.kill(warm, signal.SIGSTOP)
        while Path(f"/proc/{warm}/stat").read_text().rpartition(") ")[2][0] != "T":
            assert warm in warm_processes(runtime)
        os.kill(ended, signal.SIGKILL)
        assert wait_for_end(handle)
        os.close(handle)
        client.kill()
        client.wait()
        os.kill(warm, signal.SIGCONT)
        while children(warm) != {kernel.pid}:
            assert warm in warm_processes(runtime)
        assert kernel.value("6 * 7") == 42
        with kernels.running("bare", env=environment) as other:
            assert other.parent == warm


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("warm")}


def test_what_a_killed_client_left_goes_at_the_next_start(kernels, runtime):
    folder = runtime / "cakupan"
    with ExitStack() as stack:
        client = client_of(environment_for(kernels, runtime), stack)
        handle = os.pidfd_open(int(client.stdout.readline().split()[0]))
        client.kill()
    assert wait_for_end(handle)
    os.close(handle)
    left = names(folder)
    assert len(left) == 7, "a connection file, five sockets, the owner's"
    with ExitStack() as stack:
        client = client_of(environment_for(kernels, runtime), stack)
        client.stdout.readline()
        assert not names(folder) & left
        assert len(names(folder)) == 7
        sweep(folder)
        assert len(names(folder)) == 7, "those of a client that lives are not touched"
        client.stdin.close()
        assert client.wait() == 0
    assert names(folder) == set()


def test_only_what_is_nobodys_is_swept(tmp_path):
    with tempfile.TemporaryDirectory(prefix="cw-") as name, ExitStack() as stack:
        folder = Path(name)

        def put(stem: str, *, listens: bool = False, age: int = 0) -> None:
            (folder / f"{stem}.json").touch()
            bound = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            bound.bind(str(folder / f"{stem}-1"))
            if listens:
                bound.listen()
            for path in folder.glob(f"{stem}*"):
                then = path.stat().st_mtime - age
                os.utime(path, (then, then))

        owned = Owner(folder, "owned")
        put("kernel-owned", age=10**6)
        (folder / "kernel-dead.owner").touch()
        put("kernel-dead")
        (folder / "kernel-independent.owner").touch()
        put("kernel-independent", listens=True)
        put("kernel-earlier", age=90_000)
        put("kernel-starting", age=80_000)
        put("warm-served", listens=True, age=90_000)
        put("warm-dead", age=90_000)
        (folder / "somebody-elses").touch()
        sweep(folder)
        kept = {path.stem.removesuffix("-1") for path in folder.iterdir()}
        assert kept == {
            "kernel-owned", "kernel-independent", "kernel-starting", "warm-served", "warm",
            "somebody-elses",
        }  # fmt: skip
        assert stat.S_IMODE((folder / "kernel-owned.owner").stat().st_mode) == 0o600
        owned.release()
        owned.release()
        assert not (folder / "kernel-owned.owner").exists()


def test_a_pack_says_once_why_kernels_are_not_forked(tmp_path, monkeypatch):
    """As on a system without handles of processes: all is made all the same."""
    make_project(tmp_path)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    monkeypatch.delattr(os, "pidfd_open")
    asked = ["report", "--period", "2025-06", "--notebook", "uji", "--lang", "id", "--lang", "en"]
    done = CliRunner().invoke(app, [*asked, "--jobs", "1"])
    assert done.exit_code == 0, done.stderr
    told = "report: kernels start the usual, slower way: this system cannot fork one"
    assert [line for line in done.stderr.splitlines() if "kernel" in line] == [told]
    assert len(list((tmp_path / "reports" / "2025-06" / "19").iterdir())) == 4


def test_a_folder_without_locks_costs_no_kernel(kernels, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("coverage_lib.kernels.provisioner.Owner", refuse)
    with kernels.running("bare", env=HERE) as kernel:
        assert kernel.value("1 + 1") == 2


def test_the_warm_process_leaves_when_nobody_needs_it(kernels):
    kernels.specify("brief", preload=[], linger=0.2)
    with kernels.running("brief") as kernel:
        handle = os.pidfd_open(kernel.parent)
    assert wait_for_end(handle)
    os.close(handle)
    with kernels.running("brief") as kernel:
        assert kernel.parent != os.getpid()


def test_environment_limits_and_folder_decide_who_shares(tmp_path):
    base = {"PATH": "/bin", "LC_ALL": "C.UTF-8"}
    command = ["python", "5", "[]"]

    def key(environment: dict[str, str] = base, folder: str = "/") -> str:
        return place.key_of(command, environment, folder)

    assert key() == key({**base, "CAKUPAN_PROJECT": "x", "JPY_SESSION_NAME": "y", "PWD": "/z"})
    others = [
        key({**base, "LC_ALL": "id_ID.UTF-8"}),
        key({**base, "OMP_NUM_THREADS": "1"}),
        key(folder="/tmp"),
        place.key_of(["python3", "5", "[]"], base, "/"),
    ]
    assert len({key(), *others}) == 5
    assert place.folder_of_imports(tmp_path, base) == "/"
    assert place.folder_of_imports(tmp_path, {"PYTHONPATH": "src"}) == str(tmp_path)
    (tmp_path / "matplotlibrc").write_text("font.size: 7\n")
    assert place.folder_of_imports(tmp_path, base) == str(tmp_path)


def test_a_file_that_changes_or_goes_is_seen(tmp_path):
    file = tmp_path / "module.py"
    file.touch()
    then = {str(file): file.stat().st_mtime_ns}
    assert not changed(then)
    os.utime(file, ns=(1, 1))
    assert changed(then)
    file.unlink()
    assert changed(then)
