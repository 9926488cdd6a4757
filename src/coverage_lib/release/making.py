"""One briefing, in whichever process it is made: what goes in, what is told of it."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coverage_lib.briefing.execute import executed_notebook, make_briefing
from coverage_lib.briefing.manifest import briefing_entry
from coverage_lib.briefing.plan import Job
from coverage_lib.errors import BriefingError, CakupanError, on_one_line
from coverage_lib.release.aside import Aside
from coverage_lib.release.failures import Failures, without_folders
from coverage_lib.sources.no_room import pass_no_room


@dataclass(frozen=True)
class Task:
    """A job, what the manifest says of it, the key of its inputs, and where it is to lie."""

    job: Job
    project: Path
    aside: Aside
    failures: Failures
    about: Mapping[str, Any]
    key: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job: made, or the one line that says why not; and what its steps took."""

    name: str
    error: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def make_one(task: Task) -> Outcome:
    """Make a briefing and keep it aside; a notebook that fails is kept beside its error.

    Whatever goes wrong is the outcome of this briefing alone, but for a full disk or
    memory, which is raised: all others would fail of it as well.
    """
    name = task.job.name
    scratch = task.aside.new_scratch(name)
    try:
        rendered = make_briefing(task.job, task.project, scratch, task.about)
        task.aside.keep(name, task.key, briefing_entry(rendered), rendered.files)
    except Exception as error:  # noqa: BLE001  hundreds of briefings do not end for one of them
        pass_no_room(error)
        known = isinstance(error, CakupanError)
        told = str(error) if known else f"{name}: {type(error).__name__}: {error}"
        details = told if known else "".join([told, "\n\n", *traceback.format_exception(error)])
        task.failures.keep(name, details, executed_notebook(task.job, scratch))
        return Outcome(name, without_folders(on_one_line(told)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        with suppress(OSError):
            scratch.parent.rmdir()
    return Outcome(name, None, rendered.seconds)


def require_made(task: Task) -> Mapping[str, Any]:
    """The manifest's entry of a made briefing. Raises BriefingError where it is not whole any more."""
    entry = task.aside.entry(task.job.name, task.key)
    if entry is None:
        raise BriefingError(
            f"{task.job.name} was changed after it was made, by another program or an earlier run "
            "that was still at work; run report again with --resume."
        )
    return entry
