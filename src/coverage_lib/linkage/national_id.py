"""Roster against register by national id: the one rule that needs no judgement."""

from __future__ import annotations

import ibis.expr.types as ir


def mark_registered(roster: ir.Table, memberships: ir.Table) -> ir.Table:
    """The roster with `is_registered`: the pseudonym of the NIK is that of a covered person.

    `memberships` are those that cover their holder, any number a person. A post without a
    usable NIK is not registered: to say of someone that they are covered when they are not is
    the worse error.
    """
    # The roster is short: only its own persons are picked out of the register.
    covered = memberships.semi_join(roster, "person_key")
    keys = covered.select(covered_key="person_key").distinct()
    joined = roster.left_join(keys, roster.person_key == keys.covered_key)
    return joined.mutate(is_registered=joined.covered_key.notnull()).drop("covered_key")
