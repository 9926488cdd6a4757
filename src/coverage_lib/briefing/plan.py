"""Which briefings to make: one job a notebook, region and language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coverage_lib.errors import UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import LEVELS, Region, Regions

LANGUAGES = ("id", "en")
#: The notebooks of a whole pack, in the order in which a reader takes them up.
NOTEBOOKS = ("briefing", "coverage", "claims", "village", "quality", "methods")


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
    regions: Regions, codes: Iterable[str], levels: Sequence[str], province: str
) -> tuple[Region, ...]:
    """The regions of the codes, or all of some levels within them (the whole province without codes).

    `all` stands for every level that there is within them. Raises UsageError where a code or level
    is not known, or nothing lies at a level that is named.
    """
    named = [regions.get(code) for code in codes] or [regions.get(province)]
    if not levels:
        return tuple(dict.fromkeys(named))
    wanted = dict.fromkeys(
        one for level in levels for one in (LEVELS if level == "all" else (level,))
    )
    found: dict[Region, None] = {}
    for level in wanted:
        there = [one for place in named for one in regions.at_level(level, place.code)]
        if not there and level in levels:
            within = ", ".join(region.code for region in named)
            raise UsageError(f"there is no region of level {level} in {within}.")
        found.update(dict.fromkeys(there))
    return tuple(found)


def chosen_notebooks(folder: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """The notebooks of the names in a folder, each once; `all` stands for a whole pack.

    A notebook of one's own counts as well. Raises UsageError for a name that is not there.
    """
    wanted = dict.fromkeys(
        one for name in names for one in (NOTEBOOKS if name == "all" else (name,))
    )
    there_are = sorted(path.stem for path in folder.glob("*.ipynb"))
    missing = sorted(set(wanted) - set(there_are))
    if missing:
        known = [name for name in there_are if _takes_a_job(folder / f"{name}.ipynb")]
        there = (
            f"{', '.join(known)} or all was expected"
            if known
            else "no notebook there makes a briefing"
        )
        raise UsageError(f"there is no notebook {', '.join(missing)} in {folder.name}: {there}.")
    return tuple(folder / f"{name}.ipynb" for name in wanted)


def _takes_a_job(notebook: Path) -> bool:
    """Whether its cell tagged `parameters` names all that a job gives; false of what is no notebook."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        declared = [
            "".join(cell["source"])
            for cell in cells
            if "parameters" in cell["metadata"].get("tags", ())
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False
    names = set(re.findall(r"^(\w+)\s*[:=]", "\n".join(declared), re.MULTILINE))
    return names >= {"period", "region", "language", "profile"}
