"""What is not right about claims: findings of data quality, counted so that nothing passes in silence.

The claims themselves stay in all other figures: a finding asks the office that keeps the
archive, and corrects nothing.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage_lib.indicators.claims.paid import TOTAL, Breakdown, rows_along, with_month_names
from coverage_lib.indicators.claims.spans import THIS_YEAR, Span
from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.periods import Month
from coverage_lib.reference.claim_limits import limit_periods, maximum_claim
from coverage_lib.reference.regions import Regions

_INDICATORS = {
    "above_maximum": ("claims_above_maximum", "claims"),
    "above_maximum_idr": ("claims_above_maximum_idr", "idr"),
    "without_card": ("claims_without_card_number", "claims"),
    "paid_before_submission": ("claims_paid_before_submission", "claims"),
}
_OF_REGISTER = {"not_in_register": ("claims_without_membership", "claims")}
_BY_PROGRAMME = Breakdown("programme", {"programme": PROGRAMMES}, "desa")


def finding_rows(
    counts: pd.DataFrame, period: Month, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """Findings about the claims paid from 1 January to `as_of`, by programme, for every region.

    claims_above_maximum and claims_above_maximum_idr: claims above what the law can pay at
    most for their benefit type on the day of payment (`maximum_claim`, wages not known), and
    the rupiah above it. claims_without_membership: claims whose card number no extract of
    the register has; left out where there is no register. claims_without_card_number: those
    without a usable one, counted apart. claims_paid_before_submission: by their dates.

    Raises ReferenceDataError that names the rule where a claim's maximum is not known.
    """
    year = with_month_names(counts[counts["stretch"] == THIS_YEAR])
    _require_known_maxima(year, as_of)
    indicators = _INDICATORS | (_OF_REGISTER if "not_in_register" in counts else {})
    span = Span(str(period), as_of, (THIS_YEAR,))
    return pd.concat(
        [
            rows_along(year, breakdown, indicators, span, regions, province, version)
            for breakdown in (TOTAL, _BY_PROGRAMME)
        ],
        ignore_index=True,
    )


def _require_known_maxima(counts: pd.DataFrame, as_of: date) -> None:
    unknown = counts[counts["maximum_unknown"] > 0]
    if unknown.empty:
        return
    for period in limit_periods(date(as_of.year, 1, 1), as_of):
        if not period.is_known and period.programme in set(unknown["programme"]):
            maximum_claim(period.programme, period.benefit_type, None, period.valid_from)
