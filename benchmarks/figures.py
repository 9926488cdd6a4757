"""The rows of the marts from the parts: every region, every level, the same for all peers."""

from __future__ import annotations

import pandas as pd

from benchmarks.task import PROGRAMMES, Parts, Task

KEY = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
_LEVELS = {"provinsi": 2, "kabupaten": 5, "kecamatan": 8, "desa": 13}
_EXCLUDING, _INCLUDING, _ALL = "excl_jakon", "incl_jakon", "all"


def figures(parts: Parts, task: Task) -> pd.DataFrame:
    """KEY and value, rows of 0 left out."""
    blocks = [*_participants(parts), *_flows(parts, task), *_claims(parts, task)]
    rows = pd.concat(blocks, ignore_index=True)
    rows["value"] = rows["value"].astype("float64")
    rows["as_of"] = rows["as_of"].astype(str).str.slice(0, 10)
    return rows.loc[rows["value"] != 0, [*KEY, "value"]].sort_values(KEY, ignore_index=True)


def _participants(parts: Parts) -> list[pd.DataFrame]:
    stock = parts.stock.rename(columns={"persons": "value"})
    without = stock[stock["segment"] != "JAKON"]
    both = stock["segment"].eq("JAKON").map({True: _INCLUDING, False: _EXCLUDING})
    programmes = without.drop(columns="value").melt(
        ["as_of", "village_code"], list(PROGRAMMES), "category"
    )
    programmes["category"] = programmes["category"].str.upper()
    told = parts.breakdowns[parts.breakdowns["segment"] != "JAKON"]
    told = told.rename(columns={"persons": "value"})
    later = stock["as_of"].max()
    return [
        _rows(without, "active_participants", scope=_EXCLUDING),
        _rows(stock, "active_participants", scope=_INCLUDING),
        _rows(stock.assign(category=stock["segment"], scope=both), "active_participants", "segment"),
        _rows(programmes, "active_participants", "programme", scope=_EXCLUDING),
        _rows(told.assign(as_of=later), "active_participants", None, scope=_EXCLUDING),
    ]  # fmt: skip


def _flows(parts: Parts, task: Task) -> list[pd.DataFrame]:
    """A move is one of the very region and segment of the row, so each level is told by itself."""
    moves = parts.changes.assign(as_of=task.later)
    blocks = []
    for length in _LEVELS.values():
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
        rows["village_code"] = rows[side]
        rows["flow"] = rows["change"].where(rows["change"] != "stayed", moved)
        segment = group[side][own]
        rows["value"] = rows["persons"]
        if scope is None:
            rows["category"] = segment + ":" + rows["flow"]
            rows["scope"] = segment.eq("JAKON").map({True: _INCLUDING, False: _EXCLUDING})
            dimension = "segment_flow"
        else:
            rows["category"], rows["scope"], dimension = rows["flow"], scope, "flow"
        blocks.append(_summed(rows, "participant_flow", dimension))
    return blocks


def _claims(parts: Parts, task: Task) -> list[pd.DataFrame]:
    paid = parts.claims.assign(as_of=task.paid)
    blocks = []
    for column, indicator in (("claims", "claims_paid"), ("amount_idr", "claims_amount_idr")):
        named = paid.assign(value=paid[column])
        blocks += [
            _rows(named, indicator, scope=_ALL),
            _rows(named.assign(category=named["programme"]), indicator, "programme", _ALL, "kecamatan"),
            _rows(named.assign(category=named["month"]), indicator, "month", _ALL, "kabupaten"),
        ]  # fmt: skip
    return blocks


def _rows(
    counts: pd.DataFrame,
    indicator: str,
    dimension: str | None = "total",
    scope: str | None = None,
    lowest: str = "desa",
) -> pd.DataFrame:
    """Sums for every region down to a level; a dimension of None is a column of the counts."""
    named = counts.assign(scope=scope) if scope is not None else counts
    if dimension == "total":
        named = named.assign(category="total")
    levels = [
        _summed(
            named.assign(village_code=named["village_code"].str.slice(0, length)),
            indicator,
            dimension,
        )
        for length in list(_LEVELS.values())[: list(_LEVELS).index(lowest) + 1]
    ]
    return pd.concat(levels, ignore_index=True)


def _summed(rows: pd.DataFrame, indicator: str, dimension: str | None) -> pd.DataFrame:
    if dimension is not None:
        rows = rows.assign(dimension=dimension)
    by = ["village_code", "as_of", "dimension", "category", "scope"]
    summed = rows.groupby(by, as_index=False, observed=True)[["value"]].sum()
    return summed.rename(columns={"village_code": "region_code"}).assign(indicator=indicator)
