"""Marts of a generation: named by all that shapes them, whole or not there, gone when stale."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import packages_distributions
from pathlib import Path
from threading import Event

import pandas as pd
import pytest
from extracts import PERIOD, all_regions, csv_bytes, member, pull_project, register_project

import coverage_lib
from coverage_lib.config import Settings, load_settings
from coverage_lib.mart_folder import (
    LIBRARIES,
    building_mart,
    computing_alone,
    hold_mart,
    let_go_of_others,
    library_versions,
)
from coverage_lib.marts import Mart, computing_code, open_mart

PACKAGE = Path(coverage_lib.__file__).parent
#: They lock files, reach engines that give the same figures, or link rosters by name, which no mart holds.
NO_SAY = {"filelock", "psycopg", "py4j", "pyspark", "splink"}


def imported(part: Path) -> Iterator[str]:
    for path in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_what_computes_a_figure_is_in_the_name_of_its_mart() -> None:
    known = packages_distributions()
    parts = (
        "engines",
        "indicators",
        "linkage",
        "suppression",
        "reference",
        "periods.py",
        "marts.py",
    )
    computing = {
        known[name][0].lower()
        for part in parts
        for name in imported(PACKAGE / part)
        if name in known and name not in NO_SAY and name != "coverage_lib"
    }
    assert {"duckdb", "highspy", "statsmodels"} <= computing
    assert computing <= set(LIBRARIES)
    named = [line.partition(" ")[0] for line in library_versions().splitlines()]
    assert named == ["python", *LIBRARIES]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    register_project(tmp_path, {"a.csv": csv_bytes([member(number) for number in range(12)])})
    pull_project(tmp_path)
    return load_settings(tmp_path)


def opened(settings: Settings) -> Mart:
    """As a process that has just started opens it."""
    computing_code.cache_clear()
    return open_mart(settings, settings.profile("demo"), PERIOD, all_regions())


def folders(generation: Path) -> list[str]:
    return sorted(path.name for path in generation.glob("*mart-*"))


def test_another_library_is_another_mart_and_the_old_one_goes_when_nobody_reads_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(settings)
    generation = first.measures.parents[1]
    assert folders(generation) == [f"mart-{first.version}"]
    written = first.measures.stat().st_mtime_ns
    assert opened(settings).version == first.version
    assert first.measures.stat().st_mtime_ns == written, "not computed again"
    # What killed runs left: half built, half removed, and one without its measures.
    for left in (f".mart-{first.version}-1", ".removed-mart-x", "mart-damaged"):
        (generation / left).mkdir()
        (generation / left / "reconciliation.parquet").write_text("half")
    for name in LIBRARIES:
        with monkeypatch.context() as patch:
            patch.setattr(
                "coverage_lib.mart_folder.version", lambda asked, name=name: f"1{asked == name}"
            )
            assert opened_version(settings, patch) != first.version, name
    monkeypatch.setattr("coverage_lib.mart_folder.version", lambda _: "newer")
    second = opened(settings)
    assert folders(generation) == sorted([f"mart-{first.version}", f"mart-{second.version}"])
    assert pd.read_parquet(first.measures).equals(pd.read_parquet(second.measures))
    del first
    monkeypatch.setattr("coverage_lib.mart_folder.version", lambda _: "newest")
    third = opened(settings)
    assert folders(generation) == sorted([f"mart-{second.version}", f"mart-{third.version}"])


def opened_version(settings: Settings, patch: pytest.MonkeyPatch) -> str:
    """The version that would be opened, without computing it."""
    patch.setattr("coverage_lib.marts.hold_mart", lambda _: object())
    return opened(settings).version


def test_two_runs_at_once_have_one_mart(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(opened, [settings, settings])
    assert first == second
    generation = first.measures.parents[1]
    assert folders(generation) == [f"mart-{first.version}"]
    assert first.measures.is_file()


def put(folder: Path, text: str | None = "whole") -> None:
    """Without a text the writing fails half way."""
    with building_mart(folder) as building:
        (building / "measures.parquet").write_text(text or "half")
        if text is None:
            (building / "gone").unlink()


def test_a_mart_is_whole_or_not_there(tmp_path: Path) -> None:
    mart = tmp_path / "mart-a"
    with pytest.raises(FileNotFoundError):
        put(mart, None)
    assert folders(tmp_path) == []
    assert hold_mart(mart) is None
    mart.mkdir()
    assert hold_mart(mart) is None
    put(mart)
    assert hold_mart(mart) is not None
    assert folders(tmp_path) == ["mart-a"]


def test_who_computes_is_alone_and_what_is_held_stays(tmp_path: Path) -> None:
    for name in ("mart-a", "mart-b", "mart-c"):
        put(tmp_path / name)
    held = hold_mart(tmp_path / "mart-a")
    inside, steps = Event(), []

    def another() -> None:
        inside.set()
        with computing_alone(tmp_path):
            steps.append("second")

    with ThreadPoolExecutor(1) as threads:
        with computing_alone(tmp_path):
            waiting = threads.submit(another)
            assert inside.wait(30)
            let_go_of_others(tmp_path / "mart-c")
            assert folders(tmp_path) == ["mart-a", "mart-c"]
            steps.append("first")
        waiting.result(30)
    assert steps == ["first", "second"]
    del held
    let_go_of_others(tmp_path / "mart-c")
    assert folders(tmp_path) == ["mart-c"]
