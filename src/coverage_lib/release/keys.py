"""What a briefing is made from, as one hash: the same key, the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coverage_lib.briefing.manifest import made_from
from coverage_lib.briefing.plan import Job
from coverage_lib.office import Office
from coverage_lib.release.state import code_and_libraries

if TYPE_CHECKING:  # see `briefing.manifest`
    from coverage_lib.marts import Mart


def briefing_key(job: Job, about: Mapping[str, Any], office: Office) -> str:
    """The hash over notebook, parameters, figures, code, templates, words and libraries.

    `about` is what `made_from` says of the job, `office` what its cover prints.
    """
    parts = [about, asdict(office), code_and_libraries(), job.name]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def about_and_key(job: Job, mart: Mart, office: Office) -> tuple[dict[str, Any], str]:
    """What the manifest will say of a job, and its key."""
    about = made_from(job, mart)
    return about, briefing_key(job, about, office)
