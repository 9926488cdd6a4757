"""Which memberships are open and which cover their holder on a date, as table expressions."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.periods import month_of
from coverage_lib.reference import rules

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
#: Every district has workers of these: wage earners and the self-employed.
REQUIRED_SEGMENTS = ("PU", "BPU")
PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")


def last_due_month(as_of: date) -> date:
    """First day of the latest month whose contribution had to be paid before `as_of`.

    A contribution is due on a day of the following month (PP 44/2015; the day is a dated
    rule), and late from the day after.
    """
    due_day = int(rules.at("contribution_due_day", as_of).value)
    month = month_of(as_of)
    due_has_passed = as_of.day > min(due_day, month.last_day.day)
    return month.plus(-1 if due_has_passed else -2).first_day


def is_open(register: ir.Table, day: date) -> ir.BooleanValue:
    """Which memberships have started on or before `day` and not ended; the end date itself no longer counts."""
    on = ibis.date(day.isoformat())
    return (register.start_date <= on) & ibis.coalesce(register.end_date > on, True)


def is_active(register: ir.Table, day: date) -> ir.BooleanValue:
    """Which memberships cover their holder on `day`: open, and not lapsed.

    Only BPU lapse by arrears: after the number of unpaid months that the law sets (rule
    `bpu_lapse_unpaid_months`). No unpaid month is counted from before the start: whoever
    never paid, or last paid for a month before the start (of an earlier membership), has paid,
    so to say, through the month before it. Employers' arrears do not end a worker's protection.
    """
    unpaid_limit = int(rules.at("bpu_lapse_unpaid_months", day).value)
    oldest_paid = month_of(last_due_month(day)).plus(1 - unpaid_limit)
    has_paid = register.paid_through_month >= ibis.date(oldest_paid.first_day.isoformat())
    is_new = register.start_date >= ibis.date(oldest_paid.plus(1).first_day.isoformat())
    paid_enough = ibis.coalesce(has_paid, False) | is_new
    return is_open(register, day) & ((register.segment != "BPU") | paid_enough)


def active_memberships(register: ir.Table, as_of: date) -> ir.Table:
    """Memberships of the extract of `as_of` that cover their holder on that day."""
    return register.filter(
        register.as_of_date == ibis.date(as_of.isoformat()), is_active(register, as_of)
    )
