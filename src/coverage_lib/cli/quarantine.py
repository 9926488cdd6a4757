"""Verbs about rejected rows: quarantine list, show, export, retry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    read_settings,
    shown_path,
)
from coverage_lib.errors import UsageError
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.config import Profile, Settings
    from coverage_lib.intake.quarantine import QuarantineFolder
    from coverage_lib.intake.store import StoredPeriod

quarantine_app = typer.Typer(
    name="quarantine",
    help="Rejected rows: count them, look at one, send them back for correction, bring them in again.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(quarantine_app)

TableOption = Annotated[str | None, typer.Option("--table", help="Only this table.")]


@quarantine_app.command(
    "list",
    epilog="Examples: `cakupan quarantine list --period 2025-06` · `cakupan quarantine list --period "
    "2025-06 --table participants --lines`",
)
def list_rejected(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    table: TableOption = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Every row's file, sheet and line, not only counts.")
    ] = False,
) -> None:
    """Count rejected rows by file and reason; no value of any row is shown."""
    from coverage_lib.intake.quarantine import count_reasons, still_open
    from coverage_lib.intake.retried import origins_retried

    month, settings, chosen = _chosen(period, profile)
    stored, folder = _quarantine(settings, chosen, month)
    rows = folder.rows(stored, table)
    open_rows = still_open(rows, origins_retried(chosen, settings, month))
    if lines:
        for row in open_rows:
            sheet = f", sheet {row.origin.sheet}" if row.origin.sheet else ""
            typer.echo(
                f"{row.table}  {row.origin.file}{sheet}, line {row.origin.line}: {row.reasons}"
            )
    else:
        for name, file, reasons, number in count_reasons(open_rows):
            typer.echo(f"{name:20} {number:>9,} × {file}: {reasons}")
    typer.echo(
        f"quarantine: {len(open_rows):,} rejected rows of {month}, profile {profile}; "
        f"{len(rows) - len(open_rows):,} more came again, corrected"
    )


@quarantine_app.command(
    epilog="Example: `cakupan quarantine show --period 2025-06 --table participants --file "
    "kepesertaan_2025-06.csv --line 120`"
)
def show(
    period: PeriodOption,
    table: Annotated[str, typer.Option("--table", help="Table of the row.")],
    file: Annotated[str, typer.Option("--file", help="File of the row, by name.")],
    line: Annotated[int, typer.Option("--line", help="Line of the row in its file.")],
    profile: ProfileOption = "demo",
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook.")] = None,
) -> None:
    """Print one rejected row as it was received: PERSONAL DATA, on your screen and nowhere else."""
    from coverage_lib.tables import load_table

    month, settings, chosen = _chosen(period, profile)
    stored, folder = _quarantine(settings, chosen, month)
    found = [
        row
        for row in folder.rows(stored, table, file)
        if row.origin.line == line and sheet in (None, row.origin.sheet)
    ]
    if not found:
        raise UsageError(
            f"no rejected row of table {table} stands at line {line} of {file}: `cakupan quarantine "
            f"list --period {month} --profile {profile} --lines` shows where they stand."
        )
    typer.echo("quarantine: personal data; do not copy it elsewhere", err=True)
    for row in found:
        typer.echo(f"{row.origin.file}, line {row.origin.line}: {row.reasons}")
        for column in load_table(table).columns:
            cell = row.cells.get(column.name)
            if cell is not None:
                typer.echo(f"  {column.aliases[0]}: {_printable(cell)}")


@quarantine_app.command(
    epilog="Examples: `cakupan quarantine export --period 2025-06 --out tolak.xlsx` · `cakupan "
    "quarantine export --period 2025-06 --by-file --out tolak`"
)
def export(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    table: TableOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Workbook to write, or folder with --by-file; in quarantine."),
    ] = None,
    by_file: Annotated[
        bool, typer.Option("--by-file", help="A workbook for each file that was sent.")
    ] = False,
) -> None:
    """Write the rejected rows into a workbook to correct: personal data, readable by you alone."""
    from coverage_lib.intake.quarantine import still_open
    from coverage_lib.intake.quarantine_workbook import write_rejected
    from coverage_lib.intake.retried import origins_retried

    month, settings, chosen = _chosen(period, profile)
    stored, folder = _quarantine(settings, chosen, month)
    rows = still_open(folder.rows(stored, table), origins_retried(chosen, settings, month))
    if not rows:
        typer.echo(f"quarantine: no rejected rows of {month}, profile {profile}: nothing to export")
        return
    hashes = {source.name: source.sha256 for source in stored.account.sources}
    name = stored.account.generation
    if by_file:
        target = out or folder.exported() / name
        target.mkdir(exist_ok=True, mode=0o700)
        files = sorted({row.origin.file for row in rows})
        parts = [
            (
                target / f"{file.replace('/', '_')}.rejected.xlsx",
                [row for row in rows if row.origin.file == file],
            )
            for file in files
        ]
    else:
        parts = [(out or folder.exported() / f"{name}.xlsx", rows)]
    if wrong := [path for path, _ in parts if path.suffix != ".xlsx"]:
        raise UsageError(f"--out {wrong[0].name}: a name that ends in .xlsx was expected.")
    for path, of_file in parts:
        write_rejected(path, of_file, hashes)
        typer.echo(f"quarantine: {len(of_file):,} rows in {shown_path(path, settings)}")
    if out is not None and not out.resolve().is_relative_to(settings.quarantine.resolve()):
        typer.echo(
            "quarantine: personal data; `cakupan purge` does not look there, remove it yourself",
            err=True,
        )


@quarantine_app.command(
    epilog="Example: `cakupan quarantine retry --period 2025-06 --from tolak.xlsx`"
)
def retry(
    period: PeriodOption,
    workbook: Annotated[Path, typer.Option("--from", help="The exported workbook, corrected.")],
    profile: ProfileOption = "demo",
) -> None:
    """Put corrected rows beside the month's extracts; the next pull takes them in."""
    from coverage_lib.intake.quarantine_workbook import read_returned
    from coverage_lib.intake.retried import (
        origins_retried,
        put_back,
        retried_folder,
        sort_returned,
    )
    from coverage_lib.intake.store import PeriodStore

    month, settings, chosen = _chosen(period, profile)
    returned = read_returned(workbook)
    with PeriodStore(settings.store, profile, month).locked():
        stored, folder = _quarantine(settings, chosen, month)
        rejected = folder.rows(stored)
        again = origins_retried(chosen, settings, month)
        sorted_rows = sort_returned(returned, rejected, stored, again)
        done = put_back(sorted_rows, stored, retried_folder(chosen, settings, month))
    for path in done.files:
        typer.echo(f"retry: {shown_path(path, settings)}")
    typer.echo(
        f"retry: {done.corrected:,} corrected rows; left out: {done.unchanged:,} unchanged, "
        f"{done.earlier:,} that came again before"
    )
    if done.files:
        typer.echo(f"retry: `cakupan pull --period {month} --profile {profile}` takes them in")


def _chosen(period: str, profile: str) -> tuple[Month, Settings, Profile]:
    settings = read_settings()
    return Month.parse(period), settings, settings.profile(profile)


def _quarantine(
    settings: Settings, profile: Profile, month: Month
) -> tuple[StoredPeriod, QuarantineFolder]:
    from coverage_lib.intake.quarantine import QuarantineFolder
    from coverage_lib.intake.store import PeriodStore

    stored = PeriodStore(settings.store, profile.name, month).require_current()
    return stored, QuarantineFolder(settings.quarantine, profile.name, month)


def _printable(text: str) -> str:
    """Without characters that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
