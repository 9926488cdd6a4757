"""Whether rows say where they belong, and whether every region is heard of."""

from __future__ import annotations

import ibis
import pandas as pd

from coverage_lib.indicators.inputs import Inputs, days_of, register_date
from coverage_lib.indicators.quality.receipt import share
from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.reference.regions import LEVELS, is_unknown

PLACED_TABLES = ("participants", "claims", "scholarships", "village_roster")
_CODE_LENGTHS = dict(zip(LEVELS, (2, 5, 8, 13), strict=True))


def place_rows(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Rows of a known village (validity, kind `region`), and regions that the register has rows of.

    A row of an unknown village is stored and counted under its unknown region. A region
    without a row in the register has no participants: a true zero, that this makes visible.
    """
    named = {name: inputs.tables[name] for name in PLACED_TABLES if name in inputs.tables}
    if not named:
        return []
    counts = ibis.union(
        *(
            table.group_by("as_of_date", "village_code")
            .aggregate(rows=table.count())
            .select("as_of_date", "village_code", "rows", table=ibis.literal(name))
            for name, table in named.items()
        )
    ).execute()
    counts["as_of"] = days_of(counts["as_of_date"])
    return [_known_villages(inputs, counts, version), *_regions_heard_of(inputs, counts, version)]


def _known_villages(inputs: Inputs, counts: pd.DataFrame, version: str) -> pd.DataFrame:
    known = counts["rows"].where(~counts["village_code"].fillna("00").map(is_unknown), 0)
    sums = counts.assign(known=known).groupby(["table", "as_of"], as_index=False)
    frame = sums[["rows", "known"]].sum()
    frame = frame.assign(
        region_code=inputs.province,
        category=frame["table"] + ":region",
        numerator=frame["known"],
        denominator=frame["rows"],
        value=100.0 * frame["known"] / frame["rows"],
    )
    heading = Heading(
        "validity", "percent", str(inputs.period), inputs.period.last_day, "table_kind"
    )
    return measure_rows(heading, frame, version)


def _regions_heard_of(inputs: Inputs, counts: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    as_of = register_date(inputs)
    if as_of is None:
        return []
    of_register = counts[(counts["table"] == "participants") & (counts["as_of"] == as_of)]
    found = set(of_register["village_code"].dropna())
    records = []
    for level in LEVELS[1:]:
        regions = {region.code for region in inputs.regions.at_level(level, inputs.province)}
        heard_of = {code[: _CODE_LENGTHS[level]] for code in found} & regions
        records.append({"category": level} | share(len(heard_of), len(regions)))
    heading = Heading("completeness_regions", "percent", str(inputs.period), as_of, "region_level")
    frame = pd.DataFrame(records).assign(region_code=inputs.province)
    return [measure_rows(heading, frame, version)]
