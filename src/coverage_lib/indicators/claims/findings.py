"""What is not right about claims: findings of data quality, counted so that nothing passes in silence.

The claims themselves stay in all other figures: a finding asks the office that keeps the
archive, and corrects nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from coverage_lib.indicators.claims.paid import TOTAL, Breakdown, rows_along, with_month_names
from coverage_lib.indicators.claims.spans import THIS_YEAR, Span
from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.periods import Month
from coverage_lib.reference.claim_limits import limit_periods, maximum_claim
from coverage_lib.reference.regions import Regions


class Finding(NamedTuple):
    """Columns of the counts by their indicator's name and unit, and the column of claims checked."""

    indicators: Mapping[str, tuple[str, str]]
    checked: str


_FINDINGS = (
    Finding(
        {
            "above_maximum": ("claims_above_maximum", "claims"),
            "above_maximum_idr": ("claims_above_maximum_idr", "idr"),
        },
        "maximum_checked",
    ),
    Finding({"not_in_register": ("claims_without_membership", "claims")}, "card_checked"),
    Finding(
        {
            "without_card": ("claims_without_card_number", "claims"),
            "paid_before_submission": ("claims_paid_before_submission", "claims"),
        },
        "claims",
    ),
)


def finding_rows(
    counts: pd.DataFrame, period: Month, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """Findings about the claims paid from 1 January to `as_of`, by programme, for every region.

    claims_above_maximum and claims_above_maximum_idr: claims above what the law can pay at
    most for their benefit type on the day of payment (`maximum_claim`, wages not known), and
    the rupiah above it; a claim whose maximum hangs on a wage is not checked.
    claims_without_membership: claims whose card number the registers of the period and the
    month before do not have, of those that they speak of (`ListedCards`).
    claims_without_card_number: those without a usable one, counted apart.
    claims_paid_before_submission: by their dates.

    The denominator, given for the province in total, is the claims that could be checked. A
    programme of which none could be has no row of the two findings, and neither has the
    total: 0 always means that claims were checked.

    Raises ReferenceDataError that names the rule where a claim's maximum is not known.
    """
    year = with_month_names(counts[counts["stretch"] == THIS_YEAR])
    _require_known_maxima(year, as_of)
    span = Span(str(period), as_of, (THIS_YEAR,))
    blocks = []
    for finding in _FINDINGS:
        if finding.checked not in year:
            continue
        checked = year.groupby("programme")[finding.checked].sum()
        whole = float(checked.sum())
        is_partial = finding.checked != "claims"
        programmes = tuple(
            name for name in PROGRAMMES if not is_partial or checked.get(name, 0) > 0
        )
        if not programmes:
            continue
        for breakdown in (TOTAL, Breakdown("programme", {"programme": programmes}, "desa")):
            rows = rows_along(year, breakdown, finding.indicators, span, regions, province, version)
            is_whole = (rows["region_code"] == province) & (rows["dimension"] == "total")
            blocks.append(rows.assign(denominator=is_whole.map({True: whole, False: np.nan})))
    return pd.concat(blocks, ignore_index=True)


def _require_known_maxima(counts: pd.DataFrame, as_of: date) -> None:
    unknown = counts[counts["maximum_unknown"] > 0]
    if unknown.empty:
        return
    for period in limit_periods(date(as_of.year, 1, 1), as_of):
        if not period.is_known and period.programme in set(unknown["programme"]):
            maximum_claim(period.programme, period.benefit_type, None, period.valid_from)
