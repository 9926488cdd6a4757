"""The key of a briefing names every library that has a say in its bytes."""

from __future__ import annotations

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import coverage_lib
from coverage_lib.briefing.manifest import _library
from coverage_lib.release.state import code_and_libraries

#: They carry values from one library to another, or are of the review on the screen.
NO_SAY = {"ipywidgets", "markupsafe", "traitlets"}


def imported(folder: Path) -> set[str]:
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def test_what_draws_a_briefing_is_in_its_key() -> None:
    package = Path(coverage_lib.__file__).parent
    known = packages_distributions()
    drawing = {
        known[name][0].lower()
        for part in ("briefing", "present")
        for name in imported(package / part)
        if name in known and name not in NO_SAY and name != "coverage_lib"
    }
    named = {line.partition(" ")[0] for line in code_and_libraries()[1:]} | set(_library())
    assert {"babel", "matplotlib", "typst"} <= drawing
    assert drawing <= named
