"""The person-level tables as the store keeps them, at any size: for benchmarks, load tests and
other engines.

The same persons, memberships, payments and totals as in the extracts, without what an office's
files add: unreadable rows, names, spellings, CSV, and the intake that takes them away again. Keys are
hashes of the invented numbers and fit only each other. Nothing is held in memory but the plan and
the claims, which are few: every other row goes from an expression into its Parquet file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from coverage_lib.demo.allocation import Integers
from coverage_lib.demo.calibration import Calibration, load_anchors, load_vintages, vintage_at
from coverage_lib.demo.cells import Cell, Plan
from coverage_lib.demo.claims import claim_rows, spoil_claims
from coverage_lib.demo.contributions import RatedQuery, bill_rows, contribution_rows
from coverage_lib.demo.memberships import columns_query
from coverage_lib.demo.people import define_person_macros, plan_person_space
from coverage_lib.demo.planning import plan_registers
from coverage_lib.demo.registers import snapshot_query
from coverage_lib.demo.series import Place, Spread, plan_spread
from coverage_lib.demo.submissions import draw_segments, submission_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions, unknown_village
from coverage_lib.tables import load_table

TABLES = (
    "participants", "claims", "claim_submissions", "scholarships", "contributions",
    "contribution_billing",
)  # fmt: skip
_MEMORY_LIMIT = "4GB"  # of 40 million persons several columns have to be there at once
_WRITERS = 2
_MOST_IN_A_PIECE = 4096
_LISTED_KINDS = ("active", "inactive")  # the others are the rows that an intake rejects
_MEMBER_KEY = "if(member < 0, NULL, key_of('membership', member))"
_KNOWN_PARTS = {"village": 4, "unknown_village": 3, "unknown_subdistrict": 2, "unknown_district": 1}


@dataclass(frozen=True)
class _StoredTable:
    """One file to be: its table, its date, and the SQL of its rows over frames of its own."""

    table: str
    as_of: date
    query: str
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def build_tables(
    calibration: Calibration,
    regions: Regions,
    period: Month,
    months: int,
    folder: Path,
    progress: Callable[[str], None],
) -> list[Path]:
    """Write `<table>/<as of>.parquet` into `folder`: participants for every register date,
    the other TABLES for the period.

    The rows that an intake would reject are left out. The same options give the same rows in
    the same order. Raises as `build_extracts` does.
    """
    anchors = load_anchors(calibration)
    spread = plan_spread(calibration, regions)
    plan, _ = plan_registers(calibration, regions, spread, anchors, period, months)
    vintage_at(load_vintages(calibration), plan.cut_offs[-1])
    later = period.first_day.replace(day=calibration.section("cut_offs")["claims_day"])

    def written(stored: _StoredTable) -> Path:
        path = folder / stored.table / f"{stored.as_of}.parquet"
        with connection.cursor() as own:
            for name, frame in stored.frames.items():
                own.register(name, frame)
            target = str(path).replace("'", "''")
            own.execute(f"COPY ({stored.query}) TO '{target}' (FORMAT parquet)")
        progress(f"{stored.table} {stored.as_of}")
        return path

    with duckdb.connect() as connection, ThreadPoolExecutor(_WRITERS) as pool:
        _prepare(connection, calibration, regions, spread, plan, folder)
        registers = [
            _StoredTable("participants", day, _participants_query(plan, number))
            for number, day in enumerate(plan.cut_offs)
        ]
        paid = contribution_rows(calibration, plan, period.plus(-1), later)
        billed = bill_rows(calibration, plan, period, later)
        for name in TABLES:
            (folder / name).mkdir()
        waiting = [
            pool.submit(written, stored)
            for stored in (
                _StoredTable(
                    "contribution_billing",
                    later,
                    _bills_query(billed, later),
                    {"rates": billed.rates},
                ),
                *registers,
                _StoredTable(
                    "contributions", later, _contributions_query(paid, later), {"rates": paid.rates}
                ),
            )
        ]
        claims, submissions = _claims_of_members(calibration, spread, plan, later)
        children = claims[claims["level"] != ""].reset_index(drop=True)
        waiting += [
            pool.submit(written, _StoredTable(name, later, query, {"rows_given": rows}))
            for name, query, rows in (
                ("claims", _claims_query(later), claims),
                ("scholarships", _scholarships_query(later), children),
                ("claim_submissions", _submissions_query(later), submissions),
            )
        ]
        return sorted(future.result() for future in waiting)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    regions: Regions,
    spread: Spread,
    plan: Plan,
    folder: Path,
) -> None:
    """The macros, and `memberships` as a view: each file is computed as it is written.

    A membership bears the number of its person; further ones follow on the last person.
    """
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
    connection.execute("SET temp_directory = ?", [str(folder.parent / "spill")])
    space = plan_person_space(calibration, regions, plan.cut_offs[0], plan.persons)
    define_person_macros(connection, space, calibration.seed)
    connection.execute(
        f"CREATE MACRO key_of(domain, number) AS md5({calibration.seed} || domain || number)"
    )
    connection.register("pieces_given", _pieces(plan.cells))
    connection.register("further_given", plan.further.assign(number=range(len(plan.further))))
    connection.register("places_given", _stored_places(calibration, spread))
    for name in ("pieces", "further", "places"):
        connection.execute(f"CREATE TABLE {name} AS FROM {name}_given")
    connection.execute(f"""
        CREATE VIEW listed AS
        SELECT place, segment, "first", "last", kind, came_back, false AS further,
            first_person + step AS person, first_person + step AS membership,
            step < in_roster AS in_roster, '' AS file, 0 AS number, false AS is_copy
        FROM (SELECT *, unnest(range("count")) AS step FROM pieces)
        UNION ALL
        SELECT place, segment, "first", "last", kind, false, true,
            person, {plan.persons} + number, false, '', 0, false
        FROM further
    """)
    connection.execute(f"CREATE VIEW memberships AS {columns_query(calibration, plan)}")


def _pieces(cells: tuple[Cell, ...]) -> pd.DataFrame:
    """The cells of accepted rows by place, cut so that no list of their persons is long."""
    frame = pd.DataFrame([vars(cell) for cell in cells if cell.kind in _LISTED_KINDS])
    frame = frame.sort_values("place", kind="stable", ignore_index=True)
    number = -(-frame["count"].to_numpy() // _MOST_IN_A_PIECE)
    pieces = frame.loc[np.repeat(frame.index.to_numpy(), number)]
    before = pieces.groupby(level=0).cumcount() * _MOST_IN_A_PIECE
    return pieces.assign(
        first_person=pieces["first_person"] + before,
        count=np.minimum(pieces["count"] - before, _MOST_IN_A_PIECE),
        in_roster=np.maximum(pieces["in_roster"] - before, 0),
    ).reset_index(drop=True)


def _stored_places(calibration: Calibration, spread: Spread) -> pd.DataFrame:
    """The places with the village code that the store has for them.

    The other columns are what a list says of a place; here nobody reads them.
    """
    unread = dict.fromkeys(
        ("file", "place_kind", "district_code", "village", "subdistrict", "district",
         "village_alias", "subdistrict_alias", "district_alias", "postal_code"), "",
    )  # fmt: skip
    rows = [
        {"place": place.number, "place_code": _village_code(place, calibration.province)} | unread
        for place in spread.places
    ]
    return pd.DataFrame(rows)


def _village_code(place: Place, province: str) -> str:
    """The code as far as it is known, padded with the unknown parts."""
    known = _KNOWN_PARTS[place.kind]
    parts = place.code.split(".") if place.code else [province]
    return unknown_village(".".join(parts[:known]))


def _participants_query(plan: Plan, snapshot: int) -> str:
    listed = {
        "sex": "sex", "segment": "segment", "worker_group": "member_group", "funder": "funder",
        "employer_sector": "sector",
    }  # fmt: skip
    coded = ", ".join(f"{_stored_code(name, word)} AS {name}" for name, word in listed.items())
    programmes = ", ".join(f"{name} = 'Y' AS {name}" for name in ("jht", "jp", "jkp"))
    return f"""
    SELECT DATE '{plan.cut_offs[snapshot]}' AS as_of_date, place_code AS village_code,
        key_of('person', person) AS person_key, key_of('membership', membership) AS membership_key,
        year(person_birth(person)) AS birth_year, {coded}, start_date, shown_end AS end_date,
        if(paid_month >= start_month, make_date(paid_month // 12, 1 + paid_month % 12, 1), NULL)
            AS paid_through_month,
        true AS jkk, true AS jkm, {programmes}, key_of('employer', employer) AS employer_key
    FROM ({snapshot_query(plan, snapshot)})"""


def _stored_code(name: str, word: str) -> str:
    """What the store keeps of a word of the list, by the dictionary; missing where it has none."""
    codes = load_table("participants").column(name).codes
    if not codes:
        return f"nullif({word}, '')"
    cases = " ".join(f"WHEN '{code.upper()}' THEN '{stored}'" for code, stored in codes.items())
    return f"CASE upper({word}) {cases} END"


def _contributions_query(paid: RatedQuery, as_of: date) -> str:
    return f"""
    SELECT DATE '{as_of}' AS as_of_date, key_of('employer', employer) AS employer_key,
        month_start AS month, key_of('person', person) AS person_key,
        if(has_no_card, NULL, key_of('membership', membership)) AS membership_key,
        wage AS wage_idr, total AS contribution_idr, paid_on AS paid_date
    FROM ({paid.query})"""


def _bills_query(billed: RatedQuery, as_of: date) -> str:
    amounts = ", ".join(
        f"{found}_{programme}::BIGINT AS {stored}_{programme}_idr"
        for found, stored in (("due", "due"), ("paid", "collected"))
        for programme in ("jkk", "jkm", "jht", "jp")
    )
    return f"""
    SELECT DATE '{as_of}' AS as_of_date, place_code AS village_code,
        if(employer IS NULL, key_of('account', npp), key_of('employer', employer)) AS employer_key,
        month_start AS month, segment, {_stored_code("employer_sector", "sector")} AS employer_sector, participants, {amounts},
        paid_on AS paid_date
    FROM ({billed.query}) ORDER BY month_start, npp, segment"""


def _claims_query(as_of: date) -> str:
    return f"""
    SELECT DATE '{as_of}' AS as_of_date, village AS village_code,
        key_of('claim', decision) AS claim_key, paid::DATE AS paid_date,
        asked::DATE AS submitted_date, {_MEMBER_KEY} AS membership_key,
        programme, benefit AS benefit_type, segment, amount AS amount_idr
    FROM rows_given"""


def _submissions_query(as_of: date) -> str:
    codes = load_table("claim_submissions").column("status").codes
    cases = " ".join(f"WHEN '{word}' THEN '{stored}'" for word, stored in codes.items())
    return f"""
    SELECT DATE '{as_of}' AS as_of_date, village AS village_code,
        key_of('submission', number) AS submission_key, asked::DATE AS submitted_date,
        {_MEMBER_KEY} AS membership_key, programme, segment, CASE status {cases} END AS status,
        decided::DATE AS decided_date
    FROM rows_given"""


def _scholarships_query(as_of: date) -> str:
    return f"""
    SELECT DATE '{as_of}' AS as_of_date, village AS village_code,
        key_of('claim', decision) AS claim_key, key_of('membership', member) AS membership_key,
        key_of('child', row_number() OVER ()) AS child_key, level AS school_level, programme,
        paid::DATE AS paid_date, amount AS amount_idr
    FROM rows_given"""


def _claims_of_members(
    calibration: Calibration, spread: Spread, plan: Plan, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The payments and the submissions: stored village, segment, and the number of a member.

    The number is -1 where the archive has no card, and beyond all members where the card is
    none of the register's.
    """
    villages = {place.code: _village_code(place, calibration.province) for place in spread.places}
    purposes = {"claim": 0, "pending": 1}

    def join_members(claims: pd.DataFrame, purpose: str, random: np.random.Generator) -> None:
        drawing = np.random.default_rng([calibration.seed, 9, purposes[purpose]])
        segments = draw_segments(calibration, claims, random)
        members: Integers = np.zeros(len(claims), dtype=np.int64)
        for segment in np.unique(segments):
            rows = np.flatnonzero(segments == segment)
            members[rows] = _drawn_persons(plan, str(segment), len(rows), drawing)
        claims["segment"], claims["member"] = segments, members

    claims = claim_rows(calibration, spread, as_of)
    join_members(claims, "claim", np.random.default_rng([calibration.seed, 6]))
    without, foreign = spoil_claims(calibration, claims)
    claims.loc[without, "member"] = -1
    claims.loc[foreign, "member"] = plan.persons + len(plan.further) + foreign
    submissions = submission_rows(calibration, claims, as_of, join_members)
    coded = (rows.assign(village=rows["region"].map(villages)) for rows in (claims, submissions))
    return next(coded), next(coded)


def _drawn_persons(plan: Plan, segment: str, count: int, random: np.random.Generator) -> Integers:
    """Numbers of persons of a segment, any as likely as another."""
    cells = [cell for cell in plan.cells if cell.segment == segment and cell.kind in _LISTED_KINDS]
    reached = np.cumsum([cell.count for cell in cells])
    drawn = random.integers(reached[-1], size=count)
    chosen = np.searchsorted(reached, drawn, side="right")
    first = np.array([cell.first_person for cell in cells], dtype=np.int64)
    size = np.array([cell.count for cell in cells], dtype=np.int64)
    persons: Integers = first[chosen] + drawn - (reached - size)[chosen]
    return persons
