"""What several tests share."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from jupyter_core.utils import ensure_event_loop
from playwright.sync_api import Browser, sync_playwright
from projects import Project, made_once

# No example fails for being slow on a busy machine, and every run tries the same ones.
settings.register_profile("cakupan", deadline=None, derandomize=True)
settings.load_profile("cakupan")

# Expressions and frames are many small objects, and few of them in cycles: looking for those as often
# as Python does takes a fifth of the time.
gc.set_threshold(200_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The single tests that take longest come first, so that none is left alone at the end."""
    items.sort(key=lambda item: "engines" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What the modules hold stays; nobody has to look through it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


@pytest.fixture(scope="module")
def runtime() -> Iterator[Path]:
    """Jupyter's folder for sockets, of one module alone; the names of sockets must be short."""
    folder = Path(tempfile.mkdtemp(prefix="ck-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def own_event_loop() -> Iterator[None]:
    """Jupyter keeps the loop on which it waits; nobody closes it at the end."""
    yield
    ensure_event_loop().close()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A real Chromium. Without one the accessibility of the HTML is not known: a failure."""
    known = Path("/usr/bin/chromium")
    found = str(known) if known.exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = found or shutil.which(name)
    if not found:
        pytest.fail(
            "no Chromium found. Install one (Debian and Ubuntu: apt-get install chromium) or"
            " put chromium on the PATH."
        )
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """That Chromium, opened once for a file of tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def demo_extracts(shared_folder: Path) -> Project:
    """The extracts of the reference month in full size, and nothing made of them."""

    def make(project: Project) -> None:
        project.do("demo")

    return made_once(shared_folder, "demo-extracts", make)


@pytest.fixture(scope="session")
def demo_project(shared_folder: Path, demo_extracts: Project) -> Project:
    """The reference month in full size, both profiles pulled and computed. Copy it to change it."""

    def make(project: Project) -> None:
        demo_extracts.copy_extracts(project)
        for profile in ("demo", "published"):
            project.do("pull", "--profile", profile)
            project.do("indicators", "--profile", profile)

    return made_once(shared_folder, "demo-project", make)


@pytest.fixture(scope="session")
def small_project(shared_folder: Path) -> Project:
    """A hundredth of the people, the month alone, pulled and computed. Copy it to change it."""

    def make(project: Project) -> None:
        project.do("demo", "--scale", "0.01", "--months", "1")
        project.do("pull")
        project.do("indicators")

    return made_once(shared_folder, "small-project", make)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the engines that gave the same measures, and the faults that cost no row."""
    engines = noted(terminalreporter, "engine")
    if engines:
        terminalreporter.section("measures by engine")
        terminalreporter.write_line("\n".join(engines))
    faults = noted(terminalreporter, "fault")
    if faults:
        terminalreporter.section("faults of a pull")
        terminalreporter.write_line(f"{'fault':44} tried        rows lost")
        terminalreporter.write_line("\n".join(faults))
    faults = noted(terminalreporter, "pack fault")
    if faults:
        terminalreporter.section("faults of a pack")
        terminalreporter.write_line(f"{'fault':44} tried  not whole again")
        terminalreporter.write_line("\n".join(faults))


def noted(terminalreporter: pytest.TerminalReporter, kind: str) -> list[str]:
    """What passed tests say of a kind, whichever process ran them."""
    return sorted(
        str(value)
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == kind and report.when == "call"
    )
