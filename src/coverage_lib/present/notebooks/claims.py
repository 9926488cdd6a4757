"""The parts of the claims notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.claims.benefits import claims_by_programme, claims_by_segment
from coverage_lib.present.parts.claims.burden import frequency_and_ratio
from coverage_lib.present.parts.claims.financing import contributions
from coverage_lib.present.parts.claims.months import claims_by_month
from coverage_lib.present.parts.claims.overview import claims_in_short
from coverage_lib.present.parts.claims.pending import pending_claims
from coverage_lib.present.parts.claims.regional import claims_by_region
from coverage_lib.present.parts.claims.remarks import (
    claims_above_maximum,
    claims_notes,
    scholarships_paid,
)
from coverage_lib.present.parts.claims.timeliness import timeliness
from coverage_lib.present.parts.opening import cover_of

cover = cover_of("claims")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "claims_in_short",
    "claims_by_programme",
    "claims_by_month",
    "claims_by_segment",
    "claims_by_region",
    "frequency_and_ratio",
    "timeliness",
    "scholarships_paid",
    "pending_claims",
    "contributions",
    "claims_above_maximum",
    "claims_notes",
]
