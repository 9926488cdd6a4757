"""The words of the lists: Indonesian alone, because villages read them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.yaml_reading import read_yaml


def say(path: str, **values: Any) -> str:
    """The text at a dotted path of words.yml, with `{…}` filled in. Raises KeyError for another path."""
    entry: Any = _words()
    for step in path.split("."):
        entry = entry[step]
    return str(entry).format(**values)


def lines(path: str) -> tuple[str, ...]:
    """A list of texts at a path."""
    entry: Any = _words()
    for step in path.split("."):
        entry = entry[step]
    return tuple(str(one) for one in entry)


@cache
def _words() -> Any:
    return read_yaml((resources.files("coverage_lib.handover") / "words.yml").read_text("utf-8"))
