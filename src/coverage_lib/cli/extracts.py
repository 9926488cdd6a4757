"""Verbs that bring data in: demo, pull, load."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
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
    source_addresses,
    today,
)
from coverage_lib.config import PostgreSQLSetting, Profile, Settings
from coverage_lib.errors import UsageError, on_one_line
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.intake.arrivals import Superseding
    from coverage_lib.intake.store import StoredPeriod

SHOWN_REASONS = 5


class DemoForm(StrEnum):
    """Simulated extracts, or the tables that a pull would make of them."""

    EXTRACTS = "extracts"
    TABLES = "tables"


class DemoCondition(StrEnum):
    """How the simulated extracts are written: as they should be, or as they come."""

    TIDY = "tidy"
    MESSY = "messy"


@app.command(
    epilog="Examples: `cakupan demo --period 2025-06` · `cakupan demo --period 2025-06 --condition messy` · `cakupan demo --period 2025-06 --form tables "
    "--months 2 --scale 50`"
)
def demo(
    period: PeriodOption,
    months: Annotated[
        int, typer.Option(min=1, max=12, help="Registers to make, the period's last.")
    ] = 3,
    scale: Annotated[float, typer.Option(min=0.01, help="Multiplies the number of persons.")] = 1.0,
    seed: Annotated[int | None, typer.Option(help="Another seed makes other people.")] = None,
    form: Annotated[
        DemoForm,
        typer.Option(help="Extracts as offices send them, or the store's tables of persons."),
    ] = DemoForm.EXTRACTS,
    condition: Annotated[
        DemoCondition,
        typer.Option(
            help="Tidy extracts, or the same people in files as offices really send them."
        ),
    ] = DemoCondition.TIDY,
    out: Annotated[
        Path | None, typer.Option(help="Folder; data/incoming, and data/tables for tables.")
    ] = None,
) -> None:
    """Make simulated extracts of a month, calibrated to the published figures."""
    from functools import partial

    from coverage_lib.demo import DEFAULT_SEED, make_demo, make_demo_tables
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = read_settings()
    messy = condition is DemoCondition.MESSY
    if messy and form is DemoForm.TABLES:
        raise UsageError("--condition messy is of extracts; take it or --form tables away.")
    make: Callable[..., tuple[Path, ...]]
    if form is DemoForm.EXTRACTS:
        make, noun, folder = partial(make_demo, messy=messy), "extracts", settings.incoming
    else:
        make, noun, folder = make_demo_tables, "tables", settings.project / "data" / "tables"
    if form is DemoForm.EXTRACTS:
        typer.echo(f"demo: makes a simulated {month}; none of it is real", err=True)
    with progress_of("demo") as step:
        made = make(
            month,
            out or folder,
            months=months,
            scale=scale,
            seed=DEFAULT_SEED if seed is None else seed,
            reference=settings.reference,
            regions=load_regions(settings.regions),
            progress=step,
        )
    place = (out or folder) / str(month)
    typer.echo(f"demo: {len(made)} simulated {noun} of {month} in {shown_path(place, settings)}")


@app.command(
    epilog="Examples: `cakupan pull --period 2025-06 --profile demo` · `cakupan pull --period 2025-06 "
    "--supersede arsip_klaim.xlsx`"
)
def pull(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    supersede: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="This changed file takes the first one's place; repeatable."
        ),
    ] = None,
    supersede_all: Annotated[
        bool, typer.Option("--supersede-all", help="All changed files take the first ones' place.")
    ] = False,
    accept_drift: Annotated[
        bool,
        typer.Option("--accept-drift", help="Take in a required column that became unusable."),
    ] = False,
) -> None:
    """Read, check and pseudonymise a month's extracts into the store."""
    from coverage_lib.intake.arrivals import Superseding

    month = Month.parse(period)
    settings = read_settings()
    superseding = Superseding(tuple(supersede or ()), supersede_all)
    pull_month(settings, settings.profile(profile), month, superseding, accept_drift)


def pull_month(
    settings: Settings,
    chosen: Profile,
    month: Month,
    superseding: Superseding,
    accept_drift: bool = False,
) -> StoredPeriod:
    """Pull and print what came of it; what the store then holds. Takes the addresses out of the environment."""
    from coverage_lib.intake.pseudonyms import load_key
    from coverage_lib.intake.pull import PullOptions
    from coverage_lib.intake.pull import pull as pull_extracts
    from coverage_lib.reference.regions import load_regions
    from coverage_lib.sources.access import Access

    access = Access(source_addresses(settings))
    key = load_key(os.environ.get("CAKUPAN_PSEUDONYM_KEY"), Path(settings.key_file).expanduser())
    with progress_of("pull") as step:
        stored, changed = pull_extracts(
            settings,
            chosen,
            month,
            load_regions(settings.regions),
            key,
            step,
            PullOptions(today(), superseding, accept_drift),
            lambda finding: typer.echo(f"drift: {finding}", err=True),
            access=access,
        )
    _print_account(settings, stored, month)
    state = "stored" if changed else "nothing changed since the last pull"
    typer.echo(
        f"pull: {month}, profile {chosen.name}: {state} (generation {stored.account.generation})"
    )
    return stored


def _print_account(settings: Settings, stored: StoredPeriod, month: Month) -> None:
    """What came in and what became of it, table by table."""
    profile = stored.account.profile
    for table in stored.account.tables:
        typer.echo(
            f"{table.table:20} received {table.received:>9,} = accepted {table.accepted:>9,} + "
            f"rejected {table.rejected:>6,} + duplicates {table.duplicates:>6,}"
        )
        for reason, rows in table.reasons[:SHOWN_REASONS]:
            typer.echo(f"{'':20} {rows:>9,} × {reason}")
        if more := table.reasons[SHOWN_REASONS:]:
            rows = sum(rows for _, rows in more)
            typer.echo(
                f"{'':20} {rows:>9,} × {len(more)} more reasons: cakupan store show --period {month} "
                f"--profile {profile}"
            )
        if again := stored.account.retried_rows(table.table):
            typer.echo(f"{'':20} {again:>9,} of the received came again, corrected")
        for column, rule, rows in stored.account.repairs_of(table.table)[:SHOWN_REASONS]:
            typer.echo(f"{'':20} {rows:>9,} ~ {column}: {rule}")
    for source in stored.account.sources:
        if source.expected_rows not in (None, source.rows):
            told = f"{source.rows:,} rows came, its sender says {source.expected_rows:,}"
            typer.echo(on_one_line(f"pull: {source.name}: {told}"), err=True)
        if notes := source.reading.notes():
            typer.echo(on_one_line(f"{source.name}: {'; '.join(notes)}"))
    for entry in stored.account.corrections:
        typer.echo(
            f"pull: correction {entry.number} ({entry.status}) of {entry.table}: {entry.rows:,} rows"
        )
    for source, rows in stored.account.sources_of_other_codes:
        place = "its entry in cakupan.toml" if source.is_fetched else "its .source.yml"
        told = (
            f"pull: {source.name}: {rows:,} rows have a region code that agrees with their names only "
            f"in the other number system, of {source.rows:,}; if it is most of them, set region_codes in "
            f"{place} (ministry or bps), else ask for the codes to be corrected"
        )
        typer.echo(on_one_line(told), err=True)
    if any(table.rejected or table.duplicates for table in stored.account.tables):
        folder = settings.quarantine / profile / str(month) / stored.account.generation
        typer.echo(f"pull: rejected rows with their reasons are in {shown_path(folder, settings)}")


@app.command(epilog="Example: `cakupan load --period 2025-06 --profile daerah`")
def load(period: PeriodOption, profile: ProfileOption = "demo") -> None:
    """Copy what was pulled into the PostgreSQL schema that the profile computes in."""
    month = Month.parse(period)
    settings = read_settings()
    chosen = settings.profile(profile)
    if not isinstance(chosen.engine, PostgreSQLSetting):
        raise UsageError(
            f"profile {profile} does not compute in PostgreSQL: its engine reads the store itself, "
            "there is nothing to load."
        )
    address = database_address(chosen)
    from coverage_lib.engines.on_postgresql import load_generation
    from coverage_lib.intake.store import PeriodStore

    stored = PeriodStore(settings.store, profile, month).require_current()
    with progress_of("load") as step:
        rows = load_generation(chosen.engine, stored, address, step)
    for table, number in rows.items():
        typer.echo(f"{table:20} {number:>9,} rows")
    typer.echo(
        f"load: {month}, profile {profile}: generation {stored.account.generation} in schema "
        f"{chosen.engine.schema}"
    )
