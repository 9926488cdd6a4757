"""What a link means for a person: covered, lapsed, not registered, or for a human to look at.

To say of someone that they are covered when they are not is the worse error: whatever is not
certain goes to a human.
"""

from __future__ import annotations

from datetime import date

from ibis.backends.duckdb import Backend

from coverage_lib.indicators.participation.participants import PROGRAMMES, is_active
from coverage_lib.reference import rules

OUTCOMES = ACTIVE, LAPSED, NOT_REGISTERED, NEEDS_A_LOOK = (
    "registered_active", "registered_lapsed", "not_registered", "needs_a_look",
)  # fmt: skip
#: What makes a lapsed member covered again, or why there is no need.
BY_CONTRIBUTION, BY_REGISTRATION, BY_ITS_DAY = "contribution", "registration", "its_day"
DECISIONS = "linkage_decisions"
_MEMBERSHIPS, _STANDING = "linkage_memberships", "linkage_standing"


def decide(
    connection: Backend, links: str, memberships: str, as_of: date, deaths: str | None = None
) -> str:
    """Make the table of decisions, one a link, and return its name.

    `memberships` is the register of the day with all its columns, `deaths` a relation with the `kpj` of
    memberships for which a death benefit was paid. A decision has the columns of the link and

    - `outcome`, one of OUTCOMES,
    - `programmes` (JKK, JKM …) in which the person is covered, and `covered_until`, the last day of
      that if nothing else happens, null where no end is known; both only where active,
    - `lapsed_since`, the first day without cover, and `reactivated_by`; only where lapsed,
    - `death_benefit_paid`: such a person needs a look, the roster may be older than the death.

    Of several memberships the best counts. Self-employed members are covered until the day on which
    one more month is due than the law lets unpaid.
    """
    _standing(connection, links, memberships, as_of, deaths)
    connection.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {DECISIONS} AS
        SELECT link.*,
            CASE WHEN is_certain IS NULL THEN '{NOT_REGISTERED}'
                 WHEN NOT is_certain OR coalesce(death_benefit_paid, false) THEN '{NEEDS_A_LOOK}'
                 WHEN is_covered THEN '{ACTIVE}' ELSE '{LAPSED}' END AS outcome,
            CASE WHEN outcome = '{ACTIVE}' THEN standing.programmes END AS programmes,
            CASE WHEN outcome = '{ACTIVE}' THEN standing.covered_until END AS covered_until,
            CASE WHEN outcome = '{LAPSED}' THEN standing.lapsed_since END AS lapsed_since,
            CASE WHEN outcome = '{LAPSED}' THEN standing.reactivated_by END AS reactivated_by,
            is_certain IS NOT NULL AND coalesce(death_benefit_paid, false) AS death_benefit_paid
        FROM {links} AS link LEFT JOIN {_STANDING} AS standing USING (nik)
        ORDER BY row_id
    """)
    for table in (_MEMBERSHIPS, _STANDING):
        connection.con.execute(f"DROP TABLE {table}")
    return DECISIONS


def _standing(
    connection: Backend, links: str, memberships: str, as_of: date, deaths: str | None
) -> None:
    """One row a linked person. Only their memberships are taken out of the register."""
    connection.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE linkage_of_linked AS
        SELECT * FROM {memberships} WHERE nik IN (SELECT nik FROM {links})
    """)
    own = connection.table("linkage_of_linked")
    connection.create_table(
        _MEMBERSHIPS, own.mutate(is_covering=is_active(own, as_of)), temp=True, overwrite=True
    )
    connection.con.execute("DROP TABLE linkage_of_linked")
    programmes = ", ".join(
        f"CASE WHEN bool_or({name.lower()} AND is_covering) THEN '{name}' END"
        for name in PROGRAMMES
    )
    died = f"bool_or(kpj IN (SELECT kpj FROM {deaths}))" if deaths else "false"
    connection.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_STANDING} AS
        WITH ends AS (
            SELECT *, least(end_date - 1, {_arrears_sql(as_of)}) AS last_day FROM {_MEMBERSHIPS}
        ), latest AS (
            SELECT nik, arg_max(CASE WHEN start_date > DATE '{as_of}' THEN '{BY_ITS_DAY}'
                    WHEN end_date <= DATE '{as_of}' THEN '{BY_REGISTRATION}' ELSE '{BY_CONTRIBUTION}' END,
                (start_date > DATE '{as_of}', coalesce(end_date > DATE '{as_of}', true), last_day, start_date)) AS reactivated_by
            FROM ends WHERE NOT is_covering GROUP BY nik
        )
        SELECT nik, bool_or(is_covering) AS is_covered,
            concat_ws(', ', {programmes}) AS programmes,
            CASE WHEN bool_or(is_covering AND last_day IS NULL) THEN NULL
                 ELSE max(last_day) FILTER (is_covering) END AS covered_until,
            max(last_day + 1) FILTER (NOT is_covering AND last_day < DATE '{as_of}') AS lapsed_since,
            any_value(reactivated_by) AS reactivated_by, coalesce({died}, false) AS death_benefit_paid
        FROM ends LEFT JOIN latest USING (nik) GROUP BY nik
    """)


def _arrears_sql(as_of: date) -> str:
    """The last day on which a self-employed member is covered without paying again; else null.

    Paid through a month m they lose cover after the day on which the last of the unpaid months
    that the law allows falls due, in the month after it. Whoever never paid counts as paid through the
    month before the start, as in `is_active`.
    """
    unpaid = int(rules.at("bpu_lapse_unpaid_months", as_of).value)
    due = int(rules.at("contribution_due_day", as_of).value)
    paid = "greatest(coalesce(paid_through_month, DATE '1900-01-01'), date_trunc('month', start_date) - INTERVAL 1 MONTH)"
    month = f"({paid} + INTERVAL {unpaid + 1} MONTH)"
    day = f"least({due}, day(last_day({month}::DATE)))"
    return (
        f"CASE WHEN segment = 'BPU' THEN (date_trunc('month', {month}) "
        f"+ to_days(({day} - 1)::INTEGER))::DATE END"
    )
