"""Lists for villages: one workbook a region, all of a run or none, each under its own password.

What names persons is never on a disk without its encryption: workbooks are made and encrypted in memory.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from coverage_lib.config import Profile, Settings
from coverage_lib.errors import MeasureError, UsageError
from coverage_lib.handover.ledger import HandedOver, write_ledger
from coverage_lib.handover.people import Person, read_people
from coverage_lib.handover.sealing import new_password, sealed
from coverage_lib.handover.words import say
from coverage_lib.handover.workbook import ListOf, list_workbook
from coverage_lib.intake.durable import OWNER_ONLY, private_folder, sync_folder, sync_tree
from coverage_lib.intake.store import PeriodStore
from coverage_lib.linkage.roster_area import RosterArea
from coverage_lib.linkage.roster_tables import ECOSYSTEM, group_label, groups_there
from coverage_lib.periods import Month
from coverage_lib.present.tables import neutralise
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

LISTS, PASSWORDS = "lists", "passwords"
_PASSWORD_HEADER = ("file", "region", "password")


@dataclass(frozen=True)
class HandOver:
    """What is asked for. `groups` are those whose people are listed. `out` is the folder to be made and `passwords` the file; None: in the roster
    area. `by` and `to` stand in the ledger, with `at`.
    """

    level: str
    within: str
    by: str
    to: str
    at: datetime
    out: Path | None = None
    passwords: Path | None = None
    groups: tuple[str, ...] = (ECOSYSTEM,)


@dataclass(frozen=True)
class Handed:
    """What was made: a line of the ledger for each workbook, and how many roster rows were refused
    by the linkage and so stand in no list.
    """

    folder: Path
    passwords: Path
    entries: tuple[HandedOver, ...]
    refused: int


def hand_over(
    settings: Settings,
    profile: Profile,
    period: Month,
    regions: Regions,
    wish: HandOver,
    progress: Callable[[str], None],
) -> Handed:
    """Make the workbooks of all regions of a level that have posts in the month's linked rosters.

    Raises StoreError where nothing was linked, UsageError where folder or password file are there
    already or the region has no posts, MeasureError where rows and account of the linkage differ.
    """
    regions.get(wish.within)
    area = RosterArea(settings.roster, profile.name, period)
    store = PeriodStore(settings.store, profile.name, period)
    folder = wish.out or area.folder / LISTS / _folder_name(wish)
    passwords = wish.passwords or area.folder / PASSWORDS / f"{folder.name}.csv"
    _refuse_taken(folder, passwords)
    with store.locked():
        account = area.account()
        people = read_people(area.linked())
        _check_totals(people, account)
        parts = _parts(_of_groups(people, wish), wish)
        with _built_aside(folder, settings.roster) as building:
            entries, secrets = [], []
            for code, of_region in parts.items():
                progress(code)
                book = _list_of(code, of_region, regions, period, account)
                password = new_password()
                content = sealed(list_workbook(book), password)
                name = _file_name(code, regions)
                _write(building / name, content)
                secrets.append((name, book.region, password))
                entries.append(
                    HandedOver(
                        wish.at.isoformat(timespec="seconds"), wish.by, wish.to, code,
                        _shown(folder, settings), name, hashlib.sha256(content).hexdigest(),
                        sum(one.is_named for one in of_region), _shown(passwords, settings),
                    )
                )  # fmt: skip
            sync_tree(building)
            with _passwords_in_place(passwords, secrets, settings.roster):
                write_ledger(store.folder, entries)
                building.rename(folder)
            sync_folder(folder.parent)
    return Handed(folder, passwords, tuple(entries), sum(account["refused"].values()))


def _refuse_taken(folder: Path, passwords: Path) -> None:
    for path in (folder, passwords):
        if path.exists():
            raise UsageError(
                f"{path.name} is there already: it may have been handed over; choose another --out or "
                "--passwords, or remove it."
            )
    if passwords.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            "--passwords lies within --out: passwords go another way than the lists, so another "
            "folder was expected."
        )


def _check_totals(people: Sequence[Person], account: Mapping[str, Any]) -> None:
    found = Counter((one.source_file, one.outcome) for one in people)
    told: Counter[tuple[str, str]] = Counter()
    for count in account["counts"]:
        told[count["roster"], count["outcome"]] += count["rows"]
    if found != told:
        raise MeasureError(
            "the linked rows do not add up to the account of the linkage: run `cakupan roster link` again."
        )


def _folder_name(wish: HandOver) -> str:
    named = () if wish.groups == (ECOSYSTEM,) else wish.groups
    return "_".join((wish.level, wish.within, *named))


def _of_groups(people: Sequence[Person], wish: HandOver) -> list[Person]:
    """Raises UsageError for a group without people."""
    there = groups_there(Counter(one.position for one in people))
    for group in wish.groups:
        if group not in there:
            raise UsageError(
                f"--group {group}: no roster of it was linked; "
                f"{', '.join(map(group_label, there)) or 'none'} were."
            )
    return [one for one in people if one.group in wish.groups]


def _parts(people: Sequence[Person], wish: HandOver) -> dict[str, list[Person]]:
    """People by the code of their region at the level, in code order."""
    length = CODE_LENGTHS[wish.level]
    found: dict[str, list[Person]] = {}
    for one in people:
        if one.village_code == wish.within or one.village_code.startswith(f"{wish.within}."):
            found.setdefault(one.village_code[:length], []).append(one)
    if not found:
        raise UsageError(f"--region {wish.within}: no linked roster has a post there.")
    return dict(sorted(found.items()))


def _list_of(
    code: str,
    people: Sequence[Person],
    regions: Regions,
    period: Month,
    account: Mapping[str, Any],
) -> ListOf:
    villages = {one.village_code: _own_name(one.village_code, regions) for one in people}
    return ListOf(
        region=full_name(code, regions),
        period=period,
        register_as_of=date.fromisoformat(account["register_as_of"]),
        people=tuple(people),
        villages=villages,
        has_villages=len(code) < CODE_LENGTHS["desa"],
        simulated=bool(account["simulated"]),
    )


def full_name(code: str, regions: Regions) -> str:
    """`Desa Rebo, Kecamatan Sungailiat, Kabupaten Bangka`: a region and those above it, the province not."""
    codes = [code]
    while len(codes[-1]) > CODE_LENGTHS["kabupaten"]:
        codes.append(codes[-1].rpartition(".")[0])
    return ", ".join(_own_name(one, regions) for one in codes)


def _own_name(code: str, regions: Regions) -> str:
    region = regions.get(code)
    if region.is_unknown:
        parent = code.rpartition(".")[0]
        return say("unknown_region", parent=parent)
    kind = region.kind.capitalize()
    is_told = region.level == "kabupaten" or region.name.startswith(kind)
    return region.name if is_told else f"{kind} {region.name}"


def _file_name(code: str, regions: Regions) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", regions.get(code).name.lower()).strip("-")
    return f"{code}_{name}.xlsx" if name else f"{code}.xlsx"


@contextmanager
def _built_aside(folder: Path, roster: Path) -> Iterator[Path]:
    """A private folder beside the one to be made; what a killed run left there goes first."""
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    if folder.is_relative_to(roster):
        private_folder(building, roster)
    else:
        building.mkdir(parents=True, mode=OWNER_ONLY)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextmanager
def _passwords_in_place(
    path: Path, secrets: Sequence[tuple[str, str, str]], roster: Path
) -> Iterator[None]:
    """The passwords come first: they open nothing without the lists. They go where the block fails."""
    if path.is_relative_to(roster):
        private_folder(path.parent, roster)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_PASSWORD_HEADER)
    writer.writerows([[neutralise(cell) for cell in row] for row in secrets])
    try:
        _write(path, text.getvalue().encode())
        sync_folder(path.parent)
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes) -> None:
    """A new file that its owner alone reads, on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _shown(path: Path, settings: Settings) -> str:
    resolved = path.resolve()
    inside = resolved.is_relative_to(settings.project)
    return str(resolved.relative_to(settings.project) if inside else resolved)
