"""The folder of the month before: its rosters and the register of its day, which `roster link` asks for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from coverage_lib.demo.write import Extract, write_sidecar

RECIPE_NAME = ".demo"
_RECIPE_BEGINS = "rosters "


def month_before_recipe(recipe: str) -> str:
    """The recipe of the month before, from that of the month."""
    return f"{_RECIPE_BEGINS}before {recipe}"


def finish_month_before(
    folder: Path, rosters: Sequence[Extract], registers: Sequence[Extract], recipe: str, seed: int
) -> None:
    """Complete a folder that holds the rosters: registers of their month, sidecars, recipe.

    A register is a hard link, since the month holds the same file.
    """
    for extract in registers:
        _link(extract.path, folder / extract.path.name)
    linked = [
        Extract(folder / one.path.name, one.table, one.as_of, one.received) for one in registers
    ]
    for extract in (*rosters, *linked):
        write_sidecar(extract, seed)
    (folder / RECIPE_NAME).write_text(recipe, encoding="utf-8")


def put_month_before(made: Path, final: Path) -> None:
    """Put the folder in its place, unless a month is there that somebody made or received."""
    there = final / RECIPE_NAME
    if final.exists():
        known = there.read_text(encoding="utf-8") if there.is_file() else ""
        if not known.startswith(_RECIPE_BEGINS):
            return
        final.rename(made.with_name("month before"))
    made.rename(final)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
