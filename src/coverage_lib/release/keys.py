"""What a briefing is made from, as one hash: the same key, the same bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from coverage_lib.briefing.manifest import made_from
from coverage_lib.briefing.plan import Job
from coverage_lib.fingerprint import package_sha256
from coverage_lib.marts import Mart

#: Parts of the library that have no say in how a briefing looks: what they bring about is in the
#: store's generation and in the mart's version, or is the order of work.
_NO_SAY = frozenset({"cli", "demo", "intake", "kernels", "release", "sources", "__pycache__"})
#: Besides those that a manifest names anyway.
_LIBRARIES = ("ipython", "jinja2", "mistune", "nbclient", "nbformat", "numpy", "pyarrow")


def briefing_key(job: Job, about: Mapping[str, Any], office: Mapping[str, str]) -> str:
    """The hash over notebook, parameters, figures, code, templates, words and libraries.

    `about` is what `made_from` says of the job, `office` what its cover prints.
    """
    text = json.dumps(
        [about, dict(office), code_and_libraries(), job.name], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def about_and_key(job: Job, mart: Mart, office: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """What the manifest will say of a job, and its key."""
    about = made_from(job, mart)
    return about, briefing_key(job, about, office)


@cache
def code_and_libraries() -> tuple[str, ...]:
    """The code and its data files, and what they run on. Read once: a run has one state of both."""
    parts = sorted(entry.name for entry in files("coverage_lib").iterdir())
    return (
        package_sha256(*(part for part in parts if part not in _NO_SAY)),
        f"python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in _LIBRARIES),
    )
