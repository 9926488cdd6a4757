"""A small project for tests of packs: a real store with one row, a notebook that draws one paragraph."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from extracts import PERIOD, all_regions, csv_bytes, pull_project, register_project, summary

from coverage_lib.briefing.plan import Job
from coverage_lib.config import Settings, load_settings
from coverage_lib.intake.store import PeriodStore
from coverage_lib.marts import Mart
from coverage_lib.release.making import Outcome
from coverage_lib.release.pack import ALL_ANEW, Choice, Pack, make_pack
from coverage_lib.release.workers import IN_PROCESS, Workers

RESUME = Choice(resume=True)
_PARAMETERS = 'period: str = ""\nregion: str = ""\nlanguage: str = ""\nprofile: str = ""\n'
_SHOW = """
from coverage_lib.present.blocks import Blocks, cover, paragraph
front = cover(title="Uji", region_name=region, period_label=period, language=language,
              document_date="2025-07-01")
Blocks((front, paragraph([f"{region}, {SAYS}"])), language)
"""


def make_project(folder: Path, rows: int = 1) -> None:
    """A pulled month of the narrowest table, and `uji.ipynb`."""
    files = {"a.csv": csv_bytes([summary(number) for number in range(rows)])}
    register_project(folder, files, "participant_summary")
    write_notebook(folder)
    pull_project(folder)


def write_notebook(folder: Path, first: str = "", says: str = "satu") -> None:
    """The project's notebook: it runs `first` and then shows one paragraph that says `says`."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(exist_ok=True)
    cells = [("parameters", _PARAMETERS), ("first", first), ("show", f"SAYS = {says!r}{_SHOW}")]
    document = {
        "cells": [
            {
                "cell_type": "code", "execution_count": None, "id": name, "outputs": [],
                "metadata": {"tags": ["parameters"]} if name == "parameters" else {},
                "source": source,
            }
            for name, source in cells
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    (notebooks / "uji.ipynb").write_text(json.dumps(document), encoding="utf-8")


def mart_of(settings: Settings) -> Mart:
    """A mart that nobody reads: the notebook takes no figure from it."""
    stored = PeriodStore(settings.store, "demo", PERIOD).require_current()
    none = settings.project / "none.parquet"
    return Mart(none, none, stored.account, "no measures", "no rules", stored)


def pack(
    folder: Path,
    regions: Sequence[str],
    choice: Choice = ALL_ANEW,
    workers: Workers = IN_PROCESS,
    listener: Callable[[object], None] = lambda _event: None,
) -> Pack:
    """Make the briefings of the regions in the project's reports."""
    settings = load_settings(folder)
    jobs = [
        Job(settings.notebooks / "uji.ipynb", all_regions().get(code), PERIOD, "id", "demo")
        for code in regions
    ]
    return make_pack(settings, jobs, mart_of(settings), settings.reports, listener, workers, choice)


def made_names(events: Sequence[object]) -> list[str]:
    """Regions of what was made in a run, sorted."""
    made = [event.name for event in events if isinstance(event, Outcome) and event.error is None]
    return sorted(name.split("/")[0] for name in made)


def seen(folder: Path) -> dict[str, bytes]:
    """What a reader of the month finds, by name."""
    month = folder / "reports" / str(PERIOD)
    return {
        path.relative_to(month).as_posix(): path.read_bytes()
        for path in sorted(month.glob("**/*"))
        if path.is_file()
    }


def left_behind(folder: Path) -> list[str]:
    """What lies aside or half made in the reports, logs and locks apart."""
    reports = folder / "reports"
    return sorted(
        path.relative_to(reports).as_posix()
        for name in (".aside", ".failed", ".packs")
        for path in (reports / name).rglob("*")
        if path.name.startswith(".") or (name != ".packs" and path.is_file())
    )
