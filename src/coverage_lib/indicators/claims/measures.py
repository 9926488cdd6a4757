"""What was paid, how fast, to how many, what waits, and what is not right about it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.indicators.cards import listed_cards
from coverage_lib.indicators.claims.benefits import benefit_rows
from coverage_lib.indicators.claims.counts import claim_counts
from coverage_lib.indicators.claims.findings import finding_rows
from coverage_lib.indicators.claims.frequency import active_by_programme, frequency_rows
from coverage_lib.indicators.claims.paid import (
    claim_rows,
    scholarship_maximum_rows,
    scholarship_rows,
)
from coverage_lib.indicators.claims.pending import pending_rows
from coverage_lib.indicators.claims.timeliness import timeliness_rows
from coverage_lib.indicators.inputs import Inputs, recent_date
from coverage_lib.indicators.participation.measures import programme_stocks
from coverage_lib.reference.claim_limits import limit_periods
from coverage_lib.reference.rules import load_rule
from coverage_lib.reference.working_days import load_calendar


def claim_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """Blocks of measures from the claim archive, the scholarships and the submissions.

    A table that is absent gives none. Raises MeasureError where one is older than the month
    before the period's, or of another year.
    """
    blocks = []
    here = (inputs.regions, inputs.province, version)
    if "claims" in inputs.tables:
        blocks += _archive_blocks(inputs, version)
    if "scholarships" in inputs.tables:
        as_of = recent_date(inputs, "scholarships", year_to_date=True)
        blocks.append(scholarship_rows(inputs.tables["scholarships"], inputs.period, as_of, *here))
    if "claim_submissions" in inputs.tables:
        as_of = recent_date(inputs, "claim_submissions", year_to_date=True)
        submissions = inputs.tables["claim_submissions"]
        blocks.append(pending_rows(submissions, inputs.period, as_of, load_calendar(), *here))
    first_known = load_rule("scholarship_amount_per_year_idr").values[0].valid_from
    if inputs.period.last_day >= first_known:
        blocks.append(scholarship_maximum_rows(inputs.regions, inputs.period, version))
    return blocks


def _archive_blocks(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    claims, period = inputs.tables["claims"], inputs.period
    as_of = recent_date(inputs, "claims", year_to_date=True)
    here = (inputs.regions, inputs.province, version)
    limits = limit_periods(date(as_of.year, 1, 1), as_of)
    counts = claim_counts(claims, as_of, limits, listed_cards(inputs), inputs.province).execute()
    paid = claim_rows(counts, period, as_of, *here)
    stocks = [
        active_by_programme(stock.counts, stock.as_of, inputs.regions, inputs.province)
        for stock in programme_stocks(inputs)
    ]
    return [
        paid,
        finding_rows(counts, period, as_of, *here),
        benefit_rows(claims, str(period), as_of, *here),
        timeliness_rows(claims, str(period), as_of, load_calendar(), *here),
        frequency_rows(paid, stocks, str(period), as_of, version),
    ]
