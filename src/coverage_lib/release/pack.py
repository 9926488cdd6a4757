"""A month's briefings from marts to published files: all that are asked for, or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage_lib.briefing.manifest import month_manifest, read_manifest, write_manifest
from coverage_lib.briefing.parameters import check_parameters
from coverage_lib.briefing.plan import Job
from coverage_lib.config import CONFIG_NAME, Settings, load_settings
from coverage_lib.errors import BriefingError, CakupanError, StoreError
from coverage_lib.intake.store import PeriodStore
from coverage_lib.marts import Mart
from coverage_lib.periods import Month
from coverage_lib.release.aside import Aside, outputs_are_whole
from coverage_lib.release.failures import Failures
from coverage_lib.release.keys import about_and_key, read_by_notebooks, state_beside_mart
from coverage_lib.release.making import Outcome, Task, require_made
from coverage_lib.release.publish import ReportedMonth, held_month
from coverage_lib.release.state import code_and_libraries
from coverage_lib.release.workers import IN_PROCESS, Workers, make_all
from coverage_lib.sources.catalogue import file_sha256
from coverage_lib.sources.no_room import why_no_room


@dataclass(frozen=True)
class Choice:
    """What of earlier work counts.

    With `resume` a briefing that is up to date, published or aside, is not made again. With
    `force` everything that lies aside is removed first, that of other jobs as well.
    """

    resume: bool = False
    force: bool = False


ALL_ANEW = Choice()


@dataclass(frozen=True)
class Planned:
    """How many briefings are to be made, how many of those asked for are up to date."""

    to_make: int
    up_to_date: int
    aside: int


Event = Planned | Outcome
Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Pack:
    """What came of a run: the published files of all that was asked for, and what was made of it."""

    files: tuple[Path, ...]
    made: int
    up_to_date: int


def pack_error(failed: Sequence[Outcome], asked: int, where: Path) -> BriefingError:
    """One line about all that failed, and where it is kept."""
    first = failed[0].error or ""
    if asked == 1:
        told = first
    elif len(failed) == 1:
        told = f"1 of {asked} briefings failed, so none is published: {first}"
    else:
        told = f"{len(failed)} of {asked} briefings failed, so none is published; first: {first}"
    kept = f"see {where.parent.name}/{where.name}"
    rest = "" if asked == 1 else "; the others are kept aside for --resume"
    return BriefingError(f"{told.rstrip('.')} ({kept}{rest}).")


def make_pack(
    settings: Settings,
    jobs: Sequence[Job],
    mart: Mart,
    reports: Path,
    listener: Listener,
    workers: Workers = IN_PROCESS,
    choice: Choice = ALL_ANEW,
) -> Pack:
    """Make all jobs of one month aside, then publish them together with their manifest.

    Where one fails the others are made all the same and stay aside, what readers see stays as it
    was, and a BriefingError counts those that failed. Raises BriefingError where what they are made from
    changed meanwhile, StoreError where there is no room, and what `check_parameters`, `load_settings` and
    `make_all` raise.
    """
    period = jobs[0].period
    for notebook, job in {job.notebook: job for job in jobs}.items():
        check_parameters(notebook, job.parameters)
    with _tell_of_no_room(period), held_month(reports, period) as month:
        earlier = read_manifest(month.published)
        aside, failures = Aside(month.aside), Failures(month.failed)
        aside.clear_half_made()
        if choice.force:
            aside.drop_all()
        beside = state_beside_mart(settings, mart.account.profile, period)
        tasks = [
            Task(job, settings.project, aside, failures, *about_and_key(job, mart, beside))
            for job in jobs
        ]
        published = _up_to_date(tasks, earlier, month) if choice.resume else set()
        kept = {
            task.job.name
            for task in tasks
            if choice.resume
            and task.job.name not in published
            and aside.entry(task.job.name, task.key) is not None
        }
        to_make = [task for task in tasks if task.job.name not in published | kept]
        listener(Planned(len(to_make), len(published), len(kept)))
        failed = _make(to_make, workers, listener)
        try:
            _check_unchanged(settings, mart, tasks, beside)
        except CakupanError:
            for task in to_make:  # of which state each is nobody knows
                aside.drop(task.job.name)
            raise
        if failed:
            raise pack_error(failed, len(jobs), month.failed)
        new = [task for task in tasks if task.job.name not in published]
        if new:
            _publish(month, earlier, new)
        for task in tasks:  # those of an earlier run too, which may have been killed just here
            aside.drop(task.job.name)
            failures.drop(task.job.name)
    files = [month.published / f"{job.name}.{kind}" for job in jobs for kind in ("html", "pdf")]
    return Pack(tuple(files), len(to_make), len(published) + len(kept))


def _up_to_date(
    tasks: Sequence[Task], earlier: Mapping[str, Any], month: ReportedMonth
) -> set[str]:
    """Names of what readers have already, made from the very same and whole."""
    briefings = earlier.get("briefings", {})
    return {
        task.job.name
        for task in tasks
        if briefings.get(task.job.name, {}).get("key") == task.key
        and outputs_are_whole(month.published, briefings[task.job.name])
    }


def _make(tasks: Sequence[Task], workers: Workers, listener: Listener) -> list[Outcome]:
    """Make all; the outcomes of those that failed, in the order of their names."""
    failed = []
    for task in tasks:
        task.aside.drop(task.job.name)
        task.failures.drop(task.job.name)
    for outcome in make_all(tasks, workers) if tasks else ():
        listener(outcome)
        if outcome.error is not None:
            failed.append(outcome)
    return sorted(failed, key=lambda outcome: outcome.name)


def _publish(month: ReportedMonth, earlier: Mapping[str, Any], tasks: Sequence[Task]) -> None:
    """Lay what is aside over what readers have, and put it in place."""
    made = {task.job.name: {**require_made(task), "key": task.key} for task in tasks}
    folder = month.start_pack()
    for entry in made.values():
        for name in entry["outputs"]:
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            # What is there is a hard link to what readers see, which must not change.
            target.unlink(missing_ok=True)
            os.link(month.aside / name, target)
    write_manifest(folder, month_manifest(month.period, earlier, made))
    month.publish()


@contextmanager
def _tell_of_no_room(period: Month) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        reason = why_no_room(error)
        if reason is None:
            raise
        raise StoreError(
            f"no room to write the briefings of {period}: {reason}. Readers see what they saw before; "
            "make room, then go on with --resume."
        ) from error


def _check_unchanged(settings: Settings, mart: Mart, tasks: Sequence[Task], beside: str) -> None:
    """Every kernel reads what is current: all of them must have read the same."""
    period = tasks[0].job.period
    stored = PeriodStore(settings.store, mart.account.profile, period).require_current()
    if stored.account.generation != mart.account.generation:
        raise BriefingError(
            f"{period} was pulled anew while its briefings were made, so they would mix two states; "
            "run report again."
        )
    if code_and_libraries.__wrapped__() != code_and_libraries():
        raise BriefingError(
            f"cakupan itself was changed while the briefings of {period} were made, so they would mix two "
            "states; run report again."
        )
    if read_by_notebooks(load_settings(settings.project)) != read_by_notebooks(settings):
        raise BriefingError(
            f"{CONFIG_NAME} or the office's logo was changed while the briefings of {period} were made, so "
            "they would mix two states; run report again."
        )
    planned = {(task.job.notebook, task.about["notebook"]["sha256"]) for task in tasks}
    for notebook, sha256 in sorted(planned):
        if not notebook.is_file() or file_sha256(notebook) != sha256:
            raise BriefingError(
                f"{notebook.name} was changed while its briefings of {period} were made, so they would mix "
                "two states; run report again."
            )
    if state_beside_mart(settings, mart.account.profile, period) != beside:
        raise BriefingError(
            f"rosters of {period} were linked anew, or a list of regions was changed, while its briefings "
            "were made, so they would mix two states; run report again."
        )
