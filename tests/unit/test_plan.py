"""Which briefings are made, and parameters refused before a kernel starts."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from projects import ROOT

from coverage_lib.briefing.parameters import check_parameters
from coverage_lib.briefing.plan import NOTEBOOKS, Job, chosen_notebooks, chosen_regions
from coverage_lib.errors import BriefingError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

REGIONS = load_regions()


def chosen(codes: list[str], level: str | None = None) -> list[str]:
    return [
        region.code for region in chosen_regions(REGIONS, codes, [level] if level else [], "19")
    ]


@pytest.mark.parametrize(
    ("codes", "level", "number", "first"),
    [
        ([], None, 1, "19"),
        (["19.71", "19.01", "19.71"], None, 2, "19.71"),  # in the order given, once each
        ([], "provinsi", 1, "19"),
        ([], "kabupaten", 7, "19.01"),
        ([], "kecamatan", 47, "19.01.01"),
        ([], "desa", 393, "19.01.01.1001"),
        (["19.71"], "kabupaten", 1, "19.71"),  # lies in itself
        (["19.71", "19"], "kabupaten", 7, "19.71"),
        (["19.71.01"], "desa", 7, "19.71.01.1004"),
    ],
)
def test_regions_of_a_run(codes: list[str], level: str | None, number: int, first: str) -> None:
    found = chosen(codes, level)
    assert (len(found), found[0]) == (number, first)
    assert len(set(found)) == number


@pytest.mark.parametrize(
    ("codes", "level", "message"),
    [
        (["19.71.01"], "kabupaten", "no region of level kabupaten in 19.71.01"),
        (["19.98"], None, "region '19.98' is not known"),
        ([], "dusun", "level 'dusun' is not known"),
    ],
)
def test_regions_that_there_are_not(codes: list[str], level: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chosen(codes, level)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1971", "19.71 Kota Pangkal Pinang?"),
        ("19.7l", "19.71 Kota Pangkal Pinang?"),
        ("Pangkalpinang", "19.71 Kota Pangkal Pinang"),
        ("kota pangkal pinamg", "19.71 Kota Pangkal Pinang"),
        ("bangka", "19.01 Kabupaten Bangka?"),
    ],
)
def test_a_region_that_was_nearly_named_is_told(typed: str, meant: str) -> None:
    with pytest.raises(UsageError) as told:
        REGIONS.get(typed)
    assert f"(did you mean {meant}" in str(told.value)
    assert "`cakupan regions`" in str(told.value)


@pytest.mark.parametrize("typed", ["", "-", "19.98", "zzzz"])
def test_a_region_that_is_like_none_is_told_without_a_guess(typed: str) -> None:
    with pytest.raises(UsageError, match="is not known: a ministry code"):
        REGIONS.get(typed)


def test_a_job_has_a_place_and_the_parameters_of_the_notebook() -> None:
    notebook = ROOT / "notebooks" / "briefing.ipynb"
    job = Job(notebook, REGIONS.get("19.71"), Month(2025, 6), "en", "demo")
    assert job.name == "19.71/briefing.en"
    check_parameters(notebook, job.parameters)


def notebook_with(folder: Path, source: str, *tags: str) -> Path:
    cell = v4.new_code_cell(source, metadata={"tags": list(tags)}, id="a")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "small.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell], metadata=kernel), path)
    return path


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"colour": "red"}, "no parameter 'colour': period, months are declared"),
        ({"period": 5}, "parameter period of small.ipynb must be str, not int"),
        ({"months": "3"}, "parameter months of small.ipynb must be int, not str"),
    ],
)
def test_parameters_that_do_not_fit(tmp_path: Path, parameters, message: str) -> None:
    path = notebook_with(tmp_path, 'period: str = "2025-06"\nmonths: int = 3', "parameters")
    check_parameters(path, {"period": "2025-05", "months": 1})
    with pytest.raises(UsageError, match=message):
        check_parameters(path, parameters)


def test_a_notebook_without_a_parameters_cell(tmp_path: Path) -> None:
    with pytest.raises(BriefingError, match="no cell tagged `parameters`"):
        check_parameters(notebook_with(tmp_path, "a = 1"), {"a": 1})


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"cells": 5}', "\0\1"])
def test_a_notebook_that_is_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "small.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BriefingError, match=r"small\.ipynb cannot be read"):
        check_parameters(path, {})


def test_all_stands_for_a_whole_pack_and_each_notebook_comes_once():
    folder = Path(__file__).parents[2] / "notebooks"
    whole = [f"{name}.ipynb" for name in NOTEBOOKS]
    assert [path.name for path in chosen_notebooks(folder, ["all", "claims"])] == whole
    assert [path.name for path in chosen_notebooks(folder, ["claims"])] == ["claims.ipynb"]


def test_an_unknown_notebook_is_told_with_those_that_are_there(tmp_path):
    (tmp_path / "own.ipynb").touch()
    with pytest.raises(UsageError, match="no notebook there makes a briefing"):
        chosen_notebooks(tmp_path, ["clams"])
    job = 'period: str = ""\nregion: str = ""\nlanguage: str = ""\nprofile = ""'
    notebook_with(tmp_path, job, "parameters").rename(tmp_path / "own.ipynb")
    notebook_with(tmp_path, 'period: str = ""', "parameters")  # of something else
    with pytest.raises(UsageError, match=r"no notebook clams in .*: own or all was expected"):
        chosen_notebooks(tmp_path, ["clams", "own"])
