"""Verbs about where data come from: sources list, sources test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    read_settings,
    source_addresses,
)
from coverage_lib.config import Profile
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.source_settings import FetchedSetting, SourceSetting

if TYPE_CHECKING:
    from coverage_lib.sources.probing import Probe

sources = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(sources, name="sources", help="Show and try the sources of a profile.")


@sources.command("list", epilog="Example: `cakupan sources list --period 2025-06 --profile office`")
def list_sources(period: PeriodOption, profile: ProfileOption = "demo") -> None:
    """Show what a profile reads in a month; nothing is opened."""
    from coverage_lib.sources.probing import source_name

    month = Month.parse(period)
    for source in read_settings().profile(profile).sources:
        needed = "required" if source.required else "may be left out"
        typer.echo(f"{source.table:20} {source_name(source, month)} ({needed})")


@sources.command(
    "test",
    epilog="Examples: `cakupan sources test --period 2025-06 --profile office` · "
    "`cakupan sources test --period 2025-06 --source claims`",
)
def try_sources(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    source: Annotated[
        list[str] | None, typer.Option(metavar="TABLE", help="Only of this table; repeatable.")
    ] = None,
) -> None:
    """Try every source of a profile: is it there, does it fit, how many rows has it.

    Nothing is stored, and no value of a row is shown. Ends with exit code 4 where a pull would stop.
    """
    from coverage_lib.intake.store import PeriodStore
    from coverage_lib.sources.access import Access
    from coverage_lib.sources.probing import probe_source

    month = Month.parse(period)
    settings = read_settings()
    chosen = settings.profile(profile)
    access = Access(source_addresses(settings))
    good = True
    wanted = list(_chosen_sources(chosen, source or ()))
    with PeriodStore(settings.store, profile, month).probing() as private:
        for number, one in enumerate(wanted):
            folder = private / str(number)
            folder.mkdir()
            for probe in probe_source(one, profile, month, settings.project, access, folder):
                good = good and probe.problem is None
                typer.echo(f"{probe.table:20} {' · '.join(_words(probe))}")
    if not good:
        raise SourceError(
            f"profile {profile} cannot be pulled for {month}: put right what is called unusable above."
        )


def _chosen_sources(
    profile: Profile, tables: Sequence[str]
) -> Iterator[SourceSetting | FetchedSetting]:
    for table in tables:
        if not profile.provides(table):
            known = ", ".join(dict.fromkeys(source.table for source in profile.sources))
            raise UsageError(f"profile {profile.name} has no source of {table}; of {known} it has.")
    return (source for source in profile.sources if not tables or source.table in tables)


def _words(probe: Probe) -> Iterator[str]:
    if probe.problem is not None:
        yield f"unusable: {probe.name}"
    elif probe.rows is None:
        yield f"left out: {probe.name}"
        yield "nothing there, which is allowed"
        return
    else:
        yield f"usable: {probe.name}"
    if probe.rows is not None:
        yield f"{probe.rows:,} rows"
        yield f"as of {probe.as_of or 'each row'}"
    if probe.columns:
        yield f"{probe.filled} of {probe.columns} columns"
    if probe.ignored:
        names = (f"{name} (like {near}?)" if near else name for name, near in probe.ignored)
        yield f"not in the dictionary: {', '.join(names)}"
    if probe.problem is not None:
        yield probe.problem
