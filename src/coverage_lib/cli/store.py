"""Verbs about what is kept: store log, store show, store rollback, purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    read_settings,
    shown_path,
    today,
)
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.intake.store import PeriodStore

store_app = typer.Typer(
    name="store",
    help="What is kept of a month: which pulls, what they took in, and back to an earlier one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(store_app)

GenerationOption = Annotated[
    str | None, typer.Option("--generation", help="Name of a pull's result, from `store log`.")
]


@store_app.command(epilog="Example: `cakupan store log --period 2025-06 --profile demo`")
def log(period: PeriodOption, profile: ProfileOption = "demo") -> None:
    """List the generations that are kept, newest first, and which one counts."""
    from coverage_lib.intake.history import rolled_back

    store = _store(period, profile)
    current = store.require_current().account.generation
    history = store.history()
    left = rolled_back(history)
    for stored in store.generations():
        account = stored.account
        name = account.generation
        state = "current" if name == current else "rolled back" if name in left else "superseded"
        received = sorted({str(s.received) for s in account.sources if s.received is not None})
        came = f"extracts of {received[0]} to {received[-1]}" if received else "extracts undated"
        since = [f"{switch.verb} {switch.day}" for switch in history if switch.generation == name]
        rows = ", ".join(f"{table.table} {table.accepted:,}" for table in account.tables)
        typer.echo(f"{name}  {state:11}  {came}  {', '.join(since)}")
        typer.echo(f"{'':18}{rows}")


@store_app.command(epilog="Example: `cakupan store show --period 2025-06 --profile demo`")
def show(
    period: PeriodOption, profile: ProfileOption = "demo", generation: GenerationOption = None
) -> None:
    """Print the account of a pull: tables, files with their sha256, reasons, what was left out."""
    store = _store(period, profile)
    account = store.require(generation).account
    typer.echo(f"generation {account.generation} of {store.period}, profile {profile}")
    for table in account.tables:
        typer.echo(
            f"{table.table}: received {table.received:,}, accepted {table.accepted:,}, rejected "
            f"{table.rejected:,}, duplicates {table.duplicates:,}"
        )
        for reason, rows in table.reasons:
            typer.echo(f"  {rows:>9,} × {reason}")
        for source in account.sources:
            if source.table == table.table:
                again = ", came again corrected" if source.retried else ""
                typer.echo(f"  {source.name}: {source.rows:,} rows{again}, {source.producer}")
                typer.echo(f"    as of {source.as_of or '(each row)'}, sha256 {source.sha256}")
                if source.ignored_columns:
                    typer.echo(f"    columns left out: {', '.join(source.ignored_columns)}")
                if source.absent_columns:
                    typer.echo(f"    columns not there: {', '.join(source.absent_columns)}")
    for finding in account.drift:
        typer.echo(f"drift: {finding}")


@store_app.command(epilog="Example: `cakupan store rollback --period 2025-06 --profile demo`")
def rollback(
    period: PeriodOption, profile: ProfileOption = "demo", generation: GenerationOption = None
) -> None:
    """Let an earlier generation count again; the one before the current one without a name."""
    store = _store(period, profile)
    stored = store.roll_back(generation, today())
    typer.echo(f"rollback: generation {stored.account.generation} of {store.period} counts now")
    typer.echo(
        "rollback: the extracts are as they were; the next pull of them makes theirs count again"
    )


@app.command(
    epilog="Examples: `cakupan purge --older-than 13m --dry-run` · `cakupan purge --older-than 400d "
    "--incoming`"
)
def purge(
    older_than: Annotated[str, typer.Option(help="Age in days or months, such as 400d or 13m.")],
    incoming: Annotated[
        bool, typer.Option("--incoming", help="Extracts too, not only rejected rows and exports.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List, and remove nothing.")] = False,
) -> None:
    """Remove personal data older than it may be kept: rejected rows, exports, rosters, lists, extracts."""
    from coverage_lib.handover.ledger import handed_over_files
    from coverage_lib.intake.retention import (
        clear_left_behind,
        day_of_age,
        old_files,
        remove_files,
    )

    before = day_of_age(older_than, today())
    settings = read_settings()
    handed_over = handed_over_files(settings.store, settings.project)
    files = old_files(settings, before, incoming=incoming, handed_over=handed_over)
    for path in files:
        typer.echo(shown_path(path, settings))
    if dry_run:
        typer.echo(f"purge: {len(files)} files from before {before} would be removed")
        return
    remove_files(files, settings)
    for busy in clear_left_behind(settings, before):
        typer.echo(f"purge: {busy} is being pulled; run purge again afterwards", err=True)
    typer.echo(f"purge: {len(files)} files from before {before} removed")


def _store(period: str, profile: str) -> PeriodStore:
    """What is kept of a month, for a profile that there is."""
    from coverage_lib.intake.store import PeriodStore

    month, settings = Month.parse(period), read_settings()
    return PeriodStore(settings.store, settings.profile(profile).name, month)
