"""The ledger of what came in: an extract that a pull has taken in never changes unseen.

`<store>/<profile>/<month>/arrivals.json` has each file's name, sha256, size and days; nothing
of what is in it. Another file under a known name is refused until the user says that it takes
the first one's place; the ledger then keeps both hashes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from coverage_lib.errors import SourceError, UsageError
from coverage_lib.intake.durable import replace_text
from coverage_lib.sources.catalogue import Extract, file_sha256, stamp_of

LEDGER = "arrivals.json"


@dataclass(frozen=True)
class Superseded:
    """A file whose name another one took on the day `on`."""

    sha256: str
    size: int
    arrived: date
    on: date


@dataclass(frozen=True)
class Arrival:
    """A file as it came in. `arrived` is the day of the first pull that took it in, `received`
    the day that its sidecar says; `superseded` are those that it took the place of, oldest first.
    """

    name: str
    sha256: str
    size: int
    arrived: date
    received: date | None
    superseded: tuple[Superseded, ...] = ()


@dataclass(frozen=True)
class Superseding:
    """Which changed files the user lets take the place of the first ones: by name, or all."""

    names: tuple[str, ...] = ()
    everything: bool = False

    def allows(self, name: str) -> bool:
        return self.everything or any(_is_named(name, given) for given in self.names)


NOTHING_SUPERSEDED = Superseding()
Ledger = Mapping[str, Arrival]


def take_in(
    ledger: Ledger, extracts: Iterable[Extract], superseding: Superseding, day: date
) -> dict[str, Arrival]:
    """The ledger with these extracts in it; files that are no longer there stay in it.

    Raises SourceError that gives both hashes where a file is not the one that came in,
    UsageError where a name to supersede is none of the extracts'.
    """
    entries = dict(ledger)
    extracts = list(extracts)
    _check_names(superseding.names, [extract.name for extract in extracts])
    for extract in extracts:
        arrival = Arrival(
            extract.name, extract.sha256, extract.path.stat().st_size, day, extract.received
        )
        known = entries.get(extract.name)
        if known is None:
            entries[extract.name] = arrival
        elif known.sha256 != extract.sha256:
            if not superseding.allows(extract.name):
                raise _changed(known, extract)
            left = Superseded(known.sha256, known.size, known.arrived, day)
            entries[extract.name] = replace(arrival, superseded=(*known.superseded, left))
    return entries


def not_there(ledger: Ledger, extracts: Iterable[Extract]) -> tuple[Arrival, ...]:
    """The files that came in and are none of the extracts any more, by name."""
    names = {extract.name for extract in extracts}
    return tuple(ledger[name] for name in sorted(ledger) if name not in names)


def check_unchanged(extracts: Iterable[Extract]) -> None:
    """Raises SourceError where a file is no longer what it was when the pull began to read it.

    A file that the file system calls unchanged is not read again.
    """
    for extract in extracts:
        try:
            same = (
                stamp_of(extract.path) == extract.stamp
                or file_sha256(extract.path) == extract.sha256
            )
        except FileNotFoundError:
            same = False
        if not same:
            raise SourceError(
                f"{extract.name} changed while it was read: wait until it is copied whole, then "
                "pull again; the store is as it was."
            )


def read_ledger(folder: Path) -> dict[str, Arrival]:
    """The ledger of a month's folder in the store; empty before the first pull."""
    try:
        document = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {entry["name"]: _arrival(entry) for entry in document}


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Replace the ledger as a whole; nothing is written where it says the same already."""
    entries = [asdict(ledger[name]) for name in sorted(ledger)]
    text = json.dumps(entries, ensure_ascii=False, indent=2, default=date.isoformat) + "\n"
    path = folder / LEDGER
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        replace_text(path, text)


def _arrival(entry: Mapping[str, Any]) -> Arrival:
    return Arrival(
        entry["name"],
        entry["sha256"],
        entry["size"],
        date.fromisoformat(entry["arrived"]),
        None if entry["received"] is None else date.fromisoformat(entry["received"]),
        tuple(
            Superseded(
                left["sha256"],
                left["size"],
                date.fromisoformat(left["arrived"]),
                date.fromisoformat(left["on"]),
            )
            for left in entry["superseded"]
        ),
    )


def _is_named(name: str, given: str) -> bool:
    return given in (name, name.rpartition("/")[2])


def _check_names(given: Iterable[str], names: Collection[str]) -> None:
    for wanted in given:
        if not any(_is_named(name, wanted) for name in names):
            raise UsageError(
                f"--supersede {wanted}: no extract of the month has this name; "
                f"{', '.join(sorted(names)) or 'none'} were found."
            )


def _changed(known: Arrival, extract: Extract) -> SourceError:
    return SourceError(
        f"{extract.name} is not the file that came in on {known.arrived}: its sha256 was "
        f"{known.sha256} and is {extract.sha256}. Put the first file back, or let this one take its "
        f"place with `--supersede {extract.name.rpartition('/')[2]}`."
    )
