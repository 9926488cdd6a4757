"""How many published figures agree with what is computed, and which differences are explained."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.periods import Month

#: What each finding of the reconciliation means for the published figure.
OUTCOMES: Mapping[str, str] = {
    "agrees": "agrees",
    "agrees_as_rounded": "agrees",
    "truncated_not_rounded": "explained",
    "scope_differs": "explained",
    "differs": "unexplained",
    "suppressed": "not_compared",
    "not_computable": "not_compared",
}


def agreement_rows(
    reconciliation: pd.DataFrame, province: str, period: Month, version: str
) -> list[pd.DataFrame]:
    """published_versus_computed: the province's published figures, in total and by outcome.

    `reconciliation` is what `reconcile` gives of rows that have passed disclosure control,
    so a withheld figure is not compared and nothing of it is told. A difference is explained
    where the figure was cut off instead of rounded, or is of another scope. All outcomes
    are given, 0 included; without a published figure there is no row.
    """
    codes = reconciliation["region_code"].astype(str)
    own = reconciliation[(codes == province) | codes.str.startswith(f"{province}.")]
    if own.empty:
        return []
    counted = own["finding"].map(OUTCOMES).value_counts()
    outcomes = dict.fromkeys(OUTCOMES.values())
    frame = pd.DataFrame(
        {
            "dimension": ["total", *["finding"] * len(outcomes)],
            "category": ["total", *outcomes],
            "value": [len(own), *(int(counted.get(outcome, 0)) for outcome in outcomes)],
        }
    )
    frame = frame.assign(region_code=province, numerator=frame["value"], denominator=len(own))
    heading = Heading("published_versus_computed", "figures", str(period), period.last_day)
    return [measure_rows(heading, frame, version)]
