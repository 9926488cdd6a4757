"""The village ecosystem: how many of a roster's posts are held by covered persons."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.inputs import Inputs, recent_date
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder

POSITION_GROUPS = {
    "village_head": "heads_officials",
    "village_official": "heads_officials",
    "village_council": "village_council",
    "neighbourhood_head": "rt_rw_lkd",
    "village_institution": "rt_rw_lkd",
}


def village_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures from the linked roster; none without one. Raises what `recent_date` raises."""
    if "linked_roster" not in inputs.tables:
        return []
    roster = inputs.tables["linked_roster"]
    as_of = recent_date(inputs, "village_roster")
    return [ecosystem_rows(roster, str(inputs.period), as_of, inputs.province, version)]


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
