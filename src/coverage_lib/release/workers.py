"""Briefings side by side: in this process, in others of this machine, or on a Dask cluster."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Thread

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from coverage_lib.errors import BriefingError
from coverage_lib.release.cluster import made_on_cluster
from coverage_lib.release.making import Outcome, Task, make_one

#: A worker's imports take as long as some briefings: fewer than these for each do not pay.
LEAST_A_WORKER = 4
#: What takes longest first, so that no core waits for a province at the end.
_LARGEST_FIRST = ("provinsi", "kabupaten", "kecamatan", "desa")


@dataclass(frozen=True)
class Workers:
    """How many at once; None for as many as this machine has cores, or the cluster has threads.

    `scheduler` is the address of a Dask scheduler. Its workers see project, store and reports
    under the same paths as this process, and have the same environment.
    """

    jobs: int | None = None
    scheduler: str | None = None

    def number_for(self, tasks: int) -> int:
        """How many processes of this machine make so many briefings."""
        if self.jobs is not None:
            return max(1, min(self.jobs, tasks))
        return max(1, min(int(cpu_count()), tasks // LEAST_A_WORKER))


IN_PROCESS = Workers(jobs=1)


def make_all(tasks: Sequence[Task], workers: Workers) -> Iterator[Outcome]:
    """The outcomes of all tasks, each as soon as it is there.

    Raises BriefingError where a worker process was ended from outside or the cluster was lost,
    ConfigError where the cluster cannot be used, OSError for a full disk. What was made until then stays aside.
    """
    ordered = largest_first(tasks)
    if workers.scheduler is not None:
        yield from made_on_cluster(ordered, workers.scheduler, workers.jobs)
        return
    number = workers.number_for(len(ordered))
    if number == 1:
        yield from map(make_one, ordered)
        return
    with parallel_config(
        backend="loky",
        n_jobs=number,
        inner_max_num_threads=1,
        initializer=end_with_run,
        initargs=(os.getpid(),),
    ):
        # One at a time to each: the pages of a province and of a village differ by ten times.
        side_by_side = Parallel(
            return_as="generator_unordered", batch_size=1, pre_dispatch="2 * n_jobs"
        )
        try:
            yield from side_by_side(delayed(make_one)(task) for task in ordered)
        except BrokenProcessPool as error:
            raise BriefingError(
                "a process that makes briefings was ended from outside, most often because memory ran "
                "out; make the rest with --resume, and fewer at once with --jobs."
            ) from error
        finally:
            _end_processes()


def largest_first(tasks: Sequence[Task]) -> list[Task]:
    """Provinces, then districts, sub-districts, villages; as given within a level."""
    return sorted(tasks, key=lambda task: _LARGEST_FIRST.index(task.job.region.level))


def _end_processes() -> None:
    """They would stay for minutes, with their memory, and the program with them."""
    executor = get_reusable_executor(reuse=True)
    # joblib's own executor takes its folder of large arrays away as well.
    getattr(executor, "terminate", executor.shutdown)(kill_workers=True)


def end_with_run(pid: int) -> None:
    """In a worker: end when the run's process does, and at once where it has; nothing without Linux.

    Left by a run that was killed it would stay for minutes, with its memory.
    """
    if not hasattr(os, "pidfd_open"):
        return
    try:
        run = os.pidfd_open(pid)
    except ProcessLookupError:
        os._exit(1)
    Thread(target=_wait_and_end, args=(run,), daemon=True).start()


def _wait_and_end(run: int) -> None:
    watch = select.poll()
    watch.register(run, select.POLLIN)
    watch.poll()
    os._exit(1)
