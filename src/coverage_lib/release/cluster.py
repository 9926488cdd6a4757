"""A Dask cluster as the place where briefings are made: looked at before anything is sent there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from joblib import parallel_config

from coverage_lib.errors import ConfigError
from coverage_lib.release.state import code_and_libraries

_SECONDS_TO_ANSWER = 20


@contextmanager
def on_cluster(address: str, jobs: int | None, project: Path) -> Iterator[None]:
    """All work of joblib goes to the scheduler's workers, `jobs` of them at most, while the block runs.

    Raises ConfigError where Dask is not installed, nothing answers there, no worker is known, or
    one of them does not see the project or has other code or libraries: a pack has one state.
    """
    if find_spec("distributed") is None:
        raise ConfigError(
            "--scheduler needs Dask, which is not installed: pip install '.[dask]' in the project's "
            "environment, and in that of every worker."
        )
    from distributed import Client  # noqa: PLC0415  an extra that most do without

    try:
        client = Client(  # type: ignore[no-untyped-call]  # upstream
            address, timeout=_SECONDS_TO_ANSWER, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"no Dask scheduler answers at {address} ({type(error).__name__}); an address such as "
            "tcp://host:8786 was expected."
        ) from error
    with client:
        chosen = _workers_in_order(client, address, project)[:jobs]
        with (
            parallel_config(
                backend="dask", client=client, workers=chosen, pure=False, retries=1, n_jobs=-1
            ),
            _quiet_when_stopped(),
        ):
            yield


@contextmanager
def _quiet_when_stopped() -> Iterator[None]:
    """What was under way is dropped where the block raises; Dask would print a traceback of each."""
    try:
        yield
    except BaseException:
        for name in ("distributed", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        raise


def _workers_in_order(client: Any, address: str, project: Path) -> list[str]:
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
        told = client.run(state_of_worker, str(project), on_error="return")
    except TimeoutError as error:
        raise ConfigError(f"the scheduler at {address} has no worker; start some.") from error
    ours = state_of_worker(str(project))
    for worker, state in sorted(told.items()):
        if isinstance(state, BaseException) or state[1:] != ours[1:]:
            raise ConfigError(
                f"the worker at {worker} has other code or libraries than this process; install the "
                "same version there, from the same lock, and start it again."
            )
        if not state[0]:
            raise ConfigError(
                f"the worker at {worker} does not see the project's folder; project, store and reports "
                "must lie on a file system that all workers have under the same path."
            )
    return sorted(told)


def state_of_worker(project: str) -> tuple[bool, str]:
    """Whether a process sees the project, and with what code it would make briefings."""
    return (Path(project) / "cakupan.toml").is_file(), "\n".join(code_and_libraries())
