"""Rosters of two groups of workers as their offices keep them: fishers of one district, staff of another.

Who is on them follows from the memberships, which they change nothing of: members of the group, former
members, and invented persons who are in no register.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.write import write_workbook_or_csv

_SINCE = 1_000_000  # numbers of invented persons of these rosters begin so far above all others


def write_group_rosters(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    as_of: date,
    folder: Path,
) -> list[Path]:
    """One Excel file a roster; needs the person macros, `memberships` and `places`."""
    first = plan.persons + _SINCE
    paths = []
    for name, rules in calibration.section("group_rosters").items():
        rows = max(
            calibration.scaled(rules["rows"]) if calibration.scale < 1 else rules["rows"], 10
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE group_people AS {_people_query(rules, plan, rows, first)}"
        )
        query = _COLUMNS[name](rules, as_of)
        title = f"{rules['title']} (DATA SIMULASI)"
        path = folder / f"{rules['file']}.xlsx"
        paths.append(
            write_workbook_or_csv(
                connection, query, query, path, title, f"POSISI DATA {as_of:%d-%m-%Y}"
            )
        )
        first += rows
    return paths


def _people_query(rules: Mapping[str, Any], plan: Plan, rows: int, first: int) -> str:
    """Persons with a place of the district: `course` says what the register knows of them."""
    known = {
        "active": round(rows * rules["active_percent"] / 100),
        "former": round(rows * rules["former_percent"] / 100),
    }
    final = len(plan.cut_offs) - 1
    of_course = {
        "active": f'kind = \'active\' AND "first" = 0 AND "last" = {final}',
        "former": "kind = 'inactive'",
    }
    taken = " UNION ALL ".join(
        f"""(SELECT person, place_code, '{course}' AS course FROM memberships
            WHERE {condition} AND NOT further AND NOT is_copy AND NOT in_roster AND place_kind = 'village'
                AND segment = '{rules["segment"]}' AND district_code = '{rules["district"]}'
                AND (member_group = '{rules["member_group"]}' OR '{course}' = 'former')
            ORDER BY hash(person, 'group roster'), person LIMIT {known[course]})"""
        for course, condition in of_course.items()
    )
    return f"""
        WITH known AS ({taken}), villages AS (
            SELECT place_code, row_number() OVER (ORDER BY place) - 1 AS number, count(*) OVER () AS villages
            FROM places WHERE district_code = '{rules["district"]}' AND place_kind = 'village'
        ), others AS (
            SELECT {first} + step AS person, 'none' AS course
            FROM range({rows} - (SELECT count(*) FROM known)) AS steps(step)
        ), everybody AS (
            SELECT person, place_code, course FROM known
            UNION ALL
            SELECT person, place_code, course
            FROM others JOIN villages ON number = draw(person, 'home') % villages
        )
        SELECT person, course, places.* EXCLUDE (place, place_code), identity_nik(person) AS nik,
            person_birth(person) AS birth, person_is_woman(person) AS woman,
            invented_name(person, person_is_woman(person)) AS name
        FROM everybody JOIN places USING (place_code)
        ORDER BY subdistrict, village, person
    """


def _nik_sql(rules: Mapping[str, Any]) -> str:
    """As a spreadsheet leaves it: digits lost for good, or signs around them that can be taken away."""
    return f"""CASE
        WHEN draw(person, 'damage') % 100 < {rules["damaged_nik_percent"]}
            THEN if(draw(person, 'how') % 2 = 0, nik[1:1] || ',' || nik[2:6] || 'E+15', nik[1:15])
        WHEN draw(person, 'repair') % 100 < {rules["repairable_nik_percent"]}
            THEN if(draw(person, 'how') % 2 = 0, '''' || nik, nik || '.0')
        ELSE nik END"""


def _of_fishers(rules: Mapping[str, Any], _as_of: date) -> str:
    """Villages by name alone, some in another spelling, mistyped or missing; the district stands in the title."""
    return f"""
        SELECT row_number() OVER () AS "NO",
            if(draw(person, 'written') % 5 = 0, 'Bpk. ' || name, name) AS "NAMA NELAYAN",
            {_nik_sql(rules)} AS "NO. KTP", strftime(birth, '%d/%m/%Y') AS "TGL LAHIR",
            if(woman, 'P', 'L') AS "L/P", 'Jl. Pantai No. ' || (1 + draw(person, 'house') % 90) AS "ALAMAT",
            CASE WHEN draw(person, 'village') % 100 < {rules["village_missing_percent"]} THEN ''
                 WHEN draw(person, 'village') % 100 < {rules["village_missing_percent"] + rules["village_mistyped_percent"]}
                 THEN village[1:-2] || 'q'
                 WHEN draw(person, 'spelling') % 3 = 0 THEN village_alias ELSE village END AS "DESA/KELURAHAN",
            subdistrict AS "KECAMATAN", 'KUB ' || village AS "KUB"
        FROM group_people
    """


def _of_staff(rules: Mapping[str, Any], as_of: date) -> str:
    """By unit; the file's name says whose roster it is, and in which district they live."""
    return f"""
        SELECT row_number() OVER () AS "NO", ['DINAS PERHUBUNGAN', 'DINAS KESEHATAN', 'SEKRETARIAT DAERAH',
            'SATPOL PP'][1 + draw(person, 'unit') % 4] AS "UNIT KERJA",
            if(draw(person, 'written') % 4 = 0, name || ', S.E.', name) AS "NAMA LENGKAP",
            {_nik_sql(rules)} AS "NIK", strftime(birth, '%d-%m-%Y') AS "TANGGAL LAHIR",
            ['Operator', 'Sopir', 'Tenaga kebersihan', 'Staf administrasi'][1 + draw(person, 'task') % 4] AS "JABATAN",
            village AS "KELURAHAN", subdistrict AS "KECAMATAN",
            strftime(DATE '{as_of}' - (200 + draw(person, 'since') % 2000)::INTEGER, '%d-%m-%Y') AS "TMT"
        FROM group_people
    """


_COLUMNS = {"fishers": _of_fishers, "staff": _of_staff}
