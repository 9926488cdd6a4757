"""The client's side of a start: what can be forked, with which streams, from which process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

from coverage_lib.kernels.place import (
    Place,
    folder_of_imports,
    key_of,
    lasting_environment,
    locked,
    private_folder,
    umask_now,
)
from coverage_lib.kernels.request import Request

#: In the environment of a kernel: `off` starts it as Jupyter does.
SWITCH = "CAKUPAN_WARM_KERNELS"
#: What starts a kernel of Python: the interpreter's options stand before, the kernel's after it.
LAUNCHER = ["-m", "ipykernel_launcher"]
#: For the interpreter alone; the imports come after.
_START_SECONDS = 60
#: What ipykernel sets before a cell can import what reads it.
_AS_IN_A_KERNEL = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
_NO_FOLDER = "no folder is private, and short enough for the names of sockets"
#: Of `Popen`, what a fork can give; Jupyter itself passes no more.
_OPTIONS = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "kernel_id"}


class CannotForkError(Exception):
    """Why a kernel is started the usual way. A user sees it as a line of the log only."""


@dataclass(frozen=True)
class Start:
    """What one kernel is made of: the process that is forked, and what its child is asked to be."""

    place: Place
    interpreter: tuple[str, ...]
    arguments: tuple[str, ...]
    folder: str
    request: Request

    def connect(self) -> socket:
        """A connection to the warm process, which is started where none listens.

        Its socket is made here and handed on, so that the request can wait there already.
        Raises CannotForkError where not even the interpreter starts.
        """
        with locked(self.place.folder):
            connection = self.place.connect()
            if connection is not None:
                return connection
            with self.place.listen() as listener, self.place.log.open("wb") as log:
                number = listener.fileno()
                started = subprocess.run(  # noqa: S603  the interpreter that the kernelspec names
                    [*self.interpreter, "-m", f"{__package__}.warm", str(number), *self.arguments],
                    env=_AS_IN_A_KERNEL | lasting_environment(self.request.environment),
                    cwd=self.folder,
                    pass_fds=(number,),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    check=False,
                    timeout=_START_SECONDS,
                )
                connection = self.place.connect()
        if started.returncode != 0 or connection is None:
            raise CannotForkError(f"it does not start; {self.place.log} says why")
        return connection


def switched_off(options: Mapping[str, Any]) -> bool:
    """Whether the kernel's environment asks for the usual start, in any spelling of off."""
    return str(options["env"].get(SWITCH, "")).lower() in {"off", "0", "no", "false"}


def can_fork() -> bool:
    """Whether this system has what it takes: fork, handles of processes, files in memory."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def why_not_forked(environment: Mapping[str, str]) -> str | None:
    """What keeps every kernel here from being forked, before any is started; None if it is nothing.

    None as well where the environment asks for the usual start.
    """
    if switched_off({"env": environment}):
        return None
    if not can_fork():
        return "this system cannot fork one"
    return None if private_folder() else _NO_FOLDER


def plan_start(
    command: Sequence[str], options: Mapping[str, Any], modules: Sequence[str], linger: float
) -> Start:
    """Decide how a kernel is forked. Raises CannotForkError for whatever only Popen can do."""
    environment: dict[str, str] = options["env"]
    unknown = set(options) - _OPTIONS
    if unknown:
        raise CannotForkError(f"it cannot be given {', '.join(sorted(unknown))}")
    words = [os.path.expanduser(word) for word in command]  # noqa: PTH111  some are no paths
    launcher = words.index(LAUNCHER[0]) if LAUNCHER[0] in words else len(words)
    if words[launcher : launcher + 2] != LAUNCHER:
        raise CannotForkError("its command is not that of a Python kernel")
    cwd = Path(options.get("cwd") or ".").absolute()
    if not cwd.is_dir():
        raise CannotForkError("its folder is not there")
    folder = private_folder()
    if folder is None:
        raise CannotForkError(_NO_FOLDER)
    independent = bool(options.get("independent", False))
    if not independent:
        environment = {**environment, "JPY_PARENT_PID": str(os.getpid())}
    interpreter = words[:launcher]
    arguments = (str(linger), json.dumps(list(modules)))
    imports = folder_of_imports(cwd, environment)
    return Start(
        Place(folder, key_of([*interpreter, *arguments], environment, imports)),
        tuple(interpreter),
        arguments,
        imports,
        Request(tuple(words), environment, str(cwd), umask_now(), independent),
    )


@contextmanager
def open_streams(options: Mapping[str, Any]) -> Iterator[tuple[int, int, int]]:
    """The kernel's input, output and errors, as Popen takes them. Raises CannotForkError for pipes.

    Without any, input is empty and the other two are the client's own, as Jupyter has it.
    """
    with ExitStack() as opened:
        empty, other_end = os.pipe()
        opened.callback(os.close, empty)
        os.close(other_end)
        nothing = opened.enter_context(Path(os.devnull).open("r+b", buffering=0)).fileno()

        def number_of(name: str, default: int) -> int:
            given = options.get(name)
            if given is None:
                return default
            if given == subprocess.DEVNULL:
                return nothing
            if given in (subprocess.PIPE, subprocess.STDOUT):
                raise CannotForkError(f"{name} is to be a pipe")
            return int(given) if isinstance(given, int) else int(given.fileno())

        output = number_of("stdout", 1)
        merged = options.get("stderr") == subprocess.STDOUT
        yield number_of("stdin", empty), output, output if merged else number_of("stderr", 2)
