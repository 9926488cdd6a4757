"""Simulated extracts for one period, calibrated to the published figures.

`make_demo` writes them as the files that offices send, `make_demo_tables` as the tables that the
store keeps; others use no other name. Everything follows from the seed, the period and two files
of the project: the published observations and `demo_calibration.yml`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from coverage_lib.demo.assembly import build_extracts
from coverage_lib.demo.calibration import load_calibration
from coverage_lib.demo.mess import CORRECTIONS, make_messy
from coverage_lib.demo.month_before import (
    RECIPE_NAME,
    finish_month_before,
    month_before_recipe,
    put_month_before,
)
from coverage_lib.demo.tables import build_tables
from coverage_lib.demo.write import PRODUCER, Extract, write_sidecar
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.catalogue import CORRECTED_SUFFIX, ROWS_SUFFIX, SIDECAR_SUFFIX
from coverage_lib.yaml_reading import read_yaml

__all__ = ["DEFAULT_SEED", "make_demo", "make_demo_tables"]

DEFAULT_SEED = 19


def make_demo(
    period: Month,
    out: Path,
    *,
    months: int = 3,
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    messy: bool = False,
    reference: Path,
    regions: Regions,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the simulated extracts of `period` into `out/<period>/` and return their paths.

    Beside it `out/<month before>/` gets the rosters of that month and its register, so that its
    lists can be followed; a month that somebody made or received there stays as it is.

    Nothing is written where the folder already holds what these options make; changes that
    somebody made to those files stay. Otherwise an existing folder is replaced as a whole,
    and only once the new one is complete. The same period, months, scale and seed give the
    same bytes. `scale` multiplies persons, workers and
    claims; only at scale 1 do the results equal the published figures. `reference` is the
    folder with the observations and demo_calibration.yml. A `messy` month holds the same people
    and figures in files as offices really send them, and corrections.yml beside them.

    Raises UsageError for options out of range, SourceError where the folder holds anything
    that is not simulated, and ReferenceDataError where the two files do not cover the period.
    """
    _check_options(months, scale)
    final = out / str(period)
    people = _recipe(period, months, scale, seed, reference)
    recipe = ("messy " if messy else "") + people
    if _recipe_of(final) == recipe:
        return _extracts_in(final)
    _check_replaceable(final)
    calibration = load_calibration(reference, scale=scale, seed=seed)

    def build(folder: Path) -> None:
        before = folder.with_name(str(period.plus(-1)))
        extracts, rosters = build_extracts(
            calibration, regions, period, months, folder, before, progress or _say_nothing
        )
        if rosters:
            registers = _registers_of(extracts, period.plus(-1))
            finish_month_before(before, rosters, registers, month_before_recipe(people), seed)
            put_month_before(before, out / before.name)
        if messy:
            extracts = make_messy(folder, extracts, regions, period, seed)
        for extract in extracts:
            write_sidecar(extract, seed)

    _replace_folder(final, recipe, build)
    return _extracts_in(final)


def make_demo_tables(
    period: Month,
    out: Path,
    *,
    months: int = 2,
    scale: float = 1.0,
    seed: int = DEFAULT_SEED,
    reference: Path,
    regions: Regions,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the simulated tables `out/<period>/<table>/<as of>.parquet` and return their paths.

    The person-level tables of the store, with its columns: participants of `months` months,
    claims, submissions, scholarships, contributions and bills; without an intake, so that many
    millions of persons take a minute. Otherwise as `make_demo`; a folder that holds anything
    but such tables is left as it is.
    """
    _check_options(months, scale)
    final = out / str(period)
    recipe = "tables " + _recipe(period, months, scale, seed, reference)
    if _recipe_of(final) == recipe:
        return _tables_in(final)
    if final.exists() and not (_recipe_of(final) or "").startswith("tables "):
        raise SourceError(
            f"{final.name} does not hold simulated tables, so the folder is left as it is; choose "
            "another folder with --out."
        )
    calibration = load_calibration(reference, scale=scale, seed=seed)

    def build(folder: Path) -> None:
        build_tables(calibration, regions, period, months, folder, progress or _say_nothing)

    _replace_folder(final, recipe, build)
    return _tables_in(final)


def _check_options(months: int, scale: float) -> None:
    if not 1 <= months <= 12:
        raise UsageError(f"--months {months}: a number of registers from 1 to 12 was expected.")
    if not 0.01 <= scale <= 1000:
        raise UsageError(f"--scale {scale}: a factor from 0.01 to 1000 was expected.")


def _replace_folder(final: Path, recipe: str, build: Callable[[Path], None]) -> None:
    """Put what `build` makes in the place of a folder, whole or not at all."""
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent, prefix=f".{final.name}-") as temporary:
        folder = Path(temporary) / final.name
        folder.mkdir()
        build(folder)
        (folder / RECIPE_NAME).write_text(recipe, encoding="utf-8")
        if final.exists():
            final.rename(Path(temporary) / "before")
        folder.rename(final)
        shutil.rmtree(Path(temporary) / "before", ignore_errors=True)


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
    path = folder / RECIPE_NAME
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _check_replaceable(folder: Path) -> None:
    """A folder that holds an office's own extract is never replaced. Corrected rows of simulated
    extracts go with the extracts that they came from.
    """
    for path in sorted(folder.glob("*")):
        if path.name == RECIPE_NAME or path.name.endswith((SIDECAR_SUFFIX, ROWS_SUFFIX)):
            continue
        if path.name.endswith(CORRECTED_SUFFIX) and path.is_dir():
            _check_replaceable(path)
            continue
        if path.name == CORRECTIONS and f"who: {PRODUCER}" in path.read_text(encoding="utf-8"):
            continue
        sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
        simulated = sidecar.is_file() and read_yaml(sidecar.read_text(encoding="utf-8"))
        if not (isinstance(simulated, dict) and simulated.get("simulated") is True):
            raise SourceError(
                f"{folder.name}/{path.name} is not a simulated extract, so the folder is left as it is; "
                "choose another folder with --out, or move the extracts away first."
            )


def _registers_of(extracts: Sequence[Extract], month: Month) -> list[Extract]:
    """The registers as of the month's cut-off: those that its name is in."""
    return [one for one in extracts if one.table == "participants" and str(month) in one.path.name]


def _extracts_in(folder: Path) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.name not in (RECIPE_NAME, CORRECTIONS)
        and not path.name.endswith(SIDECAR_SUFFIX)
    )


def _tables_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*/*.parquet")))


def _say_nothing(message: str) -> None:
    """The progress of a caller who does not ask for any."""
