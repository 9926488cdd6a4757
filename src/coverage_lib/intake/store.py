"""The store: one folder a profile and month, with generations of which one is current.

    <store>/<profile>/<month>/current               the name of the generation that counts
    <store>/<profile>/<month>/history               which one counted when (`intake.history`)
    <store>/<profile>/<month>/arrivals.json         the files that came in (`intake.arrivals`)
    <store>/<profile>/<month>/<generation>/pull.json
    <store>/<profile>/<month>/<generation>/<table>/<as of>.parquet

A generation is built under a name that starts with a dot, brought to the disk, renamed when
it is whole, and then named in `current` in one replacement: readers see the old state or the
new one. The last three that counted are kept, and one that is being read (`intake.holding`).
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from coverage_lib.errors import StoreError
from coverage_lib.intake.durable import (
    OWNER_ONLY,
    private_folder,
    replace_text,
    sync_folder,
    sync_tree,
)
from coverage_lib.intake.history import (
    PULL,
    ROLLBACK,
    Switch,
    by_age,
    by_use,
    note_switch,
    read_history,
)
from coverage_lib.intake.holding import Hold, move_unless_held
from coverage_lib.intake.pull_account import PullAccount, account_text, read_account
from coverage_lib.periods import Month
from coverage_lib.tables import table_names

KEPT_GENERATIONS = 3
#: Folders of a pull and of a test of the sources; what is in them is personal data.
_FETCHED, _PROBING = ".fetched", ".probing"
_LEFT_BEHIND = (".building-*", ".removed-*", _FETCHED, _PROBING)


@dataclass(frozen=True)
class StoredPeriod:
    """A generation of a month, for reading; it is not removed while this value is held."""

    folder: Path
    account: PullAccount
    held: Hold | None = field(default=None, compare=False, repr=False)

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
        self.root = root
        self.profile = profile
        self.period = period
        self.folder = root / profile / str(period)

    def current(self) -> StoredPeriod | None:
        """The generation that counts; None before the first pull.

        None too where another version of this program wrote an account that this one cannot
        read: the extracts are then pulled anew.
        """
        for _ in range(KEPT_GENERATIONS):
            try:
                generation = (self.folder / "current").read_text(encoding="utf-8").strip()
            except FileNotFoundError:
                return None
            try:
                return _open(self.folder / generation)
            except FileNotFoundError:
                continue  # let go of between the two reads: `current` names another one by now
            except (KeyError, TypeError, ValueError):
                return None
        return None

    def require_current(self) -> StoredPeriod:
        """As `current`. Raises StoreError that names the command to run where there is none."""
        stored = self.current()
        if stored is None:
            raise StoreError(
                f"nothing has been pulled for {self.period} in profile {self.profile}: run "
                f"`cakupan pull --period {self.period} --profile {self.profile}` first."
            )
        return stored

    def kept(self, generation: str) -> StoredPeriod | None:
        """A generation that is still there, whole; None where it is not."""
        try:
            return _open(self.folder / generation)
        except (OSError, KeyError, TypeError, ValueError):
            return None

    def generations(self) -> tuple[StoredPeriod, ...]:
        """All that are kept, the one that first counted last comes first."""
        age = by_age(self.history())
        names = sorted(self._names(), key=lambda name: (-age.get(name, -1), name))
        found = (self.kept(name) for name in names)
        return tuple(stored for stored in found if stored is not None)

    def require(self, generation: str | None) -> StoredPeriod:
        """The generation of a name, the current one without. Raises StoreError that lists all kept."""
        if generation is None:
            return self.require_current()
        kept = {stored.account.generation: stored for stored in self.generations()}
        if generation not in kept:
            raise StoreError(
                f"generation {generation} of {self.period} is not kept for profile {self.profile}: "
                f"{', '.join(kept) or 'none'} were found, newest first."
            )
        return kept[generation]

    def history(self) -> tuple[Switch, ...]:
        """Which generation counted from when, oldest first."""
        return read_history(self.folder / "history")

    @contextmanager
    def locked(self, seconds: float = 60) -> Iterator[None]:
        """Only one pull at a time. Raises StoreError where another holds the lock that long."""
        private_folder(self.folder, self.root)
        try:
            with FileLock(self.folder / ".lock", timeout=seconds):
                yield
        except Timeout as error:
            raise StoreError(
                f"another pull or test of the sources of {self.period} is running for profile "
                f"{self.profile}; wait for it to end."
            ) from error

    @contextmanager
    def pulling(self) -> Iterator[None]:
        """As `locked`; what a killed pull left behind is cleared first."""
        with self.locked():
            self.clear_left_behind()
            yield

    @contextmanager
    def probing(self) -> Iterator[Path]:
        """An empty folder for a test of the sources, which keeps pulls of the month waiting."""
        with self.pulling(), self._folder_for_the_block(_PROBING) as folder:
            yield folder

    def fetching(self) -> AbstractContextManager[Path]:
        """An empty folder for what a pull brings from elsewhere; only while `pulling`."""
        return self._folder_for_the_block(_FETCHED)

    @contextmanager
    def _folder_for_the_block(self, name: str) -> Iterator[Path]:
        """The owner's alone, and gone with the block; what a killed one left is cleared by now."""
        folder = self.folder / name
        folder.mkdir(mode=OWNER_ONLY)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def clear_left_behind(self) -> None:
        """Remove what a killed pull left fetched, half built or half removed; only while `locked`."""
        for pattern in _LEFT_BEHIND:
            for left in self.folder.glob(pattern):
                shutil.rmtree(left)

    def start_generation(self, generation: str) -> Path:
        """An empty folder to build in."""
        building = self.folder / f".building-{generation}"
        building.mkdir(mode=0o700)
        return building

    def finish_generation(self, building: Path, account: PullAccount, day: date) -> StoredPeriod:
        """Make the built folder the current generation, and let go of the oldest ones."""
        (building / "pull.json").write_text(account_text(account), encoding="utf-8")
        sync_tree(building)
        final = self.folder / account.generation
        if final.exists():  # nothing that could be read: `kept` would have given it
            self._remove(final)
        building.rename(final)
        sync_folder(self.folder)
        self.make_current(account.generation, day)
        return _open(final)

    def make_current(self, generation: str, day: date, verb: str = PULL) -> None:
        """Let a generation that is there count from now on; only while `locked`."""
        replace_text(self.folder / "current", generation + "\n")
        note_switch(self.folder / "history", Switch(day, verb, generation))
        self._prune()

    def note_current(self, generation: str, day: date) -> None:
        """Add the line of history that a crash left out."""
        note_switch(self.folder / "history", Switch(day, PULL, generation))

    def roll_back(self, generation: str | None, day: date) -> StoredPeriod:
        """Let an earlier generation count again, the one before the current one without a name.

        Raises StoreError where it is not kept, or where none is older.
        """
        with self.locked():
            current = self.require_current()
            self.note_current(current.account.generation, day)
            if generation is None:
                kept = self.generations()
                names = [stored.account.generation for stored in kept]
                older = kept[names.index(current.account.generation) + 1 :]
                if not older:
                    raise StoreError(
                        f"no generation before {current.account.generation} is kept of {self.period} "
                        f"for profile {self.profile}: {', '.join(names)} were found, newest first."
                    )
                chosen = older[0]
            else:
                chosen = self.require(generation)
            if chosen.account.generation != current.account.generation:
                self.make_current(chosen.account.generation, day, ROLLBACK)
            return chosen

    def _names(self) -> list[str]:
        return [
            path.name
            for path in self.folder.glob("*")
            if path.is_dir() and not path.name.startswith(".")
        ]

    def _prune(self) -> None:
        """Keep the last that counted; those of which history knows nothing go first."""
        use = by_use(self.history())
        names = sorted(self._names(), key=lambda name: (use.get(name, -1), name))
        for name in names[:-KEPT_GENERATIONS]:
            self._remove(self.folder / name)

    def _remove(self, folder: Path) -> None:
        """Out of sight in one step, unless it is being read; then file by file."""
        removed = self.folder / f".removed-{folder.name}"
        if move_unless_held(folder / "pull.json", folder, removed):
            shutil.rmtree(removed)


def _open(folder: Path) -> StoredPeriod:
    held = Hold(folder / "pull.json")
    account = read_account((folder / "pull.json").read_text(encoding="utf-8"))
    return StoredPeriod(folder, account, held)
