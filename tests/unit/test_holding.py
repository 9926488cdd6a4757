"""Where the system has no locks of this kind, as Windows, what reads and pulls still imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_WITHOUT_LOCKS = """
import sys
sys.modules["fcntl"] = None
from pathlib import Path
import coverage_lib.marts, coverage_lib.intake.pull, coverage_lib.release.pack
from coverage_lib.intake.holding import Hold, move_unless_held
folder, target = Path("generation"), Path("gone")
folder.mkdir()
(folder / "pull.json").touch()
hold = Hold(folder / "pull.json")
del hold
print(move_unless_held(folder / "pull.json", folder, target), target.is_dir())
"""


def test_without_locks_of_the_system_all_can_be_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_LOCKS],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "True True\n"), done.stderr
