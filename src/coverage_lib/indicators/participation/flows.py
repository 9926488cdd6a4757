"""Flows between two register extracts: who came, who went, who moved, so that stocks reconcile.

    stock(later) = stock(earlier) + new + reactivated + moved_in - lapsed - ended - moved_out

holds exactly for every region, every level and every segment, or MeasureError says where
it does not. The register stays in the engine; one pass over both extracts gives a small
table of changes, from which all levels are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.participation.coverage import HEADLINE, WITH_CONSTRUCTION, Stock
from coverage_lib.indicators.participation.participants import SEGMENTS, active_persons
from coverage_lib.indicators.rows import Heading, measure_rows, records_of, with_every_region
from coverage_lib.reference.regions import UNKNOWN_PARTS, Regions

INFLOWS = ("new", "reactivated", "moved_in")
OUTFLOWS = ("lapsed", "ended", "moved_out")
FLOWS = (*INFLOWS, *OUTFLOWS)
_STAYED = "stayed"
_CONSTRUCTION = "JAKON"
_CODE_LENGTHS = (2, 5, 8, 13)  # province, district, sub-district, village


def person_changes(register: ir.Table, earlier: date, later: date, province: str) -> ir.Table:
    """village_before, segment_before, village_after, segment_after, change, persons.

    `change` is `stayed` for who is active on both days (wherever), else what made the
    difference: `new` (in no row of the earlier extract), `reactivated` (there, not
    active), `lapsed` (an open membership on the later day, not active, which only arrears
    can cause), `ended` (end date passed, or gone from the register). Villages and segments
    are the ones that `active_persons` counts; null where the person was not active. A
    village that is missing counts as the unknown one of the province.
    """
    nowhere = province + "".join(UNKNOWN_PARTS)
    before, after = (_places(register, day, nowhere) for day in (earlier, later))
    in_extract = register.as_of_date == ibis.date(earlier.isoformat())
    day = ibis.date(later.isoformat())
    is_open = (
        (register.as_of_date == day)
        & (register.start_date <= day)
        & ibis.coalesce(register.end_date > day, True)  # no end date: open
    )
    # Those who come or go are few: only they are looked up in the extracts as a whole.
    gone = before.anti_join(after, "person_key")
    come = after.anti_join(before, "person_key")
    with_arrears = gone.semi_join(register.filter(is_open), "person_key")
    known = come.semi_join(register.filter(in_extract), "person_key")
    kept = before.join(after, "person_key", rname="{name}_later").select(
        village_before="village",
        segment_before="segment",
        village_after="village_later",
        segment_after="segment_later",
        change=ibis.literal(_STAYED),
    )
    parts = [
        kept,
        _one_sided(known, "after", "reactivated"),
        _one_sided(come.anti_join(known, "person_key"), "after", "new"),
        _one_sided(with_arrears, "before", "lapsed"),
        _one_sided(gone.anti_join(with_arrears, "person_key"), "before", "ended"),
    ]
    changes = ibis.union(*parts, distinct=False)
    return changes.group_by(
        "village_before", "segment_before", "village_after", "segment_after", "change"
    ).aggregate(persons=changes.count())


def flow_rows(
    register: ir.Table, earlier: Stock, later: Stock, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """participant_flow from the earlier register extract to the later, for every region.

    Dimension `flow` counts persons (categories FLOWS) in the scope without construction,
    and with it where the register has such members; `segment_flow` counts by segment
    (`PU:new`). To move is to cross the border of the very region or group that a row is
    about: a move between two villages of a district is none of the district, one from BPU
    to PU is none of the total. So `moved_in` and `moved_out` of children do not add up to
    their parent's, their difference does; the other flows do add up. The numerator is the
    flow, the denominator the earlier stock, its vintage the date of the earlier extract.

    Raises MeasureError where a stock is not the earlier one and its flows.
    """
    changes = person_changes(register, earlier.as_of, later.as_of, province).execute()
    found = {*changes["segment_before"].dropna(), *changes["segment_after"].dropna()}
    segments = [*SEGMENTS, *sorted(found - set(SEGMENTS))]
    shown = [name for name in segments if name in {"PU", "BPU", *found}]
    all_in_one: dict[str, dict[str, str]] = {
        HEADLINE: {name: HEADLINE for name in shown if name != _CONSTRUCTION}
    }
    if _CONSTRUCTION in found:
        all_in_one[WITH_CONSTRUCTION] = dict.fromkeys(shown, WITH_CONSTRUCTION)
    # Segments come first: where a stock is wrong, the error then names the segment.
    by_segment = _reconciled(
        changes, {name: name for name in shown}, earlier, later, regions, province
    )
    rows = by_segment.assign(
        category=by_segment["group"] + ":" + by_segment["flow"],
        scope=by_segment["group"].map(
            lambda segment: WITH_CONSTRUCTION if segment == _CONSTRUCTION else HEADLINE
        ),
    )
    heading = Heading("participant_flow", "persons", later.period, later.as_of, "segment_flow")
    blocks = [measure_rows(heading, rows, version)]
    for scope, labels in all_in_one.items():
        flows = _reconciled(changes, labels, earlier, later, regions, province)
        heading = Heading("participant_flow", "persons", later.period, later.as_of, "flow", scope)
        blocks.append(measure_rows(heading, flows.assign(category=flows["flow"]), version))
    return pd.concat(blocks, ignore_index=True)


def count_flows(changes: pd.DataFrame, group_of: Mapping[str, str]) -> pd.DataFrame:
    """region_code, group, flow, persons, at all four levels, from the table of changes.

    `group_of` gives the group that a segment belongs to; who is in a segment without a
    group is outside, and moves in or out by changing to one that has it.
    """
    before, after = (changes[f"segment_{side}"].map(group_of) for side in ("before", "after"))
    blocks = []
    for length in _CODE_LENGTHS:
        left = changes["village_before"].str.slice(0, length).where(before.notna()).fillna("")
        joined = changes["village_after"].str.slice(0, length).where(after.notna()).fillna("")
        differs = (left != joined) | (before.fillna("") != after.fillna(""))
        for region, group, moved, kinds in (
            (left, before, "moved_out", OUTFLOWS),
            (joined, after, "moved_in", INFLOWS),
        ):
            flow = changes["change"].where(changes["change"].isin(kinds), moved)
            counted = pd.DataFrame(
                {"region_code": region, "group": group, "flow": flow, "persons": changes["persons"]}
            )
            blocks.append(counted[differs & group.notna()])
    flows = pd.concat(blocks, ignore_index=True)
    return flows.groupby(["region_code", "group", "flow"], as_index=False, sort=True)[
        ["persons"]
    ].sum()


def _places(register: ir.Table, day: date, nowhere: str) -> ir.Table:
    persons = active_persons(register, day)
    return persons.select(
        "person_key", village=ibis.coalesce(persons.village_code, nowhere), segment="segment"
    )


def _one_sided(persons: ir.Table, side: str, change: str) -> ir.Table:
    """Persons who are active on one of the two days only."""
    nothing = ibis.null("string")
    columns = {
        f"{name}_{of}": persons[name] if of == side else nothing
        for of in ("before", "after")
        for name in ("village", "segment")
    }
    return persons.select(**columns, change=ibis.literal(change))


def _reconciled(
    changes: pd.DataFrame,
    group_of: Mapping[str, str],
    earlier: Stock,
    later: Stock,
    regions: Regions,
    province: str,
) -> pd.DataFrame:
    """Flows of every region, zeros included, beside the earlier stock; checked against both stocks."""
    groups = list(dict.fromkeys(group_of.values()))
    opening, closing = (_stock_by_group(stock, group_of) for stock in (earlier, later))
    counted = count_flows(changes, group_of)
    # A region that only a stock or only the flows know takes part in the check too.
    known = {*opening.index.get_level_values(0), *closing.index.get_level_values(0)}
    axes = {"group": groups, "flow": list(FLOWS)}
    missing = sorted(known - set(counted["region_code"]))
    seed = pd.DataFrame(
        {"region_code": missing, "group": groups[0], "flow": FLOWS[0], "persons": 0}
    )
    filled = with_every_region(
        pd.concat([counted, seed], ignore_index=True), regions, province, axes, ["persons"]
    )
    key = ["region_code", "group"]
    sign = filled["flow"].isin(INFLOWS).map({True: 1.0, False: -1.0})
    net = (filled["persons"] * sign).groupby([filled[name] for name in key]).sum()
    balance = pd.DataFrame({"net": net})
    balance["opening"] = opening.reindex(balance.index, fill_value=0)
    balance["closing"] = closing.reindex(balance.index, fill_value=0)
    balance["difference"] = balance["opening"] + balance["net"] - balance["closing"]
    _require_balance(balance, earlier.as_of, later.as_of)
    return filled.merge(balance[["opening"]].reset_index(), on=key).assign(
        value=lambda t: t["persons"],
        numerator=lambda t: t["persons"],
        denominator=lambda t: t["opening"],
        denominator_vintage=earlier.as_of.isoformat(),
    )


def _stock_by_group(stock: Stock, group_of: Mapping[str, str]) -> pd.Series:
    rows = stock.active.assign(group=stock.active["segment"].map(group_of)).dropna(subset="group")
    return rows.groupby(["region_code", "group"])["persons"].sum()


def _require_balance(balance: pd.DataFrame, earlier: date, later: date) -> None:
    wrong = balance[balance["difference"] != 0].reset_index()
    if wrong.empty:
        return
    # The deepest region says most about where to look.
    depth = wrong["region_code"].str.len().to_numpy()
    worst = records_of(wrong.iloc[[int(depth.argmax())]])[0]
    raise MeasureError(
        f"participant flows from {earlier} to {later} do not reconcile for region "
        f"{worst['region_code']}, segment {worst['group']} (one of {len(wrong)}): {worst['opening']:.0f} before "
        f"and a net flow of {worst['net']:+.0f} should be the {worst['closing']:.0f} counted after, "
        f"the difference is {worst['difference']:+.0f}; take both stocks and the flows from the same "
        "pull, and pull again if the register changed."
    )
