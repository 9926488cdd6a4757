"""What a month's briefings were made from: reports/<period>/manifest.json.

No absolute path, no secret, no clock: the same inputs give the same manifest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage_lib.briefing.execute import Rendered
from coverage_lib.briefing.manifest_text import MANIFEST_NAME, manifest_text
from coverage_lib.briefing.plan import Job
from coverage_lib.errors import BriefingError
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.periods import Month
from coverage_lib.sources.catalogue import file_sha256

if TYPE_CHECKING:  # a second of imports that those who only make briefings do without
    from coverage_lib.marts import Mart

_PACKAGES = ("duckdb", "ibis-framework", "matplotlib", "nbconvert", "pandas", "papermill", "typst")


def made_from(job: Job, mart: Mart) -> dict[str, Any]:
    """All that one briefing depends on: what it is attached to says besides which figures it prints.

    A figure names the tables that it was computed from; `inputs` lists the sources of each table.
    """
    return {
        "notebook": {"name": job.notebook.name, "sha256": file_sha256(job.notebook)},
        "parameters": job.parameters,
        "simulated": mart.simulated,
        "library": dict(_library()),
        "rules": {
            "definitions": definitions_version(),
            "rules_sha256": mart.rules_sha256,
            "measures": mart.version,
        },
        "store": {"generation": mart.account.generation},
        "inputs": [
            {
                "name": source.name,
                "table": source.table,
                "producer": source.producer,
                "as_of": None if source.as_of is None else source.as_of.isoformat(),
                "received": None if source.received is None else source.received.isoformat(),
                "simulated": source.simulated,
                "rows": source.rows,
                "sha256": source.sha256,
            }
            for source in mart.account.sources
        ],
    }


@cache
def _library() -> Mapping[str, str]:
    return {"cakupan": version("cakupan")} | {name: version(name) for name in _PACKAGES}


def briefing_entry(rendered: Rendered) -> dict[str, Any]:
    """What the month's manifest says of one briefing: what it was made from, and its files.

    Its figures are named in the files themselves; with them a month of all regions would be read
    by nobody.
    """
    made_of = {name: value for name, value in rendered.manifest.items() if name != "figures"}
    outputs = {
        f"{rendered.job.region.code}/{path.name}": {
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
        for path in rendered.files
    }
    return {**made_of, "outputs": outputs}


def month_manifest(
    period: Month, earlier: Mapping[str, Any], made: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The manifest of a month: entries made now, by name, over the ones that an earlier run left."""
    briefings = {**earlier.get("briefings", {}), **made}
    return {
        "manifest_version": 1,
        "period": str(period),
        "briefings": dict(sorted(briefings.items())),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a month's folder; empty where there is none yet.

    Raises BriefingError where it is damaged: what it says of the other briefings would be lost.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BriefingError(
            f"{MANIFEST_NAME} of the month is damaged: it is not valid JSON. Move the month's folder "
            "of reports away and make its briefings again."
        ) from error
    return dict(document)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    path = folder / MANIFEST_NAME
    path.unlink(missing_ok=True)  # it may be a hard link to the published one
    path.write_text(manifest_text(manifest), encoding="utf-8")
