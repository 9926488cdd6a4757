"""Notebooks stay thin: parameters, one reading, one call a cell."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

import coverage_lib
from coverage_lib.briefing.plan import NOTEBOOKS as BRIEFINGS
from coverage_lib.kernels.install import KERNEL_NAME, kernel_specification

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.If,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Try, ast.With, ast.JoinedStr, ast.BinOp,
)  # fmt: skip


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def parameters_cell(path):
    (cell,) = (one for one in code_cells(path) if "parameters" in one.metadata.get("tags", []))
    return cell


def test_every_notebook_of_a_pack_is_there():
    assert set(BRIEFINGS) <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_outputs_are_stripped_and_ids_are_words(path):
    nbformat.validate(read(path))
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_it_names_the_kernel_that_the_project_installs_and_a_language_for_those_without(path):
    told = kernel_specification()
    assert read(path).metadata["kernelspec"] == {
        "name": KERNEL_NAME, "display_name": told["display_name"], "language": told["language"],
    }  # fmt: skip
    assert read(path).metadata["language_info"]["name"] == told["language"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_parameters_are_typed_and_explained_a_line_each(path):
    cell = parameters_cell(path)
    statements = ast.parse(cell.source).body
    assert statements
    assert len(statements) == len(cell.source.splitlines())
    for statement, line in zip(statements, cell.source.splitlines(), strict=True):
        assert isinstance(statement, ast.AnnAssign), line
        assert isinstance(statement.value, ast.Constant), line
        assert re.search(r"  # \S+ \S+", line), line


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_cells_hold_no_logic(path):
    for cell in code_cells(path):
        tree = ast.parse(cell.source)
        found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
        assert found == [], cell.source
        calls = [statement for statement in tree.body if not isinstance(statement, ast.ImportFrom)]
        assert len(calls) <= 5, cell.source
        if "parameters" not in cell.metadata.get("tags", []):
            strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            assert strings == [], "no path, SQL, number or format stands in a cell"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_only_the_library_is_imported_and_every_name_is_there(path):
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import)
            if isinstance(node, ast.ImportFrom):
                assert node.module == "coverage_lib"
                assert {alias.name for alias in node.names} <= set(coverage_lib.__all__)


@pytest.mark.parametrize("name", [*BRIEFINGS, "roster"])
def test_a_briefing_shows_its_parts_in_their_order_one_a_cell(name):
    path = FOLDER / f"{name}.ipynb"
    parts = getattr(coverage_lib, f"{name}_parts")
    shown = [cell.source for cell in code_cells(path) if cell.source.startswith("parts.")]
    assert shown == [f"parts.{part}(measures, language)" for part in parts.__all__]
    for part in parts.__all__:
        assert getattr(parts, part).__doc__, part
    names = [node.target.id for node in ast.parse(parameters_cell(path).source).body]
    assert names == ["period", "region", "language", "profile"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_first_cell_is_for_analysts_and_not_printed(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.metadata["tags"] == ["remove_cell"]
