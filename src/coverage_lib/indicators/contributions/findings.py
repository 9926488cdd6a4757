"""What does not agree: contributions beside the law and the register, and bills that contradict themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.contributions.billing import Ledger
from coverage_lib.indicators.contributions.legal_amounts import judged_rows, legal_limits
from coverage_lib.indicators.inputs import days_of
from coverage_lib.indicators.rows import Heading, measure_rows

_LIST_FINDINGS = ("overlapping", "not_in_register", "without_card")


def count_list_findings(
    contributions: ir.Table, register: ir.Table | None, as_of: date
) -> pd.DataFrame:
    """Counts by month of the contribution list of a day.

    Columns: month (text), rows, checked, below, above, overlapping, not_in_register,
    without_card. `checked` rows have a wage that the law sets an amount for; `below` and
    `above` are outside what it allows. `overlapping` are the rows of a person, employer
    and month beyond the first: two employers at once are allowed, two cards for one job not. `not_in_register` have a card number that the register does not have.
    Raises ReferenceDataError where a rule does not reach to a month of the list.
    """
    listed = contributions.filter(contributions.as_of_date == ibis.date(as_of.isoformat()))
    months = days_of(listed.select("month").distinct().execute()["month"])
    judged = judged_rows(listed, register, legal_limits(months))
    per_person = ibis.window(
        group_by=[judged.month, judged.person_key, judged.employer_key],
        order_by=judged.membership_key,
    )
    numbered = judged.mutate(place=ibis.row_number().over(per_person))

    counts: pd.DataFrame = (
        numbered.group_by("month")
        .aggregate(
            rows=numbered.count(),
            checked=numbered.count(where=numbered.is_checked),
            below=numbered.count(where=numbered.is_below),
            above=numbered.count(where=numbered.is_above),
            overlapping=numbered.count(where=numbered.place > 0),
            not_in_register=numbered.count(where=numbered.is_unregistered),
            without_card=numbered.count(where=numbered.membership_key.isnull()),
        )
        .execute()
    )
    counts["month"] = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
    return counts


def list_finding_rows(
    counts: pd.DataFrame, has_register: bool, period: str, as_of: date, province: str, version: str
) -> pd.DataFrame:
    """contribution_mismatch and contribution_findings of the list; the province alone, it has no regions.

    contribution_mismatch: rows outside what the law allows, of the rows checked, in total, by
    finding (`below_legal`, `above_legal`) and by month. contribution_findings: rows of the
    list by finding, `not_in_register` only where there is a register.
    """
    outside = counts["below"] + counts["above"]
    mismatch = [
        ("total", "total", outside.sum(), counts["checked"].sum()),
        ("finding", "below_legal", counts["below"].sum(), counts["checked"].sum()),
        ("finding", "above_legal", counts["above"].sum(), counts["checked"].sum()),
        *(
            ("month", month, found, checked)
            for month, found, checked in zip(
                counts["month"], outside, counts["checked"], strict=True
            )
        ),
    ]
    findings = [
        ("finding", name, counts[name].sum(), counts["rows"].sum())
        for name in _LIST_FINDINGS
        if has_register or name != "not_in_register"
    ]
    return pd.concat(
        [
            _rows("contribution_mismatch", mismatch, period, as_of, province, version),
            _rows("contribution_findings", findings, period, as_of, province, version),
        ],
        ignore_index=True,
    )


def bill_finding_rows(ledger: Ledger, period: str, province: str, version: str) -> pd.DataFrame:
    """contribution_findings of the bills, out of all bills of the extract.

    `overpaid_bills` were paid more than due, `undated_bills` have a payment without its date.
    `bills_not_yet_due` are of a month that had not to be paid by the as-of date, whether paid
    in advance or mistyped: these are in no other figure.
    """
    counts = ledger.counts
    bills = counts["bills"].sum()
    not_yet = counts.loc[counts["month"] > str(ledger.last_due), "bills"].sum()
    found = [
        ("finding", "overpaid_bills", counts["overpaid"].sum(), bills),
        ("finding", "undated_bills", counts["undated"].sum(), bills),
        ("finding", "bills_not_yet_due", not_yet, bills),
    ]
    return _rows("contribution_findings", found, period, ledger.as_of, province, version)


def _rows(
    indicator: str,
    found: Sequence[tuple[str, str, float, float]],
    period: str,
    as_of: date,
    province: str,
    version: str,
) -> pd.DataFrame:
    frame = pd.DataFrame(found, columns=["dimension", "category", "numerator", "denominator"])
    frame = frame.assign(region_code=province, value=frame["numerator"])
    return measure_rows(Heading(indicator, "rows", period, as_of), frame, version)
