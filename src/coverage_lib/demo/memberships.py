"""Memberships with all their columns, made in DuckDB from the plan.

Facts that do not change between snapshots are computed once here; what a snapshot shows of
them is chosen when a register is written (registers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

from coverage_lib.demo.calibration import Calibration, last_due_month
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.people import load_words, weighted_choice
from coverage_lib.demo.series import Place

# Programmes began under BPJS Ketenagakerjaan on 1 July 2014; second memberships start there,
# all others later, so that the latest start of a person is never the second one.
_SECOND_FROM = "DATE '2014-07-01'"
_FIRST_FROM = "DATE '2014-08-01'"


def create_memberships(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: Plan,
    places: pd.DataFrame,
) -> None:
    """Create the table `memberships`, one row a listed membership, in the order of the lists.

    `places` comes from `describe_places`. Exact duplicates are in the table twice.
    """
    rules = calibration.section("registers")
    cells = pd.DataFrame([vars(cell) for cell in plan.cells])
    connection.register("planned_cells", cells)
    connection.register("further_memberships", plan.further)
    connection.register("places", places)
    duplicates = calibration.scaled(rules["duplicate_rows"])
    connection.execute(f"""
        CREATE TABLE listed AS
        WITH expanded AS (
            SELECT place, segment, "first", "last", kind, came_back, false AS further,
                   first_person + step AS person, step < in_roster AS in_roster
            FROM (SELECT *, unnest(range("count")) AS step FROM planned_cells)
            UNION ALL
            SELECT place, segment, "first", "last", kind, false, true, person, false
            FROM further_memberships
        ), numbered AS (
            SELECT expanded.*, file,
                   row_number() OVER (ORDER BY file, place, hash(person, {calibration.seed}), segment, further)
                   AS membership
            FROM expanded JOIN places USING (place)
        ), repeated AS (
            SELECT membership FROM numbered WHERE kind = 'active' AND NOT further
            ORDER BY hash(membership, 'copy', {calibration.seed}), membership LIMIT {duplicates}
        )
        SELECT *, membership - min(membership) OVER (PARTITION BY file) + 1 AS number, false AS is_copy
        FROM numbered
        UNION ALL
        SELECT *, membership - (SELECT min(membership) FROM numbered AS n WHERE n.file = m.file) + 1, true
        FROM numbered AS m WHERE membership IN (FROM repeated)
        ORDER BY membership
    """)
    connection.execute(
        f"CREATE TABLE memberships AS {columns_query(calibration, plan)} ORDER BY membership"
    )
    connection.execute("DROP TABLE listed")


def describe_places(
    spread_places: tuple[Place, ...],
    names: Mapping[str, str],
    aliases: Mapping[str, str],
    postal: Mapping[str, str],
    excel_district: str,
) -> pd.DataFrame:
    """What a list says about each place: code, names, other spellings, postal code, file."""
    invented = load_words()["unknown_villages"]
    rows = []
    for place in spread_places:
        village = names.get(place.code, "")
        if place.kind == "unknown_village":
            village = invented[place.number % len(invented)]
        code, subdistrict, district = place.code, place.subdistrict, place.district
        rows.append(
            {
                "place": place.number,
                "file": "excel" if district == excel_district else "csv",
                "place_code": code,
                "place_kind": place.kind,
                "district_code": district,
                "village": village,
                "subdistrict": names.get(subdistrict, ""),
                "district": names.get(district, ""),
                "village_alias": aliases.get(code, village),
                "subdistrict_alias": aliases.get(subdistrict, names.get(subdistrict, "")),
                "district_alias": aliases.get(district, names.get(district, "")),
                "postal_code": postal.get(code, ""),
            }
        )
    return pd.DataFrame(rows)


def columns_query(calibration: Calibration, plan: Plan) -> str:
    """The SQL of all columns of a membership, from the tables `listed` and `places`.

    What a reader leaves out of it is not computed.
    """
    rules = calibration.section("registers")
    cuts = "[" + ", ".join(f"DATE '{day}'" for day in plan.cut_offs) + "]"
    due = [last_due_month(day) for day in plan.cut_offs]
    final = len(plan.cut_offs) - 1
    start, end = f"DATE '{plan.cut_offs[0]}'", f"DATE '{plan.cut_offs[-1]}'"
    leaves = f'("first" >= 0 AND "last" < {final})'
    street = load_words()["streets"]
    contact = f"< {rules['optional_contact_per_thousand']}"
    return f"""
    WITH persons AS (
        SELECT listed.*, places.* EXCLUDE (place, file),
               person_birth(person) AS birth, person_is_woman(person) AS woman,
               identity_nik(person) AS nik
        FROM listed JOIN places USING (place)
    ), started AS (
        SELECT *, invented_name(person, woman) AS name,
            greatest({_FIRST_FROM}, (birth + INTERVAL 19 YEAR)::DATE) AS earliest,
            {start} - if(kind = 'inactive' OR came_back OR {leaves}, 200, 0) AS latest,
            CASE
                WHEN further AND kind = 'active'
                    THEN greatest({_SECOND_FROM}, (birth + INTERVAL 222 MONTH)::DATE)
                WHEN "first" > 0 AND NOT came_back
                    THEN {cuts}["first"] + 1
                         + (draw(membership, 'start') % ({cuts}["first" + 1] - {cuts}["first"]))::INTEGER
                ELSE earliest + (draw(membership, 'start') % greatest(latest - earliest, 1))::INTEGER
            END AS start_date
        FROM persons
    ), ended AS (
        SELECT *,
            CASE
                WHEN kind = 'inactive' AND (segment <> 'BPU' OR draw(membership, 'how') % 10 = 0)
                    THEN {start} - (draw(membership, 'end') % greatest(least(1500, {start} - start_date - 1), 1))::INTEGER
                WHEN {leaves} AND (segment <> 'BPU' OR "first" > 0 OR draw(membership, 'how') % 10 = 0)
                    THEN {cuts}["last" + 1] + 1
                         + (draw(membership, 'end') % ({cuts}["last" + 2] - {cuts}["last" + 1]))::INTEGER
                WHEN NOT {leaves} AND chance(membership, 'term') < CASE segment WHEN 'JAKON' THEN 0.6 WHEN 'PU' THEN 0.08 ELSE 0 END
                    THEN {end} + 1 + (draw(membership, 'end') % 300)::INTEGER
            END AS end_date,
            CASE
                WHEN segment = 'BPU' AND kind = 'inactive' AND end_date IS NULL
                    THEN {due[0]} - 3 - draw(membership, 'unpaid') % 24
                WHEN segment = 'BPU' AND {leaves} AND end_date IS NULL THEN {due}["last" + 2] - 3
            END AS paid_limit,
            draw(membership, 'lag') % if(segment = 'BPU', 3, 2) AS paid_lag,
            {due[0]} - 3 - draw(membership, 'unpaid') % 12 AS paid_before_return,
            NOT {leaves} OR (segment = 'JAKON' AND chance(membership, 'term') < 0.6) AS end_is_planned,
            {_group_expression(rules, leaves)} AS member_group
        FROM started
    )
    SELECT membership, number, is_copy, file, person, place_code, place_kind, district_code,
        village, subdistrict, district, village_alias, subdistrict_alias, district_alias, postal_code,
        segment, "first", "last", kind, further, came_back, in_roster, start_date, end_date, end_is_planned,
        paid_limit, paid_lag, paid_before_return, member_group, nik, name,
        {_nik_text(rules)} AS nik_text,
        '99' || lpad(((membership * 618033989 + 271828) % 1000000000)::VARCHAR, 9, '0') AS kpj,
        {_funder_expression(rules)} AS funder,
        CASE segment {" ".join(f"WHEN '{name}' THEN {_choice(words, 'sector')}" for name, words in rules["sectors"].items())} END AS sector,
        if(village = '' OR draw(person, 'birth place') % 4 = 0, 'Pangkal Pinang', subdistrict) AS birth_place,
        CASE kind
            WHEN 'impossible_date' THEN '31-02-' || year(birth)
            WHEN 'future_birth' THEN '12-03-' || (year({end}) + 6)
            ELSE strftime(birth, '%d-%m-%Y')
        END AS birth_text,
        if(woman, 'P', 'L') AS sex,
        ['TK', 'K', 'K', 'K', 'D', 'C'][1 + draw(person, 'marital') % 6] AS marital,
        if(kind = 'unknown_segment', 'XX', segment) AS segment_text,
        CASE segment {" ".join(f"WHEN '{name}' THEN {_wage(*limits)}" for name, limits in rules["wages"].items())} END AS wage,
        {", ".join(_programme(rules, name) for name in ("JHT", "JP", "JKP"))},
        if(segment = 'BPU', NULL, 1 + floor(pow(chance(person, 'employer'), 2) * {calibration.scaled(rules["employers"])})::INTEGER) AS employer,
        if(draw(person, 'contact') % 1000 {contact}, 'Jl. ' || {_choice(street, "street")} || ' No. ' || (1 + draw(person, 'house') % 90), '') AS address,
        if(draw(person, 'phone') % 1000 {contact}, '0800' || lpad((draw(person, 'digits') % 10000000)::VARCHAR, 7, '0'), '') AS phone,
        if(draw(person, 'mail') % 1000 {contact}, lower(replace(name, ' ', '.')) || '@contoh.invalid', '') AS email,
        if(draw(person, 'mother') % 1000 {contact}, invented_name(person + 500000000, true), '') AS mother
    FROM ended"""


def _group_expression(rules: Mapping[str, Any], leaves: str) -> str:
    by_segment = " ".join(
        f"WHEN '{segment}' THEN {weighted_choice('''chance(person, 'group')''', shares)}"
        for segment, shares in rules["groups"].items()
    )
    return (
        f"CASE WHEN in_roster THEN 'perangkat_desa' WHEN segment = 'BPU' AND {leaves} "
        f"AND chance(person, 'subsidised') < 0.7 THEN 'pekerja_rentan' "
        f"ELSE CASE segment {by_segment} END END"
    )


def _funder_expression(rules: Mapping[str, Any]) -> str:
    by_group = " ".join(
        f"WHEN '{group}' THEN {weighted_choice('''chance(person, 'funder')''', shares)}"
        for group, shares in rules["funders_by_group"].items()
    )
    return (
        "CASE WHEN segment <> 'BPU' AND member_group <> 'perangkat_desa' THEN 'pemberi_kerja' "
        f"ELSE CASE member_group {by_group} END END"
    )


def _nik_text(rules: Mapping[str, Any]) -> str:
    """Damage that can be repaired on a few accepted rows; scientific notation cannot."""
    return f"""CASE
        WHEN kind = 'nik_scientific' THEN nik[1:1] || ',' || nik[2:6] || 'E+15'
        WHEN kind = 'active' AND draw(person, 'damage') % 1000 < {rules["repairable_nik_per_thousand"]} THEN
            CASE draw(person, 'how damaged') % 4
                WHEN 0 THEN '''' || nik WHEN 1 THEN '"' || nik || '"' WHEN 2 THEN nik || '.0'
                ELSE ' ' || nik[1:4] || ' ' || nik[5:8] || ' ' || nik[9:12] || ' ' || nik[13:16] END
        ELSE nik END"""


def _programme(rules: Mapping[str, Any], name: str) -> str:
    cases = " ".join(
        f"WHEN '{segment}' THEN {percents.get(name, 0) / 100}"
        for segment, percents in rules["programme_percent"].items()
    )
    return f"if(chance(person, '{name}') < CASE segment {cases} END, 'Y', '') AS {name.lower()}"


def _wage(least: int, span: int) -> str:
    return f"(floor(({least} + {span} * pow(chance(person, 'wage'), 3)) / 1000) * 1000)::BIGINT"


def _choice(words: list[str], tag: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"[{listed}][1 + draw(person, '{tag}') % {len(words)}]"
