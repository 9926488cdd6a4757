"""The plan of the registers, the same whatever form they are written in."""

from __future__ import annotations

from coverage_lib.demo.calibration import Anchor, Calibration, cut_off
from coverage_lib.demo.cells import Plan, plan_cells, plan_further_memberships
from coverage_lib.demo.roster_history import plan_month_before
from coverage_lib.demo.rosters import RosterPlan, plan_rosters
from coverage_lib.demo.series import Spread, active_by_place, province_totals
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions


def plan_registers(
    calibration: Calibration,
    regions: Regions,
    spread: Spread,
    anchors: tuple[Anchor, ...],
    period: Month,
    months: int,
) -> tuple[Plan, RosterPlan]:
    """The registers of the `months` months up to `period`, and who of them holds an office."""
    cut_offs = tuple(cut_off(calibration, period.plus(step - months + 1)) for step in range(months))
    snapshots = [
        active_by_place(spread, province_totals(calibration, anchors, day)) for day in cut_offs
    ]
    cells = plan_cells(calibration, spread, snapshots)
    rosters = plan_rosters(calibration, regions, spread, cells, months)
    further = plan_further_memberships(calibration, spread, cells, months)
    plan = Plan(cut_offs, rosters.cells, further, rosters.free_person)
    return plan, plan_month_before(calibration, spread, rosters, months)
