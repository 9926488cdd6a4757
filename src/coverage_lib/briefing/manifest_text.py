"""A manifest as the text of its file, the same wherever it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MANIFEST_NAME = "manifest.json"


def manifest_text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
