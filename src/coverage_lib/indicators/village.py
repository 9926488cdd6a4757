"""The village ecosystem: how many of a roster's posts are held by covered persons, and how many of
those who were on a list have been registered since.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.inputs import Inputs, days_of, recent_date
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import COLUMNS, Heading, measure_rows, up_the_ladder

POSITION_GROUPS = {
    "village_head": "heads_officials",
    "village_official": "heads_officials",
    "village_council": "village_council",
    "neighbourhood_head": "rt_rw_lkd",
    "village_institution": "rt_rw_lkd",
}


def village_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures from the linked roster and from lists of earlier months; none without.

    Raises what `recent_date` raises.
    """
    progress = inputs.roster_progress
    since = [] if progress is None else [registered_since_rows(progress, version)]
    if "linked_roster" not in inputs.tables:
        return since
    roster = inputs.tables["linked_roster"]
    as_of = recent_date(inputs, "village_roster")
    return [ecosystem_rows(roster, str(inputs.period), as_of, inputs.province, version), *since]


def registered_by_position(linked_roster: ir.Table, province: str) -> ir.Table:
    """village_code, position, registered, posts.

    `linked_roster` has a row a post and `is_registered` from the linkage. Every post counts
    in the roster, also the ones whose holder could not be identified.
    """
    return linked_roster.group_by(
        "position", village_code=village_or_unknown(linked_roster, province)
    ).aggregate(
        registered=linked_roster.count(where=linked_roster.is_registered),
        posts=ibis._.count(),
    )


def ecosystem_rows(
    linked_roster: ir.Table, period: str, as_of: date, province: str, version: str
) -> pd.DataFrame:
    """village_ecosystem_coverage in total, by position and by group of positions.

    Only regions that have posts of a kind get a row of it: a kelurahan has no village head.
    """
    counts = registered_by_position(linked_roster, province).execute()
    counts = counts.rename(columns={"village_code": "region_code"})
    counts["position_group"] = counts["position"].map(POSITION_GROUPS)
    blocks = []
    for dimension in ("total", "position", "position_group"):
        by = [] if dimension == "total" else [dimension]
        sums = up_the_ladder(counts, by, ["registered", "posts"]).rename(
            columns={dimension: "category"}
        )
        frame = sums.assign(
            numerator=sums["registered"].astype("float64"),
            denominator=sums["posts"].astype("float64"),
            value=100.0 * sums["registered"] / sums["posts"],
            denominator_source="roster",
        )
        heading = Heading("village_ecosystem_coverage", "percent", period, as_of, dimension)
        blocks.append(measure_rows(heading, frame, version))
    return pd.concat(blocks, ignore_index=True)


def registered_since_rows(progress: pd.DataFrame, version: str) -> pd.DataFrame:
    """roster_registered_since: of each earlier list, by the month that it was made in, and of the
    latest list before each month in total and by position.

    `progress` has list_month, month, as_of, village_code, position, listed, registered_since; the
    months after the list are periods of their own. Only regions that had people on a list get rows.
    """
    blocks = []
    for month in sorted(set(progress["month"])):
        of_month = progress[progress["month"] == month]
        as_of = days_of(of_month["as_of"])[0]
        latest = of_month[of_month["list_month"] == of_month["list_month"].max()]
        for dimension, column, frame in (
            ("total", "", latest),
            ("position", "position", latest),
            ("list_month", "list_month", of_month),
        ):
            counts = frame.rename(columns={"village_code": "region_code"})
            by = [column] if column else []
            sums = up_the_ladder(counts, by, ["registered_since", "listed"])
            rows = sums.rename(columns={column: "category"}).assign(
                numerator=sums["registered_since"].astype("float64"),
                denominator=sums["listed"].astype("float64"),
                value=100.0 * sums["registered_since"] / sums["listed"],
                denominator_source="roster",
            )
            heading = Heading("roster_registered_since", "percent", month, as_of, dimension)
            blocks.append(measure_rows(heading, rows, version))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(COLUMNS))
