"""Verbs about rosters: roster check, link, lists, progress."""

from __future__ import annotations

import getpass
import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
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
from coverage_lib.cli.briefings import Language
from coverage_lib.errors import UsageError, on_one_line
from coverage_lib.periods import Month

if TYPE_CHECKING:
    import pyarrow as pa

    from coverage_lib.linkage.roster_counts import ListProgress
    from coverage_lib.linkage.roster_link import Count

roster_app = typer.Typer(
    name="roster",
    help="Rosters of people who should be covered: what is wrong with them, and who is registered.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(roster_app)


class ListLevel(StrEnum):
    """Regions that a list can be of."""

    DESA = "desa"
    KECAMATAN = "kecamatan"
    KABUPATEN = "kabupaten"


@roster_app.command(
    epilog="Examples: `cakupan roster link --period 2025-06` · `cakupan roster link --period 2025-06 "
    "--roster perangkat_desa_19.01.xlsx --explain 5` · `cakupan roster link --period 2025-06 --roster "
    "daftar_nelayan_19.03.xlsx`"
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
    """Find out who of the rosters is in the register; persons stay in the roster area.

    Rosters are those of the village ecosystem and of groups of workers, such as fishers or non-ASN staff.
    """
    from coverage_lib.intake.pseudonyms import load_key
    from coverage_lib.linkage.roster_area import RosterArea
    from coverage_lib.linkage.roster_link import is_named, link_rosters
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
            settings, chosen, month, load_regions(settings.regions), key, step,
            named=roster or (), access=access,
        )  # fmt: skip
    area = RosterArea(settings.roster, chosen.name, month)
    keep_roster_figures(area, account.register_as_of, chosen.province)
    counts = [one for one in account.counts if not roster or is_named(one.roster, roster)]
    _tell_counts(counts, language)
    _tell_groups(counts)
    for file, rows in account.refused:
        if not roster or is_named(file, roster):
            typer.echo(
                on_one_line(
                    f"roster: {rows:,} rows of {file} were refused: see `cakupan roster check`"
                )
            )
    if explain:
        _tell_some(area.linked(), {count.roster for count in counts}, explain, language)
    for before in account.not_followed:
        typer.echo(
            f"roster: the list of {before} was made with another pseudonym key and is not followed",
            err=True,
        )
    _tell_lists(area.progress(), str(month))
    typer.echo(
        f"roster: {sum(count.rows for count in counts):,} rows against {account.memberships:,} "
        f"memberships as of {account.register_as_of}; persons are in {shown_path(area.folder, settings)}"
    )


class ProgressBy(StrEnum):
    """What progress is told by."""

    POSITION = "position"
    GROUP = "group"
    KABUPATEN = "kabupaten"
    KECAMATAN = "kecamatan"
    DESA = "desa"


@roster_app.command(
    "progress",
    epilog="Examples: `cakupan roster progress --period 2025-06` · `cakupan roster progress --period 2025-06 "
    "--by desa --region 19.01` · `cakupan roster progress --period 2025-06 --by group`",
)
def tell_progress(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    by: Annotated[
        ProgressBy, typer.Option(help="Position (of other groups the group), group, or level.")
    ] = (ProgressBy.POSITION),
    region: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only within this region; else all.")
    ] = None,
) -> None:
    """Of each earlier month's list, how many are covered since: counts, no person."""
    from coverage_lib.linkage.roster_area import RosterArea
    from coverage_lib.linkage.roster_counts import counts_of
    from coverage_lib.linkage.roster_tables import group_label
    from coverage_lib.reference.regions import load_regions

    month, settings = Month.parse(period), read_settings()
    chosen = settings.profile(profile)
    area = RosterArea(settings.roster, chosen.name, month)
    area.linked()
    within = load_regions(settings.regions).get(region or chosen.province).code
    progress = area.progress()
    counts = counts_of(progress, by.value, within)
    totals = {(one.list_month, one.month): one for one in counts_of(progress, "total", within)}
    name = group_label if by == ProgressBy.GROUP else str
    for at, of_list in groupby(counts, key=lambda one: (one.list_month, one.month)):
        groups = list(of_list)
        for one in groups:
            _tell_progress(one, name(one.group))
        if groups[1:]:
            _tell_progress(totals[at], "total")
    if not counts:
        typer.echo(f"progress: no earlier list is followed in {month}, profile {chosen.name}")


def _tell_progress(one: ListProgress, name: str) -> None:
    typer.echo(
        f"list of {one.list_month}, as of {one.month}  {name:36} {one.registered_since:>7,} of "
        f"{one.listed:>7,}  {one.percent:5.1f} %"
    )


@roster_app.command(
    epilog="Examples: `cakupan roster check data/incoming/2025-06/perangkat_desa_19.01.xlsx` · `cakupan roster check daftar/*.xlsx "
    "--rows 50` · `cakupan roster check 'Daftar Nelayan Kec. Toboali.xlsx'`"
)
def check(
    files: Annotated[list[Path], typer.Argument(help="Rosters as they came.")],
    rows: Annotated[
        int, typer.Option(min=0, help="Tell of so many rows of each file; the copy tells of all.")
    ] = 20,
    profile: ProfileOption = "demo",
) -> None:
    """Say what is wrong with rosters, and write copies with whatever has only one right form.

    A roster is of a group of workers where a column, its title, a sheet or the file's name says which.
    """
    from coverage_lib.linkage.roster_check import check_rosters
    from coverage_lib.reference.regions import load_regions

    settings = read_settings()
    chosen = settings.profile(profile)
    checked = check_rosters(settings, chosen, files, load_regions(settings.regions), today())
    for one in checked:
        typer.echo(
            on_one_line(
                f"{one.file} ({one.table}): {one.rows:,} rows, {one.rows - one.refused - one.incomplete:,} without fault, "
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


@roster_app.command(
    epilog="Examples: `cakupan roster lists --period 2025-06 --level desa` · `cakupan roster lists --period "
    "2025-06 --level kecamatan --region 19.01 --out serah/19.01 --to 'DPMD Kabupaten Bangka'` · `cakupan roster "
    "lists --period 2025-06 --level kabupaten --group fisher`"
)
def lists(  # noqa: PLR0917  each is an option
    period: PeriodOption,
    level: Annotated[ListLevel, typer.Option(help="A workbook for each region of this level.")],
    profile: ProfileOption = "demo",
    region: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only within this region; else all.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="People of this group of workers, such as fisher or non_asn; repeatable. "
            "The village ecosystem (village_official) without it.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to make; in the roster area without it.")
    ] = None,
    passwords: Annotated[
        Path | None, typer.Option(help="File of passwords to make; in the roster area without it.")
    ] = None,
    recipient: Annotated[
        str, typer.Option("--to", help="Who gets them, for the ledger: an office, no person.")
    ] = "",
    by: Annotated[str | None, typer.Option(help="Who hands over; else who is logged in.")] = None,
) -> None:
    """Write a workbook for each village, encrypted: who is not registered, who lapsed, what is missing."""
    from coverage_lib.handover.lists import HandOver, hand_over
    from coverage_lib.linkage.roster_tables import ECOSYSTEM
    from coverage_lib.reference.regions import load_regions

    month, settings = Month.parse(period), read_settings()
    chosen = settings.profile(profile)
    hands_over = by or user_of_the_machine()
    if not hands_over.strip():
        raise UsageError("nobody is named who hands over, and the ledger needs it: give --by NAME.")
    wish = HandOver(
        level=level.value,
        within=region or chosen.province,
        by=hands_over,
        to=recipient,
        at=datetime.now().astimezone(),
        out=out,
        passwords=passwords,
        groups=tuple(dict.fromkeys(group)) if group else (ECOSYSTEM,),
    )
    with progress_of("lists") as step:
        handed = hand_over(settings, chosen, month, load_regions(settings.regions), wish, step)
    if handed.refused:
        typer.echo(
            f"lists: {handed.refused:,} rows of the rosters were refused and stand in no list: see "
            "`cakupan roster check`"
        )
    if not recipient.strip():
        typer.echo("lists: nobody is named with --to; the ledger says so")
    named = sum(entry.rows for entry in handed.entries)
    typer.echo(
        f"lists: {len(handed.entries):,} workbooks that name {named:,} people, encrypted, in "
        f"{shown_path(handed.folder, settings)}"
    )
    typer.echo(
        f"lists: passwords in {shown_path(handed.passwords, settings)}; send them another way than the lists"
    )


def user_of_the_machine() -> str:
    """Who is logged in; empty where the machine does not know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return ""


def _tell_counts(counts: Sequence[Count], language: Language) -> None:
    from coverage_lib.linkage.decisions import OUTCOMES
    from coverage_lib.linkage.explain import counted_in_words, outcome_in_words

    by_outcome: Counter[str] = Counter()
    by_rule: Counter[tuple[str, str, bool]] = Counter()
    for count in counts:
        by_outcome[count.outcome] += count.rows
        by_rule[count.outcome, count.rule, count.death_benefit_paid] += count.rows
    total = sum(by_outcome.values())
    for outcome in OUTCOMES:
        rows = by_outcome[outcome]
        typer.echo(
            f"{outcome_in_words(outcome, language):24} {rows:>9,}  {100 * rows / max(total, 1):5.1f} %"
        )
        for (of, rule, died), number in sorted(
            by_rule.items(), key=lambda pair: (-pair[1], pair[0])
        ):
            if of == outcome and rule:
                said = counted_in_words(rule, language, death_benefit_paid=died)
                typer.echo(f"{'':24} {number:>9,} × {said}")


def _tell_groups(counts: Sequence[Count]) -> None:
    """One line for each group of workers, where there is another than the village ecosystem."""
    from coverage_lib.linkage.decisions import ACTIVE
    from coverage_lib.linkage.roster_tables import ECOSYSTEM, group_label

    rows: Counter[str] = Counter()
    active: Counter[str] = Counter()
    for count in counts:
        rows[count.group] += count.rows
        active[count.group] += count.rows if count.outcome == ACTIVE else 0
    if set(rows) - {ECOSYSTEM}:
        for group, number in sorted(rows.items()):
            typer.echo(
                f"group {group_label(group):36} {active[group]:>9,} of {number:>9,} registered and active"
                f"  {100 * active[group] / number:5.1f} %"
            )


def _tell_lists(progress: pa.Table, month: str) -> None:
    """One line for each earlier list and group, as of the month."""
    from coverage_lib.linkage.roster_counts import counts_of
    from coverage_lib.linkage.roster_tables import ECOSYSTEM

    for one in counts_of(progress, "group", ""):
        if one.month == month:
            group = "" if one.group == ECOSYSTEM else f" of group {one.group}"
            typer.echo(
                f"roster: of {one.listed:,}{group} on the list of {one.list_month} {one.registered_since:,} are "
                f"covered since ({one.percent:.1f} %)"
            )


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

    from coverage_lib.linkage.decisions import NEEDS_A_LOOK
    from coverage_lib.linkage.explain import masked_name

    columns = [
        "source_file", "source_sheet", "source_line", "name", "outcome", "rule", "death_benefit_paid", "reason_id",
        "reason_en",
    ]  # fmt: skip
    kinds: Counter[tuple[str, str | None, bool]] = Counter()
    rules: Counter[str] = Counter()  # kinds of an outcome: its first one comes in the first turn
    turns: dict[tuple[str, str | None, bool], int] = {}
    found: list[tuple[tuple[int, int, int], dict[str, Any]]] = []
    for row in pq.read_table(linked, columns=columns).to_pylist():
        if row["source_file"] in rosters:
            died = row["outcome"] == NEEDS_A_LOOK and bool(row["death_benefit_paid"])
            kind = (row["outcome"], row["rule"], died)
            if kind not in turns:
                turns[kind] = rules[row["outcome"]]
                rules[row["outcome"]] += 1
            row["masked"] = masked_name(row.pop("name"))
            found.append(((kinds[kind], turns[kind], len(found)), row))
            kinds[kind] += 1
    return [row for _, row in sorted(found, key=lambda one: one[0])]
