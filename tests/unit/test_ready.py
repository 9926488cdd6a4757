"""What every notebook reads is read before a kernel is forked, so no kernel reads it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SHOW = """
import sys
from pathlib import Path

import coverage_lib.present.ready
from builders import make_releasable
from coverage_lib.marts import computing_code
from coverage_lib.present.notebooks import briefing, village
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import load_table, table_names

package, opened = str(Path(coverage_lib.__file__).parent), []


def note(event, given):
    if event == "open" and str(given[0]).startswith(package):
        opened.append(Path(given[0]).name)


sys.addaudithook(note)
load_regions(), computing_code(), [load_table(name) for name in table_names()]
releasable = make_releasable("desa", "full")
for language in ("id", "en"):
    for notebook in (briefing, village):
        for name in notebook.__all__:
            getattr(notebook, name)(releasable, language)
print(*opened)
"""
#: Code, and fonts: matplotlib opens these anew in each process.
_OTHERS = (".py", ".pyc", ".ttf")


def test_a_village_page_opens_no_file_of_the_package():
    tests = Path(__file__).parents[1]
    told = subprocess.run(
        [sys.executable, "-c", _SHOW], cwd=tests, check=True, capture_output=True, text=True
    )
    assert [name for name in told.stdout.split() if not name.endswith(_OTHERS)] == []
