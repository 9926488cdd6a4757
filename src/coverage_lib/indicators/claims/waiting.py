"""Which submitted claims wait for a decision: table expression in, table expression out."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.indicators.places import village_or_unknown

#: The status of a submission that nobody has decided yet; every other one is a decision.
WAITING = "submitted"


def waiting_claims(submissions: ir.Table, as_of: date, province: str) -> ir.Table:
    """village_code, programme, submitted_date, pending, overlapping, contradictory.

    Pending: submitted on or before `as_of`, and on that day not decided: either the decision
    came later, or there is no day of one and the status says that it waits. Overlapping:
    pending beside another pending submission of the same card number and programme, all of
    them counted; without a card number none can be told. Contradictory: decided before
    submitted, a day of decision although the status says that it waits, or a decision
    without a day. Contradictory ones are decided if either the day or the status says so.
    """
    day = ibis.date(as_of.isoformat())
    made = submissions.filter(submissions.submitted_date <= day)
    decided = made.decided_date
    is_waiting = made.status == WAITING
    is_pending = ibis.ifelse(decided.isnull(), is_waiting, decided > day)
    is_contradictory = (
        (decided < made.submitted_date).fill_null(False)
        | (decided.notnull() & (decided <= day) & is_waiting)
        | (decided.isnull() & ~is_waiting)
    )
    told = made.select(
        "programme",
        "submitted_date",
        "membership_key",
        village_code=village_or_unknown(made, province),
        pending=ibis.ifelse(is_pending, 1, 0),
        contradictory=ibis.ifelse(is_contradictory, 1, 0),
    )
    alike = ibis.window(group_by=[told.membership_key, told.programme])
    told = told.mutate(waiting_alike=told.pending.sum().over(alike))
    overlapping = (told.pending == 1) & told.membership_key.notnull() & (told.waiting_alike > 1)
    told = told.filter((told.pending == 1) | (told.contradictory == 1)).mutate(
        overlapping=ibis.ifelse(overlapping, 1, 0)
    )
    return told.group_by("village_code", "programme", "submitted_date").aggregate(
        **{
            name: told[name].sum().cast("int64")
            for name in ("pending", "overlapping", "contradictory")
        }
    )
