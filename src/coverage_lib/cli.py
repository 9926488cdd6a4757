"""The command `cakupan`: verbs only. It alone reads the environment; nothing reads the clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from coverage_lib.config import PostgreSQLSetting, Profile, Settings, find_project, load_settings
from coverage_lib.errors import CakupanError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region

EXIT_CODES = """Exit codes: 0 done · 1 unexpected · 2 wrong option or value · 3 configuration or key ·
4 an extract is missing or unusable · 5 nothing pulled, or in use · 6 a rule, target or denominator
is not known · 7 figures do not agree · 8 a briefing failed · 9 disclosure."""

SHOWN_REASONS = 5
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


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"


class Level(StrEnum):
    PROVINCE = "provinsi"
    DISTRICT = "kabupaten"
    SUBDISTRICT = "kecamatan"
    VILLAGE = "desa"


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class DemoForm(StrEnum):
    EXTRACTS = "extracts"
    TABLES = "tables"


PeriodOption = Annotated[str, typer.Option("--period", help="Reporting month, YYYY-MM.")]
ProfileOption = Annotated[str, typer.Option("--profile", help="Set of sources in cakupan.toml.")]


@app.command(
    epilog="Examples: `cakupan demo --period 2025-06` · `cakupan demo --period 2025-06 --form tables "
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
    out: Annotated[
        Path | None, typer.Option(help="Folder; data/incoming, and data/tables for tables.")
    ] = None,
) -> None:
    """Make simulated extracts of a month, calibrated to the published figures."""
    from coverage_lib.demo import DEFAULT_SEED, make_demo, make_demo_tables
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = _settings()
    if form is DemoForm.EXTRACTS:
        make, noun, folder = make_demo, "extracts", settings.incoming
    else:
        make, noun, folder = make_demo_tables, "tables", settings.project / "data" / "tables"
    with _progress("demo") as step:
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
    typer.echo(f"demo: {len(made)} simulated {noun} of {month} in {_shown(place, settings)}")


@app.command(epilog="Example: `cakupan pull --period 2025-06 --profile demo`")
def pull(period: PeriodOption, profile: ProfileOption = "demo") -> None:
    """Read, check and pseudonymise a month's extracts into the store."""
    from coverage_lib.intake.pseudonyms import load_key
    from coverage_lib.intake.pull import pull as pull_extracts
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = _settings()
    chosen = settings.profile(profile)
    key = load_key(os.environ.get("CAKUPAN_PSEUDONYM_KEY"), Path(settings.key_file).expanduser())
    with _progress("pull") as step:
        stored, changed = pull_extracts(
            settings, chosen, month, load_regions(settings.regions), key, step
        )
    for table in stored.account.tables:
        typer.echo(
            f"{table.table:20} received {table.received:>9,} = accepted {table.accepted:>9,} + "
            f"rejected {table.rejected:>6,}"
        )
        for reason, rows in table.reasons[:SHOWN_REASONS]:
            typer.echo(f"{'':20} {rows:>9,} × {reason}")
    if any(table.rejected for table in stored.account.tables):
        folder = settings.quarantine / profile / str(month) / stored.account.generation
        typer.echo(f"pull: rejected rows with their reasons are in {_shown(folder, settings)}")
    state = "stored" if changed else "nothing changed since the last pull"
    typer.echo(
        f"pull: {month}, profile {profile}: {state} (generation {stored.account.generation})"
    )


@app.command(epilog="Example: `cakupan load --period 2025-06 --profile daerah`")
def load(period: PeriodOption, profile: ProfileOption = "demo") -> None:
    """Copy what was pulled into the PostgreSQL schema that the profile computes in."""
    month = Month.parse(period)
    settings = _settings()
    chosen = settings.profile(profile)
    if not isinstance(chosen.engine, PostgreSQLSetting):
        raise UsageError(
            f"profile {profile} does not compute in PostgreSQL: its engine reads the store itself, "
            "there is nothing to load."
        )
    address = _address(chosen)
    from coverage_lib.engines.on_postgresql import load_generation
    from coverage_lib.intake.store import PeriodStore

    stored = PeriodStore(settings.store, profile, month).require_current()
    with _progress("load") as step:
        rows = load_generation(chosen.engine, stored, address, step)
    for table, number in rows.items():
        typer.echo(f"{table:20} {number:>9,} rows")
    typer.echo(
        f"load: {month}, profile {profile}: generation {stored.account.generation} in schema "
        f"{chosen.engine.schema}"
    )


@app.command(epilog="Example: `cakupan indicators --period 2025-06 --region 19 --format csv`")
def indicators(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    region: Annotated[str, typer.Option(help="Region code of the ministry.")] = "19",
    indicator: Annotated[
        list[str] | None, typer.Option(help="Only this indicator; repeatable.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Print a region's figures of a month in long rows."""
    from coverage_lib.indicators.definitions import definition
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = _settings()
    regions = load_regions(settings.regions)
    chosen_region = regions.get(region)
    chosen = settings.profile(profile)
    _check_region(chosen, chosen_region)
    names = [definition(name).name for name in indicator or ()]
    address = _address(chosen)
    # What takes seconds to import comes after what a slip of the keyboard can break.
    from coverage_lib.marts import open_mart, read_releasable
    from coverage_lib.present.listing import list_figures

    with _progress("indicators") as step:
        step("measures")
        mart = open_mart(settings, chosen, month, regions, address)
    releasable = read_releasable(mart, month, chosen_region, regions, settings.office)
    typer.echo(list_figures(releasable, names, output.value), nl=False)


@app.command(epilog="Examples: `cakupan regions` · `cakupan regions --within 19.71`")
def regions(
    within: Annotated[str, typer.Option(help="List the regions directly below this one.")] = "19",
) -> None:
    """List region codes and names, to choose from."""
    from coverage_lib.reference.regions import load_regions

    known = load_regions(_settings().regions)
    for region in (known.get(within), *known.children(within)):
        typer.echo(f"{region.code:14} {region.kind:10} {region.name}")


@app.command(
    epilog="Examples: `cakupan report --period 2025-06` · `cakupan report --period 2025-06 --region 19.71 "
    "--lang en` · `cakupan report --period 2025-06 --level kabupaten`"
)
def report(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    region: Annotated[
        list[str] | None, typer.Option(help="Region code; repeatable. The province without.")
    ] = None,
    level: Annotated[
        Level | None, typer.Option(help="All regions of a level within the regions.")
    ] = None,
    lang: Annotated[
        list[Language] | None, typer.Option(help="Language; repeatable. id without.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of briefings; reports.")] = None,
) -> None:
    """Make the briefings of a month as HTML and PDF: all that is asked for, or none."""
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = _settings()
    regions = load_regions(settings.regions)
    chosen = settings.profile(profile)
    for code in region or ():
        _check_region(chosen, regions.get(code))
    # The kernels that a report starts have no use for the key, nor for the database.
    os.environ.pop("CAKUPAN_PSEUDONYM_KEY", None)
    address = _address(chosen)
    # What takes seconds to import comes after what a slip of the keyboard can break.
    from coverage_lib.briefing.manifest import read_manifest
    from coverage_lib.briefing.plan import Job, chosen_regions
    from coverage_lib.marts import open_mart
    from coverage_lib.release.pack import make_pack

    places = chosen_regions(regions, region or (), level.value if level else None, chosen.province)
    languages = dict.fromkeys(entry.value for entry in lang or (Language.INDONESIAN,))
    jobs = [
        Job(settings.notebooks / "briefing.ipynb", place, month, language, profile)
        for place in places
        for language in languages
    ]
    reports = out or settings.reports
    earlier = read_manifest(reports / str(month)).get("briefings", {})
    with _progress("report", len(jobs) + 1) as step:
        step("measures")
        mart = open_mart(settings, chosen, month, regions, address)
        files = make_pack(settings, jobs, mart, reports, lambda job: step(job.name))
    for job in jobs:
        before = earlier.get(job.name, {}).get("parameters", {}).get("profile", profile)
        if before != profile:
            typer.echo(
                f"report: {job.name} took the place of a briefing of profile {before}; --out keeps "
                "profiles apart",
                err=True,
            )
    for path in files:
        typer.echo(f"report: {_shown(path, settings)}")


def main() -> None:
    """Entry point: a user error is one line and an exit code, never a traceback."""
    try:
        app()
    except CakupanError as error:
        typer.echo(f"cakupan: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        typer.echo(
            f"cakupan: {error.strerror or type(error).__name__}: {error.filename or ''}", err=True
        )
        sys.exit(1)
    except RuntimeError as error:
        if "interrupt" not in str(error).lower():
            raise
        # The engine's own word for Ctrl-C in the middle of a query.
        typer.echo("cakupan: interrupted; nothing half-made was left behind.", err=True)
        sys.exit(INTERRUPTED)


def _check_region(profile: Profile, region: Region) -> None:
    """Only published figures are known of places outside the profile's own province."""
    elsewhere = region.code.split(".")[0] != profile.province
    if elsewhere and any(source.table != "observations" for source in profile.sources):
        raise UsageError(
            f"region {region.code} is not in province {profile.province}, which profile "
            f"{profile.name} is about: choose a region of it, or another profile."
        )


def _address(profile: Profile) -> str | None:
    """Where the profile's database is; taken out of the environment, so that no kernel inherits it."""
    engine = profile.engine
    if not isinstance(engine, PostgreSQLSetting):
        return None
    return os.environ.pop(engine.address_env, None)


def _settings() -> Settings:
    named = os.environ.get("CAKUPAN_PROJECT")
    if named is not None and not Path(named).is_dir():
        raise UsageError("CAKUPAN_PROJECT names no folder: the project's folder was expected.")
    return load_settings(Path(named).resolve() if named else find_project(Path.cwd()))


def _shown(path: Path, settings: Settings) -> str:
    """A path as the user would type it."""
    resolved = path.resolve()
    return (
        str(resolved.relative_to(settings.project))
        if resolved.is_relative_to(settings.project)
        else str(path)
    )


@contextmanager
def _progress(verb: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
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
