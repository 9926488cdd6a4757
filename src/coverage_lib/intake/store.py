"""The store: one folder a profile and month, with generations of which one is current.

    <store>/<profile>/<month>/current               the name of the generation that counts
    <store>/<profile>/<month>/<generation>/pull.json
    <store>/<profile>/<month>/<generation>/<table>/<as of>.parquet

A generation is built under a name that starts with a dot, renamed when it is whole, and
then named in `current` in one replacement: readers see the old state or the new one.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from coverage_lib.errors import StoreError
from coverage_lib.intake.corrections import CorrectionAccount
from coverage_lib.intake.places import CODE_OF_OTHER_SYSTEM
from coverage_lib.periods import Month
from coverage_lib.sources.reading import UNTOLD, Reading
from coverage_lib.tables import table_names

_KEPT_GENERATIONS = 3


@dataclass(frozen=True)
class TableAccount:
    """What became of a table's rows: received = accepted + rejected + duplicates.

    Rejected rows and duplicates lie in quarantine; `reasons` tells of both.
    """

    table: str
    received: int
    accepted: int
    rejected: int
    duplicates: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SourceAccount:
    """What came in from one file.

    `rows` were received; `rejected` of them went to quarantine for a fault, `duplicates` for a
    key that an earlier row has. `faults` are the lists of all that is wrong with a row, and
    how many rows have them; a value left out is a fault too, though the row was kept.
    `filled` says in how many rows a column has a value that can be used, for the columns
    that the file has. `expected_rows` is what its producer says it holds; None where unsaid.
    `reading` says how it was read; older accounts have none.
    `repairs` says in how many rows which rule read which column in another than its standard
    form; the resolved region of a row is a column there too.
    """

    name: str
    table: str
    producer: str
    as_of: date | None
    received: date | None
    simulated: bool
    sha256: str
    rows: int
    ignored_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    expected_rows: int | None
    rejected: int
    duplicates: int
    faults: tuple[tuple[str, int], ...]
    filled: tuple[tuple[str, int], ...]
    reading: Reading = UNTOLD
    repairs: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class PullAccount:
    """The whole account of a pull, as pull.json keeps it."""

    profile: str
    period: str
    generation: str
    key_fingerprint: str
    tables: tuple[TableAccount, ...]
    sources: tuple[SourceAccount, ...]
    corrections: tuple[CorrectionAccount, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether any row came from a simulated extract; one is enough to mark all that is made."""
        return any(source.simulated for source in self.sources)

    def repairs_of(self, table: str) -> tuple[tuple[str, str, int], ...]:
        """The column, rule and rows of all repairs of a table's files, the commonest first."""
        sums: Counter[tuple[str, str]] = Counter()
        for source in self.sources:
            if source.table == table:
                sums.update({(column, rule): rows for column, rule, rows in source.repairs})
        ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((column, rule, rows) for (column, rule), rows in ordered)

    @property
    def sources_of_other_codes(self) -> tuple[tuple[SourceAccount, int], ...]:
        """The files whose region codes fit their names only in the system not declared."""
        return tuple(
            (source, rows)
            for source in self.sources
            for _, rule, rows in source.repairs
            if rule == CODE_OF_OTHER_SYSTEM
        )


@dataclass(frozen=True)
class StoredPeriod:
    """The current generation of a month, for reading."""

    folder: Path
    account: PullAccount

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it has, in alphabetical order."""
        return tuple(name for name in table_names() if (self.folder / name).is_dir())

    def days(self, table: str) -> tuple[date, ...]:
        """The as-of dates of a table's extracts, oldest first, without opening them."""
        names = sorted(path.stem for path in (self.folder / table).glob("*.parquet"))
        return tuple(date.fromisoformat(name) for name in names)

    def files(self, table: str, days: Collection[date] | None = None) -> list[str]:
        """The Parquet files of a table, of all its extracts or of those of some days."""
        folder = self.folder / table
        if days is None:
            return [str(path) for path in sorted(folder.glob("*.parquet"))]
        return [str(folder / f"{day}.parquet") for day in sorted(days)]


class PeriodStore:
    """The place of one profile and month in the store."""

    def __init__(self, root: Path, profile: str, period: Month) -> None:
        self.profile = profile
        self.period = period
        self.folder = root / profile / str(period)

    def current(self) -> StoredPeriod | None:
        """The generation that counts; None before the first pull.

        None too where another version of this program wrote an account that this one cannot
        read: the extracts are then pulled anew.
        """
        try:
            generation = (self.folder / "current").read_text(encoding="utf-8").strip()
            folder = self.folder / generation
            account = _account(json.loads((folder / "pull.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, KeyError, TypeError, ValueError):
            return None
        return StoredPeriod(folder, account)

    def require_current(self) -> StoredPeriod:
        """As `current`. Raises StoreError that names the command to run where there is none."""
        stored = self.current()
        if stored is None:
            raise StoreError(
                f"nothing has been pulled for {self.period} in profile {self.profile}: run "
                f"`cakupan pull --period {self.period} --profile {self.profile}` first."
            )
        return stored

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one pull at a time. Raises StoreError where another holds the lock for a minute."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with FileLock(self.folder / ".lock", timeout=60):
                yield
        except Timeout as error:
            raise StoreError(
                f"another pull of {self.period} is running for profile {self.profile}; wait for it to end."
            ) from error

    def start_generation(self, generation: str) -> Path:
        """An empty folder to build in; what a killed pull left is cleared first."""
        for left in self.folder.glob(".building-*"):
            shutil.rmtree(left)
        building = self.folder / f".building-{generation}"
        building.mkdir(mode=0o700)
        return building

    def finish_generation(self, building: Path, account: PullAccount) -> StoredPeriod:
        """Make the built folder the current generation, and let go of the oldest ones."""
        (building / "pull.json").write_text(
            json.dumps(asdict(account), ensure_ascii=False, indent=2, default=date.isoformat)
            + "\n",
            encoding="utf-8",
        )
        final = self.folder / account.generation
        if final.exists():
            shutil.rmtree(final)
        building.rename(final)
        pointer = self.folder / ".current.new"
        pointer.write_text(account.generation + "\n", encoding="utf-8")
        pointer.replace(self.folder / "current")
        self._prune(keep=account.generation)
        return StoredPeriod(final, account)

    def _prune(self, keep: str) -> None:
        generations = sorted(
            (
                path
                for path in self.folder.iterdir()
                if path.is_dir() and not path.name.startswith(".")
            ),
            key=lambda path: (path.name == keep, path.stat().st_mtime_ns),
        )
        for old in generations[:-_KEPT_GENERATIONS]:
            shutil.rmtree(old)


def _account(document: dict[str, Any]) -> PullAccount:
    return PullAccount(
        profile=document["profile"],
        period=document["period"],
        generation=document["generation"],
        key_fingerprint=document["key_fingerprint"],
        tables=tuple(
            TableAccount(**entry | {"reasons": _counted(entry["reasons"])})
            for entry in document["tables"]
        ),
        sources=tuple(
            SourceAccount(
                **entry
                | {
                    "as_of": _day(entry["as_of"]),
                    "received": _day(entry["received"]),
                    "ignored_columns": tuple(entry["ignored_columns"]),
                    "absent_columns": tuple(entry["absent_columns"]),
                    "faults": _counted(entry["faults"]),
                    "filled": _counted(entry["filled"]),
                    "reading": _reading(entry.get("reading", {"kind": ""})),
                    "repairs": tuple(
                        (column, rule, rows) for column, rule, rows in entry["repairs"]
                    ),
                }
            )
            for entry in document["sources"]
        ),
        corrections=tuple(
            CorrectionAccount(**entry | {"date": date.fromisoformat(entry["date"])})
            for entry in document["corrections"]
        ),
    )


def _reading(entry: dict[str, Any]) -> Reading:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    unmapped = tuple((header, tuple(near)) for header, near in entry.get("unmapped", ()))
    return Reading(
        **entry | lists | {"left_out": _counted(entry.get("left_out", [])), "unmapped": unmapped}
    )


def _counted(pairs: list[list[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((text, rows) for text, rows in pairs)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
