"""What was paid: claims and scholarships of the year to the as-of date."""

from __future__ import annotations

import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.claims.paid import (
    claim_rows,
    scholarship_maximum_rows,
    scholarship_rows,
)
from coverage_lib.indicators.inputs import Inputs, latest_date
from coverage_lib.reference.rules import load_rule


def claim_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    blocks = []
    for name, rows_of in (("claims", claim_rows), ("scholarships", scholarship_rows)):
        if name in inputs.tables:
            payments = inputs.tables[name]
            as_of = latest_date(payments, inputs.period)
            if as_of < inputs.period.plus(-1).first_day:
                raise MeasureError(
                    f"table {name} is as of {as_of}, too old for {inputs.period}: put the extract of "
                    f"{inputs.period} in place and pull again."
                )
            blocks.append(
                rows_of(payments, inputs.period, as_of, inputs.regions, inputs.province, version)
            )
    first_known = load_rule("scholarship_amount_per_year_idr").values[0].valid_from
    if inputs.period.last_day >= first_known:
        blocks.append(scholarship_maximum_rows(inputs.regions, inputs.period, version))
    return blocks
