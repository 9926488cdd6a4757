"""Contributions: what was due and paid, by whom, what is owed, what was subsidised, what does not agree."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.contributions.arrears import accounts_in_arrears, arrears_rows
from coverage_lib.indicators.contributions.billing import bills_of, collection_rows, read_ledger
from coverage_lib.indicators.contributions.employers import compliance_rows, count_employers
from coverage_lib.indicators.contributions.findings import (
    bill_finding_rows,
    count_list_findings,
    list_finding_rows,
)
from coverage_lib.indicators.contributions.ratio import ratio_rows
from coverage_lib.indicators.contributions.subsidies import count_subsidised, subsidy_rows
from coverage_lib.indicators.inputs import Inputs, recent_date, register_date


def contribution_measures(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """All rows of the section that the tables allow: bills, register, contribution list.

    Raises ReferenceDataError where a rule does not reach to a date or month, MeasureError
    where an extract is too old for the period, or bills are of another year.
    """
    return [
        *_of_bills(inputs, version),
        *_of_register(inputs, version),
        *_of_list(inputs, version),
    ]


def _of_bills(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    if "contribution_billing" not in inputs.tables:
        return []
    billing = inputs.tables["contribution_billing"]
    as_of = recent_date(inputs, "contribution_billing", year_to_date=True)
    period, regions, province = str(inputs.period), inputs.regions, inputs.province
    ledger = read_ledger(billing, as_of, province)
    bills = bills_of(billing, as_of, province)
    accounts = accounts_in_arrears(bills, ledger.last_due)
    employers = count_employers(bills, ledger.last_due)
    blocks = [
        collection_rows(ledger, period, regions, province, version),
        compliance_rows(employers, period, as_of, regions, province, version),
        arrears_rows(ledger, accounts, period, regions, province, version),
        bill_finding_rows(ledger, period, province, version),
    ]
    if "claims" in inputs.tables:
        claims = inputs.tables["claims"]
        claims_as_of = recent_date(inputs, "claims", year_to_date=True)
        blocks.append(ratio_rows(ledger, claims, claims_as_of, period, regions, province, version))
    return blocks


def _of_register(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    as_of = register_date(inputs)
    if as_of is None or "funder" not in inputs.tables["participants"].columns:
        return []
    counts = count_subsidised(inputs.tables["participants"], as_of, inputs.province)
    return [
        subsidy_rows(counts, str(inputs.period), as_of, inputs.regions, inputs.province, version)
    ]


def _of_list(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    if "contributions" not in inputs.tables:
        return []
    as_of = recent_date(inputs, "contributions")
    register = _register_on(inputs, register_date(inputs))
    counts = count_list_findings(inputs.tables["contributions"], register, as_of)
    return [
        list_finding_rows(
            counts, register is not None, str(inputs.period), as_of, inputs.province, version
        )
    ]


def _register_on(inputs: Inputs, as_of: date | None) -> ir.Table | None:
    if as_of is None:
        return None
    register = inputs.tables["participants"]
    return register.filter(register.as_of_date == ibis.date(as_of.isoformat()))
