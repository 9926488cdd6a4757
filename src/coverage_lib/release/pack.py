"""A run of jobs from marts to published files: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from coverage_lib.briefing.execute import Rendered, make_briefing
from coverage_lib.briefing.manifest import made_from, month_manifest, read_manifest, write_manifest
from coverage_lib.briefing.plan import Job
from coverage_lib.config import Settings
from coverage_lib.errors import BriefingError
from coverage_lib.intake.store import PeriodStore
from coverage_lib.marts import Mart
from coverage_lib.periods import Month
from coverage_lib.release.publish import staged_month

Progress = Callable[[Job], None]


def make_pack(
    settings: Settings, jobs: Sequence[Job], mart: Mart, reports: Path, progress: Progress
) -> tuple[Path, ...]:
    """Make all jobs of one month aside, then publish them together with their manifest.

    Returns the published files. Raises BriefingError at the first job that fails, with
    everything that readers see left as it was.
    """
    period = jobs[0].period
    with staged_month(reports, period) as staging:
        made: list[Rendered] = []
        for job in jobs:
            progress(job)
            about = made_from(job, mart)
            made.append(make_briefing(job, settings.project, staging.folder, about))
        _check_unchanged(settings, mart, period)
        manifest = month_manifest(period, read_manifest(staging.folder), made)
        write_manifest(staging.folder, manifest)
        names = [path.relative_to(staging.folder) for rendered in made for path in rendered.files]
        published = staging.publish()
    return tuple(published / name for name in names)


def _check_unchanged(settings: Settings, mart: Mart, period: Month) -> None:
    """Every kernel reads the current generation: all of them must have read the mart's."""
    stored = PeriodStore(settings.store, mart.account.profile, period).require_current()
    if stored.account.generation != mart.account.generation:
        raise BriefingError(
            f"{period} was pulled anew while its briefings were made, so they would mix two states; "
            "run report again."
        )
