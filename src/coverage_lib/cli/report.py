"""The verb that makes briefings: report."""

from __future__ import annotations

from typing import Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    database_address,
    read_settings,
    shown_path,
)
from coverage_lib.cli.briefings import (
    Asked,
    ForceOption,
    JobsOption,
    LanguageOption,
    Level,
    NotebookOption,
    OutOption,
    SchedulerOption,
    TimesOption,
    Way,
    forget_secrets,
    jobs_of,
    run_pack,
)
from coverage_lib.periods import Month

#: Beyond these the files of a pack are counted, not listed.
SHOWN_FILES = 12


@app.command(
    epilog="Examples: `cakupan report --period 2025-06` · `cakupan report --period 2025-06 --region 19.71 "
    "--lang en` · `cakupan report --period 2025-06 --level desa --jobs 4` · `cakupan report --period "
    "2025-06 --level all --resume` · `cakupan report --period 2025-06 --notebook all` · `cakupan report "
    "--period 2025-06 --level all --scheduler tcp://127.0.0.1:8786`"
)
def report(  # noqa: PLR0917  each is an option
    period: PeriodOption,
    profile: ProfileOption = "demo",
    region: Annotated[
        list[str] | None, typer.Option(help="Region code; repeatable. The province without.")
    ] = None,
    level: Annotated[
        list[Level] | None,
        typer.Option(help="All regions of a level within the regions, or of all; repeatable."),
    ] = None,
    notebook: NotebookOption = None,
    lang: LanguageOption = None,
    out: OutOption = None,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Make only what is missing or not up to date any more."),
    ] = False,
    force: ForceOption = False,
    profile_times: TimesOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only check what the other options say.")
    ] = False,
) -> None:
    """Make the briefings of a month as HTML and PDF: all that is asked for, or none.

    Without `--resume` or `--force` all that is asked for is made anew, and what an earlier run left
    aside of other briefings stays there.
    """
    from coverage_lib.errors import UsageError
    from coverage_lib.reference.regions import load_regions
    from coverage_lib.release.place import require_place

    month = Month.parse(period)
    settings = read_settings()
    regions = load_regions(settings.regions)
    chosen = settings.profile(profile)
    if resume and force:
        raise UsageError("--resume and --force contradict each other; take one.")
    asked = Asked(chosen, month, region or (), level or (), notebook or (), lang or ())
    wanted = jobs_of(asked, settings, regions)
    require_place(out or settings.reports)
    if check:
        return
    address = database_address(chosen)
    forget_secrets(settings)
    # What takes seconds to import comes after what a slip of the keyboard can break.
    from coverage_lib.marts import open_mart
    from coverage_lib.release.pack import Choice
    from coverage_lib.release.workers import Workers

    way = Way(
        "report",
        out or settings.reports,
        Workers(jobs, scheduler),
        Choice(resume=resume, force=force),
        profile_times,
    )
    typer.echo("report: measures", err=True)
    mart = open_mart(settings, chosen, month, regions, address)
    pack = run_pack(settings, wanted, mart, way)
    for path in pack.files if len(pack.files) <= SHOWN_FILES else ():
        typer.echo(f"report: {shown_path(path, settings)}")
    if len(pack.files) > SHOWN_FILES:
        folder = shown_path(way.reports / str(month), settings)
        typer.echo(
            f"report: {len(pack.files)} files of {len(wanted)} briefings in {folder} ({pack.made} made now, "
            f"{pack.up_to_date} were up to date)"
        )
