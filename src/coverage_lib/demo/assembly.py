"""The order of the work: plan, memberships, then one file after another."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import duckdb

from coverage_lib.demo.calibration import (
    Anchor,
    Calibration,
    Vintage,
    cut_off,
    load_anchors,
    load_vintages,
    vintage_at,
)
from coverage_lib.demo.cells import Plan
from coverage_lib.demo.claims import write_claims
from coverage_lib.demo.contributions import write_bills, write_contributions
from coverage_lib.demo.group_rosters import write_group_rosters
from coverage_lib.demo.memberships import create_memberships, describe_places
from coverage_lib.demo.people import define_person_macros, plan_person_space
from coverage_lib.demo.planning import plan_registers
from coverage_lib.demo.registers import write_register_csv, write_register_workbook
from coverage_lib.demo.roster_history import write_rosters_before
from coverage_lib.demo.rosters import RosterPlan, write_rosters
from coverage_lib.demo.series import Spread, plan_spread, province_totals
from coverage_lib.demo.summaries import (
    write_coverage_targets,
    write_eligible_workers,
    write_group_potential,
    write_participant_summary,
    write_zone_summary,
)
from coverage_lib.demo.write import Extract
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions

_MEMORY_LIMIT = "2GB"  # larger tables spill into a temporary folder beside the output
Finished = Callable[[str, str, date, list[Path]], None]


def build_extracts(
    calibration: Calibration,
    regions: Regions,
    period: Month,
    months: int,
    folder: Path,
    before: Path,
    progress: Callable[[str], None],
) -> tuple[list[Extract], list[Extract]]:
    """Write all files of a period into `folder`, and the rosters of the month before into the folder
    `before`, which is made where there are any; sidecars are left to the caller.
    """
    extracts: list[Extract] = []
    rosters_before: list[Extract] = []
    waiting: Mapping[str, int] = calibration.section("received_after_days")

    def finished(table: str, kind: str, as_of: date, paths: list[Path]) -> None:
        for path in paths:
            found = Extract(path, table, as_of, as_of + timedelta(days=waiting[kind]))
            (extracts if path.parent == folder else rosters_before).append(found)
            progress(path.name)

    vintages, anchors = load_vintages(calibration), load_anchors(calibration)
    spread = plan_spread(calibration, regions)
    _write_aggregates(
        calibration,
        regions,
        spread,
        anchors=anchors,
        vintages=vintages,
        period=period,
        as_of=cut_off(calibration, period),
        folder=folder,
        finished=finished,
    )
    plan, rosters = plan_registers(calibration, regions, spread, anchors, period, months)
    with duckdb.connect() as connection:
        _prepare(connection, calibration, regions, spread, plan, folder)
        progress("memberships")
        _write_persons(
            connection,
            calibration,
            spread,
            plan,
            rosters,
            period,
            finished,
            folder=folder,
            before=before,
        )
    return extracts, rosters_before


def _write_aggregates(
    calibration: Calibration,
    regions: Regions,
    spread: Spread,
    *,
    anchors: tuple[Anchor, ...],
    vintages: tuple[Vintage, ...],
    period: Month,
    as_of: date,
    folder: Path,
    finished: Finished,
) -> None:
    vintage_at(vintages, as_of)
    totals = province_totals(calibration, anchors, as_of)
    paths = {
        "participant_summary": write_participant_summary(
            calibration, anchors, spread, regions, period, folder / "rekap_kepesertaan.csv"
        ),
        "eligible_workers": write_eligible_workers(
            vintages, spread, as_of, folder / "potensi_pekerja.csv"
        ),
        "group_potential": write_group_potential(
            calibration, vintages, spread, as_of, folder / "potensi_kelompok.csv"
        ),
        "coverage_targets": write_coverage_targets(
            calibration, spread, folder / "target_cakupan.csv"
        ),
        "zone_summary": write_zone_summary(
            calibration, vintages, regions, totals, as_of, folder / "rekap_zona.csv"
        ),
    }
    for table, path in paths.items():
        finished(table, "summaries", as_of, [path])


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    regions: Regions,
    spread: Spread,
    plan: Plan,
    folder: Path,
) -> None:
    """Macros and the table of memberships. Rows keep the table's order in every file."""
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET enable_progress_bar = false")  # progress is told file by file
    connection.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
    connection.execute("SET temp_directory = ?", [str(folder.parent / "spill")])
    space = plan_person_space(calibration, regions, plan.cut_offs[0], plan.persons)
    define_person_macros(connection, space, calibration.seed)
    places = describe_places(
        spread.places,
        {code: region.name for code, region in regions.by_code.items()},
        _aliases(),
        _postal_codes(),
        calibration.section("registers")["excel_district"],
    )
    create_memberships(connection, calibration, plan, places)


def _write_persons(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    spread: Spread,
    plan: Plan,
    rosters: RosterPlan,
    period: Month,
    finished: Finished,
    *,
    folder: Path,
    before: Path,
) -> None:
    """The person-level files. DuckDB writes the CSV on its own while Python writes the Excel."""
    snapshots = list(
        enumerate(period.plus(step - len(plan.cut_offs) + 1) for step in range(len(plan.cut_offs)))
    )
    later = period.first_day.replace(day=calibration.section("cut_offs")["claims_day"])
    with ThreadPoolExecutor(max_workers=1) as pool:
        lists = [
            pool.submit(
                write_register_csv, connection.cursor(), calibration, plan, snapshot, month, folder
            )
            for snapshot, month in snapshots
        ]
        paid = pool.submit(
            write_contributions,
            connection.cursor(),
            calibration,
            plan,
            period.plus(-1),
            later,
            folder,
        )
        billed = pool.submit(
            write_bills, connection.cursor(), calibration, plan, period, later, folder
        )
        for snapshot, month in snapshots:
            workbook = write_register_workbook(
                connection, calibration, plan, snapshot, month, folder
            )
            finished("participants", "registers", plan.cut_offs[snapshot], [workbook])
        earlier = period.plus(-1).first_day.replace(day=later.day)
        paths = write_rosters(connection, calibration, rosters, spread, later, folder)
        finished("village_roster", "rosters", later, paths)
        paths = write_group_rosters(connection, calibration, plan, later, folder)
        finished("group_roster", "rosters", later, paths)
        paths = write_rosters_before(connection, calibration, rosters, spread, later, before)
        finished("village_roster", "rosters", earlier, paths)
        claims = write_claims(connection, calibration, spread, later, folder)
        finished("claims", "claims", later, [claims.archive])
        finished("scholarships", "claims", later, [claims.scholarships])
        finished("claim_submissions", "claims", later, [claims.submissions])
        for (snapshot, _), register in zip(snapshots, lists, strict=True):
            finished("participants", "registers", plan.cut_offs[snapshot], [register.result()])
        finished("contributions", "claims", later, [paid.result()])
        finished("contribution_billing", "claims", later, [billed.result()])


def _aliases() -> dict[str, str]:
    """The last other spelling of each region, where there is one that differs in more than case."""
    found: dict[str, str] = {}
    for row in region_rows("name_aliases_babel.csv"):
        if row["alias"].casefold() != row["current_name"].casefold() or row["code"] not in found:
            found[row["code"]] = row["alias"]
    return found


def _postal_codes() -> dict[str, str]:
    return {
        row["kemendagri_code"]: row["postal_codes"].split(";")[0]
        for row in region_rows("bridge_bps_kemendagri_babel.csv")
    }


def region_rows(name: str) -> list[dict[str, str]]:
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    return list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
