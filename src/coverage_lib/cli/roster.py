"""Verbs about rosters: roster check, roster link."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coverage_lib.cli.application import (
    PeriodOption,
    ProfileOption,
    app,
    progress_of,
    read_settings,
    shown_path,
    source_addresses,
    today,
)
from coverage_lib.cli.figures import Language
from coverage_lib.errors import UsageError, on_one_line
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.linkage.roster_link import Count

roster_app = typer.Typer(
    name="roster",
    help="Rosters of people who should be covered: what is wrong with them, and who is registered.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(roster_app)


@roster_app.command(
    epilog="Examples: `cakupan roster link --period 2025-06` · `cakupan roster link --period 2025-06 "
    "--roster perangkat_desa_19.01.xlsx --explain 5`"
)
def link(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    roster: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Tell of this roster only; repeatable.")
    ] = None,
    explain: Annotated[
        int, typer.Option(min=0, metavar="N", help="Tell N decisions in words, of every kind some.")
    ] = 0,
    language: Annotated[Language, typer.Option("--lang", help="Of the words.")] = Language.ENGLISH,
) -> None:
    """Find out who of the rosters is in the register; persons stay in the roster area."""
    from coverage_lib.intake.pseudonyms import load_key
    from coverage_lib.linkage.roster_area import RosterArea
    from coverage_lib.linkage.roster_link import link_rosters
    from coverage_lib.reference.regions import load_regions
    from coverage_lib.roster_figures import keep_roster_figures
    from coverage_lib.sources.access import Access

    month = Month.parse(period)
    settings = read_settings()
    chosen = settings.profile(profile)
    access = Access(source_addresses(settings))
    key = load_key(os.environ.get("CAKUPAN_PSEUDONYM_KEY"), Path(settings.key_file).expanduser())
    with progress_of("roster") as step:
        account = link_rosters(
            settings, chosen, month, load_regions(settings.regions), key, step, access=access
        )
    area = RosterArea(settings.roster, chosen.name, month)
    keep_roster_figures(area, account.register_as_of, chosen.province)
    counts = _of_rosters(account.counts, roster)
    _tell_counts(counts, language)
    named = {count.roster for count in counts}
    for file, rows in account.refused:
        if file in named:
            typer.echo(
                on_one_line(
                    f"roster: {rows:,} rows of {file} were refused: see `cakupan roster check`"
                )
            )
    if explain:
        _tell_some(area.linked(), named, explain, language)
    typer.echo(
        f"roster: {sum(count.rows for count in counts):,} rows against {account.memberships:,} "
        f"memberships as of {account.register_as_of}; persons are in {shown_path(area.folder, settings)}"
    )


@roster_app.command(
    epilog="Examples: `cakupan roster check perangkat_desa_19.01.xlsx` · `cakupan roster check daftar/*.xlsx "
    "--rows 50`"
)
def check(
    files: Annotated[list[Path], typer.Argument(help="Rosters as they came.")],
    rows: Annotated[
        int, typer.Option(min=0, help="Tell of so many rows of each file; the copy tells of all.")
    ] = 20,
    profile: ProfileOption = "demo",
) -> None:
    """Say what is wrong with rosters, and write copies with whatever has only one right form."""
    from coverage_lib.linkage.roster_check import check_rosters
    from coverage_lib.reference.regions import load_regions

    settings = read_settings()
    chosen = settings.profile(profile)
    checked = check_rosters(settings, chosen, files, load_regions(settings.regions), today())
    for one in checked:
        typer.echo(
            on_one_line(
                f"{one.file}: {one.rows:,} rows, {one.rows - one.refused - one.incomplete:,} without fault, "
                f"{one.incomplete:,} incomplete, {one.refused:,} that cannot be used, {one.repaired:,} repaired"
            )
        )
        for text, number in one.counts:
            typer.echo(f"{number:>9,} × {text}")
        for told in one.findings[:rows]:
            typer.echo(on_one_line(f"  {told}"))
        if len(one.findings) > rows:
            typer.echo(f"  and {len(one.findings) - rows:,} more rows, all of them in the copy")
        typer.echo(f"roster: {shown_path(one.copy, settings)}")


def _of_rosters(counts: Sequence[Count], names: Sequence[str] | None) -> list[Count]:
    """The counts of rosters by name or path. Raises UsageError for one that was not there."""
    if not names:
        return list(counts)
    there = {count.roster for count in counts}
    for name in names:
        if not any(name in (file, Path(file).name) for file in there):
            listed = ", ".join(sorted(Path(file).name for file in there))
            raise UsageError(f"--roster {name}: no such roster was linked; {listed} were.")
    return [count for count in counts if count.roster in names or Path(count.roster).name in names]


def _tell_counts(counts: Sequence[Count], language: Language) -> None:
    from coverage_lib.linkage.decisions import OUTCOMES
    from coverage_lib.linkage.explain import outcome_in_words, rule_in_words

    by_outcome: Counter[str] = Counter()
    by_rule: Counter[tuple[str, str]] = Counter()
    for count in counts:
        by_outcome[count.outcome] += count.rows
        by_rule[count.outcome, count.rule] += count.rows
    total = sum(by_outcome.values())
    for outcome in OUTCOMES:
        rows = by_outcome[outcome]
        typer.echo(
            f"{outcome_in_words(outcome, language):24} {rows:>9,}  {100 * rows / max(total, 1):5.1f} %"
        )
        for (of, rule), number in sorted(by_rule.items(), key=lambda pair: (-pair[1], pair[0])):
            if of == outcome and rule:
                typer.echo(f"{'':24} {number:>9,} × {rule_in_words(rule, language)}")


def _tell_some(linked: Path, rosters: set[str], number: int, language: Language) -> None:
    """Decisions of every outcome and rule in turn; names are masked and no number is shown."""
    from coverage_lib.linkage.explain import outcome_in_words

    for row in _in_turn(linked, rosters)[:number]:
        sheet = f", sheet {row['source_sheet']}" if row["source_sheet"] else ""
        place = f"{Path(row['source_file']).name}{sheet}, line {row['source_line']}"
        typer.echo(
            on_one_line(
                f"{place} ({row['masked']}): {outcome_in_words(row['outcome'], language)}: "
            )
            + row[f"reason_{language}"]
        )


def _in_turn(linked: Path, rosters: set[str]) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    from coverage_lib.linkage.explain import masked_name

    columns = [
        "source_file", "source_sheet", "source_line", "name", "outcome", "rule", "reason_id", "reason_en",
    ]  # fmt: skip
    kinds: Counter[tuple[str, str | None]] = Counter()
    found: list[tuple[int, int, dict[str, Any]]] = []
    for row in pq.read_table(linked, columns=columns).to_pylist():
        if row["source_file"] in rosters:
            kind = (row["outcome"], row["rule"])
            row["masked"] = masked_name(row.pop("name"))
            found.append((kinds[kind], len(found), row))
            kinds[kind] += 1
    return [row for _, _, row in sorted(found, key=lambda one: one[:2])]
