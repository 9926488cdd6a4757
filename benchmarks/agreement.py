"""Whether all implementations computed the same: `python -m benchmarks.agreement OURS PEER...`."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from benchmarks.figures import KEY

_BLOCK = ["indicator", "dimension"]
_LAST_DIGIT = 1e-12  # of the value


def differences(ours: pd.DataFrame, peer: pd.DataFrame) -> pd.DataFrame:
    """The rows that differ in the blocks (indicator and dimension) that both have; empty where none do."""
    shared = ours[_BLOCK].drop_duplicates().merge(peer[_BLOCK].drop_duplicates(), on=_BLOCK)
    both = ours.merge(shared, on=_BLOCK).merge(
        peer.merge(shared, on=_BLOCK), on=KEY, how="outer", suffixes=("_ours", "_peer")
    )
    one, other = (both[f"value_{side}"].fillna(0) for side in ("ours", "peer"))
    # Percentages and means are quotients, and the last digit of one hangs on the order of adding.
    return both[(one - other).abs() > _LAST_DIGIT * one.abs()]


def blocks(rows: pd.DataFrame) -> set[str]:
    return {
        f"{indicator} by {dimension}"
        for indicator, dimension in rows[_BLOCK].itertuples(index=False)
    }


def main(files: list[Path]) -> int:
    """Print what was compared and what differs; 1 where anything does."""
    found = {path.stem: pd.read_parquet(path) for path in files}
    ours_name, *peers = found
    ours = found[ours_name]
    failed = False
    for name in peers:
        for other in (ours_name, peers[0]):
            different = differences(found[other], found[name])
            if not different.empty:
                failed = True
                print(
                    f"{other} and {name} differ in {len(different)} rows:\n{different.head(12).to_string()}"
                )
    shared = blocks(ours) & blocks(found[peers[0]])
    if not shared:
        failed = True
        print("nothing was compared: no block of figures is in all.")
    alone = {
        "the peers": blocks(found[peers[0]]) - shared,
        ours_name: blocks(ours) - shared,
    }
    rows = int(found[peers[0]].set_index(_BLOCK).index.isin(ours.set_index(_BLOCK).index).sum())
    print(f"{rows} figures in {len(shared)} blocks agree" if not failed else "NOT AGREED")
    for name, computed in alone.items():
        if computed:
            print(f"computed by {name} alone: {', '.join(sorted(computed))}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
