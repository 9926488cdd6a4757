"""What makes briefings, besides their inputs: the code with its data files, and the libraries."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from coverage_lib.fingerprint import package_sha256

#: Parts of the library that have no say in how a briefing looks: what they bring about is in the
#: store's generation and in the mart's version, or is the order of work.
_NO_SAY = frozenset({"cli", "demo", "intake", "kernels", "release", "sources", "__pycache__"})
#: Besides those that a manifest names anyway.
_LIBRARIES = (
    "babel",
    "ipykernel",
    "ipython",
    "jinja2",
    "mistune",
    "nbclient",
    "nbformat",
    "numpy",
    "pyarrow",
)


@cache
def code_and_libraries() -> tuple[str, ...]:
    """The code and its data files, and what they run on. Read once: a run has one state of both."""
    parts = sorted(entry.name for entry in files("coverage_lib").iterdir())
    return (
        package_sha256(*(part for part in parts if part not in _NO_SAY)),
        f"python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in _LIBRARIES),
    )
