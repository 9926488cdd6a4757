"""Quality of the sources: what every pull says about its own extracts, for the province."""

from __future__ import annotations

import pandas as pd

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.quality.anomalies import anomaly_rows
from coverage_lib.indicators.quality.consistency import consistency_rows
from coverage_lib.indicators.quality.places import place_rows
from coverage_lib.indicators.quality.receipt import receipt_rows


def quality_measures(
    inputs: Inputs, participation: pd.DataFrame, version: str
) -> list[pd.DataFrame]:
    """Blocks of measures; what the account of the pull tells only where `inputs` has one.

    `participation` are the rows of `participation_measures`. Published figures are counted
    in `agreement.agreement_rows`, after disclosure control.
    """
    receipts = (
        []
        if inputs.account is None
        else receipt_rows(inputs.account, inputs.province, inputs.period, version)
    )
    return [
        *receipts,
        *place_rows(inputs, version),
        *consistency_rows(inputs, participation, version),
        *anomaly_rows(inputs, version),
    ]
