"""Claims, scholarships and submissions in DuckDB SQL: each query reads the columns it needs."""

from __future__ import annotations

from typing import Any

import duckdb

from benchmarks import given
from benchmarks.task import AFTER_THE_DAY, THIS_YEAR, TO_THE_DAY, Task


def claim_parts(connection: duckdb.DuckDBPyConnection, task: Task) -> dict[str, Any]:
    """The Parts of the archive; `register` must be there already."""
    for name, table in (
        ("working_days", given.working_days()), ("terms", given.terms()),
        ("maxima", given.maxima(task.year, task.paid)), ("benefit_types", given.benefit_types()),
    ):  # fmt: skip
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS FROM given")
    for name in ("claims", "scholarships", "claim_submissions"):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{task.files(name)}')")
    connection.execute(_listed(task))
    queries = {
        "claims": _claims(task), "benefits": _benefits(task), "payment_days": _payment_days(task),
        "pending": _pending(task), "scholarships": _scholarships(task),
    }  # fmt: skip
    first = connection.execute(
        "SELECT (SELECT min(paid_date) FROM claims), (SELECT min(paid_date) FROM scholarships)"
    ).fetchone()
    found = {name: connection.execute(query).fetch_df() for name, query in queries.items()}
    return {**found, "first_paid": first}


def _listed(task: Task) -> str:
    """The cards of the register among those that are asked for."""
    return f"""CREATE TABLE listed AS SELECT DISTINCT membership_key FROM register
        SEMI JOIN (SELECT membership_key FROM claims WHERE {_is_checked(task)})
        USING (membership_key)"""


def _is_checked(task: Task) -> str:
    return f"""membership_key IS NOT NULL
        AND paid_date BETWEEN DATE '{task.earlier}' AND DATE '{task.later}'"""


def _stretch(task: Task) -> str:
    return f"""CASE WHEN paid_date >= DATE '{task.year}' THEN '{THIS_YEAR}'
        WHEN paid_date > DATE '{task.day_a_year_before}' THEN '{AFTER_THE_DAY}'
        ELSE '{TO_THE_DAY}' END AS stretch"""


def _claims(task: Task) -> str:
    return f"""
    WITH paid AS (
        SELECT *, regexp_replace(lower(coalesce(benefit_type, '')), '{given.IGNORED}', '', 'g')
            AS spelling
        FROM claims WHERE paid_date BETWEEN DATE '{task.year_before}' AND DATE '{task.paid}'
    )
    SELECT village_code, paid.programme, coalesce(kind.benefit_type, 'other') AS benefit_type,
        coalesce(segment, 'unknown') AS segment, {_stretch(task)},
        strftime(date_trunc('month', paid_date), '%Y-%m') AS month,
        count(*) AS claims, sum(amount_idr)::BIGINT AS amount_idr,
        count(*) FILTER (amount_idr > maximum_idr) AS above_maximum,
        coalesce(sum(amount_idr - maximum_idr) FILTER (amount_idr > maximum_idr), 0)::BIGINT
            AS above_maximum_idr,
        count(*) FILTER (paid.membership_key IS NULL) AS without_card,
        count(*) FILTER (paid_date < submitted_date) AS paid_before_submission,
        count(*) FILTER (paid.{_is_checked(task)}
            AND listed.membership_key IS NULL)
            AS not_in_register
    FROM paid
    LEFT JOIN benefit_types AS kind USING (spelling)
    LEFT JOIN maxima ON maxima.programme = paid.programme
        AND maxima.code = coalesce(kind.code, 'other') AND paid_date BETWEEN valid_from AND valid_to
    LEFT JOIN listed ON listed.membership_key = paid.membership_key
    GROUP BY ALL"""


def _benefits(task: Task) -> str:
    regions = {f"region_{length}": length for length in (2, 5, 8)}
    columns = ", ".join(
        f"left(village_code, {length}) AS {name}" for name, length in regions.items()
    )
    sets = ", ".join(f"({name}, programme), ({name})" for name in regions)
    return f"""
    SELECT coalesce({", ".join(regions)}) AS region_code, coalesce(programme, 'total') AS programme,
        count(*) AS claims, sum(amount_idr)::BIGINT AS amount_idr, median(amount_idr) AS median_idr
    FROM (SELECT {columns}, programme, amount_idr FROM claims
        WHERE paid_date BETWEEN DATE '{task.year}' AND DATE '{task.paid}')
    GROUP BY GROUPING SETS ({sets})"""


def _payment_days(task: Task) -> str:
    return f"""
    SELECT left(village_code, 8) AS subdistrict_code, paid.programme,
        paid_on.working_day - submitted_on.working_day AS working_days,
        CASE WHEN paid_date < submitted_date THEN 'paid_before_submission'
            WHEN submitted_date IS NULL THEN 'submission_unknown'
            WHEN submitted_on.day IS NULL THEN 'submission_outside_calendar'
            WHEN paid_on.working_day - submitted_on.working_day <= term THEN 'within_term'
            WHEN term IS NOT NULL THEN 'late' ELSE 'no_term' END AS outcome, count(*) AS claims
    FROM claims AS paid
    LEFT JOIN working_days AS submitted_on ON submitted_on.day = submitted_date
    LEFT JOIN working_days AS paid_on ON paid_on.day = paid_date
    LEFT JOIN terms ON terms.programme = paid.programme
        AND submitted_date BETWEEN valid_from AND valid_to
    WHERE paid_date BETWEEN DATE '{task.year}' AND DATE '{task.paid}' GROUP BY ALL"""


def _pending(task: Task) -> str:
    return f"""
    WITH told AS (
        SELECT village_code, programme, submitted_date, membership_key,
            if(decided_date IS NULL, status = 'submitted', decided_date > DATE '{task.paid}')
                AS is_pending,
            coalesce(decided_date < submitted_date, false)
                OR coalesce(decided_date <= DATE '{task.paid}' AND status = 'submitted', false)
                OR (decided_date IS NULL AND status <> 'submitted') AS is_contradictory
        FROM claim_submissions WHERE submitted_date <= DATE '{task.paid}'
    ), alike AS (
        SELECT membership_key, programme FROM told
        WHERE is_pending AND membership_key IS NOT NULL GROUP BY ALL HAVING count(*) > 1
    )
    SELECT village_code, told.programme, submitted_date,
        count(*) FILTER (is_pending) AS pending,
        count(*) FILTER (is_pending AND alike.programme IS NOT NULL) AS overlapping,
        count(*) FILTER (is_contradictory) AS contradictory
    FROM told LEFT JOIN alike
        ON alike.membership_key = told.membership_key AND alike.programme = told.programme
    WHERE is_pending OR is_contradictory GROUP BY ALL"""


def _scholarships(task: Task) -> str:
    latest = "ORDER BY paid_date DESC, claim_key"
    return f"""
    WITH paid AS (
        SELECT *, {_stretch(task)}, year(paid_date) AS paid_year,
            coalesce(child_key, claim_key) AS child
        FROM scholarships WHERE paid_date BETWEEN DATE '{task.year_before}' AND DATE '{task.paid}'
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY child, paid_year {latest}) AS of_year,
            row_number() OVER (PARTITION BY child, paid_year, stretch {latest}) AS of_stretch
        FROM paid
    )
    SELECT village_code, programme, school_level, stretch,
        strftime(date_trunc('month', paid_date), '%Y-%m') AS month,
        count(*) FILTER (of_year = 1) AS children,
        count(*) FILTER (of_stretch = 1 AND stretch = '{TO_THE_DAY}') AS children_to_the_day,
        sum(amount_idr)::BIGINT AS amount_idr
    FROM numbered GROUP BY ALL"""
