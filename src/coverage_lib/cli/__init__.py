"""The command `cakupan`: verbs only. It alone reads environment and clock."""

from __future__ import annotations

import sys

import typer

from coverage_lib.cli.application import EXIT_CODES, INTERRUPTED, app
from coverage_lib.cli.extracts import demo, load, pull
from coverage_lib.cli.figures import indicators, regions
from coverage_lib.cli.month import month
from coverage_lib.cli.quarantine import quarantine_app
from coverage_lib.cli.report import report
from coverage_lib.cli.roster import roster_app
from coverage_lib.cli.roster_review import review_roster
from coverage_lib.cli.sources import sources
from coverage_lib.cli.store import purge, store_app
from coverage_lib.errors import CakupanError, on_one_line

__all__ = [
    "EXIT_CODES",
    "INTERRUPTED",
    "app",
    "demo",
    "indicators",
    "load",
    "main",
    "month",
    "pull",
    "purge",
    "quarantine_app",
    "regions",
    "report",
    "review_roster",
    "roster_app",
    "sources",
    "store_app",
]


def main() -> None:
    """Entry point: a user error is one line and an exit code, never a traceback."""
    try:
        app()
    except CakupanError as error:
        typer.echo(f"cakupan: {on_one_line(str(error))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        told = f"{error.strerror or type(error).__name__}: {error.filename or ''}"
        typer.echo(f"cakupan: {on_one_line(told)}", err=True)
        sys.exit(1)
    except RuntimeError as error:
        if "interrupt" not in str(error).lower():
            raise
        # The engine's own word for Ctrl-C in the middle of a query.
        typer.echo("cakupan: interrupted; nothing half-made was left behind.", err=True)
        sys.exit(INTERRUPTED)
