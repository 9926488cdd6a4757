"""One way on one file, in a process of its own: `python -m benchmarks.pulls WAY FILE OUT SAID`."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path


def main(way: str, extract: Path, out: Path, said: Path) -> None:
    outcome = importlib.import_module(f"benchmarks.pulls.{way}").bring_in(extract, out)
    said.write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
