"""Whether all implementations computed the same: `python -m benchmarks.agreement OURS PEER...`."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from benchmarks.figures import KEY

_BLOCK = ["indicator", "dimension"]


def differences(ours: pd.DataFrame, peer: pd.DataFrame) -> pd.DataFrame:
    """The rows that differ in the blocks (indicator and dimension) that both have; empty where none do."""
    shared = ours[_BLOCK].drop_duplicates().merge(peer[_BLOCK].drop_duplicates(), on=_BLOCK)
    both = ours.merge(shared, on=_BLOCK).merge(
        peer.merge(shared, on=_BLOCK), on=KEY, how="outer", suffixes=("_ours", "_peer")
    )
    return both[both["value_ours"].fillna(0) != both["value_peer"].fillna(0)]


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
    alone = sorted(blocks(found[peers[0]]) - shared)
    rows = int(found[peers[0]].set_index(_BLOCK).index.isin(ours.set_index(_BLOCK).index).sum())
    print(f"{rows} figures in {len(shared)} blocks agree" if not failed else "NOT AGREED")
    if alone:
        print(f"computed by the peers alone: {', '.join(alone)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
