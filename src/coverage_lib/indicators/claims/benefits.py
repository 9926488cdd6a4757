"""How large benefits are: mean and median amount of a claim, by programme and region."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from coverage_lib.indicators.claims.counts import paid_between
from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, with_every_region
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

# Villages are left out: with a handful of claims each, a mean or median is somebody's own.
DEPTH_CODE_LENGTHS = tuple(CODE_LENGTHS.values())[:3]


def benefit_sizes(claims: ir.Table, first: date, last: date, province: str) -> ir.Table:
    """region_code, programme (`total` for all), claims, amount_idr, median_idr; three levels.

    The median of an even number of claims is the mean of the two in the middle. A claim
    without a village counts in the unknown one of the province.
    """
    paid = paid_between(claims, first, last)
    paid = paid.mutate(village=village_or_unknown(paid, province))
    parts = [
        paid.group_by(region_code=paid.village.left(length), programme=programme).aggregate(
            claims=lambda t: t.count(),
            amount_idr=lambda t: t.amount_idr.sum(),
            median_idr=lambda t: t.amount_idr.median().cast("float64"),
        )
        for length in DEPTH_CODE_LENGTHS
        for programme in (paid.programme, ibis.literal("total"))
    ]
    return ibis.union(*parts, distinct=False)


def benefit_rows(
    claims: ir.Table, period: str, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """benefit_mean_idr and benefit_median_idr of claims paid from 1 January to `as_of`.

    In total and by programme, down to the sub-district. Not available where no claim was
    paid. The mean is amount / claims, both given; the median has its claims as denominator.
    """
    sizes = benefit_sizes(claims, date(as_of.year, 1, 1), as_of, province).execute()
    values = ["claims", "amount_idr", "median_idr"]
    frame = with_every_region(
        sizes, regions, province, {"programme": ["total", *PROGRAMMES]}, values
    )
    frame = frame[frame["region_code"].str.len() <= max(DEPTH_CODE_LENGTHS)]
    has_claims = frame["claims"] > 0
    frame = frame.assign(
        category=frame["programme"],
        dimension=np.where(frame["programme"] == "total", "total", "programme"),
        denominator=frame["claims"].where(has_claims),
    )
    mean = frame.assign(
        numerator=frame["amount_idr"].where(has_claims),
        value=frame["amount_idr"] / frame["denominator"],
    )
    median = frame.assign(value=frame["median_idr"].where(has_claims))
    return pd.concat(
        [
            measure_rows(Heading(name, "idr", period, as_of), rows, version)
            for name, rows in (("benefit_mean_idr", mean), ("benefit_median_idr", median))
        ],
        ignore_index=True,
    )
