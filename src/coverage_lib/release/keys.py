"""What a briefing is made from, as one hash: the same key, the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coverage_lib.briefing.manifest import made_from
from coverage_lib.briefing.plan import Job
from coverage_lib.config import Settings
from coverage_lib.linkage.roster_area import FIGURES, PROGRESS, RosterArea
from coverage_lib.periods import Month
from coverage_lib.release.state import code_and_libraries
from coverage_lib.sources.catalogue import file_sha256

if TYPE_CHECKING:  # see `briefing.manifest`
    from coverage_lib.marts import Mart


def state_beside_mart(settings: Settings, profile: str, period: Month) -> str:
    """One hash over what a notebook reads that is neither its parameters nor the mart.

    The office and its service points as cakupan.toml has them, the project's lists of regions, and the
    figures of the last link run.
    What became of earlier lists is named in the mart's version as well, and may change just as these do.
    """
    folder = RosterArea(settings.roster, profile, period).folder
    parts = [
        asdict(settings.office),
        [asdict(point) for point in settings.service_points],
        *(
            file_sha256(folder / name) if (folder / name).is_file() else None
            for name in (FIGURES, PROGRESS)
        ),
        *(file_sha256(path) for path in settings.regions if path.is_file()),
    ]
    return _sha256(parts)


def read_by_notebooks(settings: Settings) -> tuple[Any, ...]:
    """What a notebook takes from cakupan.toml; what pulls alone read of it may change meanwhile."""
    return (
        settings.office,
        settings.service_points,
        settings.regions,
        settings.store,
        settings.roster,
    )


def briefing_key(job: Job, about: Mapping[str, Any], beside: str) -> str:
    """The hash over notebook, parameters, figures, code, templates, words and libraries.

    `about` is what `made_from` says of the job, `beside` what `state_beside_mart` does.
    """
    return _sha256([about, beside, code_and_libraries(), job.name])


def about_and_key(job: Job, mart: Mart, beside: str) -> tuple[dict[str, Any], str]:
    """What the manifest will say of a job, and its key."""
    about = made_from(job, mart)
    return about, briefing_key(job, about, beside)


def _sha256(parts: list[Any]) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
