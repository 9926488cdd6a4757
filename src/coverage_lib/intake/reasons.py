"""The reasons why rows were rejected, in Indonesian for the offices that correct them."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from coverage_lib.yaml_reading import read_yaml

_SEPARATOR = "; "


def in_indonesian(reasons: str) -> str:
    """A row's reasons in Indonesian, each with its column before it as in the list given.

    One that reasons_id.yml does not know stays in English.
    """
    return _SEPARATOR.join(_one(reason) for reason in reasons.split(_SEPARATOR) if reason)


def _one(reason: str) -> str:
    column, found, expected = reason.partition(": ")
    if not found:
        column, expected = "", reason
    for pattern, words in _phrases():
        if match := pattern.fullmatch(expected):
            told = words.format(*match.groups())
            return f"{column}: {told}" if column else told
    return reason


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = (resources.files("coverage_lib.intake") / "reasons_id.yml").read_text(encoding="utf-8")
    return tuple(
        (re.compile(re.escape(english).replace(r"\{\}", "(.+)")), indonesian)
        for english, indonesian in read_yaml(text).items()
    )
