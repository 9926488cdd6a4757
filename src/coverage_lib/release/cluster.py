"""A Dask cluster as the place where briefings are made: looked at, then given a few at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coverage_lib.errors import BriefingError, CakupanError, ConfigError
from coverage_lib.release.making import Outcome, Task, make_one
from coverage_lib.release.state import code_and_libraries
from coverage_lib.sources.no_room import pass_no_room

State = tuple[bool, str]

_SECONDS_TO_ANSWER = 20
#: A cluster starts workers again that have died, and others at will: so long it may have none.
_SECONDS_WITHOUT_WORKER = 20
#: How often it is looked whether there is one, while nothing comes.
_SECONDS_BETWEEN_LOOKS = 5


def made_on_cluster(tasks: Sequence[Task], address: str, jobs: int | None) -> Iterator[Outcome]:
    """The outcomes of all tasks, made by the scheduler's workers, `jobs` at once at most.

    Workers may come and go meanwhile: what a lost one was at is made by another. Raises ConfigError
    where Dask is not installed, nothing answers there, no worker is known, or one of them does not
    see the project or has other code or libraries: a pack has one state. Raises BriefingError where
    the workers or the scheduler are lost, and what a worker raises for a full disk.
    """
    with _client(address) as client:
        ours = _state_of_all(client, address, tasks[0].project)
        waiting = list(reversed(tasks))
        under_way: set[Any] = set()
        while waiting or under_way:
            try:
                # Two for each thread, so that none waits for this process.
                room = jobs or 2 * max(1, sum(client.nthreads().values()))
                while waiting and len(under_way) < room:
                    under_way.add(
                        client.submit(make_there, waiting.pop(), ours, pure=False, retries=1)
                    )
                done = _first_done(client, under_way)
                outcomes = [future.result() for future in done]
            except Exception as error:
                raise _fault(error) from error
            under_way -= done
            yield from outcomes
        # A worker that was lost has left what it was at.
        tasks[0].aside.clear_half_made()


def make_there(task: Task, state: State) -> Outcome:
    """In a worker, which may be newer than the run: `make_one`, with the code of the run alone."""
    why = _why_not(state_of_worker(str(task.project)), state)
    if why is not None:
        raise ConfigError(f"a worker that came to the cluster during the run {why}")
    return make_one(task)


def _first_done(client: Any, under_way: set[Any]) -> set[Any]:
    """Those of the futures that are through, as soon as one is. Raises TimeoutError without workers."""
    from distributed import wait  # noqa: PLC0415  an extra that most do without

    while True:
        try:
            done: set[Any] = wait(  # type: ignore[no-untyped-call]  # upstream
                under_way, timeout=_SECONDS_BETWEEN_LOOKS, return_when="FIRST_COMPLETED"
            ).done
        except TimeoutError:
            client.wait_for_workers(1, timeout=_SECONDS_WITHOUT_WORKER)
        else:
            return done


def _fault(error: Exception) -> CakupanError:
    """What is told of work that a cluster did not bring to an end. Raises the error for a full disk."""
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415  an extra, as above

    pass_no_room(error)
    if isinstance(error, CakupanError):
        return error
    if isinstance(error, KilledWorker):
        told = (
            "the cluster's workers ended while they made a briefing, again and again, most often because "
            "memory ran out"
        )
    elif isinstance(error, TimeoutError):
        told = "the cluster has no worker any more"
    elif isinstance(error, CancelledError | OSError):
        told = "the cluster's scheduler was lost, or dropped the work"
    else:
        told = f"the cluster failed ({type(error).__name__})"
    return BriefingError(f"{told}; see the logs of its workers, then make the rest with --resume.")


@contextmanager
def _client(address: str) -> Iterator[Any]:
    if find_spec("distributed") is None:
        raise ConfigError(
            "--scheduler needs Dask, which is not installed: pip install '.[dask]' in the project's "
            "environment, and in that of every worker."
        )
    from distributed import Client  # noqa: PLC0415  an extra, as above

    # A traceback of each thing that is dropped or lost: the run tells it in its one line.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_SECONDS_TO_ANSWER)  # type: ignore[no-untyped-call]  # upstream
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"no Dask scheduler answers at {address} ({type(error).__name__}); an address such as "
            "tcp://host:8786 was expected."
        ) from error
    with client:
        yield client


def _state_of_all(client: Any, address: str, project: Path) -> State:
    """What this process and each worker see and run: the same, or a ConfigError names the worker."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
        told = client.run(state_of_worker, str(project), on_error="return")
    except TimeoutError as error:
        raise ConfigError(f"the scheduler at {address} has no worker; start some.") from error
    ours = state_of_worker(str(project))
    for worker, state in sorted(told.items()):
        why = _why_not(state, ours)
        if why is not None:
            raise ConfigError(f"the worker at {worker} {why}")
    return ours


def _why_not(state: State | BaseException, ours: State) -> str | None:
    if isinstance(state, BaseException) or state[1:] != ours[1:]:
        return (
            "has other code or libraries than this process; install the same version there, from the "
            "same lock, and start it again."
        )
    if not state[0]:
        return (
            "does not see the project's folder; project, store and reports must lie on a file system "
            "that all workers have under the same path."
        )
    return None


def state_of_worker(project: str) -> State:
    """Whether a process sees the project, and with what code it would make briefings."""
    return (Path(project) / "cakupan.toml").is_file(), "\n".join(code_and_libraries())
