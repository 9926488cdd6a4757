"""The generated pages say what definitions, dictionary and spec tests say now."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from documents import PROJECT, markdown, pages, parametrised, spec_files, text_tables_in

from coverage_lib.indicators.definitions import definitions, sections


def test_the_pages_are_those_that_make_docs_would_write_now() -> None:
    made = pages()
    stale = [str(path.relative_to(PROJECT)) for path, text in made.items()
             if not path.is_file() or path.read_text(encoding="utf-8") != text]  # fmt: skip
    orphans = set((PROJECT / "docs" / "indicators").glob("*.md")) - set(made)
    assert (sorted(stale), sorted(orphans)) == ([], []), "run make docs and commit the pages"


@pytest.mark.parametrize("name", definitions())
def test_every_indicator_has_a_spec_table(name: str) -> None:
    files = [file for file in spec_files() if name in file.indicators]
    assert any(file.has_table(name) for file in files), (
        f"no spec table shows {name}: write tests/spec/test_….py with a table of numbers in and out "
        f"(a text table or pytest.mark.parametrize), and name it there: INDICATORS = ({name!r},)"
    )


def test_spec_files_name_indicators_that_are_defined() -> None:
    wrong = {file.path.name: set(file.indicators) - set(definitions()) for file in spec_files()}
    assert {name: found for name, found in wrong.items() if found} == {}, (
        "define them in indicators/definitions.yaml, or correct INDICATORS of the spec file"
    )


def test_every_indicator_is_in_one_section() -> None:
    listed = Counter(name for section in sections() for name in section.indicators)
    assert listed == Counter(definitions().keys()), (
        "list each indicator once under `sections` at the head of indicators/definitions.yaml"
    )


def test_tables_are_found_where_tests_have_them() -> None:
    code = '''
@pytest.mark.parametrize(("given", "expected"), [("a|b", 2), (-1, [3])])
def test_it(given, expected):
    measure("""person | paid
        Ani | 5""", "no table", "one | line")
'''
    node = ast.parse(code).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert list(parametrised(node)) == [[["given", "expected"], ["a|b", "2"], ["-1", "[3]"]]]
    assert list(text_tables_in(node)) == [[["person", "paid"], ["Ani", "5"]]]
    assert markdown([["a"], ["x|y"]]) == "| a |\n| --- |\n| x\\|y |\n"
