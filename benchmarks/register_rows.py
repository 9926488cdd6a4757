"""A register of invented memberships as an office would send it, of any size, with its usual damage.

Each row follows from its number alone, so that every run of the benchmark reads the same file.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import xlsxwriter

AS_OF = "2025-06-01"
SIDECAR = f"table: participants\nproducer: benchmark\nas_of: {AS_OF}\nsimulated: true\n"
#: Of a thousand rows, how many have which damage; rows repeated from the one before come on top.
PER_THOUSAND = {"nik_in_scientific_notation": 4, "card_number_with_fraction": 6, "slashed_date": 10,
                "birth_date_to_come": 1, "unknown_place": 3, "repeated": 2}  # fmt: skip


def write_register(path: Path, rows: int, villages: Path) -> None:
    """Write `rows` memberships to a .csv, .parquet or .xlsx file, and its sidecar.

    `villages` is a CSV with code, name, level and parent. An .xlsx takes up to 1,048,575 rows.
    """
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = true")
    select = _rows(rows, villages)
    match path.suffix:
        case ".csv":
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT csv, DELIMITER ';', HEADER)")
        case ".parquet":
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        case ".xlsx":
            _write_workbook(path, connection.execute(select))
        case other:
            raise ValueError(f"a register is written as .csv, .parquet or .xlsx, not {other}")
    path.with_name(f"{path.name}.source.yml").write_text(SIDECAR, encoding="utf-8")


def _write_workbook(path: Path, rows: duckdb.DuckDBPyConnection) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Data")
        sheet.write_row(0, 0, [column[0] for column in rows.description])
        line = 1
        while batch := rows.fetchmany(10_000):
            for values in batch:
                sheet.write_row(line, 0, values)
                line += 1


def _rows(rows: int, villages: Path) -> str:
    bounds, edge = {}, 0
    for name, share in PER_THOUSAND.items():
        bounds[name] = f"damage >= {edge} AND damage < {edge + share}"
        edge += share
    return f"""
WITH villages AS (
    SELECT code, name AS village, row_number() OVER (ORDER BY code) - 1 AS place,
        count(*) OVER () AS places,
        substr(code, 1, 8) AS subdistrict_code, substr(code, 1, 5) AS district_code
    FROM read_csv('{villages}', all_varchar = true, header = true) WHERE length(code) = 13),
names AS (SELECT code, name FROM read_csv('{villages}', all_varchar = true, header = true)),
placed AS (
    SELECT villages.*, subdistrict.name AS subdistrict, district.name AS district
    FROM villages
    JOIN names AS subdistrict ON subdistrict.code = subdistrict_code
    JOIN names AS district ON district.code = district_code),
numbered AS (
    SELECT number, number - (hash(number, 1) % 1000 BETWEEN 997 AND 998)::INT AS own,
        hash(number, 2) % 1000 AS damage
    FROM range(1, {rows + 1}) AS r(number)),
people AS (
    SELECT *,
        (hash(own, 3) >> 2)::BIGINT AS a, (hash(own, 4) >> 2)::BIGINT AS b,
        (hash(own, 5) >> 2)::BIGINT AS c, (hash(own, 6) >> 2)::BIGINT AS d
    FROM numbered),
born AS (
    SELECT *, DATE '1960-01-01' + (a % 16000)::INT AS birth, (b % 2) = 0 AS woman,
        ['PU', 'PU', 'PU', 'BPU', 'JAKON'][1 + (b // 2) % 5] AS segment,
        DATE '2012-01-01' + (c % 4800)::INT AS started
    FROM people)
SELECT
    number AS "NO",
    CASE WHEN {bounds["nik_in_scientific_notation"]} THEN '1,90' || (d % 900 + 100) || 'E+15'
        ELSE replace(subdistrict_code, '.', '')
            || lpad((day(birth) + CASE WHEN woman THEN 40 ELSE 0 END)::VARCHAR, 2, '0')
            || strftime(birth, '%m%y') || lpad((d % 10000)::VARCHAR, 4, '0') END AS "NIK",
    lpad((own + 10000000000)::VARCHAR, 11, '0')
        || CASE WHEN {bounds["card_number_with_fraction"]} THEN '.0' ELSE '' END AS "NO KPJ",
    'WARGA SIMULASI ' || own AS "NAMA LENGKAP",
    district AS "TEMPAT LAHIR",
    CASE WHEN {bounds["birth_date_to_come"]} THEN '31-12-2031'
        WHEN {bounds["slashed_date"]} THEN strftime(birth, '%d/%m/%Y')
        ELSE strftime(birth, '%d-%m-%Y') END AS "TANGGAL LAHIR",
    CASE WHEN woman THEN 'P' ELSE 'L' END AS "JENIS KELAMIN",
    CASE WHEN {bounds["unknown_place"]} THEN NULL ELSE code END AS "KODE WILAYAH",
    CASE WHEN {bounds["unknown_place"]} THEN 'Tidak Dikenal' ELSE village END AS "KELURAHAN",
    subdistrict AS "KECAMATAN", district AS "KOTA/KAB",
    'Kepulauan Bangka Belitung' AS "PROVINSI",
    (1500000 + (c % 6000) * 1000) || ',00' AS "UPAH",
    segment AS "SEGMEN",
    ['', '', '', 'petani', 'nelayan', 'umkm', 'pekerja_rentan'][1 + (c // 7) % 7] AS "KELOMPOK",
    CASE WHEN segment = 'BPU' THEN 'mandiri' ELSE 'pemberi_kerja' END AS "SUMBER IURAN",
    ['Perdagangan', 'Pendidikan', 'Perikanan', 'Perkebunan', 'Transportasi'][1 + (c // 3) % 5]
        AS "SEKTOR USAHA",
    strftime(started, '%d-%m-%Y') AS "TGL MULAI KEPESERTAAN",
    CASE WHEN d % 20 = 0 THEN strftime(started + (d % 3000)::INT, '%d-%m-%Y') END
        AS "TGL AKHIR KEPESERTAAN",
    strftime(DATE '2025-05-01' - to_months((d % 6)::INT), '%m-%Y') AS "BLTH IURAN TERAKHIR",
    CASE WHEN segment = 'PU' THEN 'Y' END AS "JHT", 'Y' AS "JKK", 'Y' AS "JKM",
    CASE WHEN segment = 'PU' THEN 'Y' END AS "JP", CASE WHEN segment = 'PU' AND d % 2 = 0 THEN 'Y' END
        AS "JKP",
    CASE WHEN segment <> 'BPU' THEN 'ZZ' || lpad((b % 100000)::VARCHAR, 6, '0') END
        AS "KODE PERUSAHAAN"
FROM born JOIN placed ON place = born.own % places
ORDER BY number"""
