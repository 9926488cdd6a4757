"""Simulated extracts for one period, calibrated to the published figures.

`make_demo` is the only name that others use. Everything follows from the seed, the period and
two files of the project: the published observations and `demo_calibration.yml`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from coverage_lib.demo.assembly import build_extracts
from coverage_lib.demo.calibration import load_calibration
from coverage_lib.demo.write import write_sidecar
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.catalogue import SIDECAR_SUFFIX

__all__ = ["DEFAULT_SEED", "make_demo"]

DEFAULT_SEED = 19
_RECIPE_NAME = ".demo"


def make_demo(
    period: Month,
    out: Path,
    *,
    months: int = 3,
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    reference: Path,
    regions: Regions,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the simulated extracts of `period` into `out/<period>/` and return their paths.

    Nothing is written where the folder already holds what these options make; changes that
    somebody made to those files stay. Otherwise an existing folder is replaced as a whole,
    and only once the new one is complete. The same period, months, scale and seed give the
    same bytes. `scale` multiplies persons, workers and
    claims; only at scale 1 do the results equal the published figures. `reference` is the
    folder with the observations and demo_calibration.yml.

    Raises UsageError for options out of range, SourceError where the folder holds anything
    that is not simulated, and ReferenceDataError where the two files do not cover the period.
    """
    if not 1 <= months <= 12:
        raise UsageError(f"--months {months}: a number of registers from 1 to 12 was expected.")
    if not 0.01 <= scale <= 1000:
        raise UsageError(f"--scale {scale}: a factor from 0.01 to 1000 was expected.")
    final = out / str(period)
    recipe = _recipe(period, months, scale, seed, reference)
    if _recipe_of(final) == recipe:
        return _extracts_in(final)
    _check_replaceable(final)
    calibration = load_calibration(reference, scale=scale, seed=seed)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{period}-") as temporary:
        folder = Path(temporary) / str(period)
        folder.mkdir()
        extracts = build_extracts(
            calibration, regions, period, months, folder, progress or _say_nothing
        )
        for extract in extracts:
            write_sidecar(extract, seed)
        (folder / _RECIPE_NAME).write_text(recipe, encoding="utf-8")
        if final.exists():
            final.rename(Path(temporary) / "before")
        folder.rename(final)
        shutil.rmtree(Path(temporary) / "before", ignore_errors=True)
    return _extracts_in(final)


def _recipe(period: Month, months: int, scale: float, seed: int, reference: Path) -> str:
    """Everything that the bytes follow from: the options, the two files and this generator."""
    digest = hashlib.sha256()
    generator = Path(__file__).parent
    for path in [*sorted(generator.glob("*.py")), *sorted(generator.glob("*.yml"))]:
        digest.update(path.read_bytes())
    for name in ("bpjstk_observations.csv", "demo_calibration.yml"):
        path = reference / name
        digest.update(path.read_bytes() if path.is_file() else b"")
    return f"{period} months={months} scale={scale} seed={seed} made_by={digest.hexdigest()}\n"


def _recipe_of(folder: Path) -> str | None:
    path = folder / _RECIPE_NAME
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _check_replaceable(folder: Path) -> None:
    """A folder that holds an office's own extract is never replaced."""
    for path in sorted(folder.glob("*")):
        if path.name == _RECIPE_NAME or path.name.endswith(SIDECAR_SUFFIX):
            continue
        sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
        simulated = sidecar.is_file() and yaml.safe_load(sidecar.read_text(encoding="utf-8"))
        if not (isinstance(simulated, dict) and simulated.get("simulated") is True):
            raise SourceError(
                f"{folder.name}/{path.name} is not a simulated extract, so the folder is left as it is; "
                "choose another folder with --out, or move the extracts away first."
            )


def _extracts_in(folder: Path) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.name != _RECIPE_NAME and not path.name.endswith(SIDECAR_SUFFIX)
    )


def _say_nothing(message: str) -> None:
    """The progress of a caller who does not ask for any."""
