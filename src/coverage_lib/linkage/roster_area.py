"""Where rosters are worked on and their results lie: persons by name, the owner's alone.

    <roster>/<profile>/<month>/linked.parquet       what became of every row of the rosters
    <roster>/<profile>/<month>/candidates.parquet   whom the rows in the queue may be
    <roster>/<profile>/<month>/account.json         counts, of no person
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

from coverage_lib.errors import StoreError
from coverage_lib.intake.durable import private_folder, replace_text, sync_folder
from coverage_lib.periods import Month

LINKED, CANDIDATES, ACCOUNT, FIGURES, CHECKED = (
    "linked.parquet",
    "candidates.parquet",
    "account.json",
    "figures.parquet",
    "checked",
)
_WORKING = ".working"


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
        """Let the two tables in a folder take the place of those that were there; the account comes last."""
        for name in (LINKED, CANDIDATES):
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

    def candidates(self) -> Path:
        """The table of those whom rows in the queue may be. Raises StoreError as `linked` does."""
        return self.linked().with_name(CANDIDATES)

    def checked(self) -> Path:
        """The folder of corrected copies."""
        private_folder(self.folder / CHECKED, self.root)
        return self.folder / CHECKED
