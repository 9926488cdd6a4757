"""The parts of the quality notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.opening import cover_of
from coverage_lib.present.parts.quality.agreement import anomalies, consistency
from coverage_lib.present.parts.quality.held import corrections, drift, quarantine, repairs
from coverage_lib.present.parts.quality.own_region import figures_there_are, findings, places
from coverage_lib.present.parts.quality.reading import how_to_read
from coverage_lib.present.parts.quality.received import files_received, rows_received
from coverage_lib.present.parts.quality.reconciliation import reconciliation_in_full
from coverage_lib.present.parts.quality.scores import filled_columns, scores, validity
from coverage_lib.present.parts.quality.verdict import to_mend, verdict

cover = cover_of("quality")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "verdict",
    "to_mend",
    "rows_received",
    "files_received",
    "scores",
    "validity",
    "filled_columns",
    "consistency",
    "places",
    "quarantine",
    "repairs",
    "corrections",
    "drift",
    "reconciliation_in_full",
    "anomalies",
    "findings",
    "figures_there_are",
    "how_to_read",
]
