"""Whether briefings can lie in a folder at all: asked before the first figure is computed."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from coverage_lib.errors import StoreError


def require_place(reports: Path) -> None:
    """Make the folder of reports, and try in it what a pack needs; nothing of the trial stays.

    Raises StoreError where it cannot be made or written, or has no hard or symbolic links.
    """
    try:
        reports.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".trial-", dir=reports) as trial:
            file = Path(trial) / "file"
            file.touch()
            _require_links(reports, file)
    except OSError as error:
        is_file = reports.exists() and not reports.is_dir()
        reason = "it is a file" if is_file else error.strerror or type(error).__name__
        raise StoreError(
            f"the folder of reports {reports} cannot be written ({reason}): name another folder with "
            "--out, or make it one that you may write in."
        ) from error


def _require_links(reports: Path, file: Path) -> None:
    try:
        os.link(file, file.with_name("hard"))
        file.with_name("soft").symlink_to(file.name)
    except OSError as error:
        raise StoreError(
            f"the folder of reports {reports} is on a file system without hard or symbolic links "
            f"({error.strerror or type(error).__name__}): name a folder on a disk of this machine with "
            "--out, and copy the finished month from there (cp -rL)."
        ) from error
