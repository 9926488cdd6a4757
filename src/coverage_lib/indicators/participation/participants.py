"""Who is covered on a date: table expressions in, small tables of counts out.

Written once as Ibis expressions; the register stays in the engine that holds it.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.periods import month_of
from coverage_lib.reference import rules

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
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


def active_memberships(register: ir.Table, as_of: date) -> ir.Table:
    """Memberships of the register that cover their holder on `as_of`.

    Active: started on or before the day, not ended (the end date itself no longer
    counts), and not lapsed. Only BPU lapse by arrears: after the number of unpaid months
    that the law sets (rule `bpu_lapse_unpaid_months`). A membership that never paid counts
    its unpaid months from its start. Employers' arrears do not end a worker's protection.
    """
    day = ibis.date(as_of.isoformat())
    unpaid_limit = int(rules.at("bpu_lapse_unpaid_months", as_of).value)
    oldest_paid = month_of(last_due_month(as_of)).plus(1 - unpaid_limit).first_day
    paid_through = ibis.coalesce(
        register.paid_through_month,
        (register.start_date.truncate("M") - ibis.interval(months=1)).cast("date"),
    )
    lapsed = (register.segment == "BPU") & (paid_through < ibis.date(oldest_paid.isoformat()))
    return register.filter(
        register.as_of_date == day,
        register.start_date <= day,
        register.end_date.isnull() | (register.end_date > day),
        ~lapsed,
    )


def active_persons(register: ir.Table, as_of: date) -> ir.Table:
    """One row a covered person: the village and segment that count, programmes of all memberships.

    A person may hold several memberships. PU counts before BPU before JAKON before PMI, so
    that leaving construction out changes nothing for those who are covered otherwise, and
    the later start decides among equals. Segments and regions therefore add up.
    """
    active = active_memberships(register, as_of)
    preference = active.segment.cases(
        *((segment, rank) for rank, segment in enumerate(SEGMENTS)), else_=len(SEGMENTS)
    )
    window = ibis.window(
        group_by=active.person_key,
        order_by=[preference, active.start_date.desc(), active.membership_key, active.village_code],
    )
    whole = ibis.window(group_by=active.person_key)
    ranked = active.select(
        "person_key",
        "village_code",
        "segment",
        place=ibis.row_number().over(window),
        **{name.lower(): active[name.lower()].max().over(whole) for name in PROGRAMMES},
    )
    return ranked.filter(ranked.place == 0).drop("place")


def count_persons(persons: ir.Table) -> ir.Table:
    """village_code, segment, persons, and persons in each programme (jkk, jkm, jht, jp, jkp).

    A person is counted in each programme held, so the programmes do not add up to persons.
    """
    return persons.group_by("village_code", "segment").aggregate(
        persons=persons.count(),
        **{name.lower(): persons.count(where=persons[name.lower()]) for name in PROGRAMMES},
    )
