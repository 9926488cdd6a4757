"""Run a notebook with papermill and turn what it shows into the files of a briefing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from coverage_lib.briefing.document import document_from_notebook
from coverage_lib.briefing.parameters import check_parameters
from coverage_lib.briefing.plan import Job
from coverage_lib.briefing.render import render_html, render_pdf
from coverage_lib.errors import BriefingError


@dataclass(frozen=True)
class Rendered:
    """The two files of one job, not yet anywhere a reader looks, and what they were made from."""

    job: Job
    html: Path
    pdf: Path
    manifest: Mapping[str, Any]

    @property
    def files(self) -> tuple[Path, Path]:
        return self.html, self.pdf


def make_briefing(job: Job, project: Path, staging: Path, made_from: Mapping[str, Any]) -> Rendered:
    """Execute and render one job into `staging`.

    `made_from` is the manifest but for its figures, which only the executed notebook knows.
    The kernel is a process of its own with `project` as its working folder. A failing cell
    is a BriefingError that names cell and cause in one line; the executed notebook goes with
    the staging folder.
    """
    check_parameters(job.notebook, job.parameters)
    target = staging / job.name
    target.parent.mkdir(parents=True, exist_ok=True)
    executed = target.with_name(f"{target.name}.ipynb")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(executed),
            parameters=job.parameters,
            cwd=str(project),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_name="python3",
            # Sockets in the user's own runtime folder: no port that another run could take.
            config=Config({"KernelManager": {"transport": "ipc"}}),
            # What a cell raises comes back in the notebook; the kernel's own log helps nobody.
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as error:
        raise BriefingError(
            f"{job.name}: cell {error.exec_count} of {job.notebook.name} failed with {error.ename}: "
            f"{_one_line(error.evalue)}"
        ) from None
    except DeadKernelError:
        raise BriefingError(f"{job.name}: the kernel died while {job.notebook.name} ran.") from None
    notebook = nbformat.read(executed, as_version=4)
    document = document_from_notebook(notebook, job.notebook.stem)
    manifest = {**made_from, "figures": document.figures}
    html, pdf = render_html(document, manifest), render_pdf(document, manifest)
    executed.unlink()
    html_path = target.with_name(f"{target.name}.html")
    pdf_path = target.with_name(f"{target.name}.pdf")
    # An earlier briefing there is a hard link to the published one, which must not change.
    for path in (html_path, pdf_path):
        path.unlink(missing_ok=True)
    html_path.write_text(html, encoding="utf-8")
    pdf_path.write_bytes(pdf)
    return Rendered(job, html_path, pdf_path, manifest)


def _one_line(text: str) -> str:
    return " ".join(text.split())
