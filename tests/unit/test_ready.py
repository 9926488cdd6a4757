"""What every notebook reads is read before a kernel is forked, so no kernel reads it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from projects import PERIOD, Project

_SHOW = """
import importlib
import sys
from pathlib import Path

import coverage_lib.present.ready
from coverage_lib.marts import read_measures

project, period, region, *notebooks = sys.argv[1:]
modules = [importlib.import_module(f"coverage_lib.present.notebooks.{name}") for name in notebooks]
package, opened = str(Path(coverage_lib.__file__).parent), []


def note(event, given):
    if event == "open" and str(given[0]).startswith(package):
        opened.append(Path(given[0]).name)


sys.addaudithook(note)
releasable = read_measures(period, region, "demo", project=Path(project))
shown = 0
for language in ("id", "en"):
    for module in modules:
        for name in module.__all__:
            blocks = getattr(module, name)(releasable, language)
            shown += bool(blocks._repr_mimebundle_()["text/html"])
print(shown, *opened)
"""
#: Code, and fonts: matplotlib opens these anew in each process.
_OTHERS = (".py", ".pyc", ".ttf")
_NOTEBOOKS = ("briefing", "claims", "coverage", "methods", "quality", "roster", "village")


def test_a_village_page_opens_no_file_of_the_package(small_project: Project) -> None:
    """Of all notebooks, from the measures to what a cell displays."""
    done = subprocess.run(
        [
            sys.executable, "-c", _SHOW, str(small_project.folder), PERIOD, "19.71.01.1004",
            *_NOTEBOOKS,
        ],
        cwd=Path(__file__).parents[1], check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown, *opened = done.stdout.split()
    assert int(shown) > len(_NOTEBOOKS)
    assert [name for name in opened if not name.endswith(_OTHERS)] == []
