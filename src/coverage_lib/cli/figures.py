"""Verbs that show what came of the data: indicators, regions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    database_address,
    progress_of,
    read_settings,
)
from coverage_lib.config import Profile
from coverage_lib.errors import UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region


class Format(StrEnum):
    """How figures are printed; only `table` is formatted for people."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


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
    settings = read_settings()
    regions = load_regions(settings.regions)
    chosen_region = regions.get(region)
    chosen = settings.profile(profile)
    check_region(chosen, chosen_region)
    names = [definition(name).name for name in indicator or ()]
    address = database_address(chosen)
    # What takes seconds to import comes after what a slip of the keyboard can break.
    from coverage_lib.marts import open_mart, read_releasable
    from coverage_lib.present.listing import list_figures

    with progress_of("indicators") as step:
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

    known = load_regions(read_settings().regions)
    for region in (known.get(within), *known.children(within)):
        typer.echo(f"{region.code:14} {region.kind:10} {region.name}")


def check_region(profile: Profile, region: Region) -> None:
    """Only published figures are known of places outside the profile's own province."""
    elsewhere = region.code.split(".")[0] != profile.province
    if elsewhere and any(source.table != "observations" for source in profile.sources):
        raise UsageError(
            f"region {region.code} is not in province {profile.province}, which profile "
            f"{profile.name} is about: choose a region of it, or another profile."
        )
