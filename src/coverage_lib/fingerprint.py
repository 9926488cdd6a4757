"""What the code and its data files were when something was computed: one hash, whatever the folder."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable


def package_sha256(*parts: str) -> str:
    """A sha256 over the names and bytes of the named modules and folders of this package.

    Folders count with everything below them but compiled files, in the order of their names.
    """
    digest = hashlib.sha256()
    for part in sorted(parts):
        _add(digest, files("coverage_lib") / part)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, entry: Traversable) -> None:
    if entry.is_dir():
        if entry.name != "__pycache__":
            for child in sorted(entry.iterdir(), key=lambda item: item.name):
                _add(digest, child)
        return
    digest.update(entry.name.encode())
    digest.update(entry.read_bytes())
