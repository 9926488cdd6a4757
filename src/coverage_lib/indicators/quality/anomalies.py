"""What cannot be true of a register: counted and shown, never dropped."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.inputs import Inputs, register_date
from coverage_lib.indicators.participation.participants import active_memberships
from coverage_lib.indicators.rows import Heading, measure_rows
from coverage_lib.periods import month_of
from coverage_lib.yaml_reading import read_yaml

_FOREVER = "9999-12-31"


@cache
def limits() -> Mapping[str, Any]:
    path = resources.files("coverage_lib.indicators.quality") / "limits.yml"
    document: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return document


def anomaly_rows(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    """register_anomalies of the period's register, one category a kind; 0 is a true zero.

    The numerator is the memberships that have it, the denominator all of the extract. One
    membership may have several. Without a register there is no row.
    """
    as_of = register_date(inputs)
    if as_of is None:
        return []
    register = inputs.tables["participants"]
    extract = register.filter(register.as_of_date == ibis.date(as_of.isoformat()))
    counted = _impossible_dates(extract, as_of).cross_join(overlapping_memberships(extract))
    if "birth_year" in register.columns:
        counted = counted.cross_join(_impossible_ages(active_memberships(register, as_of), as_of))
    found = {str(name): int(rows) for name, rows in counted.execute().iloc[0].items()}
    memberships = found.pop("memberships")
    frame = pd.DataFrame({"category": list(found), "value": list(found.values())}).assign(
        region_code=inputs.province
    )
    frame = frame.assign(numerator=frame["value"], denominator=memberships)
    heading = Heading("register_anomalies", "memberships", str(inputs.period), as_of, "anomaly")
    return [measure_rows(heading, frame, version)]


def _impossible_dates(extract: ir.Table, as_of: date) -> ir.Table:
    """One row: memberships, and those with dates that contradict one another or the extract's."""
    ahead = [
        (extract.segment == segment)
        & (
            extract.paid_through_month
            > ibis.date(month_of(as_of).plus(months).first_day.isoformat())
        )
        for segment, months in limits()["paid_ahead_months"].items()
    ]
    return extract.aggregate(
        memberships=extract.count(),
        end_before_start=_count(extract.end_date < extract.start_date),
        paid_through_in_future=_count(functools.reduce(operator.or_, ahead)),
        start_after_as_of=_count(extract.start_date > ibis.date(as_of.isoformat())),
    )


def _impossible_ages(active: ir.Table, as_of: date) -> ir.Table:
    """One row: active memberships whose holder is too young, or too old, whatever the birthday."""
    latest_year = as_of.year - int(limits()["youngest_age"])
    earliest_year = as_of.year - int(limits()["oldest_age"]) - 1
    return active.aggregate(
        age_too_young=_count(active.birth_year > latest_year),
        age_too_old=_count(active.birth_year < earliest_year),
    )


def overlapping_memberships(extract: ir.Table) -> ir.Table:
    """One row: memberships that begin while an earlier one of the same kind is running.

    Of the same kind are memberships of one person, segment and employer: two employers at
    once are allowed, two cards for one job are not. The end date itself no longer counts,
    and a membership that ends on or before its start runs on no day. Only persons with
    several memberships of a kind are looked at closely: they are few.
    """
    kind = [name for name in ("person_key", "segment", "employer_key") if name in extract.columns]
    running = extract.filter(
        ibis.coalesce(extract.end_date > extract.start_date, True)  # no end date: it runs on
    ).select(
        "start_date",
        last_date=extract.end_date.fill_null(ibis.date(_FOREVER)),
        **{name: extract[name].fill_null("") for name in kind},
    )
    several = running.group_by(kind).aggregate(n=running.count())
    candidates = running.semi_join(several.filter(several.n > 1), kind)
    # Of those that begin on one day any may come first, but the same one in both windows.
    order = ["start_date", "last_date"]
    in_order = ibis.window(group_by=kind, order_by=order)
    so_far = ibis.cumulative_window(group_by=kind, order_by=order)
    reached = candidates.mutate(reach=candidates.last_date.max().over(so_far))
    beside = reached.mutate(reach_before=reached.reach.lag().over(in_order))
    return beside.aggregate(overlapping_memberships=_count(beside.start_date < beside.reach_before))


def _count(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How many rows meet the condition; 0 of no rows at all, where an engine may say nothing."""
    return ibis.ifelse(condition, 1, 0).sum().cast("int64").fill_null(0)
