"""Briefings that are made and not yet published: their files, and a receipt that says from what.

A briefing lies there once its receipt does, which is written last. What a killed run left without
one is made again. Where a file is not what the receipt says, so is the briefing.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage_lib.intake.durable import replace_text
from coverage_lib.sources.catalogue import file_sha256

Entry = Mapping[str, Any]

_SCRATCH = ".making-"


@dataclass(frozen=True)
class Aside:
    """The folder of one month. `name` is that of a job: region and notebook with language."""

    folder: Path

    def new_scratch(self, name: str) -> Path:
        """An empty folder for one briefing in the making; of the same name by two processes too."""
        scratch = self.folder / f"{_SCRATCH}{os.getpid()}" / name
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        return scratch

    def keep(self, name: str, key: str, entry: Entry, files: Iterable[Path]) -> None:
        """Move the finished files here, bring them to the disk, then write the receipt."""
        self._receipt(name).unlink(missing_ok=True)
        for path in files:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            target = self.folder / Path(name).parent / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        replace_text(self._receipt(name), json.dumps({"key": key, "entry": entry}))

    def entry(self, name: str, key: str) -> Entry | None:
        """What the manifest says of a briefing made with that key; None where there is none, whole."""
        try:
            receipt = json.loads(self._receipt(name).read_text(encoding="utf-8"))
            same, entry = receipt["key"] == key, receipt["entry"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return entry if same and outputs_are_whole(self.folder, entry) else None

    def drop(self, name: str) -> None:
        """Remove a briefing, its receipt first."""
        self._receipt(name).unlink(missing_ok=True)
        for suffix in ("html", "pdf"):
            (self.folder / f"{name}.{suffix}").unlink(missing_ok=True)

    def drop_all(self) -> None:
        """Remove the briefings of all jobs, those of other runs as well."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def clear_half_made(self) -> None:
        """Remove what runs that are no more had in the making, and what has no receipt."""
        for scratch in self.folder.glob(f"{_SCRATCH}*"):
            shutil.rmtree(scratch, ignore_errors=True)
        for path in list(self._files()):
            if not self._receipt(path.relative_to(self.folder).with_suffix("").as_posix()).exists():
                path.unlink()

    def _files(self) -> Iterator[Path]:
        for suffix in ("html", "pdf"):
            yield from self.folder.glob(f"*/*.{suffix}")

    def _receipt(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def outputs_are_whole(folder: Path, entry: Entry) -> bool:
    """Whether all files of a manifest's entry lie below a folder, each with its sha256."""
    with suppress(OSError, KeyError, TypeError, AttributeError):
        return all(
            file_sha256(folder / name) == told["sha256"] for name, told in entry["outputs"].items()
        )
    return False
