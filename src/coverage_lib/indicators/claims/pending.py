"""Claims that wait for a decision, and how long: from the list of submissions."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.claims.paid import TOTAL, Breakdown, rows_along
from coverage_lib.indicators.claims.spans import Span
from coverage_lib.indicators.claims.waiting import waiting_claims
from coverage_lib.indicators.inputs import days_of
from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.indicators.rows import Heading, measure_rows, with_every_region
from coverage_lib.periods import Month
from coverage_lib.reference.age_bands import band_of, pending_age_bands
from coverage_lib.reference.regions import CODE_LENGTHS, Regions
from coverage_lib.reference.working_days import WorkingCalendar

_COUNTS = {
    "pending": ("pending_claims", "claims"),
    "overlapping": ("pending_claims_overlapping", "claims"),
    "contradictory": ("submissions_contradictory", "claims"),
}
#: Down to sub-districts: villages have too few claims to show.
_SHOWN_LENGTHS = tuple(CODE_LENGTHS.values())[:3]


def pending_rows(
    submissions: ir.Table,
    period: Month,
    as_of: date,
    calendar: WorkingCalendar,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """pending_claims on `as_of`, and how many working days they have waited.

    In total for every region; by programme and by age (bands of `pending_age_bands.yml`)
    from kecamatan, by both from kabupaten upwards. pending_days_median (working_days): the
    mean of the two in the middle, in total and by programme from kecamatan upwards, not
    available where nothing waits. pending_claims_overlapping and submissions_contradictory
    are findings about the list, see `waiting_claims`, in total and by programme.

    A claim submitted before the calendar begins has waited since its first day at least:
    it counts in the band of that age, and so does the median.

    Raises ReferenceDataError where the calendar does not know `as_of`.
    """
    counts = waiting_claims(submissions, as_of, province).execute()
    ages = {
        day: calendar.working_days_between(max(day, calendar.first), as_of)
        for day in set(days_of(counts.loc[counts["pending"] > 0, "submitted_date"]))
    }
    counts = counts.assign(
        age=[ages.get(day, 0) for day in days_of(counts["submitted_date"])],
    ).rename(columns={"village_code": "region_code"})
    counts["age_band"] = counts["age"].map(band_of).astype("object")
    programmes = {"programme": PROGRAMMES}
    bands = {"age_band": tuple(band.code for band in pending_age_bands())}
    span = Span(str(period), as_of, ())
    findings = {name: heading for name, heading in _COUNTS.items() if name != "pending"}
    waiting = {"pending": _COUNTS["pending"]}
    blocks = [
        rows_along(counts, breakdown, indicators, span, regions, province, version)
        for breakdown, indicators in (
            (TOTAL, _COUNTS),
            (Breakdown("programme", programmes, "kecamatan"), waiting),
            (Breakdown("programme", programmes, "kecamatan"), findings),
            (Breakdown("age_band", bands, "kecamatan"), waiting),
            (Breakdown("programme_age_band", programmes | bands, "kabupaten"), waiting),
        )
    ]
    blocks.append(_median_rows(counts, span, regions, province, version))
    return pd.concat(blocks, ignore_index=True)


def _median_rows(
    counts: pd.DataFrame, span: Span, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    both = pd.concat([counts, counts.assign(programme="total")])
    levels = pd.concat(
        [
            both.assign(region_code=both["region_code"].str.slice(0, length))
            for length in _SHOWN_LENGTHS
        ],
        ignore_index=True,
    )
    key = ["region_code", "programme"]
    each = levels.loc[levels.index.repeat(levels["pending"]), [*key, "age"]]
    middle = each.groupby(key, as_index=False).agg(
        pending=("age", "size"), median=("age", "median")
    )
    axes = {"programme": ["total", *PROGRAMMES]}
    filled = with_every_region(middle, regions, province, axes, ["pending", "median"])
    filled = filled[filled["region_code"].str.len() <= max(_SHOWN_LENGTHS)]
    has_any = filled["pending"] > 0
    frame = filled.assign(
        value=filled["median"].where(has_any),
        denominator=filled["pending"].where(has_any),
        category=filled["programme"],
        dimension=["total" if name == "total" else "programme" for name in filled["programme"]],
    )
    heading = Heading("pending_days_median", "working_days", span.period, span.last)
    return measure_rows(heading, frame, version)
