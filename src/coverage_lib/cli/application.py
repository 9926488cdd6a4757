"""What all verbs share: the application, its options, settings, addresses and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from coverage_lib.config import PostgreSQLSetting, Profile, Settings, find_project, load_settings
from coverage_lib.errors import UsageError
from coverage_lib.source_settings import DatabaseSetting

EXIT_CODES = """Exit codes: 0 done · 1 unexpected · 2 wrong option or value · 3 configuration or key ·
4 an extract is missing, changed or unusable · 5 nothing pulled, in use, or no room or right to write · 6 a rule, target or denominator
is not known · 7 figures do not agree · 8 a briefing failed · 9 disclosure · 130 stopped by Ctrl-C."""
#: What a shell takes for a program that Ctrl-C ended.
INTERRUPTED = 130


app = typer.Typer(
    name="cakupan",
    help="Monthly briefings on employment social security coverage, from data to PDF.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


PeriodOption = Annotated[str, typer.Option("--period", help="Reporting month, YYYY-MM.")]
ProfileOption = Annotated[str, typer.Option("--profile", help="Set of sources in cakupan.toml.")]


def database_address(profile: Profile) -> str | None:
    """Where the profile's database is; taken out of the environment, so that no kernel inherits it."""
    engine = profile.engine
    if not isinstance(engine, PostgreSQLSetting):
        return None
    return os.environ.pop(engine.address_env, None)


def source_addresses(settings: Settings) -> Mapping[str, str]:
    """Addresses of all databases that profiles read from, by their variable; taken out, as above."""
    names = {
        source.address_env
        for profile in settings.profiles.values()
        for source in profile.sources
        if isinstance(source, DatabaseSetting)
    }
    found = {name: os.environ.pop(name, None) for name in sorted(names)}
    return {name: address for name, address in found.items() if address}


def read_settings() -> Settings:
    """Those of the folder that CAKUPAN_PROJECT names, else of the project around the working folder.

    Raises UsageError where it names none, ConfigError for what `cakupan.toml` says wrong.
    """
    named = os.environ.get("CAKUPAN_PROJECT")
    if named is not None and not Path(named).is_dir():
        raise UsageError("CAKUPAN_PROJECT names no folder: the project's folder was expected.")
    return load_settings(Path(named).resolve() if named else find_project(Path.cwd()))


def today() -> date:
    """The day on the user's calendar: what ledger, history and retention count with."""
    return date.today()  # noqa: DTZ011


def shown_path(path: Path, settings: Settings) -> str:
    """A path as the user would type it."""
    # Not resolved: a month of reports is a link, and the user's word for it is its name.
    absolute = path.absolute()
    return (
        str(absolute.relative_to(settings.project))
        if absolute.is_relative_to(settings.project)
        else str(path)
    )


@contextmanager
def progress_of(verb: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, a line a step elsewhere; both on standard error."""
    if not sys.stderr.isatty():
        yield lambda step: typer.echo(f"{verb}: {step}", err=True)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=total)
        started = False

        def step(name: str) -> None:
            nonlocal started
            bar.update(task, description=f"{verb}: {name}", advance=int(started))
            started = True

        yield step
