"""What several tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A real Chromium. Without one the accessibility of the HTML is not known: a failure."""
    known = Path("/usr/bin/chromium")
    found = str(known) if known.exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = found or shutil.which(name)
    if not found:
        pytest.fail(
            "no Chromium found. Install one (Debian and Ubuntu: apt-get install chromium) or"
            " put chromium on the PATH."
        )
    return found
