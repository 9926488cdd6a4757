"""Verbs that show what came of the data: indicators, regions, report."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

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
)
from coverage_lib.config import Profile
from coverage_lib.errors import UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region


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


@app.command(
    epilog="Examples: `cakupan report --period 2025-06` · `cakupan report --period 2025-06 --region 19.71 "
    "--lang en` · `cakupan report --period 2025-06 --level kabupaten` · `cakupan report --period 2025-06 "
    "--notebook all`"
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
    notebook: Annotated[
        list[str] | None,
        typer.Option(help="Notebook, or all; repeatable. briefing without."),
    ] = None,
    lang: Annotated[
        list[Language] | None, typer.Option(help="Language; repeatable. id without.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of briefings; reports.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check what the other options say.")
    ] = False,
) -> None:
    """Make the briefings of a month as HTML and PDF: all that is asked for, or none."""
    from coverage_lib.briefing.plan import Job, chosen_notebooks, chosen_regions
    from coverage_lib.reference.regions import load_regions

    month = Month.parse(period)
    settings = read_settings()
    regions = load_regions(settings.regions)
    chosen = settings.profile(profile)
    notebooks = chosen_notebooks(settings.notebooks, notebook or ("briefing",))
    for code in region or ():
        check_region(chosen, regions.get(code))
    places = chosen_regions(regions, region or (), level.value if level else None, chosen.province)
    if check:
        return
    # The kernels that a report starts have no use for the key, nor for the databases.
    os.environ.pop("CAKUPAN_PSEUDONYM_KEY", None)
    address = database_address(chosen)
    source_addresses(settings)
    # What takes seconds to import comes after what a slip of the keyboard can break.
    from coverage_lib.briefing.manifest import read_manifest
    from coverage_lib.marts import open_mart
    from coverage_lib.release.pack import make_pack

    languages = dict.fromkeys(entry.value for entry in lang or (Language.INDONESIAN,))
    jobs = [
        Job(path, place, month, language, profile)
        for place in places
        for path in notebooks
        for language in languages
    ]
    reports = out or settings.reports
    earlier = read_manifest(reports / str(month)).get("briefings", {})
    with progress_of("report", len(jobs) + 1) as step:
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
        typer.echo(f"report: {shown_path(path, settings)}")


def check_region(profile: Profile, region: Region) -> None:
    """Only published figures are known of places outside the profile's own province."""
    elsewhere = region.code.split(".")[0] != profile.province
    if elsewhere and any(source.table != "observations" for source in profile.sources):
        raise UsageError(
            f"region {region.code} is not in province {profile.province}, which profile "
            f"{profile.name} is about: choose a region of it, or another profile."
        )
