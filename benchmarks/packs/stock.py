"""Briefings as they are made without this library's way: `python -m benchmarks.packs.stock`.

Stock papermill with the stock kernel, nbconvert's stock HTML, Chromium's print to PDF. One process,
its imports done once; with `--at-once 2` two such processes share the regions.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--period", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("regions", nargs="+")
    options = parser.parse_args()
    make = partial(make_some, options.project, options.out, options.period, options.chromium)
    shares = [options.regions[start :: options.at_once] for start in range(options.at_once)]
    if len(shares) == 1:
        make(shares[0])
    else:
        with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
            list(pool.map(make, shares))
    return 0


def make_some(project: Path, out: Path, period: str, chromium: str, regions: Sequence[str]) -> None:
    import nbformat
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for region in regions:
        folder = out / region
        folder.mkdir(parents=True, exist_ok=True)
        executed, page = folder / "briefing.ipynb", folder / "briefing.html"
        papermill.execute_notebook(
            str(project / "notebooks" / "briefing.ipynb"),
            str(executed),
            parameters={"period": period, "region": region, "language": "id", "profile": "demo"},
            cwd=str(project),
            kernel_name="python3",
            progress_bar=False,
        )
        html, _ = exporter.from_notebook_node(nbformat.read(executed, as_version=4))
        page.write_text(html, encoding="utf-8")
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu",
                f"--user-data-dir={folder / 'browser'}",
                # The page asks for scripts of other places; nobody waits for them here.
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--no-pdf-header-footer", f"--print-to-pdf={folder / 'briefing.pdf'}",
                page.as_uri(),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
