"""What `report` and `month` share: which briefings, how they are made, what is told meanwhile."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import INTERRUPTED, database_address, source_addresses
from coverage_lib.cli.figures import check_region
from coverage_lib.cli.pack_progress import PackProgress, times_table
from coverage_lib.config import CONFIG_NAME, Profile, Settings
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.briefing.plan import Job
    from coverage_lib.marts import Mart
    from coverage_lib.reference.regions import Regions
    from coverage_lib.release.pack import Choice, Event, Pack
    from coverage_lib.release.workers import Workers


class Language(StrEnum):
    """What a briefing is written in; the values are those of `--lang`."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Level(StrEnum):
    """The regions that briefings are made of; the values are those of `--level`."""

    PROVINCE = "provinsi"
    DISTRICT = "kabupaten"
    SUBDISTRICT = "kecamatan"
    VILLAGE = "desa"
    ALL = "all"


NotebookOption = Annotated[
    list[str] | None, typer.Option(help="Notebook, or all; repeatable. briefing without.")
]
LanguageOption = Annotated[
    list[Language] | None, typer.Option(help="Language; repeatable. id without.")
]
OutOption = Annotated[Path | None, typer.Option(help="Folder of briefings; reports.")]
JobsOption = Annotated[
    int | None,
    typer.Option(min=1, help="Briefings at the same time; all cores without, 1 in this process."),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Make them on this Dask cluster, tcp://host:8786."),
]
TimesOption = Annotated[
    bool, typer.Option("--profile-times", help="Print at the end how long each step took.")
]
ForceOption = Annotated[
    bool,
    typer.Option("--force", help="Make everything anew; remove first what lies aside unpublished."),
]


@dataclass(frozen=True)
class Asked:
    """Which briefings of a profile and month; empty means what is usual."""

    profile: Profile
    month: Month
    codes: Sequence[str] = ()
    levels: Sequence[Level] = ()
    notebooks: Sequence[str] = ()
    languages: Sequence[Language] = ()


@dataclass(frozen=True)
class Way:
    """How the briefings are made and told of."""

    verb: str
    reports: Path
    workers: Workers
    choice: Choice
    shows_times: bool = False


def jobs_of(asked: Asked, settings: Settings, regions: Regions) -> list[Job]:
    """One job a region, notebook and language. Raises UsageError for what is not there.

    And ConfigError for a logo that no briefing could show, before any notebook runs.
    """
    from coverage_lib.briefing.plan import Job, chosen_notebooks, chosen_regions
    from coverage_lib.present.identity import check_logo

    check_logo(settings.office, f"{CONFIG_NAME}, [office]")
    notebooks = chosen_notebooks(settings.notebooks, asked.notebooks or ("briefing",))
    for code in asked.codes:
        check_region(asked.profile, regions.get(code))
    levels = [level.value for level in asked.levels]
    places = chosen_regions(regions, asked.codes, levels, asked.profile.province)
    languages = dict.fromkeys(entry.value for entry in asked.languages or (Language.INDONESIAN,))
    return [
        Job(path, place, asked.month, language, asked.profile.name)
        for place in places
        for path in notebooks
        for language in languages
    ]


def forget_secrets(settings: Settings) -> None:
    """Take key and addresses out of the environment: the kernels that are started have no use for them.

    Those of all profiles: the warm process keeps what it is given.
    """
    os.environ.pop("CAKUPAN_PSEUDONYM_KEY", None)
    source_addresses(settings)
    for profile in settings.profiles.values():
        database_address(profile)


def run_pack(settings: Settings, jobs: Sequence[Job], mart: Mart, way: Way) -> Pack:
    """Make and publish the briefings with a bar or lines, and a log of the run.

    Raises what `make_pack` raises, after the failures were listed; Ctrl-C ends the program with one line.
    """
    from coverage_lib.briefing.manifest import read_manifest
    from coverage_lib.errors import CakupanError
    from coverage_lib.release.pack import make_pack
    from coverage_lib.release.run_log import RunLog

    month = jobs[0].period
    earlier = read_manifest(way.reports / str(month)).get("briefings", {})
    log = RunLog.start(way.reports, _run_name(), lambda: datetime.now(UTC))
    seconds: list[tuple[str, float]] = []
    with closing(log), PackProgress(way.verb) as progress:

        def listener(event: Event) -> None:
            log.note_event(event)
            progress.note(event)
            seconds.extend(getattr(event, "seconds", {}).items())

        log.note("started", period=str(month), profile=jobs[0].profile, asked=len(jobs))
        slow = _why_kernels_are_slow(way)
        if slow is not None:
            log.note("kernels", reason=slow)
            typer.echo(f"{way.verb}: kernels start the usual, slower way: {slow}", err=True)
        try:
            pack = make_pack(settings, jobs, mart, way.reports, listener, way.workers, way.choice)
        except CakupanError as error:
            log.note("ended", published=False, error=str(error))
            raise
        except KeyboardInterrupt as error:
            log.note("ended", published=False, error=type(error).__name__)
            progress.stop()
            again = "run it again" if way.verb == "month" else "go on with --resume"
            typer.echo(f"{way.verb}: stopped: {progress.kept()}; {again}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except BaseException as error:
            log.note("ended", published=False, error=type(error).__name__)
            raise
        finally:
            progress.stop()
            if way.shows_times and seconds:
                typer.echo(times_table(seconds), err=True)
        log.note("ended", published=True, made=pack.made, up_to_date=pack.up_to_date)
    _tell_of_other_profiles(jobs, earlier, way.verb)
    return pack


def _why_kernels_are_slow(way: Way) -> str | None:
    """One line for a whole run. What a cluster's workers can do is not known here."""
    from coverage_lib.kernels.install import is_installed
    from coverage_lib.kernels.launch import why_not_forked

    if way.workers.scheduler is not None:
        return None
    if not is_installed():
        return (
            "the kernel Cakupan is not installed (python -m coverage_lib.kernels.install does it)"
        )
    return why_not_forked(os.environ)


def _run_name() -> str:
    """In the order of time, and of two runs of one second not the same."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"


def _tell_of_other_profiles(
    jobs: Sequence[Job], earlier: dict[str, dict[str, dict[str, str]]], verb: str
) -> None:
    for job in jobs:
        before = earlier.get(job.name, {}).get("parameters", {}).get("profile", job.profile)
        if before != job.profile:
            typer.echo(
                f"{verb}: {job.name} took the place of a briefing of profile {before}; --out keeps "
                "profiles apart",
                err=True,
            )
