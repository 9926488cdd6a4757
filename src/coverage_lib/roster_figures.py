"""What of a link run may be shown: counts after disclosure control, in a file beside its results."""

from __future__ import annotations

import os
from datetime import date

import pandas as pd

from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.rows import COLUMNS
from coverage_lib.linkage.measures import link_measures
from coverage_lib.linkage.roster_area import FIGURES, RosterArea
from coverage_lib.linkage.roster_tables import ecosystem_positions
from coverage_lib.suppression.small_counts import protect_small_counts

_READ = ["village_code", "position", "outcome", "rule", "weight"]


def keep_roster_figures(area: RosterArea, register_as_of: date, province: str) -> None:
    """Compute the measures of the last link run and let them take the place of those before.

    They are of the village ecosystem: of other groups nothing is published, and their counts stay in the area.
    Raises StoreError where nothing was linked yet, DisclosureError where nothing can be shown safely.
    """
    links = pd.read_parquet(area.linked(), columns=_READ)
    links = links[links["position"].isin(ecosystem_positions())]
    (area.folder / FIGURES).unlink(missing_ok=True)  # of an earlier run: better none than those
    if links.empty:
        return
    rows = link_measures(links, str(area.period), register_as_of, province, definitions_version())
    new = area.folder / f".{FIGURES}-{os.getpid()}"
    protect_small_counts(rows).to_parquet(new, index=False)
    new.chmod(0o600)
    new.replace(area.folder / FIGURES)


def read_roster_figures(area: RosterArea) -> pd.DataFrame:
    """The measures of the last link run for all regions; none where there was no run."""
    path = area.folder / FIGURES
    if not path.is_file():
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.read_parquet(path)
