"""The verb of the month's end: month."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    database_address,
    progress_of,
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
from coverage_lib.cli.extracts import pull_month
from coverage_lib.errors import StoreError, on_one_line
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.release.gate import Finding


@app.command(
    epilog="Examples: `cakupan month --period 2025-06` · `cakupan month --period 2025-06 --profile office "
    "--jobs 4 --lang id --lang en` · `cakupan month --period 2025-06 --level kabupaten --notebook all`"
)
def month(  # noqa: PLR0917  each is an option
    period: PeriodOption,
    profile: ProfileOption = "demo",
    level: Annotated[
        list[Level] | None,
        typer.Option(help="Only regions of this level; repeatable. All without."),
    ] = None,
    notebook: NotebookOption = None,
    lang: LanguageOption = None,
    out: OutOption = None,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
    force: ForceOption = False,
    profile_times: TimesOption = False,
) -> None:
    """Pull, check, compute and make the whole pack of a month.

    The pack is of province, districts, sub-districts and villages. What is up to date is not made again, so a second run has nothing to do, and one after a stop goes
    on. Ends with the exit code of the step that could not be done.
    """
    from coverage_lib.intake.arrivals import NOTHING_SUPERSEDED
    from coverage_lib.reference.regions import load_regions
    from coverage_lib.release.place import require_place

    chosen_month = Month.parse(period)
    settings = read_settings()
    regions = load_regions(settings.regions)
    chosen = settings.profile(profile)
    asked = Asked(chosen, chosen_month, (), level or (Level.ALL,), notebook or (), lang or ())
    wanted = jobs_of(asked, settings, regions)
    reports = out or settings.reports
    require_place(reports)
    with only_month(reports):
        pull_month(settings, chosen, chosen_month, NOTHING_SUPERSEDED)
        address = database_address(chosen)
        forget_secrets(settings)
        # What takes seconds to import comes after what a slip of the keyboard can break.
        import pandas as pd

        from coverage_lib.marts import open_mart
        from coverage_lib.release.gate import PulledMonth, check_month, gate_rules, stop_at
        from coverage_lib.release.pack import Choice
        from coverage_lib.release.workers import Workers

        with progress_of("month") as step:
            step("measures")
            mart = open_mart(settings, chosen, chosen_month, regions, address)
        pairs = pd.read_parquet(mart.reconciliation)
        findings = check_month(PulledMonth(mart.account, chosen, pairs), gate_rules())
        _print_findings(findings)
        stop_at(findings)
        way = Way(
            "month",
            reports,
            Workers(jobs, scheduler),
            Choice(resume=not force, force=force),
            profile_times,
        )
        pack = run_pack(settings, wanted, mart, way)
    folder = shown_path(reports / str(chosen_month), settings)
    state = f"{pack.made} made now, {pack.up_to_date} were there" if pack.made else "nothing to do"
    typer.echo(
        f"month: {chosen_month}, profile {profile}: {len(wanted)} briefings in {folder} ({state}), from "
        f"generation {mart.account.generation}; {len(findings)} findings of the check"
    )


@contextmanager
def only_month(reports: Path) -> Iterator[None]:
    """One `month` at a time for a folder of reports. Raises StoreError at once where one runs."""
    from filelock import FileLock, Timeout

    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / ".month.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError("another cakupan month is running here; wait for it to end.") from error
    try:
        yield
    finally:
        lock.release()


def _print_findings(findings: list[Finding]) -> None:
    for finding in findings:
        typer.echo(on_one_line(f"check: {finding.rule}: {finding.text}"), err=True)
    if not findings:
        typer.echo("check: nothing to tell", err=True)
