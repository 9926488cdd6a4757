"""Claim ratio: benefits paid for every hundred rupiah of contributions, over the months both tables know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.claims.counts import paid_between
from coverage_lib.indicators.contributions.billing import BILLED_PROGRAMMES, Ledger
from coverage_lib.indicators.participation.participants import PROGRAMMES, SEGMENTS
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import Regions
from coverage_lib.reference.working_days import load_calendar

SEGMENT_UNKNOWN = "unknown"
_DISTRICT = 5  # characters of its code
_SOURCE = "contribution_billing"


def months_of_claims(claims: ir.Table, as_of: date) -> tuple[Month, Month] | None:
    """The first and the last month that an archive covers in full; None where there is none.

    To the latest month that had ended on `as_of`; from the month of its earliest payment where
    that was made by the month's first working day, otherwise from the month after: an archive
    that begins on the 20th would set eleven days of benefits against a month of contributions.
    A month whose holidays are not known is not taken for covered.
    """
    earliest = claims.paid_date.min().execute()
    if pd.isna(earliest):
        return None
    month = month_of(as_of)
    last = month if as_of == month.last_day else month.plus(-1)
    day = pd.Timestamp(earliest).date()
    first = month_of(day) if _is_by_first_working_day(day) else month_of(day).plus(1)
    return (first, last) if first <= last else None


def _is_by_first_working_day(day: date) -> bool:
    calendar = load_calendar()
    if not calendar.first <= day <= calendar.last:
        return False
    return not any(
        calendar.is_working_day(day.replace(day=earlier)) for earlier in range(1, day.day)
    )


def shared_months(ledger: Ledger, covered: tuple[Month, Month] | None) -> list[Month]:
    """The months of the ledger's year with bills, due on its date, that the claims cover too."""
    if covered is None:
        return []
    billed = set(ledger.year_rows()["month"])
    first, last = covered
    return [month for month in ledger.months if str(month) in billed and first <= month <= last]


def benefits_paid(claims: ir.Table, months: Sequence[Month], province: str) -> pd.DataFrame:
    """region_code (district), programme, segment, benefits: rupiah paid in these months.

    A claim whose segment is not known is in no segment's ratio, but in all others.
    """
    columns = ["region_code", "programme", "segment", "month", "benefits"]
    if not months:
        return pd.DataFrame(columns=columns)
    paid = paid_between(claims, months[0].first_day, months[-1].last_day)
    counts: pd.DataFrame = (
        paid.group_by(
            "programme",
            region_code=village_or_unknown(paid, province).left(_DISTRICT),
            segment=ibis.coalesce(paid.segment, SEGMENT_UNKNOWN),
            month=paid.paid_date.truncate("M").cast("date"),
        )
        .aggregate(benefits=lambda t: t.amount_idr.sum().cast("int64"))
        .execute()
    )
    counts["month"] = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
    return counts[counts["month"].isin([str(month) for month in months])]


def ratio_rows(
    ledger: Ledger,
    claims: ir.Table,
    claims_as_of: date,
    period: str,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """claim_ratio in percent for province and districts: in total, by programme and by segment.

    Benefits paid in the shared months over contributions collected for them; `denominator_vintage`
    says which months. Not available where no month is shared or nothing was collected; JKP,
    which nobody is billed for, always is, though its benefits are part of the total. Claims
    of an unknown segment stand in a row of their own, without a ratio.
    """
    months = shared_months(ledger, months_of_claims(claims, claims_as_of))
    benefits = benefits_paid(claims, months, province).assign(total="total")
    collected = _collected(ledger, months).assign(total="total")
    unknown = [SEGMENT_UNKNOWN] if (benefits["segment"] == SEGMENT_UNKNOWN).any() else []
    blocks = []
    for dimension, names in (
        ("total", ["total"]),
        ("programme", list(PROGRAMMES)),
        ("segment", [*SEGMENTS, *unknown]),
    ):
        parts = [
            with_every_region(
                up_the_ladder(counts, [dimension], [column]),
                regions, province, {dimension: names}, [column],
            )
            for counts, column in ((benefits, "benefits"), (collected, "collected"))
        ]  # fmt: skip
        joined = parts[0].merge(parts[1], on=["region_code", dimension], how="outer")
        joined[["benefits", "collected"]] = joined[["benefits", "collected"]].fillna(0)
        blocks.append(joined.rename(columns={dimension: "category"}).assign(dimension=dimension))
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame[frame["region_code"].str.len() <= _DISTRICT].reset_index(drop=True)
    is_shared = pd.Series(bool(months), index=frame.index)
    is_known = frame["collected"].astype("float64") > 0
    frame = frame.assign(
        numerator=frame["benefits"].astype("float64").where(is_shared),
        denominator=frame["collected"].astype("float64").where(is_known),
        denominator_source=_SOURCE,
        denominator_vintage=_in_words(months),
    )
    frame["value"] = 100.0 * frame["numerator"] / frame["denominator"]
    return measure_rows(Heading("claim_ratio", "percent", period, ledger.as_of), frame, version)


def _collected(ledger: Ledger, months: Sequence[Month]) -> pd.DataFrame:
    counts = ledger.counts[ledger.counts["month"].isin([str(month) for month in months])]
    parts = [
        pd.DataFrame(
            {
                "region_code": counts["region_code"].str.slice(0, _DISTRICT),
                "segment": counts["segment"],
                "programme": name,
                "collected": counts[f"collected_{name}"].astype("float64"),
            }
        )
        for name in BILLED_PROGRAMMES
    ]
    return pd.concat(parts, ignore_index=True)


def _in_words(months: Sequence[Month]) -> str:
    """`2025-01..2025-05` where the months follow each other, otherwise each of them."""
    if not months:
        return ""
    if len(months) > 1 and all(later == earlier.plus(1) for earlier, later in pairwise(months)):
        return f"{months[0]}..{months[-1]}"
    return ", ".join(map(str, months))
