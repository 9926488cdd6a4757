"""One way on one file, in a process of its own: `python -m benchmarks.pulls WAY FILE OUT`."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path


def main(way: str, extract: Path, out: Path) -> None:
    outcome = importlib.import_module(f"benchmarks.pulls.{way}").bring_in(extract, out)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
