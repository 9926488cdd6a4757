"""Participant registers: what each snapshot shows of the memberships, as CSV and Excel."""

from __future__ import annotations

from pathlib import Path

import duckdb

from coverage_lib.demo.calibration import Calibration, last_due_month
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.write import copy_csv, write_workbook_or_csv
from coverage_lib.periods import Month

_EMPLOYER = "lpad(employer::VARCHAR, 6, '0')"


def write_register_csv(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    snapshot: int,
    month: Month,
    folder: Path,
) -> Path:
    """The participant list of all districts but one; a membership is listed once it has begun.

    Needs the table `memberships`, and nothing else of the connection, so that a second
    connection can write while the first does other work.
    """
    query = register_query(calibration, plan, snapshot, "csv", with_codes=True)
    return copy_csv(connection, query, folder / f"kepesertaan_{month}.csv")


def write_register_workbook(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    snapshot: int,
    month: Month,
    folder: Path,
) -> Path:
    """The participant list of the one district that sends Excel: names only, no region codes.

    Only the latest list is Excel. Earlier ones, and any beyond Excel's row limit, are CSV
    with codes.
    """
    district = calibration.section("registers")["excel_district"]
    path = folder / f"kepesertaan_{district}_{month}.xlsx"
    with_codes = register_query(calibration, plan, snapshot, "excel", with_codes=True)
    if snapshot < len(plan.cut_offs) - 1:
        return copy_csv(connection, with_codes, path.with_suffix(".csv"))
    return write_workbook_or_csv(
        connection,
        register_query(calibration, plan, snapshot, "excel", with_codes=False),
        with_codes,
        path,
        "DAFTAR PESERTA BPJS KETENAGAKERJAAN (DATA SIMULASI)",
        f"Wilayah {district}, posisi data {plan.cut_offs[snapshot]:%d-%m-%Y}",
    )


def register_query(
    calibration: Calibration, plan: Plan, snapshot: int, file: str, *, with_codes: bool
) -> str:
    """The SQL of one list, its columns named as in the header, its rows in the table's order."""
    late = calibration.section("registers")["status_not_updated_percent"]
    other = "draw(membership, 'spelling') % 6 = 0"
    if file == "excel":
        village, subdistrict, district = (
            f"if({other}, {name}_alias, {name})" for name in ("village", "subdistrict", "district")
        )
    else:
        village, subdistrict, district = "village", "subdistrict", "district"
    code = 'place_code AS "KODE WILAYAH",' if with_codes else ""
    return f"""
    WITH shown AS ({snapshot_query(plan, snapshot, f"file = '{file}'")})
    SELECT number AS "NO", nik_text AS "NIK", kpj AS "NO KPJ", name AS "NAMA LENGKAP",
        birth_place AS "TEMPAT LAHIR", birth_text AS "TANGGAL LAHIR", sex AS "JENIS KELAMIN",
        marital AS "STATUS PERKAWINAN", address AS "ALAMAT", {code}
        {village} AS "KELURAHAN", {subdistrict} AS "KECAMATAN", {district} AS "KOTA/KAB",
        if(district_code = '', '', 'Kepulauan Bangka Belitung') AS "PROVINSI",
        postal_code AS "KODE POS", phone AS "NO HP", email AS "EMAIL", mother AS "NAMA IBU KANDUNG",
        strftime(start_date, '%d-%m-%Y') AS "TGL MULAI BEKERJA", wage || ',00' AS "UPAH",
        segment_text AS "SEGMEN", member_group AS "KELOMPOK", funder AS "SUMBER IURAN",
        sector AS "SEKTOR USAHA", strftime(start_date, '%d-%m-%Y') AS "TGL MULAI KEPESERTAAN",
        coalesce(strftime(shown_end, '%d-%m-%Y'), '') AS "TGL AKHIR KEPESERTAAN",
        if(paid_month IS NULL OR paid_month < start_month, '',
           lpad((1 + paid_month % 12)::VARCHAR, 2, '0') || '-' || (paid_month // 12)) AS "BLTH IURAN TERAKHIR",
        if(is_active OR (segment = 'BPU' AND shown_end IS NULL AND draw(membership, 'status') % 100 < {late}),
           'AKTIF', 'NON AKTIF') AS "STATUS KEPESERTAAN",
        jht AS "JHT", 'Y' AS "JKK", 'Y' AS "JKM", jp AS "JP", jkp AS "JKP",
        coalesce('ZZ' || {_EMPLOYER}, '') AS "KODE PERUSAHAAN",
        if(employer IS NULL, '', company_name(employer)) AS "NAMA PERUSAHAAN",
        coalesce('99.' || {_EMPLOYER} || '.0-000.000', '') AS "NPWP PERUSAHAAN"
    FROM shown"""


def snapshot_query(plan: Plan, snapshot: int, listed: str = "true") -> str:
    """The SQL of what one snapshot shows of the memberships: those that have begun by its day.

    All columns of `memberships`, and shown_end, is_active, start_month and paid_month (months
    since year 0; missing or before start_month where none was paid). `listed` limits the rows.
    """
    as_of = f"DATE '{plan.cut_offs[snapshot]}'"
    due = last_due_month(plan.cut_offs[snapshot])
    return f"""
        SELECT *,
            if(end_is_planned OR end_date <= {as_of}, end_date, NULL) AS shown_end,
            "first" <= {snapshot} AND "last" >= {snapshot} AS is_active,
            year(start_date) * 12 + month(start_date) - 1 AS start_month,
            if(came_back AND {snapshot} < "first", paid_before_return,
               least({due} - paid_lag, paid_limit,
                     if(end_date <= {as_of}, year(end_date) * 12 + month(end_date) - 1, NULL))) AS paid_month
        FROM memberships WHERE {listed} AND start_date <= {as_of}"""
