"""Laws of flows, on small random registers, against a count by hand of every single person."""

from __future__ import annotations

from collections import Counter

import ibis.expr.types as ir
import pandas as pd
from flow_stories import EARLIER, LATER, flows_between, pair_of, stock_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_participation import Register
from text_tables import records, register_frame, to_engine

from coverage_lib.indicators.participation.flows import INFLOWS, OUTFLOWS
from coverage_lib.indicators.participation.participants import active_memberships
from coverage_lib.reference.regions import Regions, load_regions

People = list[dict[str, str]]
VILLAGES = (
    "19.71.01.1004", "19.71.01.1006", "19.71.02.1001", "19.01.01.1001", "19.71.01.0000",
    "19.71.00.0000", "19.00.00.0000",
)  # fmt: skip
DAYS = ("2020-01-01", "2025-02-28", "2025-04-28", "2025-05-15", "2025-06-01", "2025-07-01")
GROUPS = {
    "excl_jakon": {"PU", "BPU", "PMI"},
    "incl_jakon": {"PU", "BPU", "PMI", "JAKON"},
    **{segment: {segment} for segment in ("PU", "BPU", "PMI", "JAKON")},
}
laws = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
membership = st.fixed_dictionaries(
    {
        "as_of": st.sampled_from([EARLIER.isoformat(), LATER.isoformat()]),
        "person": st.sampled_from([f"person {number}" for number in range(8)]),
        "segment": st.sampled_from(["PU", "BPU", "JAKON", "PMI"]),
        "village": st.sampled_from(VILLAGES),
        "start": st.sampled_from(DAYS),
        "end": st.sampled_from([None, None, *DAYS]),
        "paid_through": st.sampled_from([None, "2024-01", "2025-01", "2025-02", "2025-05"]),
    }
)
# To compute is what takes the time, whatever the number of rows.
memberships = st.lists(membership, min_size=1, max_size=4) | st.lists(
    membership, min_size=10, max_size=30
)


def few_regions() -> Regions:
    everything = load_regions()
    codes = {code for village in VILLAGES for code in everything.ancestors(village)}
    codes |= {child.code for child in everything.children("19")}
    return Regions({code: region for code, region in everything.by_code.items() if code in codes})


REGIONS = few_regions()


def by_hand(people: People) -> Counter[tuple[str, str, str]]:
    """(region, group, flow) -> persons, one person after another."""
    rows = records(register_frame(pd.DataFrame(people, dtype=object), LATER))
    earlier, later = (Register(rows, day, VILLAGES[-1]) for day in (EARLIER, LATER))
    places = [
        {person: (row["village_code"], row["segment"]) for person, row in register.active.items()}
        for register in (earlier, later)
    ]
    known_before, open_after = earlier.everybody, later.registered
    flows: Counter[tuple[str, str, str]] = Counter()
    for person in {row["person"] for row in people}:
        before, after = (place.get(person) for place in places)
        for group, segments in GROUPS.items():
            for length in (2, 5, 8, 13):
                left = before[0][:length] if before and before[1] in segments else None
                joined = after[0][:length] if after and after[1] in segments else None
                if left == joined:
                    continue
                if left is not None:
                    gone = "lapsed" if person in open_after else "ended"
                    flows[left, group, "moved_out" if after else gone] += 1
                if joined is not None:
                    come = "reactivated" if person in known_before else "new"
                    flows[joined, group, "moved_in" if before else come] += 1
    return flows


def by_group(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the group (a scope or a segment) and the flow that their category means."""
    segment, _, of_segment = zip(*rows["category"].str.partition(":").to_numpy(), strict=True)
    in_total = rows["dimension"] == "flow"
    return rows.assign(
        group=rows["scope"].where(in_total, list(segment)),
        flow=rows["category"].where(in_total, list(of_segment)),
    )


def flows_are_those_counted_by_hand(people: People, _: ir.Table, rows: pd.DataFrame) -> None:
    found = rows[rows["value"] != 0]
    got = dict(zip(zip(found["region_code"], found["group"], found["flow"], strict=True), found["value"], strict=True))  # fmt: skip
    wanted = by_hand(people)
    has_construction = any(group == "JAKON" for _, group in zip(rows["value"], rows["group"], strict=True))  # fmt: skip
    if not has_construction:
        wanted = Counter({key: n for key, n in wanted.items() if key[1] != "incl_jakon"})
    assert got == dict(wanted)
    assert not rows.duplicated(["region_code", "scope", "dimension", "category"]).any()


def the_later_stock_is_the_earlier_one_and_its_flows(
    _: People, register: ir.Table, rows: pd.DataFrame
) -> None:
    pair = pair_of(register)
    signed = rows["value"].where(rows["flow"].isin(INFLOWS), -rows["value"])
    net = signed.groupby([rows["region_code"], rows["group"]]).sum()
    actives = [stock_of(pair, day).active for day in (EARLIER, LATER)]
    found = {segment for active in actives for segment in active["segment"]}
    # The scope with construction is told only where there is construction.
    told = [group for group in GROUPS if group in found or group == "excl_jakon"]
    told += ["incl_jakon"] if "JAKON" in found else []
    assert set(told) <= set(rows["group"])
    for group in told:
        opening, closing = (
            active[active["segment"].isin(GROUPS[group])].groupby("region_code")["persons"].sum()
            for active in actives
        )
        for region in set(opening.index) | set(closing.index):
            change = closing.get(region, 0) - opening.get(region, 0)
            assert net[region, group] == change


def children_add_up_but_for_moves_among_them(_: People, __: ir.Table, rows: pd.DataFrame) -> None:
    """Who comes new or leaves adds up over regions; of moves, the balance does."""
    rows = rows.assign(
        value=rows["value"].where(rows["flow"] != "moved_out", -rows["value"]),
        flow=rows["flow"].replace({"moved_in": "moved", "moved_out": "moved"}),
    )
    key = ["scope", "dimension", "group", "flow"]
    own = rows.groupby([*key, "region_code"])["value"].sum()
    below = rows.assign(region_code=rows["region_code"].str.rpartition(".")[0])
    children = below[below["region_code"] != ""].groupby([*key, "region_code"])["value"].sum()
    joined = own.to_frame("own").join(children.rename("children"), how="inner")
    assert not joined.empty
    assert joined["own"].tolist() == joined["children"].tolist()


def nobody_lapses_outside_the_segment_that_arrears_can_end(
    _: People, register: ir.Table, rows: pd.DataFrame
) -> None:
    province = rows[
        (rows["region_code"] == "19") & (rows["group"].isin(["incl_jakon", "excl_jakon"]))
    ]
    lapsed = province[province["flow"] == "lapsed"]["value"].max()
    frame = register.execute()
    open_bpu = frame[
        (frame["segment"] == "BPU") & (frame["as_of_date"].astype(str) == LATER.isoformat())
    ]
    covered = set(active_memberships(register, LATER).execute()["person_key"])
    assert lapsed <= len(set(open_bpu["person_key"]) - covered)
    assert set(OUTFLOWS) <= set(province["flow"])


LAWS = (
    flows_are_those_counted_by_hand,
    the_later_stock_is_the_earlier_one_and_its_flows,
    children_add_up_but_for_moves_among_them,
    nobody_lapses_outside_the_segment_that_arrears_can_end,
)


@given(memberships)
@laws
def test_laws_of_flows(people: People) -> None:
    """All of them of the same flows: to compute these is what takes the time."""
    register = to_engine(register_frame(pd.DataFrame(people, dtype=object), LATER))
    rows = by_group(flows_between(register, REGIONS))
    for law in LAWS:
        law(people, register, rows)
