"""Which briefings to make: one job a notebook, region and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError
from papermill.inspection import inspect_notebook

from coverage_lib.errors import BriefingError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region, Regions

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Job:
    """One briefing to make."""

    notebook: Path
    region: Region
    period: Month
    language: str
    profile: str

    @property
    def name(self) -> str:
        """Where its files go below the month's folder, without their suffix."""
        return f"{self.region.code}/{self.notebook.stem}.{self.language}"

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "period": str(self.period),
            "region": self.region.code,
            "language": self.language,
            "profile": self.profile,
        }


def chosen_regions(
    regions: Regions, codes: Iterable[str], level: str | None, province: str
) -> tuple[Region, ...]:
    """The regions of the codes, or all of a level within them (the whole province without codes).

    Raises UsageError where a code or level is not known, or nothing lies at that level.
    """
    named = [regions.get(code) for code in codes] or [regions.get(province)]
    if level is None:
        return tuple(dict.fromkeys(named))
    found = tuple(
        dict.fromkeys(
            region
            for named_region in named
            for region in regions.at_level(level, named_region.code)
        )
    )
    if not found:
        within = ", ".join(region.code for region in named)
        raise UsageError(f"there is no region of level {level} in {within}.")
    return found


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Compare parameters with the notebook's own, before any kernel starts.

    Raises UsageError for a parameter that the notebook does not have or of another type
    than it declares, BriefingError where the notebook cannot be read or declares none.
    """
    try:
        nbformat.read(notebook, as_version=4)
        declared = inspect_notebook(str(notebook))
    except (OSError, ValueError, TypeError, AttributeError, NotJSONError) as error:
        # nbformat meets JSON that is no notebook at all with whatever the first access gives.
        raise BriefingError(
            f"notebook {notebook.name} cannot be read ({type(error).__name__}); a valid .ipynb with a "
            "cell tagged `parameters` was expected."
        ) from error
    if not declared:
        raise BriefingError(f"notebook {notebook.name} has no cell tagged `parameters`; add one.")
    for name, value in parameters.items():
        if name not in declared:
            raise UsageError(
                f"notebook {notebook.name} has no parameter {name!r}: {', '.join(declared)} are declared."
            )
        wanted = str(declared[name]["inferred_type_name"]).strip("'\"")
        if wanted not in ("None", type(value).__name__):
            raise UsageError(
                f"parameter {name} of {notebook.name} must be {wanted}, not {type(value).__name__}."
            )
