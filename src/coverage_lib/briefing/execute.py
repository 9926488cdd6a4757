"""Run a notebook with papermill and turn what it shows into the files of a briefing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from coverage_lib.briefing.document import document_from_notebook
from coverage_lib.briefing.plan import Job
from coverage_lib.briefing.render import render_html, render_pdf
from coverage_lib.errors import BriefingError
from coverage_lib.kernels.install import KERNEL_NAME, is_installed

# Sockets in the user's own runtime folder: no port that another run could take. Cells are sent
# as soon as the kernel answers: papermill looks whose outputs it gets.
_OPTIONS = Config(
    {
        "KernelManager": {
            "transport": "ipc",
            "client_class": "coverage_lib.kernels.client.PromptKernelClient",
        }
    }
)


@dataclass(frozen=True)
class Rendered:
    """The two files of one job, not yet anywhere a reader looks, and what they were made from.

    `seconds` says how long each step took.
    """

    job: Job
    html: Path
    pdf: Path
    manifest: Mapping[str, Any]
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, Path]:
        return self.html, self.pdf


def make_briefing(
    job: Job,
    project: Path,
    staging: Path,
    made_from: Mapping[str, Any],
    *,
    kernel_name: str | None = None,
) -> Rendered:
    """Execute and render one job into `staging`.

    `made_from` is the manifest but for its figures, which only the executed notebook knows.
    The kernel is a process of its own, with `project` as its working folder: the project's
    warm one, or Jupyter's where that is not installed or another is named. A failing cell
    is a BriefingError that names cell and cause in one line; the executed notebook then stays
    in `staging`. `check_parameters` has looked at the job before.
    """
    target = staging / job.name
    target.parent.mkdir(parents=True, exist_ok=True)
    executed = executed_notebook(job, staging)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        notebook = papermill.execute_notebook(
            str(job.notebook),
            str(executed),
            parameters=job.parameters,
            cwd=str(project),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_name=kernel_name or (KERNEL_NAME if is_installed() else "python3"),
            config=_OPTIONS,
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
    started = perf_counter()
    document = document_from_notebook(notebook, job.notebook.stem)
    manifest = {**made_from, "figures": document.figures}
    html = render_html(document, manifest)
    html_made = perf_counter()
    pdf = render_pdf(document, manifest)
    pdf_made = perf_counter()
    executed.unlink()
    html_path = target.with_name(f"{target.name}.html")
    pdf_path = target.with_name(f"{target.name}.pdf")
    # An earlier briefing there is a hard link to the published one, which must not change.
    for path in (html_path, pdf_path):
        path.unlink(missing_ok=True)
    html_path.write_text(html, encoding="utf-8")
    pdf_path.write_bytes(pdf)
    seconds = {
        **_kernel_seconds(notebook),
        "HTML": html_made - started,
        "PDF": pdf_made - html_made,
        "write": perf_counter() - pdf_made,
    }
    return Rendered(job, html_path, pdf_path, manifest, seconds)


def executed_notebook(job: Job, staging: Path) -> Path:
    """Where the notebook lies while it is executed, and where it stays when it fails."""
    return staging / f"{job.name}.ipynb"


def _kernel_seconds(notebook: nbformat.NotebookNode) -> dict[str, float]:
    """How long the kernel took to start, and the cells to run, as papermill noted it."""
    noted = [cell.metadata.papermill for cell in notebook.cells if "papermill" in cell.metadata]
    spans = [
        (datetime.fromisoformat(one.start_time), datetime.fromisoformat(one.end_time))
        for one in noted
        if one.start_time and one.end_time
    ]
    if not spans:
        return {}
    asked = datetime.fromisoformat(notebook.metadata.papermill.start_time)
    return {
        "kernel start": (spans[0][0] - asked).total_seconds(),
        "cells": (spans[-1][1] - spans[0][0]).total_seconds(),
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
