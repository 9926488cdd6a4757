"""What is owed for members and who pays it when: the contribution list of a month, and the bills.

Both files follow from the same two pieces of SQL, so that the bills of a month add up to its list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from coverage_lib.demo.calibration import Calibration, last_due_month
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.write import copy_csv
from coverage_lib.periods import Month
from coverage_lib.reference import rules

_MISSING_KPJ = "0" * 11


@dataclass(frozen=True)
class RatedQuery:
    """A query over `memberships` and the table `rates`, which is given with it."""

    query: str
    rates: pd.DataFrame


def write_contributions(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    month: Month,
    as_of: date,
    folder: Path,
) -> Path:
    """PU members who had begun by the end of `month`; unpaid rows have no date of payment.

    Needs the table `memberships`. Amounts are whole rupiah by the rules of the month.
    """
    paid = contribution_rows(calibration, plan, month, as_of)
    connection.register("rates", paid.rates)
    query = f"""
    WITH contributed AS ({paid.query})
    SELECT 'ZZ' || lpad(employer::VARCHAR, 6, '0') AS "NPP", '{month.number:02d}-{month.year}' AS "BLTH",
        if(has_no_card, '{_MISSING_KPJ}', kpj) AS "NoKPJ",
        nik AS "NIK", name AS "NamaTenagaKerja", wage || ',00' AS "UpahDilaporkan",
        jkk || ',00' AS "IuranJKK", jkm || ',00' AS "IuranJKM",
        jht_employer || ',00' AS "IuranJHTPemberiKerja", charged || ',00' AS "IuranJHTPekerja",
        jp_employer || ',00' AS "IuranJPPemberiKerja", jp_worker || ',00' AS "IuranJPPekerja",
        total || ',00' AS "TotalIuranBPJSTK",
        coalesce(strftime(paid_on, '%d-%m-%Y'), '') AS "TGL BAYAR"
    FROM contributed ORDER BY employer, membership"""
    return copy_csv(connection, query, folder / f"iuran_{month}.csv")


def contribution_rows(
    calibration: Calibration, plan: Plan, month: Month, as_of: date
) -> RatedQuery:
    """What PU members owed for a month: the columns of `memberships`, each amount and their `total`.

    `paid_on` is missing where nothing had come in; `has_no_card` where the list does not know
    the number of the card.
    """
    missing = calibration.section("contributions")["missing_kpj_per_thousand"]
    query = f"""
    WITH owed AS ({_owed(calibration, plan, ["PU"], period=month)}),
    paid AS ({_paid(calibration, as_of)})
    SELECT *, jkk + jkm + jht_employer + charged + jp_employer + jp_worker AS total,
        draw(membership, 'no card') % 1000 < {missing} AS has_no_card
    FROM paid"""
    return RatedQuery(query, _rates(calibration, [month]))


def write_bills(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    period: Month,
    as_of: date,
    folder: Path,
) -> Path:
    """The bills of `bill_rows` as an office lists them. Needs the table `memberships`."""
    billed = bill_rows(calibration, plan, period, as_of)
    connection.register("rates", billed.rates)
    query = f"""
    SELECT npp AS "NPP", if(employer IS NULL, 'Wadah BPU', company_name(employer)) AS "NAMA PERUSAHAAN",
        strftime(month_start, '%m-%Y') AS "BLTH", segment AS "SEGMEN", place_code AS "KODE WILAYAH",
        sector AS "SEKTOR USAHA", participants AS "JUMLAH TK",
        due_jkk || ',00' AS "IURAN JKK", due_jkm || ',00' AS "IURAN JKM",
        due_jht || ',00' AS "IURAN JHT", due_jp || ',00' AS "IURAN JP",
        paid_jkk || ',00' AS "BAYAR JKK", paid_jkm || ',00' AS "BAYAR JKM",
        paid_jht || ',00' AS "BAYAR JHT", paid_jp || ',00' AS "BAYAR JP",
        coalesce(strftime(paid_on, '%d-%m-%Y'), '') AS "TGL BAYAR"
    FROM ({billed.query}) ORDER BY month_start, npp, segment"""
    return copy_csv(connection, query, folder / "rekap_iuran.csv")


def bill_rows(calibration: Calibration, plan: Plan, period: Month, as_of: date) -> RatedQuery:
    """One row an account, segment and month, from January to the month before `period`.

    Accounts (`npp`) are employers, with the village of one of their workers, and villages for
    the self-employed, whose `employer` is missing. Employers who have not paid for long have
    their older months too.
    """
    assumed = calibration.section("contributions")
    last = period.plus(-1)
    months = [last.plus(-step) for step in reversed(range(assumed["chronic_months"]))]
    query = f"""
    WITH owed AS ({_owed(calibration, plan, ["PU", "BPU", "JAKON"], period=last)}),
    paid AS ({_paid(calibration, as_of)}),
    homes AS (
        SELECT employer, arg_min(place_code, draw(membership, 'home')) AS home,
            arg_min(sector, draw(membership, 'home')) FILTER (segment = 'PU') AS main_sector
        FROM memberships WHERE employer IS NOT NULL GROUP BY employer
    ), bills AS (
        SELECT coalesce('ZZ' || lpad(employer::VARCHAR, 6, '0'), 'ZB' || lpad(place_code, 13, '0')) AS npp,
            month_start, segment, any_value(employer) AS employer,
            any_value(if(employer IS NULL, place_code, NULL)) AS point, count(*) AS participants,
            sum(jkk) AS due_jkk, sum(jkm) AS due_jkm, sum(jht_employer + jht_worker) AS due_jht,
            sum(jp_employer + jp_worker) AS due_jp, max(paid_on) AS paid_on,
            sum(if(paid_on IS NULL, 0, jkk)) AS paid_jkk, sum(if(paid_on IS NULL, 0, jkm)) AS paid_jkm,
            sum(if(paid_on IS NULL, 0, jht_employer + charged)) AS paid_jht,
            sum(if(paid_on IS NULL, 0, jp_employer + jp_worker)) AS paid_jp
        FROM paid GROUP BY npp, month_start, segment
    )
    SELECT *, coalesce(point, home, '') AS place_code,
        if(segment = 'JAKON', 'Konstruksi Gedung', coalesce(main_sector, '')) AS sector
    FROM bills LEFT JOIN homes USING (employer)"""
    return RatedQuery(query, _rates(calibration, months))


def _rates(calibration: Calibration, months: Iterable[Month]) -> pd.DataFrame:
    """One row a month: what the law of its first day asks, and until when it had to be paid."""
    return pd.DataFrame([_rates_of(calibration, month) for month in months])


def _rates_of(calibration: Calibration, month: Month) -> Mapping[str, object]:
    day, following = month.first_day, month.plus(1)
    jht = rules.at("jht_contribution_percent", day).value
    jp = rules.at("jp_contribution_percent", day).value
    built = rules.at("construction_wage_contribution_percent", day).value
    due_day = int(rules.at("contribution_due_day", following.first_day).value)
    return {
        "month_start": day,
        "month_end": month.last_day,
        "month_number": month.year * 12 + month.number - 1,
        "due_day": following.first_day.replace(day=min(due_day, following.last_day.day)),
        "jkk_percent": rules.at("jkk_contribution_percent", day).value[
            calibration.section("contributions")["risk_class"]
        ],
        "jkm_percent": rules.at("jkm_contribution_percent", day).value,
        "jht_employer_percent": jht["employer"],
        "jht_worker_percent": jht["worker"],
        "jp_employer_percent": jp["employer"],
        "jp_worker_percent": jp["worker"],
        "jp_ceiling": rules.at("jp_wage_ceiling_idr", day).value,
        "built_jkk_percent": built["JKK"],
        "built_jkm_percent": built["JKM"],
        "bpu_jkk_percent": rules.at("bpu_jkk_contribution_percent", day).value,
        "bpu_jkm_idr": rules.at("bpu_jkm_contribution_idr", day).value,
        "bpu_jht_percent": rules.at("bpu_jht_contribution_percent", day).value,
    }


def _owed(calibration: Calibration, plan: Plan, segments: list[str], *, period: Month) -> str:
    """Members and months with each line of what is owed; `charged` is the worker's part of JHT.

    Months before January are only those of employers who have not paid since then.
    """
    assumed = calibration.section("contributions")
    snapshot = len(plan.cut_offs) - 1
    base = " ".join(
        f"WHEN wage >= {band['from_idr']} THEN {band['base_idr']}"
        for band in reversed(rules.at("bpu_base_income_idr", period.first_day).value)
    )
    january = period.year * 12
    last = period.year * 12 + period.number - 1

    def by_segment(wage_earner: str, self_employed: str = "0", construction: str = "0") -> str:
        return (
            f"CASE segment WHEN 'PU' THEN {wage_earner} WHEN 'BPU' THEN {self_employed} "
            f"ELSE {construction} END::BIGINT"
        )

    return f"""
        SELECT *, if(draw(membership, 'part missing') % 1000000 < {assumed["part_missing_per_million"]}
                AND segment = 'PU', 0, jht_worker) AS charged
        FROM (
            SELECT members.*, month_start, month_number, due_day, CASE {base} END AS base,
                {by_segment("round(wage * jkk_percent / 100)", "round(base * bpu_jkk_percent / 100)", "round(wage * built_jkk_percent / 100)")} AS jkk,
                {by_segment("round(wage * jkm_percent / 100)", "bpu_jkm_idr", "round(wage * built_jkm_percent / 100)")} AS jkm,
                {by_segment("if(jht = 'Y', round(wage * jht_employer_percent / 100), 0)")} AS jht_employer,
                {by_segment("if(jht = 'Y', round(wage * jht_worker_percent / 100), 0)", "if(jht = 'Y', round(base * bpu_jht_percent / 100), 0)")} AS jht_worker,
                {by_segment("if(jp = 'Y', round(least(wage, jp_ceiling) * jp_employer_percent / 100), 0)")} AS jp_employer,
                {by_segment("if(jp = 'Y', round(least(wage, jp_ceiling) * jp_worker_percent / 100), 0)")} AS jp_worker,
                coalesce(month_number >= unpaid_since, false) AS never_paid
            FROM (
                SELECT *, if(draw(employer, 'habit') % 1000 < {assumed["employers_per_thousand"]["chronic"]},
                    {last} - draw(employer, 'since') % {assumed["chronic_months"]}, NULL) AS unpaid_since
                FROM memberships
                WHERE NOT is_copy AND kind = 'active' AND "first" <= {snapshot} AND "last" >= {snapshot}
                    AND segment IN ({", ".join(f"'{name}'" for name in segments)})
            ) AS members JOIN rates
            ON start_date <= month_end AND month_number >= least({january}, coalesce(unpaid_since, {january}))
        )"""


def _paid(calibration: Calibration, as_of: date) -> str:
    """The rows of `owed` with `paid_on`, missing where nothing had come in on `as_of`.

    Employers pay for all their workers on one day, or for a part of them. The self-employed
    pay month after month with a lag, as the register shows.
    """
    assumed = calibration.section("contributions")
    habits, percent = assumed["employers_per_thousand"], assumed["unsteady_percent"]
    on_time, late = percent["on_time"], percent["on_time"] + percent["late"]
    partly = late + percent["partly"]
    known = f"DATE '{as_of}'"
    return f"""
        SELECT * REPLACE (if(paid_on <= {known}, paid_on, NULL) AS paid_on)
        FROM (
            SELECT *, date_trunc('month', due_day)::DATE AS pay_month,
                draw(employer, 'month ' || month_number) % 100 AS mood,
                (pay_month + (draw(employer, 'pay day') % day(due_day))::INTEGER)::DATE AS usual_day,
                CASE
                    WHEN segment = 'BPU' THEN
                        if(month_number <= least({last_due_month(as_of)} - paid_lag, paid_limit),
                           (pay_month + (draw(membership, 'pay day') % day(due_day))::INTEGER)::DATE, NULL)
                    WHEN never_paid THEN NULL
                    WHEN draw(employer, 'habit') % 1000 >= {habits["chronic"] + habits["unsteady"]} OR mood < {on_time}
                        THEN usual_day
                    WHEN mood < {late} THEN (due_day + 1 + (draw(employer, 'late ' || month_number) % {assumed["late_days"]})::INTEGER)::DATE
                    WHEN mood < {partly} AND draw(membership, 'part ' || month_number) % 100 < {assumed["partly_percent"]}
                        THEN usual_day
                END AS paid_on
            FROM owed
        )"""
