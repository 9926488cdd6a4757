"""Which briefings to make: one job a notebook, region and language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coverage_lib.errors import UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Region, Regions

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


def chosen_notebooks(folder: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """The notebooks of the names in a folder, each once; `all` stands for a whole pack.

    A notebook of one's own counts as well. Raises UsageError for a name that is not there.
    """
    wanted = dict.fromkeys(
        one for name in names for one in (NOTEBOOKS if name == "all" else (name,))
    )
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    missing = sorted(set(wanted) - set(known))
    if missing:
        there = f"{', '.join(known)} or all was expected" if known else "the folder holds none"
        raise UsageError(f"there is no notebook {', '.join(missing)} in {folder.name}: {there}.")
    return tuple(folder / f"{name}.ipynb" for name in wanted)
