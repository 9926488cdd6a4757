"""The rows of the marts from the parts: every region, every level, the same for all peers."""

from __future__ import annotations

import pandas as pd

from benchmarks.claim_figures import claim_figures
from benchmarks.ladder import LEVELS, rows_along, summed
from benchmarks.task import PROGRAMMES, Parts, Task

KEY = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
_EXCLUDING, _INCLUDING = "excl_jakon", "incl_jakon"


def figures(parts: Parts, task: Task) -> pd.DataFrame:
    """KEY and value, rows of 0 left out."""
    blocks = [
        *_participants(parts), *_registered(parts, task), *_flows(parts, task),
        *claim_figures(parts, task),
    ]  # fmt: skip
    rows = pd.concat(blocks, ignore_index=True)
    rows["value"] = rows["value"].astype("float64")
    rows["as_of"] = rows["as_of"].astype(str).str.slice(0, 10)
    is_told = rows["value"].notna() & (rows["value"] != 0)
    return rows.loc[is_told, [*KEY, "value"]].sort_values(KEY, ignore_index=True)


def _participants(parts: Parts) -> list[pd.DataFrame]:
    stock = parts.stock
    active = {"persons": "active_participants"}
    programmes = stock.drop(columns="persons").melt(
        ["as_of", "village_code", "segment"], list(PROGRAMMES), "category", "persons"
    )
    programmes["category"] = programmes["category"].str.upper()
    told = parts.breakdowns.assign(as_of=stock["as_of"].max())
    blocks = [
        rows_along(_of_scope(counts, scope), active, dimension, scope)
        for scope in (_EXCLUDING, _INCLUDING)
        for counts, dimension in ((stock, "total"), (programmes, "programme"))
    ]
    return [
        *blocks,
        rows_along(_by_segment(stock), active, "segment"),
        *(
            rows_along(_of_scope(told, scope), active, None, scope)
            for scope in (_EXCLUDING, _INCLUDING)
        ),
    ]


def _registered(parts: Parts, task: Task) -> list[pd.DataFrame]:
    """Registered and the share of them that is active on the later day; growth since the earlier."""
    stock = parts.stock.astype({"persons": "int64"})
    is_later = pd.to_datetime(stock["as_of"]) == pd.Timestamp(task.later)
    later = stock[is_later]
    growth = stock.assign(as_of=task.later, net=stock["persons"].where(is_later, -stock["persons"]))
    both = pd.concat([later.assign(active=later["persons"]), parts.lapsed.assign(active=0)])
    both = both.assign(as_of=task.later)
    blocks = []
    for counts, names in (
        (both, {"persons": "registered_participants", "active": "active_share"}),
        (growth, {"net": "net_growth"}),
    ):
        found = [
            *(rows_along(_of_scope(counts, scope), names, "total", scope)
              for scope in (_EXCLUDING, _INCLUDING)),
            rows_along(_by_segment(counts), names, "segment"),
        ]  # fmt: skip
        blocks.append(pd.concat(found, ignore_index=True))
    registered, growth = blocks
    place = [name for name in KEY if name != "indicator"]
    wide = registered.pivot_table("value", place, "indicator", aggfunc="sum").reset_index()
    wide["active_share"] = 100.0 * wide["active_share"] / wide["registered_participants"]
    names = ["registered_participants", "active_share"]
    return [wide.melt(place, names, "indicator", "value"), growth]


def _of_scope(counts: pd.DataFrame, scope: str) -> pd.DataFrame:
    return counts[counts["segment"] != "JAKON"] if scope == _EXCLUDING else counts


def _by_segment(counts: pd.DataFrame) -> pd.DataFrame:
    scope = counts["segment"].eq("JAKON").map({True: _INCLUDING, False: _EXCLUDING})
    return counts.assign(category=counts["segment"], scope=scope)


def _flows(parts: Parts, task: Task) -> list[pd.DataFrame]:
    """A move is one of the very region and segment of the row, so each level is told by itself."""
    moves = parts.changes.assign(as_of=task.later)
    blocks = []
    for length in LEVELS.values():
        at_level = moves.assign(
            before=moves["village_before"].str.slice(0, length),
            after=moves["village_after"].str.slice(0, length),
        )
        for grouping, scope in (
            ("segment", None),
            (_EXCLUDING, _EXCLUDING),
            (_INCLUDING, _INCLUDING),
        ):
            blocks += _flows_of(at_level, grouping, scope)
    return blocks


def _flows_of(moves: pd.DataFrame, grouping: str, scope: str | None) -> list[pd.DataFrame]:
    group = {side: moves[f"segment_{side}"] for side in ("before", "after")}
    if grouping != "segment":
        group = {
            side: segment.where(segment.isna(), grouping).where(
                segment.ne("JAKON") | (grouping == _INCLUDING)
            )
            for side, segment in group.items()
        }
    is_in = {side: segment.notna() for side, segment in group.items()}
    same = (group["before"] == group["after"]) & (moves["before"] == moves["after"])
    blocks = []
    for side, moved in (("after", "moved_in"), ("before", "moved_out")):
        own = is_in[side] & ~same.fillna(False).astype(bool)
        rows = moves[own].copy()
        rows["region_code"] = rows[side]
        rows["flow"] = rows["change"].where(rows["change"] != "stayed", moved)
        segment = group[side][own]
        rows["value"] = rows["persons"]
        if scope is None:
            rows["category"] = segment + ":" + rows["flow"]
            rows["scope"] = segment.eq("JAKON").map({True: _INCLUDING, False: _EXCLUDING})
            dimension = "segment_flow"
        else:
            rows["category"], rows["scope"], dimension = rows["flow"], scope, "flow"
        rows = summed(rows.assign(dimension=dimension), ["value"])
        blocks.append(rows.assign(indicator="participant_flow"))
    return blocks
