"""Whole projects in folders of their own, and the command run in them as a user would."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from command import run_copied
from filelock import FileLock

ROOT = Path(__file__).parents[1]
KEY = "only-for-tests-0123456789-abcdefghijklm"
PERIOD = "2025-06"
_LINKED_FROM_BYTES = 1_000_000


@dataclass(frozen=True)
class Project:
    """A folder with cakupan.toml. `home` stands for the user's own folder."""

    folder: Path
    home: Path

    @property
    def incoming(self) -> Path:
        return self.folder / "data" / "incoming" / PERIOD

    def run(
        self, *arguments: str, key: str | None = KEY, fresh: bool = False, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `cakupan` with nothing of the environment but what is given here.

        `fresh` starts the program itself; else it runs in a copy of a process with its modules.
        """
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "CAKUPAN_PROJECT": str(self.folder),
            **more,
        }
        if key is not None:
            environment["CAKUPAN_PSEUDONYM_KEY"] = key
        if not fresh:
            return run_copied(arguments, environment, self.home)
        command = Path(sys.executable).with_name("cakupan")
        return subprocess.run(
            [str(command), *arguments],
            env=environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )

    def do(self, verb: str, *arguments: str, fresh: bool = False) -> str:
        """Run a verb for the period, which must succeed, and return what it prints."""
        done = self.run(verb, "--period", PERIOD, *arguments, fresh=fresh)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def figures(self, *arguments: str) -> pd.DataFrame:
        """What `indicators` prints as CSV, with codes and months as text."""
        text = self.do("indicators", "--format", "csv", *arguments)
        return pd.read_csv(
            io.StringIO(text), dtype={"region_code": str, "period": str, "category": str}
        )

    def mart(self, profile: str = "demo") -> pd.DataFrame:
        """All measures of a profile, as they are kept after disclosure control."""
        return pd.read_parquet(self._mart_file(profile, "measures"))

    def reconciliation(self, profile: str = "demo") -> pd.DataFrame:
        return pd.read_parquet(self._mart_file(profile, "reconciliation"))

    def _mart_file(self, profile: str, name: str) -> Path:
        store = self.folder / "data" / "store" / profile / PERIOD
        generation = (store / "current").read_text().strip()
        found = sorted((store / generation).glob(f"mart-*/{name}.parquet"))
        assert len(found) == 1, "run indicators or report first"
        return found[0]

    def copy(self, folder: Path) -> Project:
        """The same project elsewhere. Large files are shared: replace them, never write into them."""
        shutil.copytree(self.folder, folder, copy_function=_link_large_files)
        return Project(folder, self.home)

    def copy_extracts(self, project: Project) -> None:
        """Give another project this one's extracts, large files shared."""
        shutil.copytree(self.incoming, project.incoming, copy_function=_link_large_files)

    def edit(self, path: Path, change: Callable[[str], str]) -> None:
        """Replace a text file by a changed one."""
        before = path.read_bytes().decode("utf-8")
        after = change(before)
        assert after != before, f"nothing changed in {path.name}"
        path.unlink()
        path.write_bytes(after.encode("utf-8"))

    def keep_sources(self, *tables: str) -> None:
        """The sources of these tables alone, of profile demo: a pull takes its time for each."""

        def kept(source: re.Match[str]) -> str:
            return source[0] if source[1] in tables else ""

        pattern = r'\[\[profiles\.demo\.sources\]\]\ntable = "(\w+)"\n(?:[^\[\n].*\n|\n)*'
        self.edit(self.folder / "cakupan.toml", lambda text: re.sub(pattern, kept, text))

    def add_to_config(self, text: str) -> None:
        self.edit(self.folder / "cakupan.toml", lambda before: f"{before}\n{text}\n")


def new_project(folder: Path, home: Path) -> Project:
    """The repository's configuration and published figures, without any extract."""
    (folder / "data").mkdir(parents=True)
    home.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "data" / "reference", folder / "data" / "reference")
    text = (ROOT / "cakupan.toml").read_text(encoding="utf-8")
    own = 'notebooks = "notebooks"'
    assert own in text
    text = text.replace(own, f'notebooks = "{(ROOT / "notebooks").as_posix()}"')
    (folder / "cakupan.toml").write_text(text, encoding="utf-8")
    return Project(folder, home)


def made_once(base: Path, name: str, make: Callable[[Project], None]) -> Project:
    """A project that all workers of a test run share; the first that asks for it makes it."""
    folder = base / name
    with FileLock(base / f"{name}.lock"):
        if not (base / f"{name}.done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(new_project(folder, base / "home"))
            (base / f"{name}.done").touch()
    return Project(folder, base / "home")


def _link_large_files(source: str, target: str) -> str:
    if Path(source).stat().st_size < _LINKED_FROM_BYTES:
        return str(shutil.copy2(source, target))
    os.link(source, target)
    return target


def csv_cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))
