"""A profile whose engine is not installed says so, and what to install."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Project

CONFIGURATION = 3
SPARK = '[profiles.demo.engine]\nkind = "spark"\nmaster = "spark://127.0.0.1:7077"'
POSTGRESQL = (
    '[profiles.demo.engine]\nkind = "postgresql"\nschema = "cakupan"\n'
    'address_env = "CAKUPAN_DATABASE_URL"'
)


@pytest.mark.parametrize(
    ("engine", "library", "verb"),
    [
        (SPARK, "pyspark", "indicators"),
        (POSTGRESQL, "psycopg", "indicators"),
        (POSTGRESQL, "psycopg", "load"),
    ],
)
def test_a_library_that_is_not_installed(
    small_project: Project, tmp_path: Path, engine: str, library: str, verb: str
) -> None:
    found = run_without_measures(
        small_project, tmp_path, engine, verb, PYTHONPATH=str(hiding(library, tmp_path))
    )
    assert found.returncode == CONFIGURATION, found.stderr
    extra = {"pyspark": "spark", "psycopg": "postgresql"}[library]
    assert f"which is not installed: run pip install '.[{extra}]'." in found.stderr
    assert "Traceback" not in found.stderr


def test_spark_without_java(small_project: Project, tmp_path: Path) -> None:
    found = run_without_measures(
        small_project, tmp_path, SPARK, "indicators", JAVA_HOME=str(tmp_path / "nowhere")
    )
    assert found.returncode == CONFIGURATION, found.stderr
    assert "Spark needs Java 17 or 21, which was not found" in found.stderr


def hiding(library: str, folder: Path) -> Path:
    """A folder that, first on the path, makes importing a library fail as if it were not there."""
    path = folder / "hidden" / f"{library}.py"
    path.parent.mkdir()
    path.write_text(f"raise ModuleNotFoundError(name={library!r})\n")
    return path.parent


def run_without_measures(
    small_project: Project, folder: Path, engine: str, verb: str, **environment: str
):
    project = small_project.copy(folder / "project")
    project.add_to_config(engine)
    for kept in (project.folder / "data" / "store" / "demo").glob("*/*/mart-*/*.parquet"):
        kept.unlink()
    return project.run(verb, "--period", "2025-06", fresh=True, **environment)
