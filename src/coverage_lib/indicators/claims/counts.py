"""Claims and scholarships paid from 1 January to a day: expressions in, counts and rupiah out."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir


def paid_between(payments: ir.Table, first: date, last: date) -> ir.Table:
    """The payments of a span of days, both ends included."""
    return payments.filter(
        payments.paid_date >= ibis.date(first.isoformat()),
        payments.paid_date <= ibis.date(last.isoformat()),
    )


def claims_by_village(claims: ir.Table, first: date, last: date) -> ir.Table:
    """village_code, programme, month (first day), claims, amount_idr.

    A claim is one benefit payment case, so every accepted row counts once; scholarships are
    claims of their programme. Amounts are summed as whole rupiah.
    """
    paid = paid_between(claims, first, last)
    return paid.group_by(
        "village_code", "programme", month=paid.paid_date.truncate("M").cast("date")
    ).aggregate(claims=lambda t: t.count(), amount_idr=lambda t: t.amount_idr.sum())


def scholarships_by_village(scholarships: ir.Table, first: date, last: date) -> ir.Table:
    """village_code, programme, school_level, children, amount_idr.

    A child is counted once, under its latest payment, however many payments it had; a row
    without a usable id of the child is a child of its own.
    """
    paid = paid_between(scholarships, first, last)
    child = ibis.coalesce(paid.child_key, paid.claim_key)
    latest = ibis.window(group_by=child, order_by=[paid.paid_date.desc(), paid.claim_key])
    numbered = paid.mutate(is_counted=ibis.row_number().over(latest) == 0)
    return numbered.group_by("village_code", "programme", "school_level").aggregate(
        children=numbered.count(where=numbered.is_counted), amount_idr=numbered.amount_idr.sum()
    )
