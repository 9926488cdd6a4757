"""The contribution list of one month: what employers reported and paid for wage earners."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.write import copy_csv
from coverage_lib.periods import Month

_MISSING_KPJ = "0" * 11


def write_contributions(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    month: Month,
    folder: Path,
) -> Path:
    """PU members who had begun by the end of `month`; unpaid rows have no date of payment.

    Needs the table `memberships`. Amounts are whole rupiah. The pension contribution stops at
    the wage ceiling of the month, as demo_calibration.yml has it.
    """
    query = f"""
    WITH contributed AS ({contributed_query(calibration, plan, month)})
    SELECT 'ZZ' || lpad(employer::VARCHAR, 6, '0') AS "NPP", '{month.number:02d}-{month.year}' AS "BLTH",
        if(has_no_card, '{_MISSING_KPJ}', kpj) AS "NoKPJ",
        nik AS "NIK", name AS "NamaTenagaKerja", wage || ',00' AS "UpahDilaporkan",
        jkk || ',00' AS "IuranJKK", jkm || ',00' AS "IuranJKM",
        jht_employer || ',00' AS "IuranJHTPemberiKerja", jht_worker || ',00' AS "IuranJHTPekerja",
        jp_employer || ',00' AS "IuranJPPemberiKerja", jp_worker || ',00' AS "IuranJPPekerja",
        total || ',00' AS "TotalIuranBPJSTK",
        coalesce(strftime(paid_on, '%d-%m-%Y'), '') AS "TGL BAYAR"
    FROM contributed ORDER BY employer, membership"""
    return copy_csv(connection, query, folder / f"iuran_{month}.csv")


def contributed_query(calibration: Calibration, plan: Plan, month: Month) -> str:
    """The SQL of the contributions of a month: all columns of `memberships`, amounts and payment.

    Amounts by programme and `total` in whole rupiah; `paid_on` is missing where unpaid;
    `has_no_card` where the list does not know the card number.
    """
    rates = calibration.section("contributions")
    ceilings: dict[date, int] = rates["jp_wage_ceilings_idr"]
    begun = [day for day in sorted(ceilings) if day <= month.last_day] or [min(ceilings)]
    ceiling = ceilings[begun[-1]]
    snapshot = len(plan.cut_offs) - 1

    def amount(rate: str, base: str = "wage", when: str = "true") -> str:
        return f"if({when}, round({base} * {rates[rate]} / 100)::BIGINT, 0)"

    capped = f"least(wage, {ceiling})"
    return f"""
        SELECT *, jkk + jkm + jht_employer + jht_worker + jp_employer + jp_worker AS total,
            draw(membership, 'no card') % 1000 < {rates["missing_kpj_per_thousand"]} AS has_no_card,
            if(draw(membership, 'paid') % 1000 < {rates["unpaid_per_thousand"]}, NULL,
               DATE '{month.plus(1).first_day}' + (draw(employer, 'pay day') % 15)::INTEGER) AS paid_on
        FROM (
            SELECT *, {amount("jkk")} AS jkk, {amount("jkm")} AS jkm,
                {amount("jht_employer", when="jht = 'Y'")} AS jht_employer,
                {amount("jht_worker", when="jht = 'Y'")} AS jht_worker,
                {amount("jp_employer", capped, "jp = 'Y'")} AS jp_employer,
                {amount("jp_worker", capped, "jp = 'Y'")} AS jp_worker
            FROM memberships
            WHERE NOT is_copy AND segment = 'PU' AND kind = 'active'
                AND "first" <= {snapshot} AND "last" >= {snapshot}
                AND start_date <= DATE '{month.last_day}'
        )"""
