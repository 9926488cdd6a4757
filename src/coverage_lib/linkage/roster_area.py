"""Where rosters are worked on and their results lie: persons by name, the owner's alone.

    <roster>/<profile>/<month>/linked.parquet       what became of every row of the rosters
    <roster>/<profile>/<month>/candidates.parquet   whom the rows in the queue may be
    <roster>/<profile>/<month>/followed.parquet     who is on the month's list, by pseudonyms alone
    <roster>/<profile>/<month>/progress.parquet     how many of each earlier list are registered: counts
    <roster>/<profile>/<month>/account.json         counts, of no person
    <roster>/<profile>/<month>/lists/, passwords/   what `roster lists` makes
    <roster>/<profile>/<month>/figures.parquet      measures that passed disclosure control
    <roster>/<profile>/<month>/checked/             corrected copies of rosters

But for the measures nothing of it goes into store, marts, briefings or logs; `cakupan purge` removes it by age.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from coverage_lib.errors import StoreError
from coverage_lib.intake.durable import private_folder, replace_text, sync_folder
from coverage_lib.periods import Month

LINKED, CANDIDATES, FOLLOWED, PROGRESS, FIGURES, ACCOUNT, CHECKED = (
    "linked.parquet", "candidates.parquet", "followed.parquet", "progress.parquet", "figures.parquet", "account.json", "checked",
)  # fmt: skip
_WORKING = ".working"
#: Of the list of `list_month` so many `listed`, and of these `registered_since` by the
#: register of a later `month`, which is as of `as_of`.
PROGRESS_SCHEMA = pa.schema(
    [
        ("list_month", pa.string()), ("month", pa.string()), ("as_of", pa.date32()),
        ("village_code", pa.string()),
        ("position", pa.string()), ("listed", pa.int64()), ("registered_since", pa.int64()),
    ]
)  # fmt: skip


class RosterArea:
    """The roster folder of one profile and month."""

    def __init__(self, root: Path, profile: str, period: Month) -> None:
        self.root = root
        self.profile = profile
        self.period = period
        self.folder = root / profile / str(period)

    @contextmanager
    def working(self) -> Iterator[Path]:
        """A private folder for the block alone; what a killed run left goes first. Runs of a month
        must not overlap: the caller holds the month's lock.
        """
        folder = self.folder / _WORKING
        shutil.rmtree(folder, ignore_errors=True)
        private_folder(folder, self.root)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, made: Path, account: Mapping[str, Any]) -> None:
        """Let the tables in a folder take the place of those that were there; the account comes last."""
        for name in (LINKED, CANDIDATES, FOLLOWED, PROGRESS):
            (made / name).chmod(0o600)
            (made / name).replace(self.folder / name)
        sync_folder(self.folder)
        replace_text(self.folder / ACCOUNT, json.dumps(account, indent=1, sort_keys=True) + "\n")

    def linked(self) -> Path:
        """The table of links. Raises StoreError where nothing was linked yet."""
        path = self.folder / LINKED
        if not path.is_file():
            raise StoreError(
                f"no roster was linked for {self.period} in profile {self.profile}: run "
                f"`cakupan roster link --period {self.period} --profile {self.profile}` first."
            )
        return path

    def earlier(self) -> list[RosterArea]:
        """The areas of earlier months of the profile that have a list to follow, oldest first."""
        months = [
            Month.parse(path.parent.name)
            for path in sorted(self.folder.parent.glob(f"????-??/{FOLLOWED}"))
        ]
        return [
            RosterArea(self.root, self.profile, month) for month in months if month < self.period
        ]

    def key(self) -> str | None:
        """The fingerprint of the key that the month's list is kept by."""
        path = self.folder / ACCOUNT
        document = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return document.get("key")

    def progress(self) -> pa.Table:
        """What became of earlier lists up to this month; empty where nothing was followed."""
        path = self.folder / PROGRESS
        return pq.read_table(path) if path.is_file() else PROGRESS_SCHEMA.empty_table()

    def account(self) -> dict[str, Any]:
        """What `put` was given. Raises StoreError where nothing was linked yet."""
        self.linked()
        document: dict[str, Any] = json.loads((self.folder / ACCOUNT).read_text(encoding="utf-8"))
        return document

    def candidates(self) -> Path:
        """The table of those whom rows in the queue may be. Raises StoreError as `linked` does."""
        return self.linked().with_name(CANDIDATES)

    def checked(self) -> Path:
        """The folder of corrected copies."""
        private_folder(self.folder / CHECKED, self.root)
        return self.folder / CHECKED
