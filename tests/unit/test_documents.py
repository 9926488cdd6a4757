"""The generated pages say what definitions, dictionary and spec tests say now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from documents import markdown, pages
from spec_files import PROJECT, read_spec_file, spec_files

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


SPEC = '''
HEAD = "person | paid"
HERE = "19.71"

@pytest.mark.parametrize(("given", "born_on"), [("a|b", date(2025, 6, 1)), (-1000, {"PU": 2})])
def test_it(given, expected):
    """Why."""
    rows = measure("""person | paid
        Ani | 5""", "no table", f"Budi | {HERE}")
    found = figure(rows, "coverage", of=HERE)
    assert (found["numerator"], found["value"]) == (5_000, 2.5)
    assert figures(rows, "coverage", dimension="segment") == {"PU": 1}
    assert rows
    with pytest.raises(Error, match=r"no\\.yml .* 2025"):
        measure()
'''


def test_tables_figures_and_errors_are_found_where_tests_have_them(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    path.write_text(SPEC, encoding="utf-8")
    (spec,) = read_spec_file(path).specs
    assert (spec.sentence, spec.text) == ("it", "Why.")
    assert spec.tables == (
        [["given", "born on"], ["a|b", "2025-06-01"], ["−1,000", "PU 2"]],
        [["person", "paid"], ["Ani", "5"]],
        [["person", "paid"], ["Budi", "19.71"]],
    )
    assert spec.demands == (
        ("coverage, of 19.71, numerator", "5,000"),
        ("coverage, of 19.71", "2.5"),
        ("coverage, by segment, PU", "1"),
        ("error", "no.yml … 2025"),
    )
    assert spec.assertions == ("assert rows",)
    assert markdown([["a"], ["x|y"]]) == "| a |\n| --- |\n| x\\|y |\n"
