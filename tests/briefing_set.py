"""All notebooks at all levels of one small project, made once: what `test_briefing_set` looks at.

The cells run in this process. How papermill and its kernels run them is looked at elsewhere.
"""

from __future__ import annotations

import ast
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4
from projects import PERIOD, ROOT, Project

from coverage_lib.briefing.document import Document, document_from_notebook
from coverage_lib.briefing.manifest import made_from
from coverage_lib.briefing.plan import NOTEBOOKS, Job
from coverage_lib.briefing.render import render_html, render_pdf
from coverage_lib.config import load_settings
from coverage_lib.disclosure import Releasable
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.intake.store import PeriodStore
from coverage_lib.marts import open_mart, read_releasable
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

REGIONS = ("19", "19.71", "19.71.01", "19.71.01.1004")
PROFILE = "demo"


@dataclass(frozen=True)
class Made:
    """One briefing of the set. Languages alternate, so that each notebook comes in both."""

    notebook: str
    region: str

    @property
    def language(self) -> str:
        place = NOTEBOOKS.index(self.notebook) + REGIONS.index(self.region)
        return ("id", "en")[place % 2]

    @property
    def name(self) -> str:
        return f"{self.notebook}-{self.region}-{self.language}"

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "period": PERIOD,
            "region": self.region,
            "language": self.language,
            "profile": PROFILE,
        }


SET = tuple(Made(notebook, region) for notebook in NOTEBOOKS for region in REGIONS)


def executed(path: Path, parameters: dict[str, str], project: Path) -> NotebookNode:
    """The notebook with what its cells show, run one after another with these parameters."""
    notebook = nbformat.read(path, as_version=4)
    names: dict[str, Any] = {}
    with contextlib.chdir(project):
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            shown = _run(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                assert set(parameters) <= set(names)
                names.update(parameters)
            if shown is not None:
                bundle = json.loads(json.dumps(shown._repr_mimebundle_()))
                cell.outputs = [v4.new_output("execute_result", data=bundle)]
    return notebook


def _run(source: str, names: dict[str, Any]) -> Any:
    """What the last line of a cell gives, None where it is no expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # a cell of our own notebook
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def executed_of(project: Project, made: Made) -> NotebookNode:
    notebook = ROOT / "notebooks" / f"{made.notebook}.ipynb"
    return executed(notebook, made.parameters, project.folder)


def manifest_of(project: Project, made: Made, document: Document) -> dict[str, Any]:
    settings = load_settings(project.folder)
    regions, month = load_regions(settings.regions), Month.parse(PERIOD)
    mart = open_mart(settings, settings.profile(PROFILE), month, regions)
    notebook = ROOT / "notebooks" / f"{made.notebook}.ipynb"
    job = Job(notebook, regions.get(made.region), month, made.language, PROFILE)
    return {**made_from(job, mart), "figures": document.figures}


def account_of(project: Project) -> PullAccount:
    settings = load_settings(project.folder)
    return PeriodStore(settings.store, PROFILE, Month.parse(PERIOD)).require_current().account


def measures_of(project: Project, region: str) -> Releasable:
    settings = load_settings(project.folder)
    regions, month = load_regions(settings.regions), Month.parse(PERIOD)
    mart = open_mart(settings, settings.profile(PROFILE), month, regions)
    return read_releasable(mart, month, regions.get(region), regions, settings.office)


def make_files(project: Project, made: Made, folder: Path) -> None:
    """The two files of one briefing, and the executed notebook that they were drawn from."""
    notebook = executed_of(project, made)
    nbformat.write(notebook, folder / f"{made.name}.ipynb")
    document = document_from_notebook(notebook)
    manifest = manifest_of(project, made, document)
    (folder / f"{made.name}.html").write_text(render_html(document, manifest), encoding="utf-8")
    (folder / f"{made.name}.pdf").write_bytes(render_pdf(document, manifest))
