"""Flows between two register extracts: who came, who went, who moved, so that stocks reconcile.

    stock(later) = stock(earlier) + new + reactivated + moved_in - lapsed - ended - moved_out

holds exactly for every region, every level and every segment, or MeasureError says where
it does not. One pass over both extracts (one_pass.py) gives a small table of changes, from
which all levels are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.participation.coverage import (
    CONSTRUCTION,
    HEADLINE,
    WITH_CONSTRUCTION,
    Stock,
)
from coverage_lib.indicators.participation.one_pass import ABSENT, ACTIVE, LAPSED
from coverage_lib.indicators.participation.participants import SEGMENTS
from coverage_lib.indicators.rows import Heading, measure_rows, records_of, with_every_region
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

INFLOWS = ("new", "reactivated", "moved_in")
OUTFLOWS = ("lapsed", "ended", "moved_out")
FLOWS = (*INFLOWS, *OUTFLOWS)
_STAYED = "stayed"


def changes_of(pair: pd.DataFrame) -> pd.DataFrame:
    """village_before, segment_before, village_after, segment_after, change, persons.

    `pair` are the counts of `count_pair`; of its persons those who are active on one day at
    least. `change` is `stayed` for who is active on both (wherever), else what made the
    difference: `new` (in no row of the earlier extract), `reactivated` (there, not
    active), `lapsed` (an open membership on the later day, not active, which only arrears
    can cause), `ended` (end date passed, or gone from the register). Villages and segments
    are the ones that count; missing where the person was not active.
    """
    before, after = pair["standing_before"], pair["standing_after"]
    was_active, is_active = before == ACTIVE, after == ACTIVE
    change = pd.Series(_STAYED, index=pair.index)
    change = change.mask(~was_active, before.eq(ABSENT).map({True: "new", False: "reactivated"}))
    change = change.mask(~is_active, after.eq(LAPSED).map({True: "lapsed", False: "ended"}))
    places = {
        f"{name}_{side}": pair[f"{name}_{side}"].where(active, None)
        for side, active in (("before", was_active), ("after", is_active))
        for name in ("village", "segment")
    }
    changes = pd.DataFrame({**places, "change": change, "persons": pair["persons"]})
    return changes[was_active | is_active].reset_index(drop=True)


def flow_rows(
    changes: pd.DataFrame,
    earlier: Stock,
    later: Stock,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """participant_flow and net_growth from the earlier register extract to the later, every region.

    `changes` come from `changes_of`, the stocks from the same extracts. Of participant_flow
    dimension `flow` counts persons (categories FLOWS) in the scope without construction,
    and with it where the register has such members; `segment_flow` counts by segment
    (`PU:new`). To move is to cross the border of the very region or group that a row is
    about: a move between two villages of a district is none of the district, one from BPU
    to PU is none of the total. So `moved_in` and `moved_out` of children do not add up to
    their parent's, their difference does; the other flows do add up. The numerator is the
    flow, the denominator the earlier stock, its vintage the date of the earlier extract.
    net_growth is what came less what went, in total and by segment: the change of the stock.

    Raises MeasureError where a stock is not the earlier one and its flows.
    """
    found = {*changes["segment_before"].dropna(), *changes["segment_after"].dropna()}
    segments = [*SEGMENTS, *sorted(found - set(SEGMENTS))]
    shown = [name for name in segments if name in {"PU", "BPU", *found}]
    all_in_one: dict[str, dict[str, str]] = {
        HEADLINE: {name: HEADLINE for name in shown if name != CONSTRUCTION}
    }
    if CONSTRUCTION in found:
        all_in_one[WITH_CONSTRUCTION] = dict.fromkeys(shown, WITH_CONSTRUCTION)
    # Segments come first: where a stock is wrong, the error then names the segment.
    by_segment = _reconciled(
        changes, {name: name for name in shown}, earlier, later, regions, province
    )
    scope_of = {name: _scope_of_segment(name) for name in shown}
    blocks = [_flow_block(by_segment, "segment_flow", scope_of, later, version)]
    blocks.append(_net_growth(by_segment, "segment", scope_of, later, version))
    for scope, labels in all_in_one.items():
        flows = _reconciled(changes, labels, earlier, later, regions, province)
        blocks.append(_flow_block(flows, "flow", {scope: scope}, later, version))
        blocks.append(_net_growth(flows, "total", {scope: scope}, later, version))
    return pd.concat(blocks, ignore_index=True)


def _scope_of_segment(segment: str) -> str:
    return WITH_CONSTRUCTION if segment == CONSTRUCTION else HEADLINE


def _flow_block(
    flows: pd.DataFrame, dimension: str, scopes: Mapping[str, str], later: Stock, version: str
) -> pd.DataFrame:
    category = flows["flow"] if dimension == "flow" else flows["group"] + ":" + flows["flow"]
    rows = flows.assign(category=category, scope=flows["group"].map(scopes))
    heading = Heading("participant_flow", "persons", later.period, later.as_of, dimension)
    return measure_rows(heading, rows, version)


def _net_growth(
    flows: pd.DataFrame, dimension: str, scopes: Mapping[str, str], later: Stock, version: str
) -> pd.DataFrame:
    sign = flows["flow"].isin(INFLOWS).map({True: 1, False: -1})
    key = ["region_code", "group", "denominator", "denominator_vintage"]
    net = flows.assign(value=flows["value"] * sign).groupby(key, as_index=False)[["value"]].sum()
    rows = net.assign(
        scope=net["group"].map(scopes),
        category="total" if dimension == "total" else net["group"],
        numerator=net["value"],
    )
    heading = Heading("net_growth", "persons", later.period, later.as_of, dimension)
    return measure_rows(heading, rows, version)


def count_flows(changes: pd.DataFrame, group_of: Mapping[str, str]) -> pd.DataFrame:
    """region_code, group, flow, persons, at all four levels, from the table of changes.

    `group_of` gives the group that a segment belongs to; who is in a segment without a
    group is outside, and moves in or out by changing to one that has it.
    """
    before, after = (changes[f"segment_{side}"].map(group_of) for side in ("before", "after"))
    blocks = []
    for length in CODE_LENGTHS.values():
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
