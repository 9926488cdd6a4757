"""One list of dependencies in pyproject.toml; the locks and environment.yml follow it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2]
# What conda-forge calls by another name.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "ibis-framework": "ibis-duckdb",
    "matplotlib": "matplotlib-base",
}
TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".csv", ".geojson", ".html", ".ipynb", ".j2", ".js", ".json", ".lock", ".md",
    ".py", ".sql", ".svg", ".toml", ".typ", ".txt", ".xml", ".yaml", ".yml",
}  # fmt: skip
# Written so that this file does not match them itself.
FORBIDDEN = {
    "a package registry": re.compile(
        r"(?:pypi|npmjs|anaconda|conda)\.(?:org|com)|pythonhosted\.(?:org|com)|--(?:extra-)?index-url",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.)/*-])/(?:home|root|Users|work|opt)/\w|[A-Z]:\\Users\\"
    ),
    "a folder outside the project": re.compile(r"\.\./(?:\.\./)*shared\b"),
}


class Pin(NamedTuple):
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock(name: str) -> dict[str, list[Pin]]:
    pins: dict[str, list[Pin]] = {}
    text = (PROJECT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+)\s*(?:; (.*?))?((?:\s+--hash=\S+)*)\s*", line)
        assert match is not None, f"{name}: {line[:80]!r} is not name==version ; marker --hash=…"
        hashes = tuple(re.findall(r"--hash=(\S+)", match[4]))
        pins.setdefault(match[1], []).append(Pin(match[2], (match[3] or "").strip(), hashes))
    return pins


def requirements(*extras: str) -> Iterator[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"]:
        yield Requirement(text)
    for extra in extras:
        for text in project["optional-dependencies"][extra]:
            yield Requirement(text)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_with_hashes_and_nothing_else(lock: str) -> None:
    pins = read_lock(lock)
    assert len(pins) > 80
    for name, choices in pins.items():
        for pin in choices:
            assert pin.hashes, f"{lock}: {name} has no hash"
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes), name


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ("build", "lab")),
        ("requirements-dev.lock", ("build", "lab", "dev")),
    ],
)
def test_every_direct_dependency_is_locked_within_its_bounds(
    lock: str, extras: tuple[str, ...]
) -> None:
    pins = read_lock(lock)
    for requirement in requirements(*extras):
        choices = pins.get(requirement.name.lower().replace("_", "-"), [])
        assert choices, f"{requirement.name} is in pyproject.toml, not in {lock}: run make lock"
        for pin in choices:
            assert requirement.specifier.contains(pin.version), (
                f"{lock} has {requirement.name} {pin.version}, pyproject.toml asks for "
                f"{requirement.specifier}: run make lock"
            )


def test_what_tests_need_comes_on_top_of_the_same_versions() -> None:
    runtime, development = read_lock("requirements.lock"), read_lock("requirements-dev.lock")
    for name, choices in runtime.items():
        # Markers may be wider there: a tool may need a library on more systems.
        assert {(pin.version, pin.hashes) for pin in choices} <= {
            (pin.version, pin.hashes) for pin in development.get(name, [])
        }, f"{name} differs between requirements.lock and requirements-dev.lock"


def test_conda_users_get_the_same_versions() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    with_pip = [entry for entry in environment["dependencies"] if isinstance(entry, dict)]
    python = next(entry for entry in plain if entry.startswith("python=")).partition("=")[2]
    pins = read_lock("requirements.lock")

    expected = set()
    for requirement in requirements("lab"):
        (version,) = [
            pin.version
            for pin in pins[requirement.name]
            if not pin.marker
            or Requirement(f"x; {pin.marker}").marker.evaluate(
                {"python_version": python, "python_full_version": f"{python}.0"}
            )
        ]
        name = CONDA_NAMES.get(requirement.name, requirement.name)
        expected.add(f"{name}={version}")

    listed = {entry for entry in plain if not entry.startswith("python=") and entry != "pip"}
    from_pip = {entry.replace("==", "=") for entry in with_pip[0]["pip"] if "==" in entry}
    assert listed | from_pip == expected
    assert not listed & from_pip
    assert "--editable ." in with_pip[0]["pip"], "the project itself is not installed"


def test_every_direct_dependency_has_its_line_of_reason() -> None:
    page = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| ([^|]+) \|", page, flags=re.MULTILINE)
    named = {name for cell in first_cells for name in re.split(r"[ ,()`]+", cell)}
    missing = {
        requirement.name
        for requirement in requirements("build", "lab", "postgresql", "spark", "dask", "dev")
    } - named
    assert not missing, f"docs/dependencies.md says nothing about {', '.join(sorted(missing))}"


def files_of_the_project() -> Iterator[Path]:
    top = [path for path in PROJECT.iterdir() if path.is_file()]
    folders = [".ci", "benchmarks", "data/reference", "docs", "notebooks", "src", "tests"]
    below = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.is_file()]
    for path in sorted([*top, *below]):
        inside = path.relative_to(PROJECT).parts
        if path.suffix in TEXT_SUFFIXES and not any(part.endswith("_cache") for part in inside):
            yield path


def mentions(line: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(line)]


def test_no_file_names_a_registry_or_a_machine() -> None:
    files = list(files_of_the_project())
    assert len(files) > 40, "hardly a file was found: this test saw nothing"
    found = [
        f"{path.relative_to(PROJECT)}, line {number}: {what}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for what in mentions(line)
    ]
    assert not found, "\n".join(found)


def test_a_planted_address_or_path_is_found() -> None:
    slash = "/"
    assert mentions("https:" + slash * 2 + "files.python" + "hosted.org" + slash)
    assert mentions("--index" + "-url")
    assert mentions('open("' + slash + "home/someone/x" + '")')
    assert mentions("see .." + slash + "shared" + slash)
    assert not mentions("https://example.go.id/home/berita")
    assert not mentions("src" + slash + "work" + slash + "x")


def test_entry_points_name_what_exists() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    targets = [*project["scripts"].values()]
    for group in project["entry-points"].values():
        targets += group.values()
    for target in targets:
        module, _, name = target.partition(":")
        parts = module.split(".")
        path = PROJECT.joinpath("src", *parts)
        source = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        assert source.is_file(), f"{target}: there is no such module"
        assert re.search(rf"\b{name}\b", source.read_text(encoding="utf-8")), target
