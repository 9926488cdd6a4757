"""Notebooks that failed, kept for inspection: <failed>/<region>/<notebook>.<language>/.

`executed.ipynb` shows how far it came, `error.txt` why it went no further. Neither names a folder of
this machine, so both can be sent to somebody who knows more.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

_NAME = r"[^\s/\\'\"<>:]"
#: A name with spaces that is no last name, as in C:\\Users\\Budi Hartono\\x.
_SPACED = rf"{_NAME}+(?: {_NAME}+)*"
#: Folders of an absolute path, up to the file's own name; not the inside of an address or a tag.
#: Outside quotes a space ends a path, but for a Windows path and the folder of a person.
_FOLDERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=['\"])(?:file:/*)?(?:[~…]|[A-Za-z]:)?(?:/|(?<=:)\\|\\\\)[^'\"<>\n]*[/\\](?=[^'\"<>\n/\\]+['\"])",
        rf"\bfile:/+(?:[^\s/'\"<>]+/)*(?={_NAME})",
        rf"(?<![A-Za-z0-9])(?:[A-Za-z]:|\\\\(?={_NAME}))(?:[\\/]*{_SPACED}(?=[\\/]))*[\\/]+(?={_NAME})",
        rf"(?<![\w./:<])/(?:home|Users)/{_SPACED}/(?:{_NAME}+/)*(?={_NAME})",
        rf"(?<![\w./:<])[~…]?(?:/{_NAME}+)+/(?={_NAME})",
    )
)
_KEPT_OF_PAPERMILL = ("parameters", "exception", "duration", "version")


@dataclass(frozen=True)
class Failures:
    """The folder of one month's failures."""

    folder: Path

    def keep(self, name: str, error: str, executed: Path) -> None:
        """In place of what was kept of the job before. Without an executed notebook the error alone."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / "error.txt").write_text(without_folders(error) + "\n", encoding="utf-8")
        if executed.is_file():
            notebook = json.loads(executed.read_text(encoding="utf-8"))
            text = json.dumps(fit_to_be_kept(notebook), ensure_ascii=False, indent=1)
            (target / "executed.ipynb").write_text(text + "\n", encoding="utf-8")

    def drop(self, name: str) -> None:
        """The job succeeded, or is about to be tried again."""
        shutil.rmtree(self.folder / name, ignore_errors=True)


def without_folders(text: str) -> str:
    """A text in which an absolute path is its last name, and a folder that we know is `…`.

    Paths of POSIX and Windows and `file:` addresses. Of a path with spaces that stands without quotes,
    and begins in none of the folders that we know, what follows the space may stay.
    """
    text = _known_folders().sub("…", text)
    for folders in _FOLDERS:
        text = folders.sub("…/", text)
    return text


@cache
def _known_folders() -> re.Pattern[str]:
    """Those of the project, Python and temporary files, the longest first."""
    known = [Path.cwd(), Path(sys.prefix)]
    with suppress(FileNotFoundError):  # it tries to write there; with no room there is none
        known.append(Path(tempfile.gettempdir()))
    spelt = {
        name
        for folder in known
        for path in (folder, folder.resolve())
        if path != Path(path.anchor)
        for name in (str(path), quote(path.as_posix()))
    }
    names = "|".join(re.escape(name) for name in sorted(spelt, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<![\w.-])(?:file://)?(?:{names})(?![\w.-])")


def fit_to_be_kept(notebook: dict[str, Any]) -> dict[str, Any]:
    """An executed notebook without the paths that papermill and Python write into it.

    What the cells show stays as it is: it can only be what may be published.
    """
    noted = notebook.get("metadata", {}).get("papermill", {})
    kept = {name: noted[name] for name in _KEPT_OF_PAPERMILL if name in noted}
    cells = [_cell(cell) for cell in notebook.get("cells", ())]
    metadata = {**notebook.get("metadata", {}), "papermill": kept}
    return {**notebook, "cells": cells, "metadata": metadata}


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    if "outputs" not in cell:
        return cell
    return {**cell, "outputs": [_output(output) for output in cell["outputs"]]}


def _output(output: dict[str, Any]) -> dict[str, Any]:
    """Only what Python or a program says of itself names files of this machine."""
    if output.get("output_type") not in ("error", "stream"):
        return output
    return {name: _cleaned(value) for name, value in output.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return without_folders(value)
    return [_cleaned(one) for one in value] if isinstance(value, list) else value
