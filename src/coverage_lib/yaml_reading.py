"""YAML as the library reads it: plain values only, by the C parser where PyYAML was built with it."""

from __future__ import annotations

from typing import Any

import yaml

# Dictionary, rules and definitions are some seventy files: a tenth of the time of the Python parser.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """The values of a document; None for an empty one. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, whichever it is
