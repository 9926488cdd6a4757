"""Bands that pending claims are sorted into by age, from `data/pending_age_bands.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from coverage_lib.errors import ReferenceDataError
from coverage_lib.yaml_reading import read_yaml

FILE_NAME = "pending_age_bands.yml"


@dataclass(frozen=True)
class AgeBand:
    """Ages above those of the band before, up to `last` working days; None is without end."""

    code: str
    last: int | None


@cache
def pending_age_bands() -> tuple[AgeBand, ...]:
    """The bands from young to old. Raises ReferenceDataError where the file is not in order."""
    path = resources.files("coverage_lib.reference") / "data" / FILE_NAME
    return read_age_bands(path.read_text(encoding="utf-8"))


def read_age_bands(text: str) -> tuple[AgeBand, ...]:
    """The bands of a file's text. Raises ReferenceDataError that says what to correct."""
    bands = tuple(AgeBand(str(entry["code"]), entry["to"]) for entry in read_yaml(text)["bands"])
    ends = [band.last for band in bands[:-1]]
    is_open = bool(bands) and bands[-1].last is None
    ascends = all(
        earlier is not None and later is not None and earlier < later
        for earlier, later in pairwise([-1, *ends])
    )
    if not (is_open and ascends):
        raise ReferenceDataError(
            f"{FILE_NAME}: bands from young to old were expected, each with a later `to` than the "
            "one before and the last with `to: null`."
        )
    return bands


def band_of(working_days: int) -> str:
    """The code of the band that an age belongs to."""
    return next(
        band.code for band in pending_age_bands() if band.last is None or working_days <= band.last
    )
